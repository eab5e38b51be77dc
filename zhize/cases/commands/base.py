"""What every act on a case begins with: the row locked, the seat asked for, the table consulted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from zhize.accounts.models import By
from zhize.cases import rights  # noqa: F401  (declares the rights)
from zhize.cases.lifecycle import LEG_IN_CHARGE, act_of
from zhize.cases.models import Case, Extension, Leg
from zhize.cases.queries.centres import elsewhere
from zhize.cases.queries.facts import facts
from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of
from zhize.record.acts import current, touch
from zhize.register import access
from zhize.register.models import Seat


def locked(case_id: int) -> Case:
    """The case, held until the act is done: of two people at once the second sees what the first did."""
    try:
        return Case.objects.select_for_update(of=("self",)).select_related("place", "matter", "terms").get(pk=case_id)
    except Case.DoesNotExist:
        raise BadInput("没有这一件诉求", instead="请核对受理编号", code="unknown_case", field="case") from None


def locked_leg(leg_id: int) -> tuple[Case, Leg]:
    """The leg and its case, the case locked first, always in this order."""
    case_id = Leg.objects.filter(pk=leg_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise BadInput("没有这一次分派", instead="请刷新后重试", code="unknown_leg", field="leg")
    case = locked(case_id)
    leg = Leg.objects.select_for_update(of=("self",)).select_related("terms", "exhibit").get(pk=leg_id)
    leg.case = case
    return case, leg


def allow(
    by: By,
    step: str,
    case: Case,
    now: datetime,
    *,
    leg: Leg | None = None,
    other_than: int | None = None,
    at: int | None = None,
) -> Seat | None:
    """The seat that may take this step, and the things concerned named for the event. `at`: the centre that takes it, where
    that is not the one the case is at."""
    touch(f"case:{case.pk}")
    if leg is not None:
        touch(f"leg:{leg.pk}", f"body:{leg.body_id}")
    act, day = f"cases.{act_of(step)}", day_of(now)
    seat = access.require(
        by,
        act,
        at or case.place_id,
        day,
        body=leg.body_id if leg else None,
        concerned=handling_bodies(case),
        other_than=other_than,
    )
    if no := elsewhere(case, seat, act, day, at):
        raise no
    return seat


def handling_bodies(case: Case) -> set[int]:
    """The bodies that have or had this round in hand; to them it is their own case."""
    return set(
        Leg.objects.filter(case=case, round=case.round, state__in=LEG_IN_CHARGE).values_list("body_id", flat=True)
    )


def move(case: Case, step: str, now: datetime, *, leg: Leg | None = None, **changes: Any) -> None:
    """Take the step and keep it, with what else changes. `leg`: the step is asked for by one leg, within its own time."""
    was = case.state
    case.take(step, facts(case, now, leg))
    for name, value in changes.items():
        setattr(case, name, value)
    case.save(update_fields=["state", *changes])
    _noted({"case": case.no, "step": step, "from": was, "to": case.state})


def move_leg(leg: Leg, step: str, now: datetime, *, known: Mapping[str, Any] | None = None, **changes: Any) -> None:
    """The same for a leg; `known` is what the act itself knows and no row says yet. Once it is over nobody can decide any more on the time it asked for."""
    was = leg.state
    leg.take(step, replace(facts(leg.case, now, leg), **(known or {})))
    for name, value in changes.items():
        setattr(leg, name, value)
    leg.save(update_fields=["state", *changes])
    _noted({"leg": leg.no, "step": step, "from": was, "to": leg.state})
    if not leg.open:
        asked = Extension.objects.filter(leg=leg, state=Extension.State.ASKED)
        asked.update(state=Extension.State.REFUSED, decided_at=now, words="这次分派已经结束，申请不再处理")


def _noted(step: dict[str, Any]) -> None:
    """Every step of the act, in order, in its one event."""
    current().payload.setdefault("steps", []).append(step)


def said(text: str, thing: str, field: str, most: int = 20_000) -> str:
    """Words that must be there, without what a database cannot keep."""
    kept = tidy(text)
    if not kept:
        raise BadInput("没有填写{thing}", instead="请填写{thing}", code="empty", field=field, thing=thing)
    if len(kept) > most:
        raise BadInput(
            "{thing}太长",
            why="最多{most}字，现有{n}字",
            instead="请精简后重试",
            code="too_long",
            field=field,
            thing=thing,
            most=most,
            n=len(kept),
        )
    return kept


def tidy(text: str) -> str:
    """No NUL, no lone surrogates, no blank ends: what PostgreSQL can keep as text."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8").strip()
