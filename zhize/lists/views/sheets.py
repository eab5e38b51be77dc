"""Lists as spreadsheets at the clerk's desk: take the list away, bring it back edited, see row by row what it would change."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.lists import queries
from zhize.lists.errands import read_in
from zhize.lists.forms.adjusting import ActForm
from zhize.lists.kinds import LISTS
from zhize.lists.models import Adjustment, Sheet
from zhize.lists.queries import desks
from zhize.lists.queries.adjusting import reasons, site_of
from zhize.lists.queries.sheets import VERDICTS, rows_of_file, workbook
from zhize.register.access import require
from zhize.register.importing import errands
from zhize.register.importing.limits import SOON_BYTES, SOON_ROWS
from zhize.register.importing.source import open_book, saved
from zhize.register.models import Errand, Seat
from zhize.register.queries import body_name
from zhize.register.seats import Desk, desk
from zhize.register.views.imports import handed_over

CLERK, LAWYER, OFFICE = Seat.Role.LIST_CLERK, Seat.Role.LEGAL_REVIEWER, Seat.Role.REGISTER_EDITOR
TO_DO = {
    CLERK: ("draft", "returned"),
    LAWYER: ("filed",),
    OFFICE: ("vetted",),
}  # what a sheet's page offers to do at once
TONES = {"added": "ok", "changed": "info", "dropped": "late", "unchanged": "plain", "refused": "stop"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 500


class SheetForm(ActForm):
    BUTTON = gettext_lazy("看看改了哪些")
    kind = forms.ChoiceField(label=gettext_lazy("哪一张清单"))
    file = forms.FileField(
        label=gettext_lazy("改好的表格"), help_text=gettext_lazy("xlsx、xls 或 csv。不要改动表头和登记键。")
    )
    reason = forms.ChoiceField(label=gettext_lazy("没有写原因的行，按"))
    whole = forms.BooleanField(label=gettext_lazy("表里没有的事项，作为取消"), required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], reasons: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices, self.fields["reason"].choices = kinds, reasons  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@desk(CLERK)
def draft_sheet(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/adjustments/sheet/: the lists to take away, and one brought back. Rows that differ become drafts,
    nothing is filed."""
    day, body = day_of(at.now), at.seat.body
    own = queries.list_kinds(body, day)
    offered = [
        (r["code"], f"{r['code']}　{_(r['name'])}")
        for r in reasons(site_of(body, day) or 0, day)
        if "change" in r["ops"]
    ]
    kinds = [(k.name, _(k.label)) for k, _n in own]
    form = SheetForm(request.POST or None, request.FILES or None, kinds=kinds, reasons=offered)
    context: dict[str, Any] = {
        "at": at, "form": form, "lists": own, "body_name": body_name(body.pk, day), "refusal": None,
        "sheets": Sheet.objects.filter(body=body).order_by("-pk")[:10],
        "errands": Errand.objects.defer("content").filter(seat=at.seat, what=Errand.What.SHEET, state__in=Errand.OPEN),
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_taken(form, at))
        except Refusal as no:
            context["refusal"] = no
    return render(request, "lists/adjusting/sheets.html", context, status=400 if form.is_bound else 200)


def _taken(form: SheetForm, at: Desk) -> str:
    """A small table is read at once, a large one by the worker; the address of what came of it."""
    said = {name: form.cleaned_data[name] for name in ("kind", "reason", "whole")}
    file, body = form.cleaned_data["file"], at.seat.body
    require(at.by, "lists.draft_sheet", None, day_of(at.now), body=body.pk)
    if file.size > SOON_BYTES:
        return _handed_over(said, file, at)
    with tempfile.TemporaryDirectory(prefix="zhize-sheet-") as folder, open_book(saved(file, Path(folder))) as book:
        if rows_of_file(book, said["kind"]) > SOON_ROWS:
            return _handed_over(said, file, at)
        return read_in(book, body, said, by=at.by, now=at.now).get_absolute_url()


def _handed_over(said: dict[str, Any], file: UploadedFile[Any], at: Desk) -> str:
    file.seek(0)
    return handed_over(errands.to_draft_sheet(said, str(file.name), file.read(), by=at.by, now=at.now))


@require_safe
@desk(CLERK)
def blank(request: HttpRequest, at: Desk, kind: str) -> HttpResponse:
    """/desk/adjustments/sheet/power.xlsx: the list as it stands, a column a field."""
    if kind not in LISTS:
        raise Http404
    day = day_of(at.now)
    made = HttpResponse(workbook(at.seat.body, kind, day), content_type=XLSX)
    made["Content-Disposition"] = f'attachment; filename="{at.seat.body.code}-{kind}-{day}.xlsx"'
    return made


@require_safe
@desk()
def sheet(request: HttpRequest, at: Desk, sheet_id: int) -> HttpResponse:
    """/desk/adjustments/sheet/3/: row by row, what changed, what was refused and why; then all of it is filed."""
    seen = desks.visible(at.seat, at.now).filter(sheet=sheet_id)
    found = Sheet.objects.filter(pk=sheet_id).first()
    if found is None or not (found.body_id == at.seat.body_id or seen.exists()):
        raise Http404
    verdict = request.GET.get("verdict", "")
    rows = [r for r in found.rows if (r["verdict"] == verdict if verdict else r["verdict"] != "unchanged")]
    drafts = Adjustment.objects.filter(sheet=found).order_by("pk")
    waiting = dict(drafts.order_by().values_list("state").annotate(n=Count("pk")))
    to_do = {role: sum(waiting.get(state, 0) for state in states) for role, states in TO_DO.items()}
    context = {
        "at": at, "sheet": found, "body_name": body_name(found.body_id, day_of(at.now)), "total": len(found.rows),
        "counts": [(v, label, TONES[v], found.counts.get(v, 0)) for v, label in VERDICTS.items() if found.counts.get(v)],
        "rows": [(r, VERDICTS[r["verdict"]], TONES[r["verdict"]]) for r in rows[:SHOWN]], "more": max(0, len(rows) - SHOWN),
        "verdict": verdict, "lines": desks.lines(drafts[:SHOWN], at.now),
        "to_file": to_do[CLERK] if at.seat.role == CLERK else 0,
        "to_vet": to_do[LAWYER] if at.seat.role == LAWYER else 0,
        "to_examine": to_do[OFFICE] if at.seat.role == OFFICE else 0,
    }  # fmt: skip
    return render(request, "lists/adjusting/sheet.html", context)
