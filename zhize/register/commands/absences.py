"""Acts that explain a list: excuse (why a duty is held by nobody here), relate (what one duty is to another)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.record.acts import end, note, state, touch, withdraw
from zhize.record.models import Instrument
from zhize.register.commands.base import act, allow, held_in
from zhize.register.models import Absence, Capacity, Duty, DutyLink, Holding
from zhize.register.terms import Excused


@act
def excuse(lines: Sequence[Excused], *, instrument: Instrument, by: By, now: datetime) -> list[Absence]:
    """Say why a level does not exercise a duty there, from a day on; an earlier reason ends. Refused where it is held."""
    allow(by, "register.excuse", {x.place.pk for x in lines}, now)
    for line in lines:
        _not_held(line)
        _make_room(line)
    touch(*sorted({f"duty:{x.duty.pk}" for x in lines})[:500])
    note(excused=len(lines))
    return state(
        Absence(
            duty=x.duty,
            place=x.place,
            level=x.level,
            reason=x.reason,
            note=x.note,
            from_day=x.from_day,
            clause=x.clause,
        )
        for x in lines
    )


@act
def relate(duty: Duty, to: Duty, how: str, *, day: date, instrument: Instrument, by: By, now: datetime) -> DutyLink:
    """A duty derives from, replaces, was split from, supervises another, from a day on (职责关联)."""
    allow(by, "register.relate", held_in(duty), now)
    if duty.pk == to.pk:
        raise Refusal("一项职责不能与自己关联", instead="请另选一项职责", code="same_duty")
    if DutyLink.objects.as_of(day).filter(duty=duty, to=to, how=how).exists():
        raise Refusal("这一关联已经登记", rule="一件事只说一次", instead="不用再办", code="already_related")
    touch(f"duty:{duty.pk}", f"duty:{to.pk}")
    return state([DutyLink(duty=duty, to=to, how=how, from_day=day)])[0]


def _not_held(line: Excused) -> None:
    held = Holding.objects.as_of(line.from_day).filter(
        duty=line.duty, place=line.place, level=line.level, capacity=Capacity.NAME_HOLDER
    )
    if held.exists():
        raise Refusal(
            "这项职责当日在当地有机构行使",
            why="有人行使，就没有未行使的原因",
            rule="第2条",
            instead="请先办理划转、下放或者取消",
            code="held_there",
        )


def _make_room(line: Excused) -> None:
    rows = Absence.objects.live().filter(duty=line.duty, place=line.place, level=line.level)
    held = list(rows.from_day_on(line.from_day).select_for_update().order_by("pk"))
    withdraw([r for r in held if r.from_day >= line.from_day])
    end([r for r in held if r.from_day < line.from_day], line.from_day)
