"""The words acts on lists are given in."""

from __future__ import annotations

import dataclasses
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from zhize.lists.models import Divergence
from zhize.record.models import Instrument
from zhize.register.models import Body, Duty


@dataclass(frozen=True)
class Ruled:
    """What is decided about a difference: about which flag, how, why, from which day, by which paper if any."""

    divergence: Divergence
    about: str
    verdict: str
    reason: str
    from_day: date
    instrument: Instrument | None = None


Cited = tuple[str, str, str, str]  # a law's key, article, paragraph, item


@dataclass
class Draft:
    """An item as a body's list shall say it: words, codes, bases, levels, where and how it is held, every other field.

    `duty` names a catalogue item the body takes up as it stands (the only way to have a common power).
    """

    name: str = ""
    type: str = ""
    kind: str = "power"
    detail: str = ""
    field: str = ""
    levels: list[int] = dataclasses.field(default_factory=list)
    codes: dict[str, str] = dataclasses.field(default_factory=dict)
    bases: list[Cited] = dataclasses.field(default_factory=list)
    main: str = ""
    said: dict[str, Any] = dataclasses.field(default_factory=dict)
    level: int = 0
    where: list[int] = dataclasses.field(default_factory=list)
    without: list[int] = dataclasses.field(default_factory=list)
    capacity: str = "NAME_HOLDER"
    mode: str = "法定"
    duty: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Draft:
        known = {k: v for k, v in kept.items() if k in cls.__dataclass_fields__}
        bases = [(b[0], b[1], b[2], b[3]) for b in known.get("bases", [])]
        return cls(**known | {"bases": bases})


@dataclass(frozen=True)
class Asked:
    """What a department asks for: an item to be added, changed, dropped or moved, and why."""

    body: Body
    op: str
    draft: Draft
    reason: str
    duty: Duty | None = None
    to: Body | None = None
    article: str = ""
    words: str = ""
