"""Whoever reports wrongdoing is protected: whom the case must not reach, and the copy that goes out instead of his words."""

from __future__ import annotations

from datetime import datetime

from zhize.accounts.models import By
from zhize.cases.commands.base import allow, locked, move, said, tidy
from zhize.cases.commands.dispatching import end_legs
from zhize.cases.lifecycle import AT_WORK, LEG_OPEN
from zhize.cases.models import Case, Leg, Recusal, Redaction
from zhize.kernel.errors import BadInput, Refusal
from zhize.record.acts import act, note
from zhize.register.models import Body


@act
def recuse(case_id: int, body: Body, why: str = "", *, by: By, now: datetime) -> Recusal:
    """The case complains of this body: it stands aside from now on. Where it has the case in hand, the case is taken back."""
    case = locked(case_id)
    allow(by, "recuse", case, now)
    if Recusal.objects.filter(case=case, body=body).exists():
        raise BadInput(
            "已经登记这个机构回避", why="不必再登记一次", instead="请直接分派", field="body", code="stands_aside"
        )
    has_it = Leg.objects.filter(case=case, body=body, state__in=LEG_OPEN).exists()
    if has_it and case.state in AT_WORK:
        end_legs(case, now)
        move(case, "recuse:recalled", now, snag=Case.Snag.RECUSED, confidential=True)
    else:
        move(case, "recuse", now, confidential=True)
    note(body=body.code)
    return Recusal.objects.create(case=case, body=body, why=tidy(why)[:4000], at=now)


@act
def redact(case_id: int, text: str, *, by: By, now: datetime) -> Redaction:
    """The wording of a sealed case that goes out to its handlers; written by the centre before it is sent, or corrected."""
    case = locked(case_id)
    allow(by, "redact", case, now)
    if not case.confidential:
        raise Refusal(
            "不用改写", why="这一件的身份不保密", rule="保密", instead="承办机构看原文", code="not_confidential"
        )
    move(case, "redact", now)
    return Redaction.objects.create(case=case, text=said(text, "脱敏件", "text"), at=now)
