"""A government's whole list: all its bodies together, live; and the list of what a standard makes a basic public service."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from importlib import import_module

import pytest
from django.test import Client

from tests.town import Town
from zhize.lists.kinds import LISTS
from zhize.lists.queries import items, whole
from zhize.lists.queries.issues import Issue
from zhize.lists.queries.renderers import RENDERERS, render
from zhize.lists.queries.whole import Narrowed, Whole, members
from zhize.register.commands import describe
from zhize.register.models import Body, BodySite
from zhize.register.terms import Described

JULY = date(2016, 7, 1)
CITY = "/lists/whole/330300/power/"


@pytest.fixture
def anybody(town: Town) -> Client:
    return Client(headers={"host": "localhost"})


def of(town: Town, place: str, kind: str = "power", **said: str) -> Whole:
    return Whole(town.place(place), LISTS[kind], JULY, None, Narrowed.of(said))


def walked(it: Whole, size: int) -> list[tuple[str, str]]:
    """Every page from the first to the last, then back again: both ways must show the same."""
    down, params, back = [], {}, []
    while True:
        shown, found = it.page(params, size)
        down += [(h.body.code, i.key) for h, i in zip(shown.rows, found, strict=True)]
        if not shown.older:
            break
        params = {"before": shown.older}
    while True:
        back = [(h.body.code, h.duty.key) for h in shown.rows] + back
        if not shown.newer:
            break
        shown, _found = it.page({"after": shown.newer}, size)
    assert back == down
    return down


def test_the_pages_of_a_government_are_the_lists_of_its_bodies_each_item_once(town: Town) -> None:
    found = walked(of(town, "330300"), 200)
    bodies = BodySite.objects.as_of(JULY).filter(place=town.place("330300")).values("body")
    each = {(b.code, i.key) for b in Body.objects.filter(pk__in=bodies) for i in items(b, "power", JULY)}
    assert len(found) == len(set(found)) > 200
    assert (
        set(found)
        == each
        == {(i["body"]["code"], i["key"]) for i in render(Issue("power", place=town.place("330300")), JULY)["items"]}
    )


@pytest.mark.parametrize("kind", ["town", "zone"])
def test_townships_and_zones_are_those_in_the_territory(town: Town, kind: str) -> None:
    it = of(town, "330300", kind)
    there = set(members(it.place, it.kind, JULY).values_list("body__kind", flat=True))
    assert there == set(it.kind.bodies)
    found = set(walked(it, 300))
    assert found == {(i["body"]["code"], i["key"]) for i in render(Issue(kind, place=it.place), JULY)["items"]}
    assert found


def test_a_countys_townships_are_not_the_next_countys(town: Town) -> None:
    one = {code for code, _ in walked(of(town, "330302", "town"), 300)}
    other = {code for code, _ in walked(of(town, "330303", "town"), 300)}
    assert one and other and not one & other


def test_a_list_is_looked_for_in_a_few_bodies_first_and_found_all_the_same(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = walked(of(town, "330300", type="05"), 7)
    monkeypatch.setattr(whole, "FIRST", 1)
    monkeypatch.setattr(whole, "WIDER", 2)
    assert walked(of(town, "330300", type="05"), 7) == expected != []


def test_words_body_type_and_law_narrow_the_page_and_what_is_taken_away(anybody: Client) -> None:
    asked = {"day": "2016-05-01", "q": "的处罚", "body": "住房", "type": "02", "law": "物业管理条例"}
    page = anybody.get(CITY, asked).content.decode()
    rows = list(csv.DictReader(io.StringIO(anybody.get(f"{CITY}list.csv", asked).getvalue().decode("utf-8-sig"))))
    assert rows and all("住房" in r["实施主体"] and "物业管理条例" in r["设定依据"] for r in rows)
    assert page.count("<tr><th") - 1 == min(30, len(rows))
    assert {r["权力类型"] for r in rows} == {"行政处罚"}


@pytest.mark.parametrize("format", ["xlsx", "csv", "json", "jsonld", "docx", "pdf"])
def test_it_is_taken_away_in_every_format(anybody: Client, format: str) -> None:
    said = anybody.get(f"{CITY}list.{format}", {"day": "2016-07-01", "body": "档案"})
    assert said.status_code == 200
    assert len(said.getvalue()) > 1000


def test_a_list_too_long_for_paper_says_how_it_can_be_had(anybody: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("zhize.lists.public.editions"), "ON_PAPER", 10)
    said = anybody.get(f"{CITY}list.pdf", {"day": "2016-07-01"})
    assert said.status_code == 400
    assert "zhize lists export" in said.content.decode()
    assert anybody.get(f"{CITY}list.csv", {"day": "2016-07-01"}).status_code == 200


def test_the_whole_lists_stand_above_the_lists_of_a_place(anybody: Client) -> None:
    page = anybody.get("/lists/", {"day": "2016-07-01", "place": "330300"}).content.decode()
    for kind in LISTS:
        assert f'href="/lists/whole/330300/{kind}/?day=2016-07-01"' in page
    street = anybody.get("/lists/", {"day": "2016-07-01", "place": "330302001"}).content.decode()
    assert "/zone/" not in street


def test_what_is_kept_back_is_neither_on_the_page_nor_counted(town: Town, anybody: Client) -> None:
    body = town.body("wz-zhujian")
    item = items(body, "power", JULY)[0]
    before = len(walked(of(town, "330300"), 300))
    describe([Described(town.duty(item.key), {"openness": "内部"}, JULY, body)],
             instrument=town.notice(effective=JULY, kind="list"), by=town.seat("dengji"), now=town.now)  # fmt: skip
    after = walked(of(town, "330300"), 300)
    assert len(after) == before - 1
    assert ("wz-zhujian", item.key) not in after
    assert (
        f"/items/wz-zhujian/{item.key}/"
        not in anybody.get(CITY, {"day": "2016-07-01", "body": "wz-zhujian"}).content.decode()
    )
    assert json.loads(anybody.get(f"{CITY}list.json", {"day": "2016-07-01"}).getvalue())["kept_back"] == 1


def test_what_does_not_exist_is_not_found(anybody: Client) -> None:
    for address in ("/lists/whole/330300/wishes/", "/lists/whole/nowhere/power/", f"{CITY}list.doc"):
        assert anybody.get(address).status_code == 404
    assert anybody.get(CITY, {"before": "x"}).status_code == 400


# ---- 基本公共服务 -----------------------------------------------------------------------------------------------------


def test_a_basic_public_service_is_one_a_standard_lists(town: Town) -> None:
    body = town.body("wz-weiji")
    every, basic = ({i.key for i in items(body, kind, JULY)} for kind in ("service", "basic_service"))
    assert basic == {"hea-vaccination", "hea-registration"} < every


def test_the_mark_comes_and_goes_with_the_standard(town: Town) -> None:
    """法律援助 stands in the list of 2017, not in that of 2012."""
    body, day = town.body("wz-sifa"), date(2017, 1, 23)
    assert "jus-aid-service" not in {i.key for i in items(body, "basic_service", JULY)}
    assert "jus-aid-service" in {i.key for i in items(body, "basic_service", day)}


def test_the_list_the_count_and_the_file_agree(anybody: Client) -> None:
    page = anybody.get("/lists/wz-weiji/basic_service/", {"day": "2016-07-01"}).content.decode()
    assert "基本公共服务清单 2</a>" in page and "国家基本标准" in page
    rows = json.loads(anybody.get("/lists/wz-weiji/basic_service/list.json", {"day": "2016-07-01"}).getvalue())
    assert {i["key"] for i in rows["items"]} == {"hea-vaccination", "hea-registration"}


def test_an_edition_of_the_first_renderer_still_reads_as_it_was_published(town: Town) -> None:
    """It took every service for a basic one; what was published so is proved so."""
    issue = Issue("basic_service", town.body("wz-weiji"))
    first, second = (RENDERERS[n](issue, JULY, None) for n in (1, 2))
    assert len(first["items"]) > len(second["items"]) == 2
