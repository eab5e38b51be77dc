"""A vertical run: every line judged, rulings applied, and which lines a change since the last run can have moved."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from zhize.lists.models import Comparison, Ruling
from zhize.lists.queries.ground import INNER, Ground, Scope, read_ground, strays_of, texts
from zhize.lists.statuses import STATUSES, dominant
from zhize.lists.vertical import Cell, Finder, Likely, Row, Said, Wanted, judge, stray, usual_families
from zhize.places.models import GroupMember, PlaceLife, PlaceLink
from zhize.policy.models import Setting
from zhize.record.models import LawChange, LawVersion, ProvisionMove, StatementQuerySet
from zhize.register.models import Absence, BodySite, DutyBasis, DutyCode, DutyLink, DutyWording, Holding, Particulars

MAIN = slice(0, 9)  # of a catalogue code: the main item; the last three places are the sub-item's
PIECE = 500  # items read together
Rulings = Mapping[tuple[int, int], list[Ruling]]  # (duty, place) → what was decided there


@dataclass(frozen=True)
class Line:
    """One item over all areas."""

    duty: int
    catalogue: bool
    type: str
    family: str
    cells: list[Cell]

    @property
    def marks(self) -> str:
        return "".join(STATUSES[c.status].mark for c in self.cells)

    @property
    def score(self) -> int:
        return sum(STATUSES[c.status].weight for c in self.cells)


def lines(scope: Scope, only: Collection[int] | None = None) -> tuple[Ground, Iterator[Line]]:
    """The lines of a run, all of them or those of some duties."""
    ground = read_ground(scope, None if only is None else _family_of(scope, only))
    return ground, _lines(ground, only)


def _lines(ground: Ground, only: Collection[int] | None) -> Iterator[Line]:
    ruled = _rulings(ground.scope)
    local: dict[int, list[int]] = defaultdict(list)
    for duty, to in ground.same.items():
        local[to].append(duty)
    for piece in _pieces(ground):
        ground.fill([*piece, *(d for duty in piece for d in local.get(duty, ()))])
        holders = _Holders(ground, piece)
        for duty in piece:
            if (only is None or duty in only) and duty in ground.said:
                yield _line(ground, duty, local.get(duty, ()), holders, ruled)
    yield from _strays(ground, only, ruled)


def _pieces(ground: Ground) -> Iterator[list[int]]:
    """The catalogue in pieces of some hundred items; a main item and its sub-items stay together."""
    wanted = sorted((code, duty) for duty, code in ground.catalogue.items() if duty in ground.said)
    piece: list[int] = []
    for _main, family in groupby(wanted, lambda item: item[0][MAIN]):
        piece += [duty for _code, duty in family]
        if len(piece) >= PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def _line(ground: Ground, duty: int, local: Collection[int], holders: _Holders, ruled: Rulings) -> Line:
    said, rows = ground.said[duty], ground.rows.get(duty, {})
    if local:
        rows = _joined(rows, [ground.rows.get(d, {}) for d in local])
    merged, divided = holders.instead(duty)
    wanted = Wanted(said, rows, ground.excused.get(duty, {}), merged, divided)
    cells = judge(wanted, ground.areas, ground.owners)
    if ruled:
        cells = [apply(c, ruled.get((duty, c.area), ())) for c in cells]
    return Line(duty, True, said.type, _family(rows), cells)


def _family(rows: Mapping[int, list[Row]]) -> str:
    return next(iter(usual_families(rows.values())), "")


def _joined(rows: Mapping[int, list[Row]], more: list[dict[int, list[Row]]]) -> dict[int, list[Row]]:
    """With the local items held for it. A body that words it its own way is read in its own words only."""
    found = {area: list(held) for area, held in rows.items()}
    for each in more:
        for area, held in each.items():
            bodies = {r.body for r in held}
            found[area] = [r for r in found.get(area, ()) if r.body not in bodies] + held
    return found


class _Holders:
    """Which areas hold an item's parent or its children instead of it (主项、子项)."""

    def __init__(self, ground: Ground, piece: Collection[int]) -> None:
        self.ground = ground
        self.parents: dict[str, int] = {}
        self.children: dict[str, list[int]] = defaultdict(list)
        for duty, code in ((d, ground.catalogue[d]) for d in piece):
            if len(code) == 12 and code.endswith("000"):
                self.parents[code[MAIN]] = duty
            elif len(code) == 12:
                self.children[code[MAIN]].append(duty)

    def instead(self, duty: int) -> tuple[Collection[int], Collection[int]]:
        """Areas with the parent but none of its children; areas with a child but not the parent."""
        code = self.ground.catalogue[duty]
        main = code[MAIN]
        children = self.children.get(main, ())
        parent = self.parents.get(main)
        if not children or parent is None:
            return (), ()
        by_children = {area for child in children for area in self.ground.rows.get(child, ())}
        with_parent = self.ground.rows.get(parent, {}).keys()
        return ((), by_children - with_parent) if duty == parent else (with_parent - by_children, ())


