"""Lists beside each other against examples a jurist could write (`examples/horizontal.toml`); no database."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from zhize.kernel.compare.basis import normalise_basis
from zhize.kernel.compare.names import normalise_name
from zhize.lists import horizontal
from zhize.lists.horizontal import Own
from zhize.lists.queries.horizontal import pair_status
from zhize.lists.statuses import STATUSES
from zhize.lists.vertical import Said

BOOK = tomllib.loads((Path(__file__).parent / "examples" / "horizontal.toml").read_text("utf-8"))


def own(n: int, words: dict[str, Any]) -> Own:
    cites = [c for text in words["bases"] for c in normalise_basis(text)]
    bases = frozenset((c.law, c.article, c.paragraph, c.item) for c in cites)
    return Own(n, f"条线{n}", Said(n, normalise_name(words["name"]), words["type"], bases=bases, now=bases))


@pytest.mark.parametrize("example", BOOK["pair"], ids=lambda e: e["says"])
def test_two_departments_items(example: dict[str, Any]) -> None:
    found = horizontal.alike([own(1, example["one"]), own(2, example["two"])], 0.8)
    assert [STATUSES[pair_status(p)].label for p in found] == (
        [] if example["result"] == "各是各的" else [example["result"]]
    )


@pytest.mark.parametrize("example", BOOK["county"], ids=lambda e: e["says"])
def test_one_item_over_the_counties(example: dict[str, Any]) -> None:
    names = list(example["promised"])
    held = {n: None if days == "—" else days for n, days in enumerate(example["promised"].values()) if days != "无"}
    found = horizontal.usual("农业", 1, held, range(len(names)), 0.8)
    assert [names[c] for c in found.slow] == example.get("slow", [])
    assert [names[c] for c in found.missing] == example.get("missing", [])


@pytest.mark.parametrize("example", BOOK["count"], ids=lambda e: e["says"])
def test_how_many_items_a_county_has(example: dict[str, Any]) -> None:
    names = list(example["counts"])
    found = horizontal.odd_counts(dict(enumerate(example["counts"].values())))
    assert [names[c] for c in found] == example["odd"]


def test_pairs_are_found_exactly_as_by_comparing_everything_with_everything() -> None:
    """The rare-pair index leaves nothing out."""
    words = [
        "户外广告设置审批",
        "户外广告的设置审批",
        "临时户外广告设置审批",
        "占用挖掘城市道路审批",
        "城市道路占用挖掘审批",
        "建筑垃圾处置核准",
        "餐厨垃圾处置核准",
    ]
    items = [own(n, {"name": w, "type": "01", "bases": []}) for n, w in enumerate(words)]
    for least in (0.3, 0.5, 0.7, 0.9):
        found = {(p.one.body, p.two.body) for p in horizontal.alike(items, least)}
        assert {tuple(sorted(p)) for p in found} == {
            (a.body, b.body) for a in items for b in items if a.body < b.body and dice(a, b) >= least
        }


def dice(a: Own, b: Own) -> float:
    one, two = horizontal.pairs_of(a.said.name), horizontal.pairs_of(b.said.name)
    return 2 * len(one & two) / (len(one) + len(two))


def test_a_department_that_cuts_the_law_finer_stands_out() -> None:
    """Six departments make one item of an article; one makes five."""
    items = [own(n, {"name": f"事项{n}", "type": "02", "bases": [f"《某法》第{n}条"]}) for n in (1, 2, 3, 4, 5, 6)]
    items += [own(2, {"name": "又一项", "type": "02", "bases": ["《某法》第二条"]})]
    items += [own(7, {"name": f"拆分{n}", "type": "02", "bases": ["《某法》第七条"]}) for n in range(5)]
    first = horizontal.granularity(items)[0]
    assert (first.body, first.items, first.articles) == (7, 5, 1)
