"""How two names are made of the same pieces: common blocks, longest first, in whatever order they stand.

Clerks turn clauses round, so blocks may cross. What stands between the blocks is a gap on either side: 从事 here, 开展 there.
Compiled; `left` and `right` are numbers of characters.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from zhize.kernel.compare.plain import BLOCKS, GAPS, LONGEST, SHORTEST

__all__ = ["BLOCKS", "GAPS", "LONGEST", "SHORTEST", "compiled", "gaps_of", "tile"]
compiled: Any = njit(cache=True, nogil=True)


@compiled
def tile(left, right, mark_left, mark_right, blocks):  # type: ignore[no-untyped-def]
    """Fill `blocks` with (start left, start right, length), in left order; the number of blocks."""
    n, m = len(left), len(right)
    mark_left[:n] = 0
    mark_right[:m] = 0
    count = _take_ends(left, right, mark_left, mark_right, blocks)
    before = np.zeros(LONGEST + 1, np.int16)
    while count < BLOCKS:
        best, at_left, at_right = _longest(left, right, mark_left, mark_right, before)
        if best < SHORTEST:
            break
        count = _take(blocks, count, at_left, at_right, best, mark_left, mark_right)
    _in_left_order(blocks, count)
    return count


@compiled
def _take_ends(left, right, mark_left, mark_right, blocks):  # type: ignore[no-untyped-def]
    """The common beginning and end: most pairs need no more."""
    n, m, head, tail, count = len(left), len(right), 0, 0, 0
    while head < n and head < m and left[head] == right[head]:
        head += 1
    while tail < n - head and tail < m - head and left[n - 1 - tail] == right[m - 1 - tail]:
        tail += 1
    if head >= SHORTEST or (head == n and head == m and head > 0):
        count = _take(blocks, count, 0, 0, head, mark_left, mark_right)
    if tail >= SHORTEST:
        count = _take(blocks, count, n - tail, m - tail, tail, mark_left, mark_right)
    return count


@compiled
def _longest(left, right, mark_left, mark_right, before):  # type: ignore[no-untyped-def]
    """The longest run of characters neither side has given away; of equals the first."""
    best, at_left, at_right = 0, 0, 0
    before[: len(right) + 1] = 0
    for i in range(len(left)):
        above = 0
        for j in range(len(right)):
            held, run = before[j + 1], 0
            if left[i] == right[j] and mark_left[i] == 0 and mark_right[j] == 0:
                run = above + 1
                if run > best:
                    best, at_left, at_right = run, i - run + 1, j - run + 1
            before[j + 1] = run
            above = held
    return best, at_left, at_right


@compiled
def _take(blocks, count, at_left, at_right, length, mark_left, mark_right):  # type: ignore[no-untyped-def]
    blocks[count, 0], blocks[count, 1], blocks[count, 2] = at_left, at_right, length
    mark_left[at_left : at_left + length] = 1
    mark_right[at_right : at_right + length] = 1
    return count + 1


@compiled
def _in_left_order(blocks, count):  # type: ignore[no-untyped-def]
    for i in range(1, count):
        a, b, c = blocks[i, 0], blocks[i, 1], blocks[i, 2]
        j = i - 1
        while j >= 0 and blocks[j, 0] > a:
            blocks[j + 1, 0], blocks[j + 1, 1], blocks[j + 1, 2] = blocks[j, 0], blocks[j, 1], blocks[j, 2]
            j -= 1
        blocks[j + 1, 0], blocks[j + 1, 1], blocks[j + 1, 2] = a, b, c


@compiled
def gaps_of(blocks, count, n, m, gaps):  # type: ignore[no-untyped-def]
    """Fill `gaps` with (start left, end left, start right, end right): what stands at the beginning, then after each block
    on either side; how many blocks are followed by another one on the right than on the left."""
    first = m
    for k in range(count):
        first = min(first, blocks[k, 1])
    gaps[0, 0], gaps[0, 1] = 0, blocks[0, 0] if count else n
    gaps[0, 2], gaps[0, 3] = 0, first
    turned = 0
    for k in range(count):
        end_left, end_right = blocks[k, 0] + blocks[k, 2], blocks[k, 1] + blocks[k, 2]
        next_left = blocks[k + 1, 0] if k + 1 < count else n
        next_right, follower = m, count
        for other in range(count):
            if end_right <= blocks[other, 1] < next_right or (other != k and blocks[other, 1] == end_right):
                next_right, follower = blocks[other, 1], other
        gaps[k + 1, 0], gaps[k + 1, 1] = end_left, next_left
        gaps[k + 1, 2], gaps[k + 1, 3] = end_right, next_right
        turned += follower != k + 1
    return turned
