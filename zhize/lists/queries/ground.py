"""What a vertical comparison stands on: the areas of a place, the catalogue, and what each area's list says (spec §5d.2).

Read whole, in a number of queries that does not grow with the city; or only for some duties, when a run continues another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from zhize.kernel.compare.names import normalise_names
from zhize.kernel.errors import Refusal
from zhize.lists.models import Ruling
from zhize.lists.vertical import Area, Cited, Row, Said
from zhize.places.models import Place, PlacePath
from zhize.policy.queries import setting
from zhize.register.models import (
    Absence,
    Body,
    BodySite,
    Capacity,
    DutyBasis,
    DutyCode,
    DutyLink,
    DutyWording,
    Particulars,
)
from zhize.register.queries.lawful import weigh

LOCAL_LAW = ("地方性法规", "地方政府规章", "自治条例", "单行条例")
ABOVE = {"nation": 1, "province": 2, "city": 3, "county": 4, "town": 5}
SAME_AS = (DutyLink.How.DERIVES, DutyLink.How.REPLACES, DutyLink.How.SPLITS)
INNER = slice(19, 31)  # the item's own code inside a code of implementation (GB/T 39554.1-2020)


@dataclass(frozen=True)
class Scope:
    """Which comparison: in which place, on which day, of which levels and kinds of duty."""

    place: Place
    day: date
    believed: datetime | None = None
    levels: tuple[int, ...] = (3, 4)
    kinds: tuple[str, ...] = ("power",)


@dataclass
class Ground:
    """Everything read. `rows`: duty → area → who holds it; `same`: local duty → the catalogue's item it is."""

    where: Where
    catalogue: dict[int, str]  # duty → code
    said: dict[int, Said] = field(default_factory=dict)
    own: Own = field(default_factory=dict)
    rows: dict[int, dict[int, list[Row]]] = field(default_factory=dict)
    families: dict[int, str] = field(default_factory=dict)
    same: dict[int, int] = field(default_factory=dict)
    excused: dict[int, dict[int, str]] = field(default_factory=dict)
    owners: dict[tuple[str, int], int] = field(default_factory=dict)
    former: dict[str, int] = field(default_factory=dict)  # a code the catalogue no longer uses → the item it named

    @property
    def scope(self) -> Scope:
        return self.where.scope

    @property
    def areas(self) -> list[Area]:
        return self.where.areas

    def fill(self, duties: Collection[int]) -> None:
        """Read who holds these duties, instead of those read before."""
        self.rows = _rows(self, duties)


def read_ground(scope: Scope, only: Collection[int] | None = None) -> Ground:
    """1 areas · 2 the catalogue · 3 which local item is which · 4 texts · 5 reasons · 6 who would own a gap.

    What the areas hold is read piece by piece (`fill`): a city's 1.4 million holdings need not stand in memory at once.
    """
    where = Where(scope)
    ground = Ground(where, _catalogue(scope))
    ground.former, ground.same = _recoded(scope), _same(scope, ground.catalogue)
    numbered = {code: duty for duty, code in ground.catalogue.items()}
    ground.same |= {d: numbered[c] for d, c in _inner(scope) if c in numbered and d not in ground.catalogue}
    wanted = only if only is None else {*only, *(ground.same[d] for d in only if d in ground.same)}
    ground.said, ground.own = texts(scope, wanted)
    ground.excused = excused_in(where, wanted)
    ground.owners = owners_of(scope, where)
    ground.families = dict(Body.objects.values_list("pk", "family"))
    return ground


def strays_of(ground: Ground) -> set[int]:
    """Local items that no link, code or ruling says to be one of the catalogue's."""
    return {duty for duty in ground.said if duty not in ground.catalogue and duty not in ground.same}


# -- areas -------------------------------------------------------------------------------------------------------------


