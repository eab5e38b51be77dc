"""A list in a file, by the columns a comparison needs: any csv, xls or xlsx an office has, in any encoding it uses.

Text tables are read line by line without the limits of an upload: the file is the operator's own, and a nation's list is long.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO

from zhize.kernel.compare.encoded import Rows
from zhize.kernel.errors import BadInput
from zhize.register.importing import delimited
from zhize.register.importing.columns import Field, Table
from zhize.register.importing.layout import LOOK_AHEAD, Heading, find_heading
from zhize.register.importing.limits import CONTROL, unfit
from zhize.register.importing.source import GZIP, OLE, STRANGE, ZIP, open_book
from zhize.register.importing.terms import Line

COLUMNS = Table(
    "compare",
    "清单",
    (
        Field("name", ("事项名称", "权力事项名称", "职权名称", "权力名称", "项目名称", "事项", "名称", "职责", "name")),
        Field("basis", ("设定依据", "实施依据", "法律依据", "法定依据", "依据", "basis")),
        Field("type", ("权力类型", "事项类型", "职权类型", "类别", "类型", "task_type", "type")),
        Field("code", ("事项编码", "基本编码", "实施编码", "权力编码", "item_code", "编码", "编号", "code")),
    ),
    (("name",),),
)
LONGEST_CELL = 1 << 20


@dataclass
class ListTable:
    """The rows of one file; `numbers` are their row numbers, the first row below the heading being 1."""

    names: list[str] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def rows(self) -> Rows:
        return Rows(self.names, self.bases, self.types, self.codes)

    def ids(self) -> Sequence[str | int]:
        """What a row is called: its code where every row has one of its own, else its number."""
        own = all(self.codes) and len(set(self.codes)) == len(self.codes)
        return self.codes if own and self.codes else self.numbers


def read_table(path: Path) -> ListTable:
    """The list in this file; refused in one sentence when it is none, or has no column of names."""
    with _opened(path) as file:
        head = file.read(8)
        file.seek(0)
        if head.startswith((ZIP, OLE, GZIP)) or any(head.startswith(mark) for mark in STRANGE) or not head.strip():
            return _from_book(path)
        encoding, _ = delimited.encoding_of(file)
        with path.open(encoding=encoding, newline="") as text:
            delimiter = delimited.delimiter_of(text.read(delimited.SAMPLE))
            text.seek(0)
            return _taken(_cells(csv.reader(text, delimiter=delimiter)), path.name)


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        why = error.strerror or "无法读取"
        raise unfit("unreadable", "打不开文件“{name}”", why, "请核对文件的位置和权限", name=path.name) from error


def _from_book(path: Path) -> ListTable:
    """A workbook, or anything packed: by the importers' reader, within its limits; the first sheet with a list."""
    with open_book(path) as book:
        for sheet in book.sheets[:-1]:
            try:
                return _taken((line.cells for line in sheet.lines), path.name)
            except BadInput:
                continue
        return _taken((line.cells for line in book.sheets[-1].lines), path.name)


def _cells(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL)
    try:
        yield from reader
    except (csv.Error, UnicodeDecodeError) as error:
        raise unfit(
            "broken_csv", "表格读不下去", "引号没有闭合或单元格过长", "请检查引号，或另存为 xlsx 工作簿"
        ) from error


def _taken(lines: Iterator[list[str]], name: str) -> ListTable:
    ahead = [Line(no, [cell.strip() for cell in cells]) for no, cells in enumerate(islice(lines, LOOK_AHEAD), 1)]
    heading = find_heading(ahead, (COLUMNS,))
    if heading is None:
        raise unfit("no_names", "“{name}”里没有找到事项名称一列", "", "请在首行写明 name（名称）、basis（依据）、type（类型）、code（编码）", name=name)  # fmt: skip
    table = ListTable()
    _fill(table, heading, (line.cells for line in ahead[ahead.index(heading.rows[-1]) + 1 :]))
    _fill(table, heading, lines)
    return table


def _fill(table: ListTable, heading: Heading, lines: Iterator[list[str]]) -> None:
    """Blank lines count as rows but are none; repeated texts are kept once, which halves the memory of a long list."""
    at = [heading.fields.get(f.name, -1) for f in COLUMNS.fields]
    kept: dict[str, str] = {}
    last = table.numbers[-1] if table.numbers else 0
    for number, cells in enumerate(lines, last + 1):
        if not any(cells):
            continue
        name, basis, kind, code = (_clean(cells[i]) if 0 <= i < len(cells) else "" for i in at)
        table.names.append(name)
        table.bases.append(kept.setdefault(basis, basis))
        table.types.append(kept.setdefault(kind, kind))
        table.codes.append(code)
        table.numbers.append(number)


def _clean(cell: str) -> str:
    return cell if cell.isprintable() and not cell[:1].isspace() else cell.strip().translate(CONTROL)
