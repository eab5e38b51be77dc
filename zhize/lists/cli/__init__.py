"""The words of `zhize lists`: one module a word, each with HELP, NEEDS_DATABASE, `arguments(parser)` and `run(options, say)`."""

from __future__ import annotations

from typing import Any

from zhize.lists.cli import compare, export, impact, prove

WORDS: dict[str, Any] = {"compare": compare, "export": export, "impact": impact, "prove": prove}
