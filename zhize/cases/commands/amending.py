"""What cases teach the register goes the statutory way: the lead body convenes and files agreed minutes, or the office asks in
writing and puts it to a meeting; then it is decided, and the register amended. Until then the present allocation stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zhize.accounts.models import By
from zhize.cases import exhibits, rights  # noqa: F401  (declares the rights)
from zhize.cases.commands.base import said, tidy
from zhize.cases.models import Case, Proposal, ProposalQuestion, ProposalStep
from zhize.cases.queries.amending import changed_by, evidence, facts, lead_of
from zhize.cases.queries.routing import chain
from zhize.cases.queries.taking_part import body_of
from zhize.cases.supervising.lifecycle import STAFFING
from zhize.cases.supervising.windows import reckoned
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.policy.queries import require_competence
from zhize.record.acts import act, note, tell, touch
from zhize.record.models import Event, Instrument
from zhize.register import access
from zhize.register.models import Body


@act
def convene(proposal_id: int, bodies: Sequence[Body], words: str = "", *, by: By, now: datetime) -> Proposal:
    """The body that has the case for the time being calls the others together (牵头会商)."""
    row = _locked(proposal_id)
    lead = lead_of(row)
    _allow(by, "convene", row, now, body=lead.pk if lead else None)
    if not [b for b in bodies if lead is None or b.pk != lead.pk]:
        raise BadInput("没有写明请谁会商", instead="请至少选一个别的机构", field="bodies", code="nobody_invited")
    due, _ = reckoned("cases.proposal.convene", chain(row.place_id, day_of(now)), now)
    touch(*(f"body:{b.pk}" for b in bodies))
    note(invited=[b.code for b in bodies])
    tell()
    _move(row, "convene", by, now, body=lead, words=words, due=due)
    return row


@act
def file_minutes(
    proposal_id: int, *, agreed: bool, instrument: Instrument, body: Body | None = None, words: str = "", by: By, now: datetime
) -> Proposal:  # fmt: skip
    """The minutes go to the establishment office: agreed on one body, or not agreed, and then the office asks in writing."""
    row = _locked(proposal_id)
    convened = row.path.filter(step="convene").last()
    _allow(by, "file_minutes", row, now, body=convened.body_id if convened else None)
    _are_minutes(instrument)
    if agreed and body is None:
        raise BadInput("没有写明商定由谁负责", instead="请选择机构", field="body", code="nobody_agreed_on")
    tell()
    if agreed:
        row.body, row.instrument = body, instrument
        row.save(update_fields=["body", "instrument"])
    step = "file_minutes" if agreed else "file_minutes:disagreed"
    _move(row, step, by, now, body=body if agreed else None, words=words, instrument=instrument)
    return row


@act
def consult(proposal_id: int, bodies: Sequence[Body], words: str, *, by: By, now: datetime) -> list[ProposalQuestion]:
    """The office asks the bodies in writing, each with the same limit; a second round when the first did not settle it."""
    row = _locked(proposal_id)
    _allow(by, "consult", row, now)
    if not bodies:
        raise BadInput("没有选征求对象", instead="请至少选一个机构", field="bodies", code="nobody_asked")
    round_ = facts(row, now).rounds + 1
    due, _ = reckoned("cases.proposal.consult", chain(row.place_id, day_of(now)), now)
    _move(row, "consult", by, now, words=said(words, "征求意见的内容", "words"), due=due)
    touch(*(f"body:{b.pk}" for b in bodies))
    note(round=round_, asked=[b.code for b in bodies])
    tell()
    return ProposalQuestion.objects.bulk_create(
        [ProposalQuestion(proposal=row, round=round_, body=b, asked_at=now, due=due) for b in dict.fromkeys(bodies)]
    )


@act
def opine(proposal_id: int, *, agreed: bool, words: str = "", by: By, now: datetime) -> ProposalQuestion:
    """A body asked says whether it agrees, and if not, why and by which provision."""
    row = _locked(proposal_id)
    seat = access.require(by, "cases.opine", None, day_of(now), body=body_of(by))
    asked = row.questions.select_for_update(of=("self",)).filter(body=seat.body_id if seat else None)
    question = asked.filter(answered_at__isnull=True).last()
    if question is None:
        raise Refusal("没有等着您单位答复的征求意见函", rule="一函一复", instead="请刷新后查看", code="not_asked")
    row.take("opine", facts(row, now))
    question.agreed, question.answered_at = agreed, now
    question.words = tidy(words) if agreed else said(words, "不同意的理由", "words")
    question.save(update_fields=["agreed", "answered_at", "words"])
    touch(f"proposal:{row.pk}", f"body:{question.body_id}")
    note(agreed=agreed, words=question.words, round=question.round)
    return question


@act
def submit(proposal_id: int, words: str = "", *, by: By, now: datetime) -> Proposal:
    """Put it to the meeting that decides, with the cases as evidence, kept word for word."""
    row = _locked(proposal_id)
    _allow(by, "submit", row, now)
    _pin(row, now)
    _move(row, "submit", by, now, words=words)
    return row


@act
def decide(proposal_id: int, body: Body, *, instrument: Instrument, words: str = "", by: By, now: datetime) -> Proposal:
    """It is decided by a paper who is responsible. The register is not amended by this: that is an act of the register's own."""
    row = _locked(proposal_id)
    _allow(by, "decide", row, now)
    note(competence=require_competence("rule_dispute", "dispute", instrument, day_of(now), [row.place_id]))
    row.body, row.instrument = body, instrument
    _pin(row, now)
    row.save(update_fields=["body", "instrument"])
    tell()
    due, _ = reckoned("dispute.list_update", chain(row.place_id, day_of(now)), now)
    _move(row, "decide", by, now, body=body, words=words, instrument=instrument, due=due)
    return row


