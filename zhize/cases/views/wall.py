"""The supervisor's wall, live without reload: the page asks for its tiles again, and is told nothing while nothing changed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhize.cases.queries.wall import wall as asked
from zhize.cases.views.sitting import Desk
from zhize.register import seats
from zhize.register.models import Seat

EVERY = 15  # seconds; decision 0027


@require_safe
@seats.desk(Seat.Role.SUPERVISOR, Seat.Role.DISPATCHER, Seat.Role.AUDITOR)
def wall(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/wall/: the page; with ?seen=MARK only its tiles, or 204 when they still are what was seen."""
    seen, now = request.GET.get("seen"), asked(at.seat, at.now)
    if seen == now.mark:
        return HttpResponse(status=204)
    part = "cases/parts/wall.html" if seen is not None else "cases/wall.html"
    response = render(request, part, {"at": at, "wall": now, "every": EVERY, "demo": True, "now": at.now})
    response["Cache-Control"] = "no-store"
    return response
