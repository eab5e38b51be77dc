"""Hotlines beside this one: entered, merged (并入、双号并存、设分中心), counted; each by the paper that says so."""

from __future__ import annotations

from datetime import date, datetime

from zhize.accounts.models import By
from zhize.cases.commands.base import said
from zhize.cases.models import HotlineLine, LineStanding, LineVolume
from zhize.kernel.errors import BadInput, Refusal
from zhize.record.acts import act, note, replace, state, touch
from zhize.record.models import Instrument
from zhize.register import access
from zhize.register.models import Body

Mode = LineStanding.Mode


@act
def list_line(
    number: str, name: str, owner: Body, *, day: date, demo: bool = False, instrument: Instrument, by: By, now: datetime
) -> HotlineLine:
    """A number people call, whose it is, answering by itself from a day on."""
    access.allow(by, "cases.list_line", set(), now)
    kept = said(number, "号码", "number", 20)
    if HotlineLine.objects.filter(number=kept).exists():
        raise Refusal("热线{number}已经登记", instead="请办理归并或者登记话务量", code="line_known", number=kept)
    line = HotlineLine.objects.create(number=kept, demo=demo)
    touch(f"line:{line.pk}", f"body:{owner.pk}")
    note(number=kept)
    state([LineStanding(line=line, name=said(name, "名称", "name", 80), owner=owner, mode=Mode.OWN, from_day=day)])
    return line


@act
def merge_line(
    line: HotlineLine, mode: str, *, day: date, instrument: Instrument, by: By, now: datetime
) -> LineStanding:
    """From a day on the line goes with this hotline: its number ends, stays beside it, or is a branch of it."""
    access.allow(by, "cases.merge_line", set(), now)
    if mode not in Mode.values:
        raise BadInput("没有“{mode}”这种归并方式", instead="请选择并入、双号并存或者设分中心", field="mode", code="unknown_mode", mode=mode)  # fmt: skip
    old = LineStanding.objects.as_of(day).filter(line=line).first()
    if old is None:
        raise Refusal(
            "热线{number}在{day}还没有登记", instead="请核对日期", code="no_line", number=line.number, day=day
        )
    if old.mode == mode:
        raise Refusal("热线{number}在{day}已是“{mode}”", instead="请核对方式", code="same_mode", number=line.number, day=day, mode=Mode(mode).label)  # fmt: skip
    touch(f"line:{line.pk}", f"body:{old.owner_id}")
    note(number=line.number, mode=mode)
    return replace(old, LineStanding(line=line, name=old.name, owner=old.owner, mode=mode, from_day=day), day)


@act
def count_line(
    line: HotlineLine, calls: int, *, from_day: date, to_day: date, instrument: Instrument, by: By, now: datetime
) -> LineVolume:
    """How many calls the line had from one day until another (which is no longer counted)."""
    access.allow(by, "cases.count_line", set(), now)
    if calls < 0 or to_day <= from_day:
        raise BadInput(
            "话务量读不出来", why="件数不能是负数，期间不能是空的", instead="请核对", field="calls", code="bad_count"
        )
    touch(f"line:{line.pk}")
    note(number=line.number, calls=calls)
    return state([LineVolume(line=line, calls=calls, from_day=from_day, to_day=to_day)])[0]
