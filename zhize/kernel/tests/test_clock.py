"""Deadlines: the rules of spec cases §2.3, by hand-counted examples."""

import timeit
from datetime import UTC, date, datetime, time, timedelta

import pytest

from zhize.kernel.clock import Limit, derive
from zhize.kernel.errors import BadInput
from zhize.kernel.period import BEIJING, day_of
from zhize.kernel.tests.notices import at, china, last_day, reckon


# -- limits ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "words"),
    [("2wd", "2个工作日"), ("24h", "24小时"), ("7d", "7日"), ("8wh", "8个工作小时"), (" 15WD ", "15个工作日")],
)
def test_limits_are_read_and_said(text: str, words: str) -> None:
    assert Limit.parse(text).words == words
    assert Limit.parse(str(Limit.parse(text))) == Limit.parse(text)


@pytest.mark.parametrize("text", ["", "0wd", "wd", "-1d", "1.5h", "3w", "2 wd", "999999d"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="读不出来"):
        Limit.parse(text)


# -- working days over make-up days and holidays --------------------------------------------------------------
@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2016-05-17 09:00", "2wd", date(2016, 5, 19)),  # Tuesday, an ordinary week
        ("2016-05-20 17:00", "2wd", date(2016, 5, 24)),  # Friday
        ("2016-05-21 09:00", "2wd", date(2016, 5, 24)),  # Saturday: Monday is day 1
        ("2016-09-29 10:15", "2wd", date(2016, 10, 8)),  # 30 September, then the worked Saturday
        ("2016-09-30 10:15", "2wd", date(2016, 10, 9)),  # both worked weekend days
        ("2016-10-05 10:15", "2wd", date(2016, 10, 9)),  # received in the holiday
        ("2016-10-07 23:59", "1wd", date(2016, 10, 8)),
        ("2016-01-29 09:00", "15wd", date(2016, 2, 24)),  # 春节: worked 6 and 14 February, off 7–13
        ("2016-02-06 09:00", "2wd", date(2016, 2, 15)),
        ("2015-12-31 09:00", "1wd", date(2016, 1, 4)),
        ("2018-12-28 09:00", "1wd", date(2018, 12, 29)),  # worked by the notice for 2019
    ],
)
def test_working_days(start: str, limit: str, due: date) -> None:
    assert last_day(start, limit) == due


@pytest.mark.parametrize(
    ("limit", "due"),
    [("2wd", date(2016, 4, 7)), ("10wd", date(2016, 4, 19)), ("15wd", date(2016, 4, 26)), ("13wd", date(2016, 4, 22))],
)
def test_guangdong_and_bureau_limits_over_qingming(limit: str, due: date) -> None:
    """Enquiry 2, help 10, complaint 15 (Guangdong 2022); complaint 13 from the day after receipt (a bureau). §2.3-3."""
    assert last_day("2016-04-05 09:00", limit) == due


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        ("2h", "2016-09-30 23:30"),
        ("24h", "2016-10-01 21:30"),
        ("7d", "2016-10-07 24:00"),
        ("15d", "2016-10-15 24:00"),
    ],
)
def test_beijing_2021_counts_holidays_too(limit: str, due: str) -> None:
    """Calendar days and hours without conversion (Beijing's draft norm of 2021, §2.3-4)."""
    found = reckon("2016-09-30 21:30", limit)
    day, hour = due.split()
    assert found.due.date() == date.fromisoformat(day)
    assert f"{found.due:%H:%M}" == hour.replace("24:00", "23:59")
    assert found.lines[-1].endswith((f"{hour}。", "24时。"))


# -- which day it was received --------------------------------------------------------------------------------
def test_two_minutes_around_midnight_in_beijing_are_a_day_apart() -> None:
    """23:59 and 00:01 in Beijing fall on one UTC date; the days of receipt differ all the same."""
    before = datetime(2016, 5, 17, 15, 59, tzinfo=UTC)
    after = datetime(2016, 5, 17, 16, 1, tzinfo=UTC)
    two = Limit.parse("2wd")
    assert derive(before, two, china()).due.date() == date(2016, 5, 19)
    assert derive(after, two, china()).due.date() == date(2016, 5, 20)
    assert before.date() == after.date()


