"""For each right row its left row, or none: index, two looks at each candidate, one beside its rivals.

1 both lists become numbers · 2 each right row's candidates, scored by the shapes of their differences · 3 the habits of these two
lists · 4 the candidates scored anew · 5 each beside the row's other candidates and the left row's other claimants.
Nothing is merged here: what comes out is a proposal with its probability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhize.kernel.compare import features as f
from zhize.kernel.compare.encoded import Encoded, Rows, encode
from zhize.kernel.compare.habits import learned, unlearned
from zhize.kernel.compare.index import BUDGET, KEPT, Index, candidates, desk, index
from zhize.kernel.compare.weights import Linear, Weights, probability

Array = NDArray[Any]
Progress = Callable[[str, int, int], None]
CHUNK = 4096
NOTHING = np.float32(-30)  # log odds of no candidate
STRANGER = np.float32(-5)  # what a rival scores at least: in a list of ten, having none says nothing
REACH = 8.0  # margins beyond which a rival no longer matters


@dataclass(frozen=True)
class Matches:
    """By right row: the nearest left row (-1: none at all), its probability, and whether that is enough."""

    nearest: Array
    probability: Array
    alike: Array  # the names are the same once normalised
    threshold: float
    doubtful: float

    @property
    def proposed(self) -> Array:
        return np.where(self.probability >= self.threshold, self.nearest, -1)


@dataclass
class Work:
    """What the stages hand on: candidates of each right row, best first by the index, and their log odds."""

    left: Encoded
    right: Encoded
    index: Index
    rarity: Array
    found: Array
    cosines: Array
    odds: Array


def match(left: Rows, right: Rows, weights: Weights, *, workers: int = 2, progress: Progress | None = None) -> Matches:
    """Compare two lists; deterministic, whatever the number of threads."""
    tell = progress or (lambda stage, done, of: None)
    work = prepare(left, right, weights.common, tell)
    look(work, weights, workers, tell)
    odds = beside_rivals(work, weights)
    best = odds.argmax(axis=1)
    every = np.arange(len(odds))
    nearest = work.found[every, best]
    alike = f.same_text(nearest, work.left, work.right)
    return Matches(nearest, probability(odds[every, best]), alike, weights.threshold, weights.doubtful)


def prepare(left: Rows, right: Rows, common: Mapping[str, float], tell: Progress) -> Work:
    """Stage 1, and the room for the others."""
    tell("读入", 0, 1)
    one, two, numbering = encode(left, right)
    kept = (two.size, KEPT)
    tell("读入", 1, 1)
    return Work(one, two, index(one, numbering.size), f.rarity_of(one, numbering.shares(common)),
                np.full(kept, -1, np.int32), np.zeros(kept, np.float32), np.full(kept, NOTHING, np.float32))  # fmt: skip


def look(work: Work, weights: Weights, workers: int, tell: Progress) -> None:
    """Stages 2 to 4: `odds` by the second look; `last` holds what its features say in the third."""
    plain = unlearned(weights.shapes)

    def first(lo: int, hi: int) -> None:
        candidates(lo, hi, work.left, work.right, work.index, BUDGET, desk(work.left.size), work.found, work.cosines)
        work.odds[lo:hi] = _scored(work, lo, hi, plain, weights.first)[0]

    def second(lo: int, hi: int) -> None:
        work.odds[lo:hi], work.cosines[lo:hi] = _scored(work, lo, hi, own, weights.second, weights.last)

    _each(work.right.size, first, workers, "找候选", tell)
    own = learned(work.left, work.right, work.rarity, work.found, work.odds, weights.shapes)
    _each(work.right.size, second, workers, "比对", tell)


def _scored(work: Work, lo: int, hi: int, habits: f.Habits, *looks: Linear) -> list[Array]:
    out = described(work, lo, hi, habits)
    absent = work.found[lo:hi] < 0
    return [np.where(absent, NOTHING, Linear(one.constant, one.weights[: f.WIDTH]).of(out)) for one in looks]


def described(work: Work, lo: int, hi: int, habits: f.Habits) -> Array:
    """The features of every candidate of rows lo…hi."""
    out = np.zeros((hi - lo, KEPT, f.WIDTH), np.float32)
    f.describe_all(lo, hi, work.found, work.cosines, work.left, work.right, work.rarity, habits, f.pad(), out)
    return out


def beside_rivals(work: Work, weights: Weights) -> Array:
    """Stage 5; after the second look `cosines` holds what the features are worth in the last."""
    beside = context(work.left.size, work.found, work.odds)
    odds = work.cosines + beside @ weights.last.weights[f.WIDTH :]
    return np.where(work.found < 0, NOTHING, odds)


def context(size: int, found: Array, odds: Array) -> Array:
    """How far each candidate is ahead of the row's others, of its left row's other claimants, and its own log odds."""
    ordered = np.sort(odds, axis=1)
    top, second = ordered[:, -1:], ordered[:, -2:-1]
    lead = odds - np.maximum(np.where(odds == top, second, top), STRANGER)
    claim, next_claim = _claims(size, found, odds)
    rival = np.where(odds >= claim[found], next_claim[found], claim[found])
    return np.stack(
        [
            np.clip(lead, -REACH, REACH),
            np.clip(odds - np.maximum(rival, STRANGER), -REACH, REACH),
            np.clip(odds, -12, 12),
        ],
        axis=2,
    )


def _claims(size: int, found: Array, odds: Array) -> tuple[Array, Array]:
    """The best and the second-best claim on each left row; the last place is for no row (-1)."""
    claim = np.full(size + 1, NOTHING, np.float32)
    np.maximum.at(claim, found.ravel(), odds.ravel())
    behind = odds < claim[found]
    next_claim = np.full(size + 1, NOTHING, np.float32)
    np.maximum.at(next_claim, found[behind], odds[behind])
    return claim, next_claim


def _each(size: int, do: Callable[[int, int], None], workers: int, stage: str, tell: Progress) -> None:
    """All rows in chunks on all cores; compiled code lets go of the interpreter, and Ctrl-C is heard between chunks."""
    spans = [(lo, min(lo + CHUNK, size)) for lo in range(0, size, CHUNK)]
    with ThreadPoolExecutor(max_workers=workers) as pool:
        _run(pool, do, spans, lambda done: tell(stage, done, size))


def _run(
    pool: ThreadPoolExecutor, do: Callable[[int, int], None], spans: list[tuple[int, int]], tell: Callable[[int], None]
) -> None:
    try:
        for (_, hi), _done in zip(spans, _in_order(pool, do, spans), strict=True):
            tell(hi)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _in_order(pool: ThreadPoolExecutor, do: Callable[[int, int], None], spans: list[tuple[int, int]]) -> Iterable[None]:
    return pool.map(lambda span: do(*span), spans)
