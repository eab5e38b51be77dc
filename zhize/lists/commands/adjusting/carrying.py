"""Carrying a batch out: what its adjustments ask, done by the register's own acts on the batch's paper.

Every inner act leaves its event and is checked by the rule book; all of them stand or fall with the transaction they share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from zhize.accounts.models import By
from zhize.kernel.clock import Limit
from zhize.kernel.errors import Refusal
from zhize.lists.models import Adjustment
from zhize.lists.queries.adjusting import drafted, own_holdings
from zhize.lists.terms import Cited, Draft
from zhize.places.terms import Expression
from zhize.record.models import Instrument
from zhize.register import commands
from zhize.register.fields import CATALOGUE, FIELDS, ORGAN
from zhize.register.models import Capacity, Duty, DutyBasis, DutyLink, Holding, Mode
from zhize.register.terms import Basis, Described, Line, NewDuty, Rebased, Share, Transfer

FIRST_OUT = ("drop", "move", "change", "add")  # what leaves makes room for what comes


def carry_out(rows: Sequence[Adjustment], paper: Instrument, day: date, by: By, now: datetime) -> None:
    """All of them, in an order that leaves no two holders of one thing in between; refused with the item's name."""
    with_paper = {"instrument": paper, "by": carrier(by), "now": now}
    for a in sorted(rows, key=lambda a: (FIRST_OUT.index(a.op), a.pk)):
        try:
            _DO[a.op](a, day, with_paper)
        except Refusal as no:
            raise _named(a, no) from no


def carrier(by: By) -> By:
    """What was decided by the procedure is written down without another right: by the machine, in the officer's name."""
    return By.system(by.name)


def _named(a: Adjustment, no: Refusal) -> Refusal:
    return type(no)(
        "{no}“{name}”不能施行：{said}", why="{because}", rule=no.rule, article=no.article, instead=no.instead, code=no.code,
        details=no.details, no=a.no, name=a.name, said=no._say(no.what, str).rstrip("。"), because=no._say(no.why, str),
        **{k: v for k, v in no.params.items() if k not in ("no", "name", "said", "because")},
    )  # fmt: skip


# -- 增 ----------------------------------------------------------------------------------------------------------------
def _add(a: Adjustment, day: date, act: dict[str, Any]) -> None:
    draft = Draft.of(a.draft)
    duty = Duty.objects.filter(key=draft.duty).first() if draft.duty else _defined(a, draft, day, act)
    if duty is None:
        raise Refusal(
            "目录里没有“{key}”", rule="共性权力只引用", instead="请退回申报机构", key=draft.duty, code="unknown_duty"
        )
    _assign(a, duty, draft, day, act)
    _describe(a, duty, {}, draft.said, day, act, catalogue=not draft.duty)
    a.duty = duty


def _defined(a: Adjustment, d: Draft, day: date, act: dict[str, Any]) -> Duty:
    key = _key(a, d)
    legal, promised = _days(d)
    line = NewDuty(
        key, d.kind, d.name, day, d.type, d.detail, d.levels, d.field, {s: v for s, v in d.codes.items() if v},
        [Basis(*b) for b in d.bases], d.main, legal_days=legal, promised_days=promised,
    )  # fmt: skip
    return commands.define([line], **act)[key]


def _key(a: Adjustment, d: Draft) -> str:
    """The catalogue code where it is free, else the number of the adjustment."""
    code = re.sub(r"[^\w-]", "-", d.codes.get("catalogue", ""))[:100]
    return code if code and not Duty.objects.filter(key=code).exists() else f"tz-{a.no}"


def _days(d: Draft) -> tuple[int | None, int | None]:
    """Limits in working days also stand in the wording, for whoever compares."""
    limits = [Limit.parse(x) if x else None for x in (d.said.get("legal_limit"), d.said.get("promised_limit"))]
    legal, promised = (x.amount if x and x.unit == "wd" else None for x in limits)
    return legal, promised


def _assign(a: Adjustment, duty: Duty, d: Draft, day: date, act: dict[str, Any]) -> None:
    where = Expression(tuple(d.where), tuple(d.without))
    line = Line(duty, a.body, d.level, where, day, capacity=d.capacity, mode=d.mode, clause=a.no)
    commands.assign([line], **act)


