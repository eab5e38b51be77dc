"""A list is never stored: it is asked of the register, as of a day and as believed at a moment. What is stored is an edition
of it, which is a copy with a digest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When

from zhize.kernel.text import fold, grams
from zhize.lists.kinds import LISTS, ListKind
from zhize.record.models import StatementQuerySet
from zhize.record.paging import Page, page
from zhize.register.fields import LISTED
from zhize.register.models import Body, Capacity, Duty, DutyWording, Holding, Particulars
from zhize.register.queries.items import Item, read_items
from zhize.register.queries.opened import kept_back_of, open_only

OWN = (Capacity.NAME_HOLDER, Capacity.PERFORMER, Capacity.LEAD)  # what stands in a body's own list


def items(
    body: Body | int, kind: str, day: date, believed: datetime | None = None, *, words: str = "", type_: str = ""
) -> list[Item]:
    """A body's list of one kind, in the order lists are printed: type, code, name."""
    held = holdings([body if isinstance(body, int) else body.pk], LISTS[kind], day, believed)
    if type_:
        held = held.filter(duty__type=type_)
    found = [i for i in read_items(held, day, believed) if words in i.name]
    return sorted(found, key=lambda i: (i.type, i.codes.get("catalogue", "~"), i.name, i.key))


def page_of(
    body: Body, kind: str, day: date, believed: datetime | None, params: Mapping[str, str], size: int = 30
) -> tuple[Page, list[Item]]:
    """One page of a body's public list, by type and key; a city's department may hold thousands. ?type= ?q= narrow it."""
    held = holdings([body.pk], LISTS[kind], day, believed)
    duties = Duty.objects.filter(pk__in=held.values("duty"))
    if hidden := kept_back_of(body.pk, day, believed):
        duties = duties.exclude(pk__in=hidden)
    if params.get("type"):
        duties = duties.filter(type=params["type"])
    if said := fold(params.get("q", "")):
        duties = duties.filter(pk__in=called(said, day, believed))
    shown = page(duties, ("type", "key"), params, size)
    found = {i.duty_id: i for i in read_items(held.filter(duty__in=[d.pk for d in shown.rows]), day, believed)}
    return shown, [found[d.pk] for d in shown.rows]


def called(said: str, day: date, believed: datetime | None = None) -> list[int]:
    """Duties in whose name the (folded) words stand; the grams find them by index, the name decides."""
    named = DutyWording.objects.as_of(day, believed).filter(grams__contains=grams(said))
    return [duty for duty, name in named.values_list("duty_id", "name") if said in fold(name)]


def items_of(bodies: Collection[int], kind: str, day: date, believed: datetime | None = None) -> dict[int, list[Item]]:
    """The lists of several bodies at once, by body."""
    lists: dict[int, list[Item]] = defaultdict(list)
    for item in read_items(holdings(bodies, LISTS[kind], day, believed), day, believed):
        lists[item.body_id].append(item)
    return lists


def holdings(bodies: Collection[int], kind: ListKind, day: date, believed: datetime | None = None) -> StatementQuerySet:
    """The holdings that stand in the bodies' own lists that day."""
    held = Holding.objects.as_of(day, believed).filter(body_id__in=bodies, duty__kind__in=kind.kinds, capacity__in=OWN)
    return held.filter(says(kind.marked, day, believed)) if kind.marked else held


def says(field: str, day: date, believed: datetime | None = None) -> Exists:
    """The catalogue, or the body for itself, says this field of the item."""
    said = Particulars.objects.as_of(day, believed).filter(duty=OuterRef("duty"), said__has_key=field)
    return Exists(said.filter(Q(body=None) | Q(body=OuterRef("body"))))


# ---- how many --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lot:
    """Items of one kind and type; `listed` when a standard makes them basic public services."""

    kind: str
    type: str
    listed: bool
    count: int

    def stands_in(self, kind: ListKind) -> bool:
        return self.kind in kind.kinds and (self.listed or not kind.marked)


def lots(bodies: Iterable[int], day: date, believed: datetime | None = None) -> dict[int, list[Lot]]:
    """What the public lists of these bodies hold that day, counted once for every list and type."""
    own = Holding.objects.as_of(day, believed).filter(body_id__in=bodies, capacity__in=OWN)
    listed = When(Q(duty__kind=Duty.Kind.SERVICE) & says(LISTED, day, believed), then=True)  # asked of services only
    rows: Any = open_only(own, day, believed).annotate(listed=Case(listed, default=Value(False))).order_by()
    found: dict[int, list[Lot]] = defaultdict(list)
    for body_id, *lot in rows.values_list("body_id", "duty__kind", "duty__type", "listed").annotate(
        n=Count("duty", distinct=True)
    ):
        found[body_id].append(Lot(*lot))
    return found


def by_type(counted: Iterable[Lot], kind: ListKind) -> dict[str, int]:
    """How many items of each type a list has, from what was counted."""
    found: dict[str, int] = defaultdict(int)
    for lot in counted:
        if lot.stands_in(kind):
            found[lot.type] += lot.count
    return dict(sorted(found.items()))


def present(body: Body, counted: Iterable[Lot]) -> list[tuple[ListKind, int]]:
    """The lists a body has, with how many items each; lists without items are left out."""
    rows = list(counted)
    wanted = [k for k in LISTS.values() if not k.bodies or body.kind in k.bodies]
    return [(k, n) for k in wanted if (n := sum(lot.count for lot in rows if lot.stands_in(k)))]


def counts(
    bodies: Collection[Body], day: date, believed: datetime | None = None
) -> dict[int, list[tuple[ListKind, int]]]:
    """The lists each of these bodies has that day, with how many items."""
    counted = lots([b.pk for b in bodies], day, believed)
    return {b.pk: present(b, counted[b.pk]) for b in bodies}


def list_kinds(body: Body, day: date, believed: datetime | None = None) -> list[tuple[ListKind, int]]:
    """The lists this body has that day, with how many items each."""
    return counts([body], day, believed)[body.pk]
