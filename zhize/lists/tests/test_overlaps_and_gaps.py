"""Who answers for what with whom: overlaps, gaps, and what the hotline shows of them (spec §5d.4)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.town import Town, system
from zhize.lists.commands import compare
from zhize.lists.models import Comparison
from zhize.lists.queries.ground import Scope
from zhize.lists.queries.horizontal import KINDS
from zhize.places.terms import Expression
from zhize.register import commands
from zhize.register.evidence import COUNTERS, Evidence, evidence_of
from zhize.register.models import Capacity, Holding
from zhize.register.terms import Basis, Line, NewDuty

DAY = date(2016, 7, 1)


def act(town: Town) -> dict[str, Any]:
    return {"by": system(), "now": town.now}


def run(town: Town, kind: str, day: date = DAY) -> Comparison:
    return compare(Scope(town.place("330300"), day, None, (3, 4), KINDS), kind, **act(town))


def own_duty(
    town: Town, key: str = "shared-work", kind: str = "work", type_: str = "", name: str = "组织开展河道保洁"
) -> Any:
    new = NewDuty(
        key, kind, name, date(2016, 1, 1), type_, levels=[4], bases=[Basis("档案法", "第二十四条")], main="arc-archives"
    )
    return commands.define([new], instrument=town.paper("wz-demo-2016-list-update"), **act(town))[key]


def hold(town: Town, duty: Any, body: str, place: str, **more: Any) -> None:
    line = Line(duty, town.body(body, DAY), 4, Expression((town.place(place).pk,)), date(2016, 6, 1), **more)
    commands.assign([line], instrument=town.paper("list-330302"), **act(town))


@pytest.mark.parametrize(
    ("more", "overlapping"),
    [({}, True), ({"concurrent": "先立案者办理"}, False), ({"capacity": Capacity.ASSIST}, False)],
)
def test_two_bodies_in_one_place_overlap_unless_it_is_said_who_goes_first(
    town: Town, more: Any, overlapping: bool
) -> None:
    duty = own_duty(town)
    hold(town, duty, "鹿城区档案局", "330302", **({"concurrent": more["concurrent"]} if "concurrent" in more else {}))
    hold(town, duty, "鹿城区民政局", "五马街道", **more)
    assert run(town, "overlaps").divergences.filter(duty=duty).exists() == overlapping


def test_parts_of_a_duty_do_not_overlap(town: Town) -> None:
    duty = own_duty(town)
    hold(town, duty, "鹿城区档案局", "330302")
    parts = commands.divide(duty, ["城区河道"], day=date(2016, 6, 1), instrument=town.notice(), **act(town))
    rest = Holding.objects.as_of(DAY).get(duty=duty, segment=parts["其余"])
    commands.withdraw([rest], why="测试", instrument=town.notice(), **act(town))
    hold(town, duty, "鹿城区民政局", "五马街道", segment=parts["其余"])
    assert not run(town, "overlaps").divergences.filter(duty=duty).exists()


def test_a_part_nobody_holds_is_a_gap_and_named(town: Town) -> None:
    duty = own_duty(town)
    hold(town, duty, "鹿城区档案局", "330302")
    parts = commands.divide(duty, ["城区河道"], day=date(2016, 6, 1), instrument=town.notice(), **act(town))
    rest = Holding.objects.as_of(DAY).get(duty=duty, segment=parts["其余"])
    commands.withdraw([rest], why="测试", instrument=town.notice(), **act(town))
    found = run(town, "gaps").divergences.get(duty=duty, place=town.place("330302"))
    assert found.detail["parts"] == ["其余"]


def test_a_gap_is_asked_leaf_by_leaf(town: Town) -> None:
    duty = own_duty(town)
    hold(town, duty, "鹿城区档案局", "五马街道")
    found = run(town, "gaps").divergences.get(duty=duty, place=town.place("330302"))
    assert found.detail["leaves"] == found.detail["of"] - 1


def test_the_hotlines_evidence_lifts_a_gap_above_its_neighbours(town: Town, cases_evidence: Any) -> None:
    """One case about indoor air in Lucheng, which nobody answers for."""
    matter = cases_evidence("gap-indoor-air")
    counted = evidence_of([town.duty("gap-indoor-air").pk], date(2016, 1, 1))
    assert [(e.asked, e.unanswered) for e in counted.values()] == [(1, 1)], matter
    found = run(town, "gaps")
    first = found.divergences.order_by("-weight", "pk")[0]
    assert (first.duty, first.place) in (
        (town.duty("gap-indoor-air"), town.place("330302")),
        (town.duty("gap-indoor-air"), town.place("330300")),
    )
    assert first.detail["evidence"]["asked"] == 1


@pytest.fixture
def cases_evidence(town: Town) -> Any:
    from datetime import datetime

    from zhize.accounts.models import By
    from zhize.cases.commands import receive
    from zhize.cases.terms import Message
    from zhize.kernel.period import BEIJING
    from zhize.register.models import MatterDuty

    def ask(duty: str) -> Any:
        matter = MatterDuty.objects.live().filter(duty__key=duty, rank=1).first()
        assert matter is not None
        message = Message(
            text="新装修的房子气味很重，请来测一测。", place_id=town.place("五马街道").pk, matter_id=matter.matter_id
        )
        receive(message, by=By.citizen(), now=datetime(2016, 3, 1, 10, tzinfo=BEIJING))
        return matter

    return ask


def test_without_a_feature_there_is_no_evidence(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhize.register.evidence.COUNTERS", [])
    assert COUNTERS and evidence_of([town.duty("gap-indoor-air").pk], date(2016, 1, 1)) == {}
    assert Evidence().weight == 0 < run(town, "gaps").divergences.order_by("-weight")[0].weight


def test_two_departments_with_the_same_item(town: Town) -> None:
    """A licence written out by two of the city's departments: one too many."""
    for key, body in (("twice-1", "温州市档案局"), ("twice-2", "温州市民政局")):
        new = NewDuty(key, "power", "临时占用公共场地审批" if key == "twice-1" else "临时占用公共场地的审批", date(2016, 1, 1), "01",
                      levels=[3], bases=[Basis("档案法", "第二十四条")], main="arc-archives")  # fmt: skip
        duty = commands.define([new], instrument=town.paper("wz-demo-2016-list-update"), **act(town))[key]
        line = Line(duty, town.body(body, DAY), 3, Expression((town.place("330300").pk,)), date(2016, 6, 1))
        commands.assign([line], instrument=town.paper("wz-demo-2016-list-update"), **act(town))
    found = run(town, "departments").divergences.get(status="DUPLICATE")
    assert {found.body.code, found.detail["with"]} == {
        "wz-dangan",
        town.body("温州市民政局", DAY).pk,
    } or found.body.code == "wz-minzheng"  # type: ignore[union-attr]


