"""Text to numbers: what a linear model can weigh, for thousands of messages at a time.

A batch becomes one array of code points; every gram and every word gets a 64-bit fingerprint by array arithmetic, so no
Python loop runs over characters. Three kinds of features, each with its own length 1 (sublinear tf x idf): single
characters and pairs of the whole message, its words, and 1 to 4 characters of the title — the title says in ten
characters what the text says in four hundred, so it must not drown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import rjieba
from numpy.typing import NDArray
from scipy import sparse

from zhize.cases.suggest.messages import Message, fold

Array = NDArray[Any]
CHARS, WORDS, TITLE = range(3)
KINDS = 3
TEXT_GRAMS, TITLE_GRAMS = 2, 4
LOUDNESS = np.array([1.4, 1.0, 1.0])  # of each kind; chosen on the folds the figures are told of (decision 0026)
BATCH = 512
SEEN_TWICE = 2  # a gram of one message alone says nothing of the next
_SLOT_BITS = 22
_GOLDEN, _SPREAD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True)
class Batch:
    """Messages laid end to end: `title newline text NUL`, with the words cut in it."""

    messages: Sequence[Message]
    text: str
    words: list[str]

    @classmethod
    def of(cls, messages: Sequence[Message]) -> Batch:
        text = "".join(f"{fold(message.title)}\n{fold(message.text)}\0" for message in messages)
        return cls(messages, text, rjieba.cut(text))

    @property
    def size(self) -> int:
        return len(self.messages)

    @cached_property
    def points(self) -> Array:
        return np.frombuffer(self.text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)

    @cached_property
    def owner(self) -> Array:
        """Which message each character belongs to."""
        ends = self.points == 0
        return np.cumsum(ends) - ends

    @cached_property
    def starts(self) -> Array:
        """Where each word begins."""
        return np.concatenate([[0], np.cumsum([len(word) for word in self.words])])[:-1].astype(np.int64)


@dataclass(frozen=True)
class Occurrences:
    """Everything seen in a batch, one row an occurrence: whose, what, of which kind, where."""

    owner: Array
    prints: Array
    kind: Array
    start: Array
    length: Array

    @classmethod
    def of(cls, batch: Batch) -> Occurrences:
        parts = [*_text_grams(batch), _words(batch), *_title_grams(batch)]
        return cls(*(np.concatenate(column) for column in zip(*parts, strict=True)))


Part = tuple[Array, Array, Array, Array, Array]


def _text_grams(batch: Batch) -> Iterator[Part]:
    for start, prints, length in _grams(batch.points, batch.points > 10, TEXT_GRAMS):
        yield _part(batch, start, prints, CHARS, np.full(len(start), length))


def _title_grams(batch: Batch) -> Iterator[Part]:
    """The characters before each message's newline."""
    breaks, ends = batch.points == 10, batch.points == 0
    in_title = (np.cumsum(breaks) - np.cumsum(ends) == 0) & (batch.points > 10)
    for start, prints, length in _grams(batch.points, in_title, TITLE_GRAMS):
        yield _part(batch, start, prints, TITLE, np.full(len(start), length))


def _words(batch: Batch) -> Part:
    """A word's fingerprint is the sum of its characters' ones, each turned by its place in the word."""
    points, starts = batch.points, batch.starts
    lengths = np.diff(np.append(starts, len(points)))
    places = np.arange(len(points), dtype=np.int64) - np.repeat(starts, lengths)
    turned = _mix(points + (places.astype(np.uint64) << np.uint64(32)))
    prints = np.add.reduceat(turned, starts) if len(starts) else turned
    real = points[starts] > 10
    return _part(batch, starts[real], prints[real], WORDS, lengths[real])


def _part(batch: Batch, start: Array, prints: Array, kind: int, length: Array) -> Part:
    salted = _mix(prints + np.uint64(kind + 1))
    return batch.owner[start], salted, np.full(len(start), kind, np.int8), start, length


def _grams(points: Array, usable: Array, longest: int) -> Iterator[tuple[Array, Array, int]]:
    prints, whole = np.zeros_like(points), np.ones(len(points), bool)
    for length in range(1, longest + 1):
        ahead, open_ahead = _shifted(points, length - 1), _shifted(usable, length - 1)
        prints, whole = _mix(prints ^ ahead), whole & open_ahead
        start = np.flatnonzero(whole)
        yield start, prints[start], length


def _shifted(values: Array, by: int) -> Array:
    moved = np.zeros_like(values)
    moved[: len(values) - by] = values[by:]
    return moved


