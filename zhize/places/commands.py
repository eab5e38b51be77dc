"""Acts on places. Each rebuilds the derived chains of what it touched before it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.places.entitling import (
    MANAGED,
    entitled,
    entitled_to_establish,
    entitled_to_succeed,
    subject_of,
    subjects_now,
)
from zhize.places.models import (
    GroupMember,
    Place,
    PlaceBoundary,
    PlaceCode,
    PlaceLife,
    PlaceLink,
    PlaceName,
    Succession,
)
from zhize.places.paths import rebuild_paths
from zhize.places.terms import Dated, Outline, PlaceHistory
from zhize.record.acts import act, end, note, replace, state, touch, withdraw
from zhize.record.models import Instrument, Statement


@act
def establish(histories: Sequence[PlaceHistory], *, instrument: Instrument, by: By, now: datetime) -> dict[str, Place]:
    """Enter places with all that is said of them: life, names, codes, parents, managing zones. Returns them by key.

    Parents are named by key and may be among the new ones. Used for the national history and for a single new town.
    """
    above = _above(histories)
    entitled_to_establish(histories, above, instrument, by=by, now=now)
    made = Place.objects.bulk_create([Place(key=h.key, kind=h.kind, level=h.level) for h in histories], batch_size=5000)
    places = {p.key: p for p in made}
    known = places | above
    rows: list[Statement] = []
    for h in histories:
        rows += _say(h, known)
    state(rows)
    touch(*(f"place:{p.pk}" for p in made[:200]))
    note(places=len(made))
    rebuild_paths([p.pk for p in made])
    return places


@act
def redraw(place: Place, parent: Place, *, day: date, instrument: Instrument, by: By, now: datetime) -> PlaceLink:
    """Move a place under another legal parent from `day` on (划入划出)."""
    entitled("redraw", [place, parent], instrument, day, by=by, now=now, subjects=subjects_now([place], day))
    link = _relink(place, parent, PlaceLink.Hierarchy.LEGAL, day)
    rebuild_paths([place.pk])
    return link


@act
def link_zone(
    place: Place, zone: Place, *, day: date, until: date | None = None, instrument: Instrument, by: By, now: datetime
) -> PlaceLink:
    """Entrust a sub-district's management to a zone (托管); its legal parent does not change."""
    if zone.kind != Place.Kind.ZONE:
        raise Refusal("不能托管给非功能区", why="托管的管理方须是功能区", rule="托管只给功能区", instead="请选择功能区")
    entitled("link_zone", [place], instrument, day, by=by, now=now, subjects=[MANAGED])
    link = _relink(place, zone, PlaceLink.Hierarchy.MANAGED, day, until)
    rebuild_paths([place.pk])
    return link


@act
def unlink_zone(place: Place, *, day: date, instrument: Instrument, by: By, now: datetime) -> None:
    """End the management of a sub-district by a zone."""
    entitled("unlink_zone", [place], instrument, day, by=by, now=now, subjects=[MANAGED])
    end(_links(place, PlaceLink.Hierarchy.MANAGED, day), day)
    touch(f"place:{place.pk}")
    rebuild_paths([place.pk])


@act
def recode(
    place: Place, code: str, *, scheme: str = "GB2260", day: date, instrument: Instrument, by: By, now: datetime
) -> PlaceCode:
    """Give the place a new code in a scheme; the old one retires and still finds the place."""
    entitled("recode", [place], instrument, day, by=by, now=now)
    old = PlaceCode.objects.as_of(day).filter(place=place, scheme=scheme).first()
    touch(f"place:{place.pk}")
    return replace(old, PlaceCode(place=place, scheme=scheme, code=code, from_day=day), day)


@act
def rename_place(place: Place, name: str, *, day: date, instrument: Instrument, by: By, now: datetime) -> PlaceName:
    """The place is called otherwise from `day` on. A new name may make it another class of place (撤镇设街道)."""
    subjects = subjects_now([place], day) | {subject_of(place.kind, place.level, name)}
    entitled("rename_place", [place], instrument, day, by=by, now=now, subjects=subjects)
    old = PlaceName.objects.as_of(day).filter(place=place).first()
    touch(f"place:{place.pk}")
    return replace(old, PlaceName(place=place, name=name, from_day=day), day)


@act
def succeed(
    pairs: Sequence[tuple[Place, Place, date, str, int | None]], *, instrument: Instrument, by: By, now: datetime
) -> None:
    """Record what became of what: (before, after, day, how, the paper that made it so; None: the act's paper)."""
    entitled_to_succeed(pairs, instrument, by=by, now=now)
    rows = [Succession(before=a, after=b, from_day=day, how=how) for a, b, day, how, _ in pairs]
    for row, (*_, paper) in zip(rows, pairs, strict=True):
        if paper is not None:
            row.instrument_id = paper
    note(successions=len(rows))
    state(rows)


