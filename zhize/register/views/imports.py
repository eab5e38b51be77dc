"""Imports at the desk: hand a table in, see what was understood and what was refused, accept all of it or nothing."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.places.queries import find_place, place_name
from zhize.record.paging import page
from zhize.register.access import refusal, require
from zhize.register.forms import Upload
from zhize.register.importing import commands, errands, queries
from zhize.register.importing.doers import DOERS
from zhize.register.importing.limits import SOON_BYTES, SOON_ROWS
from zhize.register.importing.source import open_book, saved
from zhize.register.models import Errand, Import, ImportRow, Seat
from zhize.register.seats import current_by, current_seat, seat_required
from zhize.register.tasks import run_errand

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
        {
            "drafts": drafts,
            "states": Import.State.choices,
            "state": request.GET.get("state", ""),
            "errands": Errand.objects.filter(state__in=Errand.OPEN, what__in=Errand.IMPORTS),
        },
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
        return redirect(_read(form.cleaned_data, by, now))
    except Refusal as refused:
        return render(
            request, "register/import_form.html", {"form": form, "refusal": refused}, status=refused.http_status
        )


def _read(form: dict[str, Any], by: By, now: datetime) -> str:
    """A small table is read at once, a large one by the worker; the address of what came of it."""
    said, file = _said(form, day_of(now)), cast("UploadedFile[Any]", form["file"])
    require(by, "register.draft_import", said["place"], day_of(now))
    if (file.size or 0) > SOON_BYTES:
        return handed_over(errands.to_draft(said, str(file.name), file.read(), by=by, now=now))
    with tempfile.TemporaryDirectory(prefix="zhize-import-") as folder, open_book(saved(file, Path(folder))) as book:
        made, _reading = commands.draft_import(said["kind"], book, errands.desk_of(said), by=by, now=now)
    return reverse("register:import", args=[made.pk])


def handed_over(errand: Errand) -> str:
    """To the worker; the page that says how far it is."""
    run_errand.defer(number=errand.pk)
    return reverse("register:errand", args=[errand.pk])


def _said(form: dict[str, Any], today: date) -> dict[str, Any]:
    """What the form said about the table, in words that can be kept for later."""
    paper = form["instrument"]
    day = paper.day or today
    area = paper.issuer_area if paper.issuer_area.strip("0") else ""
    place = form["place"] or (find_place(area, day) if area else None)
    return {"kind": form["kind"], "paper": paper.pk, "day": day.isoformat(), "place": place.pk if place else None,
            "own": form["own"].strip(), "receiver": form["receiver"].strip()}  # fmt: skip


@require_safe
@seat_required(*READERS, Seat.Role.LIST_CLERK, Seat.Role.SUPERVISOR)
def errand(request: HttpRequest, number: int) -> HttpResponse:
    """/desk/imports/errands/7/: how far the worker is; asked again by the page itself until it is over."""
    found = _errand(request, number)
    if found.state == Errand.State.DONE and found.made:
        answer = HttpResponse() if request.htmx else redirect(found.made)  # type: ignore[attr-defined]
        answer["HX-Redirect"] = found.made
        return answer
    part = "register/parts/errand.html" if request.htmx else "register/errand.html"  # type: ignore[attr-defined]
    return render(request, part, {"errand": found, "doer": DOERS[found.what]})


@require_POST
@seat_required(Seat.Role.REGISTER_EDITOR, Seat.Role.APPROVER, Seat.Role.LIST_CLERK, Seat.Role.SUPERVISOR)
def stop_errand(request: HttpRequest, number: int) -> HttpResponse:
    """Whoever asked for it may stop it; what is half done is undone."""
    found = _errand(request, number)
    if found.seat.officer_id != request.user.pk:
        raise Refusal(
            "不能停止这项作业",
            why="它是{who}交办的",
            rule="谁交办谁停止",
            instead="请联系交办的人",
            who=found.who,
            code="not_yours",
        )
    errands.stop(found, timezone.now())
    return redirect("register:errand", number)


def _errand(request: HttpRequest, number: int) -> Errand:
    """Imports are every reader's; a list that came back and a simulation are their own officer's."""
    rows = Errand.objects.defer("content").select_related("draft", "seat").filter(pk=number)
    own = Q(seat__officer=request.user.pk)
    found = rows.filter(own | Q(what__in=Errand.IMPORTS) if _reads(request) else own).first()
    if found is None:
        raise BadInput("没有第{number}号作业", instead="请从导入的清单进入", number=number, code="no_errand")
    return found


def _reads(request: HttpRequest) -> bool:
    seat = current_seat(request)
    return seat is not None and seat.role in READERS


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
        "discard_refusal": refusal(by, "register.discard_import", draft.place, day_of(now)),
    }
    return render(request, "register/import.html", context)


def _count(draft: Import, verdict: str) -> int:
    counts = draft.counts
    return int(counts["skipped"] + counts["headings"] if verdict == ImportRow.Verdict.SKIPPED else counts[verdict])


@require_POST
@seat_required(Seat.Role.REGISTER_EDITOR, Seat.Role.APPROVER)
def accept_import(request: HttpRequest, number: int) -> HttpResponse:
    """All rows taken are written, as one act; by somebody other than who drafted it. A large draft by the worker."""
    draft, by, now = queries.draft(number), current_by(request), timezone.now()
    if draft.counts.get("taken", 0) > SOON_ROWS:
        require(by, "register.accept_import", draft.place, day_of(now), other_than=draft.drafted_by.officer_id)
        return redirect(handed_over(errands.to_accept(draft, by=by, now=now)))
    done = commands.accept_import(number, instrument=draft.instrument, by=by, now=now)
    messages.success(request, _("{draft}已接受，写入登记。").format(draft=done))
    return redirect(done.instrument or reverse("register:import", args=[number]))


@require_POST
@seat_required(Seat.Role.REGISTER_EDITOR)
def discard_import(request: HttpRequest, number: int) -> HttpResponse:
    """The draft is put aside; its rows stay as evidence."""
    draft, by, now = queries.draft(number), current_by(request), timezone.now()
    commands.discard_import(number, by=by, now=now)
    messages.success(request, _("{draft}已放弃，登记没有改变。").format(draft=draft))
    return redirect("register:imports")
