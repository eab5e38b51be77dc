"""How statements and things are told in words. The record keeps statements of every floor and knows none of their nouns:
each floor declares here how its own are named (`tellings.py` in the app), and the pages of papers and events ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.module_loading import autodiscover_modules

from zhize.record.models import Instrument, Statement, StatementQuerySet

Openly = Callable[[StatementQuerySet, date], StatementQuerySet]
Named = Mapping[int, tuple[str, str]]  # row or thing id → (words, address)
Name = Callable[[Sequence[Any], date], Named]


def everything(rows: StatementQuerySet, today: date) -> StatementQuerySet:
    return rows


@dataclass(frozen=True)
class Telling:
    """A kind of statement: the columns that make two rows speak of one thing, what that thing is, what is said of it, and
    which rows everybody may see."""

    model: type[Statement]
    same: tuple[str, ...]
    subject: Name
    value: Name
    order: tuple[str, ...] = ("-pk",)
    openly: Openly = everything

    def rows(self, today: date | None = None, **said: Any) -> StatementQuerySet:
        """Its live rows; with `today` those everybody may see."""
        live = self.model.objects.live().filter(**said)
        return self.openly(live, today) if today else live

    @property
    def key(self) -> str:
        return str(self.model._meta.model_name)


TELLINGS: dict[str, Telling] = {}
THINGS: dict[str, Callable[[Iterable[int], date], Named]] = {}
ACTS: dict[tuple[str, str], str] = {}  # (kind of thing, act) → label; kind "" where a word means one thing only


def tell_as(
    model: type[Statement],
    same: tuple[str, ...],
    subject: Name,
    value: Name,
    order: tuple[str, ...] = ("-pk",),
    openly: Openly = everything,
) -> None:
    """`order` is that of the rows on the page of a paper: what a reader came for stands first."""
    telling = Telling(model, same, subject, value, order, openly)
    TELLINGS[telling.key] = telling


def name_things(kind: str, names: Callable[[Iterable[int], date], Named]) -> None:
    """`kind` is the first half of what an event touched ("body:12")."""
    THINGS[kind] = names


def name_acts(labels: Mapping[str, str], kind: str = "") -> None:
    """`kind`: these labels hold for events that touched such a thing ("case"): 合并 of bodies is not 并案 of cases."""
    ACTS.update({(kind, act): label for act, label in labels.items()})


def name_of_act(act: str, touched: Iterable[str] = ()) -> str:
    """An act's label, by what it touched; the bare word when nobody named it."""
    kinds = {t.partition(":")[0] for t in touched}
    return next((ACTS[kind, act] for kind in (*sorted(kinds), "") if (kind, act) in ACTS), act)


def names_of_word(act: str) -> str:
    """Everything an act's word is called, where nothing says what it touched."""
    return "、".join(sorted({label for (_, word), label in ACTS.items() if word == act})) or act


def discover() -> None:
    """Every app's own `tellings` module, once all apps are ready."""
    autodiscover_modules("tellings")


# ---- what a paper changed -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A kind of statement the paper began or ended, with how many."""

    telling: Telling
    begun: int
    ended: int

    @property
    def what(self) -> str:
        return self.telling.model.WHAT


def changes(paper: Instrument, today: date) -> list[Change]:
    """Counted over every kind of statement everybody may see, the most first."""
    counted = [
        Change(t, t.rows(today, instrument=paper).count(), t.rows(today, ended_by=paper).count())
        for t in TELLINGS.values()
    ]
    return sorted((c for c in counted if c.begun or c.ended), key=lambda c: -(c.begun + c.ended))


@dataclass(frozen=True)
class Line:
    """One thing, before and after: what was said of it until the paper, what is said since."""

    subject: tuple[str, str]
    before: list[tuple[str, str]]
    after: list[tuple[str, str]]
    row: Statement


def lines(paper: Instrument, telling: Telling, rows: Sequence[Any], ended: bool, today: date) -> list[Line]:
    """The rows begun (or ended) by the paper, each beside what the paper put an end to (or in its place)."""
    if not rows:
        return []
    day = paper.day or rows[0].from_day
    others = _others(paper, telling, rows, ended, today)
    everyone = [*rows, *(o for found in others.values() for o in found)]
    values, subjects = telling.value(everyone, day), telling.subject(rows, day)
    made = []
    for row in rows:
        mine = [values[row.pk]]
        theirs = list(dict.fromkeys(values[o.pk] for o in others.get(_same(telling, row), [])))
        made.append(Line(subjects[row.pk], mine if ended else theirs, theirs if ended else mine, row))
    return made


def _others(
    paper: Instrument, telling: Telling, rows: Sequence[Any], ended: bool, today: date
) -> dict[tuple[Any, ...], list[Any]]:
    """The other side of the same things: rows the paper ended, or rows it began."""
    wanted = Q(instrument=paper) if ended else Q(ended_by=paper)
    near = Q(**{f"{telling.same[0]}__in": {getattr(r, telling.same[0]) for r in rows}})
    found: dict[tuple[Any, ...], list[Any]] = {}
    for other in telling.openly(telling.model.objects.live().filter(wanted & near), today):
        found.setdefault(_same(telling, other), []).append(other)
    return found


def _same(telling: Telling, row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in telling.same)


# ---- what an event touched ------------------------------------------------------------------------------------------


def touched(names: Iterable[str], day: date) -> list[tuple[str, str]]:
    """The things an event names, in words, with their pages; a kind nobody declared stays as it is."""
    by_kind: dict[str, list[int]] = {}
    for name in names:
        kind, _, number = name.partition(":")
        if kind in THINGS and number.isdecimal():
            by_kind.setdefault(kind, []).append(int(number))
    return [pair for kind, ids in by_kind.items() for pair in THINGS[kind](ids, day).values()]
