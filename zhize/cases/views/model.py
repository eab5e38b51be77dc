"""The card of the model that suggests matters: anybody at the desk may read what it learned from and how good it is."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhize.cases.queries import modelcard
from zhize.cases.views.sitting import Desk, desk


@require_safe
@desk
def model(request: HttpRequest, at: Desk, no: int | None = None) -> HttpResponse:
    """/desk/model/ the one in service, /desk/model/3/ that version."""
    rows = modelcard.versions()
    row = rows.filter(no=no).first() if no else rows.filter(since__isnull=False, until__isnull=True).first()
    if no and row is None:
        raise Http404("no such model")
    context = {
        "at": at,
        "row": row,
        "card": modelcard.card(row, at.seat.place_id, at.now) if row else None,
        "versions": list(rows[: modelcard.VERSIONS]),
        "demo": True,
    }
    return render(request, "cases/model.html", context)
