"""To whom a case goes: dispatch, recall, and the structured return — request with a counter-citation, decision, ruling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from zhize.accounts.models import By
from zhize.cases import exhibits
from zhize.cases.commands.amending import overtake
from zhize.cases.commands.aside import stand_aside
from zhize.cases.commands.base import allow, locked, locked_leg, move, move_leg, said, tidy
from zhize.cases.commands.reckoning import run_on
from zhize.cases.lifecycle import LEG_OPEN
from zhize.cases.limits import PROMISE, RETURN, SIGN, Terms, grade_of, terms_for, window
from zhize.cases.models import Case, Leg, Passage, Proposal, Return
from zhize.cases.queries.centres import asked_at
from zhize.cases.queries.identity import standing_aside
from zhize.cases.queries.judging import judge
from zhize.cases.queries.routing import Planned, Route, chain, route
from zhize.cases.queries.towns import not_taken_back
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.policy import queries as policy
from zhize.policy.queries import require_competence
from zhize.record.acts import act, note, tell, touch
from zhize.record.models import Instrument
from zhize.register.models import Body, BodyLife, Duty, Holding
from zhize.register.queries.bodies import body_name

MACHINE = By.system("按登记自动分派")
YEAR = timedelta(days=365)


@act
def dispatch(
    case_id: int, *, body: Body | None = None, assist: Sequence[Body] = (), why: str = "", by: By, now: datetime
) -> Case:
    """Send a case to whoever holds its matter there today; keep the holding as evidence.

    Nobody or several: the case waits, the worklist has it. By hand (`body`, with `why`): the register's answer is kept
    beside the human's, and where they differ the worklist has that too.
    """
    case = locked(case_id)
    allow(by, "dispatch", case, now)
    if body is not None:
        return _by_hand(case, body, assist, said(why, "人工指定的理由", "why"), now)
    if case.matter_id is None:
        move(case, "dispatch", now)  # refuses, with the guard's sentence
    return send(case, now)


def send(case: Case, now: datetime) -> Case:
    """Ask the register and follow it; shared by dispatch, reopen and an upheld return."""
    assert case.matter_id is not None
    found = route(case.matter_id, asked_at(case), day_of(now))
    if found.snag and not found.legs:
        return _wait(case, found, now)
    aside = standing_aside(case)
    if found.lead and found.lead.body_id in aside:
        return _for_a_human(case, now)
    if found.snag:  # a body stands in; the register still lacks an owner, and says so
        propose(Proposal.Kind.GAP, case, now, found.evidence["says"])
    move(case, "dispatch", now, snag=found.snag)
    make_legs(case, [x for x in found.legs if x.body_id not in aside], found.evidence, now)
    return case


def _for_a_human(case: Case, now: datetime) -> Case:
    """The register names the body complained of: a dispatcher finds another, or the one above."""
    move(case, "classify", now, snag=Case.Snag.RECUSED) if case.state == "registered" else None
    case.snag = Case.Snag.RECUSED
    case.save(update_fields=["snag"])
    note(snag=case.snag)
    return case


@act
def recall(case_id: int, why: str, *, by: By, now: datetime) -> Case:
    """Take a wrong dispatch back: the open legs end, the case waits to be dispatched again."""
    case = locked(case_id)
    allow(by, "recall", case, now)
    note(why=said(why, "收回的理由", "why"))
    end_legs(case, now)
    tell()
    move(case, "recall", now, snag=Case.Snag.RETURNED)
    return case


@act
def request_return(
    leg_id: int,
    *,
    body: Body,
    duty: Duty,
    holding: Holding | None = None,
    article: str = "",
    reason: str,
    by: By,
    now: datetime,
) -> Return:
    """Say that another body is responsible, by which duty (and holding, article). The register judges it on the spot:
    does the cited duty cover matter, place and day? “Not ours” without a citation cannot be said here at all."""
    case, leg = locked_leg(leg_id)
    allow(by, "request_return", case, now, leg=leg)
    if body.pk == leg.body_id:
        raise BadInput(
            "引用的是本机构",
            why="申请退回须指明由哪个别的机构负责",
            instead="请另选机构",
            field="body",
            code="own_body",
        )
    judgement = judge(case, leg, body, duty, holding, day_of(leg.dispatched_at))
    move_leg(leg, "request_return", now)
    note(cites={"body": body.code, "duty": duty.key, "holding": holding.pk if holding else None}, judgement=judgement)
    return Return.objects.create(
        leg=leg,
        reason=said(reason, "退回理由", "reason"),
        body=body,
        duty=duty,
        holding=holding,
        article=tidy(article)[:200],
        judgement=judgement,
        asked_at=now,
        asked_by=by.officer_id,
        due=window("cases.limit.decide_return", chain(case.place_id, day_of(now)), now),
    )


@act
def decide_return(leg_id: int, decision: str, *, words: str = "", by: By, now: datetime) -> Return:
    """The hotline's manager upholds or refuses a return. From the n-th return of a case on it is a dispute (cases.md §2.2):
    the body keeps the case as interim lead until it is ruled."""
    case, leg = locked_leg(leg_id)
    asked = Return.objects.select_for_update(of=("self",)).select_related("body", "duty").filter(leg=leg).first()
    allow(by, "decide_return", case, now, leg=leg, other_than=asked.asked_by if asked else None)
    if asked is None or leg.state != "return_requested":
        raise Refusal("没有待审核的退回申请", rule="先申请后审核", instead="请刷新后查看最新状态", code="nothing_asked")
    if decision not in (Return.Decision.UPHELD, Return.Decision.REFUSED):
        raise BadInput(
            "没有“{decision}”这种决定",
            instead="请选择同意或不同意",
            field="decision",
            code="unknown_decision",
            decision=decision,
        )
    if decision == Return.Decision.UPHELD and _returns(case) + 1 >= _to_dispute(case, now):
        decision = Return.Decision.DISPUTE
    if decision == Return.Decision.REFUSED:
        words = said(words, "不同意的理由", "words")
    asked.decision, asked.words, asked.decided_at, asked.decided_by = decision, tidy(words), now, by.officer_id
    asked.save(update_fields=["decision", "words", "decided_at", "decided_by"])
    note(decision=decision)
    tell()
    {"upheld": _uphold, "refused": _refuse, "dispute": _dispute}[decision](case, leg, asked, now)
    return asked


@act
def rule(leg_id: int, *, body: Body, instrument: Instrument, words: str = "", by: By, now: datetime) -> Case:
    """The establishment office rules who is responsible: the interim lead stays, or the case moves. Either way the ruling
    is a proposal to amend the register, so that the next such case goes right by itself."""
    case, leg = locked_leg(leg_id)
    allow(by, "rule", case, now, leg=leg)
    note(competence=require_competence("rule_dispute", "dispute", instrument, day_of(now), [case.place_id]))
    asked = Return.objects.filter(leg=leg).first()
    if asked is None or leg.state != "in_dispute":
        raise Refusal(
            "没有待裁定的职责争议", rule="先转争议后裁定", instead="请刷新后查看最新状态", code="nothing_disputed"
        )
    asked.ruling = instrument
    asked.save(update_fields=["ruling"])
    note(to=body.code, words=tidy(words))
    tell()
    overtake(case, instrument, by, now)
    propose(
        Proposal.Kind.RULING, case, now, tidy(words) or f"裁定由{body_name(body.pk, day_of(now))}负责", instrument, body
    )
    if body.pk == leg.body_id:
        move_leg(leg, "rule:stays", now, signed_at=leg.signed_at or now)
        return case
    move_leg(leg, "rule:moved", now, ended_at=now)
    why = f"裁定{instrument.citation}"
    if leg.capacity != Leg.Capacity.LEAD:
        return _instead_of(leg, body, why, now)
    move(case, "rule:moved", now)
    return _by_hand(case, body, (), why, now)


# -- parts -------------------------------------------------------------------------------------------------------------
def make_legs(
    case: Case,
    plans: Sequence[Planned],
    evidence: dict[str, Any],
    now: datetime,
    *,
    by_hand: bool = False,
    terms: Terms | None = None,
) -> list[Leg]:
    """Legs with their evidence and their clocks, the terms of today pinned."""
    stand_aside(case, {x.body_id for x in plans}, now)
    above, day = chain(case.place_id, day_of(now)), day_of(now)
    grade = grade_of(case.said, above, day)
    terms = terms or terms_for(case.kind, above, day, complex=case.complex, again=case.again, grade=grade)
    exhibit, pinned, first = exhibits.keep_one(evidence), exhibits.keep_terms(terms), case.legs.count() + 1
    at_work = set(case.legs.filter(round=case.round, state__in=LEG_OPEN).values_list("body_id", flat=True))
    plans = [x for x in plans if x.capacity == Leg.Capacity.LEAD or x.body_id not in at_work]
    legs = [
        Leg(
            case=case,
            no=first + at,
            round=case.round,
            body_id=x.body_id,
            capacity=x.capacity,
            required=x.required,
            holding_id=x.holding_id,
            exhibit_id=exhibit,
            by_hand=by_hand,
            backstop=not by_hand and x.holding_id is None,
            state="dispatched",
            dispatched_at=now,
            sign_due=terms.due(SIGN, now),
            return_until=terms.due(RETURN, now),
            limit=terms.limit(PROMISE),
            due=terms.due(PROMISE, now),
            terms_id=pinned,
        )
        for at, x in enumerate(plans)
    ]
    Leg.objects.bulk_create(legs)
    touch(*(f"body:{leg.body_id}" for leg in legs))
    note(
        legs=[{"body": x.body_id, "capacity": x.capacity, "holding": x.holding_id} for x in legs],
        evidence=exhibits.name_of(evidence),
        terms=terms.digest,
        by_hand=by_hand,
    )
    tell()
    return legs


def end_legs(case: Case, now: datetime) -> None:
    """Recall what is still open."""
    for leg in Leg.objects.select_for_update(of=("self",)).filter(case=case, state__in=LEG_OPEN).order_by("no"):
        leg.case = case
        touch(f"body:{leg.body_id}")
        move_leg(leg, "recall", now, ended_at=now)


def finish(case: Case, now: datetime, because: str) -> None:
    """A case that ends leaves nothing open behind it: its clock does not stand for ever, nobody has it in hand or is offered it."""
    run_on(case, now, because)
    Passage.objects.filter(case=case, state="offered").update(state="fetched", ended_at=now, words=because)
    end_legs(case, now)


def propose(
    kind: str, case: Case, now: datetime, words: str, instrument: Instrument | None = None, body: Body | None = None
) -> None:
    """One open line a matter and place; later cases are counted, not listed again. A ruling is decided already."""
    Proposal.objects.bulk_create(
        [
            Proposal(
                kind=kind,
                matter_id=case.matter_id,
                place_id=case.place_id,
                case=case,
                opened_at=now,
                words=words,
                instrument=instrument,
                body=body,
                state="decided" if kind == Proposal.Kind.RULING else "open",
            )
        ],
        ignore_conflicts=True,
    )


def _wait(case: Case, found: Route, now: datetime) -> Case:
    """No owner, or several: on the worklist, never dropped."""
    kind = Proposal.Kind.GAP if found.snag == Case.Snag.NO_OWNER else Proposal.Kind.CONFLICT
    propose(kind, case, now, found.evidence["says"])
    exhibits.keep_one(found.evidence)
    note(snag=found.snag, evidence=found.digest, says=found.evidence["says"])
    if case.state == "registered":
        move(case, "classify", now, snag=found.snag)
    else:
        case.snag = found.snag
        case.save(update_fields=["snag"])
    return case


def _by_hand(case: Case, body: Body, assist: Sequence[Body], why: str, now: datetime) -> Case:
    """A human says who. Where the register says the same, its holding is cited; where not, the register is proposed to."""
    for chosen in (body, *assist):
        must_live(chosen, now)
        not_taken_back(case, chosen, day_of(now))
    found = route(case.matter_id, asked_at(case), day_of(now)) if case.matter_id else None
    agreed = {x.body_id: x.holding_id for x in found.legs} if found else {}
    move(case, "dispatch", now, snag="")
    plans = [Planned(body.pk, "lead", agreed.get(body.pk))]
    plans += [Planned(b.pk, "assist", agreed.get(b.pk)) for b in assist if b.pk != body.pk]
    evidence = {
        **(found.evidence if found else {"answer": "unasked", "rejected": [], "basis": []}),
        "by_hand": {"body": body.code, "why": why},
    }
    make_legs(case, plans, evidence, now, by_hand=True)
    if body.pk not in agreed and case.matter_id:
        propose(Proposal.Kind.HAND, case, now, why)
    return case


def _instead_of(leg: Leg, body: Body, why: str, now: datetime) -> Case:
    """Another body assists in the place of this one; the lead is not touched."""
    must_live(body, now)
    not_taken_back(leg.case, body, day_of(now))
    plan = Planned(body.pk, leg.capacity, None, leg.required)
    make_legs(leg.case, [plan], {**leg.evidence, "by_hand": {"body": body.code, "why": why}}, now, by_hand=True)
    return leg.case


def must_live(body: Body, now: datetime) -> None:
    if not BodyLife.objects.as_of(day_of(now)).filter(body=body).exists():
        raise BadInput(
            "不能指定{body}",
            why="这个机构在{day}不存在",
            instead="请另选现有的机构",
            field="body",
            code="no_such_body_today",
            body=body_name(body.pk, day_of(now)),
            day=day_of(now),
        )


def _uphold(case: Case, leg: Leg, asked: Return, now: datetime) -> None:
    """The leg ends. A lead's case goes on: to whom the register now names, else to the body that was cited."""
    move_leg(leg, "decide_return:upheld", now, ended_at=now)
    _teach(case, leg, now)
    if leg.capacity != Leg.Capacity.LEAD:
        return
    move(case, "decide_return:upheld", now, snag=Case.Snag.RETURNED)
    found = route(case.matter_id, asked_at(case), day_of(now)) if case.matter_id else None
    if found and found.lead and found.lead.body_id == asked.body_id:
        send(case, now)
    elif asked.judgement["covers"]:
        _by_hand(case, asked.body, (), f"退回申请引用的职责成立：{asked.judgement['says']}", now)


