"""Acts of a register editor: each is shown before it is done, by doing it and taking it back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.places.queries import full_names, search_places
from zhize.record.models import Event
from zhize.record.queries import instruments_like, laws_like
from zhize.record.tellings import TELLINGS, Telling
from zhize.register import commands
from zhize.register.access import require
from zhize.register.forms import HandOver, Paper, Rename
from zhize.register.loading.papers import enter_instruments
from zhize.register.models import Body, BodyName, BodySite, Holding, Seat
from zhize.register.queries.directory import directory
from zhize.register.queries.duties import search_duties
from zhize.register.seats import current_by, seat_required

EDITOR = Seat.Role.REGISTER_EDITOR
Do = Callable[[By, datetime], Any]


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(EDITOR)
def hand_over(request: HttpRequest) -> HttpResponse:
    """/desk/register/hand-over/"""
    form = HandOver(request.POST or None, initial=request.GET.dict())

    def do(by: By, now: datetime) -> None:
        said = form.cleaned_data
        require(by, "register.hand_over", said["place"], day_of(now))
        commands.hand_over([form.transfer()], day=said["day"], instrument=said["instrument"], by=by, now=now)

    return _act(request, form, do, Holding, _("划转职责"))


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(EDITOR)
def rename(request: HttpRequest) -> HttpResponse:
    """/desk/register/rename/"""
    form = Rename(request.POST or None, initial=request.GET.dict())

    def do(by: By, now: datetime) -> None:
        said = form.cleaned_data
        require(by, "register.rename", _site(said["body"], day_of(now)), day_of(now))
        how = {"short": said["short"], "day": said["day"], "instrument": said["instrument"]}
        commands.rename(said["body"], said["name"], by=by, now=now, **how)

    return _act(request, form, do, BodyName, _("机构更名"))


def _site(body: Body, day: date) -> int | None:
    row = BodySite.objects.as_of(day).filter(body=body).first() or BodySite.objects.live().filter(body=body).first()
    return row.place_id if row else None


# ---- shown, then done -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """What the act would change: statements ended or withdrawn, statements made, and what the rule book remarks."""

    gone: list[tuple[tuple[str, str], tuple[str, str], Any]] = field(default_factory=list)
    come: list[tuple[tuple[str, str], tuple[str, str], Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def _act(request: HttpRequest, form: forms.Form, do: Do, model: type[Any], title: str) -> HttpResponse:
    """1 read the form · 2 show what would change, or the refusal · 3 on “confirm” do it and go to its paper."""
    context: dict[str, Any] = {"form": form, "title": title}
    if request.method != "POST" or not form.is_valid():
        return render(request, "register/act.html", context, status=400 if form.errors else 200)
    by, now = current_by(request), timezone.now()
    try:
        if "confirm" in request.POST and request.POST.get("seen") == _seen(form):
            do(by, now)
            messages.success(
                request,
                _("已经办成：{title}，依据{paper}。").format(
                    title=title, paper=form.cleaned_data["instrument"].citation
                ),
            )
            return redirect(form.cleaned_data["instrument"])
        context["seen"] = _seen(form)
        context["shown"] = _try(do, by, now, TELLINGS[model._meta.model_name])
    except Refusal as refusal:
        return render(request, "register/act.html", context | {"refusal": refusal}, status=refusal.http_status)
    return render(request, "register/act.html", context)


def _seen(form: forms.Form) -> str:
    """What was shown: a form changed since is shown again before it is done."""
    said = [form[name].value() for name in form.fields]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _try(do: Do, by: By, now: datetime, telling: Telling) -> Shown:
    """Do it, look, and take it back: the preview is the act itself, so it cannot say anything else."""
    with transaction.atomic():
        do(by, now)
        event = Event.objects.filter(officer=by.officer_id, at=now).latest("pk")  # others' acts commit meanwhile
        come = list(telling.model.objects.filter(recorded_by=event.pk).order_by("pk")[:200])
        withdrawn = list(telling.model.objects.filter(withdrawn_by=event.pk).order_by("pk")[:200])
        warnings = [w["says"] for w in event.payload.get("warnings", [])]
        shown = Shown(_told(withdrawn, telling, day_of(now)), _told(come, telling, day_of(now)), warnings)
        transaction.set_rollback(True)
    return shown


def _told(rows: list[Any], telling: Telling, day: date) -> list[tuple[tuple[str, str], tuple[str, str], Any]]:
    if not rows:
        return []
    subjects, values = telling.subject(rows, day), telling.value(rows, day)
    return [(subjects[r.pk], values[r.pk], r.period) for r in rows]


# ---- papers ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(EDITOR)
def enter_instrument(request: HttpRequest) -> HttpResponse:
    """/desk/register/papers/new/"""
    form = Paper(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "register/paper_form.html", {"form": form}, status=400 if form.errors else 200)
    by, now = current_by(request), timezone.now()
    require(by, "register.enter_instruments", None, day_of(now))
    paper = form.paper()
    enter_instruments([paper], by=by, now=now)
    messages.success(request, _("文件已登记：{paper}。").format(paper=paper.citation))
    return redirect(paper)


# ---- suggestions ----------------------------------------------------------------------------------------------------


@require_safe
@seat_required()
def suggest(request: HttpRequest, kind: str) -> HttpResponse:
    """Options for a field of a form: bodies, duties, places, papers."""
    words, day = request.GET.get("q", "").strip(), day_of(timezone.now())
    target = getattr(getattr(request, "htmx", None), "target", None) or "found-list"
    options = SUGGEST[kind](words, day) if words and kind in SUGGEST else []
    context = {"found": options, "name": target.removesuffix("-list"), "typed": bool(words)}
    return render(request, "register/options.html", context)


def _bodies(words: str, day: date) -> list[dict[str, str]]:
    rows = directory(day, words=words).order_by("body__level", "body__code")[:8]
    return [{"value": r.body.code, "text": r.name, "note": str(r.body.get_kind_display())} for r in rows]


def _duties(words: str, day: date) -> list[dict[str, str]]:
    return [
        {"value": w.duty.key, "text": w.name, "note": str(w.duty.get_type_display() or "")}
        for w in search_duties(words, day, 8)
    ]


def _places(words: str, day: date) -> list[dict[str, str]]:
    found = search_places(words, day)
    wholes = full_names([p.pk for p, _name in found], day)
    return [{"value": p.key, "text": name, "note": wholes[p.pk]} for p, name in found]


def _papers(words: str, day: date) -> list[dict[str, str]]:
    rows = instruments_like(words).order_by("-effective", "-pk")[:8]
    return [{"value": i.key, "text": i.citation, "note": i.title if i.number else i.issuer} for i in rows]


def _laws(words: str, day: date) -> list[dict[str, str]]:
    return [{"value": x.key, "text": x.name, "note": x.level} for x in laws_like(words)]


SUGGEST = {"laws": _laws, "bodies": _bodies, "duties": _duties, "places": _places, "papers": _papers}
