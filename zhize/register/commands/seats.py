"""Acts on seats: appoint, dismiss."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput
from zhize.policy.queries import require_competence
from zhize.record.acts import end, note, state, touch
from zhize.record.models import Instrument
from zhize.register.commands.base import act, allow
from zhize.register.models import Seat


@act
def appoint(seats: Sequence[Seat], *, instrument: Instrument, by: By, now: datetime) -> list[Seat]:
    """Give officers their seats; nobody gives one to himself."""
    if not seats:
        raise BadInput("没有写明要安排哪个席位", instead="请写明人员、角色、机构和地方", field="seats", code="empty")
    for s in seats:
        allow(by, "register.appoint", [s.place_id], now, other_than=s.officer_id)
    note(
        competence=sorted({require_competence("appoint", "seat", instrument, s.from_day, [s.place_id]) for s in seats})
    )
    touch(*(f"officer:{s.officer_id}" for s in seats))
    note(appointed=len(seats))
    return state(seats)


@act
def dismiss(seat: Seat, *, day: date, instrument: Instrument, by: By, now: datetime) -> None:
    """The seat ends on `day`."""
    allow(by, "register.dismiss", [seat.place_id], now)
    require_competence("appoint", "seat", instrument, day, [seat.place_id])
    touch(f"officer:{seat.officer_id}")
    end([seat], day)
