"""At the body: sign, reply; and the hotline's look at the reply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zhize.accounts.models import By
from zhize.cases.commands.answering import Given, answer_of
from zhize.cases.commands.base import allow, locked, locked_leg, move, move_leg, said, tidy
from zhize.cases.commands.reckoning import run_on
from zhize.cases.lifecycle import LEG_OPEN
from zhize.cases.models import Case, DemandAnswer, Leg, Reply, ReplyDraft
from zhize.cases.queries.facts import facts
from zhize.cases.terms import AnswerGiven
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
    leg_id: int,
    text: str = "",
    *,
    solved: bool = False,
    evidence: str = "",
    answers: Sequence[AnswerGiven] = (),
    approved_by: str = "",
    by: By,
    now: datetime,
) -> Reply | ReplyDraft:
    """The body answers each demand, with evidence for what it says is solved. Where policy asks for the unit head's signature
    it is a draft so far; else it has left the unit, and when all who must answer have, so has the case an answer."""
    case, leg = locked_leg(leg_id)
    allow(by, "reply", case, now, leg=leg)
    given = answer_of(case, text, solved, evidence, answers)
    note(solved=given.solved, late=leg.late_at(now))
    if not facts(case, now, leg).sign_off:
        return _leave(case, leg, given, "reply", tidy(approved_by)[:60], now)
    move_leg(leg, "reply:drafted", now, known=given.known)
    return ReplyDraft.objects.create(leg=leg, at=now, by=by.officer_id, **given.as_draft())


@act
def sign_off(leg_id: int, *, passed: bool, words: str = "", by: By, now: datetime) -> Reply | ReplyDraft:
    """The head of the unit signs the draft, and it leaves; or sends it back to be written again."""
    case, leg = locked_leg(leg_id)
    draft = ReplyDraft.objects.select_for_update().filter(leg=leg, passed__isnull=True).first()
    allow(by, "sign_off", case, now, leg=leg, other_than=draft.by if draft else None)
    note(passed=passed, words=tidy(words))
    if not passed:
        words = said(words, "退回修改的理由", "words")
    if draft is None or not passed:
        move_leg(leg, "sign_off:sent_back", now)  # refuses where there is no draft
    assert draft is not None
    row = _leave(case, leg, _given(case, draft), "sign_off", by.name[:60], now) if passed else draft
    draft.passed, draft.words, draft.ended_at, draft.ended_by = passed, tidy(words), now, by.officer_id
    draft.save()
    return row


def _given(case: Case, draft: ReplyDraft) -> Given:
    return answer_of(case, draft.text, draft.solved, draft.evidence, [AnswerGiven(**each) for each in draft.answers])


def _leave(case: Case, leg: Leg, given: Given, step: str, approved_by: str, now: datetime) -> Reply:
    """The reply leaves the unit, word for word with what it says to each demand."""
    move_leg(leg, step, now, known=given.known, replied_at=now)
    row = Reply.objects.create(
        case=case, leg=leg, round=case.round, text=given.text, solved=given.solved, evidence=given.evidence,
        approved_by=approved_by, at=now,
    )  # fmt: skip
    DemandAnswer.objects.bulk_create(
        [DemandAnswer(reply=row, demand=d, text=a.text, solved=a.solved, evidence=a.evidence) for d, a in given.each]
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
