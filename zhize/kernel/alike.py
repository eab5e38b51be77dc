"""What is told twice: texts as sets of character pairs, weighed by how rare a pair is.

A stock phrase stands in every third letter and says nothing; the name of a housing estate stands in five. So candidates are
looked for from the rarest pair on, until a budget of postings is spent, and only the best of them are compared exactly.
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
SHARP = 2  # how much more the name of an estate weighs than what everybody says; 1 finds copies, but not events
_BITS = 16


def plain(text: str) -> str:
    """One spelling: NFKC, small letters, traditional to simplified; what is neither letter nor digit becomes a blank."""
    said = unicodedata.normalize("NFKC", text[:READ]).lower()
    said = said if said.isascii() else simplified(said)
    return "".join(c if c.isalnum() else " " for c in said)


def pairs(text: str) -> Array:
    """The pairs of neighbouring characters of a text, each once, as sorted numbers. Never across a blank or a comma."""
    points = np.frombuffer(plain(text).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.int64)
    points &= (1 << _BITS) - 1  # rare characters beyond the first plane may fall together
    left, right = points[:-1], points[1:]
    both = (left != 32) & (right != 32)
    return np.unique((left[both] << _BITS) | right[both])


def within(place: int, keys: Array) -> Array:
    """The same pairs as said of one place: a second, far shorter row of postings."""
    return keys + (np.int64(place) << (2 * _BITS))


def idf(seen: Array, of: int) -> Array:
    """What each pair is worth: next to nothing when everybody says it."""
    return np.log(1 + (1 + of) / (1 + seen.astype(np.float64))) ** SHARP


def rarest(seen: Array, budget: int = BUDGET) -> Array:
    """Which rows to read, the shortest first, until the budget is spent; rows nobody wrote are not read."""
    order = np.argsort(seen, kind="stable")
    order = order[seen[order] > 0]
    return order[: int(np.searchsorted(np.cumsum(seen[order]), budget, side="right"))]


def best(rows: Sequence[Array], weights: Array, most: int = CANDIDATES) -> Array:
    """The cases that stand in the heaviest rows together; of equals the newer."""
    if not rows:
        return np.zeros(0, np.int64)
    everyone = np.concatenate(rows).astype(np.int64)
    cases, back = np.unique(everyone, return_inverse=True)
    weight = np.bincount(back, weights=np.repeat(weights, [len(r) for r in rows]))
    return cases[np.lexsort((-cases, -weight))[:most]]


def likeness(asked: Array, worth: Array, other: Array) -> float:
    """Cosine of two texts, 0 to 1. What only the other one says is taken to be worth what the asked one's pairs are on
    average: asking for the rarity of every pair of every candidate would cost more than all the rest."""
    if not len(asked) or not len(other):
        return 0.0
    squares = worth**2
    shared = squares[np.isin(asked, other, assume_unique=True)]
    mine, common = float(squares.sum()), float(shared.sum())
    if common <= 0.0:
        return 0.0
    theirs = common + (len(other) - len(shared)) * mine / len(asked)
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
