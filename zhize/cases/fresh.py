"""What is remembered for a few seconds by this process: for questions asked for every case, answered by slow-moving facts."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from zhize.cases import sql

T = TypeVar("T")


class Fresh(Generic[T]):
    """Answers remembered for a few seconds, at most so many."""

    def __init__(self, seconds: float, size: int = 50_000) -> None:
        self.seconds, self.size = seconds, size
        self.kept: dict[Hashable, tuple[float, T]] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        now, key = time.monotonic(), (sql.where(), key)
        found = self.kept.get(key)
        if found is not None and now - found[0] < self.seconds:
            return found[1]
        if len(self.kept) >= self.size:
            self.kept.clear()
        value = make()
        self.kept[key] = (now, value)
        return value
