"""What the hotline knows of a duty: cases of its matters, returns and disputes about it, questions nobody answered for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Count, F

from zhize.cases.models import Case, Proposal, Return
from zhize.kernel.period import start_of
from zhize.register.evidence import Evidence, declare_evidence
from zhize.register.models import MatterDuty

NOBODYS = (Proposal.Kind.GAP, Proposal.Kind.CONFLICT)


@declare_evidence
def hotline(duties: Collection[int], since: date) -> dict[tuple[int, int], Evidence]:
    """By duty and the place of the case. A matter speaks of the duties that answer it today."""
    moment = start_of(since)
    found: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    matters = _matters(duties)
    cases = Case.objects.filter(received_at__gte=moment, matter__in=matters)
    _add(found, 0, matters, cases.values_list("matter_id", "place_id").annotate(n=Count("pk")).order_by())
    returns = Return.objects.filter(asked_at__gte=moment, leg__holding__duty__in=duties)
    at = returns.values_list("leg__holding__duty_id", "leg__case__place_id")
    for decision, column in ((None, 1), (Return.Decision.DISPUTE, 2)):
        counted = at.filter(decision=decision) if decision else at
        for duty, place, n in counted.annotate(n=Count("pk")).order_by():
            found[duty, place][column] += n
    asked = Proposal.objects.filter(opened_at__gte=moment, kind__in=NOBODYS, matter__in=matters)
    _add(found, 3, matters, asked.values_list("matter_id", "place_id").annotate(n=Count("pk")).order_by())
    return {key: Evidence(*counts) for key, counts in found.items()}


def _matters(duties: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = MatterDuty.objects.live().filter(duty__in=duties, to_day=None)
    for matter, duty in rows.values_list(F("matter_id"), F("duty_id")).distinct():
        found[matter].append(duty)
    return dict(found)


def _add(found: dict[tuple[int, int], list[int]], column: int, matters: dict[int, list[int]], rows: object) -> None:
    for matter, place, n in rows:  # type: ignore[attr-defined]
        for duty in matters[matter]:
            found[duty, place][column] += n
