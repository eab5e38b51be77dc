"""Packs → bodies: those written out, and one per family and place, with their later names, superiors and ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from zhize.places.models import Place, PlaceLife, PlaceLink, PlaceName
from zhize.record.models import Instrument
from zhize.register.loading.packs import Pack, Row, default

LEVELS = {"nation": 1, "province": 2, "city": 3, "county": 4, "town": 5}


@dataclass
class Named:
    """A later name of a body."""

    day: date
    name: str
    short: str
    instrument: str


@dataclass
class Planned:
    """A body as the packs want it."""

    code: str
    kind: str
    level: int
    family: str
    place: str
    superior: str
    since: date
    instrument: str
    name: str
    short: str
    names: list[Named] = field(default_factory=list)
    until: date | None = None
    ended_by: str = ""
    successor: str = ""
    phone: str = ""
    uscc: str = ""
    demo: bool = False
    moves: list[tuple[date, str, str]] = field(default_factory=list)

    def alive(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


class Gazetteer:
    """Names, lives and legal parents of places, in memory, by key."""

    def __init__(self) -> None:
        self.by_key = {p.key: p for p in Place.objects.all()}
        key = {p.pk: k for k, p in self.by_key.items()}
        self.names: dict[str, list[tuple[date, str, str]]] = defaultdict(list)
        self.lives: dict[str, tuple[date, date | None, str]] = {}
        self.parents: dict[str, list[tuple[date, date | None, str, str]]] = defaultdict(list)
        for n in PlaceName.objects.live().order_by("from_day").select_related("instrument"):
            self.names[key[n.place_id]].append((n.from_day, n.name, n.instrument.key))
        for x in PlaceLife.objects.live().order_by("-from_day").select_related("ended_by"):
            self.lives[key[x.place_id]] = (x.from_day, x.to_day, x.ended_by.key if x.ended_by else "")
        links = PlaceLink.objects.live().filter(hierarchy="LEGAL").order_by("from_day").select_related("instrument")
        for k in links:
            self.parents[key[k.child_id]].append((k.from_day, k.to_day, key[k.parent_id], k.instrument.key))

    def name(self, place: str, day: date) -> str:
        said = [n for d, n, _ in self.names[place] if d <= day]
        return said[-1] if said else self.names[place][0][1]

    def parent(self, place: str, day: date) -> str:
        return next((p for a, b, p, _ in reversed(self.parents[place]) if a <= day and (b is None or day < b)), "")

    def below(self, place: str, level: int) -> list[str]:
        """Divisions of a level that ever stood under the place, directly or further down."""
        found = [c for c, links in self.parents.items() if any(p == place for _, _, p, _ in links)]
        deeper = [x for c in found for x in (self.below(c, level) if self.by_key[c].level < level else [])]
        return sorted(
            {c for c in found if self.by_key[c].level == level and self.by_key[c].kind == "division"} | set(deeper)
        )


class Cast:
    """All bodies of the packs, and who stands for a family in a place on a day."""

    def __init__(self, packs: Sequence[Pack], gazetteer: Gazetteer) -> None:
        self.places, self.packs = gazetteer, packs
        self.national = {r["key"] for p in packs for r in p.rows("instrument") if r["issuer_level"] == "nation"}
        self.root = next(p.defaults["root"] for p in packs if p.defaults.get("root"))
        self.families = {f["key"]: f for p in packs for f in p.rows("family")}
        self.opened = {
            c["code"]: c["operational"]
            for p in packs
            for c in p.rows("change")
            if c.get("operational") and c["kind"] == "carve_out"
        }
        self.counties = [c for c in gazetteer.below(self.root, 4) if gazetteer.lives[c][1] is None]
        self.combined = {(c["place"], f): c for p in packs for c in p.rows("combined") for f in c["families"]}
        self.bodies: dict[str, Planned] = {}
        for row in (b for p in packs for b in p.rows("body")):
            self._add(self._written(row))
        for row in (c for p in packs for c in p.rows("combined")):
            self._add(self._joint(row))
        for f in self.families.values():
            for planned in self._of_family(f):
                self._add(planned)

    def holder(self, family: str, place: str, day: date) -> Planned | None:
        """The body of the family in the place that day, following successors and 大部制."""
        row = self.families.get(family)
        if row is None:
            return None
        if place == self.root:
            return self._city(row, day)
        if (place, family) in self.combined:
            joint = self.bodies[self.combined[place, family]["key"]]
            return joint if joint.alive(day) else None
        own = self.bodies.get(f"{row['slug']}-{place}")
        if own is not None and own.alive(day):
            return own
        if row.get("until") and day >= row["until"] and row.get("successor"):
            return self.holder(row["successor"][0], place, day)
        return self.holder(row["falls_to"], place, day) if row.get("falls_to") else None

    def _city(self, row: Row, day: date) -> Planned | None:
        body = self.bodies.get(row["city"])
        while body is not None and body.until and day >= body.until:
            body = self.bodies.get(body.successor)
        if body is None and row.get("falls_to"):
            return self.holder(row["falls_to"], self.root, day)
        return body if body is None or body.alive(day) else None

    def _add(self, body: Planned) -> None:
        self.bodies[body.code] = body

    def _written(self, r: Row) -> Planned:
        names = [Named(n["since"], n["name"], n.get("short", ""), n["instrument"]) for n in r.get("names", [])]
        return Planned(
            r["key"],
            r["kind"],
            LEVELS[r["level"]],
            r.get("family", ""),
            r["place"],
            r.get("superior", ""),
            r["since"],
            r["instrument"],
            r["name"],
            r.get("short", ""),
            names,
            r.get("until"),
            r.get("ended_by", ""),
            next(iter(r.get("successor", [])), ""),
            r.get("phone", ""),
            r.get("uscc", ""),
            r.get("demo") is True,
        )

    def _joint(self, r: Row) -> Planned:
        superior = f"{self.families[r['superior']]['slug']}-{r['place']}" if r.get("superior") else ""
        return Planned(
            r["key"],
            "机关",
            4,
            r["families"][0],
            r["place"],
            superior,
            r["since"],
            r["instrument"],
            r["name"],
            r.get("short", ""),
            demo=True,
        )

    def _of_family(self, f: Row) -> Iterator[Planned]:
        if f["level"] == "county" and f.get("county_pattern"):
            for place in self.counties:
                if (place, f["key"]) not in self.combined and (body := self._local(f, place, 4)):
                    yield body
        elif f["level"] == "town":
            for place in self.places.below(self.root, 5):
                if body := self._local(f, place, 5):
                    yield body

    def _local(self, f: Row, place: str, level: int) -> Planned | None:
        born, gone, gone_by = self.places.lives[place]
        since = max(f["since"], self.opened.get(place, born))
        until = min((d for d in (f.get("until"), gone) if d), default=None)
        if until is not None and until <= since:
            return None
        ended_by = gone_by if until and until == gone else f.get("ended_by", "")
        heir = f"{self.families[f['successor'][0]]['slug']}-{place}" if f.get("successor") and until != gone else ""
        body = Planned(
            f"{f['slug']}-{place}",
            f["kind"],
            level,
            f["key"],
            place,
            self._superior(f, place, since),
            since,
            self._founding(f, place),
            *self._name(f, place, since),
            until=until,
            ended_by=ended_by,
            successor=heir,
            phone=self._phone(f, place) if level == 4 else "",
            demo=True,
        )
        body.names = list(self._renames(f, place, body))
        body.moves = list(self._moves(f, place, body))
        return body

    def _founding(self, f: Row, place: str) -> str:
        """A carved-out place's bodies have a paper of their own, unless a law or national paper founds them everywhere."""
        founded: str = f["instrument"]
        own = place in self.opened and founded not in self.national
        return str(default(self.packs, "carved_out_instrument")) if own else founded

    def _phone(self, f: Row, place: str) -> str:
        return str(default(self.packs, "phone")).format(county=place[-2:], no=f["no"])

    def _superior(self, f: Row, place: str, day: date) -> str:
        up = f.get("superior", "")
        if not up:
            return f.get("city", "") if f["level"] == "county" else ""
        at = place if f["level"] == "county" else self.places.parent(place, day)
        return f"{self.families[up]['slug']}-{at}"

    def _name(self, f: Row, place: str, day: date) -> tuple[str, str]:
        name = self.places.name(place, day)
        patterns = [(n["pattern"], n.get("short", "")) for n in f.get("names", []) if n["since"] <= day]
        pattern, short = patterns[-1] if patterns else (self._pattern(f, name), f.get("short", ""))
        bare = name[:-1] if name[-1] in "区县市" and len(name) > 2 else name
        return pattern.format(place=name, short=bare), short.format(place=name, short=bare)

    def _pattern(self, f: Row, name: str) -> str:
        if f["level"] == "county":
            return f["county_pattern"]
        return next((p for word, p in f["patterns"].items() if name.endswith(word)), "{place}人民政府")

    def _renames(self, f: Row, place: str, body: Planned) -> Iterator[Named]:
        days = {d: paper for d, _, paper in self.places.names[place] if d > body.since}
        days |= {n["since"]: n["instrument"] for n in f.get("names", []) if n["since"] > body.since}
        last = body.name
        for day, paper in sorted(days.items()):
            name, short = self._name(f, place, day)
            if name != last and (body.until is None or day < body.until):
                yield Named(day, name, short, paper)
                last = name

    def _moves(self, f: Row, place: str, body: Planned) -> Iterator[tuple[date, str, str]]:
        if f["level"] != "town":
            return
        for day, _, _, paper in self.places.parents[place]:
            if day > body.since and (body.until is None or day < body.until):
                yield day, self._superior(f, place, day), paper


def papers_used(bodies: Sequence[Planned]) -> dict[str, list[Planned]]:
    """Bodies by the paper that founds them, superiors before subordinates."""
    groups: dict[str, list[Planned]] = defaultdict(list)
    for body in bodies:
        groups[body.instrument].append(body)
    return groups


Papers = dict[str, Instrument]