def test_the_zone_of_the_moment_does_not_matter() -> None:
    assert (
        derive(at("2016-05-17 09:00").astimezone(UTC), Limit.parse("2wd"), china()).due
        == reckon("2016-05-17 09:00", "2wd").due
    )


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(BadInput, match="没有时区"):
        derive(datetime(2016, 5, 17), Limit.parse("2wd"), china())


def test_hours_are_elapsed_hours_even_when_the_clocks_were_put_back() -> None:
    """China had summer time until 1991: 24 hours from noon on 10 September 1988 ended at 11:00. §2.3-12"""
    assert reckon("1988-09-10 12:00", "24h").due == at("1988-09-11 11:00")


# -- the end of the day ---------------------------------------------------------------------------------------
def test_the_day_of_the_due_moment_is_the_day_people_mean() -> None:
    found = reckon("2016-05-17 09:00", "2wd")
    assert day_of(found.due) == date(2016, 5, 19)
    assert not found.late_at(at("2016-05-19 23:59"))
    assert found.late_at(at("2016-05-20 00:00"))


def test_an_office_may_close_the_day_earlier() -> None:
    found = reckon("2016-05-17 09:00", "2wd", close_of_day="17:30")
    assert found.due == at("2016-05-19 17:30")
    assert "截止：2016年5月19日（星期四）17:30。" in found.lines
    with pytest.raises(BadInput, match="截止时刻"):
        reckon("2016-05-17 09:00", "2wd", close_of_day="25点")


def test_the_first_day_may_count() -> None:
    assert last_day("2016-05-17 09:00", "2wd", first_day_counts=True) == date(2016, 5, 18)
    assert last_day("2016-05-21 09:00", "2wd", first_day_counts=True) == date(2016, 5, 24)


def test_a_last_day_that_is_off_may_roll_to_the_next_working_day() -> None:
    """民法典 第二百零三条; seven days from 24 September end on 1 October, and 2–7 October are off."""
    assert last_day("2016-09-24 09:00", "7d") == date(2016, 10, 1)
    found = reckon("2016-09-24 09:00", "7d", last_day_rolls=True)
    assert found.due.date() == date(2016, 10, 8)
    assert found.excluded == [date(2016, 10, day) for day in range(2, 8)]
    assert last_day("2016-09-19 09:00", "7d", last_day_rolls=True) == date(2016, 9, 26)


@pytest.mark.parametrize(
    ("start", "limit", "last"),
    [
        ("2016-03-15 09:00", "1mo", "2016-04-15"), ("2016-01-31 09:00", "1mo", "2016-02-29"),
        ("2015-01-31 09:00", "1mo", "2015-02-28"), ("2016-02-29 09:00", "12mo", "2017-02-28"),
        ("2016-12-31 23:59", "2mo", "2017-02-28"), ("2016-11-30 09:00", "3mo", "2017-02-28"),
    ],
)  # fmt: skip
def test_months_end_on_the_day_of_the_same_number(start: str, limit: str, last: str) -> None:
    """民法典 第二百零二条: where the month has no such day, with its last."""
    assert last_day(start, limit) == date.fromisoformat(last)


def test_a_month_that_stood_still_is_longer_and_says_how_it_is_counted() -> None:
    found = reckon(
        "2016-03-15 09:00",
        "1mo",
        suspensions=[(at("2016-03-20 09:00"), at("2016-03-23 09:00"))],
        extensions=[Limit(1, "mo")],
    )
    assert [stage.due.date() for stage in found.stages] == [date(2016, 4, 18), date(2016, 5, 18)]
    assert "时限：1个月，到对应日届满，没有对应日的到月末，收到当日不计，次日起算。" in found.lines
    assert not found.provisional


# -- office hours ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2016-05-17 10:15", "1wh", "2016-05-17 11:15"),
        ("2016-05-17 11:30", "1wh", "2016-05-17 14:00"),  # over lunch
        ("2016-05-17 12:30", "1wh", "2016-05-17 14:30"),
        ("2016-05-17 08:30", "3wh", "2016-05-17 11:30"),
        ("2016-05-17 13:30", "4wh", "2016-05-17 17:30"),  # ends with the day, not next morning
        ("2016-05-20 17:00", "1wh", "2016-05-23 09:00"),  # over the weekend
        ("2016-09-30 17:00", "1wh", "2016-10-08 09:00"),  # over the holiday, into a worked Saturday
        ("2016-05-17 20:00", "8wh", "2016-05-19 09:00"),  # 7.5 hours a day
    ],
)
def test_office_hours(start: str, limit: str, due: str) -> None:
    assert reckon(start, limit).due == at(due)


