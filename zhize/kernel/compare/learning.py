"""Weights from lists of which the pairs are known: shapes of difference, then three logistic regressions.

Every list counts alike, whatever its length. The first half of it would do; what is measured is measured on other lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhize.kernel.compare import habits as h
from zhize.kernel.compare.encoded import Rows
from zhize.kernel.compare.features import Habits
from zhize.kernel.compare.matcher import NOTHING, Ground, candidates_of, context, described, prepare
from zhize.kernel.compare.names import normalise_names
from zhize.kernel.compare.weights import Linear, Weights

Array = NDArray[Any]
THRESHOLD, DOUBTFUL = 0.4, 0.1
OFTEN = 0.005
RIDGE, STEPS = 1.0, 30


@dataclass
class Lesson:
    """Two lists and, by right row, the left row that is the same duty (-1: none)."""

    left: Rows
    right: Rows
    truth: Array


@dataclass
class _Laid:
    ground: Ground
    truth: Array
    found: Array
    cosines: Array
    features: Array = field(default_factory=lambda: np.zeros(0))
    odds: Array = field(default_factory=lambda: np.zeros(0))

    def labelled(self, features: Array) -> tuple[Array, Array]:
        there = self.found >= 0
        return features[there], (self.found == self.truth[:, None])[there]

    def gaps(self, lefts: Array, rights: Array) -> h.Gaps:
        return h.gaps_between(self.ground.left, self.ground.right, self.ground.rarity, lefts, rights)


def train(lessons: Iterable[Lesson], provenance: Mapping[str, Any]) -> Weights:
    """All three looks, each learned on what the one before it says."""
    taught = list(lessons)
    common = _common(taught)
    laid = [_laid(lesson, common) for lesson in taught]
    shapes = h.shape_odds([_same(one) for one in laid], [_apart(one) for one in laid])
    first = _look(laid, [h.unlearned(shapes)] * len(laid))
    own = [h.learned(o.ground.left, o.ground.right, o.ground.rarity, o.found, o.odds, shapes) for o in laid]
    second = _look(laid, own)
    last = _fit([one.labelled(_beside(one)) for one in laid])
    return Weights(THRESHOLD, DOUBTFUL, first, second, last, shapes, common, dict(provenance))


def _common(lessons: Sequence[Lesson]) -> dict[str, float]:
    """Characters that stand in one name of two hundred or more, by how many; each list counts alike."""
    shares: Counter[str] = Counter()
    for lesson in lessons:
        names = normalise_names(lesson.left.names)
        for character, count in Counter(c for name in names for c in set(name)).items():
            shares[character] += count / len(names) / len(lessons)  # type: ignore[assignment]
    return {c: share for c, share in shares.most_common() if share >= OFTEN}


def _laid(lesson: Lesson, common: Mapping[str, float]) -> _Laid:
    ground = prepare(lesson.left, lesson.right, common, lambda *_: None)
    return _Laid(ground, lesson.truth, *candidates_of(ground, 0, ground.right.size))


def _same(one: _Laid) -> h.Gaps:
    rows = np.flatnonzero(one.truth >= 0)
    return one.gaps(one.truth[rows], rows)


def _apart(one: _Laid) -> h.Gaps:
    """The likeliest row that is another duty."""
    wrong = np.where(one.found[:, 0] != one.truth, one.found[:, 0], one.found[:, 1])
    rows = np.flatnonzero(wrong >= 0)
    return one.gaps(wrong[rows], rows)


def _look(laid: list[_Laid], habits: list[Habits]) -> Linear:
    """One regression over all lists; leaves features and log odds with each."""
    for one, own in zip(laid, habits, strict=True):
        one.features = described(one.ground, 0, one.ground.right.size, one.found, one.cosines, own)
    fitted = _fit([one.labelled(one.features) for one in laid])
    for one in laid:
        one.odds = np.where(one.found < 0, NOTHING, fitted.of(one.features)).astype(np.float32)
    return fitted


def _beside(one: _Laid) -> Array:
    return np.concatenate([one.features, context(one.ground.left.size, one.found, one.odds)], axis=2)


def _fit(parts: list[tuple[Array, Array]]) -> Linear:
    """Ridge logistic regression by Newton's method, on features brought to one scale and back."""
    x, y = np.concatenate([p[0] for p in parts]).astype(np.float64), np.concatenate([p[1] for p in parts])
    share = np.concatenate([np.full(len(p[1]), 1 / len(p[1])) for p in parts])
    share *= len(y) / share.sum()
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    z = np.column_stack([np.ones(len(x)), (x - mean) / scale])
    weights = _newton(z, y.astype(np.float64), share)
    slopes = weights[1:] / scale
    return Linear(float(weights[0] - slopes @ mean), slopes.astype(np.float32))


def _newton(z: Array, y: Array, share: Array) -> Array:
    weights = np.zeros(z.shape[1])
    ridge = np.diag([0.0] + [RIDGE] * (z.shape[1] - 1))
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(z @ weights, -30, 30)))
        slope = z.T @ (share * (y - p)) - ridge @ weights
        bend = (z * (share * p * (1 - p))[:, None]).T @ z + ridge
        step = np.linalg.solve(bend, slope)
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return weights
