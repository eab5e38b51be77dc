"""The vertical comparison against examples a jurist could write (`examples/vertical.toml`); no database."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from zhize.kernel.compare.basis import normalise_basis
from zhize.kernel.compare.names import normalise_name
from zhize.lists.statuses import BASIS_KINDS, FLAGS, MATRIX, STATUSES
from zhize.lists.vertical import Area, Cited, Finder, Row, Said, Wanted, judge, stray

BOOK = tomllib.loads((Path(__file__).parent / "examples" / "vertical.toml").read_text("utf-8"))
LEVELS = {"市": 3, "县": 4, "乡": 5}
HERE, USUAL, OTHERS = 1, "农业", (2, 3, 4)


def said(duty: int, words: dict[str, Any], example: dict[str, Any]) -> Said:
    """A text as written; its bases followed as the example says."""
    cited = {c: _cited(c) for c in words.get("bases", ())}
    lapsed, moved = set(example.get("lapsed", ())), example.get("renumbered", {})
    return Said(
        duty, normalise_name(words["name"]), words.get("type", "02"), frozenset(LEVELS[x] for x in words.get("levels", ())),
        frozenset(cited.values()), frozenset(_cited(moved.get(c, c)) for c in cited if c not in lapsed),
        frozenset(cited[c] for c in cited if c in lapsed), words.get("local", False),
        words.get("legal", ""), words.get("fees", ""), words.get("penalty", ""),
    )  # fmt: skip


def _cited(text: str) -> Cited:
    (cite,) = normalise_basis(text)
    return (cite.law, cite.article, cite.paragraph, cite.item)


def cell_of(example: dict[str, Any]) -> Any:
    """The example's area among three others that hold the item as the catalogue has it."""
    catalogue = said(10, BOOK["catalogue"], {})
    rows = {n: [Row(100 + n, USUAL, catalogue)] for n in OTHERS}
    if "here" in example:
        own = said(11, BOOK["catalogue"] | example["here"], example) if example["here"] else catalogue
        rows[HERE] = [Row(101, example.get("family", USUAL), own)]
    excused = {HERE: example["excused"]} if "excused" in example else {}
    item = Wanted(
        catalogue, rows, excused, [HERE] if example.get("merged") else (), [HERE] if example.get("divided") else ()
    )
    areas = [Area(HERE, LEVELS[example["level"]]), *(Area(n, 4) for n in OTHERS)]
    return judge(item, areas, {(USUAL, n) for n in (HERE, *OTHERS)})[0]


@pytest.mark.parametrize("example", BOOK["example"], ids=lambda e: e["says"])
def test_an_example_comes_out_as_it_says(example: dict[str, Any]) -> None:
    cell = cell_of(example)
    assert STATUSES[cell.status].label == example["result"]
    assert [STATUSES[f].label for f in cell.flags] == example.get("flags", [])
    assert BASIS_KINDS.get(str(cell.detail.get("BASIS")), "") == example.get("basis", "")


@pytest.mark.parametrize("example", BOOK["stray"], ids=lambda e: e["says"])
def test_what_the_catalogue_does_not_have_comes_out_as_it_says(example: dict[str, Any]) -> None:
    own = said(11, example["here"], example)
    likely = Finder([said(10, BOOK["catalogue"], {})]).likely(own)
    cells = stray(own, likely, {HERE: [Row(101, USUAL, own)]}, [Area(HERE, 4), Area(2, 4)])
    assert [STATUSES[c.status].label for c in cells] == [example["result"], "不适用"]


def test_every_outcome_and_every_flag_has_an_example() -> None:
    shown = {e["result"] for e in (*BOOK["example"], *BOOK["stray"])} | {
        "差异已认定"
    }  # a ruling's outcome: test_rulings
    assert shown == {STATUSES[s].label for s in MATRIX}
    assert {f for e in BOOK["example"] for f in e.get("flags", ())} == {STATUSES[f].label for f in FLAGS}
    assert {e["basis"] for e in BOOK["example"] if "basis" in e} | {"已失效"} == set(BASIS_KINDS.values())


def test_the_gravest_is_shown_in_the_order_of_the_spec() -> None:
    order = ["EXTRA_LEVEL", "EXTRA", "TYPE", "BASIS_DEAD", "MISSING", "BASIS", "NAME", "TIME", "CONSISTENT"]
    assert [s for s in MATRIX if s in order] == order
