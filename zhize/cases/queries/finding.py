"""Searching cases: each word may be said in the case, or name its matter, its place (or one above it), or its body.

The index (`Sought`) narrows, the case itself decides; what the index has not seen yet is looked through as it stands. So a case
is found the moment it is received, and a search never shows what the case does not say. The index is asked volume by volume from
where the page begins: a word said in ten thousand cases does not read ten thousand to show the nearest fifty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhize.cases.models import Case, Leg, Sought
from zhize.kernel import marks
from zhize.places.models import PlaceName, PlacePath
from zhize.record.paging import Page, page
from zhize.register.models import BodyName, MatterName, Seat

WORDS, NAMED = 6, 200  # words that are listened to; things one word may name
LATE = 2000  # cases back from the newest the index may have passed by
JUST_SENT = 300  # parts a body was sent last, of which the index may not know yet
NEAR = (2, 32)  # volumes looked through before all of them
NEWEST = ("-pk",)


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


def found(rows: QuerySet[Case], words: str, seat: Seat, day: date, params: Mapping[str, str], size: int) -> Page:
    """A page, newest first, of those rows that answer every word: by number, by what is said, or by what is named."""
    asked = [_word(said, day) for said in words.split()[:WORDS]]
    if len(asked) == 1 and Case.objects.filter(no=asked[0].said.upper()).exists():
        return page(rows.filter(no=asked[0].said.upper()), NEWEST, params, size)
    answering = rows
    for word in asked:
        answering = answering.filter(_holds(word, seat))
    narrow = _narrow(asked)
    if not narrow:
        return page(answering, NEWEST, params, size)
    late = [n for unseen in _unseen(answering, seat) for n in _numbers(unseen, params, size)]
    return _nearest(rows, answering, narrow & _own(seat), late, params, size)


def _nearest(
    rows: QuerySet[Case], answering: QuerySet[Case], narrow: Q, late: list[int], params: Mapping[str, str], size: int
) -> Page:
    """What the index finds in ever more volumes until a page is full, and what it has not seen yet."""
    for near in _windows(params):
        ids = _numbers(answering.filter(narrow).filter(near), params, size)
        if len(ids) > size or not near:
            break
    return page(rows.filter(pk__in=[*ids, *late]), NEWEST, params, size)


def _numbers(answering: QuerySet[Case], params: Mapping[str, str], size: int) -> list[int]:
    """Of a page's cases, and of one more, which tells that there are more."""
    return [case.pk for case in page(answering.only("pk"), NEWEST, params, size + 1).rows]


def _windows(params: Mapping[str, str]) -> Iterator[Q]:
    """Ever more volumes on from the cursor, or back from the newest; at last no bound at all. A bound on the numbers themselves
    would tempt the planner to read every text between."""
    up, cursor = bool(params.get("after")), params.get("after") or params.get("before") or ""
    newest = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    begin = min(int(cursor), newest) if cursor.isdecimal() else newest
    for volumes in NEAR:
        beyond = begin + (volumes if up else -volumes) * marks.VOLUME_SIZE
        low, high = max(0, min(begin, beyond)), max(begin, beyond)
        within = range(low, high + marks.VOLUME_SIZE, marks.VOLUME_SIZE)
        yield Q(sought__marks__overlap=[marks.volume(number) for number in within])
    yield Q()


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
    said &= Q(confidential=False) if seat.of_a_body else Q(confidential=False) | ~Q(mine)
    named = Q(no__startswith=word.said.upper())
    if word.matters:
        named |= Q(matter__in=word.matters)
    if word.places:
        named |= Q(place__in=PlacePath.objects.filter(chain__overlap=word.places).values("place_id"))
    if word.bodies:
        named |= Q(Exists(Leg.objects.filter(case=OuterRef("pk"), body__in=word.bodies)))
    return said | named


def _own(seat: Seat) -> Q:
    """A body's cases are few among all: the index knows them too."""
    mine = marks.of_thing(marks.BODY, seat.body_id)
    return Q(sought__marks__contains=[mine]) if seat.role == Seat.Role.HANDLER else Q()


def _unseen(answering: QuerySet[Case], seat: Seat) -> Iterator[QuerySet[Case]]:
    """What answers and the index has not seen yet: of the newest cases, and of those sent to the body since."""
    newest = Sought.objects.order_by("-case_id").values_list("case_id", flat=True).first() or 0
    yield answering.filter(pk__gt=newest - LATE, sought__isnull=True)
    if seat.role == Seat.Role.HANDLER:
        sent = Leg.objects.filter(body=seat.body_id).order_by("-pk").values_list("case_id", flat=True)[:JUST_SENT]
        yield answering.filter(pk__in=list(sent))
