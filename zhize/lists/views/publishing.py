"""Publishing at the desk: shown first with everything that differs from the last edition, then frozen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.lists import commands
from zhize.lists.forms.publishing import Publish
from zhize.lists.models import Edition
from zhize.lists.queries.changes import between, told
from zhize.lists.queries.editions import before, issue_of, standing
from zhize.lists.queries.lag import Lag, waiting
from zhize.register.models import Seat
from zhize.register.seats import current_by, current_seat, seat_required

READING = (Seat.Role.REGISTER_EDITOR, Seat.Role.APPROVER, Seat.Role.AUDITOR, Seat.Role.LEGAL_REVIEWER)
WRITING = (Seat.Role.REGISTER_EDITOR, Seat.Role.APPROVER)
SHOWN = 40  # lines of a preview


@require_safe
@seat_required(*READING)
def publications(request: HttpRequest) -> HttpResponse:
    """/desk/editions/: the standing editions, what the register has learned since, and what is late."""
    today = day_of(timezone.now())
    rows = [_standing(e, waiting(e, today)) for e in standing().select_related("body", "place", "instrument")]
    return render(
        request, "lists/publications.html", {"rows": sorted(rows, key=lambda r: -r["oldest"]), "may": _may(request)}
    )


def _standing(edition: Edition, open_: list[Lag]) -> dict[str, Any]:
    return {
        "edition": edition, "name": issue_of(edition).name(edition.day), "waiting": len(open_),
        "late": sum(lag.late for lag in open_), "oldest": max((lag.days for lag in open_), default=0),
        "embargoed": edition.public_from > day_of(timezone.now()),
    }  # fmt: skip


def _may(request: HttpRequest) -> bool:
    seat = current_seat(request)
    return bool(seat and seat.role in WRITING)


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*WRITING)
def publish(request: HttpRequest) -> HttpResponse:
    """/desk/editions/publish/: done and taken back first, so that a refusal comes before the confirmation."""
    form = Publish(request.POST or None, initial={"day": day_of(timezone.now())} | request.GET.dict())
    context: dict[str, Any] = {"form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "lists/publish.html", context, status=400 if form.errors else 200)
    try:
        if "confirm" in request.POST:
            made = _publish(request, form)
            messages.success(request, _("已公布 {n} 张清单。").format(n=len(made)))
            return redirect(made[0]) if len(made) == 1 else redirect("lists:publications")
        with transaction.atomic():
            context["shown"] = [_preview(e) for e in _publish(request, form)]
            transaction.set_rollback(True)
    except Refusal as refusal:
        return render(request, "lists/publish.html", context | {"refusal": refusal}, status=refusal.http_status)
    return render(request, "lists/publish.html", context)


def _publish(request: HttpRequest, form: Publish) -> list[Edition]:
    said = form.cleaned_data
    return commands.publish(
        said["issues"], said["day"], instrument=said["instrument"], by=current_by(request), now=timezone.now(),
        corrects=said["corrects"], reason=said["reason"],
    )  # fmt: skip


def _preview(edition: Edition) -> dict[str, Any]:
    last = before(edition)
    table = between(last, edition) if last else []
    rows = told(table[:SHOWN])
    return {
        "edition": edition,
        "name": issue_of(edition).name(edition.day),
        "before": last,
        "rows": rows,
        "left": len(table) - len(rows),
    }
