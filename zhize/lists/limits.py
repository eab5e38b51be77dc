"""How long each desk has (清单调整的时限): by the policy of the day the state began, in working days, printed again at any time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhize.kernel.clock import Derivation, Limit, derive
from zhize.kernel.period import day_of
from zhize.places.queries import chain_of
from zhize.policy.queries import calendar, value
from zhize.record.models import Instrument

KEYS = {
    "filed": "lists.limit.vet", "vetted": "lists.limit.examine", "consulting": "lists.limit.answer",
    "disputed": "lists.limit.mediate", "announced": "lists.limit.announce", "agreed": "lists.limit.gather",
    "gathered": "lists.limit.enact", "returned": "lists.limit.refile",
}  # fmt: skip
NONE: dict[str, Any] = {"limit": "", "basis": "", "due": None}


@dataclass(frozen=True)
class Term:
    """One limit on one day: how long, and on what it stands."""

    limit: Limit
    basis: str

    def due(self, start: datetime) -> datetime:
        return derive(start, self.limit, calendar()).due


def term(key: str, place_id: int, start: datetime) -> Term:
    day = day_of(start)
    found = value(key, chain_of(place_id, day), day)
    paper = Instrument.objects.filter(pk=found.instrument_id or 0).first()
    doubt = "（待核）" if found.unverified else ""
    return Term(Limit.parse(found.value), f"{paper.citation if paper else '系统默认值'}{found.article}{doubt}")


def in_state(state: str, place_id: int, start: datetime) -> dict[str, Any]:
    """What an adjustment keeps of the limit of the state it enters."""
    if state not in KEYS:
        return NONE
    found = term(KEYS[state], place_id, start)
    return {"limit": str(found.limit), "basis": found.basis, "due": found.due(start)}


def derivation(limit: str, since: datetime) -> Derivation | None:
    """The reckoning, step by step."""
    return derive(since, Limit.parse(limit), calendar()) if limit else None
