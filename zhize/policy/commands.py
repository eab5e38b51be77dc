"""Acts on policy: set a key, say who is competent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from zhize.accounts.models import By
from zhize.places.models import Place
from zhize.policy.keys import KEYS
from zhize.policy.models import Competence, Setting
from zhize.policy.queries import forget, require_competence
from zhize.record.acts import act, end, note, state
from zhize.record.judges import allow
from zhize.record.models import Instrument


@act
def set_policy(rows: Iterable[Setting], *, instrument: Instrument, by: By, now: datetime) -> list[Setting]:
    """Set keys for jurisdictions. An earlier value still open is ended on the new one's first day."""
    new = list(rows)
    for row in new:
        KEYS.check(row.key, row.value)
    allow(by, "policy.set_policy", {r.place_id for r in new}, now)
    note(competence=sorted(_competences(new, instrument)))
    _close_earlier(new)
    note(keys=sorted({r.key for r in new})[:50])
    stated = state(new)
    forget()
    return stated


@act
def set_competence(rows: Iterable[Competence], *, instrument: Instrument, by: By, now: datetime) -> list[Competence]:
    """Say who may issue which act (spec §10.2)."""
    new = list(rows)
    allow(by, "policy.set_competence", {r.place_id for r in new}, now)
    note(competences=len(new))
    return state(new)


def one(key: str, place: Place, value: Any, from_day: date, to_day: date | None = None, **more: Any) -> Setting:
    """A setting to be stated."""
    return Setting(key=key, place=place, value=value, from_day=from_day, to_day=to_day, **more)


def _competences(new: list[Setting], paper: Instrument) -> set[str]:
    """Each value is judged by the paper it cites, on its first day."""
    asked = {
        (
            "calendar" if r.key.startswith("calendar.") else "policy",
            r.instrument if r.instrument_id else paper,
            r.from_day,
        )
        for r in new
    }
    return {require_competence("set_policy", subject, cited, day) for subject, cited, day in asked}


def _close_earlier(new: list[Setting]) -> None:
    for row in new:
        earlier = Setting.objects.live().filter(key=row.key, place_id=row.place_id, from_day__lt=row.from_day)
        still = [r for r in earlier if r.to_day is None or r.to_day > row.from_day]
        if still:
            end(still, row.from_day)
