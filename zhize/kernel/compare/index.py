"""Which rows may be the same duty at all: rare pairs of characters first, until a budget of postings is spent.

A pair that stands in ten names of a hundred thousand says more than one in ten thousand, and costs less to follow. Articles
cited are followed like pairs: they find what was reworded. Compiled; rows of the right list are independent of each other.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhize.kernel.compare.encoded import ALPHABET, Encoded
from zhize.kernel.compare.tiling import LONGEST, compiled

Array = NDArray[Any]
BUDGET = 12_000  # postings followed for one row
LESS = 4  # a row that cites articles is found by them too
ALWAYS = 2  # pairs followed however common they are: a row of common words has candidates too
HEARD, KEPT = 24, 8  # candidates weighed exactly, and those described
SAME_ARTICLE, SAME_LAW = 0.35, 0.1  # what a shared article is worth beside a cosine of 1


class Index(NamedTuple):
    """The left list, ready to be asked: pair or article → rows, as slices."""

    width: int
    key_starts: Array  # the pairs of each row, ascending
    keys: Array
    pair_starts: Array
    pair_rows: Array
    worth: Array  # idf of each pair
    norms: Array  # length of each row
    article_starts: Array
    article_rows: Array


def index(left: Encoded, characters: int) -> Index:
    width = min(characters + 1, ALPHABET)
    pairs = _index_pairs(left.text_starts, left.text, width)
    articles = _post(left.article_starts, left.articles)
    return Index._make([width, *pairs, *articles])


def _post(starts: Array, values: Array) -> tuple[Array, Array]:
    size = int(values.max()) + 1 if len(values) else 0
    owners = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    ends = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(values, minlength=size), out=ends[1:])
    return ends, owners[np.argsort(values, kind="stable")]


@compiled
def pair_keys(text, width, keys):  # type: ignore[no-untyped-def]
    """The different pairs of one name, ascending; their number."""
    count, last = 0, width - 1
    for i in range(max(len(text) - 1, min(len(text), 1))):
        key = min(text[i], last) * width + min(text[min(i + 1, len(text) - 1)], last)
        j = count
        while j > 0 and keys[j - 1] > key:
            j -= 1
        if j > 0 and keys[j - 1] == key:
            continue
        keys[j + 1 : count + 1] = keys[j:count].copy()
        keys[j] = key
        count += 1
    return count


@compiled
def _index_pairs(starts, values, width):  # type: ignore[no-untyped-def]
    size = len(starts) - 1
    key_starts, keys = _keys_of_all(starts, values, width)
    ends = np.zeros(width * width + 1, np.int32)
    for key in keys:
        ends[key + 1] += 1
    worth = np.empty(width * width, np.float32)
    for key in range(width * width):
        worth[key] = np.log(1.0 + size / max(ends[key + 1], 1))
        ends[key + 1] += ends[key]
    rows, at, norms = np.empty(len(keys), np.int32), ends[:-1].copy(), np.empty(size, np.float32)
    for row in range(size):
        total = 0.0
        for k in range(key_starts[row], key_starts[row + 1]):
            rows[at[keys[k]]] = row
            at[keys[k]] += 1
            total += worth[keys[k]] ** 2
        norms[row] = np.sqrt(total)
    return key_starts, keys, ends, rows, worth, norms


@compiled
def _keys_of_all(starts, values, width):  # type: ignore[no-untyped-def]
    size = len(starts) - 1
    room = np.empty(LONGEST, np.int32)
    key_starts, keys = np.zeros(size + 1, np.int64), np.empty(len(values) + 1, np.int32)
    for row in range(size):
        at = key_starts[row]
        count = pair_keys(values[starts[row] : starts[row + 1]], width, room)
        keys[at : at + count] = room[:count]
        key_starts[row + 1] = at + count
    return key_starts, keys[: key_starts[size]].copy()


class Desk(NamedTuple):
    """Room for one thread to work in."""

    score: Array
    touched: Array
    keys: Array
    order: Array
    top: Array
    values: Array
    cosines: Array


def desk(size: int) -> Desk:
    ints, floats = np.int32, np.float32
    return Desk(
        np.zeros(size, floats), np.empty(size, ints), np.empty(LONGEST, ints), np.empty(LONGEST, ints),
        np.empty(HEARD, ints), np.empty(HEARD, floats), np.empty(HEARD, floats),
    )  # fmt: skip


@compiled
def candidates(lo, hi, left, right, index, budget, room, found, cosines):  # type: ignore[no-untyped-def]
    """For right rows lo…hi the likeliest left rows (best first, -1 where there are fewer) and their cosines."""
    for row in range(lo, hi):
        text = right.text[right.text_starts[row] : right.text_starts[row + 1]]
        count = pair_keys(text, index.width, room.keys)
        if count == 0:
            continue
        own = _by_rarity(index, room, count)
        cited = right.article_starts[row + 1] > right.article_starts[row]
        seen = _follow_pairs(index, room, count, budget // LESS if cited else budget)
        seen = _follow_articles(index, right, row, room, seen, own, budget)
        have = _heard(index, room, seen)
        for t in range(have):
            _weigh(t, row, left, right, index, room, count, own)
        _settle(room, have, found[row - lo], cosines[row - lo])


@compiled
def _by_rarity(index, room, count):  # type: ignore[no-untyped-def]
    own = 0.0
    starts = index.pair_starts
    for k in range(count):
        key = room.keys[k]
        own += index.worth[key] ** 2
        length = starts[key + 1] - starts[key]
        j = k
        while j > 0 and starts[room.order[j - 1] + 1] - starts[room.order[j - 1]] > length:
            room.order[j] = room.order[j - 1]
            j -= 1
        room.order[j] = key
    return np.sqrt(own)


@compiled
def _follow_pairs(index, room, count, budget):  # type: ignore[no-untyped-def]
    seen, spent, followed = 0, 0, 0
    for k in range(count):
        key = room.order[k]
        lo, hi = index.pair_starts[key], index.pair_starts[key + 1]
        if followed >= ALWAYS and spent + hi - lo > budget:
            break
        spent += hi - lo
        followed += hi > lo
        gain = index.worth[key] ** 2
        for p in range(lo, hi):
            seen = _add(room, seen, index.pair_rows[p], gain)
    return seen


@compiled
def _follow_articles(index, right, row, room, seen, own, budget):  # type: ignore[no-untyped-def]
    for a in range(right.article_starts[row], right.article_starts[row + 1]):
        article = right.articles[a]
        if article + 1 >= len(index.article_starts):
            continue
        lo, hi = index.article_starts[article], index.article_starts[article + 1]
        if hi - lo > budget:
            continue
        for p in range(lo, hi):
            other = index.article_rows[p]
            if index.norms[other] == 0.0:
                continue  # a row without a name is nobody's counterpart
            seen = _add(room, seen, other, SAME_ARTICLE * own * index.norms[other])
    return seen


@compiled
def _add(room, seen, row, gain):  # type: ignore[no-untyped-def]
    if room.score[row] == 0.0:
        room.touched[seen] = row
        seen += 1
    room.score[row] += gain
    return seen


@compiled
def _heard(index, room, seen):  # type: ignore[no-untyped-def]
    """The best of those touched; the scores are wiped on the way. Of equals the earlier row, whatever was touched first."""
    have, top, values = 0, room.top, room.values
    for t in range(seen):
        row = room.touched[t]
        value = room.score[row] / max(index.norms[row], np.float32(1e-6))
        room.score[row] = 0.0
        if have == HEARD and not _before(value, row, values[have - 1], top[have - 1]):
            continue
        j = min(have, HEARD - 1)
        while j > 0 and _before(value, row, values[j - 1], top[j - 1]):
            top[j], values[j] = top[j - 1], values[j - 1]
            j -= 1
        top[j], values[j] = row, value
        have = min(have + 1, HEARD)
    return have


@compiled
def _before(value, row, other_value, other_row):  # type: ignore[no-untyped-def]
    return value > other_value or (value == other_value and row < other_row)


@compiled
def _weigh(t, row, left, right, index, room, count, own):  # type: ignore[no-untyped-def]
    """The exact cosine of one candidate, and its rank with the law."""
    other = room.top[t]
    theirs = index.keys[index.key_starts[other] : index.key_starts[other + 1]]
    dot = _common_worth(room.keys, count, theirs, index.worth)
    room.cosines[t] = dot / max(own * index.norms[other], 1e-6)
    bonus = 0.0
    if common(left.article_starts, left.articles, other, right.article_starts, right.articles, row):
        bonus = SAME_ARTICLE
    elif common(left.law_starts, left.laws, other, right.law_starts, right.laws, row):
        bonus = SAME_LAW
    room.values[t] = room.cosines[t] + bonus


@compiled
def _common_worth(one, ones, two, worth):  # type: ignore[no-untyped-def]
    i, j, total = 0, 0, 0.0
    while i < ones and j < len(two):
        if one[i] == two[j]:
            total += worth[one[i]] ** 2
            i += 1
            j += 1
        elif one[i] < two[j]:
            i += 1
        else:
            j += 1
    return total


@compiled
def common(one_starts, one, at_one, two_starts, two, at_two):  # type: ignore[no-untyped-def]
    """How many numbers two rows share; both ascend."""
    i, j, count = one_starts[at_one], two_starts[at_two], 0
    while i < one_starts[at_one + 1] and j < two_starts[at_two + 1]:
        if one[i] == two[j]:
            count += 1
            i += 1
            j += 1
        elif one[i] < two[j]:
            i += 1
        else:
            j += 1
    return count


@compiled
def _settle(room, have, found, cosines):  # type: ignore[no-untyped-def]
    """The first few by rank, best first."""
    kept = len(found)
    for place in range(min(have, kept)):
        best = place
        for t in range(place + 1, have):
            if _before(room.values[t], room.top[t], room.values[best], room.top[best]):
                best = t
        room.top[place], room.top[best] = room.top[best], room.top[place]
        room.values[place], room.values[best] = room.values[best], room.values[place]
        room.cosines[place], room.cosines[best] = room.cosines[best], room.cosines[place]
        found[place], cosines[place] = room.top[place], room.cosines[place]
    for place in range(have, kept):
        found[place] = -1
