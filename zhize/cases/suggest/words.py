"""The words that weighed: each gram's share in the decision is spread over its characters and added up by word."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhize.cases.suggest.features import Batch, Weighed

Array = NDArray[Any]
MOST_WORDS = 5


def words_that_weighed(batch: Batch, weighed: Weighed, columns: Array, ranked: Array) -> list[list[str]]:
    """For each message the words that spoke most for its first label against the second, heaviest first."""
    credit = _credit_of_characters(batch, weighed, _gains(weighed, columns, ranked))
    totals = np.add.reduceat(credit, batch.starts) if batch.words else credit
    ends = np.searchsorted(batch.owner[batch.starts], np.arange(batch.size + 1))
    candidates = np.flatnonzero((totals > 0) & _wordlike(batch))
    bounds = np.searchsorted(candidates, ends)
    return [_heaviest(batch.words, candidates[a:b].tolist(), totals) for a, b in pairwise(bounds)]


def _gains(weighed: Weighed, columns: Array, ranked: Array) -> Array:
    """What each occurrence added to the first label's lead over the second."""
    matrix = weighed.matrix
    owner = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    lead = columns[matrix.indices, ranked[owner, 0]] - columns[matrix.indices, ranked[owner, 1]]
    return np.asarray((matrix.data * lead / weighed.counts)[weighed.cell])


def _credit_of_characters(batch: Batch, weighed: Weighed, gains: Array) -> Array:
    """A gram of n characters gives each of them an n-th."""
    steps = np.zeros(len(batch.points) + 1)
    share = gains / weighed.length
    np.add.at(steps, weighed.start, share)
    np.subtract.at(steps, weighed.start + weighed.length, share)
    return np.cumsum(steps)[:-1]


def _wordlike(batch: Batch) -> Array:
    """Two characters or more, the first one a letter or a Chinese character."""
    lengths = np.diff(np.append(batch.starts, len(batch.points)))
    first = batch.points[batch.starts]
    return np.asarray((lengths >= 2) & ((first >= 0x3400) & (first <= 0x9FFF) | (first >= 97) & (first <= 122)))


def _heaviest(words: list[str], at: list[int], totals: Array) -> list[str]:
    weights: dict[str, float] = {}
    for place in at:
        weights[words[place]] = weights.get(words[place], 0.0) + float(totals[place])
    return sorted(weights, key=lambda word: (-weights[word], word))[:MOST_WORDS]
