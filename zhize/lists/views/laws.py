"""Changes of law at the desk: what each touches, what is done and what is not, and what must be issued again."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhize.kernel.clock import Derivation
from zhize.kernel.errors import Refusal
from zhize.kernel.lawful import CLASSES
from zhize.kernel.period import BEIJING, day_of
from zhize.lists import commands as adjusting
from zhize.lists.forms.laws import ChangeLaw
from zhize.lists.limits import derivation, term
from zhize.lists.queries.following import following
from zhize.lists.queries.impact import Impact, impact, impact_of, renumbered
from zhize.lists.queries.reissue import reissue_after
from zhize.lists.terms import Asked
from zhize.places.queries import root_place
from zhize.record.models import Instrument, LawChange
from zhize.record.paging import page
from zhize.register import access, commands
from zhize.register.models import Seat
from zhize.register.seats import current_by, current_seat, seat_required

READING = (
    Seat.Role.REGISTER_EDITOR, Seat.Role.APPROVER, Seat.Role.AUDITOR, Seat.Role.LEGAL_REVIEWER, Seat.Role.LIST_CLERK,
)  # fmt: skip
WRITING = (Seat.Role.REGISTER_EDITOR, Seat.Role.LEGAL_REVIEWER)
TONES = {"orphan": "stop", "substantive": "late", "review": "wait", "rebase": "info", "new": "plain"}


@require_safe
@seat_required(*READING)
def law_changes(request: HttpRequest) -> HttpResponse:
    """/desk/laws/: the changes entered, the newest first."""
    rows = LawChange.objects.live().select_related("law", "instrument")
    shown = page(rows, ("-from_day", "-pk"), request.GET, 20)
    context = {"page": shown, "rows": [(c, impact_of(c)) for c in shown.rows], "may_write": _writes(request)}
    return render(request, "lists/law_changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*WRITING)
def change_law(request: HttpRequest) -> HttpResponse:
    """/desk/laws/new/: shown first with everything it touches, entered when confirmed."""
    form = ChangeLaw(request.POST or None, initial=request.GET.dict())
    context: dict[str, Any] = {"form": form, "tones": TONES}
    if request.method != "POST" or not form.is_valid():
        return render(request, "lists/change_law.html", context, status=400 if form.errors else 200)
    by, now = current_by(request), timezone.now()
    try:
        if "confirm" in request.POST:
            change = commands.change_law(form.change(), instrument=form.cleaned_data["instrument"], by=by, now=now)
            messages.success(request, _("法律变动已登记。"))
            return redirect("lists:law_change", change.pk)
        with transaction.atomic():  # refused now rather than after the confirmation
            commands.change_law(form.change(), instrument=form.cleaned_data["instrument"], by=by, now=now)
            transaction.set_rollback(True)
        context |= _told(impact(form.change()))
    except Refusal as refusal:
        return render(request, "lists/change_law.html", context | {"refusal": refusal}, status=refusal.http_status)
    return render(request, "lists/change_law.html", context)


@require_safe
@seat_required(*READING)
def law_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """/desk/laws/12/: every item the change touches, in classes, and how far the work is."""
    change = get_object_or_404(LawChange.objects.live().select_related("law", "instrument"), pk=change_id)
    found, now = impact_of(change), timezone.now()
    context: dict[str, Any] = {
        "change": change,
        "clock": _clock(change),
        "today": day_of(now),
        "may_rebase": _may_rebase(request),
    }
    context["own"] = len(_following(request, found))
    return render(request, "lists/law_change.html", context | _told(found))


@require_POST
@seat_required(Seat.Role.REGISTER_EDITOR)
def rebase(request: HttpRequest, change_id: int) -> HttpResponse:
    """Move every item of which only the article's number changed, in one act, by the paper that changed the law."""
    change = get_object_or_404(LawChange.objects.live().select_related("law", "instrument"), pk=change_id)
    lines = renumbered(impact_of(change))
    if not lines:
        messages.info(request, _("没有只换序号的事项要办。"))
        return redirect("lists:law_change", change.pk)
    commands.rebase(lines, instrument=change.instrument, by=current_by(request), now=timezone.now())
    messages.success(request, _("已更换 {n} 项的依据。").format(n=len(lines)))
    return redirect("lists:law_change", change.pk)


@require_POST
@seat_required(Seat.Role.LIST_CLERK)
def draft_after(request: HttpRequest, change_id: int) -> HttpResponse:
    """The clerk's own items that the change touches become drafts of adjustments, all at once."""
    change = get_object_or_404(LawChange.objects.live().select_related("law"), pk=change_id)
    by, now = current_by(request), timezone.now()
    asked = _following(request, impact_of(change))
    with transaction.atomic():
        made = [adjusting.draft(each, by=by, now=now) for each in asked]
    if made:
        messages.success(request, _("已起草 {n} 项调整，核对后报送。").format(n=len(made)))
    return redirect(f"{reverse('lists:adjustments')}?queue=drafts")


def _following(request: HttpRequest, found: Impact) -> list[Asked]:
    """What this seat's body still has to do about it; nothing for any other seat."""
    seat = current_seat(request)
    if seat is None or seat.role != Seat.Role.LIST_CLERK:
        return []
    return following(found, seat.body, day_of(timezone.now()))


@require_safe
@seat_required(*READING)
def reissue(request: HttpRequest, key: str) -> HttpResponse:
    """/desk/papers/KEY/reissue/: what a paper makes it necessary to issue again."""
    paper = get_object_or_404(Instrument, key=key)
    return render(request, "lists/reissue.html", {"paper": paper, "changes": reissue_after(paper)})


def _told(found: Impact) -> dict[str, Any]:
    """The items by class, with the classes' words."""
    groups = [
        (CLASSES[name], TONES[name], [a for a in found.affected if a.class_.name == name])
        for name in dict.fromkeys(a.class_.name for a in found.affected)
    ]
    counted = [(CLASSES[name], TONES[name], n) for name, n in found.counts.items()]
    return {"found": found, "groups": groups, "counted": counted, "percent": round(found.share_done * 100)}


def _clock(change: LawChange) -> Derivation | None:
    """Until when the departments have to file, and how that day was reckoned."""
    start = datetime.combine(change.from_day, time.min, BEIJING)
    return derivation(str(term("lists.law_change_limit", root_place(change.from_day).pk, start).limit), start)


def _may_rebase(request: HttpRequest) -> Refusal | None:
    return access.refusal(current_by(request), "register.rebase", None, day_of(timezone.now()))


def _writes(request: HttpRequest) -> bool:
    return access.refusal(current_by(request), "register.change_law", None, day_of(timezone.now())) is None
