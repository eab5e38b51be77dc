"""What speaks for two rows being the same duty, in numbers.

The names are laid side by side in common blocks (`tiling`); what is left between them is judged by how often clerks write one
for the other (`habits`). Laws, articles, types and the words that end a name add what they say, and are silent where a
list does not have them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhize.kernel.compare.index import common
from zhize.kernel.compare.plain import (
    BLOCKS,
    ELSEWHERE,
    FEATURES,
    GAPS,
    LONGEST,
    PLACES,
    RELATIONS,
    SHAPES,
    SIDE,
    WEIGHTS,
    WIDTH,
)
from zhize.kernel.compare.tiling import compiled, gaps_of, tile

__all__ = ["ELSEWHERE", "FEATURES", "PLACES", "RELATIONS", "SHAPES", "SIDE", "WEIGHTS", "WIDTH"]
Array = NDArray[Any]


class Habits(NamedTuple):
    """How much each difference speaks for one duty: log odds of known ones by fingerprint, of others by their shape."""

    known: Array  # fingerprints, ascending
    odds: Array
    shapes: Array


class Pad(NamedTuple):
    """Room for laying two names side by side."""

    mark_left: Array
    mark_right: Array
    blocks: Array
    gaps: Array
    keys: Array
    shapes: Array


def pad() -> Pad:
    marks = np.int8
    return Pad(
        np.zeros(LONGEST, marks), np.zeros(LONGEST, marks), np.zeros((BLOCKS + 1, 3), np.int32),
        np.zeros((GAPS + 1, 4), np.int32), np.zeros(GAPS + 1, np.int64), np.zeros(GAPS + 1, np.int32),
    )  # fmt: skip


@compiled
def describe(at_left, at_right, left, right, rarity, habits, room, out):  # type: ignore[no-untyped-def]
    """Fill all of `out` but the cosine; the number of gaps, whose fingerprints and shapes stay in `room`."""
    one = left.text[left.text_starts[at_left] : left.text_starts[at_left + 1]]
    two = right.text[right.text_starts[at_right] : right.text_starts[at_right + 1]]
    count = tile(one, two, room.mark_left, room.mark_right, room.blocks)
    turned = gaps_of(room.blocks, count, len(one), len(two), room.gaps)
    out[1] = _covered(one, room.mark_left, rarity)
    out[2] = _covered(two, room.mark_right, rarity)
    out[3] = min(turned, 3)
    gaps = _judge(one, two, count, rarity, habits, room, out)
    out[4] = gaps
    out[7] = gaps == 0 and turned == 0
    out[8] = left.whole[at_left] == right.whole[at_right]
    _law(at_left, at_right, left, right, out)
    _agree(left.kinds[at_left], right.kinds[at_right], out, 15)
    _agree(left.acts[at_left], right.acts[at_right], out, 17)
    out[19] = abs(len(one) - len(two)) / max(len(one), len(two), 1)
    return gaps


@compiled
def _covered(text, marks, rarity):  # type: ignore[no-untyped-def]
    held, whole = 0.0, 1e-6
    for i in range(len(text)):
        whole += rarity[text[i]]
        held += rarity[text[i]] * marks[i]
    return held / whole


@compiled
def _judge(one, two, count, rarity, habits, room, out):  # type: ignore[no-untyped-def]
    """Fingerprint, shape and odds of each gap that has words on either side."""
    gaps, total, worst = 0, 0.0, 0.0
    for k in range(count + 1):
        a, b, c, d = room.gaps[k, 0], room.gaps[k, 1], room.gaps[k, 2], room.gaps[k, 3]
        if a >= b and c >= d:
            continue
        place = 0 if k == 0 else (2 if k == count else 1)
        room.keys[gaps] = _fingerprint(one, a, b, two, c, d)
        room.shapes[gaps] = _shape(one, a, b, two, c, d, rarity, place)
        odds = _odds(room.keys[gaps], room.shapes[gaps], habits)
        total += odds
        worst = min(worst, odds)
        gaps += 1
    out[5], out[6] = min(max(total, -20.0), 10.0), max(worst, -10.0)
    return gaps


@compiled
def _fingerprint(one, a, b, two, c, d):  # type: ignore[no-untyped-def]
    value = np.int64(1469598103934665603)
    for i in range(a, b):
        value = (value ^ np.int64(one[i] + 1)) * np.int64(1099511628211)
    value = (value ^ np.int64(-7)) * np.int64(1099511628211)
    for i in range(c, d):
        value = (value ^ np.int64(two[i] + 1)) * np.int64(1099511628211)
    return value


@compiled
def _shape(one, a, b, two, c, d, rarity, place):  # type: ignore[no-untyped-def]
    shared, weight = 0, 0.0
    for i in range(a, b):
        weight = max(weight, rarity[one[i]])
        for j in range(c, d):
            if one[i] == two[j]:
                shared += 1
                break
    for j in range(c, d):
        weight = max(weight, rarity[two[j]])
    relation = 0 if shared == 0 else (2 if shared >= min(b - a, d - c) else 1)
    rare = 0 if weight < 0.35 else (1 if weight < 0.6 else 2)
    size = min(max(b - a, 0), SIDE - 1) * SIDE + min(max(d - c, 0), SIDE - 1)
    return ((size * PLACES + place) * RELATIONS + relation) * WEIGHTS + rare


@compiled
def _odds(key, shape, habits):  # type: ignore[no-untyped-def]
    at = np.searchsorted(habits.known, key)
    if at < len(habits.known) and habits.known[at] == key:
        return habits.odds[at]
    return habits.shapes[shape]


@compiled
def _law(at_left, at_right, left, right, out):  # type: ignore[no-untyped-def]
    out[9:15] = 0
    mine = left.article_starts[at_left + 1] - left.article_starts[at_left]
    theirs = right.article_starts[at_right + 1] - right.article_starts[at_right]
    laws = left.law_starts[at_left + 1] - left.law_starts[at_left]
    their_laws = right.law_starts[at_right + 1] - right.law_starts[at_right]
    if laws == 0 or their_laws == 0:
        out[14] = 1
    elif common(left.law_starts, left.laws, at_left, right.law_starts, right.laws, at_right) == 0:
        out[13] = 1
    elif mine == 0 or theirs == 0:
        out[12] = 1
    else:
        shared = common(left.article_starts, left.articles, at_left, right.article_starts, right.articles, at_right)
        out[9] = shared == max(mine, theirs)
        out[10] = 0 < shared < max(mine, theirs)
        out[11] = shared == 0


@compiled
def _agree(mine, theirs, out, at):  # type: ignore[no-untyped-def]
    """Two columns that may be silent: same, other."""
    out[at] = mine == theirs and mine >= 0
    out[at + 1] = mine != theirs and mine >= 0 and theirs >= 0


@compiled
def describe_all(lo, hi, found, cosines, left, right, rarity, habits, room, out):  # type: ignore[no-untyped-def]
    """`out[row - lo, place]` for each candidate of rows lo…hi; all three arrays hold these rows only."""
    for row in range(lo, hi):
        for place in range(found.shape[1]):
            if found[row - lo, place] < 0:
                continue
            out[row - lo, place, 0] = cosines[row - lo, place]
            describe(found[row - lo, place], row, left, right, rarity, habits, room, out[row - lo, place])


@compiled
def differences(pairs_left, pairs_right, left, right, rarity, habits, room, out, keys, shapes):  # type: ignore[no-untyped-def]
    """Every gap of these pairs: fingerprint and shape, one after the other; how many."""
    count = 0
    for k in range(len(pairs_left)):
        gaps = describe(pairs_left[k], pairs_right[k], left, right, rarity, habits, room, out)
        keys[count : count + gaps], shapes[count : count + gaps] = room.keys[:gaps], room.shapes[:gaps]
        count += gaps
    return count


@compiled
def same_text(nearest, left, right):  # type: ignore[no-untyped-def]
    """Is each right row's name its nearest left row's, once normalised?"""
    out = np.zeros(len(nearest), np.bool_)
    for row in range(len(nearest)):
        at = nearest[row]
        if at >= 0:
            one = left.text[left.text_starts[at] : left.text_starts[at + 1]]
            two = right.text[right.text_starts[row] : right.text_starts[row + 1]]
            out[row] = np.array_equal(one, two)
    return out


def rarity_of(left: Any, shares: Array) -> Array:
    """0…1 for each character: how few names it stands in, of this list and of `ELSEWHERE` names of other lists."""
    counts = np.minimum(np.bincount(left.text, minlength=len(shares)), left.size) + ELSEWHERE * shares
    whole = 1 + left.size + ELSEWHERE
    return np.asarray(np.log(whole / (1 + counts)) / np.log(whole), np.float32)
