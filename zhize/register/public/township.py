"""A township's three lists on a day: what it does itself, what it helps with, what was taken back — each line with its paper."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhize.places.asking import asked
from zhize.places.queries import full_name
from zhize.register.models import Body, BodySite, TownshipItem
from zhize.register.queries.bodies import body_names
from zhize.register.queries.duties import duty_names
from zhize.register.queries.opened import closed
from zhize.register.queries.townships import township_items


@require_safe
def township(request: HttpRequest, code: str) -> HttpResponse:
    """/bodies/town-330302006/township/?day="""
    on, body = asked(request.GET, timezone.now()), get_object_or_404(Body, code=code, kind=Body.Kind.TOWN)
    site = BodySite.objects.as_of(on.day, on.believed).filter(body=body).first()
    if site is None:
        raise Http404("this body has no territory that day")
    rows = township_items(site.place_id, on.day, on.believed)
    shut = closed([r.duty_id for r in rows], on.day, on.believed)
    rows = [r for r in rows if r.duty_id not in shut]
    duties = duty_names({r.duty_id for r in rows}, on.day)
    bodies = body_names({body.pk, *(r.superior_id for r in rows if r.superior_id)}, on.day)
    lists = [(str(kind.label), kind.value, _lines(rows, kind, duties, bodies)) for kind in TownshipItem.Kind]
    context = {
        "on": on,
        "as_of": on.day,
        "body": body,
        "name": bodies.get(body.pk, body.code),
        "place": full_name(site.place_id, on.day),
        "lists": lists,
        "total": len(rows),
    }
    return render(request, "register/township.html", context)


def _lines(
    rows: list[TownshipItem], kind: TownshipItem.Kind, duties: dict[int, str], bodies: dict[int, str]
) -> list[dict[str, Any]]:
    """By name, so that two days can be compared by eye."""
    found = [
        {
            "row": r,
            "name": duties[r.duty_id],
            "url": r.duty.get_absolute_url(),
            "superior": bodies.get(r.superior_id or 0, ""),
        }
        for r in rows
        if r.kind == kind
    ]
    return sorted(found, key=lambda each: each["name"])
