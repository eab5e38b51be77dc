"""Legal bases through changes of law, by worked examples (lawful.toml) and by what must hold of any history."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhize.kernel.lawful import GOOD, Fate, Move, classify, follow, lost_since

CASES = tomllib.loads((Path(__file__).parent / "lawful.toml").read_text("utf-8"))["case"]
START = date(2015, 1, 1)


def fates(case: dict[str, Any]) -> list[Fate]:
    moves: dict[str, list[Move]] = defaultdict(list)
    for m in case.get("moved", []):
        about = frozenset(m.get("about", []))
        moves[m["law"]].append(Move(m["day"], m["from"], tuple(m["to"]), m["how"], about, m.get("to_law", "")))
    return [follow(c["law"], c["article"], c["said"], case["on"], moves, case.get("ended", {})) for c in case["cited"]]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["says"])
def test_a_jurists_example(case: dict[str, Any]) -> None:
    found = fates(case)
    assert [f.state for f in found] == case["states"]
    assert classify(found) == case["class"]
    if "now" in case:
        assert [[a for _law, a in f.now] for f in found] == case["now"]
    if "lost" in case:
        assert lost_since(found) == case["lost"]


articles = st.sampled_from(["一", "二", "三", "四"])
histories = st.lists(
    st.tuples(
        st.integers(1, 400), articles, st.lists(articles, max_size=2), st.sampled_from(["renumbered", "amended"])
    ),
    max_size=8,
)


def moved(history: list[tuple[int, str, list[str], str]]) -> dict[str, list[Move]]:
    return {
        "法": [Move(START + timedelta(d), old, tuple(new), how if new else "deleted") for d, old, new, how in history]
    }


@given(histories, articles, st.integers(0, 400), st.integers(0, 400))
def test_once_dead_an_article_stays_dead(history: Any, article: str, day: int, later: int) -> None:
    first, then = sorted((day, later))
    ask = [follow("法", article, START, START + timedelta(d), moved(history), {}) for d in (first, then)]
    assert not ask[0].dead or ask[1].dead


@given(histories, articles, st.integers(0, 400))
def test_the_order_in_which_changes_were_entered_does_not_matter(history: Any, article: str, day: int) -> None:
    history = list({(h[0], h[1]): h for h in history}.values())
    there, back = moved(history), {"法": list(reversed(moved(history)["法"]))}
    on = START + timedelta(day)
    assert follow("法", article, START, on, there, {}) == follow("法", article, START, on, back, {})


@given(histories, articles, st.integers(0, 400))
def test_what_was_said_on_the_day_asked_about_stands(history: Any, article: str, day: int) -> None:
    on = START + timedelta(day)
    assert follow("法", article, on, on, moved(history), {}).state == GOOD
