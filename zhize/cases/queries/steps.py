"""What may be done now, and for what may not, the sentence why not: the buttons of a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from zhize.accounts.models import By
from zhize.cases import rights  # noqa: F401  (declares the rights)
from zhize.cases.lifecycle import CASE, LEG, LEG_IN_CHARGE, act_of
from zhize.cases.models import Case, Leg
from zhize.cases.queries.centres import acting_at, elsewhere
from zhize.cases.queries.facts import facts
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.kernel.workflow import Step, Workflow
from zhize.register import access

OF_THE_LEG = {
    "sign",
    "reply",
    "sign_off",
    "request_return",
    "decide_return",
    "rule",
    "extend",
    "urge",
    "ask_exclusion",
    "contest",
    "order",
}
NOT_OURS = ("wrong_role", "no_seat", "other_body", "other_place", "other_centre")


@dataclass(frozen=True)
class Button:
    """A step: `refused` is empty when it may be taken."""

    step: Step
    act: str
    refused: Refusal | None = None

    @property
    def open(self) -> bool:
        return self.refused is None


def case_steps(case: Case, by: By, now: datetime) -> list[Button]:
    """The acts on a case that this person's role has; asked of the same table and the same rights as the acts themselves."""
    known, concerned = facts(case, now), _bodies(case)
    return _buttons(
        CASE,
        case,
        by,
        now,
        lambda s: CASE.refusal(case.state, s.name, on=known),
        concerned,
        None,
        lambda s: act_of(s.name) not in OF_THE_LEG,
    )


def leg_steps(leg: Leg, by: By, now: datetime) -> list[Button]:
    """The acts on a leg (extending and urging too, which the case's table guards)."""
    case = leg.case
    known, concerned = facts(case, now, leg), _bodies(case)
    own = _buttons(
        LEG,
        case,
        by,
        now,
        lambda s: LEG.refusal(leg.state, s.name, on=known),
        concerned,
        leg.body_id,
        lambda s: act_of(s.name) in OF_THE_LEG,
    )
    shared = _buttons(
        CASE,
        case,
        by,
        now,
        lambda s: CASE.refusal(case.state, s.name, on=known),
        concerned,
        leg.body_id,
        lambda s: s.name in ("extend", "urge", "order"),
    )
    return own + (shared if leg.open else [])


Test = Callable[[Step], bool]
Table = Callable[[Step], Refusal | None]


def _buttons(
    flow: Workflow, case: Case, by: By, now: datetime, table: Table, concerned: set[int], body: int | None, wanted: Test
) -> list[Button]:
    """Steps nobody in this role could ever take are left out; the others are shown, open or with the reason."""
    found: dict[str, Button] = {}
    day = day_of(now)
    seats = access.seats_of(by.officer_id, day) if by.officer_id else []
    mine = next((seat for seat in seats if seat.pk == by.seat_id), None)
    for step in filter(wanted, flow.steps.values()):
        act, at = f"cases.{act_of(step.name)}", acting_at(case, act_of(step.name))
        refused = access.refusal(by, act, at or case.place_id, day, body=body, concerned=concerned, seats=seats)
        refused = refused or elsewhere(case, mine, act, day, at)
        if refused is not None and refused.code in NOT_OURS:
            continue
        said = refused or table(step)
        if said is None or said.code != "one_centre":  # where nobody is told apart nothing is passed on, nor spoken of
            found[step.name] = Button(step, act_of(step.name), said)
    return list(found.values())


def _bodies(case: Case) -> set[int]:
    return set(
        Leg.objects.filter(case=case, round=case.round, state__in=LEG_IN_CHARGE).values_list("body_id", flat=True)
    )
