"""What every act on an adjustment begins and ends with: rows locked in id order, the seat asked for, the step kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of
from zhize.kernel.text import fold
from zhize.lists import rights  # noqa: F401  (declares the rights)
from zhize.lists.lifecycle import Facts
from zhize.lists.limits import in_state
from zhize.lists.models import Adjustment, Batch, Opinion
from zhize.lists.queries.adjusting import facts
from zhize.record.acts import current, touch
from zhize.register import access
from zhize.register.models import Seat

LONGEST = 20_000


def locked(ids: Collection[int]) -> list[Adjustment]:
    """The adjustments, held until the act is done; of two people at once the second sees what the first did."""
    rows = Adjustment.objects.select_for_update(of=("self",)).select_related("body", "duty", "to")
    found = list(rows.filter(pk__in=set(ids)).order_by("pk"))
    if not found or len(found) != len(set(ids)):
        raise BadInput("没有这份清单调整", instead="请刷新后重新选择", code="unknown_adjustment", field="adjustment")
    touch(*(f"adjustment:{a.pk}" for a in found), *(f"body:{a.body_id}" for a in found))
    return found


def locked_batch(batch_id: int) -> Batch:
    batch = (
        Batch.objects.select_for_update(of=("self",)).select_related("place", "instrument").filter(pk=batch_id).first()
    )
    if batch is None:
        raise BadInput("没有这个批次", instead="请刷新后重新选择", code="unknown_batch", field="batch")
    touch(f"batch:{batch.pk}")
    return batch


def allow(by: By, act: str, a: Adjustment, now: datetime, *, other_than: int | None = None) -> Seat | None:
    """The seat that may take this step of this adjustment."""
    return access.require(by, f"lists.{act}", a.place_id, day_of(now), body=a.body_id, other_than=other_than)


def move(
    a: Adjustment, step: str, by: By, now: datetime, words: str = "", known: Facts | None = None, **changes: Any
) -> None:
    """1 the table · 2 what was said is kept · 3 the new state begins with its own limit."""
    was, late = a.state, a.late_at(now)
    a.take(step, known or facts(a, now, step.split(":")[0]))
    for name, value in changes.items():
        setattr(a, name, value)
    fields = ["state", *changes]
    if a.state != was:
        fields += _begin(a, now)
    a.save(update_fields=fields)
    opine(a, step, by, now, words, late)
    _noted({"adjustment": a.no, "step": step, "from": was, "to": a.state})


def _begin(a: Adjustment, now: datetime) -> list[str]:
    limit = in_state(a.state, a.place_id, now)
    a.since, a.limit, a.basis, a.due = now, limit["limit"], limit["basis"], limit["due"]
    return ["since", "limit", "basis", "due"]


def opine(a: Adjustment, step: str, by: By, now: datetime, words: str, late: bool = False) -> None:
    """Every opinion stays, whatever becomes of the adjustment."""
    Opinion.objects.create(
        adjustment=a, round=a.round, step=step, words=words, by=by.officer_id, who=by.name, at=now, late=late,
        body_id=Seat.objects.filter(pk=by.seat_id).values_list("body_id", flat=True).first() if by.seat_id else None,
    )  # fmt: skip


def _noted(step: dict[str, Any]) -> None:
    """Every step of the act, in order, in its one event."""
    current().payload.setdefault("steps", []).append(step)


def said(text: str, thing: str, field: str, *, needed: bool = True, most: int = LONGEST) -> str:
    """Words as they can be kept; refused when they must be there and are not, or are too long."""
    kept = text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8").strip()
    if needed and not fold(kept):
        raise BadInput("没有填写{thing}", instead="请填写{thing}", code="empty", field=field, thing=thing)
    if len(kept) > most:
        raise BadInput(
            "{thing}太长", why="最多{most}字，现有{n}字", instead="请精简后重试", code="too_long", field=field, thing=thing,
            most=most, n=len(kept),
        )  # fmt: skip
    return kept
