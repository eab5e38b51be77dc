"""Files as they arrive: encodings, delimiters, wrappings; and those that are refused, each in one sentence."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from zhize.kernel.errors import BadInput
from zhize.register.importing import limits, workbook
from zhize.register.importing.source import open_book
from zhize.register.importing.tests import legacy_book
from zhize.register.importing.tests.tables import text
from zhize.register.importing.tests.tables import workbook as xlsx

ROWS = [["名称", "代码", "备注"], ["温州市档案局", "330300", "甲，乙"], ["龙湾區", "", '他说"好"']]


def cells(path: Path) -> list[list[str]]:
    with open_book(path) as book:
        return [line.cells for sheet in book.sheets for line in sheet.lines]


def refusal(path: Path) -> BadInput:
    with pytest.raises(BadInput) as refused:
        cells(path)
    assert str(refused.value).count("\n") == 0
    assert refused.value.instead
    return refused.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_text_tables_in_every_usual_form(tmp_path: Path, encoding: str, delimiter: str) -> None:
    assert cells(text(tmp_path / "a.csv", ROWS, encoding, delimiter)) == ROWS


def test_a_gzipped_table(tmp_path: Path) -> None:
    plain = text(tmp_path / "a.csv", ROWS)
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert cells(packed) == ROWS
    with open_book(packed) as book:
        assert (book.name, book.sheets[0].name) == ("a.csv.gz", "a")


def test_cells_with_line_breaks_and_carriage_returns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes('甲,乙\r\n"第一行\r\n第二行",丙\r\n'.encode())
    assert cells(tmp_path / "a.csv") == [["甲", "乙"], ["第一行\n第二行", "丙"]]


def test_merged_cells_are_filled_and_numbers_read_as_people_see_them(tmp_path: Path) -> None:
    rows = [[None, "甲", 330275012000, 1.5], [None, None, 113303001234567890, True]]
    path = xlsx(tmp_path / "a.xlsx", {"表": rows}, {"表": ["B1:B2"]})
    assert cells(path) == [["甲", "330275012000", "1.5"], ["甲", "1.13303E+17", "是"]]


def test_an_old_workbook(tmp_path: Path) -> None:
    rows = [["机构名称", "级别"], ["温州市档案局", 3], ["", 4]]
    path = legacy_book.legacy(tmp_path / "a.xls", rows, extra=legacy_book.merged(1, 2, 0, 0))
    assert cells(path) == [["机构名称", "级别"], ["温州市档案局", "3"], ["温州市档案局", "4"]]


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        (legacy_book.formula(5, 1), "formula"),
        (legacy_book.far_cell(65535, 255), "too_many_cells"),
        (legacy_book._record(0x002F, b"\0" * 4), "locked"),
    ],
)
def test_old_workbooks_that_are_refused(tmp_path: Path, extra: bytes, code: str) -> None:
    assert refusal(legacy_book.legacy(tmp_path / "a.xls", [["甲"]], extra=extra)).code == code


def test_old_workbooks_with_macros_or_a_password_or_nothing(tmp_path: Path) -> None:
    assert refusal(legacy_book.legacy(tmp_path / "m.xls", [["甲"]], macro=True)).code == "macros"
    assert refusal(legacy_book.legacy(tmp_path / "e.xls", [["甲"]], stream="EncryptedPackage")).code == "locked"
    assert refusal(legacy_book.legacy(tmp_path / "w.doc", [["甲"]], stream="WordDocument")).code == "not_a_table"


def test_a_workbook_with_a_formula_names_the_cell(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet().write_formula("B7", "=1+1")
    book.close()
    assert "（B7）" in str(refusal(tmp_path / "a.xlsx"))


def test_a_workbook_with_one_cell_at_the_end_of_the_world(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet().write(1048575, 16383, "远")
    book.close()
    assert refusal(tmp_path / "a.xlsx").code == "too_many_cells"


def test_a_zip_bomb_is_not_unfolded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED", 1_000_000)
    path = _archive(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<workbook/>", "xl/media/x": bytes(2_000_000)})
    assert refusal(path).code == "zip_bomb"


def test_a_gzip_bomb_is_not_unfolded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhize.register.importing.source.LARGEST_UNPACKED", 1_000_000)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"a,b\n" * 1_000_000))
    assert refusal(tmp_path / "a.csv.gz").code == "unpacked_too_large"


def _archive(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"xl/workbook.xml": b"<workbook/>", "xl/vbaProject.bin": b"x"}, "macros"),
        ({"xl/workbook.bin": b"x"}, "not_a_table"),
        ({"word/document.xml": b"<w/>"}, "not_a_table"),
        ({"xl/workbook.xml": b"<workbook"}, "broken_workbook"),
    ],
)
def test_archives_that_are_no_plain_workbook(tmp_path: Path, parts: dict[str, bytes], code: str) -> None:
    assert refusal(_archive(tmp_path / "a.xlsx", parts)).code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"  \n", "empty_file"),
        (b"%PDF-1.4 x", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n", "not_a_table"),
        (b"a,b\x00c\n", "not_a_table"),
        (b"\xff\xfe\x00", "unknown_encoding"),
        (b"\x81\xff\x81\xff,\n", "unknown_encoding"),
        (b"PK\x03\x04 not really", "broken_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 not really", "broken_workbook"),
        (b"\x1f\x8b not really", "broken_gzip"),
    ],
)
def test_what_is_no_table(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    assert refusal(path).code == code


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv").code == "no_file"
    assert refusal(tmp_path).code == "no_file"


def test_an_open_quotation_mark_does_not_swallow_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("名称,代码\n" + '"甲,1\n' + "乙,2\n" * 50_000)
    assert refusal(tmp_path / "a.csv").code == "broken_csv"


def test_too_many_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("甲," * (limits.MOST_COLUMNS + 1))
    assert refusal(tmp_path / "a.csv").code == "too_many_cells"
