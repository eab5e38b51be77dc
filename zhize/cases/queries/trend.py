"""The days of a period as columns: how many fell due each day, answered in time, late, or not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from zhize.cases.queries.figures import Span, counted, narrowed
from zhize.cases.queries.measuring import Counted
from zhize.kernel.period import ONE_DAY, day_of

COLUMNS = 62  # drawn at most; a longer period is drawn by weeks, then by months of thirty days
BREADTH = 1000


@dataclass(frozen=True)
class Column:
    """Drawn in a box of BREADTH × 100, from below; also the row of the table beside the drawing."""

    first: date
    last: date
    on: int
    late: int
    still: int
    x: float
    width: float
    parts: list[tuple[str, float, float]]  # kind, y, height

    @property
    def total(self) -> int:
        return self.on + self.late + self.still


@dataclass(frozen=True)
class Trend:
    columns: list[Column]
    most: int
    step: int


def trend(span: Span, place: int | None, body: int | None) -> Trend:
    """Legs by the day they fell due."""
    places = narrowed(place, span)
    table = counted(["leg_on_time"], span, places=places, body=body, by=("day",))["leg_on_time"]
    first, last = day_of(span.start), day_of(span.end - timedelta(microseconds=1))
    days = (last - first).days + 1
    step = next(s for s in (1, 7, 30, 9999) if days / s <= COLUMNS)
    heaps: list[tuple[date, date, Counted]] = []
    for at in range(0, days, step):
        start, end = first + ONE_DAY * at, min(first + ONE_DAY * (at + step - 1), last)
        heap = Counted()
        for n in range((end - start).days + 1):
            heap.add(table.get((start + ONE_DAY * n,), Counted()))
        heaps.append((start, end, heap))
    most = max((c.whole for _, _, c in heaps), default=0)
    return Trend([_column(at, len(heaps), *heap, most) for at, heap in enumerate(heaps)], most, step)


def _column(at: int, of: int, first: date, last: date, c: Counted, most: int) -> Column:
    late = c.whole - c.part - c.still
    wide, parts, y = BREADTH / of, [], 100.0
    for kind, n in (("on", c.part), ("late", late), ("open", c.still)):
        high = 100 * n / most if most else 0
        y -= high
        parts.append((kind, round(y, 2), round(high, 2)))
    return Column(first, last, c.part, late, c.still, round(at * wide + wide * 0.1, 2), round(wide * 0.8, 2), parts)