def _mix(values: Array) -> Array:
    """Spread the bits (after splitmix64); overflow is the point."""
    values = (values + _GOLDEN) * _SPREAD
    return values ^ (values >> np.uint64(31))


class Vocabulary:
    """The features worth weighing: fingerprints, of which kind, and what each is worth (idf)."""

    def __init__(self, prints: Array, kinds: Array, idf: Array) -> None:
        self.prints, self.kinds, self.idf = prints, kinds, idf
        self._row_at = np.full(1 << _SLOT_BITS, -1, np.int32)
        self._row_at[self._slots(prints)] = np.arange(len(prints), dtype=np.int32)

    def __len__(self) -> int:
        return len(self.prints)

    @classmethod
    def learn(cls, messages: Sequence[Message]) -> Vocabulary:
        prints, kinds, seen = _document_counts(messages)
        keep = np.flatnonzero(seen >= SEEN_TWICE)
        keep = keep[np.argsort(seen[keep], kind="stable")]  # of two in one slot the commoner, written last, stays
        vocabulary = cls(prints[keep], kinds[keep], _idf(seen[keep], len(messages)))
        alive = vocabulary.rows(vocabulary.prints) == np.arange(len(keep))
        return cls(vocabulary.prints[alive], vocabulary.kinds[alive], vocabulary.idf[alive])

    @staticmethod
    def _slots(prints: Array) -> Array:
        return (prints >> np.uint64(64 - _SLOT_BITS)).astype(np.int64)

    def rows(self, prints: Array) -> Array:
        """The row of each fingerprint, -1 where it was never learned."""
        rows = self._row_at[self._slots(prints)]
        known = (rows >= 0) & (self.prints[rows] == prints) if len(self) else np.zeros(len(prints), bool)
        return np.where(known, rows, -1)


def _idf(seen: Array, messages: int) -> Array:
    return (np.log((1 + messages) / (1 + seen)) + 1).astype(np.float32)


def _document_counts(messages: Sequence[Message]) -> tuple[Array, Array, Array]:
    """In how many messages each fingerprint occurs; batch by batch, so that memory stays small."""
    prints, kinds, seen = np.zeros(0, np.uint64), np.zeros(0, np.int8), np.zeros(0, np.int64)
    for batch in batches(messages):
        found = Occurrences.of(batch)
        order = np.lexsort((found.owner, found.prints))
        pairs = np.stack([found.prints[order], found.owner[order].astype(np.uint64)])
        first = np.ones(pairs.shape[1], bool)
        first[1:] = (pairs[:, 1:] != pairs[:, :-1]).any(axis=0)
        every = np.concatenate([prints, pairs[0, first]])
        every_kind = np.concatenate([kinds, found.kind[order][first]])
        counts = np.concatenate([seen, np.ones(int(first.sum()), np.int64)])
        prints, at, back = np.unique(every, return_index=True, return_inverse=True)
        kinds, seen = every_kind[at], np.bincount(back, weights=counts).astype(np.int64)
    return prints, kinds, seen


@dataclass(frozen=True)
class Weighed:
    """A batch as a matrix, with the way back from each occurrence to its cell."""

    matrix: sparse.csr_matrix
    cell: Array  # of each known occurrence
    counts: Array  # occurrences in each cell
    start: Array
    length: Array


def weigh(batch: Batch, vocabulary: Vocabulary) -> Weighed:
    """Sublinear tf x idf; within each message and kind as long as the kind is loud."""
    found = Occurrences.of(batch)
    rows = vocabulary.rows(found.prints)
    known = rows >= 0
    width = max(len(vocabulary), 1)
    keys = found.owner[known] * width + rows[known]
    cells, cell, counts = np.unique(keys, return_inverse=True, return_counts=True)
    owner, row = np.divmod(cells, width)
    values = (1 + np.log(counts)) * vocabulary.idf[row]
    side = owner * KINDS + vocabulary.kinds[row]
    values *= LOUDNESS[vocabulary.kinds[row]] / np.sqrt(np.bincount(side, weights=values * values))[side]
    starts = np.searchsorted(owner, np.arange(batch.size + 1))
    matrix = sparse.csr_matrix((values.astype(np.float32), row.astype(np.int32), starts), shape=(batch.size, width))
    return Weighed(matrix, cell, counts, found.start[known], found.length[known])


def batches(messages: Sequence[Message]) -> Iterator[Batch]:
    for at in range(0, len(messages), BATCH):
        yield Batch.of(messages[at : at + BATCH])
