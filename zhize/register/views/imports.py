"""Imports at the desk: hand a table in, see what was understood and what was refused, accept all of it or nothing."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.places.queries import find_place, place_name
from zhize.record.paging import page
from zhize.register.access import refusal, require
from zhize.register.forms import Upload
from zhize.register.importing import commands, queries
from zhize.register.importing.desk import Desk
from zhize.register.importing.source import open_book
from zhize.register.models import Import, ImportRow, Seat
from zhize.register.seats import current_by, seat_required

READERS = (Seat.Role.REGISTER_EDITOR, Seat.Role.APPROVER, Seat.Role.AUDITOR)
SHOWN = 40


@require_safe
@seat_required(*READERS)
def imports(request: HttpRequest) -> HttpResponse:
    """/desk/imports/"""
    drafts = queries.drafts(request.GET.get("state", ""))
    return render(
        request,
        "register/imports.html",
        {"drafts": drafts, "states": Import.State.choices, "state": request.GET.get("state", "")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(Seat.Role.REGISTER_EDITOR)
def draft_import(request: HttpRequest) -> HttpResponse:
    """/desk/imports/new/"""
    form = Upload(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "register/import_form.html", {"form": form}, status=400 if form.errors else 200)
    by, now = current_by(request), timezone.now()
    try:
        made = _draft(form.cleaned_data, by, now)
    except Refusal as refused:
        return render(
            request, "register/import_form.html", {"form": form, "refusal": refused}, status=refused.http_status
        )
    return redirect("register:import", made.pk)


def _draft(said: dict[str, Any], by: By, now: datetime) -> Import:
    """The upload under its own name in a folder of its own, read as the annex of the paper."""
    desk = _desk(said, day_of(now))
    require(by, "register.draft_import", desk.place, day_of(now))
    with (
        tempfile.TemporaryDirectory(prefix="zhize-import-") as folder,
        open_book(_saved(said["file"], Path(folder))) as book,
    ):
        return commands.draft_import(said["kind"], book, desk, by=by, now=now)[0]


def _desk(said: dict[str, Any], today: date) -> Desk:
    paper = said["instrument"]
    desk = Desk(paper.day or today, paper=paper, own_name=said["own"].strip(), receiver=said["receiver"].strip())
    area = paper.issuer_area if paper.issuer_area.strip("0") else ""
    desk.place = said["place"] or (find_place(area, desk.day) if area else None)
    return desk


def _saved(file: UploadedFile[Any], folder: Path) -> Path:
    path = folder / (Path(str(file.name)).name or "upload")
    with path.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return path


@require_safe
@seat_required(*READERS)
def import_(request: HttpRequest, number: int) -> HttpResponse:
    """/desk/imports/7/?verdict=refused"""
    draft, now = queries.draft(number), timezone.now()
    verdict = request.GET.get("verdict", "refused" if draft.counts.get("refused") else "taken")
    rows = ImportRow.objects.filter(draft=draft, verdict=verdict)
    shown = page(rows, ("pk",), request.GET, SHOWN)
    by = current_by(request)
    context = {
        "draft": draft,
        "counts": draft.counts,
        "verdict": verdict,
        "page": shown,
        "rows": shown.rows,
        "verdicts": [(v, label, _count(draft, v)) for v, label in ImportRow.Verdict.choices],
        "place_name": place_name(draft.place_id, draft.day) if draft.place_id else "",
        "open": draft.state == Import.State.DRAFTED,
        "accept_refusal": refusal(
            by, "register.accept_import", draft.place, day_of(now), other_than=draft.drafted_by.officer_id
        ),
        "discard_refusal": refusal(by, "register.draft_import", draft.place, day_of(now)),
    }
    return render(request, "register/import.html", context)


def _count(draft: Import, verdict: str) -> int:
    counts = draft.counts
    return int(counts["skipped"] + counts["headings"] if verdict == ImportRow.Verdict.SKIPPED else counts[verdict])


@require_POST
@seat_required(Seat.Role.APPROVER)
def accept_import(request: HttpRequest, number: int) -> HttpResponse:
    """All rows taken are written, as one act; by somebody other than who drafted it."""
    draft, by, now = queries.draft(number), current_by(request), timezone.now()
    require(by, "register.accept_import", draft.place, day_of(now), other_than=draft.drafted_by.officer_id)
    done = commands.accept_import(number, instrument=draft.instrument, by=by, now=now)
    messages.success(request, _("{draft}已接受，写入登记。").format(draft=done))
    return redirect(done.instrument or reverse("register:import", args=[number]))


@require_POST
@seat_required(Seat.Role.REGISTER_EDITOR)
def discard_import(request: HttpRequest, number: int) -> HttpResponse:
    """The draft is put aside; its rows stay as evidence."""
    draft, by, now = queries.draft(number), current_by(request), timezone.now()
    require(by, "register.draft_import", draft.place, day_of(now))
    commands.discard_import(number, by=by, now=now)
    messages.success(request, _("{draft}已放弃，登记没有改变。").format(draft=draft))
    return redirect("register:imports")
