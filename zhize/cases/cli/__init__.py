"""The words of `zhize cases`: one module a word, each with HELP, NEEDS_DATABASE, `arguments(parser)` and `run(options, say)`.

NEEDS_DATABASE may be a question about the rest of the line.
"""

from __future__ import annotations

from typing import Any

from zhize.cases.cli import hot, letters, mail, simulate, suggest, train

WORDS: dict[str, Any] = {
    "import": letters,
    "mail": mail,
    "train": train,
    "suggest": suggest,
    "hot": hot,
    "simulate": simulate,
}