def _refuse(case: Case, leg: Leg, asked: Return, now: datetime) -> None:
    """The same leg goes on; asking was taking note of it."""
    move_leg(leg, "decide_return:refused", now, signed_at=leg.signed_at or now)
    if leg.capacity == Leg.Capacity.LEAD:
        move(case, "sign", now, first_responded_at=case.first_responded_at or now)


def _dispute(case: Case, leg: Leg, asked: Return, now: datetime) -> None:
    move_leg(leg, "decide_return:dispute", now)
    propose(Proposal.Kind.CONFLICT, case, now, f"第{_returns(case) + 1}次退回，转为职责争议")


def _teach(case: Case, leg: Leg, now: datetime) -> None:
    """The n-th upheld return of what the register said to be theirs, within a year: the register is proposed to."""
    need = policy.value("cases.returns.to_propose", chain(case.place_id, day_of(now)), day_of(now)).value
    upheld = Return.objects.filter(leg__body=leg.body_id, leg__holding=leg.holding_id, decision=Return.Decision.UPHELD)
    found = upheld.filter(leg__holding__isnull=False, decided_at__gte=now - YEAR).count()
    if found >= need and case.matter_id:
        propose(Proposal.Kind.RETURNS, case, now, f"一年内{found}次同意退回，登记的归属与实际不符")


def _returns(case: Case) -> int:
    return Return.objects.filter(leg__case=case, decision=Return.Decision.UPHELD).count()


def _to_dispute(case: Case, now: datetime) -> int:
    limit: int = policy.value("cases.returns.to_dispute", chain(case.place_id, day_of(now)), day_of(now)).value
    return limit
