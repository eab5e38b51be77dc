"""Whose lists there are, one list on a day, and one item of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhize.lists import queries
from zhize.lists.formats import FORMATS
from zhize.lists.kinds import LISTS, ListKind
from zhize.lists.public.duties import duty_tabs
from zhize.lists.public.stones import qr, tombstone
from zhize.lists.queries.editions import latest
from zhize.lists.queries.issues import Issue
from zhize.lists.queries.lists import by_type, lots, page_of, present
from zhize.lists.queries.whole import kinds_of
from zhize.places.asking import Asked, asked
from zhize.places.queries import chain_of, find_place, place_name, place_names, root_place
from zhize.record.paging import page
from zhize.register.fields import FIELDS, fields_for, say
from zhize.register.models import Body, BodySite, Capacity, Duty, Holding, Mode
from zhize.register.public.telling import state
from zhize.register.queries import body_name
from zhize.register.queries.directory import directory, held
from zhize.register.queries.duties import bases_of, duty_names
from zhize.register.queries.holders import quoted
from zhize.register.queries.items import Item, read_items
from zhize.register.queries.lawful import without_basis
from zhize.register.queries.opened import kept_back
from zhize.register.queries.schemes import type_of


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """/lists/?place=&q=&day=: the bodies of a place, and the lists each has."""
    on, words = asked(request.GET, timezone.now()), request.GET.get("q", "")
    place = find_place(request.GET["place"], on.day) if request.GET.get("place", "").strip() else root_place(on.day)
    shown = page(directory(on.day, words=words, place_id=place.pk), ("body__level", "body__code"), request.GET, 30)
    counts = queries.counts([r.body for r in shown.rows], on.day, on.believed)
    rows = [
        {
            "name": r.name,
            "url": on.url("register:body", r.body.code),
            "lists": [_link(r.body, kind, n, on) for kind, n in counts[r.body_id]],
        }
        for r in shown.rows
    ]
    context = {
        "on": on, "page": shown, "rows": rows, "words": words, "place": place, "place_name": place_name(place.pk, on.day),
        "as_of": on.day, "wholes": [
            {"label": k.label, "url": on.url("lists:whole", place.key, k.name)} for k in kinds_of(place, on.day, on.believed)
        ],
    }  # fmt: skip
    return render(request, "lists/lists.html", context)


def _link(body: Body, kind: ListKind, n: int, on: Asked) -> dict[str, Any]:
    return {"label": kind.label, "count": n, "url": on.url("lists:list", body.code, kind.name)}


@require_safe
def list_(request: HttpRequest, body: str, kind: str) -> HttpResponse:
    """/lists/BODY/KIND/?day=&type=&q=: one list as of a day."""
    thing, on = get_object_or_404(Body, code=body), asked(request.GET, timezone.now())
    wanted = LISTS.get(kind)
    if wanted is None:
        raise Http404
    type_, words = request.GET.get("type", ""), request.GET.get("q", "")
    if type_ and type_ not in Duty.Type.values:
        return _classed(type_, thing, kind, on)
    if kind == "duty" and not words and not type_ and on.believed is None and "flat" not in request.GET:
        return duty_tabs(request, thing, on)
    shown, found = page_of(thing, kind, on.day, on.believed, request.GET)
    mains = duty_names({i.main_id for i in found if i.main_id}, on.day, on.believed)
    lost = without_basis({i.duty_id for i in found}, on.day, on.believed)
    counted = lots([thing.pk], on.day, on.believed)[thing.pk]
    types = by_type(counted, wanted)
    issue = Issue(kind, body=thing)
    context = {
        "on": on, "as_of": on.day, "body": thing, "name": body_name(thing.pk, on.day, on.believed), "kind": wanted,
        "kinds": [_link(thing, k, n, on) for k, n in present(thing, counted)],
        "types": [{"key": t, "label": Duty.Type(t).label, "count": n} for t, n in types.items() if t],
        "type": type_, "words": words, "total": sum(types.values()), "page": shown, "formats": FORMATS.values(),
        "edition": latest(issue, on.today), "today": on.today,
        "rows": [row(i, wanted, mains, thing, on) | {"lost": lost.get(i.duty_id)} for i in found],
    }  # fmt: skip
    return render(request, "lists/list.html", context)


def _classed(word: str, body: Body, kind: str, on: Asked) -> HttpResponse:
    """A class of 2014 or 2016 in the address leads to the type it is today."""
    site = BodySite.objects.as_of(on.day).filter(body=body).values_list("place_id", flat=True).first()
    now = type_of(word, chain_of(site, on.day)) if site else ""
    if not now:
        raise Http404
    url = on.url("lists:list", body.code, kind)
    return redirect(f"{url}{'&' if '?' in url else '?'}type={now}")


def row(i: Item, kind: ListKind, mains: dict[int, str], body: Body, on: Asked) -> dict[str, Any]:
    """An item as a list shows it."""
    shown = [(FIELDS[f].label, say(FIELDS[f], i.said[f])) for f in kind.fields if i.said.get(f)]
    return {
        "name": i.name,
        "url": on.url("lists:item", body.code, i.key),
        "type": Duty.Type(i.type).label if i.type else Duty.Kind(i.kind).label,
        "code": i.codes.get("catalogue") or next(iter(i.codes.values()), ""),
        "bases": [b.citation for b in i.bases],
        "source": i.source,
        "main": mains.get(i.main_id or 0, ""),
        "said": shown,
    }


@require_safe
def item(request: HttpRequest, body: str, key: str) -> HttpResponse:
    """/items/BODY/KEY/?day=: an item of a body's list with every field, its papers and its history; a stable address."""
    thing, duty = get_object_or_404(Body, code=body), get_object_or_404(Duty, key=key)
    on = asked(request.GET, timezone.now())
    now = next(
        read_items(held(thing, on.day, on.believed).filter(duty=duty).select_related(None), on.day, on.believed), None
    )
    history = list(
        Holding.objects.as_believed(on.believed)
        .filter(body=thing, duty=duty)
        .select_related("instrument", "ended_by", "segment")
        .order_by("-from_day", "pk")
    )
    if (now is None and not history) or kept_back([(duty.pk, thing.pk)], on.day, on.believed):
        raise Http404
    name = now.name if now and now.name else duty_names([duty.pk], on.day, on.believed).get(duty.pk, duty.key)
    where = place_names({h.place_id for h in history}, on.day)
    context = {
        "lost": without_basis([duty.pk], on.day, on.believed).get(duty.pk),
        "on": on, "as_of": on.day, "body": thing, "body_name": body_name(thing.pk, on.day, on.believed), "duty": duty,
        "name": name, "item": now, "facts": _facts(now, duty) if now else [],
        "bases": quoted(bases_of(duty.pk, on.day, on.believed), on.day), "history": _history(history, where, on),
        "qr": qr(request.build_absolute_uri(reverse("lists:item", args=[body, key]))),
        "tombstone": tombstone(history, on.day) if now is None else None,
        "held": _held(now, history, where) if now else [], "duty_url": on.url("register:duty", duty.key),
        "body_url": on.url("register:body", thing.code),
        "list_url": next((on.url("lists:list", thing.code, k.name) for k in LISTS.values() if _stands(duty, thing, k)), ""),
    }  # fmt: skip
    return render(request, "lists/item.html", context)


