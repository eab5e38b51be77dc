"""What policy says in a place on a day, and whether a paper may carry an act."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhize.kernel.clock import Calendar
from zhize.kernel.errors import BadInput, Refusal
from zhize.places.models import Place, PlaceCode, PlacePath
from zhize.places.queries import chain_of, full_name, place_names
from zhize.policy.keys import KEYS
from zhize.policy.models import Competence, Setting
from zhize.record.models import Instrument

FRESH_SECONDS = 2.0
NAMED = 3  # places in one sentence
Reach = dict[int, list[int]]  # place → its chain


@dataclass(frozen=True)
class Value:
    """A setting's value with what makes it so."""

    key: str
    value: Any
    place_id: int | None
    instrument_id: int | None
    article: str
    from_day: date | None
    unverified: bool = False


class _Shelf:
    """Live settings in memory, read again when older than two seconds: policy changes by the day, not by the moment."""

    def __init__(self) -> None:
        self.read_at = 0.0
        self.rows: dict[str, list[Setting]] = {}

    def of(self, key: str) -> list[Setting]:
        if time.monotonic() - self.read_at > FRESH_SECONDS:
            self.rows = defaultdict(list)
            for row in Setting.objects.live().order_by("-from_day"):
                self.rows[row.key].append(row)
            self.read_at = time.monotonic()
        return self.rows.get(key, [])

    def forget(self) -> None:
        self.read_at = 0.0


SHELF = _Shelf()


def value(key: str, chain: list[int], day: date, believed: datetime | None = None) -> Value:
    """The value the nearest jurisdiction in `chain` gives the key on `day`, else the key's default."""
    declared = KEYS.get(key)
    if declared is None:
        raise BadInput("没有政策项“{key}”", why="这个键没有登记", instead="请查看 docs/policy-keys.md", key=key)
    rows = SHELF.of(key) if believed is None else list(Setting.objects.as_believed(believed).filter(key=key))
    held = [r for r in rows if r.from_day <= day and (r.to_day is None or r.to_day > day) and r.place_id in chain]
    if not held:
        return Value(key, declared.default, None, None, declared.article, None)
    row = min(held, key=lambda r: chain.index(r.place_id))
    return Value(key, row.value, row.place_id, row.instrument_id, row.article, row.from_day, row.unverified)


@dataclass(frozen=True)
class Dated:
    """One value of a key over its span."""

    value: Any
    from_day: date
    to_day: date | None
    instrument_id: int
    unverified: bool


def values(key: str, chain: list[int]) -> list[Dated]:
    """Every value the places of the chain give the key, whenever: for what must be read as it was said then."""
    rows = [r for r in SHELF.of(key) if r.place_id in chain]
    return [Dated(r.value, r.from_day, r.to_day, r.instrument_id, bool(r.unverified)) for r in rows]


def is_set(key: str) -> bool:
    """Has any place ever given it a value?"""
    return bool(SHELF.of(key))


def setting(key: str, place_id: int, day: date, believed: datetime | None = None) -> Any:
    """`value(...)` for a place, the bare value."""
    return value(key, chain_of(place_id, day), day, believed).value


class _Calendars:
    def __init__(self) -> None:
        self.read_at = 0.0
        self.calendar: Calendar | None = None

    def get(self) -> Calendar:
        if self.calendar is None or time.monotonic() - self.read_at > 60:
            self.calendar, self.read_at = _read_calendar(), time.monotonic()
        return self.calendar


_calendars = _Calendars()


def calendar() -> Calendar:
    """The working calendar: one setting a year, each citing the State Council's notice (调休 included)."""
    return _calendars.get()


def forget() -> None:
    """Drop what is remembered; called by the act that sets policy, and by tests."""
    SHELF.forget()
    _calendars.calendar = None


def _read_calendar() -> Calendar:
    off, work, years, source, latest = set(), set(), set(), {}, 0
    rows = Setting.objects.live().filter(key__startswith="calendar.").select_related("instrument")
    for row in rows:
        year = int(row.key.removeprefix("calendar."))
        years.add(year)
        off |= {date.fromisoformat(d) for d in row.value["off"]}
        work |= {date.fromisoformat(d) for d in row.value["work"]}
        source[year] = row.instrument.citation
        latest = max(latest, row.pk)
    return Calendar(frozenset(off), frozenset(work), frozenset(years), f"v{latest}", source)


