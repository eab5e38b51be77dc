"""Timelines against a plain dictionary of days."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhize.kernel.errors import Refusal
from zhize.kernel.period import Period
from zhize.kernel.tests.test_period import FIRST, WINDOW, inside, periods
from zhize.kernel.timeline import Timeline

changes = st.lists(st.tuples(periods, st.sampled_from(["甲", "乙", None])), max_size=12)  # None: cut


def build(steps: list[tuple[Period, str | None]]) -> tuple[Timeline[str], dict[date, str]]:
    line, plain = Timeline[str](), {}
    for period, value in steps:
        if value is None:
            line.cut(period)
        else:
            line.put(period, value)
        for day in inside(period):
            plain[day] = value
    return line, {day: value for day, value in plain.items() if value is not None}


@given(changes)
def test_a_timeline_holds_what_a_diary_would(steps: list[tuple[Period, str | None]]) -> None:
    line, plain = build(steps)
    assert {day: line.at(day) for day in WINDOW if line.at(day) is not None} == plain


@given(changes)
def test_pieces_never_overlap_and_equal_neighbours_are_one(steps: list[tuple[Period, str | None]]) -> None:
    pieces = list(build(steps)[0])
    for (one, before), (two, after) in pairwise(pieces):
        assert one < two and not one.overlaps(two)
        assert not (one.adjoins(two) and before == after)


@given(changes, periods)
def test_gaps_and_pieces_within_partition_the_window(steps: list[tuple[Period, str | None]], look: Period) -> None:
    line, _ = build(steps)
    held, free = inside(*[p for p, _ in line.within(look)]), inside(*line.gaps(look))
    assert held | free == inside(look) and not held & free


@given(changes, periods)
def test_putting_twice_changes_nothing_more(steps: list[tuple[Period, str | None]], period: Period) -> None:
    once = build(steps)[0].put(period, "丙")
    assert once.copy().put(period, "丙") == once


def test_equal_neighbours_merge() -> None:
    first, second = Period(FIRST, FIRST + timedelta(days=3)), Period(FIRST + timedelta(days=3))
    assert list(Timeline([(second, "甲"), (first, "甲")])) == [(Period(FIRST), "甲")]


def test_overlapping_pieces_are_refused() -> None:
    with pytest.raises(Refusal, match="同一天只能有一个值"):
        Timeline([(Period(FIRST), "甲"), (Period(FIRST + timedelta(days=1)), "乙")])
