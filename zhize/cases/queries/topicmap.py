"""Where many speak of one affair: the boundaries the office entered itself, darker where more was said. No map from elsewhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, radians
from typing import Any

from django.core.cache import cache

from zhize.cases.models import Topic
from zhize.cases.queries.routing import chain
from zhize.places import maps
from zhize.places.models import Place, PlaceBoundary

WIDE, TALLEST = 640, 640
KEPT = 3600  # seconds; the version in its name changes with every boundary
FAINT, STRONG = 0.2, 0.8
COUNTY = 6  # digits of a county's code, with which those of its townships begin

Point = tuple[float, float]


@dataclass(frozen=True)
class Drawn:
    """One place: its outline as an SVG path; of how many cases (none: only a neighbour), and where that is written."""

    name: str
    n: int
    path: str
    shade: float
    x: float
    y: float


@dataclass(frozen=True)
class Sketch:
    """`cited`: the papers and sources of the boundaries, which have to stand below a map (decision 0017)."""

    shapes: list[Drawn]
    wide: int
    high: int
    cited: list[str]

    @property
    def said(self) -> str:
        return "、".join(f"{s.name} {s.n}" for s in sorted(self.shapes, key=lambda s: -s.n) if s.n)


def sketch(topic: Topic, day: date) -> Sketch | None:
    """None where no boundary of its places is entered: the table says the same."""
    shown = maps.areas(day)
    features = _features(shown)
    counted = _counted(topic, {f["properties"]["key"] for f in features}, day)
    counties = {key[:COUNTY] for key in counted}
    near = [f for f in features if f["properties"]["key"][:COUNTY] in counties]
    if not near:
        return None
    frame = _Frame([point for f in near for ring in _rings(f["geometry"]) for point in ring])
    most = max(counted.values())
    shapes = [_drawn(f, counted[f["properties"]["key"]], most, frame) for f in near]
    keys = {f["properties"]["key"] for f in near}
    return Sketch(shapes, WIDE, frame.high, _cited([a.boundary_id for a in shown if a.key in keys]))


def _features(shown: Sequence[maps.Area]) -> list[dict[str, Any]]:
    if not shown:
        return []
    drawn = cache.get_or_set(f"map:{maps.version(shown)}", lambda: maps.drawn(shown), KEPT)
    return list(json.loads(str(drawn))["features"])


def _counted(topic: Topic, keys: set[str], day: date) -> Counter[str]:
    """Cases by the nearest place above each that has an outline."""
    found: Counter[str] = Counter()
    chains = {pk: chain(int(pk), day) for pk in topic.places}
    codes = dict(Place.objects.filter(pk__in={p for c in chains.values() for p in c}).values_list("pk", "key"))
    for pk, n in topic.places.items():
        key = next((codes[p] for p in chains[pk] if codes[p] in keys), None)
        if key:
            found[key] += n
    return found


def _rings(geometry: dict[str, Any]) -> Iterator[list[Point]]:
    for polygon in [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]:
        yield from polygon


class _Frame:
    """Degrees to the drawing: a degree of longitude is the shorter the farther north."""

    def __init__(self, points: Sequence[Point]) -> None:
        east, north = [p[0] for p in points], [p[1] for p in points]
        self.west, self.north = min(east), max(north)
        self.narrow = cos(radians((min(north) + max(north)) / 2))
        width, height = (max(east) - self.west) * self.narrow, self.north - min(north)
        self.scale = min(WIDE / max(width, 1e-9), TALLEST / max(height, 1e-9))
        self.high = max(1, round(height * self.scale))

    def at(self, point: Point) -> Point:
        return (
            round((point[0] - self.west) * self.narrow * self.scale, 1),
            round((self.north - point[1]) * self.scale, 1),
        )


def _drawn(feature: dict[str, Any], n: int, most: int, frame: _Frame) -> Drawn:
    rings = [[frame.at(point) for point in ring] for ring in _rings(feature["geometry"])]
    path = "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + "Z" for ring in rings)
    longest = max(rings, key=len)
    x, y = ((min(p[axis] for p in longest) + max(p[axis] for p in longest)) / 2 for axis in (0, 1))
    shade = round(FAINT + (STRONG - FAINT) * n / most, 2) if n else 0.0
    return Drawn(feature["properties"]["name"], n, path, shade, round(x, 1), round(y, 1))


def _cited(boundaries: Sequence[int]) -> list[str]:
    rows = PlaceBoundary.objects.filter(pk__in=boundaries).values_list("instrument__title", "source").distinct()
    return sorted({f"《{title}》 {source}".strip() for title, source in rows})