@act
def settle(proposal_id: int, outcome: str, *, carried: bool = False, by: By, now: datetime) -> Proposal:
    """Done with: the register has been amended (it is asked whether it says so now), or need not be, and why."""
    row = _locked(proposal_id)
    _allow(by, "settle", row, now)
    step = "settle:carried" if carried else "settle"
    row.outcome = said(outcome, "处理结果", "outcome")
    row.take(step, facts(row, now))
    row.event = _carried_by(row, now) if carried else None
    _pin(row, now)
    row.settled_at = now
    row.save(update_fields=["state", "settled_at", "outcome", "event"])
    _walked(row, step, by, now, words=row.outcome, instrument=row.event.instrument if row.event else None)
    note(kind=row.kind, outcome=row.outcome, carried=carried, by_event=row.event_id)
    return row


def overtake(case: Case, instrument: Instrument, by: By, now: datetime) -> None:
    """A ruling decides what was being studied for the same matter and place: that proposal ends, the ruling's own goes on."""
    rows = Proposal.objects.select_for_update(of=("self",)).filter(
        kind=Proposal.Kind.CONFLICT, matter=case.matter_id, place=case.place_id, settled_at__isnull=True
    )
    for row in rows.order_by("pk"):
        row.take("settle", facts(row, now))
        row.settled_at, row.outcome = now, f"已由{instrument.citation}裁定，按裁定的建议办理"
        row.save(update_fields=["state", "settled_at", "outcome"])
        _walked(row, "settle", by, now, words=row.outcome, instrument=instrument)
        touch(f"proposal:{row.pk}")


# -- parts -------------------------------------------------------------------------------------------------------------
def _locked(proposal_id: int) -> Proposal:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("matter")
    row = rows.filter(pk=proposal_id, settled_at__isnull=True).first()
    if row is None:
        raise BadInput("没有这条待办的登记建议", instead="请刷新后查看", code="unknown_proposal")
    return row


def _allow(by: By, step: str, row: Proposal, now: datetime, body: int | None = None) -> None:
    access.require(by, f"cases.{step}", row.place_id, day_of(now), body=body)
    touch(f"proposal:{row.pk}", f"case:{row.case_id}")


def _move(row: Proposal, step: str, by: By, now: datetime, **said_of: object) -> None:
    was = row.state
    row.take(step, facts(row, now))
    row.save(update_fields=["state"])
    _walked(row, step, by, now, **said_of)
    note(proposal_step={"from": was, "to": row.state}, words=tidy(str(said_of.get("words") or "")))


def _walked(row: Proposal, step: str, by: By, now: datetime, **said_of: object) -> None:
    """One more step of its way, for whoever reads it later."""
    kept = {name: value for name, value in said_of.items() if value is not None}
    ProposalStep.objects.create(proposal=row, step=step, at=now, who=by.name[:80], **kept)


def _pin(row: Proposal, now: datetime) -> None:
    """The cases as evidence, as they stood when it went further."""
    row.evidence_id = exhibits.keep_one(evidence(row, now))
    row.save(update_fields=["evidence"])


def _are_minutes(instrument: Instrument) -> None:
    if instrument.kind != Instrument.Kind.MINUTES:
        raise BadInput(
            "这份文件不是会议纪要",
            why="它的种类是“{kind}”",
            article=STAFFING,
            instead="请选会商的纪要；还没有登记的，请登记员先登记",
            field="paper",
            code="not_minutes",
            kind=instrument.get_kind_display(),
        )


def _carried_by(row: Proposal, now: datetime) -> Event:
    found = changed_by(row, now)
    if found is None:
        raise Refusal(
            "还不能按“已改登记”办结",
            why="找不到按决定文件修改登记的操作",
            rule="以登记为准",
            instead="请按决定文件修改登记；登记本来就是这样的，请选“不改登记”",
            code="register_unchanged",
        )
    return found
