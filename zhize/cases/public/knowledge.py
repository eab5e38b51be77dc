"""What anybody may read of the knowledge base: an answer with the duties it stands on, and a word when they have changed."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhize.cases.forms.knowledge import FindForm
from zhize.cases.models import KnowledgeText
from zhize.cases.queries.knowledge import entries, searched
from zhize.kernel.period import day_of
from zhize.places.queries import full_name

SIZE = 30


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """/questions/?q=: the public entries."""
    day, form = day_of(timezone.now()), FindForm(request.GET)
    found = entries(searched(_open(), form.words(), SIZE), day)
    return render(request, "cases/questions.html", {"form": form, "entries": found, "day": day, "demo": True})


@require_safe
def question(request: HttpRequest, number: int) -> HttpResponse:
    """/questions/3/"""
    text = _open().filter(entry=number).select_related("entry").first()
    if text is None:
        raise Http404("no such entry, or it is not public")
    day = day_of(timezone.now())
    context = {
        "shown": entries([text], day)[0],
        "day": day,
        "place_said": full_name(text.entry.place_id, day),
        "demo": True,
    }
    return render(request, "cases/question.html", context)


def _open() -> QuerySet[KnowledgeText]:
    return KnowledgeText.objects.filter(latest=True, entry__public=True, entry__retired_at=None)
