"""How power items were classed (权力类型) in 2014, in 2016 and today: dated, cited, and mapped onto today's types.

Each scheme is a value of the policy key `lists.type_scheme`, in force from one day to the next; an old sheet, an old filter and
an item's page of an old day are read through it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from zhize.kernel.text import fold
from zhize.policy.queries import values
from zhize.record.models import Instrument

KEY = "lists.type_scheme"


@dataclass(frozen=True)
class Scheme:
    """One classification: what it was called, its span and paper, and each class with the type it is today."""

    name: str
    since: date
    until: date | None
    instrument_id: int | None
    unverified: bool
    classes: tuple[tuple[str, str], ...]  # name → today's type

    @property
    def paper(self) -> Instrument | None:
        return Instrument.objects.filter(pk=self.instrument_id or 0).first()

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def called(self, type_: str) -> list[str]:
        """What today's type was called; several when it was more than one class."""
        return [name for name, now in self.classes if now == type_]


def schemes(chain: Collection[int]) -> list[Scheme]:
    """Every classification the places of the chain have had, the oldest first."""
    found = []
    for v in values(KEY, list(chain)):
        classes = tuple((str(c["name"]), str(c["type"])) for c in v.value["values"])
        found.append(Scheme(v.value["name"], v.from_day, v.to_day, v.instrument_id, v.unverified, classes))
    return sorted(found, key=lambda s: s.since)


def scheme_on(day: date, chain: Collection[int]) -> Scheme | None:
    """The classification in force that day."""
    return next((s for s in reversed(schemes(chain)) if s.holds(day)), None)


def type_of(word: str, chain: Collection[int], day: date | None = None) -> str:
    """Today's type of a class's name, of the scheme of the day when one is given, else of any; "" when no scheme knows it."""
    said = fold(word)
    wanted = [s for s in schemes(chain) if day is None or s.holds(day)]
    return next((now for s in reversed(wanted) for name, now in s.classes if fold(name) == said), "")
