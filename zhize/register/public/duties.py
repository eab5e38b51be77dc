"""The page of a duty, and of a matter: their words over time, their bases, and who answers where on a day."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhize.places.asking import Asked, asked
from zhize.places.queries import root_place
from zhize.register.models import Duty, DutyCode, DutyLink, DutySegment, DutyWording, Matter, MatterName
from zhize.register.public.telling import state
from zhize.register.queries.duties import bases_of, duty_name, duty_names
from zhize.register.queries.holders import Held, holders, quoted
from zhize.register.queries.matters import duties_of, matter_name
from zhize.register.queries.opened import closed, kept_back


@require_safe
def duty(request: HttpRequest, key: str) -> HttpResponse:
    """/duties/KEY/?day="""
    thing, on = get_object_or_404(Duty, key=key), asked(request.GET, timezone.now())
    if closed([thing.pk], on.day, on.believed):
        raise Http404("kept back")
    wordings = list(
        DutyWording.objects.as_believed(on.believed)
        .filter(duty=thing)
        .select_related("instrument")
        .order_by("-from_day")
    )
    now = next((w for w in wordings if w.period.contains(on.day)), None)
    root = root_place(on.day)
    context = {
        "on": on,
        "duty": thing,
        "name": duty_name(thing.pk, on.day, on.believed),
        "now": now,
        "wordings": _worded(wordings, on),
        "codes": DutyCode.objects.as_of(on.day, on.believed).filter(duty=thing).order_by("scheme"),
        "bases": quoted(bases_of(thing.pk, on.day, on.believed), on.day),
        "links": _links(thing, on),
        "segments": DutySegment.objects.as_of(on.day, on.believed)
        .filter(duty=thing)
        .select_related("segment", "instrument"),
        "matters": _matters(thing, on),
        "table": _table(holders([thing.pk], root, on.day), thing.key, on),
        "as_of": on.day,
        "demo": thing.demo,
    }
    return render(request, "register/duty.html", context)


def _worded(rows: list[DutyWording], on: Asked) -> list[dict[str, Any]]:
    return [
        {
            "title": w.name,
            "text": w.detail,
            "start": w.from_day,
            "end": w.to_day,
            "document": w.instrument,
            "clause": w.clause,
            "state": state(w.from_day, w.to_day, on.day),
        }
        for w in rows
    ]


def _links(thing: Duty, on: Asked) -> list[dict[str, Any]]:
    """The duties it belongs to or comes from, and those that belong to it."""
    live = DutyLink.objects.as_of(on.day, on.believed)
    up, down = (
        live.filter(duty=thing).select_related("to"),
        live.filter(to=thing).select_related("duty").order_by("duty__key"),
    )
    rows = [(x.get_how_display(), x.to) for x in up]
    rows += [(_("包含") if x.how == DutyLink.How.PART_OF else x.get_how_display(), x.duty) for x in down[:200]]
    names = duty_names([d.pk for _h, d in rows], on.day, on.believed)
    shut = closed(names, on.day, on.believed)
    return [
        {"how": how, "name": names[d.pk], "url": on.url("register:duty", d.key)} for how, d in rows if d.pk not in shut
    ]


def _matters(thing: Duty, on: Asked) -> list[dict[str, str]]:
    named = MatterName.objects.as_of(on.day, on.believed).select_related("matter").order_by("matter__code")
    rows = named.filter(matter__in=thing.matters.as_of(on.day, on.believed).values("matter_id"))
    return [{"name": r.name, "url": on.url("register:matter", r.matter.code)} for r in rows]


def _table(rows: list[Held], q: str, on: Asked) -> list[dict[str, Any]]:
    """A place whose body keeps it back is no gap: it is left out."""
    used = [(h, [c for c in (h.answer.holder, h.answer.chosen, *h.answer.parties) if c]) for h in rows]
    shut = kept_back({(c.duty_id, c.body_id) for _h, cs in used for c in cs}, on.day)
    rows = [h for h, cs in used if not any((c.duty_id, c.body_id) in shut for c in cs)]
    return [
        {
            "place": h.place_name,
            "level": h.place.get_level_display(),
            "zone": h.place.kind == "zone",
            "url": on.url("register:who", q=q, place=h.place.key),
            "held": h,
            "body_url": on.url("register:body", h.body.code) if h.body else "",
        }
        for h in rows
    ]


@require_safe
def matter(request: HttpRequest, code: str) -> HttpResponse:
    """/matters/CODE/?day="""
    thing, on = (
        get_object_or_404(Matter.objects.select_related("parent__parent"), code=code),
        asked(request.GET, timezone.now()),
    )
    links = duties_of(thing, on.day, on.believed)
    shut = closed([x.duty_id for x in links], on.day, on.believed)
    links = [x for x in links if x.duty_id not in shut]
    names = duty_names([x.duty_id for x in links], on.day, on.believed)
    keys = dict(Duty.objects.filter(pk__in=[x.duty_id for x in links]).values_list("pk", "key"))
    table = holders([x.duty_id for x in links], root_place(on.day), on.day) if links else []
    context = {
        "on": on,
        "matter": thing,
        "name": matter_name(thing.pk, on.day),
        "path": _path(thing, on),
        "said": MatterName.objects.as_of(on.day, on.believed).filter(matter=thing).select_related("instrument").first(),
        "below": _below(thing, on),
        "as_of": on.day,
        "table": _table(table, thing.code, on),
        "duties": [
            {"name": names[x.duty_id], "when": x.when, "url": on.url("register:duty", keys[x.duty_id])} for x in links
        ],
    }
    return render(request, "register/matter.html", context)


def _path(thing: Matter, on: Asked) -> list[dict[str, str]]:
    above: list[Matter] = []
    node = thing.parent
    while node is not None:
        above.insert(0, node)
        node = node.parent
    return [{"name": matter_name(m.pk, on.day), "url": on.url("register:matter", m.code)} for m in above]


def _below(thing: Matter, on: Asked) -> list[dict[str, str]]:
    rows = (
        MatterName.objects.as_of(on.day, on.believed)
        .filter(matter__parent=thing)
        .select_related("matter")
        .order_by("matter__code")
    )
    return [{"name": r.name, "url": on.url("register:matter", r.matter.code)} for r in rows]
