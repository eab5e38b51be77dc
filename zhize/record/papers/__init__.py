"""Papers an office gives out, as content; how they look (GB/T 9704-2012) is docx.py and pdf.py. What they say is each feature's own."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

COLOURS = {"on": "2E7D32", "late": "D08700", "open": "B42318", "plain": "1F4E79", "ground": "E4E9EE"}


@dataclass(frozen=True)
class Bar:
    """A cell that is drawn: shares of its breadth, each in a colour. What it shows stands as numbers beside it, so it needs
    no words, no typeface and no alternative text."""

    parts: Sequence[tuple[str, float]]

    def png(self, wide: int = 240, high: int = 16) -> bytes:
        """The same bar as a picture, for Word: a few hundred bytes, written here."""
        row, at = b"", 0.0
        for kind, share in [*self.parts, ("ground", 1.0)]:
            at = min(1.0, at + share)
            row += bytes.fromhex(COLOURS[kind]) * (round(at * wide) - len(row) // 3)
        return _png(wide, high, (b"\0" + row) * high)


Cell = str | Bar


@dataclass(frozen=True)
class Annex:
    """A table behind the paper, or a part of one without a text; `widths` are shares of the page's breadth."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[float]
    note: str = ""
    lead: Sequence[str] = ()  # paragraphs before the table


@dataclass(frozen=True)
class Paper:
    """A paper: title, text by paragraphs, who signs, the day, and its annexes. `imprint` stands in 版记, at the end."""

    title: str
    text: Sequence[str] = ()
    signed_by: str = ""
    day: date | None = None
    annexes: Sequence[Annex] = field(default_factory=tuple)
    imprint: str = ""


def chinese_day(day: date) -> str:
    """2016年7月1日, as papers write it (GB/T 9704-2012 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def _png(wide: int, high: int, pixels: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