class Where:
    """The columns, and which of them a holding at a place and level stands in."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        rows = PlacePath.objects.as_of(scope.day).filter(place__kind=Place.Kind.DIVISION)
        mine = rows.filter(place=scope.place).values_list("chain", flat=True).first()
        if mine is None:
            raise Refusal("这个地方当日不存在", instead="请改选地方或日期", code="no_such_place")
        near = rows.filter(Q(chain__contains=[scope.place.pk]) | Q(place__in=mine), place__level__in=scope.levels)
        read = near.order_by("place__level", "place__key").values_list("place_id", "place__level", "chain")
        self.chains = {place: tuple(chain) for place, _level, chain in read}
        self.areas = [Area(place, level) for place, level, _chain in read]
        self._at = self._index()
        self._by_level: dict[int, dict[int, tuple[int, ...]]] = defaultdict(dict)
        for (place, level), areas in self._at.items():
            self._by_level[level][place] = areas

    def _index(self) -> dict[tuple[int, int], tuple[int, ...]]:
        """(place, level) → areas of that level the place reaches."""
        found: dict[tuple[int, int], list[int]] = defaultdict(list)
        for area in self.areas:
            for above in self.chains[area.id]:
                found[above, area.level].append(area.id)
        return {at: tuple(areas) for at, areas in found.items()}

    def at(self, place: int, level: int, excludes: Collection[int] = ()) -> Iterable[int]:
        areas = self._at.get((place, level), ())
        if not excludes:
            return areas
        return [a for a in areas if not set(self.chains[a]).intersection(excludes)]

    def reached(self, level: int, excludes: Collection[int] = ()) -> Callable[[int], Iterable[int]]:
        """place → the areas of this level it reaches."""
        if excludes:
            return lambda place: self.at(place, level, excludes)
        here = self._by_level[level]
        return lambda place: here.get(place, ())

    @property
    def places(self) -> list[int]:
        return sorted({place for place, _level in self._at})


# -- the catalogue -----------------------------------------------------------------------------------------------------


def _catalogue(scope: Scope) -> dict[int, str]:
    """Items with a catalogue code that a paper of this place's level or above gave them: a county's paper makes no catalogue."""
    scheme = setting("lists.catalogue.scheme", scope.place.pk, scope.day, scope.believed)
    levels = [name for name, level in ABOVE.items() if level <= scope.place.level]
    rows = DutyCode.objects.as_of(scope.day, scope.believed).filter(
        scheme=scheme, duty__kind__in=scope.kinds, instrument__issuer_level__in=levels
    )
    return dict(rows.order_by("duty_id", "value").values_list("duty_id", "value"))


def _recoded(scope: Scope) -> dict[str, int]:
    """Codes that once named an item and do so no longer (spec §12.11)."""
    scheme = setting("lists.catalogue.scheme", scope.place.pk, scope.day, scope.believed)
    rows = DutyCode.objects.as_believed(scope.believed).filter(scheme=scheme, to_day__lte=scope.day)
    return dict(rows.order_by("to_day").values_list("value", "duty_id"))


def _same(scope: Scope, catalogue: dict[int, str]) -> dict[int, int]:
    """Local items the register or a ruling says to be an item of the catalogue."""
    links = DutyLink.objects.as_of(scope.day, scope.believed).filter(how__in=SAME_AS)
    told = links.order_by("pk").values_list("duty_id", "to_id")
    ruled = Ruling.objects.filter(
        withdrawn_at__isnull=True, verdict=Ruling.Verdict.SAME, other__isnull=False, from_day__lte=scope.day
    ).values_list("duty_id", "other_id")
    return {duty: to for duty, to in (*told, *ruled) if to in catalogue and duty not in catalogue}


def _inner(scope: Scope) -> Iterator[tuple[int, str]]:
    rows = DutyCode.objects.as_of(scope.day, scope.believed).filter(scheme="implementation", duty__kind__in=scope.kinds)
    return ((duty, value[INNER]) for duty, value in rows.values_list("duty_id", "value"))


# -- texts -------------------------------------------------------------------------------------------------------------

Own = dict[tuple[int, int], dict[str, Any]]  # (duty, body) → what the body says of it for itself


def texts(scope: Scope, only: Collection[int] | None) -> tuple[dict[int, Said], Own]:
    worded = _of(DutyWording.objects.as_of(scope.day, scope.believed).filter(duty__kind__in=scope.kinds), only)
    rows = list(worded.values_list("duty_id", "name", "duty__type", "levels", "legal_days"))
    names = normalise_names([r[1] for r in rows]) if rows else []
    bases = _bases(scope, only)
    said, own = _particulars(scope, only)
    made = {}
    for (duty, _name, type_, levels, legal), name in zip(rows, names, strict=True):
        cited, now, dead, local = bases.get(duty, _NO_BASES)
        words = said.get(duty, {})
        made[duty] = Said(
            duty, name, type_, frozenset(levels), cited, now, dead, local,
            legal=words.get("legal_limit") or (f"{legal}wd" if legal else ""),
            fees=fees_said(words), penalty=penalty_said(words),
        )  # fmt: skip
    return made, own


Bases = tuple[frozenset[Cited], frozenset[Cited], frozenset[Cited], bool]
_NO_BASES: Bases = (frozenset(), frozenset(), frozenset(), False)


def _bases(scope: Scope, only: Collection[int] | None) -> dict[int, Bases]:
    rows = _of(DutyBasis.objects.as_of(scope.day, scope.believed).filter(duty__kind__in=scope.kinds), only)
    found = {}
    for duty, weighed in weigh(rows.select_related("law"), scope.day, scope.believed).items():
        cited, now, dead = set(), set(), set()
        for basis, fate in weighed:
            here = (basis.law.key, basis.article, basis.paragraph, basis.item)
            cited.add(here)
            if fate.dead:
                dead.add(here)
            elif fate.state == "good":
                now.add(here)
            else:
                now |= {(law, article, basis.paragraph, basis.item) for law, article in fate.now}
        local = any(b.law.level in LOCAL_LAW for b, _fate in weighed)
        found[duty] = (frozenset(cited), frozenset(now), frozenset(dead), local)
    return found


def _particulars(scope: Scope, only: Collection[int] | None) -> tuple[dict[int, dict[str, Any]], Own]:
    rows = _of(Particulars.objects.as_of(scope.day, scope.believed).filter(duty__kind__in=scope.kinds), only)
    common: dict[int, dict[str, Any]] = {}
    own: Own = {}
    for duty, body, words in rows.values_list("duty_id", "body_id", "said"):
        if body is None:
            common[duty] = words
        else:
            own[duty, body] = words
    return common, own


def fees_said(words: dict[str, Any]) -> str:
    return "；".join("｜".join(row.values()) for row in words.get("fees", ()))


def penalty_said(words: dict[str, Any]) -> str:
    kinds = words.get("penalty", ())
    return "；".join(x for x in ("、".join(kinds), words.get("range", "")) if x)


# -- rows --------------------------------------------------------------------------------------------------------------

_HELD = """select h.duty_id, h.level, h.excludes, array_agg(h.place_id order by h.place_id, h.id),
  array_agg(h.body_id order by h.place_id, h.id) from register_holding h
