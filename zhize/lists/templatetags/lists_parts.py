"""The parts pages of lists are made of beside the house's own."""

from __future__ import annotations

from typing import Any

from django import template

from zhize.lists.models import Adjustment
from zhize.lists.models.adjusting import OVER
from zhize.register.models import Body, Duty, Seat
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