def _strays(ground: Ground, only: Collection[int] | None, ruled: Rulings) -> Iterator[Line]:
    """Items held here that stand in no catalogue."""
    found = sorted(d for d in strays_of(ground) if only is None or d in only)
    if not found:
        return
    ground.fill(found)
    found = [d for d in found if d in ground.rows]
    finder = Finder(_catalogue_said(ground, only))
    former, refused = _former(ground, found), _different(ground.scope)
    for duty in found:
        said, rows = ground.said[duty], ground.rows[duty]
        likely = former.get(duty) or finder.likely(said)
        cells = stray(said, likely if likely and (duty, likely.duty) not in refused else None, rows, ground.areas)
        cells = [apply(c, ruled.get((duty, c.area), ())) for c in cells]
        yield Line(duty, False, said.type, _family(rows), cells)


def _catalogue_said(ground: Ground, only: Collection[int] | None) -> list[Said]:
    """All of it, for a part of the lines too: how rare a word is, and so which item is the likeliest, is the whole catalogue's to say."""
    said = ground.said if only is None else texts(ground.scope, ground.catalogue.keys())[0]
    return [said[d] for d in ground.catalogue if d in said]


def _former(ground: Ground, found: list[int]) -> dict[int, Likely]:
    """Local items that still carry a code by which the catalogue once named one of its own (spec §12.11)."""
    codes = DutyCode.objects.as_of(ground.scope.day, ground.scope.believed).filter(duty_id__in=found)
    known = (
        (duty, ground.former.get(value) or ground.former.get(value[INNER]))
        for duty, value in codes.values_list("duty_id", "value")
    )
    return {duty: Likely(to, 1.0) for duty, to in known if to and to in ground.catalogue}


# -- rulings -----------------------------------------------------------------------------------------------------------


def _rulings(scope: Scope) -> dict[tuple[int, int], list[Ruling]]:
    rows = Ruling.objects.filter(withdrawn_at__isnull=True, place__isnull=False, from_day__lte=scope.day)
    found: dict[tuple[int, int], list[Ruling]] = defaultdict(list)
    for row in rows:
        found[row.duty_id, row.place_id or 0].append(row)
    return dict(found)


def _different(scope: Scope) -> set[tuple[int, int]]:
    rows = Ruling.objects.filter(
        withdrawn_at__isnull=True, verdict=Ruling.Verdict.DIFFERENT, other__isnull=False, from_day__lte=scope.day
    )
    return set(rows.values_list("duty_id", "other_id"))


def apply(cell: Cell, rulings: Collection[Ruling]) -> Cell:
    """What was accepted no longer counts, as long as it is still the difference that was looked at."""
    accepted = {r.about for r in rulings if r.verdict == Ruling.Verdict.ACCEPTED and r.seen == seen(cell, r.about)}
    if not accepted:
        return cell
    flags = tuple(f for f in cell.flags if f not in accepted)
    alone = cell.status not in cell.flags and cell.status not in accepted
    left = [*flags, *([cell.status] if alone else [])]
    return cell._replace(status=dominant(left) if left else "RULED", flags=flags)


def seen(cell: Cell, about: str) -> str:
    """A short digest of what a ruling looked at: the flag and what differs under it."""
    facts = [about, cell.detail.get(about), cell.other if about in ("RECODED", "EXTRA", "LOCAL") else None]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


# -- what has changed --------------------------------------------------------------------------------------------------

