"""Lines of the register's worklist in words, with how many cases stand behind each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from zhize.cases.models import Case, Leg, Proposal
from zhize.cases.queries.desk import matter_names
from zhize.kernel.period import day_of
from zhize.places.queries import full_names

TONES = {"gap": "wait", "conflict": "late", "hand": "info", "ruling": "ok"}


@dataclass(frozen=True)
class ProposalShown:
    row: Proposal
    place: str
    matter: str
    cases: int
    tone: str


def proposals(rows: Sequence[Proposal], now: datetime) -> list[ProposalShown]:
    """The names and the counts, read once for all."""
    day = day_of(now)
    places = full_names({r.place_id for r in rows}, day)
    matters = matter_names({r.matter_id for r in rows if r.matter_id}, day)
    waiting = _counts(Case.objects.filter(snag__in=["no_owner", "conflict"]), rows)
    by_hand = _counts(Case.objects.filter(pk__in=Leg.objects.filter(by_hand=True).values("case_id")), rows)
    return [
        ProposalShown(
            r,
            places.get(r.place_id, ""),
            matters.get(r.matter_id or 0, ""),
            max((waiting if r.kind in ("gap", "conflict") else by_hand).get((r.matter_id, r.place_id), 0), 1),
            TONES[r.kind],
        )
        for r in rows
    ]


def _counts(cases: object, rows: Sequence[Proposal]) -> dict[tuple[int | None, int], int]:
    found = cases.filter(matter__in={r.matter_id for r in rows if r.matter_id}, place__in={r.place_id for r in rows})  # type: ignore[attr-defined]
    return {(m, p): n for m, p, n in found.order_by().values_list("matter", "place").annotate(n=Count("pk"))}
