"""Statistics for everybody, place by place, and the cases as open data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhize.cases.queries.figures import Figure, Span, narrowed
from zhize.cases.queries.opendata import as_csv, as_json, open_cases
from zhize.cases.queries.statistics import Statistics, month_of, smallest
from zhize.cases.queries.statistics import statistics as count
from zhize.kernel.period import ONE_DAY, day_of
from zhize.places.asking import place_asked
from zhize.places.models import Place
from zhize.places.queries import place_name

FILES = {"csv": ("text/csv; charset=utf-8", as_csv), "json": ("application/json", as_json)}


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """/statistics/?place=&month=2016-03&format=json: how the hotline did in a place, with nothing small enough to be a person."""
    place, span = _asked(request)
    said = count(span, place.pk)
    if request.GET.get("format") == "json":
        return JsonResponse(_plain(said, place, span), json_dumps_params={"ensure_ascii": False})
    first, last = day_of(span.start), day_of(span.end) - ONE_DAY
    context = {
        "place": place, "name": place_name(place.pk, last), "said": said, "days": _drawn(said), "first": first, "last": last,
        "earlier": (first - ONE_DAY).replace(day=1), "later": _later(last, span.now), "formats": FILES,
        "query": urlencode({"place": place.key, "month": f"{first:%Y-%m}"}), "demo": True,
    }  # fmt: skip
    return render(request, "cases/statistics.html", context)


@require_safe
def open_data(request: HttpRequest, format: str) -> HttpResponseBase:
    """/statistics/cases.csv, .json: one line a case of a month, without a word anybody said."""
    if format not in FILES:
        raise Http404("no such format")
    place, span = _asked(request)
    kind, write = FILES[format]
    pieces: Iterable[bytes] = write(open_cases(span, narrowed(place.pk, span)), span, smallest(place.pk, span))
    answer = StreamingHttpResponse(pieces, content_type=kind)
    name = f"cases-{place.key}-{day_of(span.start):%Y-%m}.{format}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked(request: HttpRequest) -> tuple[Place, Span]:
    now = timezone.now()
    return place_asked(request.GET, day_of(now)), month_of(now, request.GET.get("month", ""))


def _later(last: date, now: datetime) -> date | None:
    following = last + ONE_DAY
    return following if following < day_of(now).replace(day=1) else None


def _drawn(said: Statistics) -> list[tuple[str, int, float, float, float]]:
    """Received by day, as columns of a drawing 1000 wide and 100 high."""
    most = max((n for _, n in said.days), default=0)
    wide = 1000 / max(1, len(said.days))
    return [
        (day, n, round(at * wide + wide * 0.1, 2), round(100 - 100 * n / most, 2), round(100 * n / most, 2))
        for at, (day, n) in enumerate(said.days)
    ]


def _plain(said: Statistics, place: Place, span: Span) -> dict[str, Any]:
    """The page as data; null is a number too small to be shown."""
    return {
        "place": {"key": place.key, "name": place_name(place.pk, day_of(span.end))},
        "period": [day_of(span.start).isoformat(), day_of(span.end - ONE_DAY).isoformat()],
        "as_of": span.now.isoformat(),
        "least": said.least,
        "received": said.received,
        "sealed": said.sealed,
        "kinds": {code: n for code, _, n in said.kinds},
        "metrics": [_figure(f) for f in said.figures if f is not None],
        "places": [
            {
                "key": row.key,
                "name": row.name,
                "received": row.received,
                "metrics": [_figure(f) for f in row.figures if f],
            }
            for row in said.places
        ],
    }


def _figure(f: Figure) -> dict[str, Any]:
    out = [{"ground": label, "count": n} for _, label, n in f.out]
    return {
        "name": f.name,
        "label": f.label,
        "part": f.part,
        "whole": f.whole,
        "rate": f.rate,
        "says": f.says,
        "left_out": out,
    }
