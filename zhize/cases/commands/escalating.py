"""What the calendar does about what is late: a red card at the deadline, an order after that, a place in a draft notice after
that. It issues no notice: to criticise in public is for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from zhize.accounts.models import By
from zhize.cases import sql
from zhize.cases.commands.clockwork import order_many, urge_many
from zhize.cases.commands.notices import draft_notice, extend_notice
from zhize.cases.lifecycle import LEG_OPEN
from zhize.cases.limits import window
from zhize.cases.models import Leg, Notice, NoticeLine, Order, Urge
from zhize.cases.queries.routing import chain
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.places.models import Place
from zhize.record.papers import chinese_day
from zhize.register.models import Seat

BY = By.system("按期自动")
BATCH = 500  # whom one event tells of; `announcements` reaches the reporters of a thousand at most
LOOK_BACK = timedelta(days=400)  # older ones have been through all of it
NAMING = 15_127  # the lock of whoever drafts the calendar's notices
Overdue = tuple[int, int, int, datetime]  # leg, body, place, due


def escalate(now: datetime) -> dict[str, int]:
    """One round: each leg one step further, by its own policy. Safe to run as often as one likes."""
    return {"red": red_due(now), "ordered": order_due(now), "named": name_due(now)}


def red_due(now: datetime) -> int:
    """Legs past their deadline get their red card once."""
    shown = Urge.objects.filter(leg=OuterRef("pk"), kind=Urge.Kind.RED)
    legs = list(_late(now).filter(~Exists(shown)).values_list("pk", flat=True))
    return in_batches(legs, partial(urge_many, words="已超过办理期限", kind=Urge.Kind.RED, by=BY, now=now))


def order_due(now: datetime) -> int:
    """Legs late by `cases.supervise.after` are ordered to answer, where nobody has done so."""
    ordered = Order.objects.filter(leg=OuterRef("pk"))
    legs = [leg for leg, *_ in _late_by("cases.supervise.after", _late(now).filter(~Exists(ordered)), now)]
    words = "已超过办理期限仍未答复，请立即办理，并说明逾期原因"
    return in_batches(legs, partial(order_many, words=words, by=BY, now=now))


@transaction.atomic
def name_due(now: datetime) -> int:
    """Legs late by `cases.notice.after` stand in the draft notice of whoever supervises there; a person issues it or not.

    One worker at a time: two would name the same legs in two drafts.
    """
    if not sql.run("select pg_try_advisory_xact_lock(%(key)s)", {"key": NAMING})[0][0]:
        return 0
    named = NoticeLine.objects.filter(leg=OuterRef("pk"))
    late = _late_by("cases.notice.after", _late(now).filter(~Exists(named)), now)
    there = _supervised({(place, body) for _, body, place, _ in late}, now)
    by_place: dict[int, dict[int, str]] = defaultdict(dict)
    for leg, body, place, due in late:
        if (at := there[place, body]) is not None:
            by_place[at][leg] = f"{chinese_day(day_of(due))}到期，至今没有答复"
    return sum(len(lines) for place, lines in by_place.items() if done(partial(_name, place, lines, now)))


def in_batches(ids: Sequence[int], act: Callable[[Sequence[int]], Sequence[int]]) -> int:
    """How many the act did. A batch that is refused is taken apart, so that one case stops nobody else."""
    return sum(_some(ids[at : at + BATCH], act) for at in range(0, len(ids), BATCH))


def _some(ids: Sequence[int], act: Callable[[Sequence[int]], Sequence[int]]) -> int:
    half = len(ids) // 2
    try:
        return len(act(ids))
    except Refusal:
        return _some(ids[:half], act) + _some(ids[half:], act) if half else 0


def done(act: Callable[[], object]) -> bool:
    try:
        act()
    except Refusal:  # somebody was faster: then there is nothing left to do here
        return False
    return True


def _late(now: datetime) -> QuerySet[Leg]:
    rows = Leg.objects.filter(state__in=LEG_OPEN, due__lt=now, due__gt=now - LOOK_BACK, case__suspended=False)
    return rows.order_by("due", "pk")


def _late_by(key: str, late: QuerySet[Leg], now: datetime) -> list[Overdue]:
    """Those late by as much as the policy of their place says; a place and deadline is reckoned once."""
    over: dict[tuple[int, datetime], bool] = {}
    found: list[Overdue] = []
    for leg, body, place, due in late.values_list("pk", "body", "case__place", "due"):
        if (place, due) not in over:
            over[place, due] = window(key, chain(place, day_of(now)), due) <= now
        if over[place, due]:
            found.append((leg, body, place, due))
    return found


def _supervised(wanted: Collection[tuple[int, int]], now: datetime) -> dict[tuple[int, int], int | None]:
    """(place, body) → the nearest place above where somebody supervises who is not of the body itself."""
    day = day_of(now)
    seats = Seat.objects.as_of(day).filter(role=Seat.Role.SUPERVISOR).values_list("place_id", "body_id")
    sits: dict[int, set[int]] = defaultdict(set)
    for place, body in seats:
        sits[place].add(body)
    return {(place, body): next((p for p in chain(place, day) if sits[p] - {body}), None) for place, body in wanted}


def _name(place_id: int, lines: dict[int, str], now: datetime) -> Notice:
    """One draft a place and by the calendar at a time."""
    draft = Notice.objects.filter(place=place_id, state="drafted", drafted_by__isnull=True).first()
    if draft is not None:
        return extend_notice(draft.pk, lines, by=BY, now=now)
    place = Place.objects.get(pk=place_id)
    return draft_notice(
        lines,
        place=place,
        title=f"关于{chinese_day(day_of(now))}前超期未答复办件的通报",
        words="下列办件超过办理期限，经催办、督办仍未答复，现予通报，请限期整改并报送整改情况。",
        by=BY,
        now=now,
    )
