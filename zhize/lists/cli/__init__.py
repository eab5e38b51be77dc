"""The words of `zhize lists`: one module a word, each with HELP, NEEDS_DATABASE, `arguments(parser)` and `run(options, say)`."""

from __future__ import annotations

from typing import Any

from zhize.lists.cli import compare, editions, effect, export, impact, prove, train, vertical

WORDS: dict[str, Any] = {
    "compare": compare,
    "train": train,
    "export": export,
    "impact": impact,
    "prove": prove,
    "editions": editions,
    "effect": effect,
    "vertical": vertical,
}
