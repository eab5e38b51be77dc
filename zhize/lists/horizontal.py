"""Lists beside each other: departments of one government, one department over the counties, powers all departments share.

Plain Python over items already read (spec domain §5d.3). Figures are medians and median deviations: one odd county does not
make the others look odd.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any, NamedTuple

from zhize.lists.vertical import Said

SPREAD = 1.4826  # the median deviation of a normal distribution is 1/1.4826 of its standard deviation
MEAN_SPREAD = 1.2533  # the same for the mean deviation
FAR, WIDE = 3.0, 2.0  # z-score from which a department's cutting is odd; median deviations from which a promise is slow
COMMON_FROM = 3  # families that hold one and the same duty in a place before it counts as shared


class Own(NamedTuple):
    """An item of one body's list."""

    body: int
    family: str
    said: Said


class Pair(NamedTuple):
    """Two items of two bodies that may be one. `same_article`: they rest on the same article."""

    one: Own
    two: Own
    score: float
    same_article: bool


# -- departments of one government -------------------------------------------------------------------------------------


def alike(items: Sequence[Own], least: float) -> list[Pair]:
    """Pairs of different duties of different bodies, worded alike (from `least` on), the likest first.

    Found through the rarest character pairs of each name: two names with `least` of their pairs in common share one of them.
    """
    pairs = [pairs_of(i.said.name) for i in items]
    common = Counter(p for each in pairs for p in each)
    index: dict[str, list[int]] = defaultdict(list)
    found: list[Pair] = []
    for n, each in enumerate(pairs):
        rare = sorted(each, key=lambda p: (common[p], p))[: _prefix(len(each), least)]
        near = {m for p in rare for m in index[p]}
        met = (_pair(items[m], items[n], pairs[m], each, least) for m in near)
        found += [pair for pair in met if pair is not None]
        for p in rare:
            index[p].append(n)
    return sorted(found, key=lambda p: (-p.score, p.one.said.duty, p.two.said.duty))


def pairs_of(name: str) -> frozenset[str]:
    return frozenset(name[i : i + 2] for i in range(len(name) - 1)) or frozenset([name])


def _prefix(size: int, least: float) -> int:
    """How many of its rarest pairs a name must be looked up by: with Dice ≥ t the common part is ≥ t/(2−t) of each name."""
    return size - int(least / (2 - least) * size + 0.999999) + 1


def _pair(one: Own, two: Own, a: frozenset[str], b: frozenset[str], least: float) -> Pair | None:
    if one.body == two.body or one.said.duty == two.said.duty:
        return None
    score = 2 * len(a & b) / (len(a) + len(b))
    return Pair(one, two, score, bool(articles(one.said) & articles(two.said))) if score >= least else None


def articles(said: Said) -> set[tuple[str, str]]:
    return {(c[0], c[1]) for c in said.bases if c[1]}


def shared_articles(items: Iterable[Own]) -> Iterator[tuple[tuple[str, str], list[Own]]]:
    """Articles on which items of several families rest, with those items: not wrong in itself, but where 交叉 begins."""
    by: dict[tuple[str, str], list[Own]] = defaultdict(list)
    for item in items:
        for article in articles(item.said):
            by[article].append(item)
    return ((a, held) for a, held in sorted(by.items()) if len({i.family for i in held}) > 1)


@dataclass(frozen=True)
class Cut:
    """How finely a body cuts the law into items: items per article, and how far that is from the other bodies'."""

    body: int
    items: int
    articles: int
    per_article: float
    z: float


def granularity(items: Iterable[Own]) -> list[Cut]:
    """Items per article of law, body by body, with the z-score against the median of all bodies."""
    held: dict[int, list[Own]] = defaultdict(list)
    for item in items:
        held[item.body].append(item)
    sizes = {b: (len(own), len({a for i in own for a in articles(i.said)})) for b, own in held.items()}
    rates = {b: n / a for b, (n, a) in sizes.items() if a}
    if not rates:
        return []
    middle, spread = median(rates.values()), spread_of(list(rates.values()))
    cuts = [Cut(b, *sizes[b], rate, (rate - middle) / spread if spread else 0.0) for b, rate in rates.items()]
    return sorted(cuts, key=lambda c: -abs(c.z))


def spread_of(values: Sequence[float]) -> float:
    """A standard deviation out of medians; out of the mean distance where more than half of the values are the same."""
    middle = median(values)
    return SPREAD * deviation(values) or MEAN_SPREAD * fmean(abs(v - middle) for v in values)


def deviation(values: Sequence[float]) -> float:
    """The median of the distances from the median (MAD)."""
    middle = median(values)
    return median(abs(v - middle) for v in values)


# -- counties among each other -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Usual:
    """An item over the counties: who has it, the value most of them give it, who is missing, who promises longest."""

    family: str
    duty: int
    present: frozenset[int]
    missing: tuple[int, ...]
    mode: int | None
    slow: Mapping[int, int]


def usual(family: str, duty: int, promised: Mapping[int, int | None], counties: Sequence[int], least: float) -> Usual:
    """`promised`: county → working days promised (None: holds it, promises nothing).

    Missing where `least` of the counties have it; slow where the promise is more than two median deviations over the mode.
    """
    present = frozenset(promised)
    missing = tuple(c for c in counties if c not in present) if len(present) >= least * len(counties) else ()
    days = [d for d in promised.values() if d is not None]
    if len(days) < 3:
        return Usual(family, duty, present, missing, None, {})
    mode = mode_of(days)
    bar = mode + WIDE * median(abs(d - mode) for d in days)
    return Usual(family, duty, present, missing, mode, {c: d for c, d in promised.items() if d is not None and d > bar})


def mode_of(values: Sequence[int]) -> int:
    """The commonest value; of equals the smallest, which favours whoever applies."""
    counted = Counter(values)
    return min(counted, key=lambda v: (-counted[v], v))


def odd_counts(counts: Mapping[int, int]) -> dict[int, tuple[int, float]]:
    """County → (how many more or fewer items than the median, the median), where that is far: more than two deviations and a fifth."""
    if len(counts) < 3:
        return {}
    middle = median(counts.values())
    spread = deviation(list(counts.values()))
    return {c: (int(n - middle), middle) for c, n in counts.items() if abs(n - middle) > max(WIDE * spread, middle / 5)}


# -- powers all departments share --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copied:
    """A body wrote out for itself what every department has (共性权力): by reference, never by copy."""

    item: Own
    template: int
    score: float


def common_powers(holders: Mapping[int, Iterable[str]]) -> set[int]:
    """Duties which so many families hold in one place that they are shared: `holders`, duty → families."""
    return {duty for duty, families in holders.items() if len(set(families)) >= COMMON_FROM}


def copies(items: Sequence[Own], templates: set[int], least: float) -> list[Copied]:
    """Items worded like a shared power, by bodies that should hold the shared power itself; each named once."""
    found: dict[tuple[int, int], Copied] = {}
    for pair in alike(items, least):
        for own, shared in ((pair.one, pair.two), (pair.two, pair.one)):
            if shared.said.duty in templates and own.said.duty not in templates:
                found.setdefault((own.body, own.said.duty), Copied(own, shared.said.duty, pair.score))
    return list(found.values())


def unlike(own: Mapping[str, Any], template: Mapping[str, Any]) -> list[str]:
    """Fields a body says of a shared power otherwise than the template does."""
    return sorted(name for name, value in own.items() if name in template and template[name] != value)
