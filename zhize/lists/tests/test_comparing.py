"""Comparing the town's lists: runs that continue one another, rulings remembered, rights, and the histories by name."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.town import Town, system
from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.lists.commands import compare, decide
from zhize.lists.models import Comparison, Divergence, Ruling
from zhize.lists.queries.ground import Scope
from zhize.lists.queries.horizontal import KINDS
from zhize.lists.statuses import BY_MARK
from zhize.lists.terms import Ruled
from zhize.places.terms import Expression
from zhize.register import commands
from zhize.register.models import DutyBasis, DutyCode, DutyLink, Holding
from zhize.register.terms import Basis, Described, Excused, Line, NewDuty, Rebased, Share, Transfer

DAY = date(2016, 7, 1)


class Clock:
    """Each act a second after the last: a run counts what was recorded after it."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def tick(self) -> dict[str, Any]:
        self.now += timedelta(seconds=1)
        return {"by": system(), "now": self.now}


@pytest.fixture
def clock(town: Town) -> Clock:
    return Clock(town.now)


def scope(town: Town, day: date = DAY, **more: Any) -> Scope:
    return Scope(town.place("330300"), day, **more)


def status(run: Comparison, town: Town, key: str, place: str) -> str:
    line = run.items.get(duty__key=key)
    return BY_MARK[line.marks[run.areas.index(town.place(place, run.day).pk)]].name


def found(run: Comparison, town: Town, key: str, place: str) -> Divergence:
    return run.divergences.get(duty__key=key, place=town.place(place, run.day))


def said_by(run: Comparison) -> tuple[list[Any], list[Any]]:
    """Everything a run says, in an order of its own."""
    items = run.items.values_list("duty_id", "catalogue", "type", "family", "marks", "score")
    rows = run.divergences.values_list(
        "duty_id", "place_id", "body_id", "other_id", "status", "flags", "detail", "seen", "weight"
    )
    return sorted(items), sorted(rows, key=repr)


# -- what the town's lists say -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "place", "outcome"),
    [
        ("arc-copy", "330327", "NAME"),
        ("hea-nurse", "330326", "TYPE"),
        ("cul-netbar-illegal", "330381", "BASIS"),
        ("agr-vet-drug", "330324", "BASIS"),
        ("civ-cemetery", "330328", "TIME"),
        ("tra-freight", "330329", "LEVEL"),
        ("civ-place-name-permit", "330302", "FEE"),
        ("env-hazardous-waste", "330382", "EXTRA_LEVEL"),
        ("local-330304-not-filed", "330304", "RECODED"),
        ("local-330303-inn", "330303", "LOCAL"),
        ("local-330305-boats", "330305", "EXTRA"),
        ("arc-copy", "330302", "CONSISTENT"),
    ],
)
def test_each_county_is_told_what_its_list_says_otherwise(
    town: Town, clock: Clock, key: str, place: str, outcome: str
) -> None:
    assert status(compare(scope(town), **clock.tick()), town, key, place) == outcome


def test_a_gap_with_a_recorded_reason_is_no_gap(town: Town, clock: Clock) -> None:
    run = compare(scope(town, date(2020, 1, 1)), **clock.tick())
    assert (status(run, town, "fin-tax", "330302"), status(run, town, "fin-tax", "330303")) == (
        "NOT_EXERCISED",
        "MISSING",
    )


def test_a_reason_is_refused_where_the_duty_is_held(town: Town, clock: Clock) -> None:
    line = Excused(town.duty("arc-copy"), town.place("330302"), 4, "no_business", DAY)
    with pytest.raises(Refusal, match="有机构行使"):
        commands.excuse([line], instrument=town.notice(), **clock.tick())


# -- a run continues the last ------------------------------------------------------------------------------------------


def test_a_run_after_one_change_computes_only_what_changed_and_says_what_a_whole_run_says(
    town: Town, clock: Clock
) -> None:
    first = compare(scope(town), **clock.tick())
    paper = town.notice(effective=date(2016, 1, 1))
    commands.reword(
        town.duty("hea-blood"), day=date(2016, 1, 1), name="对非法采集血液行为的处罚", instrument=paper, **clock.tick()
    )
    second = compare(scope(town), **clock.tick())
    whole = compare(scope(town), whole=True, **clock.tick())
    assert second.continued == first
    assert second.recomputed <= 3 < whole.recomputed  # the item, its sub-item, and no other
    assert said_by(second) == said_by(whole)


