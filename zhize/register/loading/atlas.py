"""The shipped history of divisions and the packs' corrections → place histories.

Source rows say years; a pack's [[change]] gives exact days. A code that ends with exactly one whole successor that
begins the same year, and is whole successor of nobody else, is the same place under a new code (洞头县 330322 → 洞头区
330305; spec §12.2). Everything else that became something is a succession between two places.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from zhize.places.models import Place
from zhize.places.terms import Dated, PlaceHistory
from zhize.record.models import Instrument
from zhize.register.loading.packs import Pack, Row, default

NATION = "000000"
FIRST = date(1981, 1, 1)
LEVELS = {"省级": 2, "地级": 3, "县级": 4}
Papers = dict[str, Instrument]
Life = tuple[date, date | None, int, int | None]
Became = tuple[str, str, date, str, int]  # before, after, day, how, paper


@dataclass
class Version:
    """One row of the history: a code with a name from one year to another."""

    code: str
    name: str
    level: int
    start: int
    stop: int | None
    whole: list[str] = field(default_factory=list)
    parts: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class Atlas:
    """All places to be established, and what became of what."""

    histories: list[PlaceHistory]
    successions: list[Became]
    groups: list[Row]


def read_atlas(packs: Sequence[Pack], papers: Papers) -> Atlas:
    """Counties and above of the whole country, townships under each pack's root, zones, groups."""
    return _Builder(packs, papers).build()


