"""What a government decides at once: gather, release, enact (审定), refuse; and effect, on the day (施行)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import connection, transaction

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.lists.commands.adjusting.base import allow, locked, locked_batch, move, said
from zhize.lists.commands.adjusting.carrying import carry_out
from zhize.lists.models import Adjustment, Batch
from zhize.lists.queries.adjusting import batch_facts
from zhize.lists.queries.telling import next_level
from zhize.policy.queries import require_competence, setting
from zhize.record.acts import act, current, note, tell
from zhize.record.models import Instrument
from zhize.register import access

SUBJECTS = {"service": "service_list", "power": "power_list"}


@act
def gather(
    adjustment_ids: Collection[int], batch_id: int | None = None, title: str = "", *, by: By, now: datetime
) -> Batch:
    """Put what has passed into a batch, a new one when none is named; one government, one place (编入批次)."""
    rows = locked(adjustment_ids)
    for a in rows:
        allow(by, "gather", a, now)
    batch = locked_batch(batch_id) if batch_id else _new(rows[0], title, by, now)
    if strange := [a.no for a in rows if a.place_id != batch.place_id]:
        raise BadInput(
            "{numbers}不是这个地方的调整",
            why="一个批次由一级政府审定",
            instead="请另编一批",
            code="other_place",
            numbers="、".join(strange),
        )
    batch.take("gather", batch_facts(batch, now))
    for a in rows:
        move(a, "gather", by, now, batch=batch)
    note(batch=batch.no, gathered=[a.no for a in rows])
    return batch


@act
def release(batch_id: int, adjustment_ids: Collection[int] = (), *, by: By, now: datetime) -> Batch:
    """Take adjustments out of a batch that is still open; a batch of which nothing is left is dissolved."""
    batch = locked_batch(batch_id)
    rows = [a for a in locked(adjustment_ids) if a.batch_id == batch.pk] if adjustment_ids else []
    access.require(by, "lists.release", batch.place_id, day_of(now))
    for a in rows:
        move(a, "release", by, now, batch=None)
    batch.take("release" if batch.adjustments.exists() else "release:dissolved", batch_facts(batch, now))
    batch.save(update_fields=["state"])
    return batch


@act
def enact(
    batch_id: int,
    instrument: Instrument,
    day: date,
    words: str = "",
    publish: bool | None = None,
    *,
    by: By,
    now: datetime,
) -> Batch:
    """The government decides the batch by one paper, for one day (审定). What could not be carried out is refused here.

    `publish`: shall its lists be published on that day? What policy says when nobody says anything.

    1 two persons · 2 the paper may · 3 everything is tried as it will be on the day, and taken back · 4 decided.
    """
    batch = locked_batch(batch_id)
    access.require(by, "lists.enact", batch.place_id, day_of(now), other_than=batch.gathered_by)
    batch.take("enact", batch_facts(batch, now))
    rows = _of(batch)
    _competent(rows, instrument, day, batch)
    _tried(rows, instrument, day, by, now)
    batch.instrument, batch.day, batch.decided_at, batch.decided_by = instrument, day, now, by.officer_id
    batch.publish = setting("lists.publish_on_effect", batch.place_id, day) if publish is None else publish
    current().instrument = instrument
    batch.save()
    for a in _of(batch):
        move(a, "enact", by, now, words)
    note(batch=batch.no, day=day.isoformat(), publish=batch.publish, decided=[a.no for a in rows])
    return batch


@act
def refuse(batch_id: int, words: str, *, by: By, now: datetime) -> Batch:
    """The government does not approve the batch, and says why (不予批准)."""
    batch = locked_batch(batch_id)
    access.require(by, "lists.refuse", batch.place_id, day_of(now), other_than=batch.gathered_by)
    batch.take("refuse", batch_facts(batch, now))
    batch.decided_at, batch.decided_by = now, by.officer_id
    batch.save()
    for a in _of(batch):
        move(a, "refuse", by, now, said(words, "不予批准的理由", "words"))
    return batch


@act
def effect(batch_id: int, *, by: By, now: datetime) -> Batch:
    """On its day the register changes by the batch's paper, through its own acts: all of it or nothing (施行).

    The next level is told: the same departments one level below, whose lists should follow.
    """
    batch = locked_batch(batch_id)
    access.require(by, "lists.effect", batch.place_id, day_of(now))
    batch.take("effect", batch_facts(batch, now))
    assert batch.instrument is not None and batch.day is not None  # the table and the database have seen to it
    rows = _of(batch)
    current().instrument = batch.instrument
    carry_out(rows, batch.instrument, batch.day, by, now)
    for a in rows:
        move(a, "effect", by, now, duty=a.duty)
    batch.effected_at, batch.snag = now, ""
    batch.save()
    note(
        batch=batch.no,
        day=batch.day.isoformat(),
        effected=[a.no for a in rows],
        next_level=next_level(batch, batch.day),
    )
    tell()
    return batch


def _new(first: Adjustment, title: str, by: By, now: datetime) -> Batch:
    with connection.cursor() as cursor:
        cursor.execute("select nextval('lists_batch_no')")
        number = int(cursor.fetchone()[0])
    name = said(title, "批次名称", "title", needed=False, most=120) or f"{day_of(now).year}年第{number}批清单调整"
    assert by.officer_id is not None  # `gather` was asked for a seat
    return Batch.objects.create(
        no=f"{day_of(now).year}-P{number:03}",
        title=name,
        place_id=first.place_id,
        gathered_at=now,
        gathered_by=by.officer_id,
    )


def _of(batch: Batch) -> list[Adjustment]:
    ids = list(batch.adjustments.values_list("pk", flat=True))
    return locked(ids) if ids else []


def _competent(rows: list[Adjustment], paper: Instrument, day: date, batch: Batch) -> None:
    for kind in sorted({a.duty.kind if a.duty else a.draft.get("kind", "power") for a in rows}):
        require_competence("publish_list", SUBJECTS.get(kind, "duty_list"), paper, day, [batch.place_id])
    if paper.effective and paper.effective > day:
        raise Refusal(
            "{paper}自{effective}起施行，不能早于它施行这一批", why="清单不能早于决定它的文件生效", rule="第3条",
            instead="请改为施行日或以后的日期", paper=paper.citation, effective=paper.effective, code="before_its_paper", field="day",
        )  # fmt: skip


def _tried(rows: list[Adjustment], paper: Instrument, day: date, by: By, now: datetime) -> None:
    """The trial is the act itself, so it cannot say anything else than the day will."""
    with transaction.atomic():
        carry_out(rows, paper, day, by, now)
        transaction.set_rollback(True)
