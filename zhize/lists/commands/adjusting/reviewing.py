"""What the legal office and the establishment office decide, and what the public says in between: vet, examine, comment, conclude."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from zhize.accounts.models import By
from zhize.lists.commands.adjusting.base import allow, locked, move, said
from zhize.lists.models import Adjustment, Comment
from zhize.record.acts import act


@act
def vet(adjustment_ids: Collection[int], passed: bool, words: str = "", *, by: By, now: datetime) -> list[Adjustment]:
    """Is it lawful? Passed on, or returned with the reason; never by who filed it (合法性审核)."""
    rows, why = locked(adjustment_ids), said(words, "退回理由", "words", needed=not passed)
    for a in rows:
        allow(by, "vet", a, now, other_than=a.filed_by)
        move(a, "vet" if passed else "vet:returned", by, now, why, vetted_by=by.officer_id if passed else None)
    return rows


@act
def examine(
    adjustment_ids: Collection[int], verdict: str, words: str = "", *, by: By, now: datetime
) -> list[Adjustment]:
    """The establishment office's word: `passed`, `announced` (passed, but the public is asked first) or `returned`."""
    rows, why = locked(adjustment_ids), said(words, "退回理由", "words", needed=verdict == "returned")
    step = {"passed": "examine", "announced": "examine:announced"}.get(verdict, "examine:returned")
    for a in rows:
        allow(by, "examine", a, now, other_than=a.vetted_by)
        move(a, step, by, now, why)
    return rows


@act
def comment(adjustment_id: int, words: str, name: str = "", *, by: By, now: datetime) -> Comment:
    """A member of the public says what he thinks, while it is announced (公示意见)."""
    a = locked([adjustment_id])[0]
    allow(by, "comment", a, now)
    move(a, "comment", by, now)
    return Comment.objects.create(
        adjustment=a, round=a.round, words=said(words, "意见", "words", most=2000), at=now,
        name=said(name, "署名", "name", needed=False, most=60),
    )  # fmt: skip


@act
def conclude(
    adjustment_ids: Collection[int], upheld: bool = False, words: str = "", *, by: By, now: datetime
) -> list[Adjustment]:
    """The announcement is over: nothing to change, or what the public said is upheld and the draft goes back."""
    rows, why = locked(adjustment_ids), said(words, "处理意见", "words", needed=upheld)
    for a in rows:
        allow(by, "conclude", a, now)
        move(a, "conclude:returned" if upheld else "conclude", by, now, why)
    return rows
