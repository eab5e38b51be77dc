"""At the body: sign, reply; and the hotline's look at the reply."""

from __future__ import annotations

from datetime import datetime

from zhize.accounts.models import By
from zhize.cases.commands.base import allow, locked, locked_leg, move, move_leg, said, tidy
from zhize.cases.commands.reckoning import run_on
from zhize.cases.lifecycle import LEG_OPEN
from zhize.cases.models import Case, Leg, Reply
from zhize.record.acts import act, note, tell


@act
def sign(leg_id: int, *, by: By, now: datetime) -> Leg:
    """The body takes the leg on. Not signing does not hold the clock: it runs since dispatch."""
    case, leg = locked_leg(leg_id)
    allow(by, "sign", case, now, leg=leg)
    move_leg(leg, "sign", now, signed_at=now)
    note(late=now > leg.sign_due)
    if leg.capacity == Leg.Capacity.LEAD:
        move(case, "sign", now, first_responded_at=case.first_responded_at or now)
    return leg


@act
def reply(
    leg_id: int, text: str, *, solved: bool = False, evidence: str = "", approved_by: str = "", by: By, now: datetime
) -> Reply:
    """The body answers, with evidence where it says the matter is solved. When all who must answer have, so has the case."""
    case, leg = locked_leg(leg_id)
    allow(by, "reply", case, now, leg=leg)
    if solved:
        evidence = said(evidence, "解决的证据", "evidence")
    move_leg(leg, "reply", now, replied_at=now)
    note(solved=solved, late=leg.late_at(now))
    row = Reply.objects.create(
        case=case,
        leg=leg,
        round=case.round,
        text=said(text, "答复", "text"),
        solved=solved,
        evidence=tidy(evidence),
        approved_by=tidy(approved_by)[:60],
        at=now,
    )
    if not _waiting(case):
        run_on(case, now, "已经答复")
        move(case, "reply", now, answered_at=now, first_responded_at=case.first_responded_at or now)
        tell()
    return row


@act
def review(case_id: int, *, passed: bool, words: str = "", by: By, now: datetime) -> Case:
    """Somebody not of the unit reads the reply: passed, or back to the body with the reason."""
    case = locked(case_id)
    allow(by, "review", case, now)
    legs = list(
        Leg.objects.select_for_update(of=("self",)).filter(case=case, round=case.round, state="replied").order_by("no")
    )
    step = "review" if passed else "review:sent_back"
    if not passed:
        words = said(words, "退回重办的理由", "words")
        tell()
    note(passed=passed, words=tidy(words))
    for leg in legs:
        leg.case = case
        move_leg(leg, step, now, **({"ended_at": now} if passed else {"replied_at": None}))
    move(case, step, now, answered_at=case.answered_at if passed else None)
    return case


def _waiting(case: Case) -> bool:
    """Does anybody who must answer still owe it? Without a lead's reply the case has no answer."""
    legs = Leg.objects.filter(case=case, round=case.round)
    led = legs.filter(capacity=Leg.Capacity.LEAD, state="replied").exists()
    return not led or legs.filter(required=True, state__in=LEG_OPEN).exists()
