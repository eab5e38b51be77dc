"""Heaps of work: whose they are, which rows lie on them, how many. Each feature names its own (`QUEUES`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from zhize.register.models import Seat

Rows = QuerySet[Any]
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Queue:
    """A heap of work: whose it is, and which rows lie on it; `order` pages them."""

    key: str
    label: str
    roles: frozenset[str]
    rows: Callable[[Seat, datetime], Rows]
    empty: str = ""
    tone: str = ""
    order: tuple[str, ...] = ("due", "pk")
    there: Callable[[Seat, datetime], bool] = lambda _seat, _now: True  # an office may have no such work at all


@dataclass(frozen=True)
class Counted:
    """How much lies on one."""

    queue: Queue
    count: int

    @property
    def more(self) -> bool:
        return self.count > MOST_COUNTED

    @property
    def said(self) -> str:
        return f"{MOST_COUNTED}+" if self.more else str(self.count)


def roles(*names: str) -> frozenset[str]:
    return frozenset(str(name) for name in names)


def of_seat(queues: Iterable[Queue], seat: Seat) -> list[Queue]:
    return [q for q in queues if seat.role in q.roles]


def counted(queues: Iterable[Queue], seat: Seat, now: datetime) -> list[Counted]:
    """How much lies on each of the seat's; beyond a thousand nobody counts on."""
    here = [q for q in of_seat(queues, seat) if q.there(seat, now)]
    return [Counted(q, q.rows(seat, now).order_by()[: MOST_COUNTED + 1].count()) for q in here]
