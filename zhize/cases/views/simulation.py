"""/desk/simulation/: a draft tried on a period's cases, before anybody adopts it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from zhize.cases.forms.simulation import SimulationForm
from zhize.cases.models import Simulation
from zhize.cases.queries import desk as queries
from zhize.cases.queries import simulated as told
from zhize.cases.queries.simulating import behind
from zhize.kernel.period import day_of
from zhize.places.queries import place_name
from zhize.record.paging import page
from zhize.record.papers import docx
from zhize.register.drafts import open_drafts
from zhize.register.importing import errands
from zhize.register.models import Seat
from zhize.register.seats import Desk, desk
from zhize.register.tasks import run_errand

SEATS = (Seat.Role.REGISTER_EDITOR, Seat.Role.APPROVER, Seat.Role.SUPERVISOR)
SIZE, LATEST = 50, 30


@require_http_methods(["GET", "HEAD", "POST"])
@desk(*SEATS)
def simulation(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/simulation/: what may be tried, and what was."""
    reach = queries.places_of(at.seat.place_id, day_of(at.now))
    posted = request.method == "POST"
    form = SimulationForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        drafts=open_drafts(reach),
        initial=SimulationForm.usual(),
    )
    if posted and form.is_valid():
        return redirect(_asked(form, at, reach))
    context = {"at": at, "form": form, "rows": _named(_seen(at)[:LATEST]), "demo": True}
    return render(request, "cases/simulation.html", context, status=400 if posted else 200)


def _asked(form: SimulationForm, at: Desk, reach: list[int] | None) -> str:
    """To the worker; the page that says how far it is."""
    said, place = form.cleaned_data, form.found.get("place")
    where = place.pk if place and (reach is None or place.pk in reach) else at.seat.place_id
    asked = {
        "draft": said["draft"], "place": where, "first": said["first"].isoformat(), "last": said["last"].isoformat(),
        "day": said["day"].isoformat() if said["day"] else "",
    }  # fmt: skip
    name = said["file"].name if said["file"] else dict(o for _, some in form.drafts for o in some)[said["draft"]]
    errand = errands.to_simulate(asked, name, said.get("content"), by=at.by, now=at.now)
    run_errand.defer(number=errand.pk)
    return reverse("register:errand", args=[errand.pk])


@require_safe
@desk(*SEATS)
def simulated(request: HttpRequest, at: Desk, number: int) -> HttpResponse:
    """/desk/simulation/7/: what would change."""
    row = _one(at, number)
    return render(request, "cases/simulated.html", {"at": at, "row": row, "r": told.shown(row.result), "demo": True})


@require_safe
@desk(*SEATS)
def simulated_cases(request: HttpRequest, at: Desk, number: int, matter: int, place: int) -> HttpResponse:
    """/desk/simulation/7/cases/293/3796/: the cases behind a line, as far as this seat sees them."""
    row = _one(at, number)
    change = next((c for c in row.result["changes"] if (c["matter"], c["place"]) == (matter, place)), None)
    if change is None:
        raise Http404("no such line")
    rows = behind(matter, place, told.span(row.result, at.now))
    seen = rows.filter(pk__in=queries.visible(at.seat, at.now).values("pk")).select_related("place")
    shown = page(seen, ("-pk",), request.GET, SIZE)
    context = {
        "at": at,
        "row": row,
        "change": change,
        "page": shown,
        "lines": queries.lines(shown.rows, at.now, at.seat),
        "demo": True,
    }
    return render(request, "cases/simulated_cases.html", context)


@require_safe
@desk(*SEATS)
def simulated_file(request: HttpRequest, at: Desk, number: int, format: str) -> HttpResponseBase:
    """/desk/simulation/7/report.docx"""
    if format not in told.FORMATS:
        raise Http404("no such format")
    row = _one(at, number)
    made: Iterator[bytes] = told.workbook(row.result) if format == "xlsx" else docx.write(told.paper(row.result))
    answer = StreamingHttpResponse(made, content_type=told.FORMATS[format])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'模拟第{row.pk}号.{format}')}"
    answer["Cache-Control"] = "no-store"
    return answer


def _seen(at: Desk) -> Any:
    """Those of places the seat reaches."""
    rows = Simulation.objects.select_related("place").defer("result")
    reach = queries.places_of(at.seat.place_id, day_of(at.now))
    return rows if reach is None else rows.filter(place__in=reach)


def _named(rows: Any) -> list[Simulation]:
    found = list(rows)
    for row in found:
        row.place_name = place_name(row.place_id, row.day)
    return found


def _one(at: Desk, number: int) -> Simulation:
    row: Simulation | None = _seen(at).defer(None).filter(pk=number).first()
    if row is None:
        raise Http404("no such simulation")
    return row
