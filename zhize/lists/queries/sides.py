"""The two sides of a transfer: what left one body and arrived at another on the same day, in the same place and part. Where a
duty is divided by the same paper (部分划转) the whole ends and parts begin: they match too (spec §12.6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from zhize.kernel.period import Period
from zhize.register.models import Capacity, Holding

OWN = (Capacity.NAME_HOLDER, Capacity.PERFORMER, Capacity.LEAD)
Cell = tuple[int, int, int | None, date]  # duty, place, segment, the day


@dataclass(frozen=True)
class Passage:
    """A duty that went from one body to another on a day."""

    duty_id: int
    giver: int
    taker: int
    day: date


def passages(bodies: Collection[int], period: Period, believed: datetime | None = None) -> set[Passage]:
    """What these bodies gave or took on the days of the period; both ends as believed at the moment."""
    left = _by_cell(Holding.objects.as_believed(believed).filter(capacity__in=OWN, body__in=bodies), "to_day", period)
    came = _by_cell(Holding.objects.as_believed(believed).filter(capacity__in=OWN, body__in=bodies), "from_day", period)
    duties = {cell[0] for cell in (*left, *came)}
    others = Holding.objects.as_believed(believed).filter(capacity__in=OWN, duty__in=duties)
    takers, givers = _by_cell(others, "from_day", period), _by_cell(others, "to_day", period)
    gave = _pairs(left, takers)
    took = {Passage(p.duty_id, p.taker, p.giver, p.day) for p in _pairs(came, givers)}
    return {p for p in gave | took if p.giver != p.taker}


def _pairs(mine: dict[Cell, set[int]], theirs: dict[Cell, set[int]]) -> set[Passage]:
    near: dict[tuple[int, int, date], list[tuple[int | None, int]]] = defaultdict(list)
    for (duty, place, part, day), bodies in theirs.items():
        near[duty, place, day] += [(part, b) for b in bodies]
    return {
        Passage(duty, body, other, day)
        for (duty, place, part, day), bodies in mine.items()
        for theirs_part, other in near[duty, place, day]
        if part == theirs_part or None in (part, theirs_part)
        for body in bodies
    }


def _by_cell(rows, edge: str, period: Period) -> dict[Cell, set[int]]:  # type: ignore[no-untyped-def]
    """Holdings that begin (or end) on a day of the period, by duty, place, segment and that day."""
    found: dict[Cell, set[int]] = {}
    within = rows.filter(**{f"{edge}__gte": period.start}, **({f"{edge}__lt": period.end} if period.end else {}))
    for duty, place, segment, day, body in within.values_list("duty_id", "place_id", "segment_id", edge, "body_id"):
        found.setdefault((duty, place, segment, day), set()).add(body)
    return found
