"""Keys at the desk: which programs may call, what each may do, when it last did; a new one is shown once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.places.queries import place_names
from zhize.record.paging import page
from zhize.register import commands
from zhize.register.forms import Key
from zhize.register.models import ApiKey, Seat
from zhize.register.seats import current_by, current_seat, seat_required

READERS = (Seat.Role.REGISTER_EDITOR, Seat.Role.APPROVER, Seat.Role.AUDITOR)


@require_safe
@seat_required(*READERS)
def keys(request: HttpRequest) -> HttpResponse:
    """/desk/keys/"""
    return _page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(Seat.Role.REGISTER_EDITOR)
def issue_key(request: HttpRequest) -> HttpResponse:
    """/desk/keys/issue/: the key stands on the page that answers, and nowhere else."""
    form = Key(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "register/key_form.html", {"form": form}, status=400 if form.errors else 200)
    try:
        issued = commands.issue_key(**form.said(), by=current_by(request), now=timezone.now())
    except Refusal as refusal:
        shown = {"form": form, "refusal": refusal}
        return render(request, "register/key_form.html", shown, status=refusal.http_status)
    answer = render(request, "register/key_issued.html", {"issued": issued})
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@seat_required(*READERS)
def revoke_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """/desk/keys/7/revoke/"""
    try:
        commands.revoke_key(key_id, request.POST.get("why", ""), by=current_by(request), now=timezone.now())
    except Refusal as refusal:
        return _page(request, refusal=refusal, wrong=key_id, status=refusal.http_status)
    messages.success(request, _("密钥已经吊销，从这一刻起打不开任何门。"))
    return redirect("register:keys")


def _page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    rows = ApiKey.objects.select_related("seat__officer", "seat__body", "issued_by")
    shown, today = page(rows, ("-pk",), request.GET), day_of(timezone.now())
    where = place_names({k.place_id for k in shown.rows if k.place_id}, today)
    seat = current_seat(request)
    context = {
        "page": shown,
        "lines": [(key, where.get(key.place_id or 0, ""), key.alive(today)) for key in shown.rows],
        "editor": seat is not None and seat.role == Seat.Role.REGISTER_EDITOR,
        **more,
    }
    return render(request, "register/keys.html", context, status=status)
