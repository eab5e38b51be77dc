"""The other comparisons, read and worked out: departments, counties, shared powers, overlaps, gaps. Each yields what it found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import connection

from zhize.lists import horizontal
from zhize.lists.horizontal import Own, Pair
from zhize.lists.queries.ground import ABOVE, Scope, Where, excused_in, held, owners_of, texts
from zhize.lists.vertical import Said
from zhize.places.models import PlacePath
from zhize.places.queries import leaves
from zhize.places.terms import Expression
from zhize.policy.queries import setting
from zhize.register.evidence import Evidence, evidence_of
from zhize.register.fields import in_days
from zhize.register.models import Body, Duty, DutySegment, DutyWording, Particulars
from zhize.register.queries.resolve import GAP, candidates_of, choose

YEAR = timedelta(days=365)
KINDS = (Duty.Kind.POWER.value, Duty.Kind.SERVICE.value, Duty.Kind.MAIN.value, Duty.Kind.WORK.value)


class Found(NamedTuple):
    """One thing found: what, about which duty, where, whose; `facts` name the other party and the figures."""

    status: str
    duty: int | None
    place: int | None
    body: int | None
    other: int | None = None
    facts: Mapping[str, Any] = {}
    evidence: Evidence | None = None


def _own(scope: Scope, where: Where) -> dict[int, list[Own]]:
    """What each area's bodies hold in their own name or lead: area → items."""
    said, _mine = texts(scope, None)
    families = dict(Body.objects.values_list("pk", "family"))
    found: dict[int, list[Own]] = defaultdict(list)
    for duty, level, without, places, bodies in held(where, scope):
        at = where.reached(level, without)
        for place, body in zip(places, bodies, strict=True) if duty in said else ():
            for area in at(place):
                found[area].append(Own(body, families[body], said[duty]))
    return found


# -- departments of one government -------------------------------------------------------------------------------------


def departments(scope: Scope) -> Iterator[Found]:
    """Items of two departments worded alike; articles two families rest on; departments that cut the law oddly fine or coarse."""
    here = replace(scope, levels=(scope.place.level,))
    items = _own(here, Where(here)).get(scope.place.pk, [])
    least = setting("lists.alike", scope.place.pk, scope.day, scope.believed)
    for pair in horizontal.alike([i for i in items if i.said.duty], least):
        yield _pair(pair, scope.place.pk)
    for cut in horizontal.granularity(i for i in items if i.said.type):
        if abs(cut.z) >= horizontal.FAR:
            facts = {
                "items": cut.items,
                "articles": cut.articles,
                "per_article": round(cut.per_article, 2),
                "z": round(cut.z, 1),
            }
            yield Found("CUT", None, scope.place.pk, cut.body, None, facts)


def _pair(pair: Pair, place: int) -> Found:
    one, two = pair.one, pair.two
    facts = {"with": two.body, "score": round(pair.score, 3), "same_article": pair.same_article}
    return Found(pair_status(pair), one.said.duty, place, one.body, two.said.duty, facts)


def pair_status(pair: Pair) -> str:
    """Two powers or services of one type worded alike are one too many; two main duties, or two types, meet."""
    one, two = pair.one.said, pair.two.said
    return "DUPLICATE" if one.type and one.type == two.type else "CROSSING"


# -- counties among each other -----------------------------------------------------------------------------------------


def counties(scope: Scope) -> Iterator[Found]:
    """What most counties have and one has not; promises far over the usual; departments with oddly many or few items."""
    here = replace(scope, levels=(scope.place.level + 1,))
    where = Where(here)
    columns = [a.id for a in where.areas]
    excused = excused_in(where, None)
    least = setting("lists.present", scope.place.pk, scope.day, scope.believed)
    held_by, counted = _by_county(here, where)
    owners = owners_of(here, where)
    for (duty, family), promised in sorted(held_by.items()):
        usual = horizontal.usual(family, duty, promised, columns, least)
        for county in usual.missing:
            if county not in excused.get(duty, ()):
                facts = {"family": family, "present": len(usual.present), "of": len(columns)}
                yield Found("ABSENT", duty, county, owners.get((family, county)), None, facts)
        for county, days in usual.slow.items():
            yield Found(
                "SLOW",
                duty,
                county,
                owners.get((family, county)),
                None,
                {"family": family, "days": days, "usual": usual.mode},
            )
    for family, counts in sorted(counted.items()):
        here_ = {
            c: counts.get(c, 0) for c in columns if (family, c) in owners
        }  # where the department was merged there is none
        for county, (off, middle) in horizontal.odd_counts(here_).items():
            yield Found(
                "COUNT", None, county, owners[family, county], None, {"family": family, "off": off, "usual": middle}
            )


