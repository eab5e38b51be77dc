"""Choosing a place: suggestions while typing, the tree, and a point on the map."""

from __future__ import annotations

import math
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.places import maps
from zhize.places.asking import asked
from zhize.places.models import Place
from zhize.places.queries import (
    branches,
    find_place,
    find_place_at,
    full_name,
    full_names,
    place_code,
    place_name,
    root_place,
    search_places,
)

KEPT = 24 * 3600  # seconds a drawn map stays in memory; another version has another name


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The picker's options: places whose name holds the words."""
    on = asked(request.GET, timezone.now())
    found = search_places(request.GET.get("q", ""), on.day)
    wholes = full_names([p.pk for p, _name in found], on.day)
    options = [
        {"value": p.key, "text": name, "note": wholes[p.pk] if wholes[p.pk] != name else p.get_level_display()}
        for p, name in found
    ]
    return render(request, "places/options.html", {"found": options, "typed": bool(request.GET.get("q", "").strip())})


@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """/places/tree/?under=330302: what lies below a place today; below the served place when nothing is named."""
    day = day_of(timezone.now())
    said = request.GET.get("under", "").replace("\x00", "").strip()
    under = find_place(said, day) if said else root_place(day)
    context = {
        "under": under,
        "name": place_name(under.pk, day),
        "whole": full_name(under.pk, day),
        "branches": branches(under, day),
        "zone": under.kind == Place.Kind.ZONE,
    }
    return render(request, "places/tree.html", context)


@require_safe
def boundaries(request: HttpRequest) -> HttpResponse:
    """/places/boundaries/?day=: the map of a day. The browser keeps it and asks whether it still holds."""
    on = asked(request.GET, timezone.now())
    shown = maps.areas(on.day, on.believed)
    version = maps.version(shown)
    tag = f'"{version}-{get_language()}"'  # names are made Traditional on the way out
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        drawn = cache.get_or_set(f"map:{version}", lambda: maps.drawn(shown), KEPT)
        response = HttpResponse(drawn, content_type="application/geo+json")
    response["ETag"], response["Cache-Control"] = tag, "no-cache"
    return response


@require_safe
def at(request: HttpRequest) -> HttpResponse:
    """/places/at/?lat=&lon=&on=: where a point lies, as data; for the form's map, as the part that fills in the place."""
    said: dict[str, Any] = {"place": None}
    try:
        said |= _lying(request.GET.dict())
    except Refusal as refusal:
        said["refusal"] = refusal
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "places/at.html", said)
    status = said["refusal"].http_status if "refusal" in said else 200
    said |= {"refusal": said["refusal"].as_dict(gettext)} if "refusal" in said else {}
    return JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})


def _lying(params: dict[str, str]) -> dict[str, Any]:
    day = asked({"day": params.get("on", "")} | params, timezone.now()).day  # `on` as on the command line
    place = find_place_at(_degrees(params, "lat", 90), _degrees(params, "lon", 180), day)
    facts = {
        "key": place.key,
        "name": place_name(place.pk, day),
        "whole": full_name(place.pk, day),
        "code": place_code(place.pk, day),
        "level": place.level,
        "url": place.get_absolute_url(),
    }
    return {"place": facts, "day": day.isoformat()}


def _degrees(params: dict[str, str], name: str, most: int) -> float:
    text = params.get(name, "").strip()
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not abs(value) <= most:  # NaN too
        raise BadInput(
            "经纬度“{text}”读不出来",
            why="须是 -{most} 到 {most} 之间的数",
            instead="请写成 lat=28.01&lon=120.65",
            text=text[:40],
            most=most,
            code="bad_point",
            field=name,
        )
    return value
