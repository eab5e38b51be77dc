"""Which hotline centre a place has, and which one a case is at: asked of the register, as of a day.

A centre is whoever holds the duty that policy names (`cases.centre.duty`), and it is told by the place it holds it in. Where
no duty is named nobody is told apart, and a case is seen by whoever the place belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhize.accounts.models import By
from zhize.cases.fresh import Fresh
from zhize.cases.models import Case, Passage
from zhize.cases.passing import BY_THE_RECEIVER, UP
from zhize.cases.queries.routing import chain
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.policy import queries as policy
from zhize.register.access import RIGHTS
from zhize.register.models import Capacity, Holding, Seat
from zhize.register.queries.bodies import body_names

R = Seat.Role
OF_A_CENTRE = frozenset({R.CALL_TAKER.value, R.DISPATCHER.value, R.SUPERVISOR.value})
_held: Fresh[dict[int, int]] = Fresh(60, 200)
_seated: Fresh[int] = Fresh(60)


@dataclass(frozen=True)
class PassageShown:
    """A passage with the names of its two ends."""

    row: Passage
    sender: str
    receiver: str
    late: bool


# -- which centres there are -------------------------------------------------------------------------------------------
def centres(place_id: int, day: date) -> dict[int, int]:
    """Place → body of every centre there is that day, under the policy of a place."""
    duty: str = policy.value("cases.centre.duty", list(chain(place_id, day)), day).value
    return _held.get((duty, day), lambda: _holders(duty, day)) if duty else {}


def centres_above(place_id: int, day: date) -> list[int]:
    """The centres whose place holds this one, nearest first."""
    known = centres(place_id, day)
    return [place for place in chain(place_id, day) if place in known] if known else []


def centre_of(place_id: int, day: date) -> int | None:
    """The nearest centre."""
    return next(iter(centres_above(place_id, day)), None)


def centre_of_seat(seat: Seat | int, day: date) -> int | None:
    """The centre somebody sits in: the nearest to the seat's place."""
    return centre_of(seat.place_id if isinstance(seat, Seat) else _place_of(seat), day)


def taken_in_by(place_id: int, by: By, day: date) -> int | None:
    """Which centre a message is at first: that of whoever takes it down; what comes by itself goes to the top, or to the
    nearest where policy says so."""
    above = centres_above(place_id, day)
    if len(above) < 2:
        return above[0] if above else None
    if by.seat_id is not None:
        return centre_of_seat(by.seat_id, day)
    return above[-1] if policy.value("cases.centre.one_door", list(chain(place_id, day)), day).value else above[0]


def centre_names(places: Sequence[int], day: date) -> dict[int, str]:
    """What each of these centres is called that day."""
    bodies = {place: centres(place, day).get(place, 0) for place in set(places)}
    names = body_names(set(bodies.values()) - {0}, day)
    return {place: names.get(body, "") for place, body in bodies.items()}


def centre_name(place_id: int | None, day: date) -> str:
    return centre_names([place_id], day)[place_id] if place_id else ""


def receivers(case: Case, day: date) -> list[tuple[str, str]]:
    """The centres a case may be passed on to: those above first, then by code of place."""
    here, above = case.centre_id or centre_of(case.place_id, day), list(chain(case.place_id, day))
    others = [place for place in centres(case.place_id, day) if place != here]
    names = centre_names(others, day)
    order = sorted(others, key=lambda p: (p not in above, p))
    return [(str(place), names[place]) for place in order]


def forget() -> None:
    """Drop what is remembered; for tests."""
    _held.kept.clear()
    _seated.kept.clear()


def _holders(duty: str, day: date) -> dict[int, int]:
    rows = Holding.objects.as_of(day).filter(duty__key=duty, segment__isnull=True, capacity=Capacity.NAME_HOLDER)
    return dict(rows.values_list("place_id", "body_id"))


def _place_of(seat_id: int) -> int:
    return _seated.get(seat_id, lambda: Seat.objects.values_list("place_id", flat=True).get(pk=seat_id))


def counted_at(seat: Seat, day: date) -> frozenset[int] | None:
    """The centres whose figures a seat sees: its own, and those below where policy says so; None when that is all of them."""
    here, known = centre_of_seat(seat, day) if seat.role in OF_A_CENTRE else None, centres(seat.place_id, day)
    if here is None or len(known) < 2:
        return None
    below: bool = policy.value("cases.centre.sees_below", list(chain(here, day)), day).value
    found = {here} | ({place for place in known if here in chain(place, day)} if below else set())
    return None if found == set(known) else frozenset(found)


# -- which cases are a seat's ------------------------------------------------------------------------------------------
def own(rows: QuerySet[Any], seat: Seat, now: datetime, way: str) -> QuerySet[Any]:
    """Rows whose case is at the seat's own centre. `way`: from a row to its case, as `case__`; empty for cases themselves."""
    here = centre_of_seat(seat, day_of(now)) if seat.role in OF_A_CENTRE else None
    if here is None:
        return rows
    return rows.filter(Q(**{f"{way}centre": here}) | Q(**{f"{way}centre__isnull": True}))


def passed(seat: Seat, now: datetime) -> Q | None:
    """What the seat's centre has passed on (to read, with where it is now) or is offered; None where it is all one centre."""
    day = day_of(now)
    here = centre_of_seat(seat, day) if seat.role in OF_A_CENTRE else None
    if here is None or len(centres(seat.place_id, day)) < 2:
        return None
    rows = Passage.objects.filter(case=OuterRef("pk"))
    return Q(Exists(rows.filter(sender=here))) | Q(Exists(rows.filter(receiver=here, state="offered")))


def elsewhere(case: Case, seat: Seat | None, act: str, day: date, at: int | None = None) -> Refusal | None:
    """Why this seat may only read: the case is at another centre (or `at`: another one is asked to act)."""
    centre = at or case.centre_id
    if seat is None or seat.role not in OF_A_CENTRE or centre in (None, centre_of_seat(seat, day)):
        return None
    return Refusal(
        "您不能{act}",
        why="这一步由{centre}办理",
        rule="一件诉求同一时刻只在一个热线中心",
        article="浙政办发〔2015〕127号",
        instead="请由该中心办理；应由本中心办理的，请联系该中心转送",
        code="other_centre",
        act=RIGHTS[act].label,
        centre=centre_name(centre, day),
    )


def offered(case: Case) -> Passage | None:
    """The passage that waits to be taken over."""
    return Passage.objects.filter(case=case, state="offered").first() if case.state == "passing" else None


def passages(case: Case, now: datetime) -> dict[str, Any]:
    """For a page: where the case is, and its way between centres, newest first, each centre by its name of that day."""
    rows, day = list(case.passages.order_by("-pk")), day_of(now)
    names = centre_names([p for row in rows for p in (row.sender_id, row.receiver_id)], day)
    shown = [PassageShown(row, names[row.sender_id], names[row.receiver_id], row.late_at(now)) for row in rows]
    return {"passages": shown, "centre": centre_name(case.centre_id, day) if rows else ""}


def acting_at(case: Case, step: str) -> int | None:
    """The centre that takes this step where it is not the one the case is at: whoever is offered it takes it over or not."""
    waiting = offered(case) if step in BY_THE_RECEIVER else None
    return waiting.receiver_id if waiting else None


def asked_at(case: Case) -> int:
    """The place the register is asked at: what was reported upwards is a matter of the place above, not of the street."""
    came = Passage.objects.filter(case=case, state="taken").order_by("pk").last() if case.centre_id else None
    upwards = came is not None and came.way == UP and came.receiver_id == case.centre_id
    return case.centre_id if upwards and case.centre_id else case.place_id
