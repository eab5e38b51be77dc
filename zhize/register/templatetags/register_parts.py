"""What the register adds to pages of the floors below it. `{% load register_parts %}`.

A lower floor may not import the register; its page shows what the register knows by a part, as it shows the site's parts.
"""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.forms import BoundField
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhize.kernel.period import day_of
from zhize.places.asking import Asked
from zhize.places.models import Place
from zhize.places.queries import place_name
from zhize.record.models import Instrument
from zhize.register.importing.terms import LABELS
from zhize.register.models import Body, BodyName, BodySite, Duty
from zhize.register.queries.bodies import body_name
from zhize.register.queries.duties import duty_name
from zhize.register.seats import current_seat, seats_now

register = template.Library()
SHOWN = 40


@register.inclusion_tag("register/parts/bodies_here.html")
def bodies_here(place: Place, on: Asked) -> dict[str, Any]:
    """The bodies whose territory is exactly this place that day, and the way to all below it."""
    sites = BodySite.objects.as_of(on.day, on.believed).filter(place=place).values("body_id")
    rows = (
        BodyName.objects.as_of(on.day, on.believed)
        .filter(body__in=sites)
        .select_related("body")
        .order_by("body__kind", "body__code")
    )
    names = [{"name": r.name, "url": on.url("register:body", r.body.code)} for r in rows]
    return {"shown": names[:SHOWN], "more": len(names) - SHOWN, "all_url": on.url("register:bodies", place=place.key)}


@register.inclusion_tag("register/parts/seat_here.html", takes_context=True)
def seat_here(context: template.Context) -> dict[str, Any]:
    """The seat one sits in, and the way to another when there are several."""
    request = context.get("request")
    if request is None or not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    seat = current_seat(request)
    body = body_name(seat.body_id, day_of(timezone.now())) if seat else ""
    return {"seat": seat, "body": body, "several": len(seats_now(request)) > 1}


@register.inclusion_tag("site/parts/typeahead.html")
def typed_field(bound: BoundField) -> dict[str, Any]:
    """A field that names a thing: typed, suggested, chosen; shown again by its name."""
    value = bound.value() or ""
    error = bound.errors[0] if bound.errors else ""
    url = reverse("register:suggest", args=[bound.field.suggest])  # type: ignore[attr-defined]
    return {
        "name": bound.html_name,
        "url": url,
        "label": bound.label,
        "value": value if _said(value) != value else "",
        "text": _said(value),
        "hint": bound.help_text,
        "error": error,
        "needed": bound.field.required,
    }


@register.filter
def suggests(bound: BoundField) -> bool:
    return hasattr(bound.field, "suggest")


def _said(value: str) -> str:
    """The name behind a code or key sent by the field; words typed stay words."""
    day = day_of(timezone.now())
    finders: tuple[tuple[Any, str, Any], ...] = (
        (Body, "code", lambda x: body_name(x.pk, day)),
        (Duty, "key", lambda x: duty_name(x.pk, day)),
        (Place, "key", lambda x: place_name(x.pk, day)),
        (Instrument, "key", lambda x: x.citation),
    )
    for model, field, say in finders:
        row = model.objects.filter(**{field: value}).first() if value else None
        if row is not None:
            return str(say(row))
    return value


@register.simple_tag
def body_called(body_id: int) -> str:
    """The body's name today."""
    return body_name(body_id, day_of(timezone.now()))


@register.filter
def blanks(says: str) -> str:
    """A rule's sentence with its places left open, for the table of rules."""
    return re.sub(r"\{\w+\}", "……", says)


@register.inclusion_tag("register/parts/finding.html")
def finding(each: dict[str, Any]) -> dict[str, Any]:
    """One remark on a row or on a file: how grave, where, why, what to do."""
    return {"each": each}


@register.filter
def read_as(name: str) -> str:
    """A field of an import by the heading offices give it."""
    return LABELS.get(name, name)


@register.filter
def scheme(key: str) -> str:
    """What a scheme of duty codes is called; a place's own scheme is its local code."""
    known = {"catalogue": _("国家目录编码"), "implementation": _("实施编码")}
    return known.get(key, _("地方编码"))