def test_nothing_changed_nothing_computed(town: Town, clock: Clock) -> None:
    compare(scope(town), **clock.tick())
    assert compare(scope(town), **clock.tick()).recomputed == 0


CHANGES = ("describe", "hand_over", "excuse", "relate", "define", "rebase", "decide")


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_a_continued_run_equals_a_whole_one(town: Town, clock: Clock, change: str) -> None:
    here = scope(town, date(2020, 1, 1) if change == "excuse" else DAY)
    first = compare(here, **clock.tick())
    _change(town, clock, change, first)
    second = compare(here, **clock.tick())
    assert 0 < second.recomputed < 60
    assert said_by(second) == said_by(compare(here, whole=True, **clock.tick()))
    assert said_by(second) != said_by(first) or change == "rebase"


def _change(town: Town, clock: Clock, change: str, run: Comparison) -> None:
    paper, day, county = town.notice(effective=date(2016, 1, 1)), date(2016, 1, 1), town.place("330302")
    archives = town.body("鹿城区档案局", DAY)
    if change == "describe":
        line = Described(town.duty("civ-cemetery"), {"legal_limit": "15wd"}, day, town.body("鹿城区民政局", DAY))
        commands.describe([line], instrument=paper, **clock.tick())
    elif change == "hand_over":
        share = (Share(archives, Expression((county.pk,))),)
        to = (Share(town.body("鹿城区民政局", DAY), Expression((county.pk,))),)
        commands.hand_over([Transfer(town.duty("arc-sell"), share, to, 4)], day=date(2016, 6, 1),
                           instrument=_may_hand_over(town), **clock.tick())  # fmt: skip
    elif change == "excuse":
        line_ = Excused(town.duty("fin-tax"), town.place("330303"), 4, "transferred", date(2019, 1, 1))
        commands.excuse([line_], instrument=paper, **clock.tick())
    elif change == "relate":
        commands.relate(town.duty("local-330304-not-filed"), town.duty("arc-not-filed"), DutyLink.How.DERIVES,
                        day=day, instrument=paper, **clock.tick())  # fmt: skip
    elif change == "define":
        _own_item(
            town,
            clock,
            "own-item",
            "对擅自抄录、公布、销毁国家所有档案行为的处罚",
            town.body("瓯海区档案局", DAY),
            "330304",
        )
    elif change == "rebase":
        duty = town.duty("arc-sell")
        ends = tuple(DutyBasis.objects.live().filter(duty=duty).values_list("pk", flat=True))
        line__ = Rebased(duty, date(2016, 1, 2), ends, (Basis("档案法", "第二十五条"),))
        commands.rebase([line__], instrument=paper, **clock.tick())
    else:
        decide(
            Ruled(found(run, town, "local-330304-not-filed", "330304"), "RECODED", "same", "同一项", DAY),
            **_ruler(town, clock),
        )


def _may_hand_over(town: Town) -> Any:
    return town.paper("wz-demo-2016-handover")


def _ruler(town: Town, clock: Clock) -> dict[str, Any]:
    return clock.tick() | {"by": town.seat("dengji")}


def _own_item(town: Town, clock: Clock, key: str, name: str, body: Any, place: str, **more: Any) -> None:
    paper = town.paper(f"list-{place}")
    new = NewDuty(key, "power", name, date(2016, 1, 1), "02", levels=[4], bases=[Basis("档案法", "第二十四条", item="第二项")],
                  main="arc-archives", **more)  # fmt: skip
    duty = commands.define([new], instrument=paper, **clock.tick())[key]
    line = Line(duty, body, 4, Expression((town.place(place).pk,)), date(2016, 1, 1))
    commands.assign([line], instrument=paper, **clock.tick())


# -- rulings -----------------------------------------------------------------------------------------------------------


def test_an_accepted_difference_is_not_shown_again_until_it_is_another(town: Town, clock: Clock) -> None:
    run = compare(scope(town), **clock.tick())
    decide(
        Ruled(found(run, town, "arc-copy", "330327"), "NAME", "accepted", "省厅批复同意", DAY), **_ruler(town, clock)
    )
    run = compare(scope(town), **clock.tick())
    assert status(run, town, "arc-copy", "330327") == "RULED"
    paper = town.notice(effective=date(2016, 2, 1))
    commands.reword(
        town.duty("local-330327-copy"),
        day=date(2016, 2, 1),
        name="对销毁档案行为的处罚",
        instrument=paper,
        **clock.tick(),
    )
    assert status(compare(scope(town), **clock.tick()), town, "arc-copy", "330327") == "NAME"


