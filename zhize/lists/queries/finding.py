"""Finding items as people look for them: by everyday words, type, law, body and place. A found row is a duty with the bodies
that hold it; a province's duty has a thousand, so the first few are named and nothing is counted.

Words are widened by synonyms (policy `lists.synonyms`) and by what matters are called (俗称): 「摆摊」 finds 占道经营.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from zhize.kernel.text import fold, grams
from zhize.places.queries import chain_of, root_place
from zhize.policy.queries import value
from zhize.register.models import BodySite, Capacity, Duty, DutyCode, DutyWording, MatterDuty, MatterName
from zhize.register.queries.opened import kept_back

OWN = [Capacity.NAME_HOLDER.value, Capacity.PERFORMER.value, Capacity.LEAD.value]
SIZE, HOLDERS, MOST = 20, 5, 200


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty parts do not narrow. `place` means the bodies sited in it or below it."""

    words: str = ""
    type: str = ""
    law: int | None = None
    body: int | None = None
    place: int | None = None


@dataclass
class Row:
    """A duty, and the first bodies that hold it; `more` says there are others."""

    duty_id: int
    key: str
    kind: str
    type: str
    bodies: list[int] = field(default_factory=list)
    more: bool = False


@dataclass
class Found:
    rows: list[Row]
    next: str = ""
    heard: list[str] = field(default_factory=list)  # what the words were also taken to mean


def find(wanted: Wanted, day: date, believed: datetime | None = None, after: str = "") -> Found:
    """A page: by words the nearest first, without words by the duties' keys."""
    if not fold(wanted.words):
        return _browse(wanted, day, believed, after)
    ranked, heard = duties_meant(wanted.words, day, believed)
    rows = {r.key: r for r in _held(wanted, day, believed, ids=ranked)}
    by_id = {r.duty_id: r for r in rows.values()}
    order = [by_id[d] for d in ranked if d in by_id]
    at = next((n + 1 for n, r in enumerate(order) if r.key == after), 0)
    shown = order[at : at + SIZE]
    return Found(_with_holders(shown, wanted, day, believed), shown[-1].key if len(order) > at + SIZE else "", heard)


def _browse(wanted: Wanted, day: date, believed: datetime | None, after: str) -> Found:
    rows = _held(wanted, day, believed, after=after, limit=SIZE + 1)
    shown = rows[:SIZE]
    return Found(_with_holders(shown, wanted, day, believed), shown[-1].key if len(rows) > SIZE else "")


# ---- words -----------------------------------------------------------------------------------------------------------


def duties_meant(words: str, day: date, believed: datetime | None = None) -> tuple[list[int], list[str]]:
    """Duty ids, the nearest first, and the other words that were looked for too.

    1 a code · 2 the words as written, all of them · 3 their synonyms · 4 matters so called, and the duties that answer them.
    """
    parts = [fold(p) for p in words.split() if fold(p)]
    heard = [s for p in parts[:1] for s in synonyms(p, day)] if len(parts) == 1 else []
    found = list(
        DutyCode.objects.as_of(day, believed).filter(value=words.strip()).values_list("duty_id", flat=True)[:MOST]
    )
    found += _named(parts, day, believed)
    for other in heard:
        found += _named([other], day, believed)
    found += _by_matter(parts, day, believed)
    return list(dict.fromkeys(found))[:MOST], heard


def synonyms(word: str, day: date) -> list[str]:
    """The other words of every group that has this one."""
    chain = chain_of(root_place(day).pk, day)
    groups = [[fold(w) for w in g] for g in value("lists.synonyms", chain, day).value]
    return list(dict.fromkeys(w for g in groups if word in g for w in g if w != word))


def _named(parts: list[str], day: date, believed: datetime | None) -> list[int]:
    """Wordings in which every part stands; the grams find them by index, the name decides."""
    wanted = sorted({g for p in parts for g in grams(p)})
    rows = DutyWording.objects.as_of(day, believed).filter(grams__contains=wanted)
    named = [(d, fold(name)) for d, name in rows.values_list("duty_id", "name")[: MOST * 5]]
    near = [(not all(p in name for p in parts), len(name), d) for d, name in named]
    return [d for _, _, d in sorted(near)][:MOST]


def _by_matter(parts: list[str], day: date, believed: datetime | None) -> list[int]:
    """Duties that answer a matter whose name or everyday word is (or holds) the words."""
    said = "".join(parts)
    names = MatterName.objects.as_of(day, believed).values_list("matter_id", "name", "synonyms")
    ranked = sorted((rank, m) for m, name, more in names if (rank := _nearness(said, fold(name), more)) < 3)
    order = {m: n for n, (_, m) in enumerate(ranked)}
    links = MatterDuty.objects.as_of(day, believed).filter(matter__in=order).values_list("matter_id", "rank", "duty_id")
    return [d for _, _, d in sorted((order[m], rank, d) for m, rank, d in links)]


