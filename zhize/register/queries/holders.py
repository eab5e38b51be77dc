"""Who answers where: one duty or matter over all the places of a day, and the provisions a basis quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhize.places.models import Place, PlacePath
from zhize.places.queries import children, place_names
from zhize.record.models import Instrument, Provision
from zhize.register.models import Body, DutyBasis
from zhize.register.queries.bodies import body_names
from zhize.register.queries.resolve import CONFLICT, GAP, Answer, resolve_many


@dataclass
class Held:
    """One place's answer, in names."""

    place: Place
    place_name: str
    answer: Answer
    body: Body | None
    body_name: str
    paper: Instrument | None
    parties: list[str]

    @property
    def gap(self) -> bool:
        return self.answer.kind == GAP

    @property
    def conflict(self) -> bool:
        return self.answer.kind == CONFLICT


def holders(duty_ids: Sequence[int], root: Place, day: date) -> list[Held]:
    """For each place asked of a city (itself, its counties, its zones): who answers. Of several duties the first held."""
    places = _asked_places(root, day)
    answers = resolve_many([(d, p.pk) for p in places for d in duty_ids], day)
    width = len(duty_ids)
    chosen = [_first(answers[n * width : (n + 1) * width]) for n in range(len(places))] if width else []
    return _in_names(places, chosen, day)


def _asked_places(root: Place, day: date) -> list[Place]:
    """The root, its counties, then the zones in it, those that exist that day."""
    zones = PlacePath.objects.as_of(day).filter(chain__contains=[root.pk], place__kind=Place.Kind.ZONE)
    alive = zones.values("place_id")
    below = [*children(root.pk, day), *Place.objects.filter(pk__in=alive).order_by("key")]
    return list({p.pk: p for p in [root, *below]}.values())


def _first(answers: Sequence[Answer]) -> Answer:
    return next((a for a in answers if a.kind != GAP), answers[0])


def _in_names(places: Sequence[Place], answers: Sequence[Answer], day: date) -> list[Held]:
    bodies = {c.body_id for a in answers for c in [a.chosen, *a.parties] if c}
    papers = Instrument.objects.in_bulk({a.chosen.instrument_id for a in answers if a.chosen})
    names, rows = body_names(bodies, day), Body.objects.in_bulk(bodies)
    where = place_names({p.pk for p in places}, day)
    made = []
    for place, answer in zip(places, answers, strict=True):
        c = answer.chosen
        body, paper = (rows[c.body_id], papers[c.instrument_id]) if c else (None, None)
        parties = [names[x.body_id] for x in answer.parties]
        made.append(Held(place, where[place.pk], answer, body, names[c.body_id] if c else "", paper, parties))
    return made


def quoted(bases: Sequence[DutyBasis], day: date) -> list[tuple[DutyBasis, str]]:
    """Each basis with the words of its article as in force that day, where the register has them."""
    rows = Provision.objects.filter(law__in={b.law_id for b in bases}, article__in={b.article for b in bases})
    texts: dict[tuple[int, str], str] = {}
    for row in rows.filter(version_day__lte=day).order_by("version_day"):
        texts[row.law_id, row.article] = row.text
    return [(b, texts.get((b.law_id, b.article), "")) for b in bases]
