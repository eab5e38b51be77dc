"""Comparisons at the desk: the runs, one run as a picture, one cell with its two texts, the work it leaves to whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.lists import commands
from zhize.lists.forms.comparing import Compare, Decide
from zhize.lists.models import Comparison, Divergence
from zhize.lists.queries import cells, matrix, work
from zhize.lists.queries.adopting import adopted
from zhize.lists.queries.matrix import COLUMNS, Column, Filters
from zhize.lists.statuses import BASIS_KINDS, MATRIX, STATUSES
from zhize.lists.terms import Ruled
from zhize.places.models import Place
from zhize.places.queries import place_name, root_place
from zhize.record.paging import page
from zhize.register.access import refusal
from zhize.register.models import Body, Duty, Seat
from zhize.register.queries import body_name
from zhize.register.queries.duties import duty_name
from zhize.register.seats import current_by, current_seat, seat_required

LOOKING = (
    Seat.Role.REGISTER_EDITOR, Seat.Role.APPROVER, Seat.Role.AUDITOR, Seat.Role.LEGAL_REVIEWER, Seat.Role.LIST_CLERK,
)  # fmt: skip


@require_safe
@seat_required(*LOOKING)
def comparisons(request: HttpRequest) -> HttpResponse:
    """/desk/compare/: the runs there are, and a new one."""
    rows = Comparison.objects.select_related("place", "event")
    shown = page(rows, ("-pk",), request.GET, 30)
    today = day_of(timezone.now())
    seat = current_seat(request)
    initial = {
        "place": seat.place.key if seat else root_place(today).key,
        "day": today,
        "kind": "vertical",
        "levels": ["3", "4"],
    }
    told = [{"run": r, "place": place_name(r.place_id, r.day), "open": work.open_count(r)} for r in shown.rows]
    context = {
        "page": shown,
        "rows": told,
        "form": Compare(initial=initial),
        "barred": _barred(request, "lists.compare"),
    }
    return render(request, "lists/compare/comparisons.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*LOOKING)
def compare(request: HttpRequest) -> HttpResponse:
    """/desk/compare/new/"""
    seat = current_seat(request)
    here = {"day": day_of(timezone.now()), "place": seat.place.key if seat else "", "levels": ["3", "4"]}
    form = Compare(request.POST or None, initial=here)
    context: dict[str, Any] = {"form": form, "barred": _barred(request, "lists.compare")}
    if request.method != "POST" or not form.is_valid():
        return render(request, "lists/compare/new.html", context, status=400 if form.errors else 200)
    try:
        said = form.cleaned_data
        run = commands.compare(
            form.scope(), said["kind"], whole=said["whole"], by=current_by(request), now=timezone.now()
        )
    except Refusal as refused:
        return render(request, "lists/compare/new.html", context | {"refusal": refused}, status=refused.http_status)
    return redirect("lists:comparison", run.pk)


def _barred(request: HttpRequest, act: str) -> Refusal | None:
    seat = current_seat(request)
    return refusal(current_by(request), act, seat.place_id if seat else None, day_of(timezone.now()))


@require_safe
@seat_required(*LOOKING)
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/compare/7/?area=&status=&type=&family=&q=&columns=: the picture, or what the other kinds found."""
    run = get_object_or_404(Comparison.objects.select_related("place", "continued", "event"), pk=pk)
    if run.kind != Comparison.Kind.VERTICAL:
        return _found(request, run)
    asked, columns = Filters.read(request.GET), [c for c in matrix.columns(run) if c.concerned]
    area = next((c for c in columns if c.key == asked.area), None)
    window, windows = _window(request, columns, area)
    shown = matrix.lines(run, asked, area, request.GET)
    counts = area.counts if area else run.counts
    context = _head(run) | {
        "columns": columns, "window": window, "windows": windows, "area": area, "asked": asked, "page": shown,
        "lines": matrix.shown(run, shown.rows, window), "choices": _choices(run), "most": max((c.score for c in columns), default=0),
        "legend": [(STATUSES[s], counts[s]) for s in MATRIX if counts.get(s)],
        "query": _query(request, "status", "before", "after"),
    }  # fmt: skip
    return render(request, "lists/compare/comparison.html", context)