def test_ruled_the_same_it_stands_in_the_catalogues_line(town: Town, clock: Clock) -> None:
    run = compare(scope(town), **clock.tick())
    row = found(run, town, "local-330304-not-filed", "330304")
    assert row.other == town.duty("arc-not-filed")
    decide(Ruled(row, "RECODED", "same", "只多“或者”二字", DAY), **_ruler(town, clock))
    run = compare(scope(town), **clock.tick())
    assert not run.items.filter(duty__key="local-330304-not-filed").exists()
    assert status(run, town, "arc-not-filed", "330304") == "NAME"


def test_ruled_different_it_is_the_countys_own(town: Town, clock: Clock) -> None:
    run = compare(scope(town), **clock.tick())
    decide(
        Ruled(found(run, town, "local-330304-not-filed", "330304"), "RECODED", "different", "对象不同", DAY),
        **_ruler(town, clock),
    )
    assert status(compare(scope(town), **clock.tick()), town, "local-330304-not-filed", "330304") == "EXTRA"


def test_a_second_ruling_replaces_the_first_which_stays_readable(town: Town, clock: Clock) -> None:
    run = compare(scope(town), **clock.tick())
    row = found(run, town, "arc-copy", "330327")
    for verdict in ("accepted", "to_fix"):
        decide(Ruled(row, "NAME", verdict, "理由", DAY), **_ruler(town, clock))
    rulings = [(r.verdict, r.withdrawn_at is None) for r in Ruling.objects.filter(duty=row.duty).order_by("pk")]
    assert rulings == [("accepted", False), ("to_fix", True)]
    assert status(compare(scope(town), **clock.tick()), town, "arc-copy", "330327") == "NAME"


@pytest.mark.parametrize(
    ("about", "verdict", "reason", "says"),
    [
        ("TYPE", "accepted", "理由", "没有“类型不同”"),
        ("NAME", "accepted", " ", "没有写理由"),
        ("NAME", "same", "理由", "目录事项"),
    ],
)
def test_a_ruling_that_says_nothing_is_refused(
    town: Town, clock: Clock, about: str, verdict: str, reason: str, says: str
) -> None:
    run = compare(scope(town), **clock.tick())
    with pytest.raises(Refusal, match=says):
        decide(Ruled(found(run, town, "arc-copy", "330327"), about, verdict, reason, DAY), **_ruler(town, clock))


@pytest.mark.parametrize(
    ("username", "allowed"), [("dengji", True), ("fazhi", True), ("shenji", False), ("zhifa", False)]
)
def test_who_may_rule(town: Town, clock: Clock, username: str, allowed: bool) -> None:
    run = compare(scope(town), **clock.tick())
    act = clock.tick() | {"by": By(town.seat(username).officer_id, None, username)}
    ruled = Ruled(found(run, town, "arc-copy", "330327"), "NAME", "accepted", "理由", DAY)
    if allowed:
        assert decide(ruled, **act).pk
    else:
        with pytest.raises(Refusal, match="作出认定"):
            decide(ruled, **act)


# -- histories (spec §12) ----------------------------------------------------------------------------------------------


def test_a_merger_leaves_every_item_where_it_was_answered_for(town: Town, clock: Clock) -> None:
    """§12.1: the reform of 2019 merged health into another body; the item is held the day before and the day of."""
    for day in (date(2018, 12, 31), date(2020, 1, 1)):
        assert status(compare(scope(town, day), **clock.tick()), town, "hea-nurse", "330302") == "CONSISTENT"


def test_a_divided_duty_with_two_holders_is_no_difference(town: Town, clock: Clock) -> None:
    """§12.6: noise is divided between environment and enforcement everywhere alike since the hand-over."""
    run = compare(scope(town), **clock.tick())
    assert status(run, town, "env-noise", "330302") == "CONSISTENT"
    over = compare(replace(scope(town), kinds=KINDS), "overlaps", **clock.tick())
    assert not over.divergences.filter(duty__key="env-noise").exists()


