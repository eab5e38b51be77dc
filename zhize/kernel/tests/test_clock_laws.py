"""What must hold of every deadline: agreement with plain counting, and monotony in everything it depends on."""

from datetime import date, datetime, timedelta
from typing import Any

import chinese_calendar
from hypothesis import given
from hypothesis import strategies as st

from zhize.kernel.clock import Calendar, Limit, derive
from zhize.kernel.period import ONE_DAY, day_of
from zhize.kernel.tests.notices import at, china

BEGIN = [at("2016-01-20 00:00"), at("2016-09-10 00:00"), at("2018-12-15 00:00")]  # 春节, 国庆, a year's end moved
moments = st.builds(
    lambda begin, minutes: begin + timedelta(minutes=minutes), st.sampled_from(BEGIN), st.integers(0, 30 * 24 * 60)
)
amounts = st.integers(1, 30)
units = st.sampled_from(["wd", "d", "h", "wh"])
pauses = st.lists(
    st.tuples(moments, st.integers(0, 8 * 24 * 60)).map(lambda p: (p[0], p[0] + timedelta(minutes=p[1]))), max_size=4
)


def due(start: datetime, amount: int, unit: str, calendar: Calendar | None = None, **terms: Any) -> datetime:
    return derive(start, Limit(amount, unit), calendar or china(), **terms).due


@given(st.integers(0, 365 * 15), amounts)
def test_working_days_agree_with_counting_on_the_outside_package(n: int, amount: int) -> None:
    received = date(2011, 1, 1) + timedelta(days=n)
    left, day = amount, received
    while left:
        day += ONE_DAY
        left -= chinese_calendar.is_workday(day)
    assert day_of(due(at(f"{received} 12:00"), amount, "wd")) == day


@given(moments, st.integers(0, 3 * 24 * 60), amounts, units, pauses)
def test_received_later_is_never_due_earlier(
    start: datetime, by: int, amount: int, unit: str, paused: list[Any]
) -> None:
    later = start + timedelta(minutes=by)
    assert due(start, amount, unit, suspensions=paused) <= due(later, amount, unit, suspensions=paused)


@given(moments, amounts, st.integers(1, 5), units, pauses)
def test_a_longer_limit_is_due_later(start: datetime, amount: int, more: int, unit: str, paused: list[Any]) -> None:
    assert due(start, amount, unit, suspensions=paused) < due(start, amount + more, unit, suspensions=paused)


@given(moments, amounts, units, pauses, pauses)
def test_a_suspension_never_brings_the_day_nearer(
    start: datetime, amount: int, unit: str, some: list[Any], more: list[Any]
) -> None:
    assert due(start, amount, unit, suspensions=some) <= due(start, amount, unit, suspensions=[*some, *more])


@given(moments, amounts, units, st.sets(st.integers(0, 60), max_size=5))
def test_another_day_off_never_brings_the_day_nearer(start: datetime, amount: int, unit: str, more: set[int]) -> None:
    calendar = china()
    days = {start.date() + timedelta(days=n) for n in more}
    fewer = Calendar(calendar.off | days, calendar.work - days, calendar.years)
    assert due(start, amount, unit) <= due(start, amount, unit, fewer)


@given(moments, amounts, amounts, units, pauses)
def test_an_extension_in_the_same_kind_is_one_longer_limit(
    start: datetime, amount: int, more: int, unit: str, paused: list[Any]
) -> None:
    extended = due(start, amount, unit, suspensions=paused, extensions=[Limit(more, unit)])
    assert extended == due(start, amount + more, unit, suspensions=paused)


@given(moments, st.integers(1, 48), st.lists(st.tuples(st.integers(-999, 2999), st.integers(0, 999)), max_size=3))
def test_hours_by_the_clock_are_elapsed_time_less_the_pauses(
    start: datetime, amount: int, spans: list[tuple[int, int]]
) -> None:
    minute = timedelta(minutes=1)
    end = due(
        start, amount, "h", suspensions=[(start + n * minute, start + (n + length) * minute) for n, length in spans]
    )
    running = [n for n in range((end - start) // minute) if not any(b <= n < b + length for b, length in spans)]
    assert len(running) == amount * 60


@given(moments, amounts, units, pauses)
def test_nothing_is_late_before_its_due_moment(start: datetime, amount: int, unit: str, paused: list[Any]) -> None:
    found = derive(start, Limit(amount, unit), china(), suspensions=paused)
    assert found.due >= start
    assert not found.late_at(found.due) and found.late_at(found.due + timedelta(microseconds=1))