@act
def close_place(place: Place, *, day: date, instrument: Instrument, by: By, now: datetime) -> None:
    """The place ceases to be (撤销): its life, names, codes, boundary and links end the same day. Refused while it has
    children."""
    entitled("close_place", [place], instrument, day, by=by, now=now)
    below = PlaceLink.objects.as_of(day).filter(parent=place).count()
    if below:
        raise Refusal(
            "不能撤销这个地方",
            why="还有{n}个下级地方",
            rule="撤销前先安置下级",
            instead="请先调整其下级的隶属",
            n=below,
            code="children_left",
        )
    for model in (PlaceLife, PlaceName, PlaceCode, PlaceBoundary):
        end(list(model.objects.as_of(day).filter(place=place)), day)
    end(list(PlaceLink.objects.as_of(day).filter(child=place)), day)
    end(list(GroupMember.objects.as_of(day).filter(member=place)), day)
    touch(f"place:{place.pk}")
    rebuild_paths([place.pk])


@act
def regroup(
    group: Place, members: Sequence[tuple[Place, date, date | None]], *, instrument: Instrument, by: By, now: datetime
) -> list[GroupMember]:
    """Say which places an area group consists of, each from a day (until another)."""
    concerned = [m for m, _, _ in members]
    first = min(day for _, day, _ in members)
    entitled("regroup", concerned, instrument, first, by=by, now=now, subjects=subjects_now([group], first))
    rows = [GroupMember(group=group, member=m, from_day=a, to_day=b) for m, a, b in members]
    touch(f"place:{group.pk}", *(f"place:{m.pk}" for m, _, _ in members))
    stated = state(rows)
    rebuild_paths([m.pk for m in concerned])
    return stated


@act
def delimit(
    outlines: Sequence[Outline], *, day: date, instrument: Instrument, by: By, now: datetime
) -> list[PlaceBoundary]:
    """Say how far places reach from `day` on (界线): all of one paper or none, with a sentence for each that cannot be.

    What is in force already, point for point, is not said again. A boundary known from a later day on stays: the new one
    ends there, or with the place itself.
    """
    from zhize.places.delimiting import reaching, refuse  # shapely takes a quarter of a second to load

    concerned = Place.objects.filter(pk__in=[o.place_id for o in outlines])
    entitled("delimit", concerned, instrument, day, by=by, now=now)
    refuse(outlines, day)
    before = {b.place_id: b for b in PlaceBoundary.objects.as_of(day).filter(place__in=[o.place_id for o in outlines])}
    new = [o for o in outlines if o.place_id not in before or before[o.place_id].geometry != o.geometry]
    past = [before[o.place_id] for o in new if o.place_id in before]
    withdraw([b for b in past if b.from_day == day])
    end([b for b in past if b.from_day < day], day)
    touch(*(f"place:{o.place_id}" for o in new))
    note(boundaries=len(new))
    return state(reaching(new, day))


def _relink(place: Place, parent: Place, hierarchy: str, day: date, until: date | None = None) -> PlaceLink:
    old = _links(place, hierarchy, day)
    touch(f"place:{place.pk}", f"place:{parent.pk}")
    new = PlaceLink(child=place, parent=parent, hierarchy=hierarchy, from_day=day, to_day=until)
    return replace(old[0] if old else None, new, day)


def _links(place: Place, hierarchy: str, day: date) -> list[PlaceLink]:
    return list(PlaceLink.objects.as_of(day).filter(child=place, hierarchy=hierarchy))


def _above(histories: Sequence[PlaceHistory]) -> dict[str, Place]:
    """The parents and managing zones that stand already; the others are among the new ones."""
    new = {h.key for h in histories}
    wanted = {d.value for h in histories for d in [*h.parents, *h.managers]} - new
    found = {p.key: p for p in Place.objects.filter(key__in=wanted)}
    if missing := sorted(wanted - set(found)):
        raise Refusal(
            "找不到上级地方“{keys}”",
            why="上级须先登记",
            rule="先上后下",
            instead="请先登记上级地方",
            keys="、".join(missing[:5]),
            code="unknown_parent",
        )
    return found


def _say(h: PlaceHistory, places: dict[str, Place]) -> list[Statement]:
    place = places[h.key]
    rows: list[Statement] = [PlaceLife(place=place, **_span(d)) for d in h.lives]
    rows += [PlaceName(place=place, name=d.value, **_span(d)) for d in h.names]
    rows += [PlaceCode(place=place, scheme=h.scheme, code=d.value, **_span(d)) for d in h.codes]
    for hierarchy, links in ((PlaceLink.Hierarchy.LEGAL, h.parents), (PlaceLink.Hierarchy.MANAGED, h.managers)):
        rows += [PlaceLink(child=place, parent=places[d.value], hierarchy=hierarchy, **_span(d)) for d in links]
    return rows


def _span(d: Dated) -> dict[str, Any]:
    return {"from_day": d.from_day, "to_day": d.to_day, "instrument_id": d.instrument_id, "ended_by_id": d.ended_by_id}