def test_longgang_excepted_is_missing_there_until_its_reason_is_recorded(town: Town, clock: Clock) -> None:
    """§12.4 龙港市除外: a line over all counties but one."""
    day, paper = date(2021, 1, 4), town.notice(effective=date(2021, 1, 1))
    duty = commands.define([NewDuty("lg-item", "power", "对丢失国有档案行为的处罚", date(2021, 1, 1), "02", levels=[4],
                                    codes={"catalogue": "330275099000"}, bases=[Basis("档案法", "第二十四条")], main="arc-archives")],
                           instrument=town.paper("wz-demo-2016-list-update"), **clock.tick())["lg-item"]  # fmt: skip
    where = Expression((town.place("330300").pk,), (town.place("330383", day).pk,))
    line = Line(duty, town.body("温州市档案局", day), 4, where, date(2021, 1, 1))
    commands.assign([line], instrument=town.paper("wz-demo-2016-list-update"), **clock.tick())
    run = compare(scope(town, day), **clock.tick())
    assert (status(run, town, "lg-item", "330327"), status(run, town, "lg-item", "330383")) == ("CONSISTENT", "MISSING")
    commands.excuse(
        [Excused(duty, town.place("330383", day), 4, "no_business", date(2021, 1, 1))], instrument=paper, **clock.tick()
    )
    assert status(compare(scope(town, day), **clock.tick()), town, "lg-item", "330383") == "NOT_EXERCISED"


def test_an_item_that_kept_its_old_code_is_taken_for_the_recoded_one(town: Town, clock: Clock) -> None:
    """§12.11: the catalogue gives arc-copy another code; a county's own item, worded quite otherwise, still carries the old."""
    duty, day = town.duty("arc-copy"), date(2018, 7, 1)
    old = DutyCode.objects.live().get(duty=duty, scheme="catalogue")
    _recode(old, "330275088000", day, town, clock)
    _own_item(town, clock, "old-code", "档案违法行为查处", town.body("瓯海区档案局", DAY), "330304",
              codes={"implementation": _implementation(old.value)})  # fmt: skip
    row = found(compare(scope(town, day), **clock.tick()), town, "old-code", "330304")
    assert (row.status, row.other, row.detail["score"]) == ("RECODED", duty, 1.0)
    before = compare(scope(town, date(2018, 6, 30)), **clock.tick())
    assert not before.items.filter(duty__key="old-code").exists()  # that day the code was the catalogue's own


def _recode(old: DutyCode, value: str, day: date, town: Town, clock: Clock) -> None:
    from zhize.record.acts import acting, grant, restate
    from zhize.record.acts import replace as replace_row

    @acting()
    def recode_item(*, instrument: Any, by: Any, now: datetime) -> None:
        grant()
        replace_row(old, restate(old, value=value, from_day=day), day)

    recode_item(instrument=town.paper("wz-demo-2016-list-update"), **clock.tick())


def _implementation(code: str) -> str:
    return "1" * 18 + "4" + code


def test_a_chain_of_acts_on_one_day_is_compared_by_where_it_ends(town: Town, clock: Clock) -> None:
    """§12.21: archives → civil affairs → culture on the same day; what the day shows is the last of them."""
    day, county, duty = date(2016, 6, 1), town.place("330302"), town.duty("arc-sell")
    bodies = [town.body(n, DAY) for n in ("鹿城区档案局", "鹿城区民政局", "鹿城区档案局")]
    where = Expression((county.pk,))
    for one, two in itertools.pairwise(bodies):
        line = Transfer(duty, (Share(one, where),), (Share(two, where),), 4)
        commands.hand_over([line], day=day, instrument=_may_hand_over(town), **clock.tick())
    assert status(compare(scope(town, day), **clock.tick()), town, "arc-sell", "330302") == "CONSISTENT"


def test_a_later_correction_changes_the_next_run_and_not_the_last(town: Town, clock: Clock) -> None:
    """§12.12: what was found in March stays as it was found."""
    run = compare(scope(town), **clock.tick())
    before = said_by(run)
    held = Holding.objects.as_of(DAY).get(duty__key="arc-sell", place=town.place("330302"), capacity="NAME_HOLDER")
    commands.correct(
        held, body=town.body("鹿城区民政局", DAY), instrument=town.notice(effective=date(2016, 8, 1)), **clock.tick()
    )
    later = compare(scope(town), **clock.tick())
    assert (status(run, town, "arc-sell", "330302"), status(later, town, "arc-sell", "330302")) == (
        "CONSISTENT",
        "BODY",
    )
    assert said_by(run) == before
