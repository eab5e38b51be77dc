"""Lists as sheets: xlsx, csv and plain JSON."""

from __future__ import annotations

import csv as table
import io
import json
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any

import xlsxwriter

from zhize.lists.wording import columns, left_out, title

BOM = "\ufeff"  # without it Excel reads a csv in the machine's own code page
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet would run what begins so
PIECE = 1 << 16
LONGEST_CELL = 32_767  # Excel's own limit


def guarded(text: str) -> str:
    """A cell that cannot be taken for a formula (CSV injection): Excel hides the leading apostrophe."""
    return f"'{text}" if text.startswith(RISKY) else text


def csv(rendered: dict[str, Any]) -> Iterator[bytes]:
    """One line an item under one line of headings, CRLF, UTF-8 with BOM (RFC 4180, as Excel wants it)."""
    wanted, out = columns(rendered["items"]), io.StringIO()
    write = table.writer(out)
    out.write(BOM)
    write.writerow(["序号", *(c.label for c in wanted)])
    for no, item in enumerate(rendered["items"], 1):
        write.writerow([no, *(guarded(c.of(item)) for c in wanted)])
        if out.tell() > PIECE:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def xlsx(rendered: dict[str, Any]) -> Iterator[bytes]:
    """A title row, the headings, one row an item; frozen, filtered and ready to print on A4. Every cell is text."""
    with TemporaryFile() as file:
        _workbook(file, rendered)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _workbook(file: Any, rendered: dict[str, Any]) -> None:
    wanted, last = columns(rendered["items"]), len(rendered["items"]) + 1
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("清单")
        head = book.add_format(
            {"bold": True, "bg_color": "#E8EEF5", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        book.set_properties({"title": title(rendered)})
        _page(sheet, wanted, last)
        sheet.set_row(0, 30)
        sheet.write_string(
            0,
            0,
            f"{title(rendered)}（截至{rendered['list']['day']}）{''.join(left_out(rendered))}",
            book.add_format({"bold": True, "font_size": 16}),
        )
        for at, label in enumerate(["序号", *(c.label for c in wanted)]):
            sheet.write_string(1, at, label, head)
        for row, item in enumerate(rendered["items"], 2):
            sheet.write_number(row, 0, row - 1, cell)
            for at, column in enumerate(wanted, 1):
                sheet.write_string(row, at, column.of(item)[:LONGEST_CELL], cell)


def _page(sheet: Any, wanted: list[Any], last: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.set_footer("&C— &P —")
    sheet.freeze_panes(2, 0)
    sheet.autofilter(1, 0, last, len(wanted))
    sheet.set_column(0, 0, 6)
    for at, column in enumerate(wanted, 1):
        sheet.set_column(at, at, column.width)


def json_(rendered: dict[str, Any]) -> Iterator[bytes]:
    """The render itself, readable."""
    yield json.dumps(rendered, ensure_ascii=False, indent=1).encode()
