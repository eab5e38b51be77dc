"""Adjustments at the desk: what is mine to do, one adjustment with everything said of it, and the acts on it.

One view an act, one form, one call; the address, the view and the command are one word. A refusal comes back on the page
of the adjustment, the form open and as it was filled in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.lists import commands
from zhize.lists.forms.adjusting import FORMS, ActForm
from zhize.lists.lifecycle import ADJUSTMENT
from zhize.lists.limits import derivation
from zhize.lists.models import Adjustment, Batch, Edition
from zhize.lists.queries import desks
from zhize.lists.queries.adjusting import changes_of, reasons
from zhize.lists.queries.checking import faults
from zhize.lists.queries.editions import issue_of
from zhize.lists.queries.planned import planned
from zhize.lists.queries.telling import next_level
from zhize.policy.queries import setting
from zhize.record.paging import page
from zhize.register.access import refusal as barred
from zhize.register.queries import body_names, queues
from zhize.register.seats import Desk, desk

SIZE = 50
Do = Callable[..., str]


@require_safe
@desk()
def adjustments(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/adjustments/?queue=: the seat's queues with their counts, one of them open."""
    counts, wanted = queues.counted(desks.QUEUES, at.seat, at.now), request.GET.get("queue", "")
    here = next((c for c in counts if c.queue.key == wanted), None) or next((c for c in counts if c.count), counts[-1])
    rows = here.queue.rows(at.seat, at.now).select_related("body")
    shown = page(rows, ("-pk",), request.GET, SIZE)
    context = {
        "at": at, "counts": counts, "here": here, "page": shown, "lines": desks.lines(shown.rows, at.now),
        "may_draft": barred(at.by, "lists.draft", None, day_of(at.now), body=at.seat.body_id) is None,
        "many": MANY.get(here.queue.key, ""), "form": FORMS[MANY[here.queue.key]]() if here.queue.key in MANY else None,
        "open_batches": desks.batches(at.seat).filter(state="open") if here.queue.key == "gather" else (),
    }  # fmt: skip
    return render(request, "lists/adjusting/adjustments.html", context)


MANY = {
    "vet": "vet",
    "examine": "examine",
    "gather": "gather",
    "drafts": "file",
    "returned": "file",
}  # may be done to many at once


@require_safe
@desk()
def adjustment(request: HttpRequest, at: Desk, adjustment_id: int) -> HttpResponse:
    """/desk/adjustments/12/"""
    return adjustment_page(request, at, fetch(at, adjustment_id))


def fetch(at: Desk, adjustment_id: int) -> Adjustment:
    """Fetch is authorise: what this seat may not see does not exist for it."""
    rows = desks.visible(at.seat, at.now).select_related("body", "duty", "to", "batch", "batch__instrument", "sheet")
    found = rows.filter(pk=adjustment_id).first()
    if found is None:
        raise Http404("no such adjustment for this seat")
    return found


@dataclass(frozen=True)
class ActShown:
    """An act on the page: its address, its form, open when it was just refused."""

    name: str
    label: str
    url: str
    form: ActForm
    opened: bool


