"""What a person is shown: which words two names share, which are missing on the right, which were added there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhize.kernel.compare.tiling import BLOCKS, LONGEST, compiled, tile

Array = NDArray[Any]
SAME, MISSING, ADDED, MOVED = "same", "missing", "added", "moved"
Segment = tuple[str, str]


def name_differences(lefts: Sequence[str], rights: Sequence[str]) -> list[list[Segment]]:
    """For each pair the words in the order of the right name; what is missing stands where it would have been."""
    one, two = _laid(lefts), _laid(rights)
    blocks, counts = np.zeros((len(lefts), BLOCKS + 1, 3), np.int32), np.zeros(len(lefts), np.int32)
    _tile_all(*one, *two, blocks, counts)
    pairs = zip(lefts, rights, blocks.tolist(), counts.tolist(), strict=True)
    return [list(_segments(left, right, found[:count])) for left, right, found, count in pairs]


def _laid(names: Sequence[str]) -> tuple[Array, Array]:
    cut = [name[:LONGEST] for name in names]
    starts = np.concatenate([[0], np.cumsum([len(name) for name in cut])]).astype(np.int64)
    return starts, np.frombuffer("".join(cut).encode("utf-32-le", "replace"), np.uint32)


@compiled
def _tile_all(left_starts, left, right_starts, right, blocks, counts):  # type: ignore[no-untyped-def]
    mark_left, mark_right = np.zeros(LONGEST, np.int8), np.zeros(LONGEST, np.int8)
    for k in range(len(counts)):
        one, two = left[left_starts[k] : left_starts[k + 1]], right[right_starts[k] : right_starts[k + 1]]
        counts[k] = tile(one, two, mark_left, mark_right, blocks[k])


def _segments(left: str, right: str, blocks: list[list[int]]) -> Iterator[Segment]:
    """Blocks come in left order; shown in right order, a block that stands before one it should follow was moved."""
    told, after = (
        0,
        {start: blocks[k + 1][0] if k + 1 < len(blocks) else len(left) for k, (start, _, _) in enumerate(blocks)},
    )
    first = blocks[0][0] if blocks else len(left)
    if first:
        yield MISSING, left[:first]
    reached = -1
    for start, at, length in sorted(blocks, key=lambda block: block[1]):
        if told < at:
            yield ADDED, right[told:at]
        yield (SAME if start > reached else MOVED), right[at : at + length]
        if start + length < after[start]:
            yield MISSING, left[start + length : after[start]]
        told, reached = at + length, max(reached, start)
    if told < len(right):
        yield ADDED, right[told:]
