"""/items/: one search over every list, in the words people use."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhize.lists.queries.finding import Row, Wanted, find, types
from zhize.places.asking import Asked, asked
from zhize.places.queries import find_place, place_name
from zhize.record.models import Law
from zhize.register.models import Body, Duty
from zhize.register.queries import body_name, body_names
from zhize.register.queries.duties import duty_names


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """/items/?q=&type=&place=&body=&law=&day=&after=: duties with the bodies that hold them."""
    on, params = asked(request.GET, timezone.now()), request.GET
    place = find_place(params["place"], on.day) if params.get("place", "").strip() else None
    body = get_object_or_404(Body, code=params["body"]) if params.get("body") else None
    law = get_object_or_404(Law, key=params["law"]) if params.get("law") else None
    type_ = params.get("type", "") if params.get("type", "") in Duty.Type.values else ""
    wanted = Wanted(params.get("q", ""), type_, _pk(law), _pk(body), _pk(place))
    found = find(wanted, on.day, on.believed, params.get("after", ""))
    context = {
        "on": on, "as_of": on.day, "rows": _told(found.rows, on), "next": found.next, "heard": found.heard,
        "words": wanted.words, "types": types(), "type": type_, "law": law, "body": body,
        "body_name": body_name(body.pk, on.day) if body else "", "place": place,
        "place_name": place_name(place.pk, on.day) if place else "",
        "later": bool(params.get("after")),
    }  # fmt: skip
    return render(request, "lists/items.html", context)


def _pk(thing: Model | None) -> int | None:
    return thing.pk if thing else None


def _told(rows: list[Row], on: Asked) -> list[dict[str, Any]]:
    names = duty_names([r.duty_id for r in rows], on.day, on.believed)
    bodies = body_names({b for r in rows for b in r.bodies}, on.day, on.believed)
    codes = dict(Body.objects.filter(pk__in=bodies).values_list("pk", "code"))
    return [
        {
            "name": names.get(r.duty_id, r.key),
            "type": Duty.Type(r.type).label if r.type else Duty.Kind(r.kind).label,
            "url": on.url("register:duty", r.key),
            "holders": [{"name": bodies[b], "url": on.url("lists:item", codes[b], r.key)} for b in r.bodies],
            "more": r.more,
        }
        for r in rows
    ]
