"""Bodies by what papers call them, as of the instrument's day.

A name is compared without script, width and spaces; the city's name before it may be missing (市生态环境局) or doubled
(温州市鹿城区教育局). A former name finds the same body, said aloud. A name that is only near is suggested, never taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from zhize.kernel.text import fold, grams
from zhize.places.models import Place
from zhize.register.importing.places import Gazetteer, excepted, without_exceptions
from zhize.register.models import Body, BodyCode, BodyLife, BodyName, BodySite

NEAR, SUGGESTIONS, MOST_SEARCHES = 0.5, 3, 400
LEVELS = {"省": 2, "市": 3, "县": 4, "区": 4}
EACH = re.compile(
    r"^(?:各|各有关|所有)(?:县市区|县区市|区县市|县区|区县|县\(市、区\)|县\(区、市\)|市\(县、区\))(?:的)?"
)
_STRONG = re.compile(r"[、,，;；\n/]+")
_WEAK = re.compile(r"会同|和|及|与|以及")


@dataclass
class Known:
    """A living body as the matcher needs it."""

    id: int
    name: str
    short: str
    level: int
    kind: str
    place: int | None
    since: date
    until: date | None


@dataclass
class Match:
    """What a name led to: bodies, or why not; `note` says what had to be assumed."""

    bodies: list[Known] = field(default_factory=list)
    note: str = ""
    why: str = ""
    instead: str = ""


class Roster:
    """All bodies alive on the day, by name, short name, bare name in their place, former name and code."""

    def __init__(self, gazetteer: Gazetteer, day: date) -> None:
        self.places, self.day = gazetteer, day
        self.known: dict[int, Known] = {}
        self.by_name: dict[str, set[int]] = defaultdict(set)
        self.by_core: dict[tuple[int | None, str], set[int]] = defaultdict(set)
        self.former: dict[str, set[int]] = defaultdict(set)
        self.by_code: dict[str, int] = {}
        self._grams: dict[int, frozenset[str]] = {}
        self._answers: dict[str, Match] = {}
        self._searches = 0
        self._read()

    # -- asking --
    def match(self, text: str) -> Match:
        """The one body a name means."""
        if text not in self._answers:
            self._answers[text] = self._match(text)
        return self._answers[text]

    def all_of(self, text: str) -> tuple[list[tuple[Known, Match]], list[Match]]:
        """Every body a cell names (、, 会同, 各县（市、区）…局, …除外): those found, and what could not be."""
        plain = without_exceptions(unicodedata.normalize("NFKC", text))
        out = {p.pk for n in excepted(text) if (p := self.places.find(n))}
        found: list[tuple[Known, Match]] = []
        lost: list[Match] = []
        for part in self._parts(plain):
            matches = self._each(part, out) if EACH.match(fold(part)) else [self.match(part)]
            for m in matches:
                found += [(b, m) for b in m.bodies if b.place not in out]
                lost += [m] if m.why else []
        return found, lost

    def exactly(self, text: str) -> bool:
        """Is this one body's name, without looking for names like it?"""
        said = fold(text)
        return len(self.by_name.get(said) or self._by_core(said)) == 1

    def near(self, text: str, place: int | None = None) -> list[str]:
        """Names that resemble it, best first; asked for a limited number of times, because it looks at every body."""
        self._searches += 1
        if self._searches > MOST_SEARCHES:
            return []
        wanted = frozenset(grams(fold(text)))
        scored = [(self._alike(wanted, b), b.name) for b in self.known.values() if place is None or b.place == place]
        return [name for score, name in sorted(scored, reverse=True)[:SUGGESTIONS] if score >= NEAR]

    # -- how --
    def _match(self, text: str) -> Match:
        said = fold(text)
        found = self.by_name.get(said) or self._by_core(said)
        if found and len(found) > 1:
            found = self._at_home(found) or found
        if not found and (old := self.former.get(said)):
            now = [self.known[i] for i in old if i in self.known]
            if len(now) == 1:
                return Match(now, f"“{text}”不是这一天的名称，机构同一，当日名称是“{now[0].name}”")
        if not found:
            return self._unknown(text)
        if len(found) > 1:
            names = "、".join(sorted(self.known[i].name for i in found)[:4])
            return Match(why=f"登记中有{len(found)}个机构都叫这个名字（{names}）", instead="请写机构全称")
        return Match([self.known[i] for i in found])

    def _unknown(self, text: str) -> Match:
        near = self.near(text)
        why = f"登记中没有这个机构（{self.day}）"
        if near:
            return Match(
                why=why, instead=f"是不是{'、'.join(f'“{n}”' for n in near)}？请改成登记的名称；确是新机构的，请先设立"
            )
        return Match(why=why, instead="请写机构全称；确是新机构的，请先设立，或先导入机构名录")

    def _by_core(self, said: str) -> set[int]:
        """市X局, 温州市鹿城区X局, X局 → the body whose bare name is X局 in that place."""
        for place, core in self._readings(said):
            if found := self.by_core.get((place, core)):
                return found
        return set()

    def _readings(self, said: str) -> Iterable[tuple[int | None, str]]:
        home = self.places.home
        if said[:1] in LEVELS and (over := self.places.at_level(LEVELS[said[0]])):
            yield over.pk, said[1:]
        for size in range(2, min(len(said) - 1, 9)):
            place = self.places.find(said[:size]) if said[size - 1] in "省市县区" else None
            if place is not None:
                yield place.pk, said[size:]
                yield from self._inner(said[size:])
        if home is not None:
            yield home.pk, said

    def _inner(self, rest: str) -> Iterable[tuple[int | None, str]]:
        for size in range(2, min(len(rest) - 1, 9)):
            place = self.places.find(rest[:size]) if rest[size - 1] in "市县区" else None
            if place is not None:
                yield place.pk, rest[size:]

    def _at_home(self, ids: set[int]) -> set[int]:
        home = self.places.home
        return {i for i in ids if home is not None and self.known[i].place == home.pk}

    def _each(self, part: str, out: set[int]) -> list[Match]:
        """各县（市、区）教育局: that body in every county; counties without one are named."""
        core = EACH.sub("", fold(part))
        matches = []
        for county in (c for c in self.places.counties() if c.pk not in out):
            found = self.by_core.get((county.pk, core), set())
            name = self.places.name(county.pk)
            lost = Match(why=f"{name}没有登记“{core}”", instead=f"请先设立，或在原文中注明{name}除外")
            matches.append(Match([self.known[i] for i in found]) if len(found) == 1 else lost)
        return matches or [Match(why="不知道是哪里的各县（市、区）", instead="请用 --place 指明是哪个市的文件")]

    def _parts(self, plain: str) -> list[str]:
        """The cell cut into names; 和, 及, 与 also stand inside names, so a piece is cut there only if both halves are known."""
        masked = re.sub(r"县\(市、区\)|县\(区、市\)|市\(县、区\)", "县市区", plain.strip())
        parts = [p.strip() for p in _STRONG.split(masked) if p.strip()]
        return [piece for part in parts for piece in self._halves(part)]

    def _halves(self, part: str) -> list[str]:
        if EACH.match(fold(part)) or self.match(part).bodies:
            return [part]
        for cut in _WEAK.finditer(part):
            halves = [part[: cut.start()].strip(), part[cut.end() :].strip()]
            if all(h and (self.match(h).bodies or EACH.match(fold(h))) for h in halves):
                return halves
        return [part]

    def _alike(self, wanted: frozenset[str], body: Known) -> float:
        if body.id not in self._grams:
            self._grams[body.id] = frozenset(grams(fold(body.name)))
        mine = self._grams[body.id]
        return 2 * len(mine & wanted) / (len(mine) + len(wanted) or 1)

    # -- reading --
    def _read(self) -> None:
        self.places.learn(BodySite.objects.as_of(self.day).values_list("place_id", flat=True))
        sites = dict(BodySite.objects.as_of(self.day).values_list("body_id", "place_id"))
        lived = BodyLife.objects.as_of(self.day).values_list("body_id", "from_day", "to_day")
        lives = {body: (start, stop) for body, start, stop in lived}
        bodies = {pk: (level, kind) for pk, level, kind in Body.objects.values_list("pk", "level", "kind")}
        names = (
            BodyName.objects.live().values_list("body_id", "name", "short", "from_day", "to_day").order_by("from_day")
        )
        for body, name, short, start, stop in names.iterator():
            if body in lives and start <= self.day and (stop is None or stop > self.day):
                level, kind = bodies[body]
                self._add(Known(body, name, short, level, kind, sites.get(body), *lives[body]))
            else:
                self.former[fold(name)].add(body)
        codes = BodyCode.objects.as_of(self.day).values_list("value", "body_id")
        self.by_code = {value: body for value, body in codes if body in self.known}

    def _add(self, body: Known) -> None:
        self.known[body.id] = body
        self.by_name[fold(body.name)].add(body.id)
        for word in filter(None, (body.name, body.short)):
            self.by_core[body.place, self._core(fold(word), body)].add(body.id)

    def _core(self, name: str, body: Known) -> str:
        """The name without its place: 温州市档案局 → 档案局, 市档案局 → 档案局."""
        if body.place is None:
            return name
        own = fold(self.places.name(body.place))
        if name.startswith(own) and len(name) > len(own) + 1:
            return name[len(own) :]
        if own[:-1] and len(own) > 2 and name.startswith(own[:-1]) and len(name) > len(own) + 1:
            return name[len(own) - 1 :]
        level = LEVELS.get(name[:1])
        return (
            name[1:]
            if level in (Place.Level.CITY, Place.Level.COUNTY, Place.Level.PROVINCE) and len(name) > 2
            else name
        )
