"""Headings found, columns matched, lines sorted."""

from __future__ import annotations

import pytest

from zhize.register.importing.columns import match
from zhize.register.importing.kinds import KINDS
from zhize.register.importing.layout import Layout, find_heading
from zhize.register.importing.terms import Line, Sheet

TABLES = KINDS["power"].tables


def lines(*rows: list[str]) -> list[Line]:
    return [Line(n, row) for n, row in enumerate(rows, 1)]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("事项名称", "name"),
        ("權力事項名稱", "name"),
        (" 职 权 名 称 ", "name"),
        ("实施主体（责任单位）", "body"),
        ("*实施依据", "basis"),
        ("法定办结时限(工作日)", "legal_days"),
        ("行政权力类型", "type"),
        ("权力编码", "code"),
        ("天气", ""),
    ],
)
def test_a_heading_is_taken_for(heading: str, field: str) -> None:
    assert match([[heading]], TABLES[0])[0].field == field


def test_the_more_usual_of_two_exact_headings_wins() -> None:
    columns = match([["主项名称"], ["事项名称"]], TABLES[0])
    assert [c.field for c in columns] == ["main_item", "name"]
    assert match([["主项名称"]], TABLES[0])[0].field == "name"


def test_every_kind_finds_its_own_table_word_for_word() -> None:
    for kind in KINDS.values():
        for table in kind.tables:
            found = find_heading(lines([f.label for f in table.fields]), kind.tables)
            assert found is not None, table.key
            assert (found.table.key, len(found.fields)) == (table.key, len(table.fields))


def test_lines_that_are_no_data() -> None:
    rows = [
        ["权力清单", "", ""],
        ["序号", "事项名称", "实施主体"],
        ["1", "对甲行为的处罚", "市教育局"],
        ["", "", ""],
        ["2", "", ""],
        ["二、检查（共1项）", "", ""],
        ["序号", "事项名称", "实施主体"],
        ["3", "对乙行为的检查", "市教育局"],
        ["合计：2项", "", ""],
        ["说明：以上事项依法行使", "", ""],
    ]
    layout = Layout(Sheet("a", lines(*rows)), TABLES)
    reasons = [reason for _, _, reason in layout.rows()]
    assert reasons == ["标题行", "表头", "", "空行", "空行", "分组标题", "表头", "", "合计行", "附注行"]
    assert [(s.name, s.promised, s.rows) for s in layout.sections] == [("检查", 1, 1)]
