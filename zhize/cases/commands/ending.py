"""The loop closed: follow up, rate, close — by anybody but the body itself; reopen and withdraw, by the reporter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhize.accounts.models import By
from zhize.cases import exhibits, sealing
from zhize.cases.commands.base import allow, locked, move, said, tidy
from zhize.cases.commands.dispatching import end_legs, finish, send
from zhize.cases.commands.sampling import draw
from zhize.cases.lifecycle import LEG_LEFT
from zhize.cases.limits import FIRST, PROMISE, terms_for
from zhize.cases.models import Case, Leg, PastRound, Rating
from zhize.cases.queries.routing import chain
from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of
from zhize.record.acts import act, note, tell


@act
def follow_up(
    case_id: int,
    *,
    reached: bool,
    refused: bool = False,
    way: str = Rating.Way.CALL,
    contacted: bool | None = None,
    solved: bool | None = None,
    satisfied: str = "",
    words: str = "",
    by: By,
    now: datetime,
) -> Rating:
    """Ask the reporter three things. Who was not reached and who would not say are rows too, kept apart, so that nobody
    drops out of the denominator unseen."""
    case = locked(case_id)
    allow(by, "follow_up", case, now)
    move(case, "follow_up", now)
    answers = _answers(reached, refused, contacted, solved, satisfied)
    note(reached=reached, refused=refused, way=way)
    row = _keep(case, now, source=Rating.Source.FOLLOW_UP, way=way, words=tidy(words), **answers)
    if not reached:
        draw(case, now)
    return row


@act
def rate(
    case_id: int,
    *,
    contacted: bool,
    solved: bool,
    satisfied: str,
    words: str = "",
    way: str = Rating.Way.PAGE,
    by: By,
    now: datetime,
) -> Rating:
    """The reporter says how it went, once a round. Whoever calls this has checked the receipt's secret, or the link."""
    case = locked(case_id)
    allow(by, "rate", case, now)
    move(case, "rate", now)
    answers = _answers(True, False, contacted, solved, satisfied)
    note(solved=solved, satisfied=satisfied)
    return _keep(case, now, source=Rating.Source.REPORTER, way=way, words=tidy(words)[:4000], **answers)


@act
def invite(case_id: int, way: str, *, by: By, now: datetime) -> str:
    """Ask the reporter for his view by a link that rates this round and opens nothing else; the event goes out."""
    case = locked(case_id)
    allow(by, "invite", case, now)
    move(case, "invite", now)
    if way not in (Rating.Way.SMS, Rating.Way.LINK):
        raise BadInput("不能这样邀请", why="只有短信和链接两种", instead="请选择其一", field="way", code="unknown_way")
    link = sealing.rating_link(case.no, case.round)
    note(way=way, round=case.round)
    tell()
    return link


def _keep(case: Case, now: datetime, **said: Any) -> Rating:
    """The score is the lead's that answered this round; of what the hotline answered itself it is nobody else's."""
    legs = Leg.objects.filter(case=case, round=case.round, capacity=Leg.Capacity.LEAD).exclude(state__in=LEG_LEFT)
    return Rating.objects.create(case=case, round=case.round, leg=legs.order_by("-no").first(), at=now, **said)


@act
def close(case_id: int, *, by: By, now: datetime) -> Case:
    """End the round: rated or followed up, or k attempts failed, or nobody to reach."""
    case = locked(case_id)
    allow(by, "close", case, now)
    end_legs(case, now)
    move(case, "close", now, ended_at=now)
    note(on_time=not case.late_at(now))
    return case


@act
def reopen(case_id: int, why: str, *, by: By, now: datetime) -> Case:
    """Not solved, within the window: a new round with its own, shorter promise; the old result stays in the statistics.
    The register is asked anew, because who was responsible then need not be now."""
    case = locked(case_id)
    allow(by, "reopen", case, now)
    return _again(case, PastRound.Again.REOPEN, why, now)


@act
def rework(case_id: int, why: str, *, by: By, now: datetime) -> Case:
    """The follow-up found it wanting: the same, by the hotline's own doing and with a limit of its own."""
    case = locked(case_id)
    allow(by, "rework", case, now)
    return _again(case, PastRound.Again.REWORK, why, now)


def _again(case: Case, how: str, why: str, now: datetime) -> Case:
    """1 the old round kept · 2 a promise from today's terms · 3 the register asked anew."""
    end_legs(case, now)
    past = PastRound.of(case, how)
    day = day_of(now)
    terms = terms_for(case.kind, chain(case.place_id, day), day, complex=case.complex, again=how, urgent=case.urgent)
    snag = Case.Snag.NONE if case.matter_id else Case.Snag.NO_MATTER
    move(
        case,
        how,
        now,
        round=case.round + 1,
        promised_at=now,
        limit=terms.limit(PROMISE),
        due=terms.due(PROMISE, now),
        first_due=terms.due(FIRST, now),
        first_responded_at=None,
        answered_at=None,
        ended_at=None,
        snag=snag,
        terms_id=exhibits.keep_terms(terms),
    )
    past.save()
    note(why=said(why, "重办的理由", "why", 4000), round=case.round)
    tell()
    return send(case, now) if case.matter_id else case


@act
def withdraw(case_id: int, why: str = "", *, by: By, now: datetime) -> Case:
    """The reporter takes the case back; whoever has it in hand is told."""
    case = locked(case_id)
    allow(by, "withdraw", case, now)
    finish(case, now, "来件人撤回")
    note(why=tidy(why)[:4000])
    tell()
    move(case, "withdraw", now, ended_at=now, snag="")
    return case


def _answers(
    reached: bool, refused: bool, contacted: bool | None, solved: bool | None, satisfied: str
) -> dict[str, object]:
    if not reached or refused:
        return {"reached": reached, "refused": reached and refused, "contacted": None, "solved": None, "satisfied": ""}
    if contacted is None or solved is None or satisfied not in Rating.Satisfied.values:
        raise BadInput(
            "评价没有填完",
            why="是否联系、是否解决、是否满意三项都要回答",
            instead="请补全",
            field="satisfied",
            code="unanswered",
        )
    return {"reached": True, "contacted": contacted, "solved": solved, "satisfied": satisfied}
