"""The phone desk: whose call it is, while the form is being filled in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from zhize.cases import commands
from zhize.cases.queries.desk import lines
from zhize.cases.views.sitting import Desk, desk
from zhize.kernel.errors import Refusal


@require_POST
@sensitive_post_parameters("phone")
@desk
def recognise(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/intake/recognise/: by POST, so that a number stands in no log of addresses."""
    try:
        found = commands.recognise(request.POST.get("phone", "")[:40], by=at.by, now=at.now)
    except Refusal as refusal:
        return render(request, "cases/parts/callers.html", {"refusal": refusal})
    response = render(request, "cases/parts/callers.html", {"lines": lines(found, at.now, at.seat), "asked": True})
    response["Cache-Control"] = "no-store"
    return response
