"""Packs → duties, holdings by published list, the 2016 hand-over, matters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from zhize.places.terms import Expression
from zhize.record.models import Instrument
from zhize.register.commands.matters import Answer, NewMatter
from zhize.register.loading.bodies import Cast, Planned
from zhize.register.loading.packs import Pack, Row, default
from zhize.register.models import Body, Duty, Matter, Segment
from zhize.register.terms import Basis, Line, NewDuty, Share, Transfer

Papers = dict[str, Instrument]
TOWN = "乡镇街道"


def duties_of(packs: Sequence[Pack]) -> list[NewDuty]:
    return [_duty(r) for p in packs for r in p.rows("duty")]


def _duty(r: Row) -> NewDuty:
    doubt = "basis" in r.get("unverified", [])
    bases = [
        Basis(b["law"], b.get("article", ""), b.get("paragraph", ""), b.get("item", ""), doubt) for b in r["basis"]
    ]
    return NewDuty(
        r["key"],
        r["kind"],
        r["name"],
        r["since"],
        r.get("type", ""),
        r.get("detail", ""),
        r["levels"],
        r.get("field", ""),
        r.get("codes", {}),
        bases,
        r.get("main", ""),
        r.get("personal_liberty", False),
        r.get("legal_days"),
        r.get("promised_days"),
        bool(r.get("demo")),
    )


@dataclass
class Town:
    """Everything loaded so far, by key, and what the packs fill in."""

    packs: Sequence[Pack]
    cast: Cast
    papers: Papers
    bodies: dict[str, Body]
    duties: dict[str, Duty]
    rows: list[Row]
    zones: list[Row]

    def place(self, key: str) -> int:
        return self.cast.places.by_key[key].pk

    def body(self, family: str, place: str, day: date) -> Body | None:
        planned = self.cast.holder(family, place, day)
        return self.bodies[planned.code] if planned else None


def lines_of(town: Town) -> dict[str, list[Line]]:
    """Assignments by the list or charter that publishes them."""
    by_paper: dict[str, list[Line]] = defaultdict(list)
    for row in town.rows:
        for place, level, key in _where(town, row):
            paper = town.papers[key]
            for line in _lines(town, row, place, level, paper):
                by_paper[key].append(line)
    for key, line in _zone_lines(town):
        by_paper[key].append(line)
    return by_paper


def _where(town: Town, row: Row) -> Iterator[tuple[str, int, str]]:
    """The places and levels a duty is held at, with the list that says so there."""
    if row.get("gap") or not row.get("family"):
        return
    listed = default(town.packs, "list_instruments")
    city = listed.get(row["kind"], listed["other"])
    if 3 in row["levels"] and row["family"] != TOWN:
        yield town.cast.root, 3, city
    if 4 in row["levels"]:
        yield from ((c, 4, f"list-{c}") for c in town.cast.counties if f"list-{c}" in town.papers)


def _lines(town: Town, row: Row, place: str, level: int, paper: Instrument) -> Iterator[Line]:
    since = max(d for d in (row["since"], paper.effective, town.cast.places.lives[place][0]) if d)
    rule = default(town.packs, "concurrent_rule") if row.get("concurrent") else ""
    for family in row.get("concurrent") or [row["family"]]:
        if line := _line(town, row, family, place, level, since, "NAME_HOLDER", rule):
            yield line
    for family in row.get("assist", []):
        if family != TOWN and (line := _line(town, row, family, place, level, since, "ASSIST", "")):
            yield line


def _line(
    town: Town, row: Row, family: str, place: str, level: int, since: date, capacity: str, concurrent: str
) -> Line | None:
    planned = _first_alive(town.cast, family, place, since)
    if planned is None:
        return None
    start = max(since, planned.since)
    ends = row.get("until")
    if ends is not None and ends <= start:
        return None
    term = None if "ended_by" in row else ends  # what a later paper ended was open when it was listed
    body, where = town.bodies[planned.code], Expression((town.place(place),))
    return Line(town.duties[row["key"]], body, level, where, start, term, capacity=capacity, concurrent=concurrent)


def _first_alive(cast: Cast, family: str, place: str, since: date) -> Planned | None:
    """The family's body on that day, or the first it has later (a county or a service founded since)."""
    now = cast.holder(family, place, since)
    if now is not None:
        return now
    row = cast.families.get(family, {})
    opened = cast.opened.get(place)
    later = sorted(d for d in (row.get("since"), opened) if d and d > since)
    city = cast.bodies.get(row.get("city", "")) if place == cast.root else None
    if city is not None and city.since > since:
        return city
    return next((b for d in later if (b := cast.holder(family, place, d))), None)


