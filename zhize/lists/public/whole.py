"""A government's whole list, of all its bodies together: on a page, and to take away."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhize.lists.formats import FORMATS
from zhize.lists.kinds import LISTS, ListKind
from zhize.lists.public.editions import list_as_file
from zhize.lists.public.lists import row
from zhize.lists.queries.editions import latest
from zhize.lists.queries.issues import Issue
from zhize.lists.queries.lists import Lot, by_type
from zhize.lists.queries.renderers import shown as shown_list
from zhize.lists.queries.whole import Narrowed, Whole, kinds_of, only
from zhize.places.asking import Asked, asked
from zhize.places.models import Place
from zhize.places.queries import place_name
from zhize.register.models import Body, Duty
from zhize.register.queries import body_names
from zhize.register.queries.duties import duty_names
from zhize.register.queries.items import Item
from zhize.register.queries.lawful import without_basis


@require_safe
def whole(request: HttpRequest, place: str, kind: str) -> HttpResponse:
    """/lists/whole/PLACE/KIND/?day=&q=&type=&body=&law=: a government's list, of all its bodies together."""
    it, on = _asked(request, place, kind)
    shown, found = it.page(request.GET)
    counted = it.counted()
    context = {
        "on": on, "as_of": on.day, "place": it.place, "name": place_name(it.place.pk, on.day, on.believed), "kind": it.kind,
        "kinds": [
            {"label": k.label, "url": on.url("lists:whole", it.place.key, k.name)}
            for k in kinds_of(it.place, on.day, on.believed)
        ],
        "narrowed": it.narrowed, "params": request.GET, "types": _types(counted, it.kind), "page": shown,
        "total": sum(by_type(counted, it.kind).values()) if counted is not None else None, "formats": FORMATS.values(),
        "edition": latest(Issue(kind, place=it.place), on.today), "rows": _rows(found, {h.body_id: h.body for h in shown.rows}, it.kind, on),
    }  # fmt: skip
    return render(request, "lists/whole.html", context)


@require_safe
def whole_file(request: HttpRequest, place: str, kind: str, format: str) -> HttpResponseBase:
    """/lists/whole/PLACE/KIND/list.FORMAT?…: what the page shows, narrowed as it is, as computed now."""
    it, on = _asked(request, place, kind)
    if format not in FORMATS:
        raise Http404
    rendered = shown_list(Issue(kind, place=it.place), on)
    if it.narrowed != Narrowed():
        rendered = only(rendered, it.narrowed, set(it.bodies().values_list("code", flat=True)))
    return list_as_file(rendered, f"{it.place.key}-{kind}-{on.day}", format)


def _asked(request: HttpRequest, place: str, kind: str) -> tuple[Whole, Asked]:
    where, on = get_object_or_404(Place, key=place), asked(request.GET, timezone.now())
    if kind not in LISTS:
        raise Http404
    return Whole(where, LISTS[kind], on.day, on.believed, Narrowed.of(request.GET)), on


def _types(counted: list[Lot] | None, kind: ListKind) -> list[dict[str, Any]]:
    """The types to choose from: those that are there, with how many items; all, where they were not counted."""
    there = {t.value: None for t in Duty.Type} if counted is None else by_type(counted, kind)
    return [{"key": t, "label": Duty.Type(t).label, "count": n} for t, n in there.items() if t]


def _rows(found: list[Item], bodies: dict[int, Body], kind: ListKind, on: Asked) -> list[dict[str, Any]]:
    names = body_names(bodies, on.day, on.believed)
    mains = duty_names({i.main_id for i in found if i.main_id}, on.day, on.believed)
    lost = without_basis({i.duty_id for i in found}, on.day, on.believed)
    return [
        row(i, kind, mains, bodies[i.body_id], on)
        | {
            "lost": lost.get(i.duty_id),
            "body": names[i.body_id],
            "body_url": on.url("lists:list", bodies[i.body_id].code, kind.name),
        }
        for i in found
    ]
