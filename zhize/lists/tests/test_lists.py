"""A body's list on a day: computed from the register, with everything that is said of an item."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tests.town import Town
from zhize.kernel.errors import BadInput
from zhize.lists import queries
from zhize.register.commands import describe
from zhize.register.fields import FIELDS, lacking, read, say
from zhize.register.terms import Described

MAY, JULY = date(2016, 5, 1), date(2016, 7, 1)


@pytest.fixture
def anybody(town: Town) -> Client:
    return Client(headers={"host": "localhost"})


def names(town: Town, body: str, day: date) -> set[str]:
    return {i.key for i in queries.items(town.body(body), "power", day)}


def test_what_was_handed_over_leaves_one_list_and_stands_in_the_other_the_same_day(town: Town) -> None:
    """The notice of 1 June 2016 moved penalties from the departments to the enforcement bureau."""
    arrived = names(town, "wz-zhifa", JULY) - names(town, "wz-zhifa", MAY)
    left = set().union(*(names(town, b, MAY) - names(town, b, JULY) for b in ("wz-zhujian", "wz-huanbao", "wz-guihua")))
    assert arrived & left


def test_the_list_of_a_hundred_items_costs_as_many_queries_as_one_of_ten(
    town: Town, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    with django_assert_max_num_queries(8):
        assert len(queries.items(town.body("wz-zhujian"), "power", JULY)) > 10


def test_particulars_are_said_from_a_day_on_and_the_day_before_reads_as_it_did(town: Town) -> None:
    body = town.body("wz-zhujian")
    item = next(i for i in queries.items(body, "power", MAY) if i.type == "01")
    paper = town.notice(effective=JULY, kind="list")
    describe([Described(town.duty(item.key), {"unit": "行政审批处", "promised_limit": "7个工作日"}, JULY, body)],
             instrument=paper, by=town.seat("dengji"), now=town.now)  # fmt: skip
    before = next(i for i in queries.items(body, "power", MAY) if i.key == item.key)
    after = next(i for i in queries.items(body, "power", JULY) if i.key == item.key)
    assert "unit" not in before.said
    assert after.said["unit"] == "行政审批处"
    assert after.said["promised_limit"] == "7wd"


def test_a_field_the_type_has_not_is_refused_by_its_name() -> None:
    with pytest.raises(BadInput, match="没有“处罚的行为”"):
        read({"conduct": "占道"}, "01")


def test_a_promise_longer_than_the_law_allows_is_refused() -> None:
    with pytest.raises(BadInput, match="20个工作日长于法定时限15个工作日"):
        read({"legal_limit": "15wd", "promised_limit": "20"}, "01")


def test_a_fee_without_a_basis_is_refused() -> None:
    with pytest.raises(BadInput, match="收费"):
        read({"fees": [{"项目": "工本费", "标准": "10元"}]}, "01")


def test_a_penalty_lacks_what_makes_it_one() -> None:
    assert [f.name for f in lacking("02", {"conduct": "占道"})] == ["penalty", "range"]


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_said_in_words_reads_back_the_same(name: str) -> None:
    field, sample = FIELDS[name], {"limit": "15wd", "lines": ["甲", "乙"], "choice": "", "choices": [], "table": []}
    value = sample.get(field.shape, "文字")
    if field.shape == "table":
        value = [{c: f"{c}一" for c in field.columns}]
    assert (
        read({name: say(field, value)}, field.types[0]).get(name, "" if field.shape == "choice" else []) == value
        or not value
    )


def test_a_list_an_item_and_the_overview_can_be_read_as_of_a_day(anybody: Client, town: Town) -> None:
    page = anybody.get("/lists/wz-zhujian/power/", {"day": "2016-05-01"}).content.decode()
    key = queries.items(town.body("wz-zhujian"), "power", MAY)[0].key
    assert f"/items/wz-zhujian/{key}/?day=2016-05-01" in page
    assert anybody.get(f"/items/wz-zhujian/{key}/", {"day": "2016-05-01"}).status_code == 200
    assert "权力清单" in anybody.get("/lists/", {"q": "住房"}).content.decode()


def test_a_list_that_does_not_exist_is_not_found(anybody: Client) -> None:
    assert anybody.get("/lists/wz-zhujian/wishes/").status_code == 404
    assert anybody.get("/items/wz-zhujian/agr-pesticide/").status_code == 404
