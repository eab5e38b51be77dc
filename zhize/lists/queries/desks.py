"""What a seat has to do about lists: its queues with their counts, the adjustments it may see, the steps it may take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.lists import rights  # noqa: F401  (declares the rights)
from zhize.lists.lifecycle import ADJUSTMENT, BATCH
from zhize.lists.models import Adjustment, Batch, Consultation
from zhize.lists.queries.adjusting import batch_facts, facts
from zhize.places.models import PlacePath
from zhize.register import access
from zhize.register.access import RIGHTS
from zhize.register.models import Seat
from zhize.register.queries import body_names
from zhize.register.queries.queues import Queue, Rows, roles

R = Seat.Role
OF_A_BODY = (R.LIST_CLERK, R.HANDLER)
TONES = {
    "draft": "plain", "filed": "info", "vetted": "info", "consulting": "wait", "disputed": "late", "announced": "wait",
    "agreed": "ok", "gathered": "wait", "decided": "ok", "in_force": "ok", "returned": "late", "retracted": "plain",
    "refused": "stop", "open": "info", "ordained": "ok", "effective": "ok", "rejected": "stop", "dissolved": "plain",
}  # fmt: skip


def visible(seat: Seat, now: datetime) -> QuerySet[Adjustment]:
    """A body's seat sees its own and those it was asked about; the offices what lies in their place, once it is filed."""
    if seat.role in OF_A_BODY:
        asked = Consultation.objects.filter(body=seat.body_id).values("adjustment_id")
        return Adjustment.objects.filter(Q(body=seat.body_id) | Q(pk__in=asked))
    return _in_reach(Adjustment.objects.exclude(state="draft").exclude(round=0), seat)


def batches(seat: Seat) -> QuerySet[Batch]:
    return _in_reach(Batch.objects.all(), seat)


def _in_reach(rows: QuerySet[Any], seat: Seat) -> QuerySet[Any]:
    """Whose place lies in the seat's, ever or now."""
    inside = PlacePath.objects.filter(chain__contains=[seat.place_id]).values("place_id")
    return rows.filter(Q(place_id=seat.place_id) | Q(place_id__in=inside))


# -- the queues --------------------------------------------------------------------------------------------------------
def _in(*states: str) -> Callable[[Seat, datetime], Rows]:
    return lambda seat, now: _in_reach(Adjustment.objects.filter(state__in=states), seat)


def _own(*states: str) -> Callable[[Seat, datetime], Rows]:
    return lambda seat, now: Adjustment.objects.filter(body=seat.body_id, state__in=states)


def _asked(seat: Seat, now: datetime) -> Rows:
    open_ = Consultation.objects.filter(body=seat.body_id, answer="", adjustment__state="consulting")
    return Adjustment.objects.filter(pk__in=open_.values("adjustment_id"))


def _late(seat: Seat, now: datetime) -> Rows:
    return _in_reach(Adjustment.objects.filter(due__lt=now).exclude(due=None), seat)


def _over(seat: Seat, now: datetime) -> Rows:
    return _in_reach(Adjustment.objects.filter(state="announced", due__lt=now), seat)


