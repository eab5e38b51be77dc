"""A list is never stored: it is asked of the register, as of a day and as believed at a moment. What is stored is an edition
of it, which is a copy with a digest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db.models import Count

from zhize.kernel.text import fold, grams
from zhize.lists.kinds import LISTS, ListKind
from zhize.lists.queries.opened import kept_back_of
from zhize.record.models import StatementQuerySet
from zhize.record.paging import Page, page
from zhize.register.models import Body, Capacity, Duty, DutyWording, Holding
from zhize.register.queries.items import Item, read_items

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
        named = DutyWording.objects.as_of(day, believed).filter(grams__contains=grams(said))
        duties = duties.filter(pk__in=[d for d, name in named.values_list("duty_id", "name") if said in fold(name)])
    shown = page(duties, ("type", "key"), params, size)
    found = {i.duty_id: i for i in read_items(held.filter(duty__in=[d.pk for d in shown.rows]), day, believed)}
    return shown, [found[d.pk] for d in shown.rows]


def type_counts(body: Body, kind: str, day: date, believed: datetime | None = None) -> dict[str, int]:
    """How many items of each type the body's public list has."""
    held = holdings([body.pk], LISTS[kind], day, believed).exclude(duty__in=kept_back_of(body.pk, day, believed))
    rows = held.order_by().values_list("duty__type").annotate(n=Count("duty", distinct=True))
    return dict(sorted(rows))


def items_of(bodies: Collection[int], kind: str, day: date, believed: datetime | None = None) -> dict[int, list[Item]]:
    """The lists of several bodies at once, by body."""
    lists: dict[int, list[Item]] = defaultdict(list)
    for item in read_items(holdings(bodies, LISTS[kind], day, believed), day, believed):
        lists[item.body_id].append(item)
    return lists


def holdings(bodies: Collection[int], kind: ListKind, day: date, believed: datetime | None = None) -> StatementQuerySet:
    """The holdings that stand in the bodies' own lists that day."""
    return Holding.objects.as_of(day, believed).filter(body_id__in=bodies, duty__kind__in=kind.kinds, capacity__in=OWN)


def counts(
    bodies: Collection[Body], day: date, believed: datetime | None = None
) -> dict[int, list[tuple[ListKind, int]]]:
    """How many items each list of these bodies has that day; lists without items are left out. One query."""
    by_kind: dict[int, dict[str, int]] = defaultdict(dict)
    own = Holding.objects.as_of(day, believed).filter(body__in=bodies, capacity__in=OWN)
    for body_id, kind, n in (
        own.values_list("body_id", "duty__kind").annotate(n=Count("duty", distinct=True)).order_by()
    ):
        by_kind[body_id][kind] = n
    return {b.pk: _present(b, by_kind[b.pk]) for b in bodies}


def _present(body: Body, by_kind: dict[str, int]) -> list[tuple[ListKind, int]]:
    wanted = [k for k in LISTS.values() if not k.bodies or body.kind in k.bodies]
    return [(k, n) for k in wanted if (n := sum(by_kind.get(kind, 0) for kind in k.kinds))]


def list_kinds(body: Body, day: date, believed: datetime | None = None) -> list[tuple[ListKind, int]]:
    """The lists this body has that day, with how many items each."""
    return counts([body], day, believed)[body.pk]
