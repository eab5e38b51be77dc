"""What held on which days: non-overlapping periods with a value each, equal neighbours merged (house.md)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Generic, TypeVar

from zhize.kernel.errors import Refusal
from zhize.kernel.period import Period

T = TypeVar("T")
Piece = tuple[Period, T]


class Timeline(Generic[T]):
    """An ordered row of (Period, value). `cut` and `put` change it and hand it back, so they can be chained."""

    def __init__(self, pieces: Iterable[tuple[Period, T]] = ()) -> None:
        self._pieces: list[tuple[Period, T]] = sorted(pieces, key=lambda piece: piece[0])
        self._refuse_overlap()
        self._merge()

    def at(self, day: date) -> T | None:
        """The value on that day, or None in a gap."""
        before = bisect_right(self._pieces, day, key=lambda piece: piece[0].start)
        if before == 0:
            return None
        period, value = self._pieces[before - 1]
        return value if period.contains(day) else None

    def put(self, period: Period, value: T) -> "Timeline[T]":
        """From now on this value holds through the period, whatever held there before."""
        self.cut(period)
        self._pieces = sorted([*self._pieces, (period, value)], key=lambda piece: piece[0])
        self._merge()
        return self

    def cut(self, period: Period) -> "Timeline[T]":
        """Nothing holds in the period any more; what reaches beyond it stays on either side."""
        self._pieces = [(left, value) for held, value in self._pieces for left in held.minus(period)]
        return self

    def within(self, period: Period) -> "list[tuple[Period, T]]":
        """The pieces that touch the period, trimmed to it."""
        met = ((held.intersect(period), value) for held, value in self._pieces)
        return [(common, value) for common, value in met if common is not None]

    def gaps(self, within: Period) -> list[Period]:
        """The parts of `within` for which nothing holds, in order."""
        left = [within]
        for held, _ in self._pieces:
            left = [rest for part in left for rest in part.minus(held)]
        return left

    def copy(self) -> "Timeline[T]":
        return Timeline(self._pieces)

    def __iter__(self) -> Iterator[tuple[Period, T]]:
        return iter(list(self._pieces))

    def __len__(self) -> int:
        return len(self._pieces)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Timeline) and self._pieces == other._pieces

    __hash__ = None  # type: ignore[assignment]  # it changes, so it is no key

    def __repr__(self) -> str:
        return f"Timeline({self._pieces!r})"

    def _merge(self) -> None:
        merged: list[tuple[Period, T]] = []
        for period, value in self._pieces:
            if merged and merged[-1][0].end == period.start and merged[-1][1] == value:
                period = Period(merged.pop()[0].start, period.end)
            merged.append((period, value))
        self._pieces = merged

    def _refuse_overlap(self) -> None:
        for (one, _), (two, _) in pairwise(self._pieces):
            if one.overlaps(two):
                raise Refusal(
                    "期间“{one}”与“{two}”重叠",
                    why="同一天只能有一个值",
                    instead="请先截断前一段，再写入后一段",
                    code="overlap",
                    one=str(one),
                    two=str(two),
                )
