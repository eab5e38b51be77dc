"""The calendar of the national pack, and moments and limits in few words, for the clock's tests."""

import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from zhize.kernel.clock import Calendar, Derivation, Limit, derive
from zhize.kernel.period import BEIJING

PACK = Path(__file__).parents[3] / "packs" / "national" / "calendar.toml"


@cache
def notices() -> list[dict[str, Any]]:
    return list(tomllib.loads(PACK.read_text(encoding="utf-8"))["year"])


@cache
def china() -> Calendar:
    return Calendar.from_notices(notices(), version="2026-1")


def at(text: str) -> datetime:
    """A moment in Beijing: 2016-09-30 10:15."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def reckon(start: str, limit: str, calendar: Calendar | None = None, **terms: Any) -> Derivation:
    return derive(at(start), Limit.parse(limit), calendar or china(), **terms)


def last_day(start: str, limit: str, **terms: Any) -> date:
    return reckon(start, limit, **terms).due.date()
