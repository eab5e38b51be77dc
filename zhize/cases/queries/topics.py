"""What many speak of: as a seat sees it, with its days as a drawing and its places as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from zhize.cases.models import Case, Topic
from zhize.cases.queries.desk import places_of, visible
from zhize.kernel.period import day_of
from zhize.places.queries import place_name
from zhize.register.models import Seat

SHOWN, WIDE, HIGH = 50, 640, 120
STALE = timedelta(days=14)


@dataclass(frozen=True)
class Bar:
    """One day of the drawing."""

    day: date
    n: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Heat:
    """One place, and how much of the affair lies in it."""

    name: str
    n: int
    percent: int


def hot(seat: Seat, now: datetime) -> QuerySet[Topic]:
    """Topics that lie within the seat's place, the hottest first; of those not seen any more none."""
    rows = (
        Topic.objects.filter(seen_at__gte=now - STALE).select_related("place").order_by("-recent", "-last_seen", "pk")
    )
    places = places_of(seat.place_id, day_of(now))
    return rows if places is None else rows.filter(place__in=places)


def cases_of(topic: Topic, seat: Seat, now: datetime) -> list[Case]:
    return list(visible(seat, now).filter(topics=topic).order_by("-received_at", "-pk")[:SHOWN])


def merged_of(topic: Topic) -> int:
    """How many of its cases follow another by now."""
    return topic.cases.filter(state="merged").count()


def bars(topic: Topic) -> list[Bar]:
    """A bar a day, from the first letter to the last."""
    if not topic.days:
        return []
    first, last = date.fromisoformat(min(topic.days)), date.fromisoformat(max(topic.days))
    length, most = (last - first).days + 1, max(topic.days.values())
    step = WIDE / max(length, 14)
    days = (first + timedelta(days=n) for n in range(length))
    return [_bar(n, day, topic.days.get(str(day), 0), step, most) for n, day in enumerate(days)]


def _bar(at: int, day: date, n: int, step: float, most: int) -> Bar:
    height = round((HIGH - 20) * n / most, 1)
    return Bar(day, n, round(at * step, 1), round(HIGH - height, 1), round(step * 0.8, 1), height)


def heat(topic: Topic, day: date) -> list[Heat]:
    """Places with their share, the most first."""
    rows = sorted(topic.places.items(), key=lambda r: (-r[1], int(r[0])))
    most = max(topic.places.values(), default=1)
    return [Heat(place_name(int(pk), day), n, round(100 * n / most)) for pk, n in rows]
