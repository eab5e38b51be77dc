"""Lines of the register's worklist in words, each with the cases that speak for it, counted when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from zhize.cases.models import Case, Leg, Proposal
from zhize.cases.queries.desk import matter_names
from zhize.kernel.period import day_of
from zhize.places.queries import full_names

K = Proposal.Kind
TONES = {K.GAP: "wait", K.CONFLICT: "late", K.HAND: "info", K.RULING: "ok", K.RETURNS: "wait"}
STEP_TONES = {
    "open": "wait", "convened": "info", "agreed": "info", "consulting": "info", "submitted": "wait", "decided": "late",
    "carried": "ok", "unchanged": "stop",
}  # fmt: skip


@dataclass(frozen=True)
class ProposalShown:
    """A gap, a conflict, a hand dispatch or a ruling, and how many cases speak for it."""

    row: Proposal
    place: str
    matter: str
    cases: int
    tone: str
    step_tone: str


def proposals(rows: Sequence[Proposal], now: datetime) -> list[ProposalShown]:
    """The names and the counts, read once for all."""
    day = day_of(now)
    places = full_names({r.place_id for r in rows}, day)
    matters = matter_names({r.matter_id for r in rows if r.matter_id}, day)
    behind = {kind: _counts(kind, rows) for kind in {r.kind for r in rows} if kind in SPEAKS}
    return [
        ProposalShown(
            r,
            places.get(r.place_id, ""),
            matters.get(r.matter_id or 0, ""),
            behind[r.kind].get((r.matter_id, r.place_id), 0) if r.kind in behind else 1,
            TONES[K(r.kind)],
            STEP_TONES[r.state],
        )
        for r in rows
    ]


def _legs(**said: object) -> Exists:
    return Exists(Leg.objects.filter(case=OuterRef("pk"), **said))


SPEAKS = {  # which cases of its matter and place speak for a line; for a ruling it is the one that was ruled
    K.GAP: Q(snag=Case.Snag.NO_OWNER),
    K.CONFLICT: Q(snag=Case.Snag.CONFLICT) | Q(_legs(state="in_dispute")),
    K.HAND: Q(_legs(by_hand=True, holding__isnull=True)),
}


def _counts(kind: str, rows: Sequence[Proposal]) -> dict[tuple[int | None, int], int]:
    found = Case.objects.filter(SPEAKS[K(kind)], place__in={r.place_id for r in rows if r.kind == kind}).order_by()
    return {(m, p): n for m, p, n in found.values_list("matter", "place").annotate(n=Count("pk"))}
