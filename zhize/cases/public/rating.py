"""Rating by a link: it opens one round of one case to be rated, and shows nothing else of it."""

from __future__ import annotations

import hmac

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zhize.accounts.models import By
from zhize.cases import commands, sealing
from zhize.cases.forms.public import RateForm
from zhize.cases.lifecycle import CASE
from zhize.cases.models import Case, Rating
from zhize.cases.queries.facts import facts
from zhize.kernel.errors import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rate_by_link(request: HttpRequest, no: str, word: str) -> HttpResponse:
    """/r/NO/WORD/: as it stands in the text message."""
    case = Case.objects.filter(no=no[:40].upper()).first()
    if case is None or not hmac.compare_digest(sealing.rating_link(case.no, case.round), word.upper()[:20]):
        raise Http404("no such link")  # a wrong word and a wrong number are one answer
    now, form = timezone.now(), RateForm(request.POST if request.method == "POST" else None)
    refusal = CASE.refusal(case.state, "rate", on=facts(case, now))
    if request.method == "POST" and refusal is None and form.is_valid():
        said = form.cleaned_data
        try:
            commands.rate(
                case.pk,
                contacted=said["contacted"] == "yes",
                solved=said["solved"] == "yes",
                satisfied=said["satisfied"],
                words=said["words"],
                way=Rating.Way.LINK,
                by=By.citizen(),
                now=now,
            )
            return render(request, "cases/rate_by_link.html", {"case": case, "done": True, "demo": True})
        except Refusal as error:
            refusal = error
    status = 200 if request.method != "POST" else refusal.http_status if refusal else 400
    context = {"case": case, "form": form, "refusal": refusal, "demo": True}
    return render(request, "cases/rate_by_link.html", context, status=status)
