"""Drill: a million receipts against a calculator that knows nothing of ours: no deadline wrong (measures §11-5).

Drawn where clocks go wrong: around midnight, around 28 and 29 February, at year's end, around holidays and worked weekends, an hour and a
day to either side; before and after a notice is changed. Short here; the whole with `ZHIZE_DATES=1000000 bin/test zhize/kernel/tests/test_clock_dates.py`.

The calculator takes working days from the package chinese_calendar, puts them into a row and looks places up in it; ours walks day by day.
"""

from __future__ import annotations

import os
import random
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache

import chinese_calendar
import pytest

from zhize.kernel.clock import Calendar, Limit, derive
from zhize.kernel.period import BEIJING
from zhize.kernel.tests.notices import china

MANY = int(os.environ.get("ZHIZE_DATES", "4000"))
FIRST, LAST = date(2012, 1, 1), date(2025, 6, 30)
OFFICE = ((510, 720), (810, 1050))  # 8:30–12:00, 13:30–17:30 in minutes
A_DAY = sum(closes - opens for opens, closes in OFFICE)
EDGES = [
    date(y, m, d) for y in range(2012, 2025) for m, d in ((2, 28), (3, 1), (12, 31), (1, 1), (9, 30), (10, 8), (4, 30))
]
EDGES += [date(y, 2, 29) for y in (2012, 2016, 2020, 2024)]
SHIFTS = [
    timedelta(0),
    timedelta(hours=1),
    timedelta(hours=-1),
    timedelta(days=-1),
    timedelta(minutes=-1),
    timedelta(microseconds=-1),
]
LIMITS = [
    (1, "wd"),
    (2, "wd"),
    (5, "wd"),
    (15, "wd"),
    (7, "d"),
    (15, "d"),
    (60, "d"),
    (2, "h"),
    (24, "h"),
    (8, "wh"),
    (3, "wh"),
]


class Row:
    """Working days in a row, by their ordinal."""

    def __init__(self, works: dict[int, bool]) -> None:
        self.days = sorted(day for day, worked in works.items() if worked)
        self.works = works

    def due(self, start: datetime, amount: int, unit: str) -> datetime:
        if unit == "h":
            return start + timedelta(hours=amount)
        if unit == "wh":
            return self._hours(start, amount * 60)
        day = start.toordinal()
        last = day + amount if unit == "d" else self.days[bisect_right(self.days, day) + amount - 1]
        return datetime.fromordinal(last + 1) - timedelta(microseconds=1)

    def _hours(self, start: datetime, minutes: int) -> datetime:
        """Where the day stands in the row of office minutes, so many further, and back to a day and a time."""
        at = bisect_right(self.days, start.toordinal() - 1)
        now = timedelta(hours=start.hour, minutes=start.minute, seconds=start.second, microseconds=start.microsecond)
        spent = self._spent(now) if self.works[start.toordinal()] else timedelta(0)
        days, rest = divmod(spent + timedelta(minutes=minutes), timedelta(minutes=A_DAY))
        if not rest:
            days, rest = days - 1, timedelta(minutes=A_DAY)
        return datetime.fromordinal(self.days[at + days]) + self._time(rest)

    def _spent(self, now: timedelta) -> timedelta:
        spans = ((timedelta(minutes=a), timedelta(minutes=b)) for a, b in OFFICE)
        return sum((max(timedelta(0), min(now, closes) - opens) for opens, closes in spans), timedelta(0))

    def _time(self, spent: timedelta) -> timedelta:
        for opens, closes in OFFICE:
            if spent <= timedelta(minutes=closes - opens):
                return timedelta(minutes=opens) + spent
            spent -= timedelta(minutes=closes - opens)
        raise AssertionError("more than a day")


@cache
def row() -> Row:
    days = range(FIRST.toordinal() - 40, LAST.toordinal() + 120)
    return Row({n: chinese_calendar.is_workday(date.fromordinal(n)) for n in days})


def receipts(count: int, seed: int) -> Iterator[tuple[datetime, int, str]]:
    """Half at the edges, half anywhere; a quarter of them at midnight, and each a little beside it."""
    draw, span = random.Random(seed), (LAST - FIRST).days
    for _ in range(count):
        day = draw.choice(EDGES) if draw.random() < 0.5 else FIRST + timedelta(days=draw.randrange(span))
        second = 0 if draw.random() < 0.25 else draw.randrange(86_400)
        start = datetime(day.year, day.month, day.day) + timedelta(seconds=second) + draw.choice(SHIFTS)
        yield (start, *draw.choice(LIMITS))


def test_no_deadline_differs_from_the_calculators() -> None:
    wrong = [
        (start, amount, unit)
        for start, amount, unit in receipts(MANY, 1)
        if ours(start, amount, unit, china()) != row().due(start, amount, unit)
    ]
    assert not wrong, f"{len(wrong)} of {MANY}: {wrong[:3]}"


def test_no_deadline_differs_after_a_notice_is_changed() -> None:
    """Three days more are taken off and one weekend day is worked instead: the calculator's row is changed alike."""
    off = {date(2016, 10, 10), date(2016, 10, 11), date(2020, 3, 2)}
    calendar = Calendar(china().off | off, china().work | {date(2016, 10, 15)}, china().years)
    changed = Row(row().works | {day.toordinal(): False for day in off} | {date(2016, 10, 15).toordinal(): True})
    draw, days = random.Random(2), [date(2016, 9, 20), date(2020, 2, 20)]
    for _ in range(MANY // 10):
        start = datetime.combine(draw.choice(days), datetime.min.time()) + timedelta(minutes=draw.randrange(40_000))
        amount, unit = draw.choice(LIMITS)
        assert ours(start, amount, unit, calendar) == changed.due(start, amount, unit), (start, amount, unit)


@pytest.mark.parametrize("limit", LIMITS)
def test_who_comes_later_is_never_due_earlier(limit: tuple[int, str]) -> None:
    """The order of events is kept when a clock is an hour or a day off."""
    starts = sorted(start for start, _, _ in receipts(200, 3))
    dues = [ours(start, *limit, china()) for start in starts]
    assert dues == sorted(dues)


@pytest.mark.parametrize(
    ("start", "limit", "last"),
    [
        ("2016-02-28 10:00", "1d", "2016-02-29"), ("2015-02-28 10:00", "1d", "2015-03-01"),
        ("2016-02-29 10:00", "365d", "2017-02-28"), ("2015-12-31 23:59", "1wd", "2016-01-04"),
        ("2020-01-23 10:00", "1wd", "2020-02-03"),  # the spring festival that was prolonged
    ],
)  # fmt: skip
def test_by_hand_at_leap_days_and_year_ends(start: str, limit: str, last: str) -> None:
    found = Limit.parse(limit)
    assert ours(datetime.fromisoformat(start), found.amount, found.unit, china()).date() == date.fromisoformat(last)


def ours(start: datetime, amount: int, unit: str, calendar: Calendar) -> datetime:
    return derive(start.replace(tzinfo=BEIJING), Limit(amount, unit), calendar).due.replace(tzinfo=None)
