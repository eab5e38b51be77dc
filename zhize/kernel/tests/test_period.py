"""Periods: half-open days in Beijing, and their algebra."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhize.kernel.errors import BadInput
from zhize.kernel.period import BEIJING, Period, day_of, parse_day

FIRST = date(2016, 1, 1)
days = st.integers(0, 40).map(lambda n: FIRST + timedelta(days=n))
spans = st.tuples(days, st.integers(1, 20) | st.none())
periods = spans.map(lambda pair: Period(pair[0], pair[0] + timedelta(days=pair[1]) if pair[1] else None))
WINDOW = [FIRST + timedelta(days=n) for n in range(70)]


def inside(*some: Period) -> set[date]:
    return {day for day in WINDOW for period in some if period.contains(day)}


@given(periods, periods)
def test_intersect_and_minus_split_a_period_exactly(one: Period, two: Period) -> None:
    common = one.intersect(two)
    left = one.minus(two)
    assert inside(*([common] if common else [])) == inside(one) & inside(two)
    assert inside(*left) == inside(one) - inside(two)
    assert left == sorted(left)
    assert not any(part.overlaps(two) for part in left)


@given(periods, periods)
def test_overlap_and_adjoining_are_symmetric_and_never_both(one: Period, two: Period) -> None:
    assert one.overlaps(two) == two.overlaps(one) == bool(inside(one) & inside(two))
    assert one.adjoins(two) == two.adjoins(one)
    assert not (one.adjoins(two) and one.overlaps(two))


@given(periods, periods)
def test_covering_is_leaving_nothing_over(one: Period, two: Period) -> None:
    assert one.covers(two) == (two.minus(one) == [])


@given(st.lists(periods, max_size=8))
def test_periods_sort_by_start_and_open_ends_come_last(some: list[Period]) -> None:
    keys = [(p.start, p.end or date.max) for p in sorted(some)]
    assert keys == sorted(keys)


@given(periods)
def test_inclusive_and_half_open_are_two_spellings_of_one_period(period: Period) -> None:
    assert Period.from_inclusive(period.start, period.last) == period


def test_a_period_is_said_with_its_last_day_for_people() -> None:
    assert str(Period(date(2016, 4, 1))) == "2016-04-01 起"
    assert str(Period(date(2016, 4, 1), date(2017, 1, 1))) == "2016-04-01 至 2016-12-31"
    assert Period(date(2016, 4, 1), date(2016, 5, 1)).days == 30


@pytest.mark.parametrize("end", [date(2016, 4, 1), date(2016, 3, 31)])
def test_an_empty_period_is_refused(end: date) -> None:
    with pytest.raises(BadInput, match="结束日必须晚于开始日"):
        Period(date(2016, 4, 1), end)


def test_a_moment_is_not_a_day() -> None:
    with pytest.raises(TypeError):
        Period(datetime(2016, 4, 1, tzinfo=BEIJING))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2016, 3, 31, 16, 30, tzinfo=UTC), date(2016, 4, 1)),  # 00:30 in Beijing
        (datetime(2016, 3, 31, 15, 59, 59, tzinfo=UTC), date(2016, 3, 31)),
        (datetime(2016, 4, 1, 0, 0, tzinfo=BEIJING), date(2016, 4, 1)),
        (datetime(1988, 7, 1, 15, 30, tzinfo=UTC), date(1988, 7, 2)),  # summer time, UTC+9
    ],
)
def test_the_day_is_the_day_in_beijing(moment: datetime, day: date) -> None:
    assert day_of(moment) == day


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(BadInput, match="没有时区"):
        day_of(datetime(2016, 4, 1))


@pytest.mark.parametrize(
    "text",
    ["2016-04-01", "2016-4-1", "2016/4/1", "2016.4.1", "2016年4月1日", "２０１６年４月１日", " 2016 年 4 月 1 日 "],
)
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert parse_day(text) == date(2016, 4, 1)


@pytest.mark.parametrize("text", ["", "2016-02-30", "16-4-1", "2016-4", "2016-4/1", "4月1日", "昨天", "2016-04-01x"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="读不出来"):
        parse_day(text)
