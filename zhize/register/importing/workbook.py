"""xlsx workbooks: looked over before they are read, then read with their merged cells filled.

The reader keeps a sheet as one dense rectangle, so a single cell at the far corner costs the whole rectangle; a small
archive can unfold to gigabytes; a formula shows a value nobody typed. All that is seen in the raw parts first.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetVisibleEnum,
    ZipError,
)

from zhize.kernel.errors import BadInput
from zhize.register.importing.limits import CONTROL, LARGEST_UNPACKED, MOST_CELLS, PIECE, unfit
from zhize.register.importing.terms import Line, Sheet

BROKEN = "请用表格软件打开后另存为 xlsx 工作簿"
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_TAGS = re.compile(rb"<(?:\w+:)?(c|row)(?=[\s>/])")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s>/])")
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,9})"')


def sheets(file: IO[bytes]) -> list[Sheet]:
    """The sheets of a workbook that may be read."""
    _look_over(file)
    file.seek(0)
    return read(file)


def read(file: IO[bytes]) -> list[Sheet]:
    """Sheets through the reader; whatever it cannot read is refused, not raised."""
    try:
        book = CalamineWorkbook.from_filelike(file)
        return [_sheet(book, m) for m in book.sheets_metadata]
    except PasswordError as error:
        raise locked() from error
    except (CalamineError, ZipError, ValueError, OSError) as error:
        raise broken() from error
    except BaseException as error:  # the reader is Rust: what it did not foresee comes as a panic, no Exception
        raise _tamed(error) from error


def _sheet(book: CalamineWorkbook, about: SheetMetadata) -> Sheet:
    lines = _Lines(book, about.name)
    lines.sheet = Sheet(about.name, lines, hidden=about.visible != SheetVisibleEnum.Visible)
    return lines.sheet


class _Lines:
    """The lines of one sheet, fetched from the reader only when they are asked for."""

    sheet: Sheet

    def __init__(self, book: CalamineWorkbook, name: str) -> None:
        self.book, self.name = book, name

    def __iter__(self) -> Iterator[Line]:
        try:
            sheet = self.book.get_sheet_by_name(self.name)
            merged = sheet.merged_cell_ranges or []
        except (CalamineError, ValueError, OSError) as error:
            raise broken() from error
        except BaseException as error:
            raise _tamed(error) from error
        if sheet.height * sheet.width > MOST_CELLS:
            raise too_large(f"工作表“{self.name}”有{sheet.height}行{sheet.width}列")
        self.sheet.total = sheet.height
        yield from _filled(sheet, merged)


def _filled(sheet: CalamineSheet, merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> Iterator[Line]:
    """Rows with every cell of a merged range holding the range's value. Numbers of rows are the spreadsheet's."""
    left = (sheet.start or (0, 0))[1]
    begins: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for (r0, c0), (r1, c1) in merged:
        begins[r0].append((r1, c0 - left, min(c1 - left, sheet.width - 1)))
    open_: list[tuple[int, int, int, str]] = []
    for at, values in enumerate(sheet.iter_rows()):
        cells = [_plain(v) for v in values]
        opened = [(r1, c0, c1, cells[c0]) for r1, c0, c1 in begins.get(at, ()) if 0 <= c0 < len(cells)]
        open_ = [o for o in open_ if o[0] >= at] + opened
        for _, c0, c1, value in open_:
            cells[c0 : c1 + 1] = [value] * (c1 + 1 - c0)
        yield Line(at + 1, cells, any(c0 == 0 and c1 >= max(2, len(cells) // 2) for _, c0, c1, _ in opened))


def _plain(value: Any) -> str:
    """A cell's value as a person would read it; a number too long to be kept exactly says so by its notation."""
    if isinstance(value, str):
        return value.strip().translate(CONTROL) if value else ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    if value.is_integer():
        return str(int(value)) if abs(value) < 1e15 else f"{value:.5E}"
    return repr(value)