def _nearness(said: str, name: str, more: Collection[str]) -> int:
    words = {name, *map(fold, more)}
    return 0 if said in words else 1 if said in name else 2 if any(said in w for w in words) else 9


# ---- who holds them --------------------------------------------------------------------------------------------------

_IN_FORCE = "h.from_day <= %(day)s and (h.to_day is null or h.to_day > %(day)s)"
_KNOWN = {
    False: "h.withdrawn_at is null",
    True: "h.recorded_at <= %(believed)s and (h.withdrawn_at is null or h.withdrawn_at > %(believed)s)",
}


def _which(wanted: Wanted, believed: datetime | None) -> str:
    """A holding that counts: in force, known, the body's own, of the bodies asked for."""
    parts = [_IN_FORCE, _KNOWN[believed is not None], "h.capacity = any(%(own)s)"]
    parts += ["h.body_id = %(body)s"] if wanted.body else []
    parts += ["h.body_id = any(%(bodies)s)"] if wanted.place else []
    return " and ".join(parts)


def _held(
    wanted: Wanted,
    day: date,
    believed: datetime | None,
    *,
    ids: list[int] | None = None,
    after: str = "",
    limit: int = MOST,
) -> list[Row]:
    """Duties somebody holds, in the order of their keys; each is looked up in the index of holdings, none is counted."""
    which = ["d.id = any(%(ids)s)"] if ids is not None else ["d.key > %(after)s"]
    which += ["d.type = %(type)s"] if wanted.type else []
    if wanted.law:
        which.append(f"exists (select 1 from register_dutybasis h where h.duty_id = d.id and h.law_id = %(law)s"
                     f" and {_IN_FORCE} and {_KNOWN[believed is not None]})")  # fmt: skip
    if wanted.body:
        which.append(f"d.id in (select h.duty_id from register_holding h where {_which(wanted, believed)})")
    else:
        which.append(f"exists (select 1 from register_holding h where h.duty_id = d.id and {_which(wanted, believed)})")
    sql = (f"select d.id, d.key, d.kind, d.type from register_duty d where d.kind <> 'transferable' and {' and '.join(which)}"
           " order by d.key limit %(limit)s")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, _values(wanted, day, believed) | {"ids": ids, "after": after, "limit": limit})
        return [Row(*row) for row in cursor.fetchall()]


def _with_holders(rows: list[Row], wanted: Wanted, day: date, believed: datetime | None) -> list[Row]:
    """The first bodies of each; what is kept back is left out, and a duty nobody shows with it."""
    sql = f"""select d.id, h.body_id from unnest(%(ids)s::bigint[]) as d(id) cross join lateral (
 select distinct h.body_id from (select h.body_id from register_holding h where h.duty_id = d.id
  and {_which(wanted, believed)} limit %(some)s) h order by h.body_id limit %(limit)s) h"""
    ids = [r.duty_id for r in rows]
    with connection.cursor() as cursor:
        cursor.execute(sql, _values(wanted, day, believed) | {"ids": ids, "limit": HOLDERS + 1, "some": 60})
        pairs = cursor.fetchall()
    hidden = kept_back(pairs, day, believed)
    bodies: dict[int, list[int]] = defaultdict(list)
    for duty, body in pairs:
        bodies[duty] += [body] if (duty, body) not in hidden else []
    for row in rows:
        row.bodies, row.more = bodies[row.duty_id][:HOLDERS], len(bodies[row.duty_id]) > HOLDERS
    return [r for r in rows if r.bodies]


def _values(wanted: Wanted, day: date, believed: datetime | None) -> dict[str, Any]:
    return {
        "day": day, "believed": believed, "own": OWN, "type": wanted.type, "law": wanted.law, "body": wanted.body,
        "bodies": sited(wanted.place, day, believed) if wanted.place else None,
    }  # fmt: skip


def sited(place_id: int, day: date, believed: datetime | None = None) -> list[int]:
    """The bodies whose site lies in the place that day."""
    below = Q(place__paths__chain__contains=[place_id], place__paths__from_day__lte=day)
    alive = Q(place__paths__to_day__isnull=True) | Q(place__paths__to_day__gt=day)
    rows = BodySite.objects.as_of(day, believed).filter(below & alive)
    return sorted(set(rows.values_list("body_id", flat=True)))


def types() -> list[tuple[str, str]]:
    return [(value_, str(label)) for value_, label in Duty.Type.choices]
