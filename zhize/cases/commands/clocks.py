"""What moves a deadline by somebody's decision: an extension granted, a suspension begun or ended; and who reminds of it.

How it moves is `reckoning.py`.
"""

from __future__ import annotations

from datetime import date, datetime

from zhize.accounts.models import By
from zhize.cases.commands.base import allow, locked, locked_leg, move, said, tidy
from zhize.cases.commands.reckoning import reckon, run_on
from zhize.cases.guards import ARTICLE
from zhize.cases.limits import Terms, ends_after
from zhize.cases.models import Case, Extension, Leg, Suspension, Urge
from zhize.cases.queries.routing import chain
from zhize.kernel.clock import Limit
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.policy import queries as policy
from zhize.record.acts import act, note, tell
from zhize.register.models import Seat


@act
def extend(leg_id: int, limit: str, reason: str, *, by: By, now: datetime) -> Extension:
    """A body asks for more time: before the due moment, with a reason, within the longest extension policy allows."""
    case, leg = locked_leg(leg_id)
    allow(by, "extend", case, now, leg=leg)
    _open(leg)
    asked = Limit.parse(limit)
    _not_too_long(asked, leg, case, now)
    move(case, "extend", now, leg=leg)
    note(limit=str(asked))
    return Extension.objects.create(
        case=case,
        leg=leg,
        round=case.round,
        limit=str(asked),
        reason=said(reason, "延期理由", "reason"),
        asked_at=now,
        asked_by=by.officer_id,
    )


@act
def grant(case_id: int, *, granted: bool, words: str = "", by: By, now: datetime) -> Extension:
    """Decide on the pending extension. When granted, the leg's clock and the promise go on from where they ended, and the
    reporter is told why."""
    case = locked(case_id)
    asked = Extension.objects.filter(case=case, state=Extension.State.ASKED).first()
    allow(by, "grant", case, now, other_than=asked.asked_by if asked else None)
    move(case, "grant", now)
    assert asked is not None  # the guard has seen it
    asked.state = Extension.State.GRANTED if granted else Extension.State.REFUSED
    asked.decided_at, asked.decided_by, asked.words = now, by.officer_id, tidy(words)
    asked.save(update_fields=["state", "decided_at", "decided_by", "words"])
    note(granted=granted, limit=asked.limit)
    if granted:
        tell()
        reckon(case)
    return asked


@act
def suspend(
    case_id: int, ground: str, evidence: str, *, resume_on: date | None = None, by: By, now: datetime
) -> Suspension:
    """The clock stands still: only on a ground of the closed list, with its evidence. The reporter is told."""
    case = locked(case_id)
    allow(by, "suspend", case, now)
    above = chain(case.place_id, day_of(now))
    grounds = {g["code"]: g for g in policy.value("cases.suspension.grounds", above, day_of(now)).value}
    if ground not in grounds:
        raise BadInput(
            "没有“{ground}”这一中止事由",
            why="事由只能从清单中选择",
            instead="请选择：{all}",
            field="ground",
            code="unknown_ground",
            ground=ground,
            all="、".join(g["name"] for g in grounds.values()),
        )
    move(case, "suspend", now, suspended=True)
    note(ground=ground)
    tell()
    return Suspension.objects.create(
        case=case,
        round=case.round,
        ground=ground,
        name=grounds[ground]["name"],
        evidence=said(evidence, grounds[ground].get("evidence", "证据"), "evidence"),
        from_at=now,
        resume_on=resume_on,
    )


@act
def resume(case_id: int, because: str, *, by: By, now: datetime) -> Case:
    """The clock runs on; every deadline moves by what stood still."""
    case = locked(case_id)
    allow(by, "resume", case, now)
    move(case, "resume", now)
    run_on(case, now, said(because, "恢复原因", "because", 200))
    tell()
    return case


@act
def urge(leg_id: int, words: str, *, kind: str = Urge.Kind.REMIND, by: By, now: datetime) -> Urge:
    """Remind a body (催办), or show it a card: yellow before the deadline, red after it. The reporter reminds within measure.
    To order it to answer is another act: `order`."""
    case, leg = locked_leg(leg_id)
    seat = allow(by, "urge", case, now, leg=leg)
    _open(leg)
    own = seat is None and not by.is_machine
    move(case, "urge:own" if own else "urge", now)
    if kind not in (Urge.Kind.REMIND, Urge.Kind.YELLOW, Urge.Kind.RED):
        raise BadInput("没有这种催办", instead="要限期答复的，请发督办单", field="kind", code="unknown_kind")
    _no_card_from_others(kind, seat, by)
    _no_second_card(kind, leg)
    tell()
    kept = said(words, "催办内容", "words")
    return Urge.objects.create(case=case, leg=leg, kind=kind, own=own, words=kept, at=now)


def _no_card_from_others(kind: str, seat: Seat | None, by: By) -> None:
    if kind != Urge.Kind.REMIND and not by.is_machine and (seat is None or seat.role != Seat.Role.SUPERVISOR):
        raise Refusal(
            "您不能亮牌",
            why="黄牌、红牌由督办员或者系统到期发出",
            rule="统一督办",
            article=ARTICLE,
            instead="可以先催办",
            code="not_supervisor",
        )


def _no_second_card(kind: str, leg: Leg) -> None:
    if kind != Urge.Kind.REMIND and Urge.objects.filter(leg=leg, kind=kind).exists():
        raise Refusal(
            "不能再亮{card}",
            why="这次分派已经亮过{card}",
            rule="一色一次",
            article=ARTICLE,
            instead="可以催办，或者发督办单",
            code="one_card_of_a_colour_a_leg",
            card=Urge.Kind(kind).label,
        )


def _open(leg: Leg) -> None:
    if not leg.open:
        raise Refusal(
            "这次分派已经结束",
            why="状态是“{state}”",
            instead="请查看最新的分派",
            code="leg_over",
            state=leg.get_state_display(),
        )


def _not_too_long(asked: Limit, leg: Leg, case: Case, now: datetime) -> None:
    """Days and working days do not compare: the longest is judged by where both would end."""
    most = Limit.parse(policy.value("cases.extension.max", chain(case.place_id, day_of(now)), day_of(now)).value)
    ends, latest = (ends_after(leg.due, limit, Terms(leg.terms.content)) for limit in (asked, most))
    if ends > latest:
        raise Refusal(
            "不能延长{asked}",
            why="一次至多延长{most}",
            article="信访条例第三十三条",
            rule="限期延期",
            instead="请缩短延期",
            code="too_long",
            field="limit",
            asked=asked.words,
            most=most.words,
        )