def _head(run: Comparison) -> dict[str, Any]:
    return {"run": run, "place": place_name(run.place_id, run.day), "as_of": run.day}


def _window(
    request: HttpRequest, columns: list[Column], area: Column | None
) -> tuple[list[Column], list[tuple[int, str, bool]]]:
    """The columns on the page: one area, or as many as fit; the other windows by their first and last name."""
    if area is not None:
        return [area], []
    starts = list(range(0, len(columns), COLUMNS))
    asked = request.GET.get("columns", "0")
    at = int(asked) if asked.isdigit() and int(asked) in starts else 0
    named = [(s, f"{columns[s].name}—{columns[min(s + COLUMNS, len(columns)) - 1].name}", s == at) for s in starts]
    return columns[at : at + COLUMNS], named if len(named) > 1 else []


def _choices(run: Comparison) -> dict[str, list[tuple[str, str]]]:
    offered = matrix.choices(run)
    return {
        "types": [(t, str(Duty.Type(t).label)) for t in offered["types"]],
        "families": [(f, f) for f in offered["families"]],
        "statuses": [(s, STATUSES[s].label) for s in MATRIX if run.counts.get(s)],
    }


def _query(request: HttpRequest, *without: str) -> str:
    return urlencode([(k, v) for k, v in request.GET.items() if k not in without and v])


def _found(request: HttpRequest, run: Comparison) -> HttpResponse:
    """What the other kinds of comparison found, the weightiest first."""
    status = request.GET.get("status", "")
    rows = run.divergences.select_related("duty", "other", "body", "place")
    shown = page(rows.filter(status=status) if status in run.counts else rows, ("-weight", "-pk"), request.GET, 40)
    context = _head(run) | {
        "page": shown, "rows": work.told(run, shown.rows), "status_asked": status, "counts": [(STATUSES[s], n) for s, n in run.counts.items()],
        "chart": work.chart(run),
    }  # fmt: skip
    return render(request, "lists/compare/found.html", context)


# -- one cell ----------------------------------------------------------------------------------------------------------


@require_safe
@seat_required(*LOOKING)
def divergence(request: HttpRequest, pk: int, key: str, place: str) -> HttpResponse:
    """/desk/compare/7/env-noise/330302/: the two texts, what differs, what was decided."""
    return render(request, "lists/compare/cell.html", _cell(request, pk, key, place))


@require_POST
@seat_required(*LOOKING)
def decide(request: HttpRequest, pk: int, key: str, place: str) -> HttpResponse:
    """Decide about one difference of the cell; the next run applies it."""
    context = _cell(request, pk, key, place)
    form, found = context["form"], context["found"]
    if form is None:
        raise Http404
    if not form.is_valid():
        return render(request, "lists/compare/cell.html", context, status=400)
    now, said = timezone.now(), form.cleaned_data
    ruled = Ruled(found, said["about"], said["verdict"], said["reason"], found.comparison.day, said["instrument"])
    try:
        commands.decide(ruled, by=current_by(request), now=now)
    except Refusal as refused:
        return render(request, "lists/compare/cell.html", context | {"refusal": refused}, status=refused.http_status)
    messages.success(request, _("认定已记下，下一次比对起按它算。"))
    return redirect("lists:divergence", pk, key, place)


