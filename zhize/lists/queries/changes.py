"""调整对照表: how two renders of a list differ, and by which acts and papers. Added, removed, changed field by field, or
passed from one body to another; nothing here is a guess: every line names the statements that made it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from zhize.kernel.period import ONE_DAY, Period
from zhize.lists.models import Edition
from zhize.lists.queries.editions import content, issue_of
from zhize.lists.queries.issues import Issue
from zhize.lists.queries.renderers import render
from zhize.lists.queries.sides import Passage, passages
from zhize.lists.wording import PARTS, part_word
from zhize.record.models import Event, Instrument
from zhize.record.tellings import name_of_act
from zhize.register.models import (
    Body,
    Duty,
    DutyBasis,
    DutyCode,
    DutyLink,
    DutyWording,
    Holding,
    Particulars,
)
from zhize.register.queries import body_names

ADDED, REMOVED, CHANGED, PASSED = "added", "removed", "changed", "passed"
LABELS = {ADDED: "新增", REMOVED: "取消", CHANGED: "变更", PASSED: "划转"}
OF_DUTY = (DutyWording, DutyCode, DutyBasis, DutyLink)
Key = tuple[str, str]  # body code, duty key
Cause = tuple[int, int]  # instrument, event


@dataclass(frozen=True)
class Point:
    """A list as of a day, as believed at a moment."""

    day: date
    believed: datetime | None = None


@dataclass(frozen=True)
class Part:
    """One field that reads differently."""

    name: str
    label: str
    before: str
    after: str


@dataclass
class Change:
    """One line of the table."""

    how: str
    item: dict[str, Any]
    parts: list[Part] = field(default_factory=list)
    giver: str = ""
    taker: str = ""
    sides: tuple[int, ...] = ()  # who gave it and who took it, by number
    causes: list[tuple[Instrument | None, Event]] = field(default_factory=list)

    @property
    def label(self) -> str:
        return LABELS[self.how]

    @property
    def key(self) -> Key:
        return self.item["body"]["code"], self.item["key"]

    def as_dict(self) -> dict[str, Any]:
        return {
            "how": self.how, "body": self.item["body"], "key": self.item["key"], "name": self.item["name"],
            "type": self.item["type"], "from": self.giver, "to": self.taker,
            "parts": [{"name": p.name, "label": p.label, "before": p.before, "after": p.after} for p in self.parts],
            "causes": [{"instrument": paper.citation if paper else "", "act": e.act, "event": e.pk, "at": e.at.isoformat()}
                       for paper, e in self.causes],
        }  # fmt: skip


def between(old: Edition, new: Edition) -> list[Change]:
    """The table from one edition to another of the same list."""
    ends = Point(old.day, old.believed), Point(new.day, new.believed)
    return explained(compare(content(old), content(new)), issue_of(new), *ends)


def since(issue: Issue, before: Point, after: Point) -> list[Change]:
    """The table between two days of a list, published or not."""
    one, two = (render(issue, p.day, p.believed) for p in (before, after))
    return explained(compare(one, two), issue, before, after)


def compare(one: dict[str, Any], two: dict[str, Any]) -> list[Change]:
    """Item by item; in the order the items are printed."""
    before, after = _by_key(one), _by_key(two)
    found = [Change(ADDED, i) for key, i in after.items() if key not in before]
    found += [Change(REMOVED, i) for key, i in before.items() if key not in after]
    both = ((before[key], i) for key, i in after.items() if key in before)
    found += [Change(CHANGED, i, parts) for was, i in both if (parts := differing(was, i))]
    return sorted(found, key=lambda c: (c.item["body"]["code"], c.item["type"], c.item["name"], c.key))


def differing(was: dict[str, Any], now: dict[str, Any]) -> list[Part]:
    """The fields in which one item reads differently in two renders."""
    fields = sorted({*was["said"], *now["said"]})
    pairs = [(name, was[name], now[name]) for name in PARTS]
    pairs += [(f"said.{name}", was["said"].get(name), now["said"].get(name)) for name in fields]
    return [_part(name, a, b) for name, a, b in pairs if a != b]


def _part(name: str, before: Any, after: Any) -> Part:
    label, was = part_word(name, before)
    return Part(name, label, was, part_word(name, after)[1])


def _by_key(rendered: dict[str, Any]) -> dict[Key, dict[str, Any]]:
    return {(i["body"]["code"], i["key"]): i for i in rendered["items"]}


def told(table: Iterable[Change]) -> list[dict[str, Any]]:
    """The lines with what their acts are called, for a page."""
    return [
        {"change": c, "causes": [{"paper": p, "act": name_of_act(e.act, e.touched)} for p, e in c.causes]}
        for c in table
    ]


# ---- by which acts and papers ----------------------------------------------------------------------------------------


def explained(found: list[Change], issue: Issue, before: Point, after: Point) -> list[Change]:
    """Each line with its causes; what left one body for another is one line, told from the giver's side."""
    bodies = dict(Body.objects.filter(code__in={c.key[0] for c in found}).values_list("code", "pk"))
    duties = dict(Duty.objects.filter(key__in={c.key[1] for c in found}).values_list("key", "pk"))
    causes = _causes(set(bodies.values()), set(duties.values()), before, after)
    papers = Instrument.objects.in_bulk({p for rows in causes.values() for p, _ in rows})
    events = Event.objects.in_bulk({e for rows in causes.values() for _, e in rows})
    for change in found:
        body, duty = bodies[change.key[0]], duties[change.key[1]]
        mine = causes[duty, body] | (causes[duty, None] if change.how == CHANGED else set())
        change.causes = [(papers.get(p), events[e]) for p, e in sorted(mine, key=lambda c: c[1])]
    return _passed(found, bodies, duties, before, after)