join register_duty d on d.id = h.duty_id and d.kind = any(%(kinds)s)
where h.capacity = any(%(capacities)s) and h.level = any(%(levels)s) and h.place_id = any(%(places)s)
  and h.from_day <= %(day)s and (h.to_day is null or h.to_day > %(day)s) and {known} {only}
group by 1, 2, 3 order by 1, 2, 3"""
_KNOWN = "h.withdrawn_at is null"
_THEN = "h.recorded_at <= %(believed)s and (h.withdrawn_at is null or h.withdrawn_at > %(believed)s)"
ANSWERS = (Capacity.NAME_HOLDER.value, Capacity.LEAD.value)
Held = tuple[int, int, list[int], list[int], list[int]]  # duty, level, without, places, their bodies


def held(where: Where, scope: Scope, only: Collection[int] | None = None) -> list[Held]:
    """Every holding that may stand in a column; those of one duty and level together, for a row of its own each would cost
    more than all the rest."""
    asked: dict[str, Any] = {"kinds": list(scope.kinds), "capacities": list(ANSWERS), "levels": list(scope.levels), "places": where.places,
             "day": scope.day, "believed": scope.believed, "only": list(only or ())}  # fmt: skip
    known = _THEN if scope.believed else _KNOWN
    with connection.cursor() as cursor:
        cursor.execute(_HELD.format(known=known, only="" if only is None else "and h.duty_id = any(%(only)s)"), asked)
        return cursor.fetchall()


def _rows(ground: Ground, only: Collection[int]) -> dict[int, dict[int, list[Row]]]:
    found: dict[int, dict[int, list[Row]]] = {}
    spoken = {duty for duty, _body in ground.own}
    for duty, level, without, places, bodies in held(ground.where, ground.scope, only):
        text = ground.said.get(duty)
        if text is not None:
            said = _own_texts(text, duty, bodies, ground.own) if duty in spoken else {}
            _stand(found.setdefault(duty, {}), ground, level, without, zip(places, bodies, strict=True), text, said)
    return found


def _stand(
    here: dict[int, list[Row]], ground: Ground, level: int, without: list[int], held: Iterable[tuple[int, int]],
    text: Said, said: dict[int, Said],
) -> None:  # fmt: skip
    """Put each holding into the areas it reaches. Called for every duty and level: the loop is kept bare."""
    families, at = ground.families, ground.where.reached(level, without)
    for place, body in held:
        row = Row(body, families[body], said.get(body, text))
        for area in at(place):
            if area in here:
                here[area].append(row)
            else:
                here[area] = [row]


def _own_texts(text: Said, duty: int, bodies: Iterable[int], own: Own) -> dict[int, Said]:
    return {body: _as_said_here(text, own[duty, body]) for body in set(bodies) if (duty, body) in own}


def _as_said_here(text: Said, words: dict[str, Any]) -> Said:
    """The catalogue's item as one body describes it for itself: limits, fees and penalty may differ."""
    changes = {
        "legal": words.get("legal_limit") or text.legal,
        "fees": fees_said(words) if "fees" in words else text.fees,
        "penalty": penalty_said(words) or text.penalty,
    }
    if all(getattr(text, name) == value for name, value in changes.items()):
        return text
    return Said(text.duty, text.name, text.type, text.levels, text.bases, text.now, text.dead, text.local, **changes)


def excused_in(where: Where, only: Collection[int] | None) -> dict[int, dict[int, str]]:
    scope = where.scope
    rows = _of(Absence.objects.as_of(scope.day, scope.believed).filter(place__in=where.places), only)
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for duty, place, level, reason in rows.values_list("duty_id", "place_id", "level", "reason"):
        for area in where.at(place, level):
            found[duty][area] = reason
    return dict(found)


def owners_of(scope: Scope, where: Where) -> dict[tuple[str, int], int]:
    """(family, area) → the body there: whose work list a gap stands on."""
    sites = BodySite.objects.as_of(scope.day, scope.believed).filter(place__in=[a.id for a in where.areas])
    rows = sites.filter(body__kind__in=(Body.Kind.ORGAN, Body.Kind.TOWN)).order_by("-body_id")
    return {(family, place): body for family, place, body in rows.values_list("body__family", "place_id", "body_id")}


def _of(rows: Any, only: Collection[int] | None) -> Any:
    return rows if only is None else rows.filter(duty_id__in=only)
