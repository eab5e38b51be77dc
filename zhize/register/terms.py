"""The words acts on the register are given in: plain lines, as an instrument's annex would list them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhize.places.models import Place
from zhize.places.terms import Expression
from zhize.register.models import Body, Duty, Segment


@dataclass
class NewBody:
    """A body to be founded."""

    code: str
    kind: str
    level: int
    name: str
    from_day: date
    place_id: int
    short: str = ""
    family: str = ""
    superior: str = ""
    phone: str = ""
    address: str = ""
    uscc: str = ""
    demo: bool = False
    to_day: date | None = None
    instrument_id: int | None = None


@dataclass
class NewDuty:
    """A duty to be defined: its words, codes, bases, and the main duty it is part of."""

    key: str
    kind: str
    name: str
    from_day: date
    type: str = ""
    detail: str = ""
    levels: list[int] = dataclasses.field(default_factory=list)
    field: str = ""
    codes: dict[str, str] = dataclasses.field(default_factory=dict)
    bases: list[Basis] = dataclasses.field(default_factory=list)
    main: str = ""
    personal_liberty: bool = False
    legal_days: int | None = None
    promised_days: int | None = None
    demo: bool = False


@dataclass(frozen=True)
class Basis:
    """A legal basis: the law's key and the article as written."""

    law: str
    article: str = ""
    paragraph: str = ""
    item: str = ""
    unverified: bool = False


@dataclass(frozen=True)
class Line:
    """One line of an assignment: this body holds this duty there, from that day."""

    duty: Duty
    body: Body
    level: int
    where: Expression
    from_day: date
    to_day: date | None = None
    segment: Segment | None = None
    capacity: str = "NAME_HOLDER"
    mode: str = "法定"
    principal: Body | None = None
    concurrent: str = ""
    clause: str = ""


@dataclass(frozen=True)
class Share:
    """A body and the places it gives up or takes over."""

    body: Body
    where: Expression


@dataclass(frozen=True)
class Transfer:
    """One line of a hand-over: what leaves whom, what arrives where. Out must equal in (invariant 4)."""

    duty: Duty
    leaving: tuple[Share, ...]
    arriving: tuple[Share, ...]
    level: int
    segment: Segment | None = None
    clause: str = ""


@dataclass(frozen=True)
class Described:
    """What is said of a duty from a day on (`register/fields.py`): by the catalogue (no body), or by one body for itself."""

    duty: Duty
    said: dict[str, Any]
    from_day: date
    body: Body | None = None
    clause: str = ""


@dataclass(frozen=True)
class Moved:
    """What a change does to one article (record.ProvisionMove); `to_law` is a law's key."""

    old: str
    new: tuple[str, ...]
    how: str
    about: tuple[str, ...] = ()
    to_law: str = ""
    note: str = ""


@dataclass(frozen=True)
class LawChanged:
    """立改废释: what happened to a law, from which day, article by article, with the new words where they are at hand."""

    law: str
    kind: str
    day: date
    moves: tuple[Moved, ...] = ()
    texts: dict[str, str] = dataclasses.field(default_factory=dict)
    name: str = ""  # with 立: the new law
    level: str = ""
    author: str = ""
    note: str = ""


@dataclass(frozen=True)
class Rebased:
    """A duty stands on other articles from a day on: these bases end, those begin."""

    duty: Duty
    day: date
    ends: tuple[int, ...]
    bases: tuple[Basis, ...]


@dataclass(frozen=True)
class Excused:
    """A duty that a level does not exercise in a place, and why (`Absence.Reason`)."""

    duty: Duty
    place: Place
    level: int
    reason: str
    from_day: date
    note: str = ""
    clause: str = ""


@dataclass(frozen=True)
class TownshipLine:
    """One line of a township's three lists (`TownshipItem.Kind`); `place` is the township, or a county for all of its own."""

    duty: Duty
    place: Place
    kind: str
    from_day: date
    superior: Body | None = None
    how: str = ""
    clause: str = ""
