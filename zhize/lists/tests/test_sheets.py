"""A list goes out as a workbook, comes back edited, and says row by row what it would change before anything is filed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from tests.town import Town
from zhize.lists.models import Adjustment, Sheet
from zhize.lists.queries import items
from zhize.lists.queries.sheets import columns, read_back, workbook
from zhize.lists.tests.test_adjusting_pages import desk
from zhize.register.importing.source import open_book
from zhize.register.models import Body

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
Grid = list[list[str]]


@pytest.fixture
def body(town: Town) -> Body:
    return town.body("wz-zhujian")


def taken(town: Town, body: Body) -> Grid:
    """The workbook as a spreadsheet shows it."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(body, "power", town.now.date())))
    return [[str(c) for c in row] for row in book.get_sheet_by_index(0).to_python()]


def put(grid: Grid, path: Path) -> Path:
    with Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for r, row in enumerate(grid):
            for c, cell in enumerate(row):
                sheet.write_string(r, c, cell)
    return path


def at(grid: Grid, heading: str) -> int:
    return grid[0].index(heading)


def back(town: Town, body: Body, grid: Grid, tmp_path: Path, **more: bool):  # type: ignore[no-untyped-def]
    with open_book(put(grid, tmp_path / "back.xlsx")) as book:
        return read_back(book, body, "power", town.now.date(), **more)


def test_a_sheet_has_a_row_an_item_and_a_column_a_field(town: Town, body: Body) -> None:
    grid = taken(town, body)
    assert grid[0] == [heading for heading, _name in columns("power")]
    assert len(grid) - 1 == len(items(body, "power", town.now.date()))


def test_what_comes_back_untouched_asks_for_nothing(town: Town, body: Body, tmp_path: Path) -> None:
    read = back(town, body, taken(town, body), tmp_path)
    assert set(read.counts) == {"unchanged"}, [
        (r.name, r.verdict, r.why, r.changes) for r in read.rows if r.verdict != "unchanged"
    ][:3]
    assert read.asked == []


def test_every_row_that_went_in_is_told(town: Town, body: Body, tmp_path: Path) -> None:
    """One changed, one new, one refused, one said twice; rows in = taken + unchanged + refused."""
    grid = taken(town, body)
    penalty = next(n for n, row in enumerate(grid) if row[at(grid, "权力类型")] == "行政处罚")
    grid[penalty][at(grid, "处罚的行为")], grid[penalty][at(grid, "处罚的种类")] = "甲行为", "罚款"
    grid[penalty][at(grid, "处罚的幅度")] = "一千元以下"
    fresh = dict.fromkeys(grid[0], "") | {
        "事项名称": "对擅自占用演示绿道行为的处罚", "权力类型": "行政处罚", "设定依据": "建筑法64条", "行使层级": "市", "处罚的行为": "占用",
        "处罚的种类": "罚款", "处罚的幅度": "一千元以下",
    }  # fmt: skip
    wrong = fresh | {"事项名称": "占用绿道", "设定依据": "不存在法第一条"}
    grid += [[fresh[h] for h in grid[0]], [wrong[h] for h in grid[0]], list(grid[penalty])]
    read = back(town, body, grid, tmp_path)
    assert sum(read.counts.values()) == len(grid) - 1
    assert (read.counts["changed"], read.counts["added"], read.counts["refused"]) == (1, 1, 2)
    told = next(r for r in read.rows if r.verdict == "changed")
    assert ("处罚的行为", "", "甲行为") in told.changes
    assert {
        "法律登记中没有《不存在法》" in r.why or "出现了两次" in r.why for r in read.rows if r.verdict == "refused"
    } == {True}


def test_what_is_no_longer_there_is_dropped_only_when_the_sheet_is_the_whole_list(
    town: Town, body: Body, tmp_path: Path
) -> None:
    grid = taken(town, body)
    gone = grid.pop(3)
    assert "dropped" not in back(town, body, grid, tmp_path).counts
    read = back(town, body, grid, tmp_path, whole=True)
    assert [r.name for r in read.rows if r.verdict == "dropped"] == [gone[at(grid, "事项名称")]]


def test_a_sheet_becomes_drafts_and_all_of_them_are_filed_at_once(town: Town, body: Body, tmp_path: Path) -> None:
    grid = taken(town, body)
    free = set(Adjustment.objects.exclude(state="in_force").values_list("duty__key", flat=True))
    rows = [n for n in range(1, len(grid)) if grid[n][at(grid, "权力类型")] == "行政许可" and grid[n][0] not in free][
        :3
    ]
    for n in rows:
        grid[n][at(grid, "咨询方式")] = f"0577-0000020{n}"
    file = SimpleUploadedFile("清单.xlsx", put(grid, tmp_path / "up.xlsx").read_bytes())
    answer = desk("qingdan").post("/desk/adjustments/sheet/", {"kind": "power", "file": file, "reason": "改"})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    sheet = Sheet.objects.latest("pk")
    page = desk("qingdan").get(answer["Location"]).content.decode()
    assert "咨询方式" in page and f"一起报送 {len(rows)} 份" in page
    ids = list(Adjustment.objects.filter(sheet=sheet).values_list("pk", flat=True))
    desk("qingdan").post("/desk/adjustments/file/", {"ids": ids, "sheet": sheet.pk})
    assert set(Adjustment.objects.filter(sheet=sheet).values_list("state", flat=True)) == {"filed"}
    desk("fazhi").post("/desk/adjustments/vet/", {"ids": ids, "sheet": sheet.pk, "verdict": "passed"})
    assert set(Adjustment.objects.filter(sheet=sheet).values_list("state", flat=True)) == {"vetted"}


def test_an_item_under_way_is_not_asked_for_twice(town: Town, body: Body, tmp_path: Path) -> None:
    grid = taken(town, body)
    a = Adjustment.objects.filter(body=body, op="change").exclude(state="in_force").select_related("duty")[0]
    row = next(r for r in grid if r[0] == a.duty.key)  # type: ignore[union-attr]
    row[at(grid, "咨询方式")] = "0577-00000777"
    read = back(town, body, grid, tmp_path)
    assert read.counts["refused"] == 1 and a.no in next(r.why for r in read.rows if r.verdict == "refused")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"%PDF-1.7", b"a,b\n1,2\n"])
def test_a_file_that_is_no_list_is_refused_in_one_sentence(town: Town, body: Body, content: bytes) -> None:
    file = SimpleUploadedFile("x.xlsx", content)
    answer = desk("qingdan").post("/desk/adjustments/sheet/", {"kind": "power", "file": file, "reason": "改"})
    assert answer.status_code == 400
    assert not Sheet.objects.exists()


def test_a_formula_in_a_cell_is_words(town: Town, body: Body, tmp_path: Path) -> None:
    grid = taken(town, body)
    grid[1][at(grid, "内容")] = '=HYPERLINK("http://x")'
    read = back(town, body, grid, tmp_path)
    changed = next(r for r in read.rows if r.verdict in ("changed", "refused") and r.no == 2)
    assert any(after.startswith("=HYPERLINK") for _f, _b, after in changed.changes) or changed.why
