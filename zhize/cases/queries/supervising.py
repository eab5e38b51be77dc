"""Orders, notices and proposals as a seat sees them: which it may open, what it may do with them, the wall of what presses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from zhize.accounts.models import By
from zhize.cases.models import Notice, Order, Proposal
from zhize.cases.queries.desk import in_reach, places_of
from zhize.cases.queries.taking_part import of_body
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.kernel.workflow import Workflow
from zhize.register import access
from zhize.register.access import RIGHTS
from zhize.register.models import Seat
from zhize.register.queries.bodies import body_names

NOT_MINE = ("wrong_role", "no_seat", "other_body", "other_place")


# -- which -------------------------------------------------------------------------------------------------------------
def orders(seat: Seat, now: datetime) -> QuerySet[Order]:
    """A body's seat sees the orders to it; the others those of their place."""
    rows = Order.objects.select_related("case", "leg", "issuer")
    return rows.filter(leg__body=seat.body_id) if seat.of_a_body else in_reach(rows, seat, now, "case__place_id")


def notices(seat: Seat, now: datetime) -> QuerySet[Notice]:
    """A body's seat sees the issued ones it is named in; a draft is nobody's business but its supervisors'."""
    rows = Notice.objects.select_related("issuer", "place")
    if seat.of_a_body:
        return rows.filter(lines__body=seat.body_id, issued_at__isnull=False).distinct()
    return _in_place(rows, seat, now)


def proposals(seat: Seat, now: datetime) -> QuerySet[Proposal]:
    """A body's seat sees what it leads and what it was asked about; the office what lies in its place."""
    rows = of_body(seat.body_id) if seat.of_a_body else _in_place(Proposal.objects.all(), seat, now)
    return rows.select_related("matter", "place", "case", "instrument", "body", "event__instrument", "evidence")


def _in_place(rows: QuerySet[Any], seat: Seat, now: datetime) -> QuerySet[Any]:
    places = places_of(seat.place_id, day_of(now))
    return rows if places is None else rows.filter(place__in=places)


# -- what may be done --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ActOffered:
    """An act on an order, a notice or a proposal: allowed, or with the sentence why not."""

    name: str
    label: str
    refusal: Refusal | None
    leg: None = None

    @property
    def key(self) -> str:
        return self.name


@dataclass(frozen=True)
class Asked:
    """Whom an act concerns, for the rights: where, whose body, whose own it is, who may not be the same person."""

    place: int
    body: int | None = None
    concerned: Collection[int] = field(default_factory=frozenset)
    other_than: Mapping[str, int | None] = field(default_factory=dict)
    bodies: Mapping[str, int | None] = field(default_factory=dict)


def offers(flow: Workflow, state: str, facts: Any, asked: Asked, by: By, now: datetime) -> list[ActOffered]:
    """The acts of this role, allowed ones first; the same tables and rights as the acts themselves."""
    first: dict[str, ActOffered] = {}
    for step in flow.steps.values():
        if step.act in first:
            continue
        refused = access.refusal(
            by, f"cases.{step.act}", asked.place, day_of(now), body=asked.bodies.get(step.act, asked.body),
            concerned=asked.concerned, other_than=asked.other_than.get(step.act),
        )  # fmt: skip
        if refused is None or refused.code not in NOT_MINE:
            why = refused or flow.refusal(state, step.name, on=facts)
            first[step.act] = ActOffered(step.act, RIGHTS[f"cases.{step.act}"].label, why)
    return sorted(first.values(), key=lambda o: o.refusal is not None)


# -- lines of the lists ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class OrderShown:
    row: Order
    body: str
    issuer: str
    late: bool
    tone: str


ORDER_TONES = {"issued": "wait", "answered": "info", "cleared": "ok", "lifted": "stop"}
NOTICE_TONES = {"drafted": "wait", "issued": "info", "closed": "ok", "dropped": "stop"}


def orders_shown(rows: Collection[Order], now: datetime) -> list[OrderShown]:
    names = body_names({r.leg.body_id for r in rows} | {r.issuer_id for r in rows if r.issuer_id}, day_of(now))
    return [
        OrderShown(
            r,
            names.get(r.leg.body_id, ""),
            names.get(r.issuer_id or 0, ""),
            r.late_at(now) and r.open,
            ORDER_TONES[r.state],
        )
        for r in rows
    ]
