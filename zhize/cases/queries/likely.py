"""While somebody types: which matters the words may mean, and who answers for each in the place chosen.

Hot path of the public form (≤ 5 ms): the index of the scheme's words is kept in memory, the register is asked once for
all suggestions together, and nothing is explained that is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from zhize.cases.models import MatterModel
from zhize.cases.queries import routing
from zhize.cases.queries.lessons import words_of
from zhize.cases.queries.routing import Fresh
from zhize.cases.suggest.index import MatterIndex, MatterText
from zhize.record.models import Instrument
from zhize.register.models import Body, DutyWording, Matter, MatterDuty, MatterName
from zhize.register.queries.bodies import body_names
from zhize.register.queries.resolve import CONFLICT

MOST = 4
ENOUGH = 2  # characters before a suggestion makes sense
READ = 4000  # characters of a message that are listened to
_version: Fresh[int] = Fresh(5)
_indexes: Fresh[tuple[MatterIndex, dict[str, Named]]] = Fresh(3600, 4)


@dataclass(frozen=True)
class Named:
    """A matter with its name and the names above it."""

    pk: int
    code: str
    name: str
    path: str


@dataclass(frozen=True)
class Likely:
    """A suggestion: the matter, and who answers for it here today by which paper (nobody, when it is a gap)."""

    matter: Named
    words: list[str]
    body: Body | None = None
    body_name: str = ""
    document: Instrument | None = None
    conflict: bool = False


def likely(text: str, place_id: int | None, day: date, most: int = MOST) -> list[Likely]:
    """The best matters first; without a place only the matters."""
    if len(text.strip()) < ENOUGH:
        return []
    index, named = _index(day)
    return _answered([(named[h.code], h.words) for h in index.nearest(text[:READ], top=most)], place_id, day)


def _answered(hits: list[tuple[Named, list[str]]], place_id: int | None, day: date) -> list[Likely]:
    asked = routing.answers(((m.pk, place_id) for m, _ in hits), day) if place_id else {}
    answers = {matter: answer for (matter, _), answer in asked.items()}
    chosen = {pk: a.chosen for pk, a in answers.items() if a.chosen}
    names = body_names({c.body_id for c in chosen.values()}, day)
    bodies = Body.objects.in_bulk({c.body_id for c in chosen.values()})
    papers = Instrument.objects.in_bulk({c.instrument_id for c in chosen.values()})
    found = []
    for matter, words in hits:
        c, conflict = chosen.get(matter.pk), matter.pk in answers and answers[matter.pk].kind == CONFLICT
        found.append(
            Likely(matter, words, bodies[c.body_id], names[c.body_id], papers[c.instrument_id], conflict)
            if c
            else Likely(matter, words, conflict=conflict)
        )
    return found


def matters_like(text: str, day: date, most: int = 8) -> list[Named]:
    """For a picker: by code, or by the words."""
    index, named = _index(day)
    if text.strip().isdigit():
        return [n for code, n in sorted(named.items()) if code.startswith(text.strip())][:most]
    return [named[h.code] for h in index.nearest(text[:READ], top=most)]


def _index(day: date) -> tuple[MatterIndex, dict[str, Named]]:
    """Built again when the scheme or its map has changed."""
    version = _version.get("", _latest)
    return _indexes.get((version, day), lambda: _build(day))


def _latest() -> int:
    found = [
        MatterName.objects.aggregate(n=Max("recorded_by"))["n"],
        MatterDuty.objects.aggregate(n=Max("recorded_by"))["n"],
        MatterModel.objects.filter(since__isnull=False).aggregate(n=Max("no"))["n"],
    ]
    return hash(tuple(found))


def _build(day: date) -> tuple[MatterIndex, dict[str, Named]]:
    rows = list(MatterName.objects.as_of(day).select_related("matter").order_by("matter__code"))
    names = {r.matter.code: r.name for r in rows}
    wordings, examples = _wordings(day), _examples()
    texts, named = [], {}
    for r in rows:
        code = r.matter.code
        path = [names[code[:n]] for n in range(2, len(code), 2) if code[:n] in names]
        texts.append(
            MatterText(
                code, r.name, path, r.synonyms, wordings.get(r.matter_id, []), r.matter.label, examples.get(code, [])
            )
        )
        named[code] = Named(r.matter_id, code, r.name, " › ".join(path))
    return MatterIndex.build(texts), named


def _wordings(day: date) -> dict[int, list[str]]:
    said = dict(DutyWording.objects.as_of(day).values_list("duty_id", "name"))
    found: dict[int, list[str]] = {}
    for matter, duty in MatterDuty.objects.as_of(day).order_by("rank").values_list("matter_id", "duty_id"):
        found.setdefault(matter, []).extend([said[duty]] if duty in said else [])
    return found


def _examples() -> dict[str, list[str]]:
    """The cases that the model in service names for each matter."""
    named = (
        MatterModel.objects.filter(since__isnull=False, until__isnull=True).values_list("examples", flat=True).first()
    )
    return words_of(named) if named else {}


def matter_index(day: date) -> MatterIndex:
    """The words of the scheme in force that day."""
    return _index(day)[0]


def named_by_code(day: date) -> dict[str, Named]:
    """Every matter in force that day."""
    return _index(day)[1]


def matter_by_code(code: str) -> Matter | None:
    return Matter.objects.select_related("parent").filter(code=code).first() if code.isdigit() else None


def forget() -> None:
    """Drop what is remembered; for tests."""
    for shelf in (_version, _indexes):
        shelf.kept.clear()
