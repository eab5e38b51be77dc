"""attach: a file somebody sent goes with a case. What it is was looked at before (`zhize.cases.attaching`)."""

from __future__ import annotations

from datetime import datetime

from zhize.accounts.models import By
from zhize.cases import attaching
from zhize.cases.attaching import Found
from zhize.cases.commands.base import allow, locked
from zhize.cases.models import Attachment
from zhize.kernel.errors import Refusal
from zhize.record.acts import act, note

MOST = 20  # of one case


@act
def attach(case_id: int, found: Found, *, by: By, now: datetime) -> Attachment:
    """Keep a file with the case. The same file sent twice is attached once, and says so by being the first one again."""
    case = locked(case_id)
    allow(by, "attach", case, now)
    if case.over:
        raise Refusal("不能再附上附件", why="这一件已经结束", instead="请作为新的诉求提出", code="over")
    there = list(Attachment.objects.filter(case=case))
    same = next((a for a in there if a.sent_digest == found.sent_digest), None)
    note(digest=found.digest, type=found.type, size=len(found.data), again=True if same else None)
    if same is not None:
        return same
    if len(there) >= MOST:
        raise Refusal(
            "附件已经够多", why="一件至多{most}个附件", instead="请在内容里写明", code="too_many_files", most=MOST
        )
    attaching.put(found)
    return Attachment.objects.create(
        case=case,
        no=len(there) + 1,
        kind=found.kind,
        type=found.type,
        name=found.name,
        size=len(found.data),
        digest=found.digest,
        sent_digest=found.sent_digest,
        by=Attachment.By.OFFICE if by.officer_id else Attachment.By.REPORTER,
        lat=found.lat,
        lon=found.lon,
        at=now,
    )
