"""How the register's statements, things and acts are named on the pages of papers and events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from zhize.places.queries import place_names
from zhize.record.models import StatementQuerySet
from zhize.record.tellings import Named, name_acts, name_things, tell_as
from zhize.register.access import RIGHTS
from zhize.register.fields import FIELDS
from zhize.register.models import (
    Absence,
    Body,
    BodyCode,
    BodyContact,
    BodyLife,
    BodyName,
    BodySite,
    BodySuccession,
    BodySuperior,
    Capacity,
    Duty,
    DutyBasis,
    DutyCode,
    DutySegment,
    DutyWording,
    Holding,
    Import,
    MatterDuty,
    MatterName,
    Particulars,
    Segment,
    TownshipItem,
)
from zhize.register.queries.bodies import body_names
from zhize.register.queries.duties import duty_names
from zhize.register.queries.opened import closed, open_only


def _bodies(ids: Iterable[int], day: date) -> Named:
    wanted = set(ids)
    names = body_names(wanted, day)
    return {b.pk: (names.get(b.pk, b.code), b.get_absolute_url()) for b in Body.objects.filter(pk__in=wanted)}


def _duties(ids: Iterable[int], day: date) -> Named:
    wanted = set(ids)
    names = duty_names(wanted, day)
    return {d.pk: (names.get(d.pk, d.key), d.get_absolute_url()) for d in Duty.objects.filter(pk__in=wanted)}


def _matters(ids: Iterable[int], day: date) -> Named:
    rows = MatterName.objects.live().filter(matter__in=set(ids)).select_related("matter").order_by("from_day")
    return {r.matter_id: (r.name, r.matter.get_absolute_url()) for r in rows}


def _imports(ids: Iterable[int], day: date) -> Named:
    return {
        i.pk: (f"{i}《{i.file_name}》", reverse("register:import", args=[i.pk]))
        for i in Import.objects.filter(pk__in=set(ids))
    }


def of(names: Callable[[Iterable[int], date], Named], column: str) -> Callable[[Sequence[Any], date], Named]:
    """The thing a column of the row points at."""

    def told(rows: Sequence[Any], day: date) -> Named:
        found = names({getattr(r, column) for r in rows}, day)
        return {r.pk: found[getattr(r, column)] for r in rows}

    return told


def words(say: Callable[[Any], str]) -> Callable[[Sequence[Any], date], Named]:
    return lambda rows, day: {r.pk: (say(r), "") for r in rows}


def _held_thing(rows: Sequence[Holding], day: date) -> Named:
    """职责（部分）· 地方"""
    duties, places = _duties({h.duty_id for h in rows}, day), place_names({h.place_id for h in rows}, day)
    parts = dict(Segment.objects.filter(pk__in={h.segment_id for h in rows if h.segment_id}).values_list("pk", "name"))
    return {h.pk: (_held_words(h, duties[h.duty_id][0], parts, places), duties[h.duty_id][1]) for h in rows}


def _held_words(h: Holding, duty: str, parts: dict[int, str], places: dict[int, str]) -> str:
    part = f"（{parts[h.segment_id]}）" if h.segment_id else ""
    return f"{duty}{part} · {places.get(h.place_id, '')}"


def _holder(rows: Sequence[Holding], day: date) -> Named:
    """Named as on the day the paper took effect; one who only assists says so."""
    bodies = _bodies({h.body_id for h in rows}, day)
    return {h.pk: (bodies[h.body_id][0] + _as(h), bodies[h.body_id][1]) for h in rows}


def _as(h: Holding) -> str:
    return "" if h.capacity == Capacity.NAME_HOLDER else f"（{Capacity(h.capacity).label}）"


def _matter_duty(rows: Sequence[MatterDuty], day: date) -> Named:
    return of(_duties, "duty_id")(rows, day)


def _site(rows: Sequence[BodySite], day: date) -> Named:
    names = place_names({r.place_id for r in rows}, day)
    return {r.pk: (names.get(r.place_id, ""), "") for r in rows}


def _succeeded(rows: Sequence[BodySuccession], day: date) -> Named:
    return of(_bodies, "after_id")(rows, day)


def _open_duties(rows: StatementQuerySet, today: date) -> StatementQuerySet:
    """A duty kept back is not told by the page of its paper either."""
    return rows.exclude(duty_id__in=closed(None, today))


_BODY, _DUTY = of(_bodies, "body_id"), of(_duties, "duty_id")
tell_as(
    Holding, ("duty_id", "level", "place_id"), _held_thing, _holder, ("mode", "pk"), open_only
)  # 划转 before what only stays 法定
tell_as(BodyLife, ("body_id",), _BODY, words(lambda r: "存续"))
tell_as(BodyName, ("body_id",), _BODY, words(lambda r: r.name))
tell_as(BodySuperior, ("body_id",), _BODY, of(_bodies, "superior_id"))
tell_as(BodySite, ("body_id",), _BODY, _site)
tell_as(BodyContact, ("body_id",), _BODY, words(lambda r: " ".join(x for x in (r.phone, r.address) if x)))
tell_as(BodyCode, ("body_id",), _BODY, words(lambda r: r.value))
tell_as(BodySuccession, ("before_id",), of(_bodies, "before_id"), _succeeded)
tell_as(DutyWording, ("duty_id",), _DUTY, words(lambda r: r.name), openly=_open_duties)
tell_as(DutyCode, ("duty_id", "scheme"), _DUTY, words(lambda r: f"{r.scheme} {r.value}"), openly=_open_duties)
tell_as(
    DutyBasis,
    ("duty_id",),
    _DUTY,
    lambda rows, day: {r.pk: (r.citation, "") for r in _with_law(rows)},
    openly=_open_duties,
)
tell_as(
    Particulars,
    ("duty_id", "body_id"),
    _DUTY,
    words(lambda r: "、".join(FIELDS[n].label for n in r.said if n in FIELDS)),
    openly=_open_duties,
)
tell_as(Absence, ("duty_id", "place_id", "level"), _DUTY, words(lambda r: r.get_reason_display()), openly=_open_duties)
tell_as(
    TownshipItem,
    ("duty_id", "place_id", "superior_id"),
    _DUTY,
    words(lambda r: r.get_kind_display()),
    openly=_open_duties,
)
tell_as(
    DutySegment,
    ("duty_id",),
    _DUTY,
    lambda rows, day: {r.pk: (r.segment.name, "") for r in _with_segment(rows)},
    openly=_open_duties,
)
tell_as(MatterName, ("matter_id",), of(_matters, "matter_id"), words(lambda r: r.name))
tell_as(MatterDuty, ("matter_id", "rank"), of(_matters, "matter_id"), _matter_duty, openly=_open_duties)


def _with_law(rows: Sequence[DutyBasis]) -> Iterable[DutyBasis]:
    return DutyBasis.objects.filter(pk__in=[r.pk for r in rows]).select_related("law")


def _with_segment(rows: Sequence[DutySegment]) -> Iterable[DutySegment]:
    return DutySegment.objects.filter(pk__in=[r.pk for r in rows]).select_related("segment")


name_things("body", _bodies)
name_things("duty", _duties)
name_things("matter", _matters)
name_things("import", _imports)
name_acts(
    {act.partition(".")[2]: right.label for act, right in RIGHTS.items() if act.startswith(("register.", "policy."))}
)
