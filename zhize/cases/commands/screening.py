"""Before a body is asked: classify, answer directly, decline with the other route."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zhize.accounts.models import By
from zhize.cases.commands.base import allow, locked, move, said, tidy
from zhize.cases.commands.dispatching import finish
from zhize.cases.commands.knowledge import cite
from zhize.cases.commands.reckoning import repromise
from zhize.cases.models import Case, KnowledgeText, NotAccepted, Reply
from zhize.cases.queries.routing import chain
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.places.models import Place
from zhize.policy import queries as policy
from zhize.record.acts import act, note, tell
from zhize.register.models import Matter


@act
def classify(
    case_id: int,
    *,
    matter: Matter,
    kind: str = "",
    place: Place | None = None,
    complex: bool | None = None,
    by: By,
    now: datetime,
) -> Case:
    """Say which matter it is (and mend kind or place). Another kind has another limit: the promise is reckoned anew from
    receipt, which the event says."""
    case = locked(case_id)
    allow(by, "classify", case, now)
    case.kind = kind or case.kind
    if case.kind not in Case.Kind.values:
        raise BadInput(
            "没有“{kind}”这种诉求类型", instead="请重新选择类型", field="kind", code="unknown_kind", kind=kind
        )
    if place is not None:
        _must_exist(place, now)
        case.place = place
    case.matter, case.confidence, case.words, case.snag = matter, None, [], ""
    case.complex = case.complex if complex is None else complex
    note(matter=matter.code, kind=case.kind, place=case.place_id, complex=case.complex)
    repromise(case)
    move(
        case,
        "classify",
        now,
        kind=case.kind,
        place=case.place,
        matter=matter,
        confidence=None,
        words=[],
        snag="",
        complex=case.complex,
    )
    return case


@act
def answer(case_id: int, text: str, *, knowledge: Sequence[KnowledgeText] = (), by: By, now: datetime) -> Case:
    """Answer at once (直接答复), without troubling a body; from entries that hold today, which the answer cites."""
    case = locked(case_id)
    allow(by, "answer", case, now)
    reply = Reply.objects.create(case=case, round=case.round, text=said(text, "答复", "text"), at=now)
    cite(reply, knowledge, case, now)
    finish(case, now, "已经直接答复")
    tell()
    move(case, "answer", now, snag="", answered_at=now, first_responded_at=case.first_responded_at or now)
    return case


@act
def not_accept(case_id: int, reason: str, *, words: str = "", by: By, now: datetime) -> NotAccepted:
    """Propose not to take the case on, for a reason of the closed list; the other route is named. Somebody else confirms."""
    case = locked(case_id)
    allow(by, "not_accept", case, now)
    listed = {
        r["code"]: r
        for r in policy.value("cases.not_accepted.reasons", chain(case.place_id, day_of(now)), day_of(now)).value
    }
    if reason not in listed:
        raise BadInput(
            "没有“{reason}”这一不予受理事由",
            why="事由只能从清单中选择",
            instead="请选择：{all}",
            field="reason",
            code="unknown_reason",
            reason=reason,
            all="、".join(r["name"] for r in listed.values()),
        )
    move(case, "not_accept", now)
    note(reason=reason)
    row = listed[reason]
    return NotAccepted.objects.create(
        case=case,
        reason=reason,
        name=row["name"],
        route=row["route"],
        article=row.get("article", ""),
        words=tidy(words),
        proposed_at=now,
        proposed_by=by.officer_id,
    )


@act
def confirm_not_accept(case_id: int, *, agreed: bool, words: str = "", by: By, now: datetime) -> Case:
    """A second person agrees, and the reporter is told where to turn; or does not, and the case goes on."""
    case = locked(case_id)
    pending = NotAccepted.objects.filter(case=case, decided_at__isnull=True).first()
    if pending is None:
        raise Refusal(
            "没有待确认的不予受理意见", rule="先提出后确认", instead="请刷新后查看最新状态", code="nothing_proposed"
        )
    allow(by, "confirm_not_accept", case, now, other_than=pending.proposed_by)
    pending.decided_at, pending.decided_by, pending.agreed = now, by.officer_id, agreed
    pending.words = "\n".join(filter(None, [pending.words, tidy(words)]))
    pending.save(update_fields=["decided_at", "decided_by", "agreed", "words"])
    note(reason=pending.reason, agreed=agreed)
    if agreed:
        finish(case, now, "不予受理")
        tell()
        move(case, "confirm_not_accept", now, ended_at=now, snag="", first_responded_at=case.first_responded_at or now)
    else:
        snag = "" if case.matter_id else Case.Snag.NO_MATTER
        move(case, "confirm_not_accept:declined", now, snag=snag)
    return case


def _must_exist(place: Place, now: datetime) -> None:
    if not chain(place.pk, day_of(now)):
        raise BadInput(
            "没有选定地点",
            why="这个地方在{day}不存在",
            instead="请从地点列表中选择",
            field="place",
            code="unknown_place",
            day=day_of(now),
        )