# -- 改 ----------------------------------------------------------------------------------------------------------------
def _change(a: Adjustment, day: date, act: dict[str, Any]) -> None:
    """Only what differs from the register on the day is said anew."""
    assert a.duty is not None
    was, new = drafted(a.body, a.duty, day), Draft.of(a.draft)
    if was is None:
        raise Refusal(
            "这一事项在{day}不在本机构的清单里", rule="第4条", instead="请退回申报机构", day=day, code="not_held"
        )
    _reword(a.duty, was, new, day, act)
    if was.codes != new.codes:
        commands.recode(a.duty, {s: new.codes.get(s, "") for s in {*was.codes, *new.codes}}, day=day, **act)
    if sorted(was.bases) != sorted(new.bases):
        _rebase(a.duty, was.bases, new.bases, day, act)
    if new.main and new.main != was.main:
        main = Duty.objects.get(key=new.main)
        commands.relate(a.duty, main, DutyLink.How.PART_OF, day=day, **act)
    if _held_otherwise(was, new):
        commands.cease(own_holdings(a.body, a.duty, day), why=a.no, day=day, **act)
        _assign(a, a.duty, new, day, act)
    _describe(a, a.duty, was.said, new.said, day, act)


def _reword(duty: Duty, was: Draft, new: Draft, day: date, act: dict[str, Any]) -> None:
    changed: dict[str, Any] = {
        n: getattr(new, n) for n in ("name", "detail", "field", "levels") if getattr(was, n) != getattr(new, n)
    }
    if _days(was) != _days(new):
        changed["legal_days"], changed["promised_days"] = _days(new)
    if changed:
        commands.reword(duty, day=day, **act, **changed)


def _rebase(duty: Duty, was: Sequence[Cited], new: Sequence[Cited], day: date, act: dict[str, Any]) -> None:
    gone, come = set(was) - set(new), [b for b in new if b not in set(was)]
    rows = DutyBasis.objects.as_of(day).filter(duty=duty).select_related("law")
    ends = tuple(b.pk for b in rows if (b.law.key, b.article, b.paragraph, b.item) in gone)
    commands.rebase([Rebased(duty, day, ends, tuple(Basis(*b) for b in come))], **act)


def _held_otherwise(was: Draft, new: Draft) -> bool:
    names = ("level", "where", "without", "capacity", "mode")
    return any(getattr(was, n) != getattr(new, n) for n in names)


def _describe(
    a: Adjustment, duty: Duty, was: dict[str, Any], new: dict[str, Any], day: date, act: dict[str, Any], *, catalogue: bool = True
) -> None:  # fmt: skip
    """The catalogue's fields for everybody, the organ's for this body; what is not said any more falls away."""
    lines = []
    for said_by, body in ((CATALOGUE, None), (ORGAN, a.body)):
        names = [n for n, f in FIELDS.items() if f.said_by == said_by and f.concerns(duty.type)]
        before, after = ({n: s[n] for n in names if s.get(n)} for s in (was, new))
        if before != after and (said_by == ORGAN or catalogue):
            lines.append(Described(duty, after, day, body, a.no))
    if lines:
        commands.describe(lines, **act)


# -- 减、转 ------------------------------------------------------------------------------------------------------------
def _drop(a: Adjustment, day: date, act: dict[str, Any]) -> None:
    assert a.duty is not None
    commands.cease(_held(a, day), why=f"{a.no} {a.reason}", day=day, **act)


def _move(a: Adjustment, day: date, act: dict[str, Any]) -> None:
    """划转 hands over; 下放 and 授权 go by their own acts; what was entrusted is taken back."""
    assert a.duty is not None and a.to is not None
    held, mode = _held(a, day), a.draft.get("mode", "")
    if mode == Mode.ENTRUSTED or any(h.mode == Mode.ENTRUSTED for h in held):
        commands.take_back(held, a.to, day=day, **act)
        return
    do = {Mode.DEVOLVED: commands.devolve, Mode.AUTHORISED: commands.authorise}.get(
        Mode(mode or "划转"), commands.hand_over
    )
    transfers = [_transfer(a, h) for h in held if h.capacity == Capacity.NAME_HOLDER]
    if len(transfers) < len(held):
        raise Refusal(
            "只能转出以自己名义行使的", rule="第4条：划出等于划入", instead="其余的请取消", code="not_own_name"
        )
    do(transfers, day=day, **act)


def _transfer(a: Adjustment, h: Holding) -> Transfer:
    assert a.duty is not None and a.to is not None
    where = Expression((h.place_id,), tuple(h.excludes))
    return Transfer(a.duty, (Share(a.body, where),), (Share(a.to, where),), h.level, h.segment, a.no)


def _held(a: Adjustment, day: date) -> list[Holding]:
    held = own_holdings(a.body, a.duty_id or 0, day)
    if not held:
        raise Refusal(
            "这一事项在{day}已不在本机构的清单里", rule="第4条", instead="请退回申报机构", day=day, code="not_held"
        )
    return held


_DO: dict[str, Callable[[Adjustment, date, dict[str, Any]], None]] = {
    "add": _add, "change": _change, "drop": _drop, "move": _move,
}  # fmt: skip
