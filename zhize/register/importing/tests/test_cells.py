"""Single cells: levels, types, limits, dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhize.register.importing import cells
from zhize.register.importing.terms import Line, Said


def said(value: str) -> Said:
    return Said(Line(1, [value]), "", "", {"x": value}, {"x": "列"})


@pytest.mark.parametrize(
    ("written", "levels"),
    [
        ("市、县", [3, 4]),
        ("3", [3]),
        ("3,4", [3, 4]),
        ("省级；市级", [2, 3]),
        ("县（市、区）级", [4]),
        ("乡镇（街道）", [5]),
        ("", []),
    ],
)
def test_levels(written: str, levels: list[int]) -> None:
    assert cells.levels(said(written), "x") == levels


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("行政处罚", "02"),
        ("行政處罰", "02"),
        ("处罚", "02"),
        ("2", "02"),
        ("02", "02"),
        ("20", "20"),
        ("其他行政权力", "10"),
        ("1.行政许可", "01"),
    ],
)
def test_types(written: str, number: str) -> None:
    assert cells.power_type(said(written), "x") == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("20个工作日", 20),
        ("15", 15),
        ("二十个工作日", 20),
        ("自受理之日起7个工作日内", 7),
        ("即办", 0),
        ("无", None),
        ("3个月", None),
    ],
)
def test_limits(written: str, number: int | None) -> None:
    assert cells.days(said(written), "x") == number


@pytest.mark.parametrize(
    "written", ["2016-07-01", "2016年7月1日", "2016.7.1", "42552", "２０１６/７/１", "2016-07-01 08:30:00"]
)
def test_dates(written: str) -> None:
    assert cells.day(said(written), "x") == date(2016, 7, 1)


def test_a_credit_code_lost_to_a_spreadsheet() -> None:
    row = said("1.13303E+17")
    assert cells.uscc(row, "x") == ""
    assert "科学记数" in row.findings[0].why


def test_a_credit_code_in_small_letters_is_put_right_and_said() -> None:
    row = said("12330300mb0000000x")
    assert cells.uscc(row, "x") == "12330300MB0000000X"
    assert row.findings[0].severity == "W"


@given(st.text(max_size=40))
def test_any_cell_is_read_without_failing(value: str) -> None:
    row = said(value)
    cells.code(row, "x"), cells.uscc(row, "x"), cells.levels(row, "x"), cells.power_type(row, "x")
    cells.days(row, "x"), cells.day(row, "x"), cells.name(value)
