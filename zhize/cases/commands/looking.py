"""Who sent it: masked by default; each look is an act, with its purpose, and leaves an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from zhize.accounts.models import By
from zhize.cases import sealing
from zhize.cases.commands.base import handling_bodies, locked, said
from zhize.cases.models import Case, Reporter
from zhize.cases.queries.identity import sealed_from
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.record.acts import act, note, touch
from zhize.register import access
from zhize.register.models import Seat


@dataclass(frozen=True)
class Identity:
    name: str
    phone: str


@act
def look(case_id: int, purpose: str, *, by: By, now: datetime) -> Identity:
    """Show the reporter's name and telephone, for a stated purpose. A sealed identity is never shown to the body that
    handles the case (信访条例第二十三条)."""
    case = locked(case_id)
    touch(f"case:{case.pk}")
    _may_look(case, by, now)
    reporter = Reporter.objects.filter(case=case).first()
    if reporter is None:
        raise Refusal("没有来件人信息", why="来件人没有留下姓名和电话", code="anonymous")
    note(purpose=said(purpose, "查看的用途", "purpose", 200))
    return Identity(*sealing.unseal(reporter.sealed))


def _may_look(case: Case, by: By, now: datetime) -> None:
    seat = _looking(case, by, day_of(now))
    if seat is not None and (sealed := sealed_from(case, seat)):
        raise sealed


def _looking(case: Case, by: By, day: date) -> Seat | None:
    """The centre looks by its own right, the body in charge by its own."""
    try:
        return access.require(by, "cases.look", case.place_id, day)
    except Refusal:
        for body in handling_bodies(case):
            if access.refusal(by, "cases.look_own", case.place_id, day, body=body) is None:
                return access.require(by, "cases.look_own", case.place_id, day, body=body)
        raise