def _facts(now: Item, duty: Duty) -> list[dict[str, Any]]:
    """Every field the type has, in the table's order; what is not said is not shown."""
    return [
        {"label": f.label, "shape": f.shape, "columns": f.columns, "text": say(f, value), "rows": value}
        for f in fields_for(duty.type)
        if (value := now.said.get(f.name))
    ]


def _stands(duty: Duty, body: Body, kind: ListKind) -> bool:
    return duty.kind in kind.kinds and not kind.marked and (not kind.bodies or body.kind in kind.bodies)


def _held(now: Item, history: list[Holding], where: dict[int, str]) -> list[dict[str, Any]]:
    """What is held that day is among what was ever held: its papers are at hand."""
    papers = {h.pk: h.instrument for h in history}
    return [
        {
            "where": where[h.place_id],
            "capacity": Capacity(h.capacity).label,
            "mode": Mode(h.mode).label,
            "document": papers[h.id],
            "row": h,
        }
        for h in now.held
    ]


def _history(rows: list[Holding], where: dict[int, str], on: Asked) -> list[dict[str, Any]]:
    return [
        {
            "title": f"{where[h.place_id]} · {Capacity(h.capacity).label} · {Mode(h.mode).label}",
            "text": str(h.segment) if h.segment else "",
            "start": h.from_day,
            "end": h.to_day,
            "document": h.instrument,
            "clause": h.clause,
            "state": state(h.from_day, h.to_day, on.day),
        }
        for h in rows
    ]
