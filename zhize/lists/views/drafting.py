"""Drafting an adjustment: what to change, the form its type decides, and the small amends that need no procedure."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.lists import commands
from zhize.lists.forms.drafting import OPS, ItemForm, MendForm, MoveForm, ReasonForm, initial_of, kind_of
from zhize.lists.models import Adjustment
from zhize.lists.queries.adjusting import drafted, reasons, site_of
from zhize.lists.queries.alike import alike
from zhize.lists.queries.checking import faults
from zhize.lists.queries.citing import read_bases
from zhize.lists.terms import Draft
from zhize.lists.views.adjusting import fetch
from zhize.places.queries import chain_of
from zhize.policy.queries import value
from zhize.register.fields import say
from zhize.register.models import Body, Duty, Seat
from zhize.register.queries import body_name, find_duty
from zhize.register.queries.duties import duty_name
from zhize.register.seats import Desk, desk

CLERK = Seat.Role.LIST_CLERK


@require_http_methods(["GET", "HEAD", "POST"])
@desk(CLERK)
def draft(request: HttpRequest, at: Desk, adjustment_id: int | None = None) -> HttpResponse:
    """/desk/adjustments/new/?op=change&duty=KEY, /desk/adjustments/12/draft/: nothing typed is lost on a refusal."""
    a = fetch(at, adjustment_id) if adjustment_id else None
    op = a.op if a else request.GET.get("op", "add")
    if op not in OPS:
        raise Http404
    duty, wrong = _duty(request, a, at)
    context: dict[str, Any] = {"at": at, "a": a, "op": op, "ops": OPS.items(), "duty": duty, "refusal": wrong}
    if op != "add" and duty is None:
        return render(request, "lists/adjusting/which.html", context, status=400 if wrong else 200)
    form = _form(request, at, op, duty, a)
    context |= {"form": form, "name": duty_name(duty.pk, day_of(at.now)) if duty else ""}
    if request.method != "POST" or not form.is_valid():
        return render(request, "lists/adjusting/draft.html", context, status=400 if form.errors else 200)
    try:
        made = commands.draft(form.asked(duty), a.pk if a else None, by=at.by, now=at.now)
    except Refusal as no:
        context["refusal"] = None if form.refused(no) else no
        return render(request, "lists/adjusting/draft.html", context, status=no.http_status)
    messages.success(request, _("草稿已经保存。"))
    return redirect(made)


def _duty(request: HttpRequest, a: Adjustment | None, at: Desk) -> tuple[Duty | None, Refusal | None]:
    if a is not None:
        return a.duty, None
    text = (request.GET.get("duty") or request.GET.get("duty_text") or "").strip()
    try:
        return (find_duty(text, day_of(at.now)) if text else None), None
    except Refusal as no:
        return None, no


def _form(request: HttpRequest, at: Desk, op: str, duty: Duty | None, a: Adjustment | None) -> ReasonForm:
    """The register's own words to begin with, or the draft as it stands."""
    day, body = day_of(at.now), a.body if a else at.seat.body
    place = site_of(body, day)
    common: dict[str, Any] = {"body": body, "op": op, "reasons": reasons(place or 0, day)}
    data = request.POST if request.method == "POST" else None
    said = {"reason": a.reason, "article": a.article, "words": a.words} if a else {}
    if op == Adjustment.Op.DROP:
        return ReasonForm(data, initial=said, **common)
    if op == Adjustment.Op.MOVE:
        more = {"to": a.to.code if a.to else "", "mode": a.draft.get("mode", "")} if a else {}
        return MoveForm(data, initial=said | more, **common)
    was = drafted(body, duty, day) if duty else None
    now = (
        Draft.of(a.draft)
        if a and a.draft
        else was or Draft(where=[place] if place else [], level=body.level, levels=[body.level])
    )
    return ItemForm(data, initial=initial_of(now, day) | said, was=was, day=day, **common)


@require_POST
@desk(CLERK)
def parts(request: HttpRequest, at: Desk) -> HttpResponse:
    """While the form is filled in: the fields of a type, laws as they were read, items alike, what would bar filing."""
    part, day = request.GET.get("part", ""), day_of(at.now)
    if part == "cited":
        return _part(request, "cited", {"cited": read_bases(request.POST.get("bases", "")[:20_000], day)})
    if part == "alike":
        said = request.POST.get("name", "")[:300], kind_of(request.POST.get("sort", ""))[1]
        found = alike(*said, day, _own(request), request.POST.get("bases", "")[:2000])
        return _part(request, "alike", {"alike": found})
    form = _form_again(request, at)
    if part == "fields":
        return _part(request, "fields", {"form": form, "fresh": True})
    return _part(request, "faults", {"faults": _faults(form, request, at) if form.is_valid() else [], "form": form})


def _part(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"lists/adjusting/parts/{name}.html", context)


def _own(request: HttpRequest) -> int | None:
    return Duty.objects.filter(key=request.GET.get("duty", "")).values_list("pk", flat=True).first()


def _form_again(request: HttpRequest, at: Desk) -> ItemForm:
    day, duty = day_of(at.now), Duty.objects.filter(key=request.GET.get("duty", "")).first()
    was = drafted(at.seat.body, duty, day) if duty else None
    op = "change" if duty else "add"
    return ItemForm(
        request.POST, was=was, day=day, body=at.seat.body, op=op, reasons=reasons(site_of(at.seat.body, day) or 0, day)
    )


def _faults(form: ItemForm, request: HttpRequest, at: Desk) -> list[Any]:
    """The very checks that filing makes, on what has been typed so far."""
    day = day_of(at.now)
    tried = Adjustment(
        op=form.op, body=at.seat.body, place_id=site_of(at.seat.body, day) or 0, draft=form.draft().as_json(),
        duty=Duty.objects.filter(key=request.GET.get("duty", "")).first(), was=form.was.as_json(),
    )  # fmt: skip
    return faults(tried, day)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(CLERK)
def mend(request: HttpRequest, at: Desk, body: str, key: str) -> HttpResponse:
    """/desk/items/BODY/KEY/mend/: the minor fields, at once and with a log."""
    thing, duty, day = get_object_or_404(Body, code=body), get_object_or_404(Duty, key=key), day_of(at.now)
    now = drafted(thing, duty, day)
    if now is None or thing.pk != at.seat.body_id:
        raise Http404
    place = site_of(thing, day)
    minor = value("lists.minor_fields", chain_of(place, day) if place else [], day).value
    form = MendForm(request.POST if request.method == "POST" else None, type_=duty.type, minor=minor)
    form.initial = {f.name: say(f, now.said.get(f.name)) for f in form.dynamic}
    context = {
        "form": form,
        "name": now.name,
        "body_name": body_name(thing.pk, day),
        "body": thing,
        "duty": duty,
        "refusal": None,
    }
    if request.method == "POST" and form.is_valid():
        try:
            if form.has_changed():
                commands.mend(thing, duty, form.said(), by=at.by, now=at.now)
            messages.success(request, _("已经更正，并留下记录。"))
            return redirect("lists:item", thing.code, duty.key)
        except Refusal as no:
            context["refusal"] = None if form.refused(no) else no
    return render(request, "lists/adjusting/mend.html", context, status=400 if form.is_bound else 200)
