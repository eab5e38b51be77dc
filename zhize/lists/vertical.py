"""Every item of the catalogue in every area: what the province's list says, what is said here (spec domain §5d.2).

Plain Python over rows already read: nothing here asks the register. A city's run is 7,000 items × 200 areas, so a row that
holds the catalogue's own item, in the catalogue's own words, is passed by identity and not compared word for word.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from zhize.kernel.compare import single
from zhize.kernel.compare.plain import LONGEST
from zhize.lists.statuses import STATUSES, dominant
from zhize.lists.weighing import log_odds

ALIKE = 0.85
RAREST, WEIGHED = 3, 8  # words a name is looked up by, candidates the matcher weighs
Cited = tuple[str, str, str, str]  # law, article, paragraph, item
NOBODY: frozenset[Cited] = frozenset()


class Area(NamedTuple):
    """A column: a place at its level."""

    id: int
    level: int


@dataclass(frozen=True, slots=True)
class Said:
    """What one list says of an item. `name` and `bases` are normalised; `now`: where the words of `bases` stand today,
    without what has lapsed (`dead`)."""

    duty: int
    name: str
    type: str = ""
    levels: frozenset[int] = frozenset()
    bases: frozenset[Cited] = NOBODY
    now: frozenset[Cited] = NOBODY
    dead: frozenset[Cited] = NOBODY
    local: bool = False  # one of the bases is a regulation or rule of this place
    legal: str = ""
    fees: str = ""
    penalty: str = ""


class Row(NamedTuple):
    """A body's holding in an area; `said` is the catalogue's own text where the body holds the catalogue's own item."""

    body: int
    family: str
    said: Said


class Cell(NamedTuple):
    """The outcome for one area. `other`: the local item compared, or the catalogue's item it is taken for."""

    area: int
    status: str
    flags: tuple[str, ...] = ()
    body: int | None = None
    other: int | None = None
    detail: Mapping[str, object] = {}  # never written


@dataclass(frozen=True)
class Wanted:
    """One item of the catalogue, with the rows found for it: by area."""

    said: Said
    rows: Mapping[int, Sequence[Row]]
    excused: Mapping[int, str] = field(default_factory=dict)  # area → reason
    merged: Collection[int] = ()  # areas that hold its parent instead
    divided: Collection[int] = ()  # areas that hold its children instead


def judge(item: Wanted, areas: Sequence[Area], lives: Collection[tuple[str, int]] = ()) -> list[Cell]:
    """The item's line of the picture, in the order of the areas. `lives`: (family, area) of every department there is."""
    usual, levels = usual_families(item.rows.values()), item.said.levels
    return [_cell(item, area, item.rows.get(area.id), usual, levels, lives) for area in areas]


def usual_families(rows: Iterable[Sequence[Row]]) -> tuple[str, ...]:
    """The families most areas give the item to (several, when it is divided into parts); of equals the one met first,
    which is the highest area's."""
    counted = Counter((held[0].family,) if len(held) == 1 else tuple(sorted({r.family for r in held})) for held in rows)
    return counted.most_common(1)[0][0] if counted else ()


def _cell(
    item: Wanted,
    area: Area,
    held: Sequence[Row] | None,
    usual: tuple[str, ...],
    levels: frozenset[int],
    lives: Collection[tuple[str, int]],
) -> Cell:
    if not held:
        return _without(item, area, levels)
    if len(held) == 1 and held[0].said is item.said and held[0].family in usual and not item.said.dead:
        status = "CONSISTENT" if area.level in levels else "EXTRA_LEVEL"
        return Cell(area.id, status, (), held[0].body, item.said.duty)
    return _with(item, area, held, [f for f in usual if (f, area.id) in lives], levels)


def _without(item: Wanted, area: Area, levels: frozenset[int]) -> Cell:
    """Nobody holds it here."""
    if area.level not in levels:
        return Cell(area.id, "NOT_APPLICABLE")
    if area.id in item.excused:
        return Cell(area.id, "NOT_EXERCISED", (), None, None, {"reason": item.excused[area.id]})
    for where, how in ((item.merged, "merged"), (item.divided, "divided")):
        if area.id in where:
            return Cell(area.id, "SUBITEM", ("SUBITEM",), None, None, {"SUBITEM": how})
    return Cell(area.id, "MISSING")


def _with(item: Wanted, area: Area, held: Sequence[Row], expected: Sequence[str], levels: frozenset[int]) -> Cell:
    """Several bodies may hold parts of it: what is said of the cell is what is worst of any.

    `expected`: the usual families that have a body here; where departments were merged (大部制) another's body is no remark.
    """
    details: dict[str, object] = {}
    worst = held[0]
    for row in held:
        found = differences(row.said, item.said)
        if expected and row.family not in expected:
            found["BODY"] = {"here": row.family, "usual": list(expected)}
        if len(found) > len(details):
            worst = row
        details |= found
    flags = tuple(sorted(details, key=list(STATUSES).index))
    names = [*flags, "EXTRA_LEVEL"] if area.level not in levels else list(flags)
    status = dominant(names) if names else "CONSISTENT"
    return Cell(area.id, status, flags, worst.body, worst.said.duty, details)


