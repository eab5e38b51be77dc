"""Acts on matters: define the scheme, map matters to duties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from zhize.accounts.models import By
from zhize.kernel.period import day_of
from zhize.places.queries import root_place
from zhize.policy.queries import require_competence
from zhize.record.acts import end, note, state, touch
from zhize.record.models import Instrument
from zhize.register.commands.base import act, allow
from zhize.register.models import Duty, Matter, MatterDuty, MatterName, Segment


@dataclass(frozen=True)
class NewMatter:
    """A node of the scheme; its parent is the code without its last two digits."""

    code: str
    name: str
    from_day: date
    label: str = ""
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """A matter is answered by this duty (or a segment of it)."""

    matter: Matter
    duty: Duty
    rank: int = 1
    when: str = ""
    segment: Segment | None = field(default=None)


@act
def define_matters(lines: Sequence[NewMatter], *, instrument: Instrument, by: By, now: datetime) -> dict[str, Matter]:
    """Enter matters, parents first. Returns them by code."""
    allow(by, "register.define_matters", {_served(now)}, now)
    matters = {m.code: m for m in Matter.objects.all()}
    for length in sorted({len(x.code) for x in lines}):
        new = [
            Matter(code=x.code, parent=matters.get(x.code[:-2]), label=x.label) for x in lines if len(x.code) == length
        ]
        matters |= {m.code: m for m in Matter.objects.bulk_create(new)}
    state(
        MatterName(matter=matters[x.code], name=x.name, synonyms=list(x.synonyms), from_day=x.from_day) for x in lines
    )
    note(matters=len(lines))
    return matters


@act
def map_matter(
    answers: Sequence[Answer], *, day: date, instrument: Instrument, by: By, now: datetime
) -> list[MatterDuty]:
    """Say which duties answer which matters from `day` on; the earlier map of those matters ends."""
    allow(by, "register.map_matter", {_served(now)}, now)
    note(competence=require_competence("map_matter", "matter_map", instrument, day))
    matters = {a.matter.pk for a in answers}
    old = list(MatterDuty.objects.as_of(day).filter(matter_id__in=matters))
    end(old, day)
    touch(*(f"matter:{m}" for m in sorted(matters)[:500]))
    note(mapped=len(answers))
    return state(
        MatterDuty(matter=a.matter, duty=a.duty, segment=a.segment, rank=a.rank, when=a.when, from_day=day)
        for a in answers
    )


def _served(now: datetime) -> int:
    """The scheme is one for the whole place served; a part of it does not change it for all."""
    return root_place(day_of(now)).pk
