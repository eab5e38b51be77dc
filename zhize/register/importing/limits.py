"""How much an import may be: what a province's largest list needs, several times over, and no more."""

from __future__ import annotations

from typing import Any

from zhize.kernel.errors import BadInput

LARGEST_FILE = 50_000_000  # as handed in; the same as one request's limit
LARGEST_UNPACKED = 300_000_000  # of a gzip or of all parts of a workbook together
MOST_CELLS = 4_000_000  # of one sheet, blank ones inside its rectangle too: that is what reading costs
MOST_ROWS = 500_000
MOST_COLUMNS = 500
LONGEST_CELL = 32_767  # what a spreadsheet cell can hold
PIECE = 1 << 18
SOON_BYTES = 200_000  # read while the officer waits, about two thousand rows; what is larger goes to the worker
SOON_ROWS = 2_000  # the same for accepting
CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0xFEFF, 0x200B], "") | {13: "\n"}  # never text


def unfit(code: str, what: str, why: str, instead: str, **params: Any) -> BadInput:
    """A file that cannot be read, in one sentence."""
    return BadInput(what, why=why, instead=instead, code=code, field="file", **params)
