"""The hand-over of 2016 as it stood on somebody's desk in May of that year: tried, then adopted, then compared case by case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.town import Town, system
from zhize.cases.commands import receive_many
from zhize.cases.queries import routing
from zhize.cases.queries.simulating import simulate
from zhize.cases.terms import Message
from zhize.kernel.period import BEIJING
from zhize.places.terms import Expression
from zhize.register.commands import hand_over
from zhize.register.drafts import TrialDraft
from zhize.register.models import Body, BodyLife, Capacity, Holding, MatterDuty
from zhize.register.terms import Share, Transfer

DAY, PAPER = date(2016, 6, 1), "wz-demo-2016-handover"
SPRING = date(2016, 4, 1), date(2016, 5, 31)
MAY, JUNE = datetime(2016, 5, 12, 9, tzinfo=BEIJING), datetime(2016, 6, 2, 9, tzinfo=BEIJING)
TOWNS = ("五马街道", "南汇街道")


def lines() -> list[Transfer]:
    """Line by line what the notice moves in the district between bodies that stand to this day, read off what it left in the register."""
    paper = (
        Holding.objects.live()
        .filter(capacity=Capacity.NAME_HOLDER, place__key__startswith="330302")
        .select_related("body")
    )
    ended = {(h.duty_id, h.level, h.place_id): h.body for h in paper.filter(ended_by__key=PAPER, to_day=DAY)}
    alive = set(BodyLife.objects.live().filter(to_day=None).values_list("body_id", flat=True))
    begun = paper.filter(instrument__key=PAPER, from_day=DAY, mode="划转").select_related("duty", "segment")
    pairs = [(h, ended[h.duty_id, h.level, h.place_id]) for h in begun]
    return [_line(h, giver) for h, giver in pairs if giver.pk in alive]


def _line(h: Holding, giver: Body) -> Transfer:
    where = Expression((h.place_id,), tuple(h.excludes))
    return Transfer(h.duty, (Share(giver, where),), (Share(h.body, where),), h.level, h.segment)


def backwards(line: Transfer) -> Transfer:
    return Transfer(line.duty, line.arriving, line.leaving, line.level, line.segment)


def test_the_hand_over_tried_in_may_says_what_happened_in_june(town: Town) -> None:
    """1 the town without it · 2 May's cases · 3 tried · 4 adopted · 5 the same cases again in June."""
    moved, paper = lines(), town.paper(PAPER)
    act: dict[str, Any] = {"instrument": paper, "by": system(), "now": town.now}
    hand_over([backwards(x) for x in moved], day=DAY, **act)
    asked = letters(town, moved)
    before = received(asked, MAY)
    assert {b for b in before.values() if b} & {s.body.pk for x in moved for s in x.leaving}

    draft = TrialDraft(
        "file:2016",
        "划转公告",
        "",
        lambda by, now, _: hand_over(moved, day=DAY, instrument=paper, by=by, now=now) and None,
    )
    said = simulate(draft, *SPRING, town.place("温州市").pk, town.now)
    without = received(asked, JUNE)  # what else began on that day is not the draft's doing
    hand_over(moved, day=DAY, **act)
    after = received(asked, JUNE)

    told = {(c["matter"], c["place"]): c["to"]["body"] for c in said["changes"] if c["from"]["body"] != c["to"]["body"]}
    assert len(told) > 3
    assert told == {q: after[q] for q in asked if without[q] != after[q]}
    loads = {x["body"]: (x["was"], x["now"], x["then"]) for x in said["loads"]}
    for body, counts in loads.items():
        assert counts == tuple(list(each.values()).count(body) for each in (before, without, after))


def letters(town: Town, moved: list[Transfer]) -> list[tuple[int, int]]:
    """Every third matter of what moves and a few of what does not, in two streets."""
    duties = {x.duty.pk for x in moved}
    matters = MatterDuty.objects.as_of(DAY).order_by("matter_id").values_list("matter_id", "duty_id").distinct()
    gone = sorted({m for m, d in matters if d in duties})
    stay = [m for m, d in matters if d not in duties and m not in gone][:10]
    return [(m, town.place(name).pk) for m in [*gone[::3], *dict.fromkeys(stay)] for name in TOWNS]


def received(asked: list[tuple[int, int]], now: datetime) -> dict[tuple[int, int], int | None]:
    """One case each; who leads it."""
    routing.forget()
    made = receive_many(
        [Message(text="路口的事请管一管", place_id=p, matter_id=m) for m, p in asked], by=system(), now=now
    )
    return {q: r.body_id for q, r in zip(asked, made, strict=True)}  # type: ignore[union-attr]
