"""What must be issued again after a change: worked out from the register, never from a list somebody keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from zhize.kernel.period import ONE_DAY, Period
from zhize.lists.kinds import LISTS
from zhize.lists.queries.lists import OWN, says
from zhize.lists.reissue import GUIDE_FIELDS, KINDS, OUTPUTS, REISSUE, Output
from zhize.places.models import GroupMember, PlaceLife, PlaceLink, PlaceName
from zhize.places.queries import place_names
from zhize.record.models import Instrument, Statement
from zhize.register.fields import LISTED
from zhize.register.models import (
    Body,
    BodyLife,
    BodyName,
    BodySuccession,
    Duty,
    DutyBasis,
    DutyLink,
    DutySegment,
    DutyWording,
    Holding,
    MatterDuty,
    MatterName,
    Mode,
    Particulars,
    Seat,
)
from zhize.register.queries.bodies import body_names
from zhize.register.queries.duties import duty_names

TOWNS_AND_ZONES = (Body.Kind.TOWN, Body.Kind.COMMITTEE)
SHOWN = 200


@dataclass(frozen=True)
class Thing:
    """One thing to issue again: its words, and where it stands."""

    words: str
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One kind of thing, how many, and the things themselves (the first of them)."""

    output: Output
    count: int
    things: list[Thing]


@dataclass
class Circle:
    """What a change touches: duties, bodies, places, on a day."""

    day: date
    duties: set[int] = field(default_factory=set)
    bodies: set[int] = field(default_factory=set)
    places: set[int] = field(default_factory=set)

    @property
    def eve(self) -> date:
        return self.day - timedelta(days=1)


def reissue(kind: str, circle: Circle) -> list[Line]:
    """The lines of the table for one kind of change; kinds of which nothing is concerned are left out."""
    made = []
    for name in REISSUE[kind]:
        things = FINDERS[name](circle)
        if things:
            made.append(Line(OUTPUTS[name], len(things), things[:SHOWN]))
    return made


def reissue_after(paper: Instrument) -> list[tuple[str, list[Line]]]:
    """Everything a paper makes necessary, by the kind of change it made: (what changed, lines)."""
    circles = {kind: _circle(paper, models) for kind, models in _CHANGED.items()}
    made = [(KINDS[kind], reissue(kind, circle)) for kind, circle in circles.items() if circle is not None]
    return [(label, lines) for label, lines in made if lines]


# -- the circle of a paper ---------------------------------------------------------------------------------------------
_TRANSFER = Q(mode=Mode.TRANSFERRED)
_DELEGATION = Q(mode__in=[Mode.DEVOLVED, Mode.AUTHORISED, Mode.ENTRUSTED, Mode.MANAGED])
_CHANGED: dict[str, tuple[tuple[type[Statement], Q], ...]] = {
    "transfer": ((Holding, _TRANSFER),),
    "delegation": ((Holding, _DELEGATION),),
    "body": ((BodyName, Q()), (BodyLife, Q()), (BodySuccession, Q())),
    "area": ((PlaceLink, Q()), (PlaceLife, Q()), (PlaceName, Q()), (GroupMember, Q())),
    "wording": ((DutyWording, Q()), (DutyBasis, Q()), (Particulars, Q())),
    "boundary": ((DutySegment, Q()),),
    "matter": ((MatterDuty, Q()),),
}
_COLUMNS = {
    "duty_id": "duties", "body_id": "bodies", "before_id": "bodies", "after_id": "bodies", "place_id": "places",
    "child_id": "places", "member_id": "places", "group_id": "places",
}  # fmt: skip


def _circle(paper: Instrument, changed: Iterable[tuple[type[Statement], Q]]) -> Circle | None:
    """The duties, bodies and places of the statements this paper began or ended."""
    found: Circle | None = None
    for model, wanted in changed:
        rows = model.objects.live().filter(Q(instrument=paper) | Q(ended_by=paper)).filter(wanted)
        columns = [f.attname for f in model._meta.concrete_fields if f.attname in _COLUMNS]
        for day, *ids in rows.values_list("from_day", *columns):
            found = found or Circle(paper.day or day)
            for column, pk in zip(columns, ids, strict=True):
                if pk is not None:
                    getattr(found, _COLUMNS[column]).add(pk)
    return found


# -- the finders -------------------------------------------------------------------------------------------------------
def _held(circle: Circle) -> Any:
    """Holdings of the circle's duties (or bodies, or places) in force on the day or on its eve."""
    wanted = Q(duty__in=circle.duties) if circle.duties else Q(body__in=circle.bodies) | Q(place__in=circle.places)
    return Holding.objects.live().during(Period(circle.eve, circle.day + ONE_DAY)).filter(wanted)


def _lists(circle: Circle) -> list[Thing]:
    held = _held(circle).filter(capacity__in=OWN)
    listed = set(held.filter(says(LISTED, circle.day)).values_list("body_id", flat=True))
    rows = set(held.values_list("body_id", "duty__kind"))
    bodies = Body.objects.in_bulk({b for b, _ in rows})
    names = body_names(bodies, circle.day)
    wanted = {(b, k.name) for b, kind in rows for k in LISTS.values() if _stands(bodies[b], kind, k.name)}
    wanted = {(b, k) for b, k in wanted if b in listed or not LISTS[k].marked}
    ordered = sorted(wanted, key=lambda w: (bodies[w[0]].level, bodies[w[0]].code, w[1]))
    return [Thing(f"{names[b]}{LISTS[k].label}", f"/lists/{bodies[b].code}/{k}/") for b, k in ordered]


