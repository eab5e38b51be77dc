"""Papers and laws: the list, a paper with what it changed, a law with its versions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhize.kernel.period import day_of
from zhize.record import tellings
from zhize.record.models import Event, Instrument, Law, LawChange, LawVersion, Provision, ProvisionMove
from zhize.record.paging import page
from zhize.record.queries import instruments_like, issuers, years

EVENTS = 20
FILTERS = ("q", "kind", "issuer", "year")


@require_safe
def instruments(request: HttpRequest) -> HttpResponse:
    """/instruments/?q=&kind=&issuer=&year="""
    params = request.GET
    rows = instruments_like(
        params.get("q", ""), params.get("kind", ""), params.get("issuer", ""), params.get("year", "")
    )
    laws = 0
    if not any(params.get(name) for name in FILTERS):  # the list opens on papers; the laws are one choice away
        laws = rows.filter(kind=Instrument.Kind.LAW).count()
        rows = rows.exclude(kind=Instrument.Kind.LAW)
    shown = page(_by_day(rows), ("-sorted", "-pk"), params)
    kinds = [(value, label) for value, label in Instrument.Kind.choices if value != Instrument.Kind.DRAFT]
    context = {
        "page": shown,
        "rows": shown.rows,
        "total": rows.count(),
        "kinds": kinds,
        "issuers": issuers(),
        "years": years(),
        "params": params,
        "laws": laws,
    }
    return render(request, "record/instruments.html", context)


def _by_day(rows: QuerySet[Instrument]) -> QuerySet[Instrument]:
    """The newest first; a paper without any day goes last."""
    day = Coalesce("effective", "published", "signed", date(1, 1, 1))
    return rows.annotate(sorted=Cast(day, CharField()))


@require_safe
def instrument(request: HttpRequest, key: str) -> HttpResponse:
    """/instruments/KEY/?what=holding&side=ended"""
    paper = get_object_or_404(Instrument.objects.select_related("gate"), key=key)
    today = day_of(timezone.now())
    changed = tellings.changes(paper, today)
    events = Event.objects.filter(instrument=paper).order_by("-pk").select_related("officer")
    context = {
        "paper": paper,
        "changes": changed,
        "events": [(e, tellings.name_of_act(e.act, e.touched)) for e in events[:EVENTS]],
        "demo": paper.demo,
        "marks": _unchecked(paper),
        "laws": LawVersion.objects.live().filter(instrument=paper).select_related("law"),
        "awaited": paper.awaited_by.all(),
    }
    return render(request, "record/instrument.html", context | _table(request, paper, changed, today))


def _table(request: HttpRequest, paper: Instrument, changed: list[tellings.Change], today: date) -> dict[str, Any]:
    """The rows of the kind chosen; the largest when none was."""
    if not changed:
        return {}
    wanted = request.GET.get("what", "")
    now = next((c for c in changed if c.telling.key == wanted), changed[0])
    ended = request.GET.get("side") == "ended" if now.begun else True
    ended = ended and now.ended > 0
    rows = now.telling.rows(today, **{"ended_by" if ended else "instrument": paper})
    shown = page(rows, now.telling.order, request.GET, 30)
    told = tellings.lines(paper, now.telling, shown.rows, ended, today)
    return {"now": now, "ended": ended, "page": shown, "lines": told}


def _unchecked(paper: Instrument) -> list[str]:
    """The fields marked 待核, by the names the form shows."""
    known = {f.name: str(f.verbose_name) for f in Instrument._meta.concrete_fields}
    return [known.get(name, name) for name in paper.unverified]


@require_safe
def law(request: HttpRequest, key: str) -> HttpResponse:
    """/laws/KEY/"""
    thing, today = get_object_or_404(Law, key=key), day_of(timezone.now())
    versions = (
        LawVersion.objects.live().filter(law=thing).select_related("instrument", "ended_by").order_by("-from_day")
    )
    entries = [
        {
            "title": v.instrument.title,
            "start": v.from_day,
            "end": v.to_day,
            "document": v.instrument,
            "state": _state(v, today),
        }
        for v in versions
    ]
    context = {"law": thing, "entries": entries, "provisions": _provisions(thing, today), "moves": _moves(thing)}
    return render(request, "record/law.html", context)


def _moves(thing: Law) -> list[tuple[LawChange, list[ProvisionMove]]]:
    """What each change did, article by article, the newest first."""
    moves = list(ProvisionMove.objects.live().filter(law=thing).select_related("to_law").order_by("pk"))
    changes = LawChange.objects.live().filter(law=thing).select_related("instrument").order_by("-from_day", "-pk")
    return [(c, [m for m in moves if m.from_day == c.from_day]) for c in changes]


def _state(row: LawVersion, today: date) -> str:
    if row.from_day > today:
        return "future"
    return "current" if row.to_day is None or row.to_day - timedelta(days=1) >= today else "past"


def _provisions(thing: Law, today: date) -> list[Provision]:
    """The articles kept, in the newest wording in force."""
    rows = Provision.objects.filter(law=thing, version_day__lte=today).order_by("version_day", "pk")
    return sorted({r.article: r for r in rows}.values(), key=lambda r: r.pk)
