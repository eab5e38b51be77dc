"""The public form: words first; who is likely responsible is shown while one types; then the receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from zhize.accounts.models import By
from zhize.cases import commands
from zhize.cases.forms.public import ReportForm, new_key
from zhize.cases.models import Case
from zhize.cases.queries import telling
from zhize.cases.queries.attached import attached
from zhize.cases.queries.likely import likely, matter_by_code
from zhize.cases.terms import Receipt
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.places.models import Place
from zhize.places.queries import boundary_papers, find_place, full_name, place_name


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("name", "phone")
def report(request: HttpRequest) -> HttpResponse:
    """/report/?matter=&place=: anybody may, with or without a name; sent twice it is received once."""
    now = timezone.now()
    if request.method != "POST":
        return form_page(request, ReportForm(initial={"key": new_key(), **_asked_for(request)}), now)
    form = ReportForm(request.POST, request.FILES)
    if form.is_valid() and (receipt := take(form, form.message(), By.citizen(), now)):
        return receipt_page(request, receipt, now)
    return form_page(request, form, now, status=400)


def take(form: ReportForm, message: Any, by: By, now: datetime) -> Receipt | None:
    """Receive with what was sent along, or put the refusal at its field. The key of a form sent before with other words
    is renewed."""
    try:
        with transaction.atomic():
            receipt = commands.receive(message, by=by, now=now)
            for found in form.cleaned_data["sent"]:
                commands.attach(receipt.case_id, found, by=by, now=now)
            if (asked := form.cleaned_data.get("demands")) and not receipt.replayed:
                commands.itemise(receipt.case_id, asked.splitlines(), by=by, now=now)
        return receipt
    except Refusal as refusal:
        if refusal.code == "key_reused":
            form.data = {**form.data.dict(), "key": new_key()}  # type: ignore[attr-defined]
            form.add_error(None, _("这张表刚才已经提交过一次，受理了当时的内容。如果这是另一件事，请再按一次提交。"))
        else:
            form.refused(refusal)
        return None


def form_page(request: HttpRequest, form: ReportForm, now: datetime, status: int = 200) -> HttpResponse:
    context = {"form": form, "demo": True, "map_papers": boundary_papers(day_of(now)), **suggested(form, now)}
    return render(request, "cases/report.html", context, status=status)


def suggested(form: ReportForm, now: datetime) -> dict[str, Any]:
    """What the part with the suggestions needs, from whatever has been filled in so far."""
    data = form.data if form.is_bound else form.initial
    day = day_of(now)
    place = place_of(data.get("place", "") or data.get("place_text", ""), now)
    found = likely(data.get("text", "") or "", place.pk if place else None, day)
    chosen = matter_by_code(data.get("matter", "") or "")
    return {
        "likely": found,
        "chosen": chosen.code if chosen else "",
        "place_said": place_name(place.pk, day) if place else "",
        "place_text": data.get("place_text", "") or (full_name(place.pk, day) if place else ""),
        "place_key": place.key if place else "",
    }


@require_POST
def likely_matters(request: HttpRequest) -> HttpResponse:
    """While typing. By POST, so that what a citizen writes stands in no log of addresses."""
    now = timezone.now()
    form = ReportForm(request.POST)
    return render(request, "cases/parts/likely.html", {"form": form, **suggested(form, now)})


def _asked_for(request: HttpRequest) -> dict[str, str]:
    """From the answer page one comes with matter and place filled in."""
    return {
        "matter": request.GET.get("matter", "")[:12],
        "place": request.GET.get("place", "")[:40],
        "text": request.GET.get("text", "")[:2000],
    }


def place_of(text: str, now: datetime) -> Place | None:
    """The place a form names, or None."""
    try:
        return find_place(text[:120].replace("\x00", ""), day_of(now)) if text.strip() else None
    except Refusal:
        return None


def receipt_page(
    request: HttpRequest, receipt: Receipt, now: datetime, template: str = "cases/receipt.html", **more: Any
) -> HttpResponse:
    """Shown in answer to the form itself: the secret is kept nowhere, and the same form sent again gives the same page."""
    case = Case.objects.select_related("terms", "matter", "place").get(pk=receipt.case_id)
    legs = telling.legs(case, now)
    context = {
        "receipt": receipt,
        "secret": grouped(receipt.secret),
        "case": case,
        "legs": legs,
        "clock": telling.promise(case, now),
        "cards": [(leg, telling.holder_card(leg, day_of(now))) for leg in reversed(legs)],
        "demo": True,
        "place_said": full_name(case.place_id, day_of(now)),
        "attached": attached(case),
        **more,
    }
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response


def grouped(secret: str) -> str:
    """ABCD-EFGH-JKMN: easier to copy by hand."""
    return "-".join(secret[n : n + 4] for n in range(0, len(secret), 4))
