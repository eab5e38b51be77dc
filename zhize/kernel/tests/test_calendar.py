"""The national pack's working days, against an outside package and the texts of the notices."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from zhize.kernel.clock import Calendar
from zhize.kernel.tests.notices import china, notices
from zhize.kernel.text import read_docnumber


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range(365 + (year % 4 == 0))]


@pytest.mark.parametrize("year", range(2011, 2027))
def test_every_day_agrees_with_the_outside_package(year: int) -> None:
    differ = [day for day in days_of(year) if china().is_working(day) != chinese_calendar.is_workday(day)]
    assert differ == []


@pytest.mark.parametrize("notice", notices(), ids=lambda notice: str(notice["year"]))
def test_only_exceptions_are_listed_and_each_near_its_year(notice: dict) -> None:  # type: ignore[type-arg]
    assert all(day.weekday() < 5 for day in notice["off"])
    assert all(day.weekday() >= 5 for day in notice["work"])
    assert {(day + timedelta(days=3)).year for day in notice["off"] + notice["work"]} == {notice["year"]}
    assert notice["off"] == sorted(set(notice["off"])) and notice["work"] == sorted(set(notice["work"]))


def test_every_notice_is_numbered_and_from_the_year_before() -> None:
    for notice in notices():
        number = read_docnumber(notice["number"])
        assert (number.text, number.agency, number.flags) == (notice["number"], "国办发明电", ())
        assert number.year == notice["year"] - 1


def test_2016_is_as_its_notice_says() -> None:
    """国办发明电〔2015〕18号, read by hand: 国庆 off 1–7 October, worked 8 and 9 October; 春节 worked 6 and 14 February."""
    calendar = china()
    october = [day for day in range(1, 11) if calendar.is_working(date(2016, 10, day))]
    february = [day for day in range(5, 16) if calendar.is_working(date(2016, 2, day))]
    assert (october, february) == ([8, 9, 10], [5, 6, 14, 15])
    assert calendar.notice_for(date(2016, 10, 3)) == "国办发明电〔2015〕18号"


@pytest.mark.parametrize(
    ("day", "working", "number"),
    [
        (date(2015, 9, 3), False, "国办发明电〔2014〕28号"),  # 国发明电〔2015〕1号, 70 years after the war
        (date(2015, 9, 6), True, "国办发明电〔2014〕28号"),
        (date(2018, 12, 29), True, "国办发明电〔2018〕15号"),  # moved by the notice for 2019
        (date(2018, 12, 31), False, "国办发明电〔2018〕15号"),
        (date(2019, 5, 2), False, "国办发明电〔2018〕15号"),  # adjusted by 国办发明电〔2019〕3号
        (date(2020, 1, 31), False, "国办发明电〔2019〕16号"),  # extended by 国办发明电〔2020〕1号
        (date(2020, 2, 1), False, "国办发明电〔2019〕16号"),
        (date(2024, 2, 9), True, "国办发明电〔2023〕7号"),  # New Year's Eve: rest was only encouraged
        (date(2026, 2, 28), True, "国办发明电〔2025〕7号"),
    ],
)
def test_days_that_calendars_get_wrong(day: date, working: bool, number: str) -> None:
    assert china().is_working(day) is working
    assert china().notice_for(day) == number


def test_a_later_notice_that_changed_a_year_is_named_in_its_source() -> None:
    sources = {notice["year"]: notice["source"] for notice in notices()}
    assert "国发明电〔2015〕1号" in sources[2015]
    assert "国办发明电〔2019〕3号" in sources[2019]
    assert "国办发明电〔2020〕1号" in sources[2020]


def test_without_notices_the_week_is_monday_to_friday() -> None:
    assert [Calendar().is_working(date(2016, 10, day)) for day in range(3, 10)] == [True] * 5 + [False] * 2
