"""乡镇履行职责事项清单 as offices publish it: three sheets, or one table with a column for the kind."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.town import Town
from zhize.register.importing.tests.reader import accepted, at_desk, data, errors, lists, tried
from zhize.register.importing.tests.tables import workbook
from zhize.register.models import DutyWording, Holding, TownshipItem
from zhize.register.queries import resolve

DAY = date(2016, 7, 1)
HEADS = ["序号", "事项名称", "承接部门", "履职方式"]


@pytest.fixture
def names(town: Town) -> list[tuple[str, int, str]]:
    """Items a county department alone answers for in the street: (name, duty, department)."""
    from zhize.register.queries.bodies import body_name

    at = town.place("五马街道", DAY).pk
    rows = Holding.objects.as_of(DAY).filter(capacity="NAME_HOLDER", place=town.place("330302", DAY), level=4)
    found = []
    for h in rows.select_related("duty").order_by("pk"):
        words = DutyWording.objects.as_of(DAY).filter(duty=h.duty).values_list("name", flat=True).first()
        same = DutyWording.objects.as_of(DAY).filter(name=words).count()
        if words and same == 1 and resolve(h.duty_id, at, DAY).kind == "one":
            found.append((words, h.duty_id, body_name(h.body_id, DAY)))
        if len(found) == 3:
            return found
    raise AssertionError("the town holds too little")


def county(town: Town):  # type: ignore[no-untyped-def]
    return at_desk(town, lists(town, issuer="鹿城区人民政府", issuer_level="county", issuer_area="330302"), "330302")


def test_three_sheets_become_three_kinds_and_the_holdings_follow(
    town: Town, names: list[tuple[str, int, str]], tmp_path: Path
) -> None:
    (helped, helped_duty, lead), (gone, gone_duty, taker), _ = names
    book = workbook(
        tmp_path / "a.xlsx",
        {
            "配合履职事项清单": [HEADS, [1, helped, lead, "劝导"]],
            "上级部门收回事项清单": [HEADS, [1, gone, taker, "由部门直接办理"]],
        },
    )
    draft = accepted("township", book, county(town), town)
    assert draft.state == "accepted"
    kinds = dict(TownshipItem.objects.live().values_list("duty_id", "kind"))
    assert kinds[helped_duty] == "assist" and kinds[gone_duty] == "withdrawn"
    street = town.place("五马街道", DAY).pk
    assert town.body("五马街道办事处", DAY).pk in {c.body_id for c in resolve(helped_duty, street, DAY).assist}
    assert not resolve(gone_duty, street, DAY).assist


def test_one_table_with_a_column_for_the_kind_and_one_for_the_township(
    town: Town, names: list[tuple[str, int, str]], tmp_path: Path
) -> None:
    name, duty, lead = names[0]
    rows = [["事项名称", "类别", "乡镇街道", "上级部门"], [name, "配合", "五马街道", lead]]
    accepted("township", workbook(tmp_path / "b.xlsx", {"a": rows}), county(town), town)
    item = TownshipItem.objects.live().get(duty=duty)
    assert (item.place, item.kind) == (town.place("五马街道", DAY), "assist")


def test_what_a_row_lacks_is_said_at_its_column(town: Town, names: list[tuple[str, int, str]], tmp_path: Path) -> None:
    name, _, lead = names[0]
    rows = [
        ["事项名称", "类别", "乡镇街道", "上级部门"],
        [name, "看着办", "五马街道", lead],
        [name, "收回", "五马街道", None],
        [name, "配合", "没有的街道", lead],
        ["没有登记过的事项", "配合", "五马街道", lead],
    ]
    _, judged = tried("township", workbook(tmp_path / "c.xlsx", {"a": rows}), county(town))
    said = [(f.row, f.column) for f in errors(judged)]
    assert len(data(judged)) == 4 and {row for row, _ in said} == {2, 3, 4, 5}
    assert {"类别", "上级部门", "乡镇街道", "事项名称"} <= {column for _, column in said}
