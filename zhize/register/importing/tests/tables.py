"""Tables as offices make them, written by the test itself: with titles, merged cells, sections, in any order and script."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

Rows = Sequence[Sequence[object]]
POWER = [
    "序号",
    "主项编码",
    "事项名称",
    "权力类型",
    "实施依据",
    "行使层级",
    "实施主体",
    "承办机构",
    "法定时限",
    "承诺时限",
]


def workbook(path: Path, sheets: dict[str, Rows], merged: dict[str, Sequence[str]] | None = None) -> Path:
    """One sheet per entry; `merged` lists ranges per sheet, filled with their first cell's value."""
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(at, column, value)
        for area in (merged or {}).get(name, ()):
            first = area.split(":")[0]
            column, line = ord(first[0]) - 65, int(first[1:]) - 1
            sheet.merge_range(area, rows[line][column])
    book.close()
    return path


def text(path: Path, rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def power_row(no: int, code: object, name: str, body: str = "温州市教育局", **other: object) -> list[object]:
    """A row of a power list in the usual order, good unless said otherwise."""
    said = {
        "type": "行政处罚",
        "basis": "《中华人民共和国教育法》第七十五条",
        "levels": "市级",
        "unit": "法规处",
        "legal": "",
        "promised": "",
    } | other
    return [
        no,
        code,
        name,
        said["type"],
        said["basis"],
        said["levels"],
        body,
        said["unit"],
        said["legal"],
        said["promised"],
    ]