def adjustment_page(
    request: HttpRequest, at: Desk, a: Adjustment, *, tried: str = "", form: ActForm | None = None,
    refusal: Refusal | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    day, offered = day_of(at.now), desks.offers(a, at.by, at.now)
    wrong = faults(a, day) if a.state in ("draft", "returned") else []
    owed, names = desks.to_answer(a, at.seat), body_names(_bodies(a), day)
    acts = [
        _shown(o.name, o.label, reverse(f"lists:{o.name}", args=[a.pk]), tried, form) for o in offered if not o.refusal
    ]
    if owed:
        acts.insert(
            0,
            _shown("answer", gettext_noop("答复征求意见"), reverse("lists:answer", args=[a.pk, owed.pk]), tried, form),
        )
    context = {
        "at": at, "a": a, "state": ADJUSTMENT.states[a.state], "tone": desks.TONES[a.state], "refusal": refusal,
        "body_name": names.get(a.body_id, ""), "to_name": names.get(a.to_id or 0, ""), "changes": changes_of(a),
        "errors": [f for f in wrong if f.is_error], "warnings": [f for f in wrong if not f.is_error],
        "acts": acts, "barred": [o for o in offered if o.refusal], "owed": owed, "tried": tried,
        "may_edit": a.state in ("draft", "returned") and a.body_id == at.seat.body_id and at.seat.role == "list_clerk",
        "opinions": [(o, names.get(o.body_id or 0, "")) for o in a.opinions.all()],
        "consultations": [(c, names.get(c.body_id, "")) for c in a.consultations.all()],
        "comments": list(a.comments.all()), "clock": derivation(a.limit, a.since), "now": at.now,
        "late": a.late_at(at.now) and not a.over, "running": bool(a.due) and not a.over,
        "reason": next((r["name"] for r in reasons(a.place_id, day) if r["code"] == a.reason), ""),
    }  # fmt: skip
    return render(request, "lists/adjusting/adjustment.html", context, status=status)


def _bodies(a: Adjustment) -> set[int]:
    asked = set(a.consultations.values_list("body_id", flat=True)) | set(a.opinions.values_list("body_id", flat=True))
    return {pk for pk in asked | {a.body_id, a.to_id} if pk}


def _shown(name: str, label: str, url: str, tried: str, form: ActForm | None) -> ActShown:
    opened = tried == name
    return ActShown(name, label, url, form if opened and form else FORMS[name](prefix=name), opened)


# -- the acts ----------------------------------------------------------------------------------------------------------
def on_adjustments(do: Do) -> Callable[..., HttpResponseBase]:
    """An act on one adjustment, or on those ticked on a list: `do(at, ids, form)` calls the command, says what was done."""

    @require_POST
    @desk()
    @wraps(do)
    def view(request: HttpRequest, at: Desk, adjustment_id: int | None = None) -> HttpResponse:
        name = do.__name__
        form = FORMS[name](request.POST, prefix=name if adjustment_id else None)
        ids = [fetch(at, adjustment_id).pk] if adjustment_id else _chosen(request, at, name)
        refusal = None
        if form.is_valid() and ids:
            try:
                messages.success(request, _(do(at, ids, form)))
                return _onward(request, at, adjustment_id, name)
            except Refusal as no:
                refusal = None if form.refused(no) else no
        elif not ids:
            refusal = BadInput("没有选中任何一份", instead="请先在左边打勾", code="nothing_ticked")
        if adjustment_id is None:
            return _back(request, name, refusal, form)
        status = refusal.http_status if refusal else 400
        return adjustment_page(
            request, at, fetch(at, adjustment_id), tried=name, form=form, refusal=refusal, status=status
        )

    return view


def _chosen(request: HttpRequest, at: Desk, act: str) -> list[int]:
    """Those ticked; or, where only a sheet is named, all of it that waits for this act: thousands fit into no form."""
    sheet, ids, rows = request.POST.get("sheet", ""), _ticked(request), desks.visible(at.seat, at.now)
    if not ids and sheet.isdigit():
        rows = rows.filter(sheet=int(sheet), state__in=ADJUSTMENT.steps[act].sources)
        return list(rows.order_by("pk").values_list("pk", flat=True))
    if len(found := set(rows.filter(pk__in=ids).values_list("pk", flat=True))) < len(set(ids)):
        raise Http404("no such adjustment for this seat")
    return sorted(found)


def _ticked(request: HttpRequest) -> list[int]:
    return [int(x) for x in request.POST.getlist("ids") if x.isdigit()][:5000]


def _onward(request: HttpRequest, at: Desk, adjustment_id: int | None, name: str) -> HttpResponse:
    if adjustment_id and desks.visible(at.seat, at.now).filter(pk=adjustment_id).exists():
        return redirect("lists:adjustment", adjustment_id)
    sheet = request.POST.get("sheet", "")
    return redirect("lists:sheet", sheet) if sheet.isdigit() else redirect("lists:adjustments")


def _back(request: HttpRequest, name: str, refusal: Refusal | None, form: ActForm) -> HttpResponse:
    """A list's act was refused: the sentence goes with it; the ticks are few and the form is short."""
    said = refusal.sentence(_) if refusal else "；".join(str(e) for errors in form.errors.values() for e in errors)
    messages.error(request, said)
    queue = next((q for q, act in MANY.items() if act == name), "")
    sheet = request.POST.get("sheet", "")
    if sheet.isdigit():
        return redirect("lists:sheet", sheet)
    return redirect(f"{reverse('lists:adjustments')}?queue={queue}")


@on_adjustments
def file(at: Desk, ids: list[int], form: ActForm) -> str:
    commands.file(ids, form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("已经报送，等法制机构审核。")


@on_adjustments
def retract(at: Desk, ids: list[int], form: ActForm) -> str:
    commands.retract(ids, form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("申报已经撤回。")


@on_adjustments
def vet(at: Desk, ids: list[int], form: ActForm) -> str:
    passed = form.cleaned_data["verdict"] == "passed"
    commands.vet(ids, passed, form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("合法性审核通过，转编办审核。") if passed else gettext_noop("已经退回申报机构。")


@on_adjustments
def examine(at: Desk, ids: list[int], form: ActForm) -> str:
    verdict = form.cleaned_data["verdict"]
    commands.examine(ids, verdict, form.cleaned_data["words"], by=at.by, now=at.now)
    return {
        "passed": gettext_noop("审核通过，等待编批。"), "announced": gettext_noop("审核通过，开始公示。"),
        "returned": gettext_noop("已经退回申报机构。"),
    }[verdict]  # fmt: skip


@on_adjustments
def consult(at: Desk, ids: list[int], form: ActForm) -> str:
    commands.consult(ids, form.cleaned_data["bodies"], form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("征求意见已经发出。")


@on_adjustments
def mediate(at: Desk, ids: list[int], form: ActForm) -> str:
    settled = form.cleaned_data["settled"] == "yes"
    commands.mediate(ids[0], settled, form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("协调结果已经记下。")


@on_adjustments
def conclude(at: Desk, ids: list[int], form: ActForm) -> str:
    commands.conclude(ids, form.cleaned_data["upheld"] == "yes", form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("公示已经结束。")


@require_POST
@desk()
def answer(request: HttpRequest, at: Desk, adjustment_id: int, consultation_id: int) -> HttpResponse:
    """A body says what it thinks."""
    a, form = fetch(at, adjustment_id), FORMS["answer"](request.POST, prefix="answer")
    refusal = None
    if form.is_valid():
        try:
            commands.answer(
                consultation_id, form.cleaned_data["answer"], form.cleaned_data["words"], by=at.by, now=at.now
            )
            messages.success(request, _("答复已经提交。"))
            return redirect("lists:adjustment", a.pk)
        except Refusal as no:
            refusal = None if form.refused(no) else no
    status = refusal.http_status if refusal else 400
    return adjustment_page(request, at, fetch(at, a.pk), tried="answer", form=form, refusal=refusal, status=status)


# -- batches -----------------------------------------------------------------------------------------------------------
@require_POST
@desk()
def gather(request: HttpRequest, at: Desk) -> HttpResponse:
    """Those ticked on the list go into a new batch, or into one that is open."""
    ids, chosen = _ticked(request), request.POST.get("batch", "")
    try:
        if not ids:
            raise BadInput("没有选中任何一份", instead="请先在左边打勾", code="nothing_ticked")
        into = int(chosen) if chosen.isdigit() else None
        batch = commands.gather(
            [fetch(at, pk).pk for pk in ids], into, request.POST.get("title", ""), by=at.by, now=at.now
        )
    except Refusal as no:
        messages.error(request, no.sentence(_))
        return redirect(f"{reverse('lists:adjustments')}?queue=gather")
    messages.success(request, _("已经编入批次。"))
    return redirect(batch)


@require_safe
@desk()
def batches(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/batches/"""
    shown = page(desks.batches(at.seat).select_related("place", "instrument"), ("-pk",), request.GET, SIZE)
    rows = [{"row": b, "tone": desks.TONES[b.state], "items": b.adjustments.count()} for b in shown.rows]
    return render(
        request, "lists/adjusting/batches.html", {"at": at, "page": shown, "rows": rows, "today": day_of(at.now)}
    )


@require_safe
@desk()
def batch(request: HttpRequest, at: Desk, batch_id: int) -> HttpResponse:
    """/desk/batches/3/"""
    return batch_page(request, at, _batch(at, batch_id))


def _batch(at: Desk, batch_id: int) -> Batch:
    found = desks.batches(at.seat).select_related("place", "instrument").filter(pk=batch_id).first()
    if found is None:
        raise Http404("no such batch for this seat")
    return found


def batch_page(
    request: HttpRequest, at: Desk, b: Batch, *, tried: str = "", form: ActForm | None = None, refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    offered = desks.batch_offers(b, at.by, at.now)
    rows = list(b.adjustments.select_related("body").order_by("body__code", "op", "pk"))
    acts = [
        _shown(o.name, o.label, reverse(f"lists:{o.name}", args=[b.pk]), tried, form) for o in offered if not o.refusal
    ]
    for x in acts:
        if x.name == "enact" and not x.form.is_bound:
            x.form.initial["publish"] = setting("lists.publish_on_effect", b.place_id, day_of(at.now))
    context = {
        "at": at, "b": b, "tone": desks.TONES[b.state], "lines": desks.lines(rows, at.now), "refusal": refusal,
        "changes": {a.pk: changes_of(a) for a in rows[:200]}, "acts": [x for x in acts if x.name != "release"],
        "release": next((x for x in acts if x.name == "release"), None), "barred": [o for o in offered if o.refusal],
        "told": _told(b), "today": day_of(at.now), "published": _published(b), "planned": _planned(b, day_of(at.now)),
    }  # fmt: skip
    return render(request, "lists/adjusting/batch.html", context, status=status)


def _published(b: Batch) -> list[tuple[Edition, str]]:
    """The editions the system published for it."""
    rows = Edition.objects.filter(instrument=b.instrument, published_at=b.published_at) if b.published_at else []
    return [(e, issue_of(e).name(e.day)) for e in rows]


def _planned(b: Batch, today: date) -> list[str]:
    """What will be published, or has still to be."""
    if b.state not in ("open", "ordained", "effective") or b.published_at:
        return []
    return [x.name(b.day or today) for x in planned(b)]


def _told(b: Batch) -> list[dict[str, Any]]:
    return next_level(b, b.day) if b.day else []


def on_batch(do: Do) -> Callable[..., HttpResponseBase]:
    """An act on a batch."""

    @require_POST
    @desk()
    @wraps(do)
    def view(request: HttpRequest, at: Desk, batch_id: int) -> HttpResponse:
        b, name = _batch(at, batch_id), do.__name__
        form, refusal = FORMS[name](request.POST, prefix=name), None
        if form.is_valid():
            try:
                messages.success(request, _(do(at, b, form, request)))
                return redirect(b)
            except Refusal as no:
                refusal = None if form.refused(no) else no
        status = refusal.http_status if refusal else 400
        return batch_page(request, at, _batch(at, batch_id), tried=name, form=form, refusal=refusal, status=status)

    return view


@on_batch
def enact(at: Desk, b: Batch, form: ActForm, request: HttpRequest) -> str:
    said = form.cleaned_data
    commands.enact(b.pk, said["instrument"], said["day"], said["words"], said["publish"], by=at.by, now=at.now)
    return gettext_noop("批次已经审定，到施行日自动施行。")


@on_batch
def refuse(at: Desk, b: Batch, form: ActForm, request: HttpRequest) -> str:
    commands.refuse(b.pk, form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("这一批不予批准。")


@on_batch
def effect(at: Desk, b: Batch, form: ActForm, request: HttpRequest) -> str:
    commands.effect(b.pk, by=at.by, now=at.now)
    return gettext_noop("这一批已经施行。")


@on_batch
def release(at: Desk, b: Batch, form: ActForm, request: HttpRequest) -> str:
    commands.release(b.pk, _ticked(request), by=at.by, now=at.now)
    return gettext_noop("已经移出批次。")
