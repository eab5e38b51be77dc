"""The editors' desk of the knowledge base: what was written, what the register has overtaken, and the acts on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhize.cases import commands
from zhize.cases.forms.knowledge import DUTIES, EntryForm, FindForm, RetireForm
from zhize.cases.models import Knowledge, KnowledgeText
from zhize.cases.queries import knowledge as queries
from zhize.cases.queries.desk import places_of
from zhize.cases.views.sitting import Desk, desk
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.places.queries import full_name
from zhize.register import access

SIZE = 50


@require_safe
@desk
def knowledge(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/knowledge/?q=&stale=1: entries that hold here; or those that no longer do."""
    day, form = day_of(at.now), FindForm(request.GET)
    rows = queries.valid_in(at.seat.place_id, day)
    stale = queries.stale_texts(rows, day)
    wanted = "stale" in request.GET
    found = stale if wanted else queries.entries(queries.searched(rows, form.words(), SIZE), day)
    context = {
        "at": at, "form": form, "entries": found, "stale": len(stale), "wanted": wanted, "day": day, "demo": True,
        "may": access.refusal(at.by, "cases.write_entry", at.seat.place_id, day) is None,
    }  # fmt: skip
    return render(request, "cases/knowledge.html", context)


@require_safe
@desk
def entry(request: HttpRequest, at: Desk, number: int) -> HttpResponse:
    """/desk/knowledge/3/"""
    return entry_page(request, at, fetch(at, number))


def fetch(at: Desk, number: int) -> Knowledge:
    """Those that hold where the seat is, and those of the places within it."""
    row = Knowledge.objects.select_related("place").filter(pk=number).first()
    day = day_of(at.now)
    reach = places_of(at.seat.place_id, day)
    above = {at.seat.place_id, *queries.above(at.seat.place_id, day)}
    if row is None or (reach is not None and row.place_id not in reach and row.place_id not in above):
        raise Http404("no such entry for this seat")
    return row


def entry_page(
    request: HttpRequest, at: Desk, row: Knowledge, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    day = day_of(at.now)
    texts = list(row.texts.select_related("entry"))
    shown = queries.entries(texts[:1], day)[0]
    context = {
        "at": at, "row": row, "shown": shown, "earlier": texts[1:], "day": day, "refusal": refusal, "demo": True,
        "place_said": full_name(row.place_id, day), "retire_form": RetireForm(),
        "used": shown.text.answers.count(),
        "may": row.retired_at is None and access.refusal(at.by, "cases.write_entry", row.place_id, day) is None,
    }  # fmt: skip
    return render(request, "cases/entry.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def write_entry(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/knowledge/write_entry/?entry=3: a new entry, or the next text of one."""
    said = request.GET.get("entry", "")
    row = fetch(at, int(said)) if said.isdecimal() and len(said) < 10 else None
    form = EntryForm(request.POST) if request.method == "POST" else EntryForm(initial=_as_it_is(at, row))
    if request.method == "POST" and form.is_valid() and (done := _write(at, form, row)):
        messages.success(request, _("知识条目已经保存。"))
        return redirect("cases:entry", done.pk)
    barred = access.refusal(at.by, "cases.write_entry", at.seat.place_id, day_of(at.now))
    context = {"at": at, "form": form, "row": row, "refusal": barred, "demo": True}
    return render(request, "cases/write_entry.html", context, status=400 if form.is_bound else 200)


def _write(at: Desk, form: EntryForm, row: Knowledge | None) -> Knowledge | None:
    said = form.cleaned_data
    try:
        return commands.write_entry(
            said["question"], said["answer"], duties=form.duties(), place=form.found["place"], entry=row,
            public=said["public"], by=at.by, now=at.now,
        )  # fmt: skip
    except Refusal as refusal:
        form.refused(refusal)
        return None


def _as_it_is(at: Desk, row: Knowledge | None) -> dict[str, Any]:
    place = row.place if row else at.seat.place
    said: dict[str, Any] = {"place": place.key, "place_text": full_name(place.pk, day_of(at.now))}
    if row is None:
        return said
    text = KnowledgeText.objects.get(entry=row, latest=True)
    for name, wording in zip(DUTIES, text.wordings.select_related("duty"), strict=False):
        said |= {name: wording.duty.key, f"{name}_text": wording.name}
    return said | {"question": text.question, "answer": text.answer, "public": row.public}


@require_POST
@desk
def confirm_entry(request: HttpRequest, at: Desk, number: int) -> HttpResponse:
    """Read again, right as it is."""
    row = fetch(at, number)
    try:
        commands.confirm_entry(row, by=at.by, now=at.now)
    except Refusal as refusal:
        return entry_page(request, at, row, refusal, refusal.http_status)
    messages.success(request, _("已经核对，口径不变。"))
    return redirect("cases:entry", row.pk)


@require_POST
@desk
def retire_entry(request: HttpRequest, at: Desk, number: int) -> HttpResponse:
    row, form = fetch(at, number), RetireForm(request.POST)
    try:
        commands.retire_entry(row, form.data.get("why", "")[:300], by=at.by, now=at.now)
    except Refusal as refusal:
        return entry_page(request, at, row, refusal, refusal.http_status)
    messages.success(request, _("这条知识已经停用。"))
    return redirect("cases:knowledge")
