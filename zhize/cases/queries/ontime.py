"""The bars of the figures page: of what fell due, how much was answered in time, body by body. What is still open and late is late."""

from __future__ import annotations

from dataclasses import dataclass

from zhize.cases.queries.figures import Span, counted, narrowed
from zhize.cases.queries.measuring import Counted
from zhize.kernel.period import day_of
from zhize.register.models import Seat
from zhize.register.queries.bodies import body_names

BODIES = 20


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
    excluded: int = 0


def on_time(seat: Seat, s: Span, place: int | None = None, body: int | None = None) -> Bars:
    """A body's seat sees its own legs, the others what lies in their place. Together they are the figure `leg_on_time`."""
    mine = seat.body_id if seat.of_a_body else body
    places = None if seat.of_a_body else narrowed(place or seat.place_id, s)
    found = counted(["leg_on_time"], s, places=places, body=mine, by=("body",))["leg_on_time"]
    together = Counted()
    for c in found.values():
        together.add(c)
    most = sorted(((c, key[0]) for key, c in found.items() if c.whole), key=lambda pair: (-pair[0].whole, str(pair[1])))
    names = body_names([key for _, key in most[:BODIES] if isinstance(key, int)], day_of(s.now))
    bodies = [_bar(names.get(key, ""), c) for c, key in most[:BODIES] if isinstance(key, int)]
    return Bars(_bar("", together), bodies, together.out["left"], together.out["suspended"], together.out["excluded"])


def _bar(name: str, c: Counted) -> Bar:
    return Bar(name, c.part, c.whole - c.part - c.still, c.still)
