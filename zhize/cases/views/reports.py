"""Reports to take away: 日报, 周报, 月报, and once a year what the hotline says of the lists of duties."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhize.cases.queries import duty_report as duties
from zhize.cases.queries import reporting, workbook
from zhize.cases.queries.centres import counted_at
from zhize.cases.queries.desk import places_of
from zhize.cases.queries.reporting import KINDS, YEARLY
from zhize.cases.views.sitting import Desk, desk
from zhize.kernel.errors import Refusal
from zhize.kernel.period import ONE_DAY, day_of, parse_day
from zhize.places.models import Place
from zhize.places.queries import find_place, place_name
from zhize.record.papers import docx, pdf

FORMATS = {"docx": docx.MIME, "xlsx": workbook.MIME, "pdf": "application/pdf"}


@require_safe
@desk
def reports(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/reports/?day=&place=: what can be taken away, for the day's own period and the one before."""
    place, day = _asked(request, at)
    lines = [
        {
            "kind": kind, "label": label, "first": first, "last": last,
            "files": [(f, reverse("cases:report_file", args=[kind, first.isoformat(), f]) + f"?place={place.key}") for f in FORMATS],
        }
        for kind, label in KINDS.items()
        for first, last in (reporting.period_of(kind, day), _earlier(kind, day))
    ]  # fmt: skip
    context = {"at": at, "place": place, "name": place_name(place.pk, day), "day": day, "lines": lines, "demo": True}
    return render(request, "cases/reports.html", context)


@require_safe
@desk
def report_file(request: HttpRequest, at: Desk, kind: str, day: str, format: str) -> HttpResponseBase:
    """/desk/reports/monthly/2016-03-01/report.docx?place="""
    if kind not in KINDS or format not in FORMATS:
        raise Http404("no such report")
    place, on = _asked(request, at)[0], parse_day(day)
    answer = StreamingHttpResponse(
        written(kind, place.pk, on, at.now, format, counted_at(at.seat, day_of(at.now))), content_type=FORMATS[format]
    )
    name = f"{place_name(place.pk, on)}热线{KINDS[kind]}-{on}.{format}"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer


def written(
    kind: str, place: int, day: date, now: Any, format: str, centres: frozenset[int] | None = None
) -> Iterator[bytes]:
    """The report in a format; the command line writes by this too."""
    if kind == YEARLY:
        said = duties.duty_report(place, day, now)
        return workbook.write_duties(said) if format == "xlsx" else _set(duties.paper(said), format)
    told = reporting.report(kind, place, day, now, centres)
    return workbook.write(told) if format == "xlsx" else _set(reporting.paper(told), format)


def _set(paper: Any, format: str) -> Iterator[bytes]:
    return docx.write(paper) if format == "docx" else pdf.write(paper)


def _asked(request: HttpRequest, at: Desk) -> tuple[Place, date]:
    """The seat's place, or one within it; reports are the centre's, a body has its own figures."""
    if at.seat.of_a_body:
        raise PermissionDenied
    today = day_of(at.now)
    try:
        day = parse_day(request.GET["day"]) if request.GET.get("day") else today
        said = request.GET.get("place", "").strip() or request.GET.get("place_text", "").strip()
        place = find_place(said, today) if said else at.seat.place
    except Refusal:
        day, place = today, at.seat.place
    reach = places_of(at.seat.place_id, today)
    return (place if reach is None or place.pk in reach else at.seat.place), min(day, today)


def _earlier(kind: str, day: date) -> tuple[date, date]:
    return reporting.period_of(kind, reporting.period_of(kind, day)[0] - ONE_DAY)
