"""The register's worklist of what cases have shown: a line is settled when the register has been amended, or need not be."""

from __future__ import annotations

from datetime import datetime

from zhize.accounts.models import By
from zhize.cases import rights  # noqa: F401  (declares the rights)
from zhize.cases.commands.base import said
from zhize.cases.models import Proposal
from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of
from zhize.record.acts import act, note, touch
from zhize.register import access


@act
def settle(proposal_id: int, outcome: str, *, by: By, now: datetime) -> Proposal:
    """The register editor has dealt with a line of the worklist, and says how."""
    row = Proposal.objects.select_for_update(of=("self",)).filter(pk=proposal_id, settled_at__isnull=True).first()
    if row is None:
        raise BadInput("没有这条待办的登记建议", instead="请刷新后查看", code="unknown_proposal")
    access.require(by, "cases.settle", row.place_id, day_of(now))
    touch(f"proposal:{row.pk}", f"case:{row.case_id}")
    row.settled_at, row.outcome = now, said(outcome, "处理结果", "outcome")
    row.save(update_fields=["settled_at", "outcome"])
    note(kind=row.kind, outcome=row.outcome)
    return row
