"""xls workbooks (Excel 97–2003): looked over in their own records before they are read.

A compound file ([MS-CFB]) holds the Workbook stream, a run of records ([MS-XLS]): two bytes of kind, two of length.
Seen there: a password, formulas, the rectangle of cells. Macros and encrypted xlsx show by the names of their storages.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO

from zhize.register.importing.limits import MOST_CELLS, unfit
from zhize.register.importing.terms import Sheet
from zhize.register.importing.workbook import broken, formula, locked, macros, read, too_large

END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
FORMULA, SHARED, ARRAY, FILEPASS, BOF = 0x0006, 0x04BC, 0x0221, 0x002F, 0x0809
ONE_CELL = {0x0203, 0x00FD, 0x027E, 0x0201, 0x0204, 0x0205, 0x00D6}  # NUMBER LABELSST RK BLANK LABEL BOOLERR RSTRING
RUN_OF_CELLS = {0x00BD, 0x00BE}  # MULRK MULBLANK


def sheets(file: IO[bytes]) -> list[Sheet]:
    """The sheets of a workbook that may be read."""
    data = file.read()
    try:
        _look_over(data)
    except (struct.error, IndexError, OverflowError) as error:
        raise broken() from error
    file.seek(0)
    return read(file)


def _look_over(data: bytes) -> None:
    names = dict(_entries(data))
    if "EncryptedPackage" in names:
        raise locked()
    if any("VBA" in n for n in names):
        raise macros()
    stream = names.get("Workbook") or names.get("Book")
    if stream is None:
        raise unfit("not_a_table", "这不是 Excel 工作簿", "文件里没有工作簿", "请另存为 xlsx 工作簿或 UTF-8 的 csv")
    _records(_stream(data, *stream))


def _records(stream: bytes) -> None:
    at = rows = columns = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == FILEPASS:
            raise locked()
        if kind in (FORMULA, SHARED, ARRAY):
            raise formula(_cell(stream, at) if kind == FORMULA else "")
        if kind == BOF:
            rows = columns = 0
        elif kind in ONE_CELL or kind in RUN_OF_CELLS:
            row, column = struct.unpack_from("<HH", stream, at + 4)
            last = struct.unpack_from("<H", stream, at + 2 + size)[0] if kind in RUN_OF_CELLS else column
            rows, columns = max(rows, row + 1), max(columns, last + 1)
            if rows * columns > MOST_CELLS:
                raise too_large(f"有一张工作表占{rows}行{columns}列")
        at += 4 + size


def _cell(stream: bytes, at: int) -> str:
    row, column = struct.unpack_from("<HH", stream, at + 4)
    letters = chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)
    return f"{letters}{row + 1}"


# -- the compound file -------------------------------------------------------------------------------------------------
def _entries(data: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    """Name of each storage and stream, with first sector and size."""
    (first,) = struct.unpack_from("<I", data, 48)
    folder = _chain(data, first, _fat(data))
    for at in range(0, len(folder), 128):
        entry = folder[at : at + 128]
        (length,) = struct.unpack_from("<H", entry, 64)
        if entry[66] and 2 <= length <= 64:
            start, size = struct.unpack_from("<II", entry, 116)
            yield entry[: length - 2].decode("utf-16-le", "replace"), (start, size)


def _stream(data: bytes, start: int, size: int) -> bytes:
    """A stream's bytes; one below the cut-off lies in the mini stream, which is itself the root entry's stream."""
    (cutoff,) = struct.unpack_from("<I", data, 56)
    fat = _fat(data)
    if size >= cutoff:
        return _chain(data, start, fat)[:size]
    (mini_fat_at,) = struct.unpack_from("<I", data, 60)
    table = _chain(data, mini_fat_at, fat)
    mini_fat = list(struct.unpack(f"<{len(table) // 4}I", table))
    root = next((place for name, place in _entries(data) if name == "Root Entry"), (END, 0))
    mini = _chain(data, root[0], fat)
    pieces = [mini[s * 64 : s * 64 + 64] for s in _sectors(start, mini_fat)]
    return b"".join(pieces)[:size]


def _fat(data: bytes) -> list[int]:
    """The sector table, itself listed in the header and, for large files, in a chain of further lists."""
    size = _sector(data)
    listed = list(struct.unpack_from("<109I", data, 76))
    at, left = struct.unpack_from("<II", data, 68)
    seen: set[int] = set()
    while at < FREE - 5 and left and at not in seen:
        seen.add(at)
        more = struct.unpack_from(f"<{size // 4}I", data, (at + 1) * size)
        listed += more[:-1]
        at, left = more[-1], left - 1
    fat: list[int] = []
    for sector in (s for s in listed if s < FREE - 5):
        fat += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    return fat


def _sector(data: bytes) -> int:
    (power,) = struct.unpack_from("<H", data, 30)
    if power not in (9, 12):
        raise broken()
    return 1 << power


def _chain(data: bytes, start: int, fat: list[int]) -> bytes:
    size = _sector(data)
    return b"".join(data[(s + 1) * size : (s + 2) * size] for s in _sectors(start, fat))


def _sectors(start: int, table: list[int]) -> Iterator[int]:
    """The chain from `start`; one that runs in a circle is broken."""
    at, steps = start, 0
    while at < FREE - 5:
        if steps > len(table):
            raise broken()
        yield at
        at, steps = table[at], steps + 1
