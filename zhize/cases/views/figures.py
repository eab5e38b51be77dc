"""The desk's figures: rates with what they are made of, the cases behind each, league tables, and who opened whose name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhize.cases.forms.figures import PeriodForm
from zhize.cases.metrics import METRICS
from zhize.cases.models import Look
from zhize.cases.queries import desk as queries
from zhize.cases.queries import measuring
from zhize.cases.queries.centres import counted_at
from zhize.cases.queries.figures import Figure, Span, before, narrowed, span_of
from zhize.cases.queries.figures import figures as rates
from zhize.cases.queries.league import ON_PAGE
from zhize.cases.queries.league import league as table
from zhize.cases.queries.ontime import on_time
from zhize.cases.queries.spreads import spreads
from zhize.cases.queries.trend import trend
from zhize.cases.views.sitting import Desk, desk, desk_of
from zhize.kernel.period import day_of
from zhize.places.queries import place_name
from zhize.record.paging import page
from zhize.register.models import Seat
from zhize.register.queries.bodies import body_name

PERIODS = [7, 30, 90, 365]
SIZE = 50


@dataclass(frozen=True)
class Scope:
    """What a seat asks about: its own body, or a place in its reach, narrowed to a body of the place."""

    form: PeriodForm
    span: Span
    place: int | None
    body: int | None
    said: str
    query: str


def scope_of(request: HttpRequest, at: Desk) -> Scope:
    """A place out of the seat's reach is no choice; a body's seat sees its own and nothing else."""
    form = PeriodForm(_with_days(request, at))
    form.is_valid()
    span, day = (form.span() if not form.errors else span_of(*_thirty(at), at.now)), day_of(at.now)
    span = replace(span, centres=counted_at(at.seat, day))
    query = request.GET.copy()
    for name in ("before", "after", "side"):
        query.pop(name, None)
    if at.seat.of_a_body:
        return Scope(form, span, None, at.seat.body_id, body_name(at.seat.body_id, day), query.urlencode())
    found, body = form.found.get("place"), form.found.get("body")
    reach = queries.places_of(at.seat.place_id, day)
    place = at.seat.place_id if found is None or (reach is not None and found.pk not in reach) else found.pk
    said = place_name(place, day) + (f" · {body_name(body.pk, day)}" if body else "")
    return Scope(form, span, place, body.pk if body else None, said, query.urlencode())


def _with_days(request: HttpRequest, at: Desk) -> Any:
    """?days=30 is short for the last thirty days."""
    data = request.GET.copy()
    days = {str(n): n for n in PERIODS}.get(data.get("days", ""))
    if days:
        data["last"] = day_of(at.now).isoformat()
        data["first"] = (day_of(at.now) - timedelta(days=days - 1)).isoformat()
    return data


def _thirty(at: Desk) -> tuple[Any, Any]:
    today = day_of(at.now)
    return today - timedelta(days=29), today


@dataclass(frozen=True)
class Line:
    """A figure and the same of the period before."""

    figure: Figure
    before: Figure

    @property
    def change(self) -> float | None:
        if self.figure.percent is None or self.before.percent is None:
            return None
        return round(self.figure.percent - self.before.percent, 1)

    @property
    def tone(self) -> str:
        moved = (self.change or 0) * self.figure.metric.good
        return "ok" if moved > 0 else "late" if moved < 0 else "plain"


@require_safe
@desk
def figures(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/figures/?first=&last=&place=&body=: every metric with its parts, what it leaves out, and the period before."""
    asked = scope_of(request, at)
    now = rates(asked.span, place_id=asked.place, body_id=asked.body)
    then = rates(before(asked.span), place_id=asked.place, body_id=asked.body)
    lines = [Line(a, b) for a, b in zip(now, then, strict=True)]
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.figure.metric.heading, []).append(line)
    context = {
        "at": at, "asked": asked, "form": asked.form, "choices": PERIODS, "groups": groups.items(),
        "bars": on_time(at.seat, asked.span, asked.place, asked.body), "trend": trend(asked.span, asked.place, asked.body), "demo": True,
        "first": day_of(asked.span.start), "last": _last(asked.span),
        "spreads": spreads(asked.span, narrowed(asked.place, asked.span), asked.body),
        "heads": [line for line in lines if line.figure.name in ("promise_on_time", "solved", "satisfied", "coverage")],
    }  # fmt: skip
    return render(request, "cases/figures.html", context, status=400 if asked.form.errors else 200)


def _last(span: Span) -> Any:
    """The last day of the period, itself counted."""
    return day_of(span.end - timedelta(microseconds=1))


@require_safe
@desk
def figure_cases(request: HttpRequest, at: Desk, name: str) -> HttpResponse:
    """/desk/figures/NAME/?side=part|rest|still|out_GROUND&…: the very cases behind a figure, as far as this seat sees them."""
    if name not in METRICS:
        raise Http404("no such metric")
    asked, side = scope_of(request, at), request.GET.get("side", "whole")
    metric = METRICS[name]
    sides = {"whole": metric.whole, "part": metric.part, "rest": "其余"} | {
        f"out_{g}": label for g, label in metric.out
    }
    places = narrowed(asked.place, asked.span)
    rows = measuring.behind(
        name,
        side if side in sides or side == "still" else "whole",
        asked.span.start,
        asked.span.end,
        places,
        asked.body,
        asked.span.centres,
    )
    seen = rows.filter(pk__in=queries.visible(at.seat, at.now).values("pk")).select_related("place")
    shown = page(seen, ("-pk",), request.GET, SIZE)
    context = {
        "at": at, "asked": asked, "metric": metric, "side": side, "sides": sides.items(), "page": shown,
        "lines": queries.lines(shown.rows, at.now, at.seat), "demo": True,
        "first": day_of(asked.span.start), "last": _last(asked.span),
    }  # fmt: skip
    return render(request, "cases/figure_cases.html", context)


@require_safe
@desk
def league(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/league/?first=&last=: bodies beside those with as much to do, by weights with their paper."""
    asked = scope_of(request, at)
    place = asked.place or at.seat.place_id
    context = {
        "at": at, "asked": asked, "form": asked.form, "choices": PERIODS, "league": table(asked.span, place, narrowed(place, asked.span)),
        "metrics": [METRICS[name] for name in ON_PAGE], "demo": True, "first": day_of(asked.span.start), "last": _last(asked.span),
    }  # fmt: skip
    return render(request, "cases/league.html", context)


@require_safe
@desk_of(Seat.Role.AUDITOR, Seat.Role.SUPERVISOR)
def looks(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/looks/?who=&no=: who opened which field of a reporter, when, for what."""
    rows = queries.in_reach(Look.objects.select_related("case", "body"), at.seat, at.now, "case__place_id")
    said = {name: request.GET.get(name, "").replace("\x00", "").strip()[:60] for name in ("who", "no")}
    if said["who"]:
        rows = rows.filter(who__icontains=said["who"])
    if said["no"]:
        rows = rows.filter(case__no=said["no"].upper())
    shown = page(rows, ("-pk",), request.GET, SIZE)
    return render(request, "cases/looks.html", {"at": at, "page": shown, "said": said, "demo": True})


__all__ = ["figure_cases", "figures", "league", "looks"]
