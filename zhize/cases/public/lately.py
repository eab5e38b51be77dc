"""While a citizen types: how many said the like here of late. A number, nobody's words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from zhize.cases.public.report import place_of
from zhize.cases.queries import alike


@require_POST
def told_lately(request: HttpRequest) -> HttpResponse:
    """By POST, so that what is written stands in no log of addresses."""
    now = timezone.now()
    place = place_of(request.POST.get("place", "") or request.POST.get("place_text", ""), now)
    n = alike.told_lately(request.POST.get("text", "")[:4000], place.pk if place else None, now)
    return render(request, "cases/parts/lately.html", {"n": n})
