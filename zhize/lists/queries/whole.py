"""A government's whole list (总表): the lists of all its bodies as one. Read a page at a time: the list of a province's
townships has a hundred thousand items, and its first page must cost what a department's does.

Townships and zones have lists of their own kind; a government's is that of those in its territory, however far below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from zhize.kernel.text import fold
from zhize.lists.kinds import LISTS, ListKind
from zhize.lists.queries.lists import Lot, called, holdings, lots
from zhize.places.models import Place, PlacePath
from zhize.record.models import Law, StatementQuerySet
from zhize.record.paging import JOINT, Page, page
from zhize.register.models import Body, BodyName, BodySite, DutyBasis, Holding
from zhize.register.queries.items import Item, read_items
from zhize.register.queries.opened import open_only

ORDER = ("body__code", "duty__type", "duty__key")
FIRST, WIDER = 2, 8  # bodies a page is looked for in, and how many times more when they are too few
COUNTED = 200  # bodies whose items are counted by type; of more the types are shown without numbers


def members(place: Place, kind: ListKind, day: date, believed: datetime | None = None) -> StatementQuerySet:
    """The sites of the bodies whose lists make up the government's."""
    sites = BodySite.objects.as_of(day, believed)
    if not kind.bodies:
        return sites.filter(place=place)
    below = PlacePath.objects.as_of(day).filter(chain__contains=[place.pk])
    return sites.filter(body__kind__in=kind.bodies, place__in=below.values("place"))


def kinds_of(place: Place, day: date, believed: datetime | None = None) -> list[ListKind]:
    """The whole lists a government has: one exists where a body that has such a list does."""
    there = {kinds: members(place, LISTS[kind], day, believed).exists() for kinds, kind in _ASKED.items()}
    return [k for k in LISTS.values() if there[k.bodies]]


_ASKED = {k.bodies: k.name for k in LISTS.values()}  # one question for each set of bodies


@dataclass(frozen=True)
class Narrowed:
    """What a reader narrows the list to; empty parts do not narrow. `body` and `law` are words in their names."""

    words: str = ""
    type: str = ""
    body: str = ""
    law: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> Narrowed:
        return cls(
            fold(params.get("q", "")),
            params.get("type", ""),
            params.get("body", "").strip(),
            fold(params.get("law", "")),
        )

    def bodies(self, sites: StatementQuerySet, day: date, believed: datetime | None) -> QuerySet[Body]:
        """The bodies of these sites that are meant."""
        rows = Body.objects.filter(pk__in=sites.values("body"))
        if said := fold(self.body):
            names = BodyName.objects.as_of(day, believed).filter(Q(name__contains=said) | Q(short__contains=said))
            rows = rows.filter(Q(code=self.body) | Q(pk__in=names.values("body")))
        return rows

    def duties(self, day: date, believed: datetime | None) -> Q:
        wanted = Q(duty__type=self.type) if self.type else Q()
        if self.words:
            wanted &= Q(duty__in=called(self.words, day, believed))
        if self.law:
            laws = Law.objects.filter(name__contains=self.law).values("pk")
            wanted &= Q(duty__in=DutyBasis.objects.as_of(day, believed).filter(law__in=laws).values("duty"))
        return wanted


@dataclass(frozen=True)
class Whole:
    """One government's list of one kind, as of a day, as believed, narrowed."""

    place: Place
    kind: ListKind
    day: date
    believed: datetime | None
    narrowed: Narrowed

    def page(self, params: Mapping[str, str], size: int = 30) -> tuple[Page, list[Item]]:
        """By body, type and key. Looked for in a few bodies first, in more when they do not fill the page."""
        up = bool(params.get("after"))
        shown = Page([])
        for bodies in self._windows(params.get("after") or params.get("before", ""), up):
            held = open_only(self._held(bodies), self.day, self.believed)
            shown = page(held.distinct(*ORDER).select_related("body", "duty"), ORDER, params, size)
            if shown.newer if up else shown.older:
                break
        return shown, self._items(shown.rows)

    def counted(self) -> list[Lot] | None:
        """What all its bodies hold; None where there are too many bodies to count at each visit."""
        bodies = list(self.bodies().values_list("pk", flat=True)[: COUNTED + 1])
        if len(bodies) > COUNTED:
            return None
        return [lot for each in lots(bodies, self.day, self.believed).values() for lot in each]

    def bodies(self) -> QuerySet[Body]:
        """Whose lists it is."""
        sites = members(self.place, self.kind, self.day, self.believed)
        return self.narrowed.bodies(sites, self.day, self.believed)

    def _windows(self, cursor: str, up: bool) -> Iterator[list[int]]:
        """More and more bodies, the nearest to the cursor first; all that remain at once when few of their items are meant."""
        code, rows = cursor.split(JOINT)[0], self.bodies()
        if cursor:
            rows = rows.filter(code__lte=code) if up else rows.filter(code__gte=code)
        ids = rows.order_by("-code" if up else "code").values_list("pk", flat=True)
        if self.narrowed.words or self.narrowed.law:
            yield list(ids)
            return
        some, near = FIRST, list(ids[:FIRST])
        yield near
        while len(near) == some:
            near = list(ids[: (some := some * WIDER)])
            yield near

    def _held(self, bodies: list[int]) -> StatementQuerySet:
        held = holdings(bodies, self.kind, self.day, self.believed)
        return held.filter(self.narrowed.duties(self.day, self.believed))

    def _items(self, rows: list[Holding]) -> list[Item]:
        held = holdings({h.body_id for h in rows}, self.kind, self.day, self.believed)
        held = held.filter(duty__in={h.duty_id for h in rows})
        found = {(i.body_id, i.duty_id): i for i in read_items(held, self.day, self.believed)}
        return [found[h.body_id, h.duty_id] for h in rows]


def only(rendered: dict[str, Any], narrowed: Narrowed, bodies: set[str]) -> dict[str, Any]:
    """A rendered list with the items that are meant: what a reader takes away is what the page shows."""
    said = [i for i in rendered["items"] if i["body"]["code"] in bodies and _meant(i, narrowed)]
    return rendered | {"items": said}


def _meant(item: dict[str, Any], narrowed: Narrowed) -> bool:
    return (
        (not narrowed.type or item["type"] == narrowed.type)
        and narrowed.words in fold(item["name"])
        and (not narrowed.law or any(narrowed.law in fold(b["name"]) for b in item["bases"]))
    )
