"""The register's worklist: each open line with the cases behind it, counted when asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from zhize.cases.models import Case, Leg, Proposal
from zhize.places.models import PlacePath
from zhize.places.queries import full_name
from zhize.register.queries.matters import matter_name


@dataclass(frozen=True)
class Line:
    """A gap, a conflict, a hand dispatch or a ruling, and how many cases speak for it."""

    proposal: Proposal
    matter: str
    place: str
    cases: int


def worklist(place_id: int | None, day: date, kind: str = "", most: int = 100) -> list[Line]:
    """Open lines of a place (None: everywhere), the one with the most cases first."""
    rows = Proposal.objects.filter(settled_at__isnull=True).select_related("matter", "case", "instrument")
    rows = rows.filter(kind=kind) if kind else rows
    if place_id is not None:
        rows = rows.filter(place_id__in=PlacePath.objects.filter(chain__contains=[place_id]).values("place_id"))
    found = list(rows.order_by("pk")[:2000])
    behind = _counts(found)
    lines = [
        Line(p, matter_name(p.matter_id, day) if p.matter_id else "", full_name(p.place_id, day), behind[p.pk])
        for p in found
    ]
    return sorted(lines, key=lambda line: (-line.cases, line.proposal.pk))[:most]


def cases_behind(proposal: Proposal) -> QuerySet[Case]:
    """The cases that speak for a line: those that wait for it, those sent by hand, or the one that was ruled."""
    rows = Case.objects.filter(matter=proposal.matter, place=proposal.place_id)
    if proposal.kind == Proposal.Kind.GAP:
        return rows.filter(snag=Case.Snag.NO_OWNER)
    if proposal.kind == Proposal.Kind.CONFLICT:
        disputed = Leg.objects.filter(case=OuterRef("pk"), state="in_dispute")
        return rows.filter(Q(snag=Case.Snag.CONFLICT) | Exists(disputed))
    if proposal.kind == Proposal.Kind.HAND:
        return rows.filter(Exists(Leg.objects.filter(case=OuterRef("pk"), by_hand=True, holding__isnull=True)))
    return rows.filter(pk=proposal.case_id)


def _counts(found: list[Proposal]) -> dict[int, int]:
    """Gaps and conflicts are counted in one read; of the few others each by itself."""
    waiting = Case.objects.filter(snag__in=[Case.Snag.NO_OWNER, Case.Snag.CONFLICT])
    grouped = waiting.values("snag", "matter_id", "place_id").annotate(n=Count("pk"))
    counted: dict[tuple[str, int | None, int], int] = {
        (r["snag"], r["matter_id"], r["place_id"]): r["n"] for r in grouped
    }
    return {
        p.pk: counted.get((Case.Snag.NO_OWNER.value, p.matter_id, p.place_id), 0)
        if p.kind == Proposal.Kind.GAP
        else cases_behind(p).count()
        for p in found
    }
