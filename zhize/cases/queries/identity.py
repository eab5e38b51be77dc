"""From whom a reporter's identity stays sealed: everybody of a body that has or had the case, whatever his seat."""

from __future__ import annotations

from zhize.cases.models import Case, Leg
from zhize.kernel.errors import Refusal
from zhize.register.models import Seat


def sealed_from(case: Case, seat: Seat) -> Refusal | None:
    """Why this seat may not learn who reported; None when it may, or when nobody asked for it to be sealed."""
    if not case.confidential or not _concerned(case, seat):
        return None
    return Refusal(
        "不能查看来件人信息",
        why="这一件的来件人身份对承办机构保密",
        article="信访条例第二十三条",
        rule="保密",
        instead="需要联系来件人的，请由热线转达",
        code="confidential",
    )


def _concerned(case: Case, seat: Seat) -> bool:
    return seat.role == Seat.Role.HANDLER or Leg.objects.filter(case=case, body=seat.body_id).exists()
