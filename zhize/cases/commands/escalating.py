"""What the calendar does about what is late: a red card at the deadline, an order after that, a place in a draft notice after
that. It issues no notice: to criticise in public is for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Exists, OuterRef, QuerySet

from zhize.accounts.models import By
from zhize.cases.commands.clocks import urge
from zhize.cases.commands.notices import draft_notice, extend_notice
from zhize.cases.commands.orders import order
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
MOST = 500
LOOK_BACK = timedelta(days=400)  # older ones have been through all of it


def escalate(now: datetime) -> dict[str, int]:
    """One round: each leg one step further, by its own policy. Safe to run as often as one likes."""
    return {"red": red_due(now), "ordered": order_due(now), "named": name_due(now)}


def red_due(now: datetime) -> int:
    """Legs past their deadline get their red card once."""
    shown = Urge.objects.filter(leg=OuterRef("pk"), kind=Urge.Kind.RED)
    late = _late(now).filter(~Exists(shown))[:MOST]
    return sum(done(partial(urge, leg.pk, "已超过办理期限", kind=Urge.Kind.RED, by=BY, now=now)) for leg in late)


def order_due(now: datetime) -> int:
    """Legs late by `cases.supervise.after` are ordered to answer, where nobody has done so."""
    ordered = Order.objects.filter(leg=OuterRef("pk"))
    wanted = [leg for leg in _late(now).filter(~Exists(ordered))[:MOST] if _after("cases.supervise.after", leg, now)]
    words = "已超过办理期限仍未答复，请立即办理，并说明逾期原因"
    return sum(done(partial(order, leg.pk, words, by=BY, now=now)) for leg in wanted)


def name_due(now: datetime) -> int:
    """Legs late by `cases.notice.after` stand in the draft notice of whoever supervises there; a person issues it or not."""
    named = NoticeLine.objects.filter(leg=OuterRef("pk"))
    by_place: dict[int, dict[int, str]] = defaultdict(dict)
    for leg in _late(now).filter(~Exists(named))[:MOST]:
        if _after("cases.notice.after", leg, now) and (place := _supervised_at(leg, now)):
            by_place[place][leg.pk] = f"{chinese_day(day_of(leg.due))}到期，至今没有答复"
    return sum(len(lines) for place, lines in by_place.items() if done(partial(_name, place, lines, now)))


def done(act: Callable[[], object]) -> bool:
    try:
        act()
    except Refusal:  # somebody was faster: then there is nothing left to do here
        return False
    return True


def _late(now: datetime) -> QuerySet[Leg]:
    rows = Leg.objects.filter(state__in=LEG_OPEN, due__lt=now, due__gt=now - LOOK_BACK, case__suspended=False)
    return rows.select_related("case").order_by("due")


def _after(key: str, leg: Leg, now: datetime) -> bool:
    return window(key, chain(leg.case.place_id, day_of(now)), leg.due) <= now


def _supervised_at(leg: Leg, now: datetime) -> int | None:
    """The nearest place above the case where somebody supervises who is not of the body itself."""
    above, day = chain(leg.case.place_id, day_of(now)), day_of(now)
    seats = Seat.objects.as_of(day).filter(role=Seat.Role.SUPERVISOR, place__in=above).exclude(body=leg.body_id)
    there = set(seats.values_list("place_id", flat=True))
    return next((place for place in above if place in there), None)


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
