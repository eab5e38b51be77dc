"""The options of the picker of matters; bodies, duties and papers come from the register."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhize.cases.queries.likely import matters_like
from zhize.cases.views.sitting import Desk, desk
from zhize.kernel.period import day_of


@require_safe
@desk
def suggest_matter(request: HttpRequest, at: Desk) -> HttpResponse:
    said = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    target = getattr(getattr(request, "htmx", None), "target", None) or "matter-list"
    found = (
        [{"value": m.code, "text": m.name, "note": f"{m.code} {m.path}"} for m in matters_like(said, day_of(at.now))]
        if said
        else []
    )
    return render(
        request, "cases/parts/options.html", {"found": found, "typed": bool(said), "name": target.removesuffix("-list")}
    )
