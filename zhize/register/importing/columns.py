"""Which column is what: headings as offices write them, matched to fields with a confidence.

Spec §10.7: header matching must be fuzzy. A heading is compared without script, width, spaces, marks and notes in
brackets; an exact synonym counts 1, a heading that holds a synonym less, one that only resembles it least.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from zhize.kernel.text import fold, grams

LEAST = 0.6
LONGEST_HEADING = 40
_MARKS = re.compile(r"[*※#:：、,，.。/|·_\-]+")
_NOTE = re.compile(r"[（(\[【〔].*?[)）\]】〕]")


@dataclass(frozen=True)
class Field:
    """A field of a table: its usual heading first, then what it is also called.

    `carries`: a blank repeats the cell above where this other field is filled ("always": in every row), which is how a
    merged cell comes out of a csv. `doubtful`: then it is said, because the blank may have been meant.
    """

    name: str
    headings: tuple[str, ...]
    carries: str = ""
    doubtful: bool = False

    @property
    def label(self) -> str:
        return self.headings[0]


@dataclass(frozen=True)
class Table:
    """One sort of table a kind knows; each group in `needs` must have one of its fields found."""

    key: str
    label: str
    fields: tuple[Field, ...]
    needs: tuple[tuple[str, ...], ...]

    @property
    def labels(self) -> dict[str, str]:
        return {f.name: f.label for f in self.fields}


@dataclass(frozen=True)
class Column:
    """A heading and the field it was taken for (none when it is of no use here)."""

    at: int
    header: str
    field: str = ""
    confidence: float = 0.0

    def as_dict(self, labels: dict[str, str]) -> dict[str, object]:
        return {
            "header": self.header,
            "field": self.field or None,
            "label": labels.get(self.field, ""),
            "confidence": round(self.confidence, 2),
        }


def match(headings: Sequence[Sequence[str]], table: Table) -> list[Column]:
    """Each column with the field it is most surely; a field is given to one column only, surest first.

    `headings` holds, per column, the ways its heading can be read: the lowest cell, or all cells from the top joined.
    """
    pairs = [
        (score, -at, f.name)
        for at, ways in enumerate(headings)
        for f in table.fields
        if (score := max((likeness(way, f) for way in ways if way), default=0.0)) >= LEAST
    ]
    given: dict[int, tuple[str, float]] = {}
    for score, at, name in sorted(pairs, reverse=True):
        if -at not in given and name not in {n for n, _ in given.values()}:
            given[-at] = (name, score)
    return [Column(at, _shown(ways), *given.get(at, ("", 0.0))) for at, ways in enumerate(headings)]


def missing(columns: Iterable[Column], table: Table) -> list[str]:
    """The needs that no column meets, by their usual headings."""
    found = {c.field for c in columns}
    return ["或".join(table.labels[n] for n in group) for group in table.needs if not found & set(group)]


@lru_cache(maxsize=20000)
def likeness(heading: str, field: Field) -> float:
    """0 to 1: how surely this heading means the field."""
    if len(heading) > LONGEST_HEADING:
        return 0.0
    whole, short = plain(heading), bare(heading)
    scores = (_like(whole, short, _plains(name)) - n / 1000 for n, name in enumerate(field.headings))
    return max(scores)  # of two exact headings the more usual one wins


def _like(whole: str, bare: str, name: tuple[str, frozenset[str]]) -> float:
    word, pairs = name
    if not bare:
        return 0.0
    if whole == word:
        return 1.0
    if bare == word:
        return 0.98
    if len(word) >= 2 and word in bare:
        return 0.62 + 0.33 * len(word) / len(bare)
    mine = frozenset(grams(bare))
    dice = 2 * len(mine & pairs) / (len(mine) + len(pairs) or 1)
    return 0.45 + 0.4 * dice if dice >= 0.55 else 0.0


@lru_cache(maxsize=4000)
def plain(heading: str) -> str:
    """A heading to compare by."""
    return _MARKS.sub("", fold(heading)).lower()


def bare(heading: str) -> str:
    """Without its note in brackets: 承诺时限（工作日）."""
    return plain(_NOTE.sub("", heading))


@lru_cache(maxsize=20)
def word_for_word(tables: tuple[Table, ...]) -> frozenset[str]:
    """Every heading of these tables, as written and as compared."""
    names = [name for t in tables for f in t.fields for name in f.headings]
    return frozenset(names) | {plain(name) for name in names}


@lru_cache(maxsize=4000)
def _plains(name: str) -> tuple[str, frozenset[str]]:
    return plain(name), frozenset(grams(plain(name)))


def _shown(ways: Sequence[str]) -> str:
    return " ".join((ways[-1] if ways else "").split())
