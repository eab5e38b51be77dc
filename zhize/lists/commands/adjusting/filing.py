"""What a department's clerk does: draft an adjustment (起草), read in a sheet of them, file (报送), retract (撤回)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.lists.commands.adjusting.base import allow, locked, move, said
from zhize.lists.models import Adjustment, Sheet
from zhize.lists.queries.adjusting import drafted, reasons, site_of
from zhize.lists.queries.checking import faults
from zhize.lists.terms import Asked, Draft
from zhize.record.acts import act, explain, note, touch
from zhize.register import access
from zhize.register.models import Body


@act
def draft(asked: Asked, adjustment_id: int | None = None, *, by: By, now: datetime) -> Adjustment:
    """Write an adjustment down, or write it anew while it is a draft or was returned. Nothing is filed yet."""
    if adjustment_id is None:
        return _begun(asked, None, by, now)
    a = locked([adjustment_id])[0]
    allow(by, "draft", a, now)
    move(a, "draft", by, now)
    _write(a, asked, now)
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
    made = [_begun(x, sheet, by, now) for x in asked]
    touch(f"sheet:{sheet.pk}")
    note(file=file_name, sha256=sha256, drafted=len(made), **counts)
    return sheet


@act
def file(adjustment_ids: Collection[int], words: str = "", *, by: By, now: datetime) -> list[Adjustment]:
    """Send drafts to the legal office; again, after a return, with everything said before still there (报送). All or none."""
    rows = locked(adjustment_ids)
    for a in rows:
        allow(by, "file", a, now)
        _sound(a, now)
        a.round += 1
        move(a, "file", by, now, said(words, "报送说明", "words", needed=False), round=a.round, filed_by=by.officer_id,
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


def _begun(asked: Asked, sheet: Sheet | None, by: By, now: datetime) -> Adjustment:
    place = site_of(asked.body, day_of(now))
    access.require(by, "lists.draft", place, day_of(now), body=asked.body.pk)
    if place is None:
        raise Refusal("这个机构没有辖区，不能申报", instead="请先登记机构辖区", code="no_site")
    a = Adjustment(
        no=f"{day_of(now).year}-{_next():05}", body=asked.body, place_id=place, state="draft", since=now, sheet=sheet,
        drafted_by=by.officer_id,
    )  # fmt: skip
    _write(a, asked, now)
    _kept(a)
    touch(f"adjustment:{a.pk}", f"body:{a.body_id}")
    note(op=a.op, name=a.name)
    return a


def _write(a: Adjustment, asked: Asked, now: datetime) -> None:
    """What is asked, beside what the register says today."""
    if asked.body.pk != a.body_id:
        raise BadInput("申报机构不能改", instead="请撤回这一份，另外起草", code="other_body", field="body")
    known = asked.op in Adjustment.Op.values and any(
        r["code"] == asked.reason and asked.op in r["ops"] for r in reasons(a.place_id, day_of(now))
    )
    if not known:
        raise BadInput(
            "没有选调整原因，或者它不适用于这种调整", instead="请从列出的原因里选", code="bad_reason", field="reason"
        )
    a.op, a.duty, a.to, a.reason = asked.op, asked.duty, asked.to, asked.reason
    a.article = said(asked.article, "原因依据", "article", needed=False, most=200)
    a.words = said(asked.words, "理由说明", "words", needed=False)
    was = drafted(a.body, asked.duty, day_of(now)) if asked.duty else None
    a.was = was.as_json() if was else {}
    a.draft = {} if a.op == Adjustment.Op.DROP else asked.draft.as_json()
    a.name = (asked.draft.name if a.op in ("add", "change") else was.name if was else "")[:300] or "（未写名称）"


def _kept(a: Adjustment) -> None:
    try:
        with transaction.atomic():
            a.save()
    except IntegrityError as error:
        raise explain(error, Adjustment) from error


def _sound(a: Adjustment, now: datetime) -> None:
    """Errors bar the way and are all named; what the register says meanwhile is looked at again."""
    wrong = [f for f in faults(a, day_of(now)) if f.is_error]
    if wrong:
        first = wrong[0]
        raise Refusal(
            "“{name}”还不能报送：{why}", rule=first.rule, article=first.article, instead=first.instead, field=first.field,
            code="unsound", name=a.name, why=first.why, details=[{"field": f.field, "why": f.why} for f in wrong],
        )  # fmt: skip
    if a.duty_id and a.duty is not None:
        was = drafted(a.body, a.duty, day_of(now)) or Draft()
        a.was = was.as_json()
        a.save(update_fields=["was"])


def _next() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select nextval('lists_adjustment_no')")
        return int(cursor.fetchone()[0])