def test_office_hours_must_exist() -> None:
    with pytest.raises(BadInput, match="办公时间"):
        reckon("2016-05-17 10:15", "1wh", hours=())
    with pytest.raises(BadInput, match="办公时间"):
        reckon("2016-05-17 10:15", "1wh", hours=((time(17), time(9)),))


# -- suspensions and extensions -------------------------------------------------------------------------------
def test_a_suspension_over_a_holiday_costs_only_its_working_days() -> None:
    """Paused from Thursday 29 September to Monday 10 October: 29 and 30 September, 8 and 9 October are lost."""
    assert last_day("2016-09-27 09:00", "5wd") == date(2016, 10, 9)
    found = reckon("2016-09-27 09:00", "5wd", suspensions=[(date(2016, 9, 29), date(2016, 10, 10))])
    assert found.due.date() == date(2016, 10, 13)
    lost = {date(2016, 9, 29), date(2016, 9, 30), *(date(2016, 10, day) for day in range(1, 10))}
    assert set(found.excluded) == lost


def test_the_day_a_pause_begins_is_lost_and_the_day_it_ends_counts() -> None:
    paused = [(at("2016-05-18 16:00"), at("2016-05-20 09:00"))]
    assert last_day("2016-05-17 09:00", "2wd", suspensions=paused) == date(2016, 5, 23)
    within_a_day = [(at("2016-05-18 09:00"), at("2016-05-18 16:00"))]
    assert last_day("2016-05-17 09:00", "2wd", suspensions=within_a_day) == date(2016, 5, 19)


def test_hours_pause_to_the_minute() -> None:
    paused = [(at("2016-05-17 10:00"), at("2016-05-17 10:45"))]
    assert reckon("2016-05-17 09:30", "24h", suspensions=paused).due == at("2016-05-18 10:15")
    assert reckon("2016-05-17 09:30", "2wh", suspensions=paused).due == at("2016-05-17 13:45")


def test_pauses_may_overlap_touch_lie_before_or_after_and_come_in_any_order() -> None:
    paused = [
        (at("2016-05-18 12:00"), at("2016-05-18 14:00")),
        (at("2016-05-17 10:00"), at("2016-05-17 12:00")),
        (at("2016-05-17 11:00"), at("2016-05-17 12:00")),
        (at("2016-05-17 12:00"), at("2016-05-17 13:00")),
        (at("2016-05-10 00:00"), at("2016-05-17 09:30")),
        (at("2016-06-01 00:00"), at("2016-06-02 00:00")),
    ]
    assert reckon("2016-05-17 09:00", "24h", suspensions=paused).due == at("2016-05-18 14:30")


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadInput, match="早于开始时间"):
        reckon("2016-05-17 09:00", "2wd", suspensions=[(date(2016, 5, 20), date(2016, 5, 18))])


def test_while_a_suspension_stands_open_nothing_is_late_and_the_date_is_provisional() -> None:
    found = reckon("2016-05-17 09:00", "2wd", suspensions=[(at("2016-05-18 09:00"), None)])
    assert found.suspended and found.provisional
    assert found.due.date() == date(2016, 5, 19)  # the earliest it can be
    assert not found.late_at(at("2016-06-30 09:00"))
    assert any(line.startswith("待定：计时尚未恢复") for line in found.lines)


def test_a_suspension_after_the_end_changes_nothing() -> None:
    found = reckon("2016-05-17 09:00", "2wd", suspensions=[(at("2016-05-20 09:00"), None)])
    assert not found.suspended and not found.provisional
    assert found.late_at(at("2016-05-21 09:00"))


def test_an_extension_goes_on_from_where_the_limit_ended() -> None:
    """Shandong: 15 working days, extended by 7 (domain §6c)."""
    found = reckon("2016-09-12 09:00", "15wd", extensions=[Limit.parse("7wd")])
    whole = reckon("2016-09-12 09:00", "22wd")
    assert found.due == whole.due
    assert found.excluded == whole.excluded
    assert any(line.startswith("第1次延长：7个工作日") for line in found.lines)


