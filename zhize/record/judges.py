"""What only a higher floor knows, asked from below: may this paper carry the act, may this officer do it.

An act on a place needs both answers, yet `places` lies below the table of competence (`policy`) and the rights
(`register`), and imports point down. So the floor that knows declares its judge when the program starts, and the act asks
here, by the same word and with the same sentence. Without a judge nothing is allowed (decision 0018).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Protocol

from zhize.accounts.models import By
from zhize.record.models import Instrument


class OfPapers(Protocol):
    """`policy.queries.require_competence`."""

    def __call__(
        self, act: str, subject: str, instrument: Instrument, day: date, places: Collection[int] = ()
    ) -> str: ...


class OfRights(Protocol):
    """`register.access.allow`."""

    def __call__(
        self, by: By, act: str, places: Collection[int], now: datetime, *, other_than: int | None = None
    ) -> None: ...


_papers: list[OfPapers] = []
_rights: list[OfRights] = []


def judge_papers(judge: OfPapers) -> None:
    """The floor with the table of competence declares itself; the last one declared is asked."""
    _papers[:] = [judge]


def judge_rights(judge: OfRights) -> None:
    """The floor with the seats declares itself."""
    _rights[:] = [judge]


def require_competence(act: str, subject: str, instrument: Instrument, day: date, places: Collection[int] = ()) -> str:
    """The article that lets the paper carry the act, or a refusal that names who could have issued it."""
    (judge,) = _papers
    return judge(act, subject, instrument, day, places)


def allow(by: By, act: str, places: Collection[int], now: datetime, *, other_than: int | None = None) -> None:
    """Refused unless the officer's seat carries the act in every one of these places."""
    (judge,) = _rights
    judge(by, act, places, now, other_than=other_than)
