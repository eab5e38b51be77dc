"""Exactly what a seat may do with a case now, and for the rest of its own acts the sentence why not.

Every button comes from `steps`, which asks the tables the commands ask; here the outcomes of an act become one offer, four
eyes are seen to, and looking at the reporter is added, which is no step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from zhize.accounts.models import By
from zhize.cases.models import Case, Exclusion, Extension, Leg, NotAccepted, ReplyDraft, Return
from zhize.cases.queries.centres import elsewhere
from zhize.cases.queries.facts import last_caller
from zhize.cases.queries.identity import sealed_from
from zhize.cases.queries.steps import Button, case_steps, leg_steps
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.register import access
from zhize.register.access import RIGHTS
from zhize.register.models import Seat

NEXT = (
    "sign",
    "reply",
    "sign_off",
    "dispatch",
    "decide_return",
    "rule",
    "confirm_not_accept",
    "grant",
    "review",
    "follow_up",
    "sample_check",
    "rework",
    "close",
    "exclude",
)  # the work itself


@dataclass(frozen=True)
class Offer:
    """An act of this seat's role: allowed, or with the sentence why not."""

    name: str
    label: str
    leg: Leg | None
    refusal: Refusal | None

    @property
    def key(self) -> str:
        return f"{self.name}-{self.leg.no}" if self.leg else self.name


def offers(case: Case, legs: list[Leg], seat: Seat, by: By, now: datetime) -> list[Offer]:
    """The acts of the seat's role, allowed ones first; of legs only this round's, and where none allows an act, one says why."""
    found = {o.key: o for o in _offers(case_steps(case, by, now), case, None, by, now)}
    for leg in (leg for leg in legs if leg.round == case.round):
        for offer in _offers(leg_steps(leg, by, now), case, leg, by, now):
            found[offer.key] = offer
    able = {o.name for o in found.values() if o.refusal is None}
    kept: dict[str, Offer] = {}
    for o in found.values():
        if o.refusal is None or o.name not in able:
            kept.setdefault(o.key if o.refusal is None else o.name, o)
    return sorted([*kept.values(), *_look(case, legs, seat, by, now)], key=_rank)


def _rank(offer: Offer) -> tuple[bool, int]:
    """What may be done before what may not; the work itself before what interrupts it."""
    return offer.refusal is not None, NEXT.index(offer.name) if offer.name in NEXT else len(NEXT)


def _offers(buttons: Iterable[Button], case: Case, leg: Leg | None, by: By, now: datetime) -> list[Offer]:
    """One offer an act: allowed where one of its outcomes is; else the first says why not."""
    first: dict[str, Button] = {}
    for button in buttons:
        if button.act not in first or (button.open and not first[button.act].open):
            first[button.act] = button
    return [
        Offer(act, RIGHTS[f"cases.{act}"].label, leg, _why_not(b) or _two_people(act, case, leg, by, now))
        for act, b in first.items()
    ]


def _why_not(button: Button) -> Refusal | None:
    """Dispatching a case without a matter is offered: its form asks for the matter and sets it first."""
    asked = button.act == "dispatch" and button.refused is not None and button.refused.code == "no_matter"
    return None if asked else button.refused


def _two_people(act: str, case: Case, leg: Leg | None, by: By, now: datetime) -> Refusal | None:
    """Who proposed does not decide."""
    first = _first(act, case, leg)
    if first is None or first != by.officer_id:
        return None
    return access.refusal(by, f"cases.{act}", None, day_of(now), other_than=first)


def _first(act: str, case: Case, leg: Leg | None) -> int | None:
    if act == "confirm_not_accept":
        return (
            NotAccepted.objects.filter(case=case, decided_at__isnull=True).values_list("proposed_by", flat=True).first()
        )
    if act == "grant":
        return (
            Extension.objects.filter(case=case, state=Extension.State.ASKED).values_list("asked_by", flat=True).first()
        )
    if act == "sign_off":
        return ReplyDraft.objects.filter(leg=leg, passed__isnull=True).values_list("by", flat=True).first()
    if act == "sample_check":
        return last_caller(case)
    if act == "exclude":
        return Exclusion.objects.filter(case=case, agreed__isnull=True).values_list("asked_by", flat=True).first()
    return (
        Return.objects.filter(leg=leg).values_list("asked_by", flat=True).first()
        if act == "decide_return" and leg
        else None
    )


def _look(case: Case, legs: list[Leg], seat: Seat, by: By, now: datetime) -> list[Offer]:
    """A body's own seat looks by a right of its own, and never at a sealed identity (信访条例第二十三条)."""
    right = "cases.look_own" if seat.of_a_body else "cases.look"
    if seat.role not in RIGHTS[right].roles:
        return []
    mine = next((leg.body_id for leg in legs if leg.body_id == seat.body_id), None)
    day = day_of(now)
    barred = (
        _nobody(case)
        or sealed_from(case, seat)
        or access.refusal(by, right, case.place_id, day, body=mine)
        or elsewhere(case, seat, right, day)
    )
    return [Offer("look", RIGHTS[right].label, None, barred)]


def _nobody(case: Case) -> Refusal | None:
    known = hasattr(case, "reporter")
    return None if known else Refusal("没有来件人信息", why="来件人没有留下姓名和电话", code="anonymous")
