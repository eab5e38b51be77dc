"""What clerks write one for the other, learned from the two lists themselves.

Pairs that are beyond doubt show which differences are habit (从事 here, 开展 there, a thousand times); the runners-up they beat
show which differences are duties (储存, 运输). The log odds of the two, held towards what a difference of this shape is
worth elsewhere (Fellegi & Sunter 1969, with the counts of the lists at hand). No dictionary, so no trade and no place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhize.kernel.compare.encoded import Encoded
from zhize.kernel.compare.features import SHAPES, WIDTH, Habits, differences, pad
from zhize.kernel.compare.tiling import GAPS

Array = NDArray[Any]
SURE, CLEAR = 1.0, 1.0  # log odds of a pair, and how far its runner-up lies behind, for it to teach
LESSONS = 100_000  # pairs are enough to learn from
HELD = 2.0  # observations the shape counts for
OFTEN = 2  # a difference seen once teaches nothing


@dataclass(frozen=True)
class Gaps:
    """Differences between rows: fingerprints and shapes, and how many pairs of rows they come from."""

    keys: Array
    shapes: Array
    pairs: int


def unlearned(shapes: Array) -> Habits:
    """Every difference judged by its shape alone."""
    return Habits(np.zeros(0, np.int64), np.zeros(0, np.float32), shapes.astype(np.float32))


def learned(left: Encoded, right: Encoded, rarity: Array, found: Array, scores: Array, shapes: Array) -> Habits:
    """The habits of these two lists, from the first scores of each row's candidates."""
    rows, best, others, owners = _lessons(left.size, found, scores)
    same = gaps_between(left, right, rarity, best, rows)
    apart = gaps_between(left, right, rarity, others, owners)
    return weigh(same, apart, shapes)


def _lessons(size: int, found: Array, scores: Array) -> tuple[Array, Array, Array, Array]:
    """Rows whose best candidate is sure, clear, and has no better claimant; and the candidates it beat."""
    every = np.arange(len(found))
    order = np.argsort(-scores, axis=1, kind="stable")
    best = found[every, order[:, 0]]
    top, second = scores[every, order[:, 0]], scores[every, order[:, 1]]
    claims = np.full(size + 1, -np.inf, np.float32)  # one more, for rows without candidates (-1)
    np.maximum.at(claims, best, top)
    rows = np.flatnonzero((top > SURE) & (top - second > CLEAR) & (best >= 0) & (top >= claims[best]))
    rows = rows[:: max(1, len(rows) // LESSONS)]
    beaten = found[rows[:, None], order[rows, 1:4]]
    real = beaten >= 0
    return rows, best[rows], beaten[real], np.repeat(rows, real.sum(axis=1))


def gaps_between(left: Encoded, right: Encoded, rarity: Array, lefts: Array, rights: Array) -> Gaps:
    keys, shapes = np.zeros(len(lefts) * GAPS + GAPS, np.int64), np.zeros(len(lefts) * GAPS + GAPS, np.int32)
    nothing = unlearned(np.zeros(SHAPES))
    count = differences(
        lefts.astype(np.int32), rights.astype(np.int32), left, right, rarity, nothing, pad(),
        np.zeros(WIDTH, np.float32), keys, shapes,
    )  # fmt: skip
    return Gaps(keys[:count], shapes[:count], len(lefts))


def weigh(same: Gaps, apart: Gaps, shapes: Array) -> Habits:
    """Log odds of each difference seen often enough; a pseudo-count pulls towards the odds of its shape."""
    keys, first, back = np.unique(np.concatenate([same.keys, apart.keys]), return_index=True, return_inverse=True)
    shape = np.concatenate([same.shapes, apart.shapes])[first]
    as_habit = np.bincount(back[: len(same.keys)], minlength=len(keys))
    as_duty = np.bincount(back[len(same.keys) :], minlength=len(keys))
    pull = HELD * np.exp(shapes[shape] / 2)
    fair = max(same.pairs, 1) / max(apart.pairs, 1)
    odds = np.log((as_habit + pull) / (as_duty * fair + HELD**2 / pull))
    often = as_habit + as_duty >= OFTEN
    return Habits(keys[often], odds[often].astype(np.float32), shapes.astype(np.float32))


def shape_odds(same: list[Gaps], apart: list[Gaps]) -> Array:
    """Log odds of each shape over labelled lists, each list counting alike."""
    return np.asarray(np.log((_rates(same) + RARE) / (_rates(apart) + RARE)), np.float32)


RARE = 2e-4


def _rates(many: list[Gaps]) -> Array:
    return np.asarray(np.mean([np.bincount(g.shapes, minlength=SHAPES) / max(g.pairs, 1) for g in many], axis=0))
