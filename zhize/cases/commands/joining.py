"""Who takes part beside the lead: bodies brought in with a clock of their own; and a refused return contested."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zhize.accounts.models import By
from zhize.cases.commands.base import allow, locked, locked_leg, move, move_leg, said
from zhize.cases.commands.dispatching import make_legs, must_live, propose
from zhize.cases.lifecycle import LEG_OPEN
from zhize.cases.limits import PROMISE, Terms, terms_for
from zhize.cases.models import Case, Leg, Proposal, Return
from zhize.cases.queries.routing import Planned, chain, route
from zhize.cases.queries.towns import not_taken_back
from zhize.cases.supervising.windows import as_term
from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of
from zhize.record.acts import act, note, tell
from zhize.register.models import Body


@act
def contest(leg_id: int, reason: str, *, by: By, now: datetime) -> Return:
    """The body does not accept that its return was refused: it goes to the establishment office to be ruled, and the body
    keeps the case until then."""
    case, leg = locked_leg(leg_id)
    allow(by, "contest", case, now, leg=leg)
    move_leg(leg, "contest", now)
    note(reason=said(reason, "异议理由", "reason"))
    propose(Proposal.Kind.CONFLICT, case, now, f"承办单位对不同意退回提出异议：{reason.strip()[:200]}")
    tell()
    return Return.objects.get(leg=leg)


@act
def involve(
    case_id: int, bodies: Sequence[Body], why: str, *, required: bool = True, by: By, now: datetime
) -> list[Leg]:
    """Bring assisting bodies in, each with its own clock. One that must answer holds the case: it is late if the leg is."""
    case = locked(case_id)
    allow(by, "involve", case, now)
    why = said(why, "请其协办的理由", "why")
    plans = _plans(case, bodies, required, now)
    move(case, "involve", now)
    day = day_of(now)
    found = route(case.matter_id, case.place_id, day) if case.matter_id else None
    evidence = found.evidence if found else {"answer": "unasked", "rejected": [], "basis": []}
    return make_legs(
        case, plans, {**evidence, "by_hand": {"body": "", "why": why}}, now, by_hand=True, terms=_own_clock(case, now)
    )


def _plans(case: Case, bodies: Sequence[Body], required: bool, now: datetime) -> list[Planned]:
    there = set(case.legs.filter(round=case.round, state__in=LEG_OPEN).values_list("body_id", flat=True))
    new = [b for b in dict.fromkeys(bodies) if b.pk not in there]
    if not new:
        raise BadInput(
            "没有可以增派的机构", why="所选机构已经在办", instead="请另选机构", field="body", code="already_in"
        )
    for body in new:
        must_live(body, now)
        not_taken_back(case, body, day_of(now))
    return [Planned(b.pk, Leg.Capacity.ASSIST, None, required) for b in new]


def _own_clock(case: Case, now: datetime) -> Terms:
    """The terms of the day, with the assistants' own limit in the promise's place."""
    above, day = chain(case.place_id, day_of(now)), day_of(now)
    terms = terms_for(case.kind, above, day, complex=case.complex)
    limits = {**terms.content["limits"], PROMISE: as_term("cases.limit.assist", above, day)}
    return Terms({**terms.content, "limits": limits})