def test_extensions_may_be_of_another_kind() -> None:
    assert reckon("2016-05-17 09:00", "24h", extensions=[Limit.parse("1wd")]).due.date() == date(2016, 5, 19)
    assert reckon("2016-05-17 09:00", "1wd", extensions=[Limit.parse("2h")]).due == at("2016-05-19 02:00")
    assert reckon("2016-05-17 09:00", "1wd", extensions=[Limit.parse("1wh")]).due == at("2016-05-19 09:30")


# -- years without a notice -----------------------------------------------------------------------------------
def test_a_year_without_a_notice_makes_the_date_provisional_and_says_so() -> None:
    found = reckon("2026-12-25 09:00", "10wd")
    assert found.provisional and found.unknown_years == (2027,)
    assert "待定：2027年的放假调休安排尚未录入，暂按周六、周日休息推算；录入后应当重新推算。" in found.lines


def test_the_last_days_of_december_wait_for_the_next_notice() -> None:
    """29–31 December are moved by the notice for the year after (2018-12-29, 2018-12-31)."""
    assert not reckon("2026-12-24 09:00", "1wd").provisional
    assert reckon("2026-12-28 09:00", "1wd").provisional


@pytest.mark.parametrize("limit", ["24h", "30d"])
def test_hours_and_calendar_days_need_no_notice(limit: str) -> None:
    assert not reckon("2027-03-01 09:00", limit).provisional
    assert not any("工作日历" in line for line in reckon("2027-03-01 09:00", limit).lines)


def test_a_roll_needs_the_notice_again() -> None:
    assert reckon("2027-03-01 09:00", "30d", last_day_rolls=True).provisional


# -- pinned ---------------------------------------------------------------------------------------------------
def test_what_it_was_derived_from_is_kept_with_it() -> None:
    """Limit, calendar version and reasons stay with the leg (§2.3-7)."""
    found = reckon("2016-09-29 10:15", "2wd")
    assert (found.limit, found.calendar_version, found.start) == (Limit(2, "wd"), "2026-1", at("2016-09-29 10:15"))
    assert found.start.tzinfo is BEIJING


def test_deriving_two_working_days_takes_less_than_sixty_microseconds() -> None:
    """Intake asks for it once a case; the sentences are made only when somebody reads them."""
    start, limit, calendar = at("2016-09-29 10:15"), Limit.parse("2wd"), china()
    best = min(timeit.repeat(lambda: derive(start, limit, calendar), number=500, repeat=7)) / 500
    assert best < 60e-6
    assert "lines" not in vars(derive(start, limit, calendar))


# -- what changing a sign at a time showed to be untold (benchmarks/mutants.py) ------------------------------------------
def test_the_nearest_working_day_is_looked_for_forwards_and_backwards() -> None:
    assert china().working_from(date(2016, 10, 1)) == date(2016, 10, 8)
    assert china().working_until(date(2016, 10, 7)) == date(2016, 9, 30)
    assert china().working_from(date(2016, 9, 30)) == china().working_until(date(2016, 9, 30)) == date(2016, 9, 30)


def test_one_span_of_office_hours_that_is_the_wrong_way_round_is_enough() -> None:
    with pytest.raises(BadInput, match="办公时间"):
        reckon("2016-05-17 10:15", "1wh", hours=((time(9), time(12)), (time(17), time(13))))


def test_a_suspension_that_begins_at_the_last_moment_is_in_time() -> None:
    due = reckon("2016-05-17 09:00", "24h").due
    assert reckon("2016-05-17 09:00", "24h", suspensions=[(due, None)]).suspended
    assert not reckon("2016-05-17 09:00", "24h", suspensions=[(due + timedelta(microseconds=1), None)]).suspended


def test_the_twenty_eighth_of_december_needs_no_notice_of_the_next_year() -> None:
    """No notice has moved a day before the 29th."""
    last = max(china().years)
    day = date(last, 12, 28) if date(last, 12, 28).weekday() < 5 else date(last, 12, 25)
    assert china().unknown_years(day, date(last, 12, 28)) == []
    assert china().unknown_years(day, date(last, 12, 29)) == [last + 1]


def test_hours_by_the_clock_count_no_days_and_leave_none_out() -> None:
    (stage,) = reckon("2016-09-30 16:00", "24h").stages
    assert (stage.counted, stage.excluded) == ((), ())
