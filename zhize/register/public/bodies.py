"""The list of bodies, and one body's dossier on a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhize.places.asking import Asked, asked
from zhize.places.queries import find_place, place_name, place_names
from zhize.record.paging import page
from zhize.register import queries
from zhize.register.models import Body, BodyName, BodySite, Capacity, Mode
from zhize.register.public.telling import state
from zhize.register.queries.bodies import Dossier, body_names
from zhize.register.queries.directory import directory, families, held, last_life, shares
from zhize.register.queries.duties import duty_names
from zhize.register.queries.opened import kept_back_of


@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """/bodies/?q=&place=&family=&kind=&day="""
    params, on = request.GET, asked(request.GET, timezone.now())
    place = find_place(params["place"], on.day) if params.get("place", "").strip() else None
    rows = directory(
        on.day,
        words=params.get("q", ""),
        place_id=place.pk if place else None,
        family=params.get("family", ""),
        kind=params.get("kind", ""),
    )
    shown = page(rows, ("body__level", "body__code"), params)
    sites = (
        BodySite.objects.as_of(on.day)
        .filter(body__in=[r.body_id for r in shown.rows])
        .values_list("body_id", "place_id")
    )
    where = place_names({p for _b, p in sites}, on.day)
    listed = [_listed(r, where.get(dict(sites).get(r.body_id, 0), ""), on) for r in shown.rows]
    context = {
        "on": on,
        "page": shown,
        "rows": listed,
        "total": rows.count(),
        "families": families(),
        "kinds": Body.Kind.choices,
        "place": place,
        "place_name": place_name(place.pk, on.day) if place else "",
        "params": params,
        "as_of": on.day,
    }
    return render(request, "register/bodies.html", context)


def _listed(row: BodyName, where: str, on: Asked) -> dict[str, Any]:
    return {
        "name": row.name,
        "url": on.url("register:body", row.body.code),
        "kind": row.body.get_kind_display(),
        "family": row.body.family,
        "level": row.body.get_level_display(),
        "where": where,
        "demo": row.body.demo,
    }


@require_safe
def body(request: HttpRequest, code: str) -> HttpResponse:
    """/bodies/CODE/?day=&share=power-02&q=: everything the register says of one body that day."""
    thing, on = get_object_or_404(Body, code=code), asked(request.GET, timezone.now())
    file = queries.dossier(thing, on.day, on.believed)
    template = "register/body.html" if file.alive else "register/body_absent.html"
    return render(
        request, template, _standing(file, on) | (_holdings(request, file, on) if file.alive else _absent(file, on))
    )


def _standing(file: Dossier, on: Asked) -> dict[str, Any]:
    """What is said of the body itself: names, superior, subordinates, site, those before and after it."""
    others = (
        {x.body_id for x in file.subordinates} | {x.before_id for x in file.before} | {x.after_id for x in file.after}
    )
    names = body_names(others | ({file.superior.superior_id} if file.superior else set()), on.day, on.believed)
    name = queries.body_name(file.body.pk, on.day, on.believed)
    link = {b.pk: {"name": names[b.pk], "url": on.url("register:body", b.code)} for b in _others(file)}
    return {
        "on": on,
        "file": file,
        "body": file.body,
        "name": name,
        "as_of": on.day,
        "demo": file.body.demo,
        "superior": link.get(file.superior.superior_id) if file.superior else None,
        "subordinates": [link[x.body_id] for x in file.subordinates],
        "site": _site(file, on),
        "names": [_named(n, on) for n in reversed(file.names)],
        "before": [_succession(x, link[x.before_id]) for x in _whole(file.before)],
        "after": [_succession(x, link[x.after_id]) for x in _whole(file.after)],
    }


def _others(file: Dossier) -> list[Body]:
    above = [file.superior.superior] if file.superior else []
    return above + [x.body for x in file.subordinates] + [x.before for x in file.before] + [x.after for x in file.after]


def _whole(rows: list[Any]) -> list[Any]:
    """One line a pair of bodies, however many duties the map names."""
    return list({(x.before_id, x.after_id): x for x in rows}.values())


def _succession(row: Any, other: dict[str, str]) -> dict[str, Any]:
    return {"body": other, "how": row.how, "day": row.from_day, "document": row.instrument}


def _site(file: Dossier, on: Asked) -> dict[str, str] | None:
    if file.site is None:
        return None
    place = file.site.place
    return {"name": place_name(place.pk, on.day, on.believed), "url": on.url("places:place", place.key)}


def _named(row: BodyName, on: Asked) -> dict[str, Any]:
    return {
        "title": row.name,
        "start": row.from_day,
        "end": row.to_day,
        "state": state(row.from_day, row.to_day, on.day),
        "text": _("简称：{short}").format(short=row.short) if row.short else "",
        "document": row.instrument,
    }


def _holdings(request: HttpRequest, file: Dossier, on: Asked) -> dict[str, Any]:
    share, words = request.GET.get("share", ""), request.GET.get("q", "")
    hidden = kept_back_of(file.body.pk, on.day, on.believed)
    rows = held(file.body, on.day, on.believed, share=share, words=words).exclude(duty__in=hidden)
    shown = page(rows, ("duty__key", "pk"), request.GET)
    names = duty_names([h.duty_id for h in shown.rows], on.day, on.believed)
    where = place_names({h.place_id for h in shown.rows}, on.day)
    listed = [
        {
            "name": names[h.duty_id],
            "url": on.url("register:duty", h.duty.key),
            "segment": h.segment,
            "where": where[h.place_id],
            "capacity": Capacity(h.capacity).label,
            "mode": Mode(h.mode).label,
            "row": h,
        }
        for h in shown.rows
    ]
    counted = shares(file.holdings.exclude(duty__in=hidden))
    return {
        "page": shown,
        "rows": listed,
        "shares": counted,
        "share": share,
        "words": words,
        "total": sum(s.count for s in counted),
    }


def _absent(file: Dossier, on: Asked) -> dict[str, Any]:
    life = last_life(file.body, on.believed)
    over = bool(life and life.to_day and life.to_day <= on.day)
    last = life.to_day - timedelta(days=1) if life and life.to_day else None
    code = file.body.code
    days = {"first": life.from_day if life else None, "last": last}
    alive = last if over else days["first"]
    return {
        "life": life,
        "over": over,
        **days,
        "alive_url": on.url("register:body", code, day=alive.isoformat()) if alive else "",
    }