def _by_county(
    scope: Scope, where: Where
) -> tuple[dict[tuple[int, str], dict[int, int | None]], dict[str, dict[int, int]]]:
    promised = _promised(scope)
    by: dict[tuple[int, str], dict[int, int | None]] = defaultdict(dict)
    usual: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    counted: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for area, items in _own(scope, where).items():
        for item in items:
            usual[item.said.duty][item.family] += 1
            counted[item.family][area] += 1
            by[item.said.duty, ""][area] = promised.get((item.said.duty, item.body), promised.get((item.said.duty, 0)))
    named = {(duty, max(usual[duty], key=usual[duty].__getitem__)): found for (duty, _), found in by.items()}
    return named, counted


def _promised(scope: Scope) -> dict[tuple[int, int], int | None]:
    """(duty, body; 0 for the catalogue) → working days promised."""
    words = DutyWording.objects.as_of(scope.day, scope.believed).filter(
        duty__kind__in=scope.kinds, promised_days__isnull=False
    )
    found: dict[tuple[int, int], int | None] = {(d, 0): n for d, n in words.values_list("duty_id", "promised_days")}
    rows = Particulars.objects.as_of(scope.day, scope.believed).filter(said__has_key="promised_limit")
    for duty, body, said in rows.values_list("duty_id", "body_id", "said"):
        found[duty, body or 0] = in_days(said["promised_limit"])
    return found


# -- powers all departments share --------------------------------------------------------------------------------------


def common(scope: Scope) -> Iterator[Found]:
    """Shared powers a department wrote out for itself, or describes otherwise than the template."""
    here = replace(scope, levels=(scope.place.level,))
    items = _own(here, Where(here)).get(scope.place.pk, [])
    families: dict[int, set[str]] = defaultdict(set)
    for item in items:
        families[item.said.duty].add(item.family)
    templates = horizontal.common_powers(families)
    least = setting("lists.alike", scope.place.pk, scope.day, scope.believed)
    for copy in horizontal.copies(items, templates, least):
        yield Found(
            "COPIED",
            copy.item.said.duty,
            scope.place.pk,
            copy.item.body,
            copy.template,
            {"score": round(copy.score, 3)},
        )
    said = Particulars.objects.as_of(scope.day, scope.believed).filter(duty__in=templates)
    template = dict(said.filter(body=None).values_list("duty_id", "said"))
    for duty, body, words in said.exclude(body=None).values_list("duty_id", "body_id", "said"):
        if fields := horizontal.unlike(words, template.get(duty, {})):
            yield Found("UNLIKE", duty, scope.place.pk, body, duty, {"fields": fields})


# -- overlaps and gaps -------------------------------------------------------------------------------------------------

_OVERLAPS = """
select distinct on (a.duty_id, least(a.body_id, b.body_id), greatest(a.body_id, b.body_id))
  a.duty_id, b.place_id, a.body_id, b.body_id, a.segment_id, a.instrument_id, b.instrument_id
from register_holding a join register_holding b on a.duty_id = b.duty_id and a.level = b.level and a.body_id <> b.body_id
  and (a.place_id <> b.place_id or a.id < b.id)
join places_placepath p on p.place_id = b.place_id and a.place_id = any(p.chain) and not p.chain && a.excludes
  and p.from_day <= %(day)s and (p.to_day is null or p.to_day > %(day)s)
join places_placepath s on s.place_id = b.place_id and %(place)s = any(s.chain)
  and s.from_day <= %(day)s and (s.to_day is null or s.to_day > %(day)s)
where a.capacity = any(%(answers)s) and b.capacity = any(%(answers)s) and a.capacity = b.capacity
  and (a.concurrent = '' or b.concurrent = '')
  and (a.segment_id is null or b.segment_id is null or a.segment_id = b.segment_id)
  and a.from_day <= %(day)s and (a.to_day is null or a.to_day > %(day)s) and {known_a}
  and b.from_day <= %(day)s and (b.to_day is null or b.to_day > %(day)s) and {known_b}
order by a.duty_id, least(a.body_id, b.body_id), greatest(a.body_id, b.body_id), cardinality(p.chain)"""
_KNOWN = "{0}.withdrawn_at is null"
_THEN = "{0}.recorded_at <= %(believed)s and ({0}.withdrawn_at is null or {0}.withdrawn_at > %(believed)s)"


