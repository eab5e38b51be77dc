"""What a department's clerk does: draft an adjustment (起草), read in a sheet of them, file (报送), retract (撤回)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.lists.commands.adjusting.base import allow, locked, move, said
from zhize.lists.models import Adjustment, Sheet
from zhize.lists.queries.adjusting import drafted_all, filing_facts, reasons, site_of
from zhize.lists.queries.checking import faults
from zhize.lists.queries.reference import Reference
from zhize.lists.terms import Asked, Draft
from zhize.record.acts import act, explain, note, touch
from zhize.register import access
from zhize.register.models import Body


@act
def draft(asked: Asked, adjustment_id: int | None = None, *, by: By, now: datetime) -> Adjustment:
    """Write an adjustment down, or write it anew while it is a draft or was returned. Nothing is filed yet."""
    if adjustment_id is None:
        return _begun([asked], asked.body, None, by, now)[0]
    a = locked([adjustment_id])[0]
    allow(by, "draft", a, now)
    move(a, "draft", by, now)
    _write(a, asked, reasons(a.place_id, day_of(now)), _standing([asked], asked.body, now))
    _kept(a)
    return a


@act
def draft_sheet(
    body: Body, kind: str, asked: Sequence[Asked], *, file_name: str, sha256: str, rows: list[dict[str, Any]],
    counts: dict[str, int], by: By, now: datetime,
) -> Sheet:  # fmt: skip
    """A list that came back from a spreadsheet: every changed row becomes a draft, the others are kept with what they became."""
    access.require(by, "lists.draft_sheet", None, day_of(now), body=body.pk)
    if not asked:
        raise Refusal(
            "表里没有可以报送的改动",
            why="各行与登记一致，或者没有采纳",
            instead="请按逐行结果改正后重新上传",
            code="nothing_to_file",
        )
    sheet = Sheet.objects.create(
        body=body, kind=kind, file_name=file_name[:255], sha256=sha256, at=now, rows=rows, counts=counts
    )
    made = _begun(asked, body, sheet, by, now)
    touch(f"sheet:{sheet.pk}")
    note(file=file_name, sha256=sha256, drafted=len(made), **counts)
    return sheet


@act
def file(adjustment_ids: Collection[int], words: str = "", *, by: By, now: datetime) -> list[Adjustment]:
    """Send drafts to the legal office; again, after a return, with everything said before still there (报送). All or none."""
    rows, day = locked(adjustment_ids), day_of(now)
    why = said(words, "报送说明", "words", needed=False)
    for a in {(a.place_id, a.body_id): a for a in rows}.values():
        allow(by, "file", a, now)
    known = Reference(rows, day)
    for body, mine in _by_body(rows):
        standing = drafted_all(body, [a.duty for a in mine if a.duty], day)
        for a in mine:
            _sound(a, known, standing)
            move(a, "file", by, now, why, filing_facts(a, now), was=a.was, round=a.round + 1, filed_by=by.officer_id,
                 filed_at=now, vetted_by=None)  # fmt: skip
    note(filed=[a.no for a in rows])
    return rows


@act
def retract(adjustment_ids: Collection[int], words: str = "", *, by: By, now: datetime) -> list[Adjustment]:
    """The department no longer asks for it (撤回申报); possible until it is in a batch."""
    rows = locked(adjustment_ids)
    for a in rows:
        allow(by, "retract", a, now)
        move(a, "retract", by, now, said(words, "撤回理由", "words", needed=a.state != "draft"))
    return rows


def _begun(asked: Sequence[Asked], body: Body, sheet: Sheet | None, by: By, now: datetime) -> list[Adjustment]:
    """New drafts of one body, a sheet's thousands as well as one: numbered, beside what the register says today."""
    day = day_of(now)
    place = site_of(body, day)
    access.require(by, "lists.draft", place, day, body=body.pk)
    if place is None:
        raise Refusal("这个机构没有辖区，不能申报", instead="请先登记机构辖区", code="no_site")
    allowed, standing = reasons(place, day), _standing(asked, body, now)
    made = [
        Adjustment(
            no=f"{day.year}-{number:05}",
            body=body,
            place_id=place,
            state="draft",
            since=now,
            sheet=sheet,
            drafted_by=by.officer_id,
        )
        for number in _numbers(len(asked))
    ]
    for a, said_ in zip(made, asked, strict=True):
        _write(a, said_, allowed, standing)
    _kept(*made)
    touch(*(f"adjustment:{a.pk}" for a in made), f"body:{body.pk}")
    if sheet is None:
        note(op=made[0].op, name=made[0].name)
    return made


def _standing(asked: Sequence[Asked], body: Body, now: datetime) -> dict[str, Draft]:
    """What the register says today of the items asked about, by key."""
    return drafted_all(body, [x.duty for x in asked if x.duty], day_of(now))


def _write(a: Adjustment, asked: Asked, allowed: Sequence[dict[str, Any]], standing: Mapping[str, Draft]) -> None:
    """What is asked, beside what the register says today."""
    if asked.body.pk != a.body_id:
        raise BadInput("申报机构不能改", instead="请撤回这一份，另外起草", code="other_body", field="body")
    known = asked.op in Adjustment.Op.values and any(
        r["code"] == asked.reason and asked.op in r["ops"] for r in allowed
    )
    if not known:
        raise BadInput(
            "没有选调整原因，或者它不适用于这种调整", instead="请从列出的原因里选", code="bad_reason", field="reason"
        )
    a.op, a.duty, a.to, a.reason = asked.op, asked.duty, asked.to, asked.reason
    a.article = said(asked.article, "原因依据", "article", needed=False, most=200)
    a.words = said(asked.words, "理由说明", "words", needed=False)
    was = standing.get(asked.duty.key) if asked.duty else None
    a.was = was.as_json() if was else {}
    a.draft = {} if a.op == Adjustment.Op.DROP else asked.draft.as_json()
    a.name = (asked.draft.name if a.op in ("add", "change") else was.name if was else "")[:300] or "（未写名称）"


def _kept(*made: Adjustment) -> None:
    try:
        with transaction.atomic():
            if made[0].pk:
                made[0].save()
            else:
                Adjustment.objects.bulk_create(made, batch_size=500)
    except IntegrityError as error:
        raise explain(error, Adjustment) from error


def _by_body(rows: list[Adjustment]) -> list[tuple[Body, list[Adjustment]]]:
    found: dict[int, tuple[Body, list[Adjustment]]] = {}
    for a in rows:
        found.setdefault(a.body_id, (a.body, []))[1].append(a)
    return list(found.values())


def _sound(a: Adjustment, known: Reference, standing: Mapping[str, Draft]) -> None:
    """Errors bar the way and are all named; what the register says meanwhile is looked at again."""
    wrong = [f for f in faults(a, known.day, known) if f.is_error]
    if wrong:
        first = wrong[0]
        raise Refusal(
            "“{name}”还不能报送：{why}", rule=first.rule, article=first.article, instead=first.instead, field=first.field,
            code="unsound", name=a.name, why=first.why, details=[{"field": f.field, "why": f.why} for f in wrong],
        )  # fmt: skip
    if a.duty is not None:
        a.was = standing.get(a.duty.key, Draft()).as_json()


def _numbers(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("select nextval('lists_adjustment_no') from generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]
