"""Figures with honest denominators (cases.md §2.4): each says what was divided by what and what was left out on which ground.

On time is judged over everything that fell due in the period — what is still open and late included; leaving it out is
the usual trick. Rates of satisfaction stand beside their coverage. Whole days already counted are read from the tally.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Sum

from zhize.cases.metrics import METRICS, SCORED, Metric
from zhize.cases.models import Tally
from zhize.cases.queries import measuring
from zhize.cases.queries.desk import places_of
from zhize.cases.queries.measuring import Counted, Key
from zhize.cases.queries.routing import chain
from zhize.kernel.period import ONE_DAY, day_of, start_of
from zhize.places.models import PlacePath
from zhize.policy import queries as policy

Table = dict[str, dict[tuple[Key, ...], Counted]]


@dataclass(frozen=True)
class Figure:
    """A share: `part` of `whole`, in words; `out` is what is in neither, by ground."""

    name: str
    label: str
    part: float
    whole: int
    says: str
    out: list[tuple[str, str, int]] = field(default_factory=list)
    still: int = 0

    @property
    def rate(self) -> float | None:
        """None when there was nothing to divide by: no case is not 100 %."""
        return self.part / self.whole if self.whole else None

    @property
    def percent(self) -> float | None:
        return None if self.rate is None else round(100 * self.rate, 1)

    @property
    def metric(self) -> Metric:
        return METRICS[self.name]

    @property
    def left_out(self) -> int:
        return sum(n for _, _, n in self.out)

    @property
    def out_percent(self) -> float | None:
        """The share left out, of everything that could have been counted."""
        everything = self.whole + self.left_out
        return round(100 * self.left_out / everything, 1) if everything else None


@dataclass(frozen=True)
class Span:
    """From a moment until before another, as seen at `now`; of the cases at some hotline centres, or of all."""

    start: datetime
    end: datetime
    now: datetime
    centres: frozenset[int] | None = None


def figures(
    span: Span, *, place_id: int | None = None, body_id: int | None = None, names: Iterable[str] = ()
) -> list[Figure]:
    """The figures of a place (and all below it), of a body, or of everything."""
    wanted = list(names) or list(METRICS)
    places = narrowed(place_id, span)
    table = counted(wanted, span, places=places, body=body_id)
    half = partly(place_id, span.end)
    return [figure_of(METRICS[name], table[name].get((), Counted()), half) for name in wanted]


def figure_of(metric: Metric, c: Counted, half: float) -> Figure:
    """What was counted, in words."""
    words = f"{metric.says}（基本满意按{half}计）" if metric.name == "satisfied" else metric.says
    if c.still and metric.name in ("leg_on_time", "promise_on_time"):
        words += f"；其中{c.still}件到期未答复，计入分母"
    out = [(ground, label, c.out.get(ground, 0)) for ground, label in metric.out]
    return Figure(metric.name, metric.label, c.part + half * c.half, c.whole, words, out, c.still)


def of_groups(table: Table, names: Iterable[str], half: float) -> dict[Key, dict[str, Figure]]:
    """A table by one key as figures: key → name → figure."""
    found: dict[Key, dict[str, Figure]] = defaultdict(dict)
    for name in names:
        for (key,), c in table[name].items():
            found[key][name] = figure_of(METRICS[name], c, half)
    return found


# -- the tally, and what is not in it ----------------------------------------------------------------------------------
def counted(
    names: list[str],
    span: Span,
    *,
    places: Collection[int] | None = None,
    body: int | None = None,
    by: tuple[str, ...] = (),
) -> Table:
    """What the night has counted, and the rest from the rows: the edges of a period that are no whole days or months, what
    came since. A question by body and place together, or of one of them by day, has no tally."""
    side = None if span.centres is not None else _side(places, body, by)  # the night counts by place, not by centre
    first, until = _covered(side, span) if side else (day_of(span.start), day_of(span.start))
    if side is None or first >= until:
        return measuring.count(names, span.start, span.end, places=places, body=body, by=by, centres=span.centres)
    table = _from_tally(names, side, first, until, places, body, by)
    for start, end in ((span.start, start_of(first)), (start_of(until), span.end)):
        if start < end:
            fresh = measuring.count(names, start, end, places=places, body=body, by=by)
            for name in names:
                for key, c in fresh[name].items():
                    table[name][key].add(c)
    return table


def _side(places: Collection[int] | None, body: int | None, by: tuple[str, ...]) -> str | None:
    """Which side of the tally answers: all together by day, bodies or places by month."""
    of_bodies, of_places = body is not None or "body" in by, places is not None or "place" in by
    if of_bodies and of_places:
        return None
    if of_bodies or of_places:
        return None if "day" in by else Tally.Side.BODY if of_bodies else Tally.Side.PLACE
    return Tally.Side.ALL


def _covered(side: str, span: Span) -> tuple[date, date]:
    """The days [first, until) of the span that this side has counted whole."""
    rows = Tally.objects.filter(side=Tally.Side.ALL).order_by()
    newest = rows.order_by("-day").values_list("day", flat=True).first()
    start, end = day_of(span.start), day_of(span.end)
    if newest is None:
        return start, start
    first = start if start_of(start) == span.start else start + ONE_DAY
    until = min(end, newest + ONE_DAY)
    if side == Tally.Side.ALL:
        return first, until
    return _month(first) if first.day == 1 else _month(_month(first) + timedelta(days=32)), _month(until)


def _month(day: date) -> date:
    return day.replace(day=1)


def _from_tally(
    names: list[str],
    side: str,
    first: date,
    until: date,
    places: Collection[int] | None,
    body: int | None,
    by: tuple[str, ...],
) -> Table:
    rows = Tally.objects.filter(side=side, day__gte=first, day__lt=until, metric__in=names)
    rows = rows.filter(body=body) if body is not None else rows
    rows = rows.filter(place__in=places) if places is not None else rows
    found: Table = {name: defaultdict(Counted) for name in names}
    sums = {what: Sum(what) for what in ("whole", "part", "half", "still", "out_a", "out_b", "out_c")}
    for row in rows.order_by().values("metric", *by).annotate(**sums):
        found[row["metric"]][tuple(row[each] for each in by)].add(_row(row))
    return found


def _row(row: dict[str, Any]) -> Counted:
    said = Counted(row["whole"], row["part"], row["half"], row["still"])
    grounds = [ground for ground, _ in METRICS[row["metric"]].out]
    said.out.update(zip(grounds, (row["out_a"], row["out_b"], row["out_c"]), strict=False))
    return said


# -- policy and places -------------------------------------------------------------------------------------------------
def partly(place_id: int | None, end: datetime) -> float:
    """What 基本满意 counts for, in a place on the period's last day."""
    found: float = policy.value("cases.score.partly_satisfied", above(place_id, end), day_of(end)).value
    return found


