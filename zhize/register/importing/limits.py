"""How much an import may be: what a province's largest list needs, several times over, and no more."""

LARGEST_FILE = 50_000_000  # as handed in; the same as one request's limit
LARGEST_UNPACKED = 300_000_000  # of a gzip or of all parts of a workbook together
MOST_CELLS = 4_000_000  # of one sheet, blank ones inside its rectangle too: that is what reading costs
MOST_ROWS = 500_000
MOST_COLUMNS = 500
LONGEST_CELL = 32_767  # what a spreadsheet cell can hold
PIECE = 1 << 18
