"""Adjustments announced to the public (公示): what is proposed, until when one may say what one thinks of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.lists import commands
from zhize.lists.forms.adjusting import CommentForm
from zhize.lists.limits import derivation
from zhize.lists.models import Adjustment
from zhize.lists.queries.adjusting import changes_of
from zhize.record.paging import page
from zhize.register.fields import KEPT_BACK
from zhize.register.queries import body_name, body_names


def _open() -> QuerySet[Adjustment]:
    """What may be shown of what is announced: not what the draft, or the list as it stands, keeps back. Looked up by key:
    `exclude` on the words themselves would leave out every draft that says nothing of its openness (NULL is not “not in”)."""
    rows = Adjustment.objects.filter(state="announced")
    shut = rows.filter(Q(draft__said__openness__in=KEPT_BACK) | Q(was__said__openness__in=KEPT_BACK))
    return rows.exclude(pk__in=shut.values("pk")).select_related("body", "duty", "to")


@require_safe
def announced(request: HttpRequest) -> HttpResponse:
    """/lists/announced/: what is being announced, the nearest end first."""
    shown, day = page(_open(), ("due", "pk"), request.GET, 30), day_of(timezone.now())
    names = body_names({a.body_id for a in shown.rows}, day)
    rows = [(a, names.get(a.body_id, "")) for a in shown.rows]
    return render(request, "lists/adjusting/announced.html", {"page": shown, "rows": rows})


@require_safe
def announcement(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """/lists/announced/12/"""
    return _page(request, get_object_or_404(_open(), pk=adjustment_id), CommentForm())


@require_POST
def comment(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """Anybody says what he thinks; the refusal keeps what was typed."""
    a, form, refusal = get_object_or_404(_open(), pk=adjustment_id), CommentForm(request.POST), None
    if form.is_valid():
        said = form.cleaned_data
        try:
            commands.comment(
                a.pk, said["words"], said["name"], by=By.citizen(said["name"] or "公众"), now=timezone.now()
            )
            messages.success(request, _("您的意见已经收到，公示期满后由编办处理。"))
            return redirect("lists:announcement", a.pk)
        except Refusal as no:
            refusal = None if form.refused(no) else no
    return _page(request, a, form, refusal, 400)


def _page(
    request: HttpRequest, a: Adjustment, form: CommentForm, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    day = day_of(timezone.now())
    context: dict[str, Any] = {
        "a": a, "form": form, "refusal": refusal, "changes": changes_of(a), "body_name": body_name(a.body_id, day),
        "to_name": body_name(a.to_id, day) if a.to_id else "", "clock": derivation(a.limit, a.since), "now": timezone.now(),
    }  # fmt: skip
    return render(request, "lists/adjusting/announcement.html", context, status=status)
