"""The bars of the figures page: of what fell due, how much was answered in time, body by body. What is still open and late is late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from zhize.cases.lifecycle import LEG_LEFT
from zhize.cases.models import Leg
from zhize.cases.queries.desk import in_reach
from zhize.cases.queries.figures import Span
from zhize.kernel.period import day_of
from zhize.register.models import Seat
from zhize.register.queries.bodies import body_names

BODIES, PLACE = 20, "case__place_id"


@dataclass(frozen=True)
class Bar:
    """Legs of a body (or of all) whose due moment fell in the period. `still` are open and late: in the denominator."""

    name: str
    on: int
    late: int
    still: int

    @property
    def total(self) -> int:
        return self.on + self.late + self.still

    @property
    def rate(self) -> float | None:
        return round(100 * self.on / self.total, 1) if self.total else None

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """(kind, x, width) in percent, for the drawing."""
        at, found = 0.0, []
        for kind, n in (("on", self.on), ("late", self.late), ("open", self.still)):
            wide = 100 * n / self.total if self.total else 0
            found.append((kind, round(at, 2), round(wide, 2)))
            at += wide
        return found


@dataclass(frozen=True)
class Bars:
    """All together, the bodies with most due, and what was not judged."""

    all: Bar
    bodies: list[Bar]
    left_out: int
    suspended: int


_SPLIT: dict[str, Any] = {
    "on": Count("pk", filter=Q(replied_at__lte=F("due"))), "late": Count("pk", filter=Q(replied_at__gt=F("due"))),
    "still": Count("pk", filter=Q(replied_at__isnull=True)),
}  # fmt: skip


def on_time(seat: Seat, s: Span) -> Bars:
    """A body's seat sees its own legs, the others what lies in their place. Together they are the figure `leg_on_time`."""
    fell = Leg.objects.filter(due__gte=s.start, due__lt=s.end, required=True)
    legs = fell.filter(body=seat.body_id) if seat.role == Seat.Role.HANDLER else in_reach(fell, seat, s.now, PLACE)
    due = legs.exclude(state__in=LEG_LEFT).exclude(case__suspended=True)
    rows = list(due.order_by().values("body").annotate(n=Count("pk"), **_SPLIT).order_by("-n", "body")[:BODIES])
    names = body_names({r["body"] for r in rows}, day_of(s.now))
    bodies = [Bar(names[r["body"]], r["on"], r["late"], r["still"]) for r in rows]
    return Bars(
        Bar("", **due.aggregate(**_SPLIT)),
        bodies,
        legs.filter(state__in=LEG_LEFT).count(),
        legs.exclude(state__in=LEG_LEFT).filter(case__suspended=True).count(),
    )
