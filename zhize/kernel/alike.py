"""What is told twice: texts as sets of character pairs, weighed by how rare a pair is.

A stock phrase stands in every third letter and says nothing; the name of a housing estate stands in five. So candidates are
looked for from the rarest pair on, until a budget of postings is spent, and only the best of them are compared exactly.
A copy whose edits fell into the name is met elsewhere: in the `bands` of the whole text, which see no name at all.
Plain arrays; where the postings are kept is the caller's matter.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhize.kernel.text import simplified

Array = NDArray[Any]
READ = 4000  # characters of a text that are looked at
BUDGET = 30_000  # postings looked through for one text: measured, benchmarks/duplicates.py
CANDIDATES = 40  # compared exactly
POWER = 1  # of a worth in the comparison: with two, one pair said by accident outweighs a name
SHARP = 2  # how much more the name of an estate weighs than what everybody says; 1 finds copies, but not events
BANDS, DEEP = (
    8,
    3,
)  # so many chances to meet, and so many least pairs that must be the same for one: .995 at four edits in seventy
BUCKETS = 1 << 16  # of a band: fifteen strangers in each at a million cases, less than a row of its own would cost
_BITS = 16
_DICE = np.random.default_rng(20160501)  # the same numbers in every process, or nobody would meet
_TURN, _STEP = (_DICE.integers(1, 1 << 63, BANDS * DEEP, np.uint64) | np.uint64(1) for _ in range(2))
_SPREAD = np.uint64(0xBF58476D1CE4E5B9)


def plain(text: str) -> str:
    """One spelling: NFKC, small letters, traditional to simplified; what is neither letter nor digit becomes a blank."""
    said = unicodedata.normalize("NFKC", text[:READ]).lower()
    said = said if said.isascii() else simplified(said)
    return "".join(c if c.isalnum() else " " for c in said)


def in_order(text: str) -> Array:
    """The pairs of neighbouring characters of a text as numbers, as they are said; -1 across a blank or a comma."""
    points = np.frombuffer(plain(text).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.int64)
    points &= (1 << _BITS) - 1  # rare characters beyond the first plane may fall together
    left, right = points[:-1], points[1:]
    return np.where((left != 32) & (right != 32), (left << _BITS) | right, -1)


def pairs(text: str) -> Array:
    """The pairs of a text, each once, sorted."""
    found = np.unique(in_order(text))
    return found[found >= 0]


def within(place: int, keys: Array) -> Array:
    """The same pairs as said of one place: a second, far shorter row of postings."""
    return keys + (np.int64(place) << (2 * _BITS))


def bands(keys: Array) -> Array:
    """Where texts meet that have nearly the same pairs, as numbers below nought (no pair has one): the least of all pairs
    in an order drawn by lot is the same in two texts as often as they are alike (Broder 1997)."""
    if not len(keys):
        return np.zeros(0, np.int64)
    least = (keys.astype(np.uint64)[:, None] * _TURN + _STEP).min(axis=0).reshape(BANDS, DEEP)
    mixed = (least * _SPREAD ^ (least >> np.uint64(31))).sum(axis=1, dtype=np.uint64) * _SPREAD
    bucket = (mixed >> np.uint64(64 - _BITS)).astype(np.int64)
    return np.asarray(-1 - (np.arange(BANDS, dtype=np.int64) * BUCKETS + bucket), np.int64)


def idf(seen: Array, of: int) -> Array:
    """What each pair is worth: next to nothing when everybody says it; when nobody does, what others are on average, for
    it may be a slip."""
    worth = np.log(1 + (1 + of) / (1 + seen.astype(np.float64))) ** SHARP
    known = seen > 0
    return np.where(known, worth, worth[known].mean() if known.any() else 1.0)


def news(said: Array, seen: Mapping[int, int], rows: Mapping[int, Array]) -> dict[int, float]:
    """How much each pair of a text says that the one before it has not: a sentence everybody copies is one thing said, not
    ten. Of two whose cases are known, by the cases they have in common; of others, by how nearly they are as frequent."""
    found: dict[int, float] = {}
    for one, two in zip([-1, *said.tolist()], said.tolist(), strict=False):
        if two >= 0 and two not in found:
            found[two] = 1 - (_together(one, two, seen, rows) if one >= 0 else 0.0)
    return found


def _together(one: int, two: int, seen: Mapping[int, int], rows: Mapping[int, Array]) -> float:
    fewer, more = sorted((seen.get(one, 0), seen.get(two, 0)))
    if not fewer:
        return 0.0
    if one in rows and two in rows:
        return min(1.0, len(np.intersect1d(rows[one], rows[two], assume_unique=True)) / fewer)
    return fewer / more


def best(rows: Sequence[Array], weights: Array, most: int = CANDIDATES) -> Array:
    """The cases that stand in the heaviest rows together; of equals the newer."""
    if not rows:
        return np.zeros(0, np.int64)
    everyone = np.concatenate(rows).astype(np.int64)
    first = everyone.min()
    weight = np.bincount(everyone - first, weights=np.repeat(weights, [len(r) for r in rows]))
    said = weight[everyone - first]
    enough = min(
        len(said), most * len(rows)
    )  # a case stands in each row once, so the heaviest are among these: no need to sort all
    cases = np.unique(everyone[said >= np.partition(said, -enough)[-enough]])
    return cases[np.lexsort((-cases, -weight[cases - first]))[:most]]


def shared(asked: Array, other: Array) -> Array:
    """Which of the asked text's pairs the other says too; both sorted, each once."""
    if not len(other):
        return np.zeros(len(asked), bool)
    at = np.minimum(np.searchsorted(other, asked), len(other) - 1)
    return np.asarray(other[at] == asked)


def likeness(worth: Array, both: Array, others: int) -> float:
    """Cosine of two texts, 0 to 1: what the asked one's pairs are worth, which of them both say, how many the other has.
    What only the other one says is taken to be worth what the asked one's pairs are on average: asking for the rarity of
    every pair of every candidate would cost more than all the rest."""
    mine, common = float((worth**POWER).sum()), float((worth[both] ** POWER).sum())
    if common <= 0.0:
        return 0.0
    theirs = common + (others - int(both.sum())) * mine / len(worth)
    return min(1.0, common / math.sqrt(mine * theirs))


def phrases(text: str, worth: Mapping[int, float], most: int = 4) -> list[str]:
    """The longest stretches of a text that are made of these pairs, the weightiest first: what both say, as it is read."""
    found: dict[str, float] = {}
    for word in plain(text).split():
        run, weight = "", 0.0
        for at, (one, two) in enumerate(pairwise(word)):
            key = ((ord(one) & 0xFFFF) << _BITS) | (ord(two) & 0xFFFF)
            if key in worth:
                run, weight = (run or one) + two, weight + worth[key]
            if run and (key not in worth or at == len(word) - 2):
                found[run], run, weight = weight, "", 0.0
    return sorted(found, key=lambda w: (-found[w], w))[:most]
