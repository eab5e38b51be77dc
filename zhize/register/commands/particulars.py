"""The act on an item's particulars: describe."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zhize.accounts.models import By
from zhize.record.acts import end as close
from zhize.record.acts import note, state, touch, withdraw
from zhize.record.models import Instrument
from zhize.register.commands.base import act, allow, held_in, sites
from zhize.register.fields import read
from zhize.register.models import Particulars
from zhize.register.terms import Described


@act
def describe(lines: Sequence[Described], *, instrument: Instrument, by: By, now: datetime) -> list[Particulars]:
    """Say the particulars of items, each from its day on; what was said before ends that day. Raises BadInput by field."""
    allow(by, "register.describe", _concerned(lines, now), now)
    checked = [(x, read(x.said, x.duty.type)) for x in lines]
    _make_room(lines)
    touch(*sorted({f"duty:{x.duty.pk}" for x in lines})[:500])
    note(described=len(lines))
    return state(
        Particulars(duty=x.duty, body=x.body, said=said, from_day=x.from_day, clause=x.clause)
        for x, said in checked
        if said
    )


def _concerned(lines: Sequence[Described], now: datetime) -> set[int]:
    """Where a body says it of itself, that body's territory; what a catalogue says holds wherever the duty is held."""
    own = sites({x.body for x in lines if x.body is not None}, now)
    return own.union(*(held_in(x.duty) for x in lines if x.body is None))


def _make_room(lines: Sequence[Described]) -> None:
    """End what holds on the day; a later statement, already written for the future, gives way too."""
    begin = {(x.duty.pk, x.body.pk if x.body else None): x.from_day for x in lines}
    rows = Particulars.objects.live().filter(duty_id__in={d for d, _ in begin}).select_for_update().order_by("pk")
    held = [r for r in rows if (r.duty_id, r.body_id) in begin]
    held = [r for r in held if r.to_day is None or r.to_day > begin[r.duty_id, r.body_id]]
    withdraw([r for r in held if r.from_day >= begin[r.duty_id, r.body_id]])
    for day in sorted({begin[r.duty_id, r.body_id] for r in held}):
        close([r for r in held if r.from_day < day == begin[r.duty_id, r.body_id]], day)
