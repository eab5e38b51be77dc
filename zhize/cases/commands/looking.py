"""Who sent it: masked by default; each look is an act, with its purpose, and leaves an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from zhize.accounts.models import By
from zhize.cases import sealing
from zhize.cases.commands.base import handling_bodies, locked, said
from zhize.cases.models import Case, Look, Reporter
from zhize.cases.queries.centres import elsewhere
from zhize.cases.queries.identity import sealed_from
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.record.acts import act, note, touch
from zhize.register import access
from zhize.register.models import Seat

FIELDS = ("name", "phone")


@dataclass(frozen=True)
class Identity:
    """What was asked for; the other field stays sealed."""

    name: str = ""
    phone: str = ""


@act
def look(case_id: int, purpose: str, field: str = "phone", *, by: By, now: datetime) -> Identity:
    """Show one field of who reported, for a stated purpose: whoever calls back needs no name. A sealed identity is never
    shown to the body that handles the case, nor to the one it complains of (信访条例第二十三条)."""
    case = locked(case_id)
    touch(f"case:{case.pk}")
    seat = _may_look(case, by, now)
    reporter = Reporter.objects.filter(case=case).first()
    if reporter is None:
        raise Refusal("没有来件人信息", why="来件人没有留下姓名和电话", code="anonymous")
    if field not in FIELDS:
        raise BadInput("没有这一项", why="只有姓名和电话", instead="请选择其一", field="field", code="unknown_field")
    why = said(purpose, "查看的用途", "purpose", 200)
    note(purpose=why, field=field, confidential=case.confidential)
    body = seat.body_id if seat else None
    Look.objects.create(case=case, officer=by.officer_id, body_id=body, field=field, purpose=why, who=by.name, at=now)
    opened = dict(zip(FIELDS, sealing.unseal(reporter.sealed), strict=True))
    return Identity(**{field: opened[field]})


def _may_look(case: Case, by: By, now: datetime) -> Seat | None:
    seat = _looking(case, by, day_of(now))
    if seat is not None and (sealed := sealed_from(case, seat)):
        raise sealed
    return seat


def _looking(case: Case, by: By, day: date) -> Seat | None:
    """The centre looks by its own right, the body in charge by its own."""
    try:
        seat = access.require(by, "cases.look", case.place_id, day)
    except Refusal:
        for body in handling_bodies(case):
            if access.refusal(by, "cases.look_own", case.place_id, day, body=body) is None:
                return access.require(by, "cases.look_own", case.place_id, day, body=body)
        raise
    if no := elsewhere(case, seat, "cases.look", day):
        raise no
    return seat