# -- looking over ------------------------------------------------------------------------------------------------------
def _look_over(file: IO[bytes]) -> None:
    """1 not a bomb · 2 a plain workbook · 3 no macros · 4 each sheet of a bearable size, without formulas."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = {i.filename: i for i in archive.infolist()}
            _bearable(archive)
            _plain_workbook(set(names))
            _unfold(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise broken() from error


def _bearable(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    size = sum(i.file_size for i in parts)
    if size > LARGEST_UNPACKED or len(parts) > 5000:
        raise unfit(
            "zip_bomb",
            "工作簿解开后太大",
            "共 {size} MB、{parts} 个部分，可能是压缩炸弹",
            "请核对文件来源，或分成几个文件导入",
            size=size // 1_000_000,
            parts=len(parts),
        )


def _plain_workbook(names: set[str]) -> None:
    if any(n.lower().endswith("vbaproject.bin") or n.startswith("xl/macrosheets/") for n in names):
        raise macros()
    if "xl/workbook.bin" in names:
        raise unfit("not_a_table", "这是 xlsb 工作簿", "不读二进制工作簿", "请另存为 xlsx 工作簿")
    if "xl/workbook.xml" not in names:
        raise unfit("not_a_table", "这不是 Excel 工作簿", "压缩包里没有工作簿", "请另存为 xlsx 工作簿或 UTF-8 的 csv")


def _unfold(archive: zipfile.ZipFile) -> None:
    """Every part is unfolded once, in pieces: its stated size and checksum must be true, its cells few enough."""
    for part in archive.infolist():
        look = _Look()
        with archive.open(part) as stream:
            while piece := stream.read(PIECE):
                look.at(piece)


class _Look:
    """Counts cells, the rectangle they span, and formulas, in a part's raw XML seen piece by piece.

    A sheet is known by its sheetData, not by its place in the archive: the reader follows references anywhere.
    """

    def __init__(self) -> None:
        self.rest = b""
        self.is_sheet = False
        self.rows = self.columns = self.cells = self.row_tags = 0

    def at(self, piece: bytes) -> None:
        self.is_sheet = self.is_sheet or b"sheetData" in self.rest + piece
        if not self.is_sheet:
            self.rest = piece[-20:]
            return
        text = self.rest + piece
        cut = text.rfind(b"<") if text.rfind(b">") < text.rfind(b"<") else len(text)
        text, self.rest = text[:cut], text[cut:]
        if len(self.rest) > PIECE:
            raise broken()
        if found := _FORMULA.search(text):
            raise _formula(text[: found.start()])
        for tag in _TAGS.findall(text):
            self.cells += tag == b"c"
            self.row_tags += tag == b"row"
        self._stretch(text)
        self._judge()

    def _stretch(self, text: bytes) -> None:
        places = _CELL.findall(text)
        self.columns = max(self.columns, max((_column(c) for c in {c for c, _ in places}), default=0))
        self.rows = max([self.rows, self.row_tags, *map(int, _ROW.findall(text)), *(int(r) for _, r in places[-1:])])

    def _judge(self) -> None:
        rows, columns = self.rows, max(self.columns, self.cells // max(self.row_tags, 1))
        if self.cells > MOST_CELLS or rows > 1_048_576 or columns > 16_384 or rows * columns > MOST_CELLS * 4:
            raise too_large(f"有一张工作表占{rows}行{columns}列")


def _column(letters: bytes) -> int:
    number = 0
    for c in letters:
        number = number * 26 + c - 64
    return number


def _formula(before: bytes) -> BadInput:
    found = re.findall(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+\d+)"', before[-2000:])
    return formula(found[-1].decode() if found else "")


def formula(cell: str) -> BadInput:
    return unfit(
        "formula",
        "工作簿里有公式{cell}",
        "公式的结果会随打开的软件和时间变化，不能作为登记依据",
        "请全选、复制，用“选择性粘贴—数值”去掉公式后再导入",
        cell=f"（{cell}）" if cell else "",
    )


def macros() -> BadInput:
    return unfit("macros", "工作簿含有宏", "导入不接受带宏的文件", "请另存为不带宏的 xlsx 工作簿")


def too_large(what: str) -> BadInput:
    return unfit("too_many_cells", "表格太大", what + "，超过上限", "请删去空白的行列，或分成几个文件导入")


def broken() -> BadInput:
    return unfit("broken_workbook", "工作簿已损坏，读不出来", "文件内容不完整或不合规范", BROKEN)


def locked() -> BadInput:
    return unfit("locked", "工作簿设了密码", "加密的文件读不出来", "请去掉打开密码后再导入")


def _tamed(error: BaseException) -> BaseException:
    """A panic of the reader becomes a refusal; an interruption stays one."""
    return broken() if type(error).__name__ == "PanicException" else error
