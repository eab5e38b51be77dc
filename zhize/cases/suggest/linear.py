"""Linear models on features scaled by how much more often each occurs with a label than without it.

Log-count ratios under a linear SVM, after Wang and Manning (ACL 2012); damped by a power, which was measured to be better
here than the plain ratio. One model a label; all are folded into one matrix, so sorting a message is one product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

Array = NDArray[Any]
SMOOTHING, DAMPING, SOFTNESS = 1.0, 0.75, 0.5
GOOD_ENOUGH = 0.1  # of the solver: a hundred times closer costs half the time again and changes no figure


@dataclass(frozen=True)
class Weights:
    """Score of a label = features x its column + its offset."""

    columns: Array  # features x labels, float32
    offsets: Array

    def scores(self, matrix: sparse.csr_matrix) -> Array:
        return np.asarray(matrix @ self.columns + self.offsets, dtype=np.float64)


def fit(matrix: sparse.csr_matrix, labels: Array, count: int, trust: Array) -> Weights:
    """`trust` weighs each message: copies of one message must not speak as often as they were sent."""
    columns, offsets = np.zeros((matrix.shape[1], count), np.float32), np.full(count, -1.0, np.float32)
    present, weight = _presence(matrix, labels, count), trust * _rarity(labels)
    for label in np.unique(labels):
        ratio = _ratio(present[label], present.sum(axis=0) - present[label])
        scaled = sparse.csr_matrix((matrix.data * ratio[matrix.indices], matrix.indices, matrix.indptr), matrix.shape)
        model = LinearSVC(C=SOFTNESS, tol=GOOD_ENOUGH, random_state=0)
        model.fit(scaled, labels == label, sample_weight=weight)
        columns[:, label], offsets[label] = model.coef_[0] * ratio, model.intercept_[0]
    return Weights(columns, offsets)


def held_out_scores(
    matrix: sparse.csr_matrix, labels: Array, count: int, trust: Array, folds: Iterator[tuple[Array, Array]]
) -> Array:
    """The scores of each message by a model that has not seen it or a copy of it."""
    scores = np.zeros((len(labels), count))
    for seen, unseen in folds:
        scores[unseen] = fit(matrix[seen], labels[seen], count, trust[seen]).scores(matrix[unseen])
    return scores


def group_folds(groups: Array, most: int, tick: Callable[[], None]) -> Iterator[tuple[Array, Array]]:
    """Folds that never part a group."""
    places = np.zeros(len(groups))
    for fold in GroupKFold(min(most, len(np.unique(groups)))).split(places, groups=groups):
        yield fold
        tick()


def trust_of(groups: Array) -> Array:
    """A message sent n times counts as the square root of n messages."""
    _, back, counts = np.unique(groups, return_inverse=True, return_counts=True)
    return np.asarray(1 / np.sqrt(counts[back]))


def _rarity(labels: Array) -> Array:
    """Messages of a rare label weigh more, by the square root: small matters must not drown in large ones."""
    counts = np.bincount(labels)
    return np.asarray(np.sqrt(counts[counts > 0].mean() / counts[labels]))


def _presence(matrix: sparse.csr_matrix, labels: Array, count: int) -> Array:
    """In how many messages of each label each feature occurs."""
    ones = sparse.csr_matrix((np.ones_like(matrix.data), matrix.indices, matrix.indptr), matrix.shape)
    of_label = sparse.csr_matrix(
        (np.ones(len(labels), np.float32), (labels, np.arange(len(labels)))), (count, len(labels))
    )
    return np.asarray((of_label @ ones).todense())


def _ratio(inside: Array, outside: Array) -> Array:
    inside, outside = inside + SMOOTHING, outside + SMOOTHING
    ratio = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
    return np.asarray(np.sign(ratio) * np.abs(ratio) ** DAMPING, dtype=np.float32)
