"""What moves a deadline, and nothing else does: a new kind, an extension granted, a suspension begun or ended.

Each reckoning starts from the pinned terms; days beyond them come from today's calendar; old and new stand in the event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from zhize.cases import exhibits, sql
from zhize.cases.lifecycle import LEG_OPEN
from zhize.cases.limits import FIRST, PROMISE, Terms, grade_of, terms_for
from zhize.cases.models import Case, Leg, Suspension
from zhize.cases.queries.clocks import shifts_of
from zhize.cases.queries.routing import chain
from zhize.kernel.clock import Derivation
from zhize.kernel.period import day_of
from zhize.record.acts import note

Reckoned = tuple[Terms, Derivation]
_KEEP = """update {table} t set due = q.due, terms_id = q.terms
 from unnest(%(ids)s::bigint[], %(dues)s::timestamptz[], %(terms)s::bigint[]) as q(id, due, terms)
 where t.id = q.id returning t.id"""
KEEP_CASES, KEEP_LEGS = _KEEP.format(table="cases_case"), _KEEP.format(table="cases_leg")


def reckon(case: Case) -> None:
    """Compute again what is open: the promise and the open legs, from their pinned terms."""
    before = reckon_many([case])[case.pk]
    note(due_before=before, due=case.due.isoformat())


def reckon_many(cases: Collection[Case]) -> dict[int, dict[str, str]]:
    """The same for many, in a few statements: case → what its deadlines were before, under their names."""
    shifts = shifts_of([case.pk for case in cases])
    legs = _open_legs(cases)
    before = {case.pk: {"case": case.due.isoformat()} for case in cases}
    for leg in legs:
        before[leg.case_id][f"leg {leg.no}"] = leg.due.isoformat()
    _keep(KEEP_CASES, [(case, shifts.promise(case)) for case in cases])
    _keep(KEEP_LEGS, [(leg, shifts.leg(leg)) for leg in legs])
    return before


def run_on(case: Case, now: datetime, because: str) -> None:
    """End a suspension that stands open; nothing to do when the clock runs."""
    if case.suspended:
        Suspension.objects.filter(case=case, to_at__isnull=True).update(to_at=now, resumed_because=because)
        case.suspended = False
        case.save(update_fields=["suspended"])
        reckon(case)


def repromise(case: Case) -> None:
    """The promise by the case's present kind, from the same moment: elapsed and suspended time survive (§2.3-8)."""
    before, day = case.due, day_of(case.promised_at)
    above = chain(case.place_id, day)
    fresh = terms_for(
        case.kind,
        above,
        day,
        complex=case.complex,
        again=case.again,
        urgent=case.urgent,
        grade=grade_of(case.said, above, day),
    )
    terms, found = shifts_of([case.pk]).promise(case, fresh)
    case.limit, case.due, case.first_due = terms.limit(PROMISE), found.due, terms.due(FIRST, case.promised_at)
    case.terms_id = exhibits.keep_terms(terms)
    case.save(update_fields=["limit", "due", "first_due", "terms"])
    if case.due != before:
        note(due_before=before.isoformat(), due=case.due.isoformat(), limit=case.limit)


def _open_legs(cases: Collection[Case]) -> list[Leg]:
    """Of the present rounds, each with its case in hand."""
    mine = {case.pk: case for case in cases}
    rows = Leg.objects.filter(case__in=mine, state__in=LEG_OPEN).select_related("terms").order_by("case", "no")
    found = [leg for leg in rows if leg.round == mine[leg.case_id].round]
    for leg in found:
        leg.case = mine[leg.case_id]
    return found


def _keep(statement: str, rows: Iterable[tuple[Case | Leg, Reckoned]]) -> None:
    """Write deadlines down with the terms they were reckoned by; in the order of their ids, like every lock."""
    moved = sorted(rows, key=lambda row: row[0].pk)
    kept = exhibits.keep({terms.digest: terms.content for _, (terms, _) in moved})
    for row, (terms, found) in moved:
        row.terms_id, row.due = kept[terms.digest], found.due
    said = [row for row, _ in moved]
    sql.run(
        statement, {"ids": [r.pk for r in said], "dues": [r.due for r in said], "terms": [r.terms_id for r in said]}
    )
