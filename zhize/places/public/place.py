"""A place over time, and what lies in it on a day."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhize.places.asking import Asked, asked
from zhize.places.models import GroupMember, Place, PlaceLink, Succession
from zhize.places.queries import (
    children,
    find_place,
    full_name,
    place_name,
    place_names,
    root_place,
)
from zhize.record.models import Statement


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """/places/: the place this installation serves."""
    on = asked(request.GET, timezone.now())
    return redirect(on.url("places:place", root_place(on.day).key))


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """/places/CODE/?day=; a retired code leads to the place that bears it no more."""
    on = asked(request.GET, timezone.now())
    thing = Place.objects.filter(key=code).first()
    if thing is None:
        return redirect(on.url("places:place", find_place(code, on.day).key))
    lives = list(thing.lives.as_believed(on.believed).select_related("instrument", "ended_by").order_by("from_day"))
    context = {
        "on": on,
        "place": thing,
        "name": place_name(thing.pk, on.day, on.believed),
        "full": full_name(thing.pk, on.day),
        "lives": lives,
        "alive": any(x.period.contains(on.day) for x in lives),
        "history": _history(thing, on),
        "children": _named(children(thing.pk, on.day), on),
        "managed": _named(_managed(thing, on), on),
        "groups": _named(_groups(thing, on), on),
        "members": _named(_members(thing, on), on),
        "before": _successions(
            Succession.objects.as_believed(on.believed).filter(after=thing).select_related("before", "instrument"),
            "before",
            on,
        ),
        "after": _successions(
            Succession.objects.as_believed(on.believed).filter(before=thing).select_related("after", "instrument"),
            "after",
            on,
        ),
        "path": _path(thing, on),
        "as_of": on.day,
    }
    return render(request, "places/place.html", context)


def _history(thing: Place, on: Asked) -> list[dict[str, Any]]:
    """Names, codes, boundaries, parents and managers, newest first, as one line of time."""
    links = list(thing.parent_links.as_believed(on.believed).select_related("parent", "instrument"))
    where = place_names({x.parent_id for x in links}, on.day)
    entries = [
        _entry(x, on, _("名称"), x.name) for x in thing.names.as_believed(on.believed).select_related("instrument")
    ]
    entries += [
        _entry(x, on, _("代码"), x.code) for x in thing.codes.as_believed(on.believed).select_related("instrument")
    ]
    entries += [
        _entry(x, on, _("界线"), x.source)
        for x in thing.boundaries.as_believed(on.believed).defer("geometry").select_related("instrument")
    ]
    for x in links:
        how = _("隶属") if x.hierarchy == PlaceLink.Hierarchy.LEGAL else _("托管给")
        entries.append(_entry(x, on, how, where.get(x.parent_id, "")) | {"url": on.url("places:place", x.parent.key)})
    return sorted(entries, key=lambda e: e["start"], reverse=True)


def _entry(row: Statement, on: Asked, what: str, value: str) -> dict[str, Any]:
    past = row.to_day is not None and row.to_day <= on.day
    state = "future" if row.from_day > on.day else "past" if past else "current"
    return {
        "title": f"{what} {value}",
        "start": row.from_day,
        "end": row.to_day,
        "state": state,
        "document": row.instrument,
    }


def _managed(thing: Place, on: Asked) -> list[Place]:
    rows = PlaceLink.objects.as_of(on.day, on.believed).filter(parent=thing, hierarchy=PlaceLink.Hierarchy.MANAGED)
    return list(Place.objects.filter(parent_links__in=rows).order_by("key"))


def _groups(thing: Place, on: Asked) -> list[Place]:
    return list(
        Place.objects.filter(member_links__in=GroupMember.objects.as_of(on.day, on.believed).filter(member=thing))
    )


def _members(thing: Place, on: Asked) -> list[Place]:
    rows = GroupMember.objects.as_of(on.day, on.believed).filter(group=thing)
    return list(Place.objects.filter(group_links__in=rows).order_by("key"))


def _named(rows: list[Place], on: Asked) -> list[dict[str, str]]:
    names = place_names({p.pk for p in rows}, on.day)
    return [{"name": names[p.pk], "url": on.url("places:place", p.key)} for p in rows]


def _successions(rows: Any, side: str, on: Asked) -> list[dict[str, Any]]:
    others = [(x, getattr(x, side)) for x in rows.order_by("from_day")]
    names = place_names({p.pk for _x, p in others}, on.day)
    return [
        {
            "name": names[p.pk],
            "url": on.url("places:place", p.key),
            "how": x.how,
            "day": x.from_day,
            "document": x.instrument,
        }
        for x, p in others
    ]


def _path(thing: Place, on: Asked) -> list[dict[str, str]]:
    """The legal parents that day, from the outermost in."""
    above: list[Place] = []
    node = thing.pk
    while (
        link := PlaceLink.objects.as_of(on.day)
        .filter(child=node, hierarchy=PlaceLink.Hierarchy.LEGAL)
        .select_related("parent")
        .first()
    ):
        above.insert(0, link.parent)
        node = link.parent_id
    return _named(above, on)
