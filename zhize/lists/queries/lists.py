"""A list is never stored: it is asked of the register, as of a day and as believed at a moment. What is stored is an edition
of it, which is a copy with a digest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Count

from zhize.lists.kinds import LISTS, ListKind
from zhize.record.models import StatementQuerySet
from zhize.register.models import Body, Capacity, Holding
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
