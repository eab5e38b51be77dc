"""Which hotlines were merged with this one, how, since when and by which paper: anybody may read it."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhize.cases.queries.lines import by_mode, write
from zhize.cases.queries.lines import lines as found_on
from zhize.cases.queries.workbook import MIME
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of, parse_day


@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """/lines/?day="""
    day = _day(request)
    found = found_on(day)
    context = {
        "lines": found,
        "counts": by_mode(found),
        "day": day,
        "demo": any(x.demo for x in found),
        "calls": sum(x.calls for x in found),
    }
    return render(request, "cases/lines.html", context)


@require_safe
def lines_file(request: HttpRequest) -> HttpResponseBase:
    """/lines/lines.xlsx?day="""
    day = _day(request)
    answer = StreamingHttpResponse(write(day), content_type=MIME)
    answer["Content-Disposition"] = f'attachment; filename="lines-{day}.xlsx"'
    return answer


def _day(request: HttpRequest) -> date:
    try:
        return parse_day(request.GET["day"]) if request.GET.get("day") else day_of(timezone.now())
    except Refusal:
        return day_of(timezone.now())