@require_POST
@seat_required(Seat.Role.LIST_CLERK)
def adopt(request: HttpRequest, pk: int, key: str, place: str) -> HttpResponse:
    """One click: what follows the catalogue becomes a draft of the owner's own adjustment."""
    context = _cell(request, pk, key, place)
    found, now = context["found"], timezone.now()
    asked = adopted(found, day_of(now)) if found else None
    if asked is None:
        raise Http404
    words = _("比对第{no}号：{what}").format(no=pk, what=context["status"].label)
    try:
        made = commands.draft(replace(asked, words=words), by=current_by(request), now=now)
    except Refusal as refused:
        return render(request, "lists/compare/cell.html", context | {"refusal": refused}, status=refused.http_status)
    messages.success(request, _("已按目录起草调整，核对后报送。"))
    return redirect(made)


def _mine(request: HttpRequest, found: Divergence | None) -> bool:
    """May this seat draft for the owner, and is there something to draft?"""
    if found is None or found.body_id is None:
        return False
    day = day_of(timezone.now())
    return (
        refusal(current_by(request), "lists.draft", None, day, body=found.body_id) is None
        and adopted(found, day) is not None
    )


def _cell(request: HttpRequest, pk: int, key: str, place: str) -> dict[str, Any]:
    run = get_object_or_404(Comparison.objects.select_related("place"), pk=pk)
    duty, where = get_object_or_404(Duty, key=key), get_object_or_404(Place, key=place)
    found = run.divergences.filter(duty=duty, place=where).select_related("other", "body").first()
    line = run.items.filter(duty=duty).first()
    if line is None or where.pk not in run.areas:
        raise Http404
    status = STATUSES[found.status] if found else matrix.BY_MARK[line.marks[run.areas.index(where.pk)]]
    body = found.body if found else None
    about = [*found.flags, *([found.status] if found.status not in found.flags else [])] if found else []
    barred = refusal(current_by(request), "lists.decide", where.pk, day_of(timezone.now()))
    form = Decide(request.POST or None, about=about) if found and status.weight and not barred else None
    return _head(run) | {
        "duty": duty, "name": duty_name(duty.pk, run.day, run.believed), "where": where, "where_name": place_name(where.pk, run.day),
        "found": found, "status": status, "flags": [STATUSES[f] for f in (found.flags if found else ())],
        "rows": cells.beside(run, found, duty, where, body), "body": body,
        "body_name": body_name(body.pk, run.day) if body else "", "line": line, "form": form, "barred": barred if found else None,
        "basis": BASIS_KINDS.get(str(found.detail.get("BASIS", ""))) if found else "",
        "reason": _reason(run, found, line), "rulings": cells.rulings({duty.pk}, where), "mine": _mine(request, found),
    }  # fmt: skip


def _reason(run: Comparison, found: Divergence | None, line: Any) -> str:
    """What an outcome without a second text rests on."""
    if found and found.status == "RECODED" and found.other_id:
        return _("与目录中的“{name}”相似 {score}").format(
            name=duty_name(found.other_id, run.day), score=found.detail.get("score", "")
        )
    if found and "SUBITEM" in found.detail:
        merged = found.detail["SUBITEM"] == "merged"
        return _("目录分列子项，当地合并为主项") if merged else _("目录是一项，当地拆成子项")
    return ""


# -- work --------------------------------------------------------------------------------------------------------------


@require_safe
@seat_required(*LOOKING)
def remainder(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/compare/7/work/?body=: what the run leaves to whom, with what is proposed."""
    run = get_object_or_404(Comparison.objects.select_related("place"), pk=pk)
    seat, wanted = current_seat(request), request.GET.get("body", "")
    if seat and seat.role == Seat.Role.LIST_CLERK and not wanted:
        wanted = seat.body.code
    body = Body.objects.filter(code=wanted).first() if wanted else None
    context = _head(run) | {"body": body, "owners": [] if body else work.owners(run)}
    if body is not None:
        shown = page(run.divergences.filter(body=body, weight__gt=0).select_related("duty", "other", "place", "body"),
                     ("-weight", "-pk"), request.GET, 40)  # fmt: skip
        context |= {"page": shown, "rows": work.told(run, shown.rows), "body_name": body_name(body.pk, run.day)}
    return render(request, "lists/compare/work.html", context)
