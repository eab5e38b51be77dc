"""Questions about places."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast

from zhize.kernel.errors import BadInput
from zhize.kernel.text import fold
from zhize.places.models import Place, PlaceBoundary, PlaceCode, PlaceLife, PlaceLink, PlaceName, PlacePath
from zhize.places.terms import Expression
from zhize.record.models import Instrument, StatementQuerySet


def find_place(text: str, day: date, believed: datetime | None = None, scheme: str = "") -> Place:
    """The place meant by a code (of this scheme) or a name: one in force that day first, else one that once had it.

    A retired code still finds its place (洞头县 330322 finds 洞头区), because people and papers keep old codes.
    """
    said = text.strip()
    by_key = None if scheme else Place.objects.filter(key=said).first()
    if by_key is not None and not said.isdigit():  # zones and groups
        return by_key
    coded = {"code": _trim(said)} | ({"scheme": scheme} if scheme else {})
    by_code = PlaceCode.objects.filter(**coded).as_believed(believed) if said.isdigit() else None
    by_name = PlaceName.objects.filter(name=said).as_believed(believed)
    spoken: list[StatementQuerySet] = [rows for rows in (by_code, by_name) if rows is not None]
    for rows in spoken:
        here: list[Any] = list(rows.as_of(day, believed).select_related("place")[:2])
        here = here or list(rows.order_by("-from_day").select_related("place")[:1])
        if len(here) > 1:
            raise BadInput(
                "地名“{text}”有多处",
                why="同名地方不止一个",
                instead="请改用区划代码",
                text=said,
                code="ambiguous_place",
            )
        if here:
            return here[0].place
    if by_key is not None:
        return by_key
    if scheme == "" and (whole := _by_whole_name(said, day, believed)):
        return whole
    raise BadInput(
        "找不到地方“{text}”",
        why="登记中没有这个代码或名称",
        instead="请用6位或9位区划代码，或地方全称",
        text=said[:80],
        code="unknown_place",
        field="place",
    )


def _by_whole_name(text: str, day: date, believed: datetime | None) -> Place | None:
    """As pages write it (温州市鹿城区五马街道), any of the places above left out, in traditional characters too."""
    said = fold(text)
    ending = PlaceName.objects.as_of(day, believed).annotate(said=Value(said)).filter(said__endswith=F("name"))
    found = [n.place for n in ending.select_related("place") if _names_above(n, said, day, believed)]
    return found[0] if len(found) == 1 else None


def _names_above(row: PlaceName, said: str, day: date, believed: datetime | None) -> bool:
    """Is what stands before the name made of names of places above it, from the top down?"""
    rest, above = said.removesuffix(row.name), chain_of(row.place_id, day)[1:]
    names = place_names(set(above), day, believed)
    for place in reversed(above):
        rest = rest.removeprefix(names.get(place, "\0"))
    return rest == ""


def _trim(code: str) -> str:
    """A 12-digit code with trailing zeros means the 6- or 9-digit place."""
    if len(code) == 12 and code.endswith("000000"):
        return code[:6]
    return code[:9] if len(code) == 12 and code.endswith("000") else code


def place_at(latitude: float, longitude: float, day: date, believed: datetime | None = None) -> Place | None:
    """The deepest place whose boundary holds the point that day; None when none does.

    A point on a common border lies in both: a division goes before a zone, then the lower code.
    """
    from zhize.places.shapes import holds  # shapely takes a quarter of a second to load

    near = PlaceBoundary.objects.as_of(day, believed).filter(
        west__lte=longitude, east__gte=longitude, south__lte=latitude, north__gte=latitude
    )
    near = near.filter(Exists(PlaceLife.objects.as_of(day, believed).filter(place=OuterRef("place"))))
    deepest = near.order_by("-place__level", "place__kind", "place__key").values_list("pk", "digest", "place_id")
    found = (place for pk, digest, place in deepest if holds(_shape(pk, digest), latitude, longitude))
    place_id = next(found, None)
    return None if place_id is None else Place.objects.get(pk=place_id)


@lru_cache(maxsize=512)
def _shape(boundary_id: int, digest: str) -> Any:
    """A boundary is never edited, so what was read once holds: its digest says that it is the same."""
    from zhize.places.shapes import read

    text = PlaceBoundary.objects.annotate(text=Cast("geometry", TextField())).values_list("text", flat=True)
    return read(text.get(pk=boundary_id))


def find_place_at(latitude: float, longitude: float, day: date) -> Place:
    """`place_at`, refused in one sentence where no boundary holds the point."""
    found = place_at(latitude, longitude, day)
    if found is None:
        raise BadInput(
            "您点的位置不在已登记的任何地方之内",
            why="可能在服务范围之外，也可能那里的界线还没有登记",
            instead="请打字或者从地区树里选地方",
            code="outside_boundaries",
            field="place",
        )
    return found


def boundary_papers(day: date) -> list[tuple[Instrument, str]]:
    """The papers the boundaries of a day stand on, with where the coordinates were taken from; empty: there is no map."""
    rows = PlaceBoundary.objects.as_of(day).order_by("instrument_id", "source").values_list("instrument_id", "source")
    pairs = list(rows.distinct()[:5])
    papers = Instrument.objects.in_bulk([paper for paper, _ in pairs])
    return [(papers[paper], source) for paper, source in pairs]


def place_name(place_id: int, day: date, believed: datetime | None = None) -> str:
    """What the place was called that day (its latest name when it did not exist)."""
    names = PlaceName.objects.filter(place_id=place_id)
    row = names.as_of(day, believed).first() or names.as_believed(believed).order_by("-from_day").first()
    return row.name if row else Place.objects.get(pk=place_id).key


def place_names(ids: set[int], day: date, believed: datetime | None = None) -> dict[int, str]:
    rows = (
        PlaceName.objects.as_believed(believed)
        .filter(place_id__in=ids)
        .order_by("from_day")
        .values_list("place_id", "name", "from_day")
    )
    names: dict[int, str] = {}
    for place, name, start in rows:
        if place not in names or start <= day:
            names[place] = name
    return names


def full_name(place_id: int, day: date) -> str:
    """From the city down: 温州市鹿城区五马街道. A zone or a group is called by its own name."""
    return full_names([place_id], day)[place_id]


def place_code(place_id: int, day: date) -> str:
    codes = PlaceCode.objects.live().filter(place_id=place_id)
    row = codes.as_of(day).first() or codes.order_by("-from_day").first()
    return row.code if row else ""


def chain_of(place_id: int, day: date) -> list[int]:
    """The places whose statements reach this one that day, most specific first; empty when it did not exist."""
    row = PlacePath.objects.filter(place_id=place_id, from_day__lte=day).order_by("-from_day").first()
    return list(row.chain) if row and (row.to_day is None or row.to_day > day) else []


def lasting_chain(place_id: int) -> list[int]:
    """The last chain known of a place, whether it still stands or not."""
    row = PlacePath.objects.filter(place_id=place_id).order_by("-from_day").first()
    return list(row.chain) if row else []


_LEAVES = """
select distinct p.place_id from places_placepath p
where p.chain && %(include)s::bigint[] and not p.chain && %(exclude)s::bigint[]
  and p.from_day <= %(day)s and (p.to_day is null or p.to_day > %(day)s)
  and not exists (select 1 from places_placelink l where l.parent_id = p.place_id and l.hierarchy = 'LEGAL'
    and l.withdrawn_at is null and l.from_day <= %(day)s and (l.to_day is null or l.to_day > %(day)s))
  and exists (select 1 from places_place q where q.id = p.place_id and q.kind = 'division')
