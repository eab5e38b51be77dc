"""The loop closed: follow up, rate, close — by anybody but the body itself; reopen and withdraw, by the reporter."""

from __future__ import annotations

from datetime import datetime

from zhize.accounts.models import By
from zhize.cases import exhibits
from zhize.cases.commands.base import allow, locked, move, said, tidy
from zhize.cases.commands.dispatching import end_legs, finish, send
from zhize.cases.limits import FIRST, PROMISE, terms_for
from zhize.cases.models import Case, PastRound, Rating
from zhize.cases.queries.routing import chain
from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of
from zhize.record.acts import act, note, tell


@act
def follow_up(
    case_id: int,
    *,
    reached: bool,
    contacted: bool | None = None,
    solved: bool | None = None,
    satisfied: str = "",
    words: str = "",
    by: By,
    now: datetime,
) -> Rating:
    """Ask the reporter three things; an attempt that reached nobody is kept too, so the denominator stays honest."""
    case = locked(case_id)
    allow(by, "follow_up", case, now)
    move(case, "follow_up", now)
    answers = _answers(reached, contacted, solved, satisfied)
    note(reached=reached)
    return Rating.objects.create(
        case=case, round=case.round, source=Rating.Source.FOLLOW_UP, words=tidy(words), at=now, **answers
    )


@act
def rate(
    case_id: int, *, contacted: bool, solved: bool, satisfied: str, words: str = "", by: By, now: datetime
) -> Rating:
    """The reporter says how it went, once a round. Whoever calls this has checked the receipt's secret."""
    case = locked(case_id)
    allow(by, "rate", case, now)
    move(case, "rate", now)
    answers = _answers(True, contacted, solved, satisfied)
    note(solved=solved, satisfied=satisfied)
    return Rating.objects.create(
        case=case, round=case.round, source=Rating.Source.REPORTER, words=tidy(words)[:4000], at=now, **answers
    )


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
    end_legs(case, now)
    past = PastRound.of(case)
    day = day_of(now)
    terms = terms_for(case.kind, chain(case.place_id, day), day, complex=case.complex, again=True, urgent=case.urgent)
    snag = Case.Snag.NONE if case.matter_id else Case.Snag.NO_MATTER
    move(
        case,
        "reopen",
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
    note(why=said(why, "申请重办的理由", "why", 4000), round=case.round)
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


def _answers(reached: bool, contacted: bool | None, solved: bool | None, satisfied: str) -> dict[str, object]:
    if not reached:
        return {"reached": False, "contacted": None, "solved": None, "satisfied": ""}
    if contacted is None or solved is None or satisfied not in Rating.Satisfied.values:
        raise BadInput(
            "评价没有填完",
            why="是否联系、是否解决、是否满意三项都要回答",
            instead="请补全",
            field="satisfied",
            code="unanswered",
        )
    return {"reached": True, "contacted": contacted, "solved": solved, "satisfied": satisfied}