UNDER_WAY = ("filed", "vetted", "consulting", "disputed", "announced", "agreed", "gathered", "decided")
QUEUES = (
    Queue("returned", gettext_noop("退回修改"), roles(R.LIST_CLERK), _own("returned"), gettext_noop("没有退回要改的"), "late"),
    Queue("drafts", gettext_noop("草稿"), roles(R.LIST_CLERK), _own("draft"), gettext_noop("没有没报送的草稿")),
    Queue("asked", gettext_noop("征求本机构意见"), roles(R.LIST_CLERK, R.HANDLER), _asked, gettext_noop("没有等着答复的"), "wait"),
    Queue("under_way", gettext_noop("已报送"), roles(R.LIST_CLERK), _own(*UNDER_WAY), gettext_noop("没有在办的")),
    Queue("vet", gettext_noop("合法性审核"), roles(R.LEGAL_REVIEWER), _in("filed"), gettext_noop("没有等着审核的")),
    Queue("examine", gettext_noop("编办审核"), roles(R.REGISTER_EDITOR), _in("vetted"), gettext_noop("没有等着审核的")),
    Queue("mediate", gettext_noop("有异议，待协调"), roles(R.REGISTER_EDITOR), _in("disputed"), gettext_noop("没有要协调的"), "wait"),
    Queue("conclude", gettext_noop("公示期满"), roles(R.REGISTER_EDITOR), _over, gettext_noop("没有公示期满的")),
    Queue("gather", gettext_noop("待编批"), roles(R.REGISTER_EDITOR), _in("agreed"), gettext_noop("没有等着编批的")),
    Queue("waiting", gettext_noop("征求意见、公示中"), roles(R.REGISTER_EDITOR), _in("consulting", "announced"), gettext_noop("没有征求意见或公示的")),
    Queue("enact", gettext_noop("待审定"), roles(R.APPROVER), _in("gathered"), gettext_noop("没有等着审定的")),
    Queue("late", gettext_noop("已超期"), roles(R.REGISTER_EDITOR, R.APPROVER, R.LEGAL_REVIEWER, R.AUDITOR), _late, gettext_noop("没有超期的"), "late"),
    Queue("all", gettext_noop("全部"), roles(*R.values), lambda seat, now: visible(seat, now), gettext_noop("还没有清单调整")),
)  # fmt: skip


# -- the lines ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One adjustment on a list."""

    row: Adjustment
    body: str
    state: str
    tone: str
    late: bool


def lines(rows: Iterable[Adjustment], now: datetime) -> list[Line]:
    found = list(rows)
    names = body_names({a.body_id for a in found}, day_of(now))
    return [
        Line(a, names.get(a.body_id, ""), ADJUSTMENT.states[a.state], TONES[a.state], a.late_at(now) and not a.over)
        for a in found
    ]


# -- what may be done --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Offer:
    """An act of this seat's role: allowed, or with the sentence why not."""

    name: str
    label: str
    refusal: Refusal | None


OTHERS = {"vet": "filed_by", "examine": "vetted_by"}  # who took the step before may not take this one
FIRST = (
    "file",
    "vet",
    "mediate",
    "conclude",
    "examine",
    "consult",
    "retract",
)  # the work itself before what interrupts it
ASIDE = {
    "draft",
    "answer",
    "comment",
    "gather",
    "release",
    "enact",
    "refuse",
    "effect",
}  # offered elsewhere, or not here


def offers(a: Adjustment, by: By, now: datetime) -> list[Offer]:
    """The acts on one adjustment, from the tables the acts themselves ask; what nobody in this role could ever do is left out."""
    known, day = facts(a, now), day_of(now)
    found: dict[str, Offer] = {}
    for step in ADJUSTMENT.steps.values():
        if step.act in ASIDE or (step.act in found and found[step.act].refusal is None):
            continue
        other = getattr(a, OTHERS[step.act]) if step.act in OTHERS else None
        no = access.refusal(by, f"lists.{step.act}", a.place_id, day, body=a.body_id, other_than=other)
        if no is not None and no.code in ("wrong_role", "no_seat", "other_body", "other_place"):
            continue
        no = no or ADJUSTMENT.refusal(a.state, step.name, on=known)
        if step.act not in found or no is None:
            found[step.act] = Offer(step.act, RIGHTS[f"lists.{step.act}"].label, no)
    return sorted(found.values(), key=lambda o: (o.refusal is not None, FIRST.index(o.name)))


def batch_offers(batch: Batch, by: By, now: datetime) -> list[Offer]:
    known, day = batch_facts(batch, now), day_of(now)
    made = []
    for name in ("enact", "refuse", "effect", "release"):
        other = batch.gathered_by if name in ("enact", "refuse") else None
        no = access.refusal(by, f"lists.{name}", batch.place_id, day, other_than=other)
        if no is not None and no.code in ("wrong_role", "no_seat", "other_body", "other_place"):
            continue
        made.append(Offer(name, RIGHTS[f"lists.{name}"].label, no or BATCH.refusal(batch.state, name, on=known)))
    return sorted(made, key=lambda o: o.refusal is not None)


def to_answer(a: Adjustment, seat: Seat) -> Consultation | None:
    """The question this seat's body still owes an answer to."""
    if a.state != "consulting" or seat.role not in OF_A_BODY:
        return None
    return a.consultations.filter(body=seat.body_id, answer="").first()