def test_a_shared_power_written_out_again_is_named(town: Town) -> None:
    """共性权力: three families hold one duty by declared concurrence; a fourth copied it."""
    rule = "各部门在本领域行使"
    shared = own_duty(town, "common-power", "power", "06", "对本领域生产经营活动的监督检查")
    for body in ("温州市档案局", "温州市民政局", "温州市农业局"):
        line = Line(
            shared,
            town.body(body, DAY),
            3,
            Expression((town.place("330300").pk,)),
            date(2016, 6, 1),
            date(2017, 1, 1),
            concurrent=rule,
        )
        commands.assign([line], instrument=town.paper("wz-demo-2016-list-update"), **act(town))
    copy = own_duty(town, "copied-power", "power", "06", "对本领域生产经营活动的检查")
    line = Line(copy, town.body("温州市教育局", DAY), 3, Expression((town.place("330300").pk,)), date(2016, 6, 1))
    commands.assign([line], instrument=town.paper("wz-demo-2016-list-update"), **act(town))
    found = run(town, "common").divergences.get(status="COPIED")
    assert (found.duty, found.other) == (copy, shared)


def test_a_county_slower_than_the_others_is_named(town: Town) -> None:
    from zhize.register.terms import Described

    duty = town.duty("cul-netbar")
    bodies = Holding.objects.as_of(DAY).filter(duty=duty, level=4).select_related("body")
    said = [
        Described(duty, {"promised_limit": "18wd" if n == 0 else "5wd"}, date(2016, 1, 1), h.body)
        for n, h in enumerate(bodies.order_by("place__key"))
    ]
    commands.describe(said, instrument=town.notice(), **act(town))
    found = run(town, "counties").divergences.get(status="SLOW", duty=duty)
    assert (found.place.key, found.detail["days"], found.detail["usual"]) == ("330302", 18, 5)  # type: ignore[union-attr]
