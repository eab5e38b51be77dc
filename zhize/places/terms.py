"""The words acts on places are given in: plain, dated, with the paper each part stands on (None: the act's paper)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Dated:
    """One value for a span: a name, a code, a parent's key."""

    value: str
    from_day: date
    to_day: date | None = None
    instrument_id: int | None = None
    ended_by_id: int | None = None


@dataclass
class PlaceHistory:
    """Everything to be said of a new place."""

    key: str
    level: int
    kind: str = "division"
    lives: list[Dated] = field(default_factory=list)
    names: list[Dated] = field(default_factory=list)
    codes: list[Dated] = field(default_factory=list)
    parents: list[Dated] = field(default_factory=list)
    managers: list[Dated] = field(default_factory=list)
    scheme: str = "GB2260"


@dataclass(frozen=True)
class Expression:
    """A place expression: these places, without those."""

    include: tuple[int, ...]
    exclude: tuple[int, ...] = ()


@dataclass(frozen=True)
class Outline:
    """How far a place reaches: GeoJSON, what the file calls it, and where the coordinates were taken from."""

    place_id: int
    geometry: dict[str, Any]
    label: str
    source: str = ""
