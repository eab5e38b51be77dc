"""What is told twice: shown while a call is taken; two cases taken apart again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from zhize.cases import commands
from zhize.cases.forms.acts import ActForm
from zhize.cases.models import Case
from zhize.cases.public.report import place_of
from zhize.cases.queries import alike
from zhize.cases.views.acts import on_case
from zhize.cases.views.sitting import Desk, desk
from zhize.kernel.period import day_of


@require_POST
@desk
def twins(request: HttpRequest, at: Desk) -> HttpResponse:
    """While a call is taken: cases of the seat's reach that say the same."""
    place = place_of(request.POST.get("place", "") or request.POST.get("place_text", ""), at.now)
    text = request.POST.get("text", "")[:4000]
    found = alike.twins(text, place.pk if place else None, day_of(at.now), at.seat, at.now)
    return render(request, "cases/parts/twins.html", {"twins": found, "at": at})


@on_case
def unmerge(at: Desk, case: Case, form: ActForm) -> str:
    commands.unmerge(case.pk, form.cleaned_data["why"], by=at.by, now=at.now)
    return gettext_noop("并案已经撤销，这一件恢复原来的样子。")
