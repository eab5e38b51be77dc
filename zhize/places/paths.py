"""The derived chains: which places' statements reach a place, most specific first, span by span.

Order of a chain: the place, the area groups it belongs to, the zone that manages it (MANAGED), then its legal parent's
chain. A zone is reached only through MANAGED, a district only through LEGAL, so one chain serves both hierarchies and
the zone answers before the district for the duties the zone holds (spec §10 resolve; §12.5).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.db import transaction

from zhize.kernel.period import Period
from zhize.places.models import GroupMember, PlaceLife, PlaceLink, PlacePath
from zhize.record.counting import recount

Chain = tuple[int, ...]
Spans = list[tuple[Period, Chain]]
LEGAL, MANAGED = PlaceLink.Hierarchy.LEGAL, PlaceLink.Hierarchy.MANAGED


def rebuild_paths(places: Iterable[int] | None = None) -> int:
    """Recompute the chains of these places and all below them (None: of all places). Returns the number of rows."""
    atlas = Atlas()
    wanted = set(atlas.lives) if places is None else atlas.below(places)
    rows = [
        PlacePath(place_id=p, from_day=s.start, to_day=s.end, chain=list(c)) for p in wanted for s, c in atlas.paths(p)
    ]
    with transaction.atomic():
        gone = PlacePath.objects.all() if places is None else PlacePath.objects.filter(place_id__in=wanted)
        gone.delete()
        PlacePath.objects.bulk_create(rows, batch_size=5000)
        recount(PlacePath)
    return len(rows)


class Atlas:
    """All live links in memory; a country's counties fit in a few megabytes."""

    def __init__(self) -> None:
        self.lives: dict[int, list[Period]] = defaultdict(list)
        self.parents: dict[tuple[int, str], list[tuple[Period, int]]] = defaultdict(list)
        self.groups: dict[int, list[tuple[Period, int]]] = defaultdict(list)
        self.children: dict[int, set[int]] = defaultdict(set)
        self._paths: dict[int, Spans] = {}
        self._read()

    def _read(self) -> None:
        for place, start, stop in PlaceLife.objects.live().values_list("place_id", "from_day", "to_day"):
            self.lives[place].append(Period(start, stop))
        links = PlaceLink.objects.live().values_list("child_id", "hierarchy", "parent_id", "from_day", "to_day")
        for child, hierarchy, parent, start, stop in links:
            self.parents[child, hierarchy].append((Period(start, stop), parent))
            self.children[parent].add(child)
        members = GroupMember.objects.live().values_list("member_id", "group_id", "from_day", "to_day")
        for member, group, start, stop in members:
            self.groups[member].append((Period(start, stop), group))

    def below(self, places: Iterable[int]) -> set[int]:
        """These places and every place that ever stood below them."""
        found: set[int] = set()
        open_ = list(places)
        while open_:
            place = open_.pop()
            if place not in found:
                found.add(place)
                open_ += self.children[place]
        return found

    def paths(self, place: int, seen: frozenset[int] = frozenset()) -> Spans:
        """The place's chains, span by span over its life."""
        if place not in self._paths:
            self._paths[place] = [] if place in seen else list(self._walk(place, seen | {place}))
        return self._paths[place]

    def _walk(self, place: int, seen: frozenset[int]) -> Iterator[tuple[Period, Chain]]:
        legal = self.parents[place, LEGAL]
        above = [
            (cut, chain)
            for span, parent in legal
            for p, chain in self.paths(parent, seen)
            if (cut := p.intersect(span))
        ]
        near = [*self.parents[place, MANAGED], *self.groups[place]]
        days = {d for p, _ in [*near, *above] for d in (p.start, p.end) if d}
        for life in self.lives[place]:
            for span in _slices(life, days):
                yield span, self._chain(place, span.start, above)

    def _chain(self, place: int, day: date, above: Spans) -> Chain:
        groups = sorted(g for p, g in self.groups[place] if p.contains(day))
        zones = [z for p, z in self.parents[place, MANAGED] if p.contains(day)]
        up = next((chain for p, chain in above if p.contains(day)), ())
        return (place, *groups, *zones, *up)


def _slices(life: Period, days: set[date]) -> Iterator[Period]:
    cuts = [life.start, *sorted(d for d in days if life.contains(d) and d != life.start)]
    for start, stop in zip(cuts, [*cuts[1:], life.end], strict=True):
        yield Period(start, stop)
