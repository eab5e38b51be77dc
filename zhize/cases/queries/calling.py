"""The cases of one telephone, newest first, as far as a seat sees."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from zhize.cases.models import Caller, Case
from zhize.cases.queries.desk import visible
from zhize.register.models import Seat


def calls_of(digest: str, seat: Seat | None, now: datetime) -> QuerySet[Case]:
    """Of sealed cases nothing: that somebody reported wrongdoing is not read off a telephone number."""
    rows = visible(seat, now) if seat else Case.objects.all()
    ids = Caller.objects.filter(digest=digest).values("case_id")
    return rows.filter(pk__in=ids, confidential=False).select_related("matter", "place").order_by("-pk")
