"""What a change of law does to the lists: every item whose basis it touches, in classes, with what to do (spec §5d.5).

Asked before the change is entered (`impact`, what would happen) and after (`impact_of`, what is still to do).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from zhize.kernel.lawful import (
    ANY,
    CLASSES,
    GOOD,
    NEW,
    ORPHAN,
    REBASE,
    REVIEW,
    STATES,
    SUBSTANTIVE,
    UNMAPPED,
    Class,
    Fate,
    Move,
    classify,
)
from zhize.lists.queries.reissue import Circle, Line, reissue
from zhize.record.models import Law, LawChange, ProvisionMove
from zhize.register.models import Duty, DutyBasis, Holding
from zhize.register.queries.bodies import body_names
from zhize.register.queries.duties import duty_names
from zhize.register.queries.lawful import LawBook, law_book
from zhize.register.terms import Basis, LawChanged, Rebased

ORDER = (ORPHAN, SUBSTANTIVE, REVIEW, REBASE, NEW)


@dataclass(frozen=True)
class BasisFate:
    """One basis of an item, and what the change does to it."""

    basis: DutyBasis
    fate: Fate

    @property
    def state(self) -> str:
        return STATES[self.fate.state]

    @property
    def now(self) -> str:
        return "、".join(a for _law, a in self.fate.now)


@dataclass
class Affected:
    """An item the change touches: its class, its bases, who holds it, and what it should stand on."""

    duty: Duty
    name: str
    class_: Class
    bases: list[BasisFate]
    holders: list[str] = field(default_factory=list)
    areas: int = 0
    done: bool = False

    @property
    def draft(self) -> list[Basis]:
        """The bases it would have after renumbering; empty where a person has to decide."""
        if self.class_.name != REBASE:
            return []
        return [
            Basis(law, article, b.basis.paragraph, b.basis.item, b.basis.unverified)
            for b in self.bases
            if b.fate.state != GOOD
            for law, article in b.fate.now
        ]


@dataclass
class Impact:
    """All of it: the items by class, new articles without an item, what must be issued again, and how far the work is."""

    law: Law
    kind: str
    day: date
    affected: list[Affected]
    new: list[Move]
    reissue: list[Line]

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(a.class_.name for a in self.affected)
        counted[NEW] += len(self.new)
        return {name: counted[name] for name in ORDER if counted[name]}

    @property
    def done(self) -> int:
        return sum(a.done for a in self.affected)

    @property
    def share_done(self) -> float:
        return self.done / len(self.affected) if self.affected else 1.0


def impact(said: LawChanged, believed: datetime | None = None) -> Impact:
    """What would happen if this change were entered."""
    law = Law.objects.filter(key=said.law).first() or Law(key=said.law, name=said.name)
    moves = [Move(said.day, m.old, m.new, m.how, frozenset(m.about), m.to_law, m.note) for m in said.moves]
    book = law_book([law.pk] if law.pk else [], believed)
    if said.kind == LawChange.Kind.AMENDED and not moves:
        moves = [Move(said.day, ANY, (ANY,), UNMAPPED)]
    book.moves.setdefault(law.key, []).extend(moves)
    if said.kind == LawChange.Kind.REPEALED:
        book.ended[law.key] = said.day
    return _impact(law, said.kind, said.day, book, believed)


def impact_of(change: LawChange, believed: datetime | None = None) -> Impact:
    """What a change that is entered touches, and what of it is done by now."""
    return _impact(change.law, change.kind, change.from_day, law_book([change.law_id], believed), believed)


def _impact(law: Law, kind: str, day: date, book: LawBook, believed: datetime | None) -> Impact:
    """1 items standing on the law on the eve · 2 each with all its bases, weighed on the day · 3 holders · 4 consequences."""
    eve = day - timedelta(days=1)
    touched = DutyBasis.objects.as_of(eve, believed).filter(law_id=law.pk).values("duty_id")
    rows = list(
        DutyBasis.objects.as_of(eve, believed).filter(duty__in=touched).select_related("law", "duty").order_by("pk")
    )
    others = law_book({b.law_id for b in rows} - {law.pk}, believed)
    whole = LawBook(others.moves | book.moves, others.ended | book.ended)
    weighed: dict[int, list[tuple[DutyBasis, Fate]]] = defaultdict(list)
    for basis in rows:
        weighed[basis.duty_id].append((basis, whole.fate_by(basis, day)))
    classes = {duty_id: _class([f for _b, f in pairs], day) for duty_id, pairs in weighed.items()}
    hit = [duty_id for duty_id, name in classes.items() if name]
    made = _affected(hit, classes, weighed, day, believed, whole)
    return Impact(law, kind, day, made, _unanswered(law, book, day, believed), reissue("law", Circle(day, set(hit))))


def _class(fates: list[Fate], day: date) -> str:
    """Nothing, when what happens on this day passes the item by."""
    touched = any((f.dead and f.since == day) or any(m.day == day for m in f.moves) for f in fates)
    return classify(fates) if touched else ""


def _affected(
    hit: list[int], classes: dict[int, str], weighed: dict[int, list[tuple[DutyBasis, Fate]]], day: date,
    believed: datetime | None, book: LawBook,
) -> list[Affected]:  # fmt: skip
    names, duties = duty_names(hit, day, believed), Duty.objects.in_bulk(hit)
    held = _holders(hit, day, believed)
    done = _done(hit, day, believed, book)
    made = [
        Affected(
            duties[pk], names.get(pk, duties[pk].key), CLASSES[classes[pk]], [BasisFate(b, f) for b, f in weighed[pk]],
            *held.get(pk, ([], 0)), done=pk in done,
        )
        for pk in hit
    ]  # fmt: skip
    return sorted(made, key=lambda a: (ORDER.index(a.class_.name), a.duty.type, a.name))


def _holders(ids: Iterable[int], day: date, believed: datetime | None) -> dict[int, tuple[list[str], int]]:
    """By duty: who holds it (named), and in how many places."""
    rows = list(
        Holding.objects.as_of(day, believed).filter(duty_id__in=ids).values_list("duty_id", "body_id", "place_id")
    )
    names = body_names({b for _d, b, _p in rows}, day, believed)
    found: dict[int, tuple[dict[str, None], set[int]]] = {}
    for duty, body, place in rows:
        holders, places = found.setdefault(duty, ({}, set()))
        holders[names[body]] = None
        places.add(place)
    return {d: (list(h), len(p)) for d, (h, p) in found.items()}


def _done(ids: Iterable[int], day: date, believed: datetime | None, book: LawBook) -> set[int]:
    """Items that need nothing any more: what they stand on today is sound, or nobody holds them any longer."""
    wanted = set(ids)
    rows = DutyBasis.objects.as_of(day, believed).filter(duty_id__in=wanted).select_related("law")
    standing: dict[int, list[Fate]] = defaultdict(list)
    for basis in rows:
        standing[basis.duty_id].append(book.fate_by(basis, day) if basis.from_day < day else book.fate(basis, day))
    held = set(Holding.objects.as_of(day, believed).filter(duty_id__in=wanted).values_list("duty_id", flat=True))
    sound = {d for d, fates in standing.items() if not classify(fates)}
    return sound | (wanted - held)


def _unanswered(law: Law, book: LawBook, day: date, believed: datetime | None) -> list[Move]:
    """New articles of the day that no item stands on yet."""
    added = [m for m in book.moves.get(law.key, []) if m.how == ProvisionMove.How.ADDED and m.day == day]
    cited = set(DutyBasis.objects.as_of(day, believed).filter(law_id=law.pk).values_list("article", flat=True))
    return [m for m in added if not set(m.new) & cited]


def renumbered(found: Impact) -> list[Rebased]:
    """What one act can do by itself: the items of which only the article's number changed, and that nobody has moved yet."""
    return [
        Rebased(a.duty, found.day, tuple(b.basis.pk for b in a.bases if b.fate.state != GOOD), tuple(a.draft))
        for a in found.affected
        if a.draft and not a.done
    ]


def as_dict(found: Impact) -> dict[str, Any]:
    """For scripts (`zhize lists impact --json`)."""
    return {
        "law": found.law.key,
        "kind": found.kind,
        "effective": found.day.isoformat(),
        "counts": found.counts,
        "done": found.done,
        "items": [_item(a) for a in found.affected],
        "new": [{"articles": list(m.new), "note": m.note} for m in found.new],
        "reissue": [
            {"what": x.output.name, "label": x.output.label, "count": x.count, "things": [t.words for t in x.things]}
            for x in found.reissue
        ],
    }


def _item(a: Affected) -> dict[str, Any]:
    return {
        "duty": a.duty.key,
        "name": a.name,
        "type": a.duty.type,
        "class": a.class_.name,
        "action": a.class_.action,
        "bases": [
            {"cited": b.basis.citation, "state": b.fate.state, "now": b.now, "about": sorted(b.fate.about)}
            for b in a.bases
        ],
        "holders": a.holders,
        "areas": a.areas,
        "draft": [f"{b.law}{b.article}{b.paragraph}{b.item}" for b in a.draft],
        "done": a.done,
    }