def above(place_id: int | None, end: datetime) -> list[int]:
    """The place's chain on the period's last day, for policy."""
    return list(chain(place_id, day_of(end))) if place_id else []


def narrowed(place_id: int | None, span: Span) -> list[int] | None:
    """The places to count in; None when the place is everything there is, which narrows nothing."""
    return places_of(place_id, day_of(span.end)) if place_id is not None else None


def below(place_id: int) -> list[int]:
    """The place and all within it, ever or now."""
    return list(PlacePath.objects.filter(chain__contains=[place_id]).values_list("place_id", flat=True))


def span_of(first: date, last: date, now: datetime) -> Span:
    """Whole days."""
    start, end = measuring.whole_days(first, last)
    return Span(start, min(end, now) if end > now else end, now)


def before(span: Span) -> Span:
    """The period of the same length just before: what a change is measured against."""
    return replace(span, start=span.start - (span.end - span.start), end=span.start)


def last_days(days: int, now: datetime) -> Span:
    """Today and the whole days before it."""
    return Span(start_of(day_of(now) - timedelta(days=days - 1)), now, now)


__all__ = [
    "SCORED",
    "Figure",
    "Span",
    "above",
    "before",
    "below",
    "counted",
    "figures",
    "last_days",
    "of_groups",
    "partly",
    "span_of",
]
