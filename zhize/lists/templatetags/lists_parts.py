"""The parts pages of lists are made of beside the house's own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from zhize.lists.models import Adjustment
from zhize.lists.models.adjusting import OVER
from zhize.lists.queries.adjusting import site_of
from zhize.places.queries import chain_of
from zhize.register.models import Body, Duty, Seat
from zhize.register.queries.schemes import scheme_on
from zhize.register.seats import current_seat

register = template.Library()


@register.inclusion_tag("lists/adjusting/clerk_acts.html", takes_context=True)
def clerk_acts(context: template.Context, body: Body, duty: Duty) -> dict[str, Any]:
    """What the body's own clerk may ask for this item; the adjustment under way, for whoever sits at a desk."""
    request = context.get("request")
    seat = current_seat(request) if request is not None and request.user.is_authenticated else None
    if seat is None:
        return {}
    clerk = seat.role == Seat.Role.LIST_CLERK and seat.body_id == body.pk
    under_way = Adjustment.objects.filter(body=body, duty=duty).exclude(state__in=OVER).first() if clerk else None
    return {"clerk": clerk, "body": body, "duty": duty, "under_way": under_way}


@register.inclusion_tag("lists/parts/classed.html")
def classed(duty: Duty, day: date, body: Body) -> dict[str, Any]:
    """What the item's type was called that day, when it was not what it is called today; the scheme and its paper."""
    site = site_of(body, day)
    scheme = scheme_on(day, chain_of(site, day)) if site and duty.type else None
    called = scheme.called(duty.type) if scheme else []
    return {"scheme": scheme, "called": [c for c in called if called != [str(duty.get_type_display())]]}
