"""Names, bases, candidates and blocks: worked examples, and what holds for any lists."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhize.kernel.compare import normalise_basis, normalise_name
from zhize.kernel.compare.difference import name_differences
from zhize.kernel.compare.encoded import Rows, encode
from zhize.kernel.compare.index import BUDGET, KEPT, SAME_ARTICLE, SAME_LAW, candidates, desk, index
from zhize.kernel.compare.names import act_of, folded_names, normalise_names

names = st.text(
    "对未经批准擅自从事危险化学品运输储存的处罚行政许可及和、与等级（一二）《》关于 \n對從運輸ＡＢ12,;", max_size=24
)
bases = st.sampled_from(["", "《甲法》第一条", "《甲法》第2条", "《甲法》", "《乙条例》第三条、第四条"])


@pytest.mark.parametrize(
    ("written", "about"),
    [
        ("对未取得施工许可证擅自施工的处罚", "未取得施工许可证擅自施工"),
        ("關於對未取得施工許可證擅自施工行為的行政處罰", "未取得施工许可证擅自施工"),
        ("「未取得施工许可证」 擅自施工的处罚", "未取得施工许可证擅自施工"),
        ("食品生产和经营许可", "食品生产、经营许可"),
        ("食品生产及经营许可", "食品生产、经营许可"),
        ("食品生产、经营许可", "食品生产、经营许可"),
        ("图书馆、博物馆等场所的监督检查", "图书馆、博物馆、场所"),
        ("病残等级鉴定", "病残等级鉴定"),  # 等 of 等级 joins nothing
        ("涉及国家安全事项的许可", "涉及国家安全事项"),
        ("中华人民共和国旅行证签发", "中华人民共和国旅行证签发"),
        ("对外贸易经营者备案", "对外贸易经营者备案"),
        ("对外资企业未按期申报的处罚", "外资企业未按期申报"),
        ("的处罚", "的处罚"),  # nothing else is left, so it stays
        ("", ""),
    ],
)
def test_what_a_name_is_about(written: str, about: str) -> None:
    assert normalise_name(written) == about


@given(names)
def test_normalising_twice_is_normalising_once(name: str) -> None:
    assert normalise_name(normalise_name(name)) == normalise_name(name)


@given(st.lists(names, max_size=6))
def test_a_list_is_normalised_as_its_names_are(many: list[str]) -> None:
    assert normalise_names(many) == [normalise_name(name) for name in many]
    assert len(folded_names(many)) == len(many)


def test_the_last_word_says_the_type() -> None:
    assert [act_of(n) for n in ("对某事的处罚", "许可证核发", "监督检查", "专项整治", "")] == ["02", "01", "06", "", ""]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("《中华人民共和国建筑法》第64条", {"《建筑法》第六十四条"}),
        ("《建筑法》（2019年修正）第六十四条", {"《建筑法》第六十四条"}),
        ("《建筑法》第六条至第八条", {"《建筑法》第六条", "《建筑法》第七条", "《建筑法》第八条"}),
        ("《建筑法》第六条第一、二款；《甲条例》", {"《建筑法》第六条第一款", "《建筑法》第六条第二款", "《甲条例》"}),
        ("《某省实施〈中华人民共和国建筑法〉办法》第二条", {"《某省实施中华人民共和国建筑法办法》第二条"}),
        ("", set()),
    ],
)
def test_a_basis_is_a_set_of_places(written: str, said: set[str]) -> None:
    assert {str(cite) for cite in normalise_basis(written)} == said


@given(names, names)
def test_shown_differences_lose_no_word(left: str, right: str) -> None:
    (said,) = name_differences([left], [right])
    assert "".join(words for mark, words in said if mark != "missing") == right
    assert sorted("".join(words for mark, words in said if mark != "added")) == sorted(left)


def test_a_turned_clause_is_shown_as_moved() -> None:
    (said,) = name_differences(["销售和使用不合格器具"], ["使用和销售不合格器具"])
    assert ("same", "不合格器具") in said and {mark for mark, _ in said} >= {"same", "moved"}


def test_long_names_are_compared_by_their_beginning() -> None:
    (said,) = name_differences(["甲乙" * 100], ["甲乙" * 100 + "丙"])
    assert "".join(words for mark, words in said if mark != "missing") == "甲乙" * 100 + "丙"


# -- candidates equal a search through everything ------------------------------------------------------------------------
def grams(name: str) -> set[str]:
    return {a + b for a, b in pairwise(name)} if len(name) > 1 else {name + name} if name else set()


def by_hand(left: Rows, right: Rows) -> list[list[float]]:
    """Cosine and law for every pair, slowly."""
    lefts, rights = [[grams(n) for n in normalise_names(side.names)] for side in (left, right)]
    worth = {
        g: math.log(1 + len(lefts) / max(sum(g in row for row in lefts), 1)) for row in lefts + rights for g in row
    }
    cites = [[normalise_basis(b) for b in side.bases] for side in (left, right)]
    return [
        [_cosine(one, two, worth) + _law(a, b) for one, a in zip(lefts, cites[0], strict=True)]
        for two, b in zip(rights, cites[1], strict=True)
    ]


def _cosine(one: set[str], two: set[str], worth: dict[str, float]) -> float:
    length = math.sqrt(sum(worth[g] ** 2 for g in one) * sum(worth[g] ** 2 for g in two))
    return sum(worth[g] ** 2 for g in one & two) / length if length else -1.0  # no name, no candidate


def _law(one: frozenset, two: frozenset) -> float:
    if {(c.law, c.article) for c in one if c.article} & {(c.law, c.article) for c in two if c.article}:
        return SAME_ARTICLE
    return SAME_LAW if {c.law for c in one} & {c.law for c in two} else 0.0


rows = st.lists(st.tuples(names, bases), min_size=1, max_size=12)


@settings(deadline=None)
@given(rows, rows)
def test_candidates_are_those_a_search_through_everything_finds(some: list, others: list) -> None:
    left, right = (Rows.of([n for n, _ in side], [b for _, b in side]) for side in (some, others))
    one, two, numbering = encode(left, right)
    found, cosines = np.full((two.size, KEPT), -1, np.int32), np.zeros((two.size, KEPT), np.float32)
    candidates(0, two.size, one, two, index(one, numbering.size), BUDGET, desk(one.size), found, cosines)
    for row, scores in enumerate(by_hand(left, right)):
        best = found[row][found[row] >= 0]
        assert len(set(best)) == len(best)
        got = [scores[at] for at in best]
        assert got == pytest.approx(sorted(got, reverse=True), abs=1e-4)
        missed = [s for at, s in enumerate(scores) if at not in best and s > SAME_LAW + 1e-6]
        assert not missed or (len(best) == KEPT and max(missed) <= min(got) + 1e-4)