def require_competence(act: str, subject: str, instrument: Instrument, day: date, places: Collection[int] = ()) -> str:
    """Refuse a paper whose issuer may not do this (spec §10.2); returns the article that allows it.

    Rows of one act and subject are alternatives: what the nation says, and what a province or city adds for its own places.
    The issuer's area must hold every place concerned. Where policy says nothing about an act on a subject the act passes
    and the event notes 未规定: silence is shown, not guessed at.
    """
    return Judge(act=act, subject=subject).require(act, subject, instrument, day, places)


class Judge:
    """The table of competence, read once for many questions; `narrow` reads only what one question needs."""

    def __init__(self, **narrow: str) -> None:
        self.said: dict[tuple[str, str], list[Competence]] = defaultdict(list)
        for row in Competence.objects.live().filter(**narrow):
            self.said[row.act, row.subject].append(row)
        self.areas: dict[str, set[int]] = {}

    def require(
        self, act: str, subject: str, paper: Instrument, day: date, places: Collection[int], reach: Reach | None = None
    ) -> str:
        """`require_competence`. `reach`: chains of that day read before, for many questions."""
        chains = reach_of(places, day) if reach is None else {p: reach[p] for p in places if p in reach}
        _within_area(paper, chains, self._area(paper.issuer_area) if chains else set(), day)
        here = {p for chain in chains.values() for p in chain}
        said = [r for r in self.said[act, subject] if r.period.contains(day)]
        rows = [r for r in said if not here or r.place_id in here]
        fitting = next((r for r in rows if _fits(r, paper)), None)
        if rows and fitting is None:
            raise _not_competent(rows, paper)
        return fitting.article if fitting else "未规定"

    def _area(self, code: str) -> set[int]:
        """Whichever places ever bore the code: it may since have retired (洞头县 330322)."""
        if code not in self.areas:
            self.areas[code] = set(PlaceCode.objects.filter(code=code).values_list("place_id", flat=True))
        return self.areas[code]


def _not_competent(rows: list[Competence], paper: Instrument) -> Refusal:
    return Refusal(
        "文件“{paper}”不能作为这项操作的依据",
        why="{misfit}",
        article="；".join(dict.fromkeys(r.article for r in rows if r.article)),
        rule="权限规定",
        instead="请使用{who}发布的{kinds}",
        code="not_competent",
        paper=paper.citation,
        misfit=_misfit(rows, paper),
        who=_who(rows),
        kinds=_kinds(rows),
    )


def reach_of(places: Collection[int], day: date) -> Reach:
    """Whose statements reach each place that day; a group is where its members are."""
    if not places:
        return {}
    found = PlacePath.objects.as_of(day).filter(place_id__in=places).exclude(place__kind=Place.Kind.GROUP)
    return dict(found.values_list("place_id", "chain"))


def _within_area(paper: Instrument, reach: Reach, own: set[int], day: date) -> None:
    """An issuer disposes only of places in its own area."""
    outside = [place for place, chain in reach.items() if own and not own.intersection(chain)]
    if outside:
        raise Refusal(
            "文件“{paper}”管不到{places}",
            why="发文机关“{issuer}”的辖区是{area}",
            rule="发文机关不能处分辖区之外的事",
            instead="请使用当地或其上级机关的文件",
            code="outside_area",
            paper=paper.citation,
            issuer=paper.issuer,
            area="、".join(place_names(own, day).values()),
            places=_say(outside, day),
        )


def _say(places: Collection[int], day: date) -> str:
    """The first few by name, the rest as a number."""
    names = [full_name(p, day) for p in sorted(places)[:NAMED]]
    return "、".join(names) + (f"等{len(places)}处" if len(places) > NAMED else "")


def _fits(row: Competence, paper: Instrument) -> bool:
    return (
        (not row.issuer_class or paper.issuer_class in row.issuer_class)
        and (not row.issuer_level or paper.issuer_level in row.issuer_level)
        and (not row.kinds or paper.kind in row.kinds)
    )


def _misfit(rows: list[Competence], paper: Instrument) -> str:
    level = paper.get_issuer_level_display() or "未写明层级"
    return f"发文机关是{level}级{paper.issuer_class or '（未写明类别）'}，文种是{paper.get_kind_display()}，这项操作须由{_who(rows)}决定"


def _who(rows: list[Competence]) -> str:
    levels = dict(Instrument.Level.choices)
    parts = ["、".join(levels.get(x, x) for x in r.issuer_level) + "级" + "或".join(r.issuer_class) for r in rows]
    return "，或".join(dict.fromkeys(parts))


def _kinds(rows: list[Competence]) -> str:
    names = dict(Instrument.Kind.choices)
    return "、".join(dict.fromkeys(str(names.get(k, k)) for r in rows for k in r.kinds)) or "文件"
