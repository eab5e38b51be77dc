"""From whom a reporter's identity stays sealed: everybody of a body that has or had the case, whatever his seat."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from zhize.cases.models import Case, Leg, Recusal
from zhize.kernel.errors import Refusal
from zhize.register.models import Seat
from zhize.register.queries.bodies import body_names


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


def standing_aside(case: Case) -> set[int]:
    """The bodies this case complains of."""
    return set(Recusal.objects.filter(case=case).values_list("body_id", flat=True))


def bodies_aside(case: Case, day: date) -> list[str]:
    """Their names, for the centre's eyes."""
    return sorted(body_names(standing_aside(case), day).values())


def own_case_names(body_id: int) -> list[str]:
    """The cases that complain of a body, as events name them."""
    return [f"case:{pk}" for pk in Recusal.objects.filter(body=body_id).values_list("case_id", flat=True)]


def without_own(rows: QuerySet[Any], seat: Seat, case: str = "pk") -> QuerySet[Any]:
    """Nobody of a body complained of sees that there is such a case, whatever his seat. `case`: the way to it."""
    return rows.exclude(**{f"{case}__in": Recusal.objects.filter(body=seat.body_id).values("case_id")})


def _concerned(case: Case, seat: Seat) -> bool:
    if seat.of_a_body or Leg.objects.filter(case=case, body=seat.body_id).exists():
        return True
    return seat.body_id in standing_aside(case)
