"""For each right row its left row, or none: index, two looks at each candidate, one beside its rivals.

1 both lists become numbers · 2 each right row's candidates, scored by the shapes of their differences · 3 the habits of these two
lists · 4 the candidates scored anew · 5 each beside the row's other candidates and the left row's other claimants.
Nothing is merged here: what comes out is a proposal with its probability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

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


class Ground(NamedTuple):
    """What every span of rows is compared on; made once, only read."""

    left: Encoded
    right: Encoded
    postings: Index
    rarity: Array


Span = tuple[Any, ...]
Spread = Callable[[Callable[[Ground, Span], tuple[Array, ...]], Ground, list[Span]], Iterator[tuple[Array, ...]]]


def match(
    left: Rows, right: Rows, weights: Weights, *, spread: Spread | None = None, progress: Progress | None = None
) -> Matches:
    """Compare two lists; the same answer whatever `spread` works the spans off (threads here unless another is handed in)."""
    tell, spread = progress or (lambda stage, done, of: None), spread or threads(2)
    ground = prepare(left, right, weights.common, tell)
    plain = unlearned(weights.shapes)
    starts = range(0, max(len(right), 1), CHUNK)
    spans = [(lo, min(lo + CHUNK, len(right)), weights, plain) for lo in starts]
    found, cosines, odds = _joined(spread(first_look, ground, spans), spans, "找候选", tell)
    own = learned(ground.left, ground.right, ground.rarity, found, odds, weights.shapes)
    again = [(lo, hi, weights, own, found[lo:hi], cosines[lo:hi]) for lo, hi, *_ in spans]
    odds, last = _joined(spread(second_look, ground, again), again, "比对", tell)
    return _matches(ground, found, beside_rivals(ground.left.size, found, odds, last, weights), weights)


def _matches(ground: Ground, found: Array, odds: Array, weights: Weights) -> Matches:
    every, best = np.arange(len(odds)), odds.argmax(axis=1)
    nearest = found[every, best]
    alike = f.same_text(nearest, ground.left, ground.right)
    return Matches(nearest, probability(odds[every, best]), alike, weights.threshold, weights.doubtful)


def prepare(left: Rows, right: Rows, common: Mapping[str, float], tell: Progress) -> Ground:
    """Stage 1."""
    tell("读入", 0, 1)
    one, two, numbering = encode(left, right)
    tell("读入", 1, 1)
    return Ground(one, two, index(one, numbering.size), f.rarity_of(one, numbering.shares(common)))


def first_look(ground: Ground, span: Span) -> tuple[Array, ...]:
    """Stage 2 for rows lo…hi: candidates, cosines and log odds."""
    lo, hi, weights, habits = span
    found, cosines = candidates_of(ground, lo, hi)
    features = described(ground, lo, hi, found, cosines, habits)
    return found, cosines, _scored(found, features, weights.first)


def second_look(ground: Ground, span: Span) -> tuple[Array, ...]:
    """Stage 4: log odds by the lists' own habits, and what the same features say in the last look."""
    lo, hi, weights, habits, found, cosines = span
    features = described(ground, lo, hi, found, cosines, habits)
    last = Linear(weights.last.constant, weights.last.weights[: f.WIDTH])
    return _scored(found, features, weights.second), _scored(found, features, last)


def candidates_of(ground: Ground, lo: int, hi: int) -> tuple[Array, Array]:
    """The likeliest left rows of right rows lo…hi, best first by the index (-1: none), and their cosines."""
    found, cosines = np.full((hi - lo, KEPT), -1, np.int32), np.zeros((hi - lo, KEPT), np.float32)
    room = desk(ground.left.size)
    candidates(lo, hi, ground.left, ground.right, ground.postings, BUDGET, room, found, cosines)
    return found, cosines


def described(ground: Ground, lo: int, hi: int, found: Array, cosines: Array, habits: f.Habits) -> Array:
    """The features of every candidate of rows lo…hi."""
    out = np.zeros((hi - lo, KEPT, f.WIDTH), np.float32)
    left, right = ground.left, ground.right
    f.describe_all(lo, hi, found, cosines, left, right, ground.rarity, habits, f.pad(), out)
    return out


def _scored(found: Array, features: Array, look: Linear) -> Array:
    return np.where(found < 0, NOTHING, look.of(features)).astype(np.float32)


def beside_rivals(size: int, found: Array, odds: Array, last: Array, weights: Weights) -> Array:
    """Stage 5."""
    beside = context(size, found, odds)
    return np.where(found < 0, NOTHING, last + beside @ weights.last.weights[f.WIDTH :])


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


def _joined(parts: Iterator[tuple[Array, ...]], spans: list[Span], stage: str, tell: Progress) -> list[Array]:
    """The parts of each array end to end, as they come."""
    kept = []
    for span, part in zip(spans, parts, strict=True):
        kept.append(part)
        tell(stage, span[1], spans[-1][1])
    return [np.concatenate(column) for column in zip(*kept, strict=True)]


def threads(workers: int) -> Spread:
    """On the cores of this machine: compiled code lets go of the interpreter, and Ctrl-C is heard between spans."""

    def spread(do: Callable[[Ground, Span], tuple[Array, ...]], ground: Ground, spans: list[Span]) -> Iterator[Any]:
        with ThreadPoolExecutor(max_workers=workers) as pool:
            try:
                yield from pool.map(lambda span: do(ground, span), spans)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    return spread