OF_DUTIES = (Holding, DutyWording, DutyCode, DutyBasis, DutyLink, Particulars, Absence)
OF_LAWS = (LawChange, LawVersion, ProvisionMove)
OF_THE_MAP = (PlaceLink, PlaceLife, GroupMember, BodySite, Setting)


def moved_since(last: Comparison, scope: Scope) -> set[int] | None:
    """The lines a change since the last run can have moved; None: everything (the map or policy changed).

    A statement counts when it was recorded or withdrawn since, or when its span begins or ends between the two days.
    """
    if any(_changed(model.objects.all(), last, scope).exists() for model in OF_THE_MAP):
        return None
    duties: set[int] = set()
    for model in OF_DUTIES:
        rows = _changed(model.objects.filter(duty__kind__in=scope.kinds), last, scope)
        duties |= set(rows.values_list("duty_id", flat=True))
        if model is DutyLink:
            duties |= set(rows.values_list("to_id", flat=True))
    laws = {
        law for model in OF_LAWS for law in _changed(model.objects.all(), last, scope).values_list("law_id", flat=True)
    }
    if laws:
        duties |= set(DutyBasis.objects.filter(law__in=laws).values_list("duty_id", flat=True))
    first, second = sorted((last.day, scope.day))
    begun = Q(from_day__gt=first, from_day__lte=second)
    ruled = Ruling.objects.filter(Q(ruled_at__gt=last.believed) | Q(withdrawn_at__gt=last.believed) | begun)
    for duty, other in ruled.values_list("duty_id", "other_id"):
        duties |= {duty, *([other] if other else [])}
    return _concerned(scope, duties) if duties else duties


def _changed(rows: StatementQuerySet, last: Comparison, scope: Scope) -> StatementQuerySet:
    now = Q(recorded_at__gt=last.believed) | Q(withdrawn_at__gt=last.believed)
    if scope.day == last.day:
        return rows.filter(now)
    first, second = sorted((last.day, scope.day))
    crossed = Q(from_day__gt=first, from_day__lte=second) | Q(to_day__gt=first, to_day__lte=second)
    return rows.filter(now | crossed)


def _concerned(scope: Scope, duties: set[int]) -> set[int]:
    """And the lines beside them: the item a local one is held for, main items and their sub-items, strays under the same laws."""
    found = set(duties)
    codes = set(DutyCode.objects.filter(duty__in=duties).values_list("value", flat=True))
    inner = {c[INNER] for c in codes if len(c) >= 31}
    mains = {c[MAIN] for c in codes | inner if len(c) == 12}
    links = DutyLink.objects.filter(duty__in=duties).values_list("to_id", flat=True)
    others = Ruling.objects.filter(duty__in=duties, other__isnull=False).values_list("other_id", flat=True)
    found |= {*links, *(o for o in others if o)}
    family = Q(pk__in=[])
    for main in mains:
        family |= Q(value__startswith=main)
    found |= set(DutyCode.objects.filter(family).values_list("duty_id", flat=True))
    laws = DutyBasis.objects.filter(duty__in=duties).values("law_id")
    strays = DutyBasis.objects.filter(law__in=laws, duty__kind__in=scope.kinds)
    coded = DutyCode.objects.filter(scheme="catalogue").values("duty_id")
    return found | set(strays.exclude(duty__in=coded).values_list("duty_id", flat=True))


def _family_of(scope: Scope, only: Collection[int]) -> set[int]:
    """To judge some lines one needs their main and sub-items, and what is held for them."""
    codes = set(DutyCode.objects.filter(duty__in=only).values_list("value", flat=True))
    mains = {c[MAIN] for c in codes if len(c) == 12}
    family = Q(duty__in=only)
    for main in mains:
        family |= Q(value__startswith=main)
    found = set(DutyCode.objects.filter(family).values_list("duty_id", flat=True)) | set(only)
    local = DutyLink.objects.filter(to__in=found).values_list("duty_id", flat=True)
    ruled = Ruling.objects.filter(other__in=found).values_list("duty_id", flat=True)
    laws = DutyBasis.objects.filter(duty__in=only).values("law_id")
    return {*found, *local, *ruled, *DutyBasis.objects.filter(law__in=laws).values_list("duty_id", flat=True)}
