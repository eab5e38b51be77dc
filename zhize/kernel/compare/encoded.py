"""Two lists as numbers: characters, pairs of characters, laws and articles, one numbering for both sides.

Everything a row has is a slice: `starts[row] : starts[row + 1]` of one flat array.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhize.kernel.compare.basis import articles, laws, normalise_basis
from zhize.kernel.compare.names import act_of, folded_names, unframed
from zhize.kernel.compare.plain import LONGEST

Array = NDArray[Any]
_Cited = tuple[list[int], list[int]]
ALPHABET = 4096  # characters told apart in pairs; rarer ones share the last number there, and nowhere else


@dataclass(frozen=True)
class Rows:
    """One list, by columns; a column that is missing is empty texts."""

    names: Sequence[str]
    bases: Sequence[str]
    types: Sequence[str]
    codes: Sequence[str]

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        bases: Sequence[str] = (),
        types: Sequence[str] = (),
        codes: Sequence[str] = (),
    ) -> Rows:
        blank = [""] * len(names)
        return cls(names, bases or blank, types or blank, codes or blank)

    def __len__(self) -> int:
        return len(self.names)


class Encoded(NamedTuple):
    """One side of a comparison; a tuple, because compiled code takes no other class."""

    text_starts: Array
    text: Array  # numbers of characters
    law_starts: Array
    laws: Array
    article_starts: Array
    articles: Array
    kinds: Array  # type as the list says it, -1 for nothing
    acts: Array  # type as the last word says it
    whole: Array  # fingerprint of the name as written, but for script and marks

    @property
    def size(self) -> int:
        return len(self.text_starts) - 1


@dataclass(frozen=True)
class Numbering:
    """What each number stands for; built from both lists together."""

    characters: Array  # code point → number, commonest first
    size: int
    first: int  # the character with number 0

    def shares(self, common: Mapping[str, float]) -> Array:
        """By number, the share of names elsewhere that hold this character."""
        out = np.zeros(self.size + 1)
        for character, share in common.items():
            number = self.characters[ord(character)]
            if number or self.first == ord(character):
                out[number] = share
        return out


def encode(left: Rows, right: Rows) -> tuple[Encoded, Encoded, Numbering]:
    """Both lists, and what their characters are numbered."""
    folded = [folded_names(side.names) for side in (left, right)]
    plain = [[name[:LONGEST] for name in unframed(names)] for names in folded]
    points = [np.frombuffer("".join(names).encode("utf-32-le", "replace"), np.uint32) for names in plain]
    numbering = _numbering(points)
    cites: dict[str, _Cited] = {}
    law_of: dict[Any, int] = {}
    kind_of: dict[str, int] = {"": -1}
    sides = [
        Encoded(
            *_text(numbering, names, found),
            *_cited(side.bases, cites, law_of),
            _numbers(side.types, kind_of),
            _numbers((act_of(name) for name in whole), kind_of),
            np.fromiter((hash(name) for name in whole), np.int64, len(whole)),
        )
        for side, names, whole, found in zip((left, right), plain, folded, points, strict=True)
    ]
    return sides[0], sides[1], numbering


def _numbering(points: list[Array]) -> Numbering:
    counts = np.zeros(0x110000, np.int64)
    for found in points:
        counts += np.bincount(found, minlength=0x110000)
    used = np.flatnonzero(counts)
    order = used[np.argsort(-counts[used], kind="stable")]
    table = np.zeros(0x110000, np.int32)
    table[order] = np.arange(len(order), dtype=np.int32)
    return Numbering(table, len(order), int(order[0]) if len(order) else -1)


def _text(numbering: Numbering, names: list[str], points: Array) -> tuple[Array, Array]:
    return _starts(len(name) for name in names), numbering.characters[points]


def _starts(lengths: Iterable[int]) -> Array:
    return np.concatenate([[0], np.cumsum(np.fromiter(lengths, np.int64))]).astype(np.int64)


def _cited(
    bases: Sequence[str], known: dict[str, _Cited], numbers: dict[Any, int]
) -> tuple[Array, Array, Array, Array]:
    """Laws and articles of each row; a text that stands in a thousand rows is read once."""
    order: dict[str, int] = {}
    which = np.fromiter((order.setdefault(text, len(order)) for text in bases), np.int32, len(bases))
    found = [known.get(text) or _learn(text, known, numbers) for text in order]
    return *_slices([one[0] for one in found], which), *_slices([one[1] for one in found], which)


def _slices(rows: list[list[int]], which: Array) -> tuple[Array, Array]:
    """Rows laid end to end, in the order of `which`."""
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    values = np.fromiter(chain.from_iterable(rows), np.int32)
    first = np.cumsum(lengths) - lengths
    starts = np.concatenate([[0], np.cumsum(lengths[which])]).astype(np.int64)
    inside = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths[which])
    return starts, values[np.repeat(first[which], lengths[which]) + inside]


def _learn(text: str, known: dict[str, _Cited], numbers: dict[Any, int]) -> _Cited:
    cites = normalise_basis(text)
    one, two = (
        sorted(numbers.setdefault(what, len(numbers)) for what in some) for some in (laws(cites), articles(cites))
    )
    known[text] = one, two
    return one, two


def _numbers(words: Iterable[str], numbers: dict[str, int]) -> Array:
    return np.array([numbers.setdefault(word.strip(), len(numbers)) for word in words], np.int32)
