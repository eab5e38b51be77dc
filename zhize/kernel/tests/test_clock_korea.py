"""An outside rule set in our parameters: Korea, Enforcement Decree of the Civil Petitions Treatment Act, art. 18.

① limits of 5 days or less run in hours from receipt, a day being 8 hours of work, holidays and Saturdays left out;
② limits of 6 days or more run in days, the first day included, with the same days left out; ③ “at once” is 3 hours of
work; ④ weeks, months and years run by the calendar, the first day included; a month without the day ends with its last; and a
last day on a holiday or Saturday moves to the next day.

The oracle below is written from the decree's text alone and counts minute by minute or day by day. Korean local time is
written as if it were ours: the rules know no zone.
"""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhize.kernel.clock import Calendar, Limit, derive
from zhize.kernel.tests.notices import at

HOURS = ((time(9), time(12)), (time(13), time(18)))
HOLIDAYS = frozenset(
    date(2016, month, day)
    for month, day in [(8, 15), (9, 14), (9, 15), (9, 16), (10, 3)]  # liberation day, chuseok, foundation day
)
KOREA = Calendar(off=HOLIDAYS, years=frozenset({2016}), version="kr-2016")


def ours(start: datetime, days: int) -> datetime:
    """Art. 18 ① and ② as data: which unit, whether the first day counts, which hours."""
    if days <= 5:
        return derive(start, Limit(days * 8, "wh"), KOREA, hours=HOURS).due
    return derive(start, Limit(days, "wd"), KOREA, first_day_counts=True).due


def at_work(moment: datetime) -> bool:
    day, now = moment.date(), moment.time()
    return day.weekday() < 5 and day not in HOLIDAYS and (time(9) <= now < time(12) or time(13) <= now < time(18))


def minute_by_minute(start: datetime, hours: int) -> datetime:
    left, moment = hours * 60, start
    while left:
        left -= at_work(moment)
        moment += timedelta(minutes=1)
    return moment


def day_by_day(received: date, days: int) -> date:
    seen = 0
    for n in range(400):
        day = received + timedelta(days=n)
        seen += day.weekday() < 5 and day not in HOLIDAYS
        if seen == days:
            return day
    raise AssertionError("no end in sight")


receipts = st.integers(0, 60 * 24 * 60).map(lambda minutes: at("2016-08-08 00:00") + timedelta(minutes=minutes))


@settings(max_examples=25)
@given(receipts, st.integers(1, 5))
def test_five_days_or_less_run_in_hours_of_work(start: datetime, days: int) -> None:
    assert ours(start, days) == minute_by_minute(start, days * 8)


@given(receipts, st.integers(6, 30))
def test_six_days_or_more_run_in_days_with_the_first(start: datetime, days: int) -> None:
    assert ours(start, days).date() == day_by_day(start.date(), days)


@settings(max_examples=25)
@given(receipts)
def test_at_once_is_three_hours_of_work(start: datetime) -> None:
    assert derive(start, Limit.parse("3wh"), KOREA, hours=HOURS).due == minute_by_minute(start, 3)


@given(receipts, st.integers(1, 4))
def test_weeks_end_the_day_before_their_day_and_move_off_a_holiday(start: datetime, weeks: int) -> None:
    last = start.date() + timedelta(days=7 * weeks - 1)
    while last.weekday() >= 5 or last in HOLIDAYS:
        last += timedelta(days=1)
    found = derive(start, Limit(7 * weeks, "d"), KOREA, first_day_counts=True, last_day_rolls=True)
    assert found.due.date() == last


def the_day_before_the_same_day(received: date, months: int) -> date:
    """The period ends on the day before its own number comes round again; where the month has none, with the month."""
    year, month = received.year, received.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    try:
        return date(year, month, received.day) - timedelta(days=1)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


@given(st.dates(date(2015, 12, 1), date(2016, 12, 31)), st.integers(1, 24))
def test_months_and_years_end_before_their_day_comes_round_and_move_off_a_holiday(received: date, months: int) -> None:
    last = the_day_before_the_same_day(received, months)
    while last.weekday() >= 5 or last in HOLIDAYS:
        last += timedelta(days=1)
    start = at(f"{received} 10:00")
    found = derive(start, Limit(months, "mo"), KOREA, first_day_counts=True, last_day_rolls=True)
    assert found.due.date() == last


@pytest.mark.parametrize(
    ("received", "months", "last"),
    [
        (date(2016, 1, 31), 1, date(2016, 2, 29)),
        (date(2016, 3, 1), 1, date(2016, 3, 31)),
        (date(2015, 12, 31), 2, date(2016, 2, 29)),
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
        (date(2016, 5, 10), 12, date(2017, 5, 9)),
    ],
)
def test_months_by_hand(received: date, months: int, last: date) -> None:
    assert derive(at(f"{received} 10:00"), Limit(months, "mo"), KOREA, first_day_counts=True).due.date() == last


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2016-09-12 10:00", 1, "2016-09-13 10:00"),  # Monday 10:00: a day of 8 hours later
        ("2016-09-13 15:00", 2, "2016-09-20 15:00"),  # over chuseok: Wednesday to Friday, and the weekend
        ("2016-09-30 17:00", 1, "2016-10-04 17:00"),  # over a weekend and foundation day
        ("2016-09-10 11:00", 1, "2016-09-12 18:00"),  # received on a Saturday
    ],
)
def test_by_hand_in_hours(start: str, days: int, due: str) -> None:
    assert ours(at(start), days) == at(due)


def test_by_hand_in_days() -> None:
    """Received Monday 12 September: 12, 13, 19–23 are seven days, chuseok and the weekend left out."""
    assert ours(at("2016-09-12 17:59"), 7).date() == date(2016, 9, 23)