class _Builder:
    def __init__(self, packs: Sequence[Pack], papers: Papers) -> None:
        self.packs, self.papers = packs, papers
        self.changes = [c for p in packs for c in p.rows("change")]
        self.exact = _exact_days(self.changes)
        self.versions = _versions(packs[0].folder / "places" / "areas-history.csv.gz")
        self.key_of = _identities(self.versions)
        self.base = papers[default(packs, "areas_instrument")].pk

    def build(self) -> Atlas:
        places = self._divisions()
        towns = [h for p in self.packs if p.defaults.get("root") for h in self._towns(p, places)]
        zones = [self._zone(z) for p in self.packs for z in p.rows("zone")]
        groups = [g for p in self.packs for g in p.rows("group")]
        self._manage(towns)
        made = [_nation(self.base), *places.values(), *towns, *zones, *(_group(g, self.papers) for g in groups)]
        return Atlas(made, [*self._successions(), *self._town_successions()], groups)

    # -- counties and above --
    def _divisions(self) -> dict[str, PlaceHistory]:
        made: dict[str, PlaceHistory] = {}
        for v in self.versions:
            key = self.key_of[v.code, v.start]
            h = made.setdefault(key, PlaceHistory(key, v.level))
            h.level = v.level
            start, stop, paper, ended = self._span(v)
            h.lives.append(Dated("", start, stop, paper, ended))
            h.names.append(Dated(v.name, start, stop, paper, ended))
            h.codes.append(Dated(v.code, start, stop, paper, ended))
            h.parents += self._parents(v, start, stop, paper, ended)
        for h in made.values():
            h.lives, h.names, h.codes, h.parents = map(_join, (h.lives, h.names, h.codes, h.parents))
        return made

    def _span(self, v: Version) -> tuple[date, date | None, int, int | None]:
        start, paper = self._day(v.code, v.start)
        stop, ended = self._day(v.code, v.stop) if v.stop else (None, None)
        return start, stop, paper, ended

    def _day(self, code: str, year: int) -> tuple[date, int]:
        if (code, year) in self.exact:
            day, key = self.exact[code, year]
            return day, self.papers[key].pk
        return date(year, 1, 1), self.base

    def _parents(self, v: Version, start: date, stop: date | None, paper: int, ended: int | None) -> list[Dated]:
        if v.level == 2:
            return [Dated(NATION, start, stop, paper, ended)]
        province, found, at = v.code[:2] + "0000", [], start
        for code in [v.code[:4] + "00"] if v.level == 4 else []:
            for up in (u for u in self.versions_of(code)):
                lo, hi, _, _ = self._span(up)
                a, b = max(lo, at), hi if stop is None else stop if hi is None else min(hi, stop)
                if b is None or a < b:
                    found += [Dated(self._province(province, at), at, a, paper)] if a > at else []
                    found.append(Dated(self.key_of[up.code, up.start], a, b, paper))
                    at = b or date.max
        if (stop is None and at < date.max) or (stop is not None and at < stop):
            found.append(Dated(self._province(province, at), at, stop, paper, ended))
        return found

    def versions_of(self, code: str) -> list[Version]:
        return self._by_code().get(code, [])

    def _by_code(self) -> dict[str, list[Version]]:
        if not hasattr(self, "_index"):
            self._index: dict[str, list[Version]] = defaultdict(list)
            for v in self.versions:
                self._index[v.code].append(v)
        return self._index

    def _province(self, code: str, day: date) -> str:
        rows = self.versions_of(code)
        return self.key_of[rows[-1].code, rows[-1].start] if rows else NATION

    def _successions(self) -> Iterator[Became]:
        for v in self.versions:
            mine = self.key_of[v.code, v.start]
            for code, year, how in [
                *((c, v.stop or 0, "并入") for c in v.whole),
                *((c, y, "划出") for c, y in v.parts),
            ]:
                target = next(
                    (u for u in self.versions_of(code) if u.start <= year and (u.stop is None or u.stop >= year)), None
                )
                if target is not None and (other := self.key_of[target.code, target.start]) != mine:
                    day, paper = self._day(code if (code, year) in self.exact else v.code, year)
                    yield mine, other, day, how, paper

    # -- townships --
    def _towns(self, pack: Pack, counties: dict[str, PlaceHistory]) -> Iterator[PlaceHistory]:
        root, out = pack.defaults["root"], {x["code"] for x in pack.rows("exclude")}
        rows = {
            r["code"]: r
            for r in _streets(self.packs[0].folder / "places" / "streets.csv.gz", root)
            if r["code"] not in out
        }
        gone = {r["code"]: {"code": r["code"], "name": r["name"], "areaCode": r["parent"]} for r in pack.rows("place")}
        said: dict[str, list[Row]] = defaultdict(list)
        for c in pack.rows("change"):
            if len(c["code"]) == 9:
                said[c["code"]].append(c)
        ends = {o: c for c in pack.rows("change") if c["kind"] == "merge" for o in c["out_of"]}
        for code, row in (rows | gone).items():
            yield self._town(row, said[code], ends.get(code), pack.defaults, counties)

    def _town(
        self, row: Row, changes: list[Row], merged: Row | None, defaults: Row, counties: dict[str, PlaceHistory]
    ) -> PlaceHistory:
        begun = next((c for c in changes if c["kind"] in ("found", "carve_out", "split", "merge")), None)
        ended = next((c for c in changes if c["kind"] == "end"), merged)
        first_parent = next((c["from_parent"] for c in changes if c["kind"] == "move"), row["areaCode"])
        if begun and begun["kind"] == "found":
            first_parent = begun.get("parent", first_parent)
        alive = counties[first_parent].lives[0].from_day
        start = begun["day"] if begun else max(defaults["streets_since"], alive)
        paper = self.papers[begun["instrument"] if begun else defaults["streets_instrument"]].pk
        life = (start, ended["day"] if ended else None, paper, self.papers[ended["instrument"]].pk if ended else None)
        named = begun.get("name") if begun and begun["kind"] == "found" else None
        h = PlaceHistory(row["code"], Place.Level.TOWN, scheme="NBS9")
        h.lives = [Dated("", *life)]
        h.names = self._steps(
            named or _first(changes, "rename", "from_name") or row["name"], changes, "rename", "name", life
        )
        h.codes = self._steps(_first(changes, "recode", "from_code") or row["code"], changes, "recode", "code", life)
        h.parents = self._steps(first_parent, changes, "move", "parent", life)
        return h

    def _steps(self, value: str, changes: list[Row], kind: str, field_: str, life: Life) -> list[Dated]:
        steps, (start, stop, paper, ended) = [], life
        for c in (c for c in changes if c["kind"] == kind and c["day"] > start):
            steps.append(Dated(value, start, c["day"], paper, self.papers[c["instrument"]].pk))
            value, start, paper = c[field_], c["day"], self.papers[c["instrument"]].pk
        return [*steps, Dated(value, start, stop, paper, ended)]

    def _town_successions(self) -> Iterator[Became]:
        hows = {"carve_out": "析出", "split": "分设", "merge": "合并"}
        for c in self.changes:
            if len(c["code"]) == 9 and c["kind"] in hows:
                paper = self.papers[c["instrument"]].pk
                yield from ((o, c["code"], c["day"], hows[c["kind"]], paper) for o in c["out_of"])
            if c["kind"] == "end":
                yield from (
                    (
                        c["code"],
                        self.key_of[self.versions_of(i)[-1].code, self.versions_of(i)[-1].start],
                        c["day"],
                        "改设",
                        self.papers[c["instrument"]].pk,
                    )
                    for i in c["into"]
                )

    # -- zones --
    def _zone(self, z: Row) -> PlaceHistory:
        paper, ended = self.papers[z["instrument"]].pk, z.get("ended_by")
        span = (z["since"], z.get("until"), paper, self.papers[ended].pk if ended else None)
        h = PlaceHistory(z["key"], Place.Level.COUNTY, Place.Kind.ZONE, scheme="ZONE")
        h.lives, h.names = [Dated("", *span)], [Dated(z["name"], *span)]
        h.parents = [Dated(self._root(), *span)]
        return h

    def _root(self) -> str:
        return next(p.defaults["root"] for p in self.packs if p.defaults.get("root"))

    def _manage(self, towns: list[PlaceHistory]) -> None:
        by_key = {h.key: h for h in towns}
        for zone in (z for p in self.packs for z in p.rows("zone")):
            for m in zone["manages"]:
                ended = m.get("ended_by")
                by_key[m["place"]].managers.append(
                    Dated(
                        zone["key"],
                        m["since"],
                        m.get("until"),
                        self.papers[m["instrument"]].pk,
                        self.papers[ended].pk if ended else None,
                    )
                )


