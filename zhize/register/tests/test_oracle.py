"""resolve() equals a brute-force oracle that reads the statements one by one and follows the rule as it is written."""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from typing import Any

import pytest

from tests.town import Town
from zhize.places.models import GroupMember, PlaceLink
from zhize.register.models import Holding
from zhize.register.queries import Answer, explain, resolve, resolve_many


def chain(place: int, day: date) -> list[int]:
    """The chain of places, walked link by link."""
    found, here = [], place
    while here is not None:
        found.append(here)
        found += sorted(GroupMember.objects.as_of(day).filter(member_id=here).values_list("group_id", flat=True))
        found += (
            PlaceLink.objects.as_of(day).filter(child_id=here, hierarchy="MANAGED").values_list("parent_id", flat=True)
        )
        up = PlaceLink.objects.as_of(day).filter(child_id=here, hierarchy="LEGAL").first()
        here = up.parent_id if up else None
    return found


def oracle(duty: int, place: int, day: date) -> tuple[str, frozenset[int]]:
    """(kind, the bodies that answer) by reading every holding of the duty."""
    reach = chain(place, day)
    rows = [
        h
        for h in Holding.objects.filter(duty_id=duty, withdrawn_at=None)
        if h.from_day <= day
        and (h.to_day is None or h.to_day > day)
        and h.place_id in reach
        and not set(h.excludes) & set(reach)
    ]
    own = [h for h in rows if h.capacity in ("NAME_HOLDER", "LEAD")]
    if not own:
        return "gap", frozenset()
    parts = {h.segment_id for h in own}
    if None in parts and len(parts) > 1:
        own = [h for h in own if h.segment_id is not None]
    best = []
    for part in {h.segment_id for h in own}:
        mine = [h for h in own if h.segment_id == part]
        nearest = min(reach.index(h.place_id) for h in mine)
        best += [h for h in mine if reach.index(h.place_id) == nearest]
    bodies = frozenset(h.body_id for h in best)
    nearest = min(reach.index(h.place_id) for h in best)
    helpers = any(
        h.capacity == "ASSIST" and h.body_id not in bodies and reach.index(h.place_id) <= nearest for h in rows
    )
    if len(bodies) == 1:
        return ("lead" if helpers else "one"), bodies
    if len({h.segment_id for h in best}) > 1:
        return "lead", bodies
    return ("concurrent" if all(h.concurrent for h in best) else "conflict"), bodies


def test_resolve_equals_the_oracle_on_random_questions_to_the_town(town: Town) -> None:
    rng = random.Random(20161)
    duties = list(Holding.objects.live().values_list("duty_id", flat=True).distinct().order_by("duty_id"))
    places = list(
        PlaceLink.objects.live()
        .filter(parent__level__gte=3, hierarchy="LEGAL")
        .values_list("child_id", flat=True)
        .distinct()
    )
    for _ in range(250):
        duty, place = rng.choice(duties), rng.choice(places)
        day = date(2014, 6, 1) + timedelta(days=rng.randrange(2500))
        kind, bodies = oracle(duty, place, day)
        answer = resolve(duty, place, day)
        if not chain(place, day)[1:]:
            continue
        assert answer.kind == kind, (duty, place, day)
        if answer.kind == "one":
            assert {answer.holder.body_id} == bodies


@pytest.mark.parametrize("day", [date(2016, 5, 31), date(2016, 6, 1), date(2019, 9, 1)])
def test_many_questions_at_once_get_the_same_answers_as_one_by_one(
    town: Town, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[resolve.__module__], "PORTION", 30)  # so that several are read ahead
    rng = random.Random(7)
    duties = list(Holding.objects.as_of(day).values_list("duty_id", flat=True).distinct().order_by("duty_id")[:300])
    places = list(PlaceLink.objects.as_of(day).filter(parent__level=4).values_list("child_id", flat=True))
    asked = [(rng.choice(duties), rng.choice(places)) for _ in range(200)]
    for (duty, place), together in zip(asked, resolve_many(asked, day), strict=True):
        assert _told(together) == _told(resolve(duty, place, day)), (duty, place)


def _told(answer: Answer) -> tuple[Any, ...]:
    """The whole answer, candidates left aside and why included, and what is said of it."""
    left = {(r.candidate.id, r.why) for r in answer.rejected}
    ids = [[c.id for c in row] for row in (answer.assist, answer.parties)]
    named = [c and c.id for c in (answer.holder, answer.performer, answer.supervisor)]
    return answer.kind, answer.rule, named, ids, left, explain(answer).as_dict()


def test_nothing_asked_is_nothing_answered_and_a_place_nobody_knows_is_a_gap(town: Town) -> None:
    day = date(2016, 7, 1)
    assert resolve_many([], day) == []
    duty = Holding.objects.as_of(day).values_list("duty_id", flat=True)[0]
    assert [a.kind for a in resolve_many([(duty, 0), (0, 0)], day)] == ["gap", "gap"]
