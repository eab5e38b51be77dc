"""Questions about townships' lists: which kind an item is there that day, and by which paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from zhize.places.models import Place
from zhize.places.queries import chain_of
from zhize.register.models import Body, BodySite, TownshipItem

K = TownshipItem.Kind
TOWN = Place.Level.TOWN.value


def township_item(
    duty_id: int, chain: Sequence[int], day: date, believed: datetime | None = None
) -> TownshipItem | None:
    """What the lists say of the duty in a place (its chain, nearest first); the nearest list speaks."""
    rows = TownshipItem.objects.as_of(day, believed).filter(duty_id=duty_id, place_id__in=list(chain))
    found = {row.place_id: row for row in rows.select_related("instrument", "superior")}
    return next((found[place] for place in chain if place in found), None)


def township_items(place_id: int, day: date, believed: datetime | None = None) -> list[TownshipItem]:
    """The three lists of a township that day, the county's common ones included; an own line hides the county's."""
    chain = chain_of(place_id, day)
    rows = TownshipItem.objects.as_of(day, believed).filter(place_id__in=chain)
    nearest: dict[int, TownshipItem] = {}
    for row in rows.select_related("instrument", "superior", "duty").order_by("duty_id"):
        kept = nearest.get(row.duty_id)
        if kept is None or chain.index(row.place_id) < chain.index(kept.place_id):
            nearest[row.duty_id] = row
    return list(nearest.values())


def is_township(body: Body) -> bool:
    """A township's government, a sub-district's office, or one of their own units."""
    return body.kind == Body.Kind.TOWN or body.level >= TOWN


def townships_in(place_id: int, day: date) -> dict[int, Body]:
    """The townships' own bodies, by the place each has: of one township, or of every one of a county."""
    rows = BodySite.objects.as_of(day).filter(body__kind=Body.Kind.TOWN).select_related("body")
    return {row.place_id: row.body for row in rows if place_id in chain_of(row.place_id, day)}


def kinds_of(duties: Iterable[int], chain: Sequence[int], day: date) -> dict[int, str]:
    """For many duties in one place at once: basic, assist or withdrawn."""
    rows = TownshipItem.objects.as_of(day).filter(duty_id__in=set(duties), place_id__in=list(chain))
    by_place = {(row.duty_id, row.place_id): row.kind for row in rows}
    return {d: by_place[d, p] for d in set(duties) for p in reversed(chain) if (d, p) in by_place}