def differences(ours: Said, theirs: Said) -> dict[str, object]:
    """Flag → what differs, for two texts of the same item; nothing for the same text, unless its basis has lapsed."""
    if ours is theirs:
        return {"BASIS_DEAD": "dead"} if ours.dead else {}
    found: dict[str, object] = {}
    if ours.type != theirs.type:
        found["TYPE"] = ours.type
    if ours.dead:
        found["BASIS_DEAD"] = "dead"
    elif kind := basis_kind(ours, theirs):
        found["BASIS"] = kind
    if ours.name != theirs.name:
        found["NAME"] = ours.name
    if ours.levels and not ours.levels <= theirs.levels:
        found["LEVEL"] = sorted(ours.levels)
    pairs = (
        ("TIME", ours.legal, theirs.legal),
        ("FEE", ours.fees, theirs.fees),
        ("PENALTY", ours.penalty, theirs.penalty),
    )
    return found | {flag: mine for flag, mine, reference in pairs if mine != reference and _said(flag, mine)}


def _said(flag: str, mine: str) -> bool:
    """A list that is silent on a limit or a penalty follows the catalogue; silence on a fee means none is taken."""
    return bool(mine) or flag == "FEE"


def basis_kind(ours: Said, theirs: Said) -> str:
    """How the bases differ: nothing, fewer, more, other, outdated (the same words under their old number)."""
    if ours.bases == theirs.bases:
        return ""
    if ours.bases != ours.now and ours.now == theirs.now:
        return "outdated"
    if ours.now == theirs.now:
        return ""
    if ours.now < theirs.now:
        return "fewer"
    return "more" if ours.now > theirs.now else "other"


# -- what the catalogue does not have ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Likely:
    """The item of the catalogue a local one is probably the same as."""

    duty: int
    score: float


def stray(said: Said, likely: Likely | None, rows: Mapping[int, Sequence[Row]], areas: Sequence[Area]) -> list[Cell]:
    """The line of an item that stands in no catalogue: probably recoded, locally made, or made up."""
    status, other, detail = _stray_status(said, likely)
    flags = ("BASIS_DEAD",) if said.dead else ()
    return [
        Cell(a.id, dominant([status, *flags]), flags, rows[a.id][0].body, other or said.duty, detail)
        if a.id in rows
        else Cell(a.id, "NOT_APPLICABLE")
        for a in areas
    ]


def _stray_status(said: Said, likely: Likely | None) -> tuple[str, int | None, dict[str, object]]:
    if likely and likely.score >= ALIKE:
        return "RECODED", likely.duty, {"score": round(likely.score, 3)}
    return ("LOCAL", None, {}) if said.local else ("EXTRA", None, {})


class Finder:
    """The likeliest item of the catalogue for a local one: blocked on the laws they cite and on the rarest words they share,
    scored by name, basis and type; the nearest also by the matcher, which knows what clerks write one for the other."""

    def __init__(self, catalogue: Iterable[Said]) -> None:
        self.by_law: dict[str, list[Said]] = {}
        self.by_pair: dict[str, list[Said]] = {}
        self._pairs: dict[int, frozenset[str]] = {}
        for said in catalogue:
            for law in {c[0] for c in said.bases | said.now}:
                self.by_law.setdefault(law, []).append(said)
            for pair in self._pairs_of(said):
                self.by_pair.setdefault(pair, []).append(said)

    def likely(self, said: Said) -> Likely | None:
        laws = {c[0] for c in said.bases | said.now}
        rarest = sorted(self._pairs_of(said), key=lambda p: (len(self.by_pair.get(p, ())), p))[:RAREST]
        blocks = [self.by_law.get(law, ()) for law in laws] + [self.by_pair.get(p, ()) for p in rarest]
        near = {x.duty: x for block in blocks for x in block}
        scored = sorted(((self.score(said, x), -x.duty) for x in near.values()), reverse=True)[:WEIGHED]
        if not scored:
            return None
        score, duty = max((max(score, self._matched(near[-duty], said)), duty) for score, duty in scored)
        return Likely(-duty, score)

    def _matched(self, theirs: Said, mine: Said) -> float:
        """The probability that both are one duty, as the matcher first sees it."""
        found = log_odds(
            _row(theirs), _row(mine), lambda p: math.log(1 + self.size / (1 + len(self.by_pair.get(p, ()))))
        )
        return 1 / (1 + math.exp(-found))

    @property
    def size(self) -> int:
        return len(self._pairs)

    def score(self, one: Said, two: Said) -> float:
        """0.5 · Jaccard of character pairs + 0.4 · Jaccard of bases + 0.1 for the same type."""
        name = _jaccard(self._pairs_of(one), self._pairs_of(two))
        return 0.5 * name + 0.4 * _jaccard(one.now, two.now) + (0.1 if one.type == two.type else 0.0)

    def _pairs_of(self, said: Said) -> frozenset[str]:
        if said.duty not in self._pairs:
            text = said.name
            self._pairs[said.duty] = frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset([text])
        return self._pairs[said.duty]


def _row(said: Said) -> single.Said:
    cites = said.now or said.bases
    laws, articles = frozenset(c[0] for c in cites), frozenset((c[0], c[1]) for c in cites if c[1])
    return single.Said(said.name, said.name[:LONGEST], laws, articles, said.type)


def _jaccard(one: frozenset[Any], two: frozenset[Any]) -> float:
    return len(one & two) / len(one | two) if one or two else 1.0
