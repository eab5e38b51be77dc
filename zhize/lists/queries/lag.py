"""公开时限: how long after a change the public list says so. 政府信息公开条例第二十六条: within 20 working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from statistics import median

from zhize.kernel.clock import Limit, derive
from zhize.kernel.period import BEIJING, ONE_DAY, day_of
from zhize.lists.models import Edition
from zhize.lists.queries.changes import Change, Point, between, since
from zhize.lists.queries.editions import before, issue_of, standing
from zhize.places.queries import chain_of, root_place
from zhize.policy.queries import calendar, value


@dataclass(frozen=True)
class Lag:
    """A change, the day it was made, and how many working days it took to become public (or has been waiting)."""

    edition: Edition
    change: Change
    made: date
    days: int
    late: bool


def of_edition(edition: Edition) -> list[Lag]:
    """What this edition was the first to say. A first edition says everything and is measured by nothing."""
    last = before(edition)
    return [_lag(edition, c, announced(edition)) for c in between(last, edition) if c.causes] if last else []


def waiting(edition: Edition, today: date) -> list[Lag]:
    """What the register has learned since the standing edition and the public list does not say yet."""
    points = Point(edition.day, edition.believed), Point(today)
    return [_lag(edition, c, today) for c in since(issue_of(edition), *points) if c.causes]


def figure(today: date) -> dict[str, int]:
    """How many lists stand published, how many are behind, how many are late, and the median lag in working days."""
    lags, behind, late, count = [], 0, 0, 0
    for edition in standing(today).select_related("body", "place", "instrument"):
        count += 1
        lags += [lag.days for lag in of_edition(edition)]
        open_ = waiting(edition, today)
        behind, late = behind + bool(open_), late + any(lag.late for lag in open_)
    return {
        "lists": count,
        "behind": behind,
        "late": late,
        "median": round(median(lags)) if lags else 0,
        "measured": len(lags),
    }


def announced(edition: Edition) -> date:
    """The day the public could read it: what a paper says of itself, for lists entered after the fact."""
    return max(edition.instrument.published or edition.public_from, edition.day)


def _lag(edition: Edition, change: Change, until: date) -> Lag:
    made = min(p.day if p and p.day else day_of(e.at) for p, e in change.causes)
    days = working_days(made, until)
    return Lag(edition, change, made, days, until > due(made))


def due(made: date) -> date:
    """The last day on which it may become public."""
    limit = value("publication.lag", chain_of(root_place(made).pk, made), made).value
    return day_of(derive(datetime.combine(made, time(12), BEIJING), Limit.parse(limit), calendar()).due)


def working_days(start: date, end: date) -> int:
    """Working days after `start` up to `end`."""
    known, day, count = calendar(), start, 0
    while (day := day + ONE_DAY) <= end:
        count += known.is_working(day)
    return count
