"""What many speak of: the list, and one affair with its days, places and cases."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhize.cases.queries import topics as queries
from zhize.cases.queries.routing import chain
from zhize.cases.queries.topicmap import sketch
from zhize.cases.views.sitting import Desk
from zhize.kernel.period import day_of
from zhize.places.queries import full_name
from zhize.policy import queries as policy
from zhize.register import seats
from zhize.register.models import Seat

WHO = (Seat.Role.SUPERVISOR, Seat.Role.DISPATCHER, Seat.Role.AUDITOR, Seat.Role.CALL_TAKER)


@require_safe
@seats.desk(*WHO)
def topics(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/topics/"""
    day = day_of(at.now)
    rows = list(queries.hot(at.seat, at.now)[: queries.SHOWN])
    shown = [(t, full_name(t.place_id, day)) for t in rows]
    above = chain(at.seat.place_id, day)
    window, least = (policy.value(f"cases.topic.{name}", above, day).value for name in ("window", "least"))
    context = {"at": at, "shown": shown, "window": window, "least": least, "demo": True}
    return render(request, "cases/topics.html", context)


@require_safe
@seats.desk(*WHO)
def topic(request: HttpRequest, at: Desk, number: int) -> HttpResponse:
    """/desk/topics/4/"""
    found = queries.hot(at.seat, at.now).filter(pk=number).first()
    if found is None:
        raise Http404("no such topic for this seat")
    day = day_of(at.now)
    context = {
        "at": at,
        "topic": found,
        "bars": queries.bars(found),
        "wide": queries.WIDE,
        "high": queries.HIGH,
        "heat": queries.heat(found, day),
        "map": sketch(found, day),
        "merged": queries.merged_of(found),
        "busiest": max(found.days.items(), key=lambda d: (d[1], d[0]), default=("", 0)),
        "cases": queries.cases_of(found, at.seat, at.now),
        "place_said": full_name(found.place_id, day),
        "demo": True,
    }
    return render(request, "cases/topic.html", context)