"""


def leaves(expression: Expression, day: date) -> set[int]:
    """The leaf places an expression covers that day. A leaf is a division with nothing below it — a city without
    townships (龙港) is its own leaf (spec §12.4)."""
    with connection.cursor() as cursor:
        cursor.execute(_LEAVES, {"include": list(expression.include), "exclude": list(expression.exclude), "day": day})
        return {row[0] for row in cursor.fetchall()}


def children(place_id: int, day: date) -> list[Place]:
    """Legal children that day, in key order."""
    below = PlaceLink.objects.as_of(day).filter(parent_id=place_id, hierarchy=PlaceLink.Hierarchy.LEGAL)
    return list(Place.objects.filter(parent_links__in=below).order_by("key"))


_ROOT = """
with town as (select p.place_id, p.chain from places_placepath p join places_place t on t.id = p.place_id and t.level >= 5
  where p.from_day <= %(day)s and (p.to_day is null or p.to_day > %(day)s))
select c.place from town cross join lateral unnest(town.chain) with ordinality as c(place, depth)
group by c.place having count(*) = (select count(*) from town) order by max(c.depth) limit 1
"""


def root_place(day: date) -> Place:
    """The place this installation serves: the smallest one in which all its townships lie (else the highest known)."""
    with connection.cursor() as cursor:
        cursor.execute(_ROOT, {"day": day})
        row = cursor.fetchone()
    found = Place.objects.filter(pk=row[0]).first() if row else Place.objects.order_by("level", "pk").first()
    if found is None:
        raise BadInput(
            "还没有登记任何地方",
            why="登记是空的",
            instead="请先载入规则包（zhize load）",
            code="no_places",
            field="place",
        )
    return found


def search_places(text: str, day: date, limit: int = 8) -> list[tuple[Place, str]]:
    """Places in force that day whose name or code holds the words, the served ones only; the highest first."""
    said = fold(text)
    if not said:
        return []
    root = root_place(day).pk
    inside = PlacePath.objects.as_of(day).filter(chain__contains=[root])
    rows = PlaceName.objects.as_of(day).filter(place__in=inside.values("place_id")).select_related("place")
    hits = rows.filter(Q(name__contains=said) | Q(place__key__startswith=said))
    return [(r.place, r.name) for r in hits.order_by("place__level", "place__key")[:limit]]


def full_names(ids: Collection[int], day: date) -> dict[int, str]:
    """`full_name` of many places: three queries for all of them."""
    chains = dict(_chains(ids, day))
    everyone = set(ids) | {p for chain in chains.values() for p in chain}
    kept = {
        p.pk: p.level
        for p in Place.objects.filter(pk__in=everyone, kind=Place.Kind.DIVISION, level__gte=Place.Level.CITY)
    }
    names = place_names(everyone, day)

    def whole(i: int) -> str:
        return "".join(names[p] for p in sorted(kept.keys() & set(chains.get(i, [i])), key=lambda p: kept[p]))

    return {i: whole(i) if i in kept else names.get(i, "") for i in ids}


def _chains(ids: Collection[int], day: date) -> list[tuple[int, list[int]]]:
    rows = PlacePath.objects.as_of(day).filter(place_id__in=ids)
    return list(rows.values_list("place_id", "chain"))


@dataclass(frozen=True)
class Branch:
    """A place in the tree: what it is called there, and whether something lies below it."""

    place: Place
    name: str
    whole: str
    opens: bool
    managed_by: str = ""


def branches(under: Place, day: date) -> list[Branch]:
    """What lies below a place that day, for choosing: its divisions, then its zones; below a zone, what it manages."""
    hierarchy = PlaceLink.Hierarchy.MANAGED if under.kind == Place.Kind.ZONE else PlaceLink.Hierarchy.LEGAL
    here = PlaceLink.objects.as_of(day).filter(parent=under, hierarchy=hierarchy).values("child_id")
    alive = PlaceLife.objects.as_of(day).filter(place__in=here).values("place_id")
    found = list(Place.objects.filter(pk__in=alive).order_by("kind", "key"))
    ids = {p.pk for p in found}
    opening = set(PlaceLink.objects.as_of(day).filter(parent__in=ids).values_list("parent_id", flat=True))
    managers = PlaceLink.objects.as_of(day).filter(child__in=ids, hierarchy=PlaceLink.Hierarchy.MANAGED)
    zones = dict(managers.values_list("child_id", "parent_id"))
    names, wholes = place_names(ids | set(zones.values()), day), full_names(ids, day)
    return [
        Branch(
            place=p,
            name=names[p.pk],
            whole=wholes[p.pk],
            opens=p.pk in opening,
            managed_by=names[zones[p.pk]] if p.pk in zones else "",
        )
        for p in found
    ]
