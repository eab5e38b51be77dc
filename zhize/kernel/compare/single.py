"""One name beside a few others: the matcher's first look, in plain Python, for processes that load no compiler.

The same features to the digit as `features.describe` (a test holds them together) and the same weights; what the matcher
learns from two whole lists, their habits, one name cannot teach.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from zhize.kernel.compare.basis import articles, laws, normalise_basis
from zhize.kernel.compare.names import act_of, folded_names, unframed
from zhize.kernel.compare.plain import BLOCKS, ELSEWHERE, FEATURES, LONGEST, PLACES, RELATIONS, SHORTEST, SIDE, WEIGHTS
from zhize.kernel.compare.weights import Weights

Block = tuple[int, int, int]  # start left, start right, length
Gap = tuple[int, int, int, int]  # start left, end left, start right, end right
Worth = Callable[[str], float]


@dataclass(frozen=True)
class Said:
    """One row of a list, as it is compared."""

    whole: str
    text: str
    laws: frozenset[str] = frozenset()
    articles: frozenset[tuple[str, str]] = frozenset()
    kind: str = ""

    @classmethod
    def of(cls, names: list[str], bases: list[str], kinds: list[str]) -> list[Said]:
        """Many at once: names are normalised together."""
        whole = folded_names(names)
        plain = [text[:LONGEST] for text in unframed(whole)]
        cites = [normalise_basis(b) for b in bases]
        rows = zip(whole, plain, map(laws, cites), map(articles, cites), (k.strip() for k in kinds), strict=True)
        return [cls(*row) for row in rows]

    @cached_property
    def pairs(self) -> frozenset[str]:
        return frozenset(self.text[at : at + 2] for at in range(max(len(self.text) - 1, min(len(self.text), 1))))


def rarities(common: Mapping[str, float]) -> Callable[[str], float]:
    """0…1 for each character: how few names elsewhere it stands in."""
    whole = 1 + ELSEWHERE
    return lambda c: math.log(whole / (1 + ELSEWHERE * common.get(c, 0.0))) / math.log(whole)


def cosine(one: Said, two: Said, worth: Worth) -> float:
    """Of their pairs of characters, each by how few names have it."""
    shared = sum(worth(p) ** 2 for p in one.pairs & two.pairs)
    return shared / (_length(one, worth) * _length(two, worth)) if shared else 0.0


def _length(said: Said, worth: Worth) -> float:
    return math.sqrt(sum(worth(p) ** 2 for p in said.pairs))


def odds(left: Said, right: Said, nearness: float, weights: Weights, rarity: Callable[[str], float]) -> float:
    """The log odds that both are one duty."""
    found = described(left, right, weights.shapes, rarity)
    found["cosine"] = nearness
    told = zip(FEATURES, weights.first.weights.tolist(), strict=True)
    return float(weights.first.constant + sum(w * found[n] for n, w in told))


def described(left: Said, right: Said, shapes: object, rarity: Callable[[str], float]) -> dict[str, float]:
    """Every feature but the cosine, by name."""
    one, two = left.text, right.text
    blocks, mark_left, mark_right = tile(one, two)
    gaps, turned = gaps_of(blocks, len(one), len(two))
    told = [shapes[_shape(one, two, gap, k, len(blocks), rarity)] for k, gap in enumerate(gaps) if _says(gap)]  # type: ignore[index]
    return {
        "held": _covered(one, mark_left, rarity), "kept": _covered(two, mark_right, rarity), "turned": min(turned, 3),
        "gaps": len(told), "habit": min(max(float(sum(told)), -20.0), 10.0), "worst": max(float(min([0.0, *told])), -10.0),
        "same_text": float(not told and not turned), "same_whole": float(left.whole == right.whole),
        **_law(left, right), **_agree("kind", left.kind, right.kind), **_agree("act", act_of(left.whole), act_of(right.whole)),
        "shorter": abs(len(one) - len(two)) / max(len(one), len(two), 1),
    }  # fmt: skip


def tile(left: str, right: str) -> tuple[list[Block], list[int], list[int]]:
    """Common blocks, longest first, in left order; what of either name they cover."""
    mark_left, mark_right, blocks = [0] * len(left), [0] * len(right), list[Block]()

    def take(at_left: int, at_right: int, length: int) -> None:
        blocks.append((at_left, at_right, length))
        mark_left[at_left : at_left + length] = [1] * length
        mark_right[at_right : at_right + length] = [1] * length

    for end in _ends(left, right):
        take(*end)
    while len(blocks) < BLOCKS:
        best = _longest(left, right, mark_left, mark_right)
        if best[2] < SHORTEST:
            break
        take(*best)
    return sorted(blocks, key=lambda b: b[0]), mark_left, mark_right


def _ends(left: str, right: str) -> list[Block]:
    """The common beginning and end: most pairs need no more."""
    n, m, head, tail, found = len(left), len(right), 0, 0, list[Block]()
    while head < n and head < m and left[head] == right[head]:
        head += 1
    while tail < n - head and tail < m - head and left[n - 1 - tail] == right[m - 1 - tail]:
        tail += 1
    if head >= SHORTEST or (head == n and head == m and head > 0):
        found.append((0, 0, head))
    if tail >= SHORTEST:
        found.append((n - tail, m - tail, tail))
    return found


def _longest(left: str, right: str, mark_left: list[int], mark_right: list[int]) -> Block:
    """The longest run of characters neither side has given away; of equals the first."""
    best, at_left, at_right, size = 0, 0, 0, len(right)
    free = [(j, c) for j, c in enumerate(right) if not mark_right[j]]
    before = [0] * (size + 1)
    for i, c in enumerate(left):
        now = [0] * (size + 1)
        if not mark_left[i]:
            for j, d in free:
                if c == d:
                    run = now[j + 1] = before[j] + 1
                    if run > best:
                        best, at_left, at_right = run, i - run + 1, j - run + 1
        before = now
    return at_left, at_right, best


def gaps_of(blocks: list[Block], n: int, m: int) -> tuple[list[Gap], int]:
    """What stands before, between and after the blocks on either side; how many blocks are followed by another one there."""
    first = min([m, *(b[1] for b in blocks)])
    gaps, turned = [(0, blocks[0][0] if blocks else n, 0, first)], 0
    for k, (at_left, at_right, length) in enumerate(blocks):
        end_left, end_right = at_left + length, at_right + length
        next_right, follower = m, len(blocks)
        for other, (_, start, _length) in enumerate(blocks):
            if end_right <= start < next_right or (other != k and start == end_right):
                next_right, follower = start, other
        gaps.append((end_left, blocks[k + 1][0] if k + 1 < len(blocks) else n, end_right, next_right))
        turned += follower != k + 1
    return gaps, turned


def _says(gap: Gap) -> bool:
    return gap[0] < gap[1] or gap[2] < gap[3]


def _shape(one: str, two: str, gap: Gap, k: int, blocks: int, rarity: Callable[[str], float]) -> int:
    mine, theirs = one[gap[0] : gap[1]], two[gap[2] : gap[3]]
    shared = sum(c in theirs for c in mine)
    weight = max(map(rarity, mine + theirs), default=0.0)
    relation = 0 if shared == 0 else (2 if shared >= min(len(mine), len(theirs)) else 1)
    rare = 0 if weight < 0.35 else (1 if weight < 0.6 else 2)
    place = 0 if k == 0 else (2 if k == blocks else 1)
    size = min(len(mine), SIDE - 1) * SIDE + min(len(theirs), SIDE - 1)
    return ((size * PLACES + place) * RELATIONS + relation) * WEIGHTS + rare


def _covered(text: str, marks: list[int], rarity: Callable[[str], float]) -> float:
    whole = [rarity(c) for c in text]
    return sum(r for r, m in zip(whole, marks, strict=True) if m) / (sum(whole) + 1e-6)


def _law(left: Said, right: Said) -> dict[str, float]:
    said = dict.fromkeys(
        ("article_same", "article_partly", "article_other", "law_only", "law_other", "law_silent"), 0.0
    )
    shared, most = len(left.articles & right.articles), max(len(left.articles), len(right.articles))
    if not left.laws or not right.laws:
        said["law_silent"] = 1.0
    elif not left.laws & right.laws:
        said["law_other"] = 1.0
    elif not left.articles or not right.articles:
        said["law_only"] = 1.0
    else:
        said["article_same" if shared == most else "article_partly" if shared else "article_other"] = 1.0
    return said


def _agree(name: str, mine: str, theirs: str) -> dict[str, float]:
    """Two columns that may be silent: same, other."""
    both = bool(mine and theirs)
    return {f"{name}_same": float(both and mine == theirs), f"{name}_other": float(both and mine != theirs)}