def _stands(body: Body, duty_kind: str, kind: str) -> bool:
    """A body's list of this kind holds such duties; towns and zones have one list of their own."""
    wanted = LISTS[kind]
    own = body.kind in TOWNS_AND_ZONES
    return duty_kind in wanted.kinds and (body.kind in wanted.bodies if own else not wanted.bodies)


def _holdings(circle: Circle, wanted: Q) -> list[Thing]:
    rows = list(_held(circle).filter(wanted).select_related("duty").order_by("place__level", "pk"))
    duties, bodies = (
        duty_names({h.duty_id for h in rows}, circle.day),
        body_names({h.body_id for h in rows}, circle.day),
    )
    where = place_names({h.place_id for h in rows}, circle.day)
    return [
        Thing(f"{bodies[h.body_id]}：{duties[h.duty_id]}（{where.get(h.place_id, '')}）", h.duty.get_absolute_url())
        for h in rows
    ]


def _supervision(circle: Circle) -> list[Thing]:
    links = DutyLink.objects.as_of(circle.day).filter(to__in=circle.duties, how=DutyLink.How.SUPERVISES)
    beside = DutyLink.objects.as_of(circle.day).filter(
        to__in=_main_ids(circle), how=DutyLink.How.PART_OF, duty__kind=Duty.Kind.SUPERVISION
    )
    return _duty_things({x.duty_id for x in (*links, *beside)}, circle.day)


def _guides(circle: Circle) -> list[Thing]:
    rows = Particulars.objects.as_of(circle.day).filter(duty__in=circle.duties, said__has_any_keys=list(GUIDE_FIELDS))
    wanted = [(r.body, r.duty) for r in rows.select_related("duty", "body") if r.body is not None]
    names = duty_names({d.pk for _b, d in wanted}, circle.day)
    bodies = body_names({b.pk for b, _d in wanted}, circle.day)
    return [Thing(f"{bodies[b.pk]}：{names[d.pk]}", f"/items/{b.code}/{d.key}/") for b, d in wanted]


def _routes(circle: Circle) -> list[Thing]:
    duties = circle.duties or set(_held(circle).values_list("duty_id", flat=True))
    matters = MatterDuty.objects.as_of(circle.day).filter(duty__in=duties).values("matter_id")
    rows = (
        MatterName.objects.as_of(circle.day)
        .filter(matter__in=matters)
        .select_related("matter")
        .order_by("matter__code")
    )
    return [Thing(r.name, r.matter.get_absolute_url()) for r in rows]


def _main_ids(circle: Circle) -> set[int]:
    links = DutyLink.objects.as_of(circle.day).filter(duty__in=circle.duties, how=DutyLink.How.PART_OF)
    return set(links.values_list("to_id", flat=True))


def _charters(circle: Circle) -> list[Thing]:
    if circle.duties:
        return _duty_things(_main_ids(circle), circle.day)
    mains = _held(circle).filter(duty__kind=Duty.Kind.MAIN).values_list("duty_id", flat=True)
    return _duty_things(set(mains), circle.day)


def _duty_things(ids: set[int], day: date) -> list[Thing]:
    names = duty_names(ids, day)
    return [
        Thing(names.get(d.pk, d.key), d.get_absolute_url()) for d in Duty.objects.filter(pk__in=ids).order_by("key")
    ]


def _names(circle: Circle) -> list[Thing]:
    seats = Seat.objects.as_of(circle.eve).filter(body__in=circle.bodies).select_related("officer")
    bodies = body_names(circle.bodies, circle.day)
    found = Body.objects.in_bulk(circle.bodies)
    things = [Thing(bodies.get(pk, b.code), b.get_absolute_url()) for pk, b in sorted(found.items())]
    return things + [Thing(f"席位：{s.officer}（{s.get_role_display()}）") for s in seats]


def _areas(circle: Circle) -> list[Thing]:
    """Groups the places belong to, and holdings that leave one of them out."""
    groups = GroupMember.objects.as_of(circle.day).filter(Q(member__in=circle.places) | Q(group__in=circle.places))
    named = place_names({g.group_id for g in groups}, circle.day)
    out = Holding.objects.as_of(circle.day).filter(excludes__overlap=list(circle.places)).values("duty_id")
    return [Thing(f"区域组：{n}") for n in sorted(named.values())] + _duty_things(
        set(out.values_list("duty_id", flat=True)), circle.day
    )


FINDERS: dict[str, Callable[[Circle], list[Thing]]] = {
    "lists": _lists,
    "entrustments": lambda c: _holdings(c, Q(mode=Mode.ENTRUSTED)),
    "transfers": lambda c: _holdings(c, Q(mode=Mode.TRANSFERRED)),
    "grants": lambda c: _holdings(c, Q(body__kind__in=TOWNS_AND_ZONES)),
    "supervision": _supervision,
    "guides": _guides,
    "routes": _routes,
    "charters": _charters,
    "names": _names,
    "areas": _areas,
}