def overlaps(scope: Scope) -> Iterator[Found]:
    """Two bodies answer for the same part of a duty in the same place at the same level, and nothing says who goes first."""
    known = _THEN if scope.believed else _KNOWN
    asked: dict[str, Any] = {
        "day": scope.day,
        "place": scope.place.pk,
        "answers": ["NAME_HOLDER", "LEAD"],
        "believed": scope.believed,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS.format(known_a=known.format("a"), known_b=known.format("b")), asked)
        rows = cursor.fetchall()
    shown = _Shown(scope, {r[0] for r in rows})
    for duty, place, one, two, segment, *papers in rows:
        facts = {"with": two, "segment": segment, "papers": papers}
        yield Found("OVERLAP", duty, place, one, None, facts, shown.of(duty, [place]))


def gaps(scope: Scope) -> Iterator[Found]:
    """Where the catalogue wants a level to act and nobody answers: each duty of each area, asked leaf by leaf and part by part."""
    where = Where(scope)
    said = _binding(scope)
    excused = excused_in(where, None)
    below = {a.id: sorted(leaves(Expression((a.id,)), scope.day)) or [a.id] for a in where.areas}
    wanted = [(duty, a) for duty, text in said.items() for a in where.areas
              if a.level in text.levels and a.id not in excused.get(duty, ())]  # fmt: skip
    empty = _unanswered([(duty, leaf) for duty, a in wanted for leaf in below[a.id]], scope)
    found = [(duty, a, [leaf for leaf in below[a.id] if (duty, leaf) in empty]) for duty, a in wanted]
    shown = _Shown(scope, {duty for duty, _a, leaves_ in found if leaves_})
    for duty, area, nobody in found:
        if nobody:
            parts = sorted({part for leaf in nobody for part in empty[duty, leaf] if part})
            facts = {"leaves": len(nobody), "of": len(below[area.id]), "where": nobody[:20], "parts": parts}
            yield Found("GAP", duty, area.id, None, None, facts, shown.of(duty, nobody))


def _binding(scope: Scope) -> dict[int, Said]:
    """Duties laid down for everybody here: by a paper of this place's level or above, not by a county for itself."""
    levels = [name for name, level in ABOVE.items() if level <= scope.place.level]
    worded = DutyWording.objects.as_of(scope.day, scope.believed).filter(instrument__issuer_level__in=levels)
    wanted = set(worded.values_list("duty_id", flat=True))
    return {duty: said for duty, said in texts(scope, None)[0].items() if duty in wanted}


def _unanswered(questions: list[tuple[int, int]], scope: Scope) -> dict[tuple[int, int], list[str]]:
    """(duty, leaf) nobody answers, with the names of the parts nobody answers for ("": the whole)."""
    asked, parts = sorted(set(questions)), _parts(scope)
    found: dict[tuple[int, int], list[str]] = {}
    for (duty, leaf), rows in zip(asked, candidates_of(asked, scope.day), strict=True):
        for segment, name in parts.get(duty, _WHOLE):
            if choose(rows, duty, leaf, scope.day, segment).kind == GAP:
                found.setdefault((duty, leaf), []).append(name)
    return found


_WHOLE: list[tuple[int | None, str]] = [(None, "")]


def _parts(scope: Scope) -> dict[int, list[tuple[int | None, str]]]:
    """The parts of duties that are divided that day."""
    found: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
    rows = DutySegment.objects.as_of(scope.day, scope.believed).order_by("segment_id")
    for duty, segment, name in rows.values_list("duty_id", "segment_id", "segment__name"):
        found[duty].append((segment, name))
    return dict(found)


class _Shown:
    """The evidence for these duties, added up over places inside the area."""

    def __init__(self, scope: Scope, duties: Collection[int]) -> None:
        self.by = evidence_of(duties, scope.day - YEAR) if duties else {}
        self.below: dict[int, list[tuple[int, Evidence]]] = defaultdict(list)
        for (duty, place), evidence in self.by.items():
            self.below[duty].append((place, evidence))
        self.chains = _chains_of({place for _duty, place in self.by}, scope)

    def of(self, duty: int, places: Collection[int]) -> Evidence:
        total, wanted = Evidence(), set(places)
        for place, evidence in self.below.get(duty, ()):
            if not wanted.isdisjoint(self.chains.get(place, (place,))):
                total = total.plus(evidence)
        return total


def _chains_of(places: Collection[int], scope: Scope) -> dict[int, tuple[int, ...]]:
    rows = PlacePath.objects.as_of(scope.day).filter(place__in=places)
    return {place: tuple(chain) for place, chain in rows.values_list("place_id", "chain")}


RUNS = {"departments": departments, "counties": counties, "common": common, "overlaps": overlaps, "gaps": gaps}
