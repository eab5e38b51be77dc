"""What the register adds to pages of the floors below it. `{% load register_parts %}`.

A lower floor may not import the register; its page shows what the register knows by a part, as it shows the site's parts.
"""

from __future__ import annotations

from typing import Any

from django import template

from zhize.places.asking import Asked
from zhize.places.models import Place
from zhize.register.models import BodyName, BodySite

register = template.Library()
SHOWN = 40


@register.inclusion_tag("register/parts/bodies_here.html")
def bodies_here(place: Place, on: Asked) -> dict[str, Any]:
    """The bodies whose territory is exactly this place that day, and the way to all below it."""
    sites = BodySite.objects.as_of(on.day, on.believed).filter(place=place).values("body_id")
    rows = BodyName.objects.as_of(on.day, on.believed).filter(body__in=sites).select_related("body").order_by("body__kind", "body__code")
    names = [{"name": r.name, "url": on.url("register:body", r.body.code)} for r in rows]
    return {"shown": names[:SHOWN], "more": len(names) - SHOWN, "all_url": on.url("register:bodies", place=place.key)}
