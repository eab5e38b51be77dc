"""The last door before a leg is made: a body complained of does not get the case, whoever sends it and however."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from zhize.cases.models import Case, Recusal
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.register.queries.bodies import body_name


def stand_aside(case: Case, bodies: Collection[int], now: datetime) -> None:
    """Refuse a body that the case complains of (信访条例第二十三条: never handed on to who is complained of)."""
    barred = Recusal.objects.filter(case=case, body__in=bodies).values_list("body", flat=True).first()
    if barred is not None:
        raise Refusal(
            "不能分派给{body}",
            why="这一件反映的就是它",
            article="信访条例第二十三条",
            rule="回避",
            instead="请分派给它的上级机关或者有权处理的其他机关",
            code="complained_of",
            field="body",
            body=body_name(barred, day_of(now)),
        )