def _first(changes: list[Row], kind: str, field_: str) -> str | None:
    return next((c[field_] for c in changes if c["kind"] == kind and field_ in c), None)


def _nation(paper: int) -> PlaceHistory:
    one = [Dated("", date(1949, 10, 1), None, paper)]
    return PlaceHistory(
        NATION,
        1,
        lives=one,
        names=[Dated("全国", date(1949, 10, 1), None, paper)],
        codes=[Dated(NATION, date(1949, 10, 1), None, paper)],
    )


def _group(g: Row, papers: Papers) -> PlaceHistory:
    first = min(g["members"], key=lambda m: m["since"])
    span = (first["since"], None, papers[first["instrument"]].pk)
    return PlaceHistory(
        g["key"], Place.Level.CITY, Place.Kind.GROUP, lives=[Dated("", *span)], names=[Dated(g["name"], *span)]
    )


def _exact_days(changes: list[Row]) -> dict[tuple[str, int], tuple[date, str]]:
    days: dict[tuple[str, int], tuple[date, str]] = {}
    for c in changes:
        if len(c["code"]) == 6:
            for code in (c["code"], c.get("from_code"), c.get("to_code")):
                if code:
                    days[code, c["day"].year] = (c["day"], c["instrument"])
    return days


def _versions(path: Path) -> list[Version]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    made = []
    for code, _, _, name, level, _, start, stop, after in rows:
        v = Version(code, name, LEVELS[level], int(start), int(stop) if stop else None)
        for part in filter(None, after.split(";")):
            found = re.fullmatch(r"(\d{6})(?:\[(\d{4})\])?", part.strip())
            if found and found[2]:
                v.parts.append((found[1], int(found[2])))
            elif found and found[1] != code:
                v.whole.append(found[1])
        made.append(v)
    return sorted(made, key=lambda v: (v.code, v.start))


def _identities(versions: list[Version]) -> dict[tuple[str, int], str]:
    """(code, first year) → the key of the place: its latest code, with the year where a code was used twice."""
    starts = {(v.code, v.start) for v in versions}
    heirs: dict[tuple[str, int], list[Version]] = defaultdict(list)
    for v in versions:
        if v.stop and len(v.whole) == 1:
            heirs[v.whole[0], v.stop].append(v)
    group: dict[tuple[str, int], tuple[str, int]] = {}
    by_code: dict[str, Version] = {}
    for v in versions:
        earlier = by_code.get(v.code)
        if earlier is not None and earlier.stop == v.start:
            group[earlier.code, earlier.start] = (v.code, v.start)
        by_code[v.code] = v
    for (code, year), old in heirs.items():
        if len(old) == 1 and (code, year) in starts and (old[0].code, old[0].start) not in group:
            group[old[0].code, old[0].start] = (code, year)
    latest = {one: _last(one, group) for one in starts}
    newest: dict[str, int] = {}
    for code, start in sorted(starts):
        newest[code] = start
    return {one: code if newest[code] == year else f"{code}-{year}" for one, (code, year) in latest.items()}


def _last(one: tuple[str, int], group: dict[tuple[str, int], tuple[str, int]]) -> tuple[str, int]:
    seen = {one}
    while one in group and group[one] not in seen:
        one = group[one]
        seen.add(one)
    return one


def _streets(path: Path, root: str) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as lines:
        return [r for r in csv.DictReader(lines) if r["areaCode"].startswith(root[:4])]


def _join(rows: list[Dated]) -> list[Dated]:
    """Neighbouring spans that say the same become one; spans of one thing never overlap."""
    out: list[Dated] = []
    for row in sorted(rows, key=lambda d: d.from_day):
        last = out[-1] if out else None
        if last is not None and last.to_day is None:
            continue
        if last is not None and last.to_day is not None and row.from_day < last.to_day:
            if row.to_day is not None and row.to_day <= last.to_day:
                continue
            row = Dated(row.value, last.to_day, row.to_day, row.instrument_id, row.ended_by_id)
        if last is not None and last.value == row.value and last.to_day == row.from_day:
            out[-1] = Dated(last.value, last.from_day, row.to_day, last.instrument_id, row.ended_by_id)
        else:
            out.append(row)
    return [d for d in out if d.to_day is None or d.to_day > d.from_day]
