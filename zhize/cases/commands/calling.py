"""recognise: which cases came from this telephone before. The number is looked up by its keyed digest and stored nowhere."""

from __future__ import annotations

from datetime import datetime

from zhize.accounts.models import By
from zhize.cases import sealing
from zhize.cases.models import Case, Look
from zhize.cases.queries.calling import calls_of
from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of
from zhize.record.acts import act, note, touch
from zhize.register import access
from zhize.register.models import Seat

MOST = 10


@act
def recognise(phone: str, *, by: By, now: datetime) -> list[Case]:
    """The caller's latest cases within the seat's reach. Each case shown is a look at who sent it, and kept as one."""
    access.allow(by, "cases.recognise", set(), now)
    digest = sealing.caller_digest(phone)
    if not digest:
        raise BadInput("电话号码读不出来", instead="请填写完整的号码", field="phone", code="bad_phone")
    seat = Seat.objects.get(pk=by.seat_id) if by.seat_id else None
    found = list(calls_of(digest, seat, now)[:MOST])
    Look.objects.bulk_create(
        [
            Look(case=c, officer=by.officer_id, body_id=seat.body_id if seat else None, field="caller", purpose="来电识别", who=by.name, at=now)
            for c in found
        ]
    )  # fmt: skip
    touch(*(f"case:{c.pk}" for c in found))
    note(cases=[c.no for c in found], day=day_of(now).isoformat())
    return found
