"""Text tables: UTF-8 (with or without BOM), UTF-16 with BOM, GB18030; comma, tab, semicolon or vertical bar."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import IO

from zhize.register.importing.limits import CONTROL, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, PIECE, unfit
from zhize.register.importing.terms import Line, Sheet

DELIMITERS = ",\t;|"
SAMPLE = 200_000


def sheets(file: IO[bytes], name: str) -> list[Sheet]:
    """The one sheet of a text table."""
    encoding, lines = encoding_of(file)
    sample = _text(file, encoding).read(SAMPLE)
    return [Sheet(name, _lines(file, encoding, delimiter_of(sample)), lines)]


def encoding_of(file: IO[bytes]) -> tuple[str, int]:
    """The encoding the whole file can be read in, and how many lines it has."""
    head = file.read(4)
    file.seek(0)
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    tried = ["utf-16"] if wide else ["utf-8-sig", "gb18030"]
    for encoding in tried:
        lines = _count(file, encoding)
        file.seek(0)
        if lines is not None:
            return encoding, lines
    raise unfit(
        "unknown_encoding",
        "文件的文字编码读不出来",
        "既不是 UTF-8 也不是 GB18030",
        "请另存为 UTF-8 的 csv 或 xlsx 工作簿",
    )


def _count(file: IO[bytes], encoding: str) -> int | None:
    decoder, lines = codecs.getincrementaldecoder(encoding)(), 1
    try:
        while piece := file.read(PIECE):
            text = decoder.decode(piece)
            lines += text.count("\n")
            if "\x00" in text:
                raise unfit(
                    "not_a_table",
                    "这不是文字表格",
                    "文件里有二进制内容",
                    "请另存为 xlsx 工作簿或 UTF-8 的 csv 后再导入",
                )
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return lines


def _text(file: IO[bytes], encoding: str) -> io.TextIOBase:
    file.seek(0)
    return codecs.getreader(encoding)(file)  # type: ignore[return-value]  # left open: the file is not ours to close


def delimiter_of(sample: str) -> str:
    """The delimiter that cuts most lines into the same number of pieces, more than one."""
    rows = sample.splitlines()[:60]
    return max(DELIMITERS, key=lambda d: _evenness(rows, d))


def _evenness(rows: list[str], delimiter: str) -> tuple[float, int]:
    try:
        widths = Counter(len(r) for r in csv.reader(rows, delimiter=delimiter) if len(r) > 1)
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    width, times = widths.most_common(1)[0]
    return times * min(width, 6), -DELIMITERS.index(delimiter)


def _lines(file: IO[bytes], encoding: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(_pieces(_text(file, encoding)), delimiter=delimiter)
    no = 0
    try:
        for no, cells in enumerate(reader, 1):
            _bounded(no, cells)
            yield Line(no, [_clean(c) for c in cells])
    except csv.Error as error:
        raise unfit(
            "broken_csv",
            "第{no}行读不下去",
            "引号没有闭合或单元格过长",
            "请检查这一行的引号，或另存为 xlsx 工作簿",
            no=no + 1,
        ) from error


def _pieces(text: io.TextIOBase) -> Iterator[str]:
    """Physical lines, \\n or \\r ended; a reader's own splitlines would also cut at U+2028 inside a cell."""
    rest = ""
    while piece := text.read(PIECE):
        parts = (rest + piece).replace("\r\n", "\n").split("\n")
        rest = parts.pop()
        if len(rest) > PIECE * 4:
            raise csv.Error("line too long")
        yield from (part + "\n" for part in parts)
    if rest:
        yield rest


def _bounded(no: int, cells: list[str]) -> None:
    longest = max(map(len, cells), default=0)
    if no > MOST_ROWS or len(cells) > MOST_COLUMNS:
        what = f"超过{MOST_ROWS}行" if no > MOST_ROWS else f"第{no}行超过{MOST_COLUMNS}列"
        raise unfit("too_many_cells", "表格太大", what, "请分成几个文件导入")
    if longest > LONGEST_CELL:
        raise unfit(
            "broken_csv",
            "第{no}行有一格超过{limit}字",
            "多半是前面的引号没有闭合",
            "请检查这一行的引号",
            no=no,
            limit=LONGEST_CELL,
        )


def _clean(cell: str) -> str:
    return cell.strip().translate(CONTROL) if cell else ""
