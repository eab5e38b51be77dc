"""The words of `zhize lists`: one module a word, each with HELP, NEEDS_DATABASE, `arguments(parser)` and `run(options, say)`."""

from __future__ import annotations

from typing import Any

from zhize.lists.cli import impact, prove

WORDS: dict[str, Any] = {"impact": impact, "prove": prove}
