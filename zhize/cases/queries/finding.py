"""Searching cases: each word may be said in the case, or name its matter, its place (or one above it), or its body.

The index (`Sought`) narrows, the case itself decides; what the index has not seen yet is looked through as it stands. So a case
is found the moment it is received, and a search never shows what the case does not say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhize.cases.models import Case, Leg, Sought
from zhize.kernel import marks
from zhize.places.models import PlaceName, PlacePath
from zhize.register.models import BodyName, MatterName, Seat

WORDS, NAMED = 6, 200  # words that are listened to; things one word may name
LATE, MOST_LATE = 2000, 500  # cases back from the newest the index may have passed by; answers taken of them


@dataclass(frozen=True)
class Word:
    """One word asked for, and what of the register it may name."""

    said: str
    matters: list[int]
    places: list[int]
    bodies: list[int]

    @property
    def things(self) -> list[int]:
        kinds = ((marks.MATTER, self.matters), (marks.PLACE, self.places), (marks.BODY, self.bodies))
        return [marks.of_thing(kind, number) for kind, numbers in kinds for number in numbers]


def found(rows: QuerySet[Case], words: str, seat: Seat, day: date) -> QuerySet[Case]:
    """Of these rows those that answer every word, by number, by what is said, or by what is named."""
    asked = [_word(said, day) for said in words.split()[:WORDS]]
    if len(asked) == 1 and Case.objects.filter(no=asked[0].said.upper()).exists():
        return rows.filter(no=asked[0].said.upper())
    for word in asked:
        rows = rows.filter(_holds(word, seat))
    narrow = _narrow(asked)
    return rows.filter(narrow | _unseen(rows)) if narrow else rows


def _narrow(asked: list[Word]) -> Q:
    """What the index is asked; nothing, when every word is a single character."""
    narrow = Q()
    for word in asked:
        if pairs := sorted(marks.of_text(word.said)):
            said = Q(sought__marks__contains=pairs)
            narrow &= (said | Q(sought__marks__overlap=word.things)) if word.things else said
    return narrow


def _word(said: str, day: date) -> Word:
    def named(names: QuerySet, thing: str) -> list[int]:
        return list(names.as_of(day).filter(name__icontains=said).values_list(thing, flat=True)[:NAMED])  # type: ignore[attr-defined]

    if len(said) < 2:
        return Word(said, [], [], [])
    return Word(
        said,
        named(MatterName.objects.all(), "matter_id"),
        named(PlaceName.objects.all(), "place_id"),
        named(BodyName.objects.all(), "body_id"),
    )


def _holds(word: Word, seat: Seat) -> Q:
    """What the case itself must say. Of a sealed case its handlers search no words: they could ask for a name."""
    said = Q(text__icontains=word.said) | Q(title__icontains=word.said) | Q(address__icontains=word.said)
    mine = Exists(Leg.objects.filter(case=OuterRef("pk"), body=seat.body_id))
    said &= Q(confidential=False) if seat.role == Seat.Role.HANDLER else Q(confidential=False) | ~Q(mine)
    named = Q(no__startswith=word.said.upper())
    if word.matters:
        named |= Q(matter__in=word.matters)
    if word.places:
        named |= Q(place__in=PlacePath.objects.filter(chain__overlap=word.places).values("place_id"))
    if word.bodies:
        named |= Q(Exists(Leg.objects.filter(case=OuterRef("pk"), body__in=word.bodies)))
    return said | named


def _unseen(rows: QuerySet[Case]) -> Q:
    """Of the newest, which the index has not seen yet, those that answer: looked up first, or one question could not use
    the index for the sake of the other."""
    newest = Sought.objects.order_by("-case_id").values_list("case_id", flat=True).first()
    if newest is None:
        return Q(sought__isnull=True)
    late = list(
        rows.filter(pk__gt=newest - LATE, sought__isnull=True).order_by("-pk").values_list("pk", flat=True)[:MOST_LATE]
    )
    return Q(pk__in=late) if late else Q()
