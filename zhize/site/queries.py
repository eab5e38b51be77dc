"""One box for everything: matters, duties, bodies, places, papers and laws that hold the words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from zhize.kernel.text import fold
from zhize.places.asking import Asked
from zhize.places.models import Place
from zhize.places.queries import full_names, search_places
from zhize.record.models import Event, Instrument
from zhize.record.queries import instruments_like, laws_like, papers
from zhize.register.models import BodyLife, Duty, Holding, Matter, MatterName
from zhize.register.queries.directory import directory
from zhize.register.queries.opened import found_openly


class Hit(NamedTuple):
    """One thing found: its words, a note, its address, and `kind:key` for the picker."""

    text: str
    note: str
    url: str
    pick: str


@dataclass
class Found:
    """What the words led to, by kind."""

    matters: list[Hit] = field(default_factory=list)
    duties: list[Hit] = field(default_factory=list)
    bodies: list[Hit] = field(default_factory=list)
    places: list[Hit] = field(default_factory=list)
    instruments: list[Hit] = field(default_factory=list)
    laws: list[Hit] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(hits) for hits in vars(self).values())


def search(words: str, place: Place, on: Asked, limit: int = 12) -> Found:
    """Everything that holds the words, each kind by its own reckoning."""
    if not fold(words):
        return Found()
    return Found(
        matters(words, place, on, limit),
        _duties(words, place, on, limit),
        _bodies(words, on, limit),
        _places(words, on, limit),
        _instruments(words, limit),
        [Hit(x.name, x.level, x.get_absolute_url(), f"law:{x.key}") for x in laws_like(words, limit)],
    )


def matters(words: str, place: Place, on: Asked, limit: int = 8) -> list[Hit]:
    """Matters by name, then by what people call them; the last level first, for that is what can be answered."""
    said = fold(words)
    rows = MatterName.objects.as_of(on.day).select_related("matter")
    ranked = sorted(
        (rank, -len(r.matter.code), r.matter.code, r, word) for r in rows for rank, word in [_rank(r, said)] if rank < 9
    )
    return [
        Hit(r.name, word, on.url("register:who", q=r.matter.code, place=place.key), f"matter:{r.matter.code}")
        for _rank_, _level, _code, r, word in ranked[:limit]
    ]


def _rank(row: MatterName, said: str) -> tuple[int, str]:
    """0 the name itself, 1 an everyday word, 2 and 3 part of either; the everyday word met is shown beside the name."""
    name, synonyms = fold(row.name), row.synonyms
    exact = next((s for s in synonyms if fold(s) == said), "")
    within = next((s for s in synonyms if said in fold(s) or (len(s) > 1 and fold(s) in said)), "")
    if name == said or exact:
        return (0, "") if name == said else (1, exact)
    if said in name or name in said:
        return 2, ""
    return (3, within) if within else (9, "")


def _duties(words: str, place: Place, on: Asked, limit: int) -> list[Hit]:
    rows = found_openly(words, on.day, limit)
    return [
        Hit(w.name, _duty_note(w.duty), on.url("register:who", q=w.duty.key, place=place.key), f"duty:{w.duty.key}")
        for w in rows
    ]


def _duty_note(duty: Duty) -> str:
    return str(duty.get_type_display() if duty.type else duty.get_kind_display())


def _bodies(words: str, on: Asked, limit: int) -> list[Hit]:
    rows = directory(on.day, words=words).order_by("body__level", "body__code")[:limit]
    return [
        Hit(r.name, str(r.body.get_kind_display()), on.url("register:body", r.body.code), f"body:{r.body.code}")
        for r in rows
    ]


def _places(words: str, on: Asked, limit: int) -> list[Hit]:
    found = search_places(words, on.day, limit)
    wholes = full_names([p.pk for p, _name in found], on.day)
    return [
        Hit(
            name,
            wholes[p.pk] if wholes[p.pk] != name else str(p.get_level_display()),
            on.url("places:place", p.key),
            f"place:{p.key}",
        )
        for p, name in found
    ]


def _instruments(words: str, limit: int) -> list[Hit]:
    rows = instruments_like(words).exclude(kind=Instrument.Kind.LAW).order_by("-effective", "pk")[:limit]
    return [Hit(i.title, i.number or i.issuer, i.get_absolute_url(), f"instrument:{i.key}") for i in rows]


@dataclass(frozen=True)
class Counts:
    """What the register holds on a day, for the home page."""

    bodies: int
    duties: int
    matters: int
    holdings: int
    instruments: int
    acts: int


def counts(day: date) -> Counts:
    return Counts(
        BodyLife.objects.as_of(day).count(),
        Duty.objects.count(),
        Matter.objects.count(),
        Holding.objects.as_of(day).count(),
        papers().count(),
        Event.objects.count(),
    )


def latest(day: date, limit: int = 6) -> list[Instrument]:
    """The newest papers that changed something in the register, laws left out."""
    rows = papers().exclude(kind=Instrument.Kind.LAW).filter(events__isnull=False, effective__lte=day).distinct()
    return list(rows.order_by("-effective", "-pk")[:limit])