def town_lines_of(town: Town) -> dict[str, list[Line]]:
    """What townships and sub-districts hold, by their county's list."""
    by_paper: dict[str, list[Line]] = defaultdict(list)
    for place in town.cast.places.below(town.cast.root, 5):
        body = town.bodies.get(f"town-{place}")
        if body is None:
            continue
        planned = town.cast.bodies[body.code]
        key = f"townlist-{town.cast.places.parent(place, max(planned.since, default(town.packs, 'towns_listed_on')))}"
        if key not in town.papers:
            continue
        start = max(planned.since, town.papers[key].effective or planned.since)
        if planned.until is None or start < planned.until:
            by_paper[key] += _town_lines(town, body, place, start, planned.until)
    return by_paper


def _town_lines(town: Town, body: Body, place: str, start: date, until: date | None) -> Iterator[Line]:
    where = Expression((town.place(place),))
    for row in town.rows:
        ends = min((d for d in (row.get("until"), until) if d), default=None)
        begins = max(start, row["since"])
        if ends is not None and ends <= begins:
            continue
        if row.get("family") == TOWN and not row.get("gap"):
            yield Line(town.duties[row["key"]], body, 5, where, begins, ends)
        elif TOWN in row.get("assist", []):
            yield Line(town.duties[row["key"]], body, 5, where, begins, ends, capacity="ASSIST")


def _zone_lines(town: Town) -> Iterator[tuple[str, Line]]:
    """托管: in entrusted sub-districts the zone does building, planning, investment and service to firms; all else stays
    with the district (spec §1b, §12.5)."""
    paper = town.papers[default(town.packs, "zone_list_instrument")]
    groups, last = default(town.packs, "zone_groups"), default(town.packs, "zones_listed_until")
    for zone in town.zones:
        body = town.bodies.get(zone["body"])
        if body is None or not zone["manages"] or zone["since"] > last:
            continue
        for row in town.rows:
            group = groups.get(row.get("family", ""))
            if group in zone["groups"] and row["kind"] in ("work", "service") and 4 in row["levels"]:
                start = max(row["since"], paper.effective or row["since"])
                where = Expression((town.place(zone["key"]),))
                yield paper.key, Line(town.duties[row["key"]], body, 4, where, start, zone.get("until"), mode="托管")


def segments_of(town: Town) -> Iterator[tuple[Row, list[str]]]:
    """Duties of which only parts are handed over, with the names of their parts."""
    for row in town.rows:
        if row.get("segments") and row.get("handover2016"):
            yield row, row["segments"]


def transfers_of(town: Town, notice: Row, segments: dict[tuple[str, str], Segment]) -> list[Transfer]:
    """The lines of the hand-over notice: one per duty (or part), level and jurisdiction."""
    fields = {(f["family"], f["field"]) for f in notice["from"]}
    made: list[Transfer] = []
    for row in town.rows:
        moves = row.get("handover2016") and row.get("type") in notice["types"] and not row.get("personal_liberty")
        if (
            moves
            and not row.get("concurrent")
            and (row["family"], row.get("field", "")) in fields
            and row["since"] <= notice["day"]
        ):
            parts = [segments[row["key"], s] for s in row["handover_segments"]] if row.get("segments") else [None]
            made += [t for part in parts for t in _transfers(town, row, part, notice)]
    return made


def _transfers(town: Town, row: Row, part: Segment | None, notice: Row) -> Iterator[Transfer]:
    day = notice["day"]
    jurisdictions = [(town.cast.root, 3), *((c, 4) for c in town.cast.counties)]
    for place, level in jurisdictions:
        before = _held_before(town, row["family"], place, day)
        after = town.body(notice["to"], place, day)
        listed = level == 3 or (f"list-{place}" in town.papers and town.cast.places.lives[place][0] < day)
        if level in row["levels"] and before and after and listed and before != after:
            where = Expression((town.place(place),))
            yield Transfer(town.duties[row["key"]], (Share(before, where),), (Share(after, where),), level, part)


def _held_before(town: Town, family: str, place: str, day: date) -> Body | None:
    return town.body(family, place, day - timedelta(days=1))


def endings_of(town: Town) -> dict[tuple[date, str], list[Duty]]:
    """Items nobody holds from a day on, with the paper that ends them: its own, or the list that gave it for a term."""
    listed = default(town.packs, "list_instruments")
    found: dict[tuple[date, str], list[Duty]] = defaultdict(list)
    for row in (r for r in town.rows if r.get("until")):
        paper = row.get("ended_by") or listed.get(row["kind"], listed["other"])
        found[row["until"], paper].append(town.duties[row["key"]])
    return found


def matters_of(packs: Sequence[Pack], day: date) -> list[NewMatter]:
    return [
        NewMatter(r["code"], r["name"], day, r.get("label", ""), tuple(r.get("synonyms", [])))
        for p in packs
        for r in p.rows("matter")
    ]


def answers_of(
    packs: Sequence[Pack], matters: dict[str, Matter], duties: dict[str, Duty], parts: dict[tuple[str, str], Segment]
) -> list[Answer]:
    return [
        Answer(
            matters[r["code"]], duties[d["duty"]], rank, d.get("when", ""), parts.get((d["duty"], d.get("segment", "")))
        )
        for p in packs
        for r in p.rows("matter")
        for rank, d in enumerate(r.get("duties", []), 1)
    ]
