"""A small xls workbook, written record by record ([MS-XLS] in [MS-CFB]): no library we have writes this format."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def legacy(
    path: Path, rows: Sequence[Sequence[object]], *, extra: bytes = b"", stream: str = "Workbook", macro: bool = False
) -> Path:
    """One sheet of text and numbers; `extra` records stand before its end."""
    cells = b"".join(_cell(r, c, v) for r, row in enumerate(rows) for c, v in enumerate(row) if v not in (None, ""))
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + cells + extra + _record(0x000A, b"")
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    name = "清单".encode("utf-16-le")
    size = len(start) + 4 + 8 + len(name) + 4
    globals_ = start + _record(0x0085, struct.pack("<IBBBB", size, 0, 0, 2, 1) + name) + _record(0x000A, b"")
    path.write_bytes(_compound(globals_ + sheet, stream, macro))
    return path


def merged(r0: int, r1: int, c0: int, c1: int) -> bytes:
    return _record(0x00E5, struct.pack("<HHHHH", 1, r0, r1, c0, c1))


def formula(row: int, column: int) -> bytes:
    """=1+1"""
    tokens = b"\x1e\x01\x00\x1e\x01\x00\x03"
    return _record(0x0006, struct.pack("<HHHdHIH", row, column, 0, 2.0, 0, 0, len(tokens)) + tokens)


def far_cell(row: int, column: int) -> bytes:
    return _cell(row, column, "远")


def _cell(row: int, column: int, value: object) -> bytes:
    if isinstance(value, int | float):
        return _record(0x0203, struct.pack("<HHHd", row, column, 0, float(value)))
    text = str(value)
    return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _compound(data: bytes, stream: str, macro: bool) -> bytes:
    data = data.ljust(max(4096, -(-len(data) // SECTOR) * SECTOR), b"\0")
    sectors = len(data) // SECTOR
    chain = [*range(1, sectors), END, END, FAT]  # the stream, the directory, the table itself
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(SECTOR, b"\xff")
    names = [
        ("Root Entry", 5, END, 0),
        (stream, 2, 0, len(data)),
        *([("_VBA_PROJECT_CUR", 1, END, 0)] if macro else []),
    ]
    folder = b"".join(_entry(*n) for n in names).ljust(SECTOR, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, sectors, 0, 4096, END, 0, END, 0)
    head += struct.pack("<109I", sectors + 1, *[FREE] * 108)
    return head + data + folder + table


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    child = 1 if kind == 5 else FREE
    tail = struct.pack("<BBIII", kind, 1, FREE, FREE, child) + bytes(16 + 4 + 16) + struct.pack("<IQ", start, size)
    return text.ljust(64, b"\0") + struct.pack("<H", len(text)) + tail
