"""Who may change the map: the level that the law names, within its area, by an officer whose seat reaches there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.town import Town, system
from zhize.kernel.errors import Refusal
from zhize.places.commands import (
    close_place,
    establish,
    link_zone,
    recode,
    redraw,
    regroup,
    rename_place,
    succeed,
    unlink_zone,
)
from zhize.places.models import Place, PlaceLink
from zhize.places.queries import chain_of, find_place
from zhize.places.terms import Dated, PlaceHistory
from zhize.record.models import Event, Instrument

DAY = date(2026, 1, 1)
STREET, COUNTY, CITY = "五马街道", "330302", "330300"
COUNCIL = {
    "issuer": "国务院",
    "issuer_class": "政府",
    "issuer_level": "nation",
    "issuer_area": "000000",
    "kind": "reply",
}
PROVINCE = {"issuer": "浙江省人民政府", "issuer_level": "province", "issuer_area": "330000", "kind": "reply"}
CITY_REPLY = {"kind": "reply"}
COUNTY_REPLY = {"issuer": "鹿城区人民政府", "issuer_level": "county", "issuer_area": "330302", "kind": "reply"}
MINISTRY = {
    "issuer": "民政部",
    "issuer_class": "部门",
    "issuer_level": "nation",
    "issuer_area": "000000",
    "kind": "list",
}
Do = Callable[[Town, dict[str, Any]], Any]


def with_paper(town: Town, issuer: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"instrument": town.notice(**issuer), "by": system(), "now": town.now} | more


def new(name: str, level: int, parent: str, kind: str = "division") -> PlaceHistory:
    one = [Dated("", DAY)]
    parents = [Dated(parent, DAY)] if parent else []
    return PlaceHistory(f"new-{name}", level, kind, lives=one, names=[Dated(name, DAY)], parents=parents)


def zone(town: Town) -> Place:
    return Place.objects.filter(pk=PlaceLink.objects.as_of(DAY).filter(hierarchy="MANAGED")[0].parent_id).get()


def managed(town: Town) -> Place:
    return PlaceLink.objects.as_of(DAY).filter(hierarchy="MANAGED").select_related("child")[0].child


ACTS: dict[str, tuple[Do, dict[str, Any], dict[str, Any]]] = {
    "found a county": (lambda t, s: establish([new("演示新县", 4, CITY)], **s), COUNCIL, PROVINCE),
    "found a township": (lambda t, s: establish([new("新镇", 5, COUNTY)], **s), PROVINCE, CITY_REPLY),
    "found a sub-district": (lambda t, s: establish([new("新街道", 5, COUNTY)], **s), CITY_REPLY, COUNTY_REPLY),
    "found a village": (lambda t, s: establish([new("新村", 6, t.place(STREET).key)], **s), COUNTY_REPLY, MINISTRY),
    "move a county": (lambda t, s: redraw(t.place(COUNTY), t.place("330100"), day=DAY, **s), COUNCIL, PROVINCE),
    "move a sub-district": (lambda t, s: redraw(t.place(STREET), t.place("330303"), day=DAY, **s), CITY_REPLY, COUNTY_REPLY),
    "rename a county": (lambda t, s: rename_place(t.place(COUNTY), "新城区", day=DAY, **s), COUNCIL, CITY_REPLY),
    "rename a sub-district": (lambda t, s: rename_place(t.place(STREET), "新马街道", day=DAY, **s), CITY_REPLY, COUNTY_REPLY),
    "a sub-district becomes a township": (
        lambda t, s: rename_place(t.place(STREET), "五马镇", day=DAY, **s), PROVINCE, CITY_REPLY,
    ),
    "close a sub-district": (lambda t, s: close_place(t.place(STREET), day=DAY, **s), PROVINCE, COUNTY_REPLY),
    "give a county another code": (lambda t, s: recode(t.place(COUNTY), "330399", day=DAY, **s), MINISTRY, CITY_REPLY),
    "entrust to a zone": (lambda t, s: link_zone(t.place(STREET), zone(t), day=DAY, **s), CITY_REPLY, MINISTRY),
    "end an entrustment": (lambda t, s: unlink_zone(managed(t), day=DAY, **s), CITY_REPLY, MINISTRY),
    "say what a county became": (
        lambda t, s: succeed([(t.place(COUNTY), t.place("330303"), DAY, "并入", None)], **s), COUNCIL, CITY_REPLY,
    ),
    "widen an area group": (
        lambda t, s: regroup(Place.objects.get(key="市区"), [(t.place("330381"), DAY, None)], **s), CITY_REPLY, COUNTY_REPLY,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ACTS)
def test_the_level_the_law_names_may(town: Town, what: str) -> None:
    do, right, _ = ACTS[what]
    do(town, with_paper(town, right))
    assert Event.objects.latest("id").payload["competence"] != ["未规定"]


@pytest.mark.parametrize("what", ACTS)
def test_any_other_is_refused_with_the_article_and_nothing_is_written(town: Town, what: str) -> None:
    do, _, wrong = ACTS[what]
    said, before = with_paper(town, wrong), Event.objects.count()
    with pytest.raises(Refusal) as refused:
        do(town, said)
    assert refused.value.code in ("not_competent", "outside_area")
    assert Event.objects.count() == before


def test_a_city_cannot_move_a_county_and_is_told_who_can(town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        redraw(town.place("330304"), town.place("330100"), day=DAY, **with_paper(town, CITY_REPLY | {"issuer_area": "000000"}))  # fmt: skip
    assert refused.value.code == "not_competent" and "行政区划管理条例第七条" in refused.value.article
    assert "国家级" in str(refused.value)


def test_a_government_does_not_reach_beyond_its_area(town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        rename_place(town.place("330106"), "新湖区", day=DAY, **with_paper(town, COUNCIL | {"issuer_area": "330300"}))
    assert refused.value.code == "outside_area"


def test_each_place_of_a_bulk_is_judged_by_the_paper_its_life_cites(town: Town) -> None:
    """The national list enters counties; the one township among them cites a city's paper, so nothing is entered."""
    city = town.notice(**CITY_REPLY)
    town_ = new("新镇", 5, COUNTY)
    town_.lives = [Dated("", DAY, None, city.pk)]
    with pytest.raises(Refusal) as refused:
        establish([new("演示新县", 4, CITY), town_], **with_paper(town, MINISTRY))
    assert refused.value.code == "not_competent" and not Place.objects.filter(key="new-演示新县").exists()
    town_.lives = [Dated("", DAY, None, town.notice(**PROVINCE).pk)]
    made = establish([new("演示新县", 4, CITY), town_], **with_paper(town, MINISTRY))
    assert find_place("演示新县", DAY) == made["new-演示新县"] and town.place(CITY).pk in chain_of(
        made["new-演示新县"].pk, DAY
    )


def test_the_first_load_was_judged_by_no_table_and_says_so(town: Town) -> None:
    first = Event.objects.filter(act="establish").earliest("id")
    assert first.payload["competence"] == ["未规定"] and isinstance(first.instrument, Instrument)


@pytest.mark.parametrize(
    ("who", "code"), [("lc-dengji", "other_place"), ("zhifa", "wrong_role"), ("shenpi", "wrong_role")]
)
def test_an_officer_changes_only_the_map_of_his_own_seat(town: Town, who: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        rename_place(town.place("330303"), "新湾区", day=DAY, **with_paper(town, COUNCIL, by=town.seat(who)))
    assert refused.value.code == code
    rename_place(town.place("330303"), "新湾区", day=DAY, **with_paper(town, COUNCIL, by=town.seat("dengji")))
    assert find_place("新湾区", DAY) == town.place("330303")