def _passed(
    found: list[Change], bodies: dict[str, int], duties: dict[str, int], before: Point, after: Point
) -> list[Change]:
    if after.day <= before.day:
        return found
    moved = passages(set(bodies.values()), Period(before.day + ONE_DAY, after.day + ONE_DAY), after.believed)
    names = body_names({b for p in moved for b in (p.giver, p.taker)}, after.day, after.believed)
    gave = {(p.duty_id, p.giver): p for p in moved}
    took = {(p.duty_id, p.taker): p for p in moved}
    gone = {(duties[c.key[1]], bodies[c.key[0]]) for c in found if c.how == REMOVED}
    kept = []
    for change in found:
        spot = duties[change.key[1]], bodies[change.key[0]]
        passage = gave.get(spot) if change.how == REMOVED else took.get(spot) if change.how == ADDED else None
        if passage and change.how == ADDED and (passage.duty_id, passage.giver) in gone:
            continue  # told from the giver's side already
        if passage:
            _pass_on(change, passage, names)
        kept.append(change)
    return kept


def _pass_on(change: Change, passage: Passage, names: dict[int, str]) -> None:
    change.how, change.giver, change.taker = PASSED, names[passage.giver], names[passage.taker]
    change.sides = (passage.giver, passage.taker)


def _causes(
    bodies: Iterable[int], duties: Iterable[int], before: Point, after: Point
) -> defaultdict[tuple[int, int | None], set[Cause]]:
    """(duty, body or None) → the papers and acts of every statement that holds at one of the two points only."""
    found: defaultdict[tuple[int, int | None], set[Cause]] = defaultdict(set)
    _collect(found, Holding, Q(body__in=bodies, duty__in=duties), "body_id", before, after)
    _collect(found, Particulars, Q(duty__in=duties) & (Q(body__in=bodies) | Q(body=None)), "body_id", before, after)
    for model in OF_DUTY:
        _collect(found, model, Q(duty__in=duties), None, before, after)
    return found


def _collect(
    found: defaultdict[tuple[int, int | None], set[Cause]],
    model: Any,
    which: Q,
    body: str | None,
    before: Point,
    after: Point,
) -> None:
    rows = model.objects.filter(which).select_related("withdrawn_by")
    one, two = ({r.pk: r for r in rows.as_of(p.day, p.believed)} for p in (before, after))
    for pk, row in {**one, **two}.items():
        if (pk in one) == (pk in two):
            continue
        found[row.duty_id, getattr(row, body) if body else None].add(_came(row) if pk in two else _went(row, after))


def _came(row: Any) -> Cause:
    return row.instrument_id, row.recorded_by_id


def _went(row: Any, after: Point) -> Cause:
    """Withdrawn by an act on its paper; else its span ran out, as the paper that set it said."""
    known = after.believed is None or (row.withdrawn_at is not None and row.withdrawn_at <= after.believed)
    if row.withdrawn_by is not None and known:
        return row.withdrawn_by.instrument_id or row.ended_by_id or row.instrument_id, row.withdrawn_by_id
    return row.ended_by_id or row.instrument_id, row.recorded_by_id
