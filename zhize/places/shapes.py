"""What geometry knows of boundaries; the only door to shapely, and opened late: `zhize who` has no use for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry import mapping, shape

from zhize.places.geojson import Geometry, unfit

Shape = Any  # shapely.Polygon | shapely.MultiPolygon
FAULTS = {  # GEOS's words, the beginning of each
    "Self-intersection": "界线自相交",
    "Ring Self-intersection": "界线自相接",
    "Hole lies outside shell": "洞在外圈之外",
    "Nested holes": "洞里套洞",
    "Nested shells": "一块套着另一块",
    "Duplicate Rings": "同一圈写了两次",
    "Interior is disconnected": "洞把面切成了几块",
}


def sound(geometry: Geometry) -> Shape:
    """The shape; refused when it crosses itself or encloses nothing, with where."""
    made = shape(geometry)
    if not made.is_valid:
        said = shapely.is_valid_reason(made)
        where = re.search(r"\[([-\d.]+) ([-\d.]+)\]", said)
        lon, lat = where.groups() if where else ("?", "?")
        raise unfit("{fault}（在 {lon}, {lat} 附近）", "unsound", fault=_fault(said), lon=lon[:9], lat=lat[:8])
    if made.area == 0:
        raise unfit("没有围住任何地方", "no_area")
    return made


def _fault(said: str) -> str:
    return next((chinese for english, chinese in FAULTS.items() if said.startswith(english)), "形状不成立")


def read(geometry: str) -> Shape:
    """The shape of GeoJSON text, made ready for being asked often."""
    made = shapely.from_geojson(geometry)
    shapely.prepare(made)
    return made


def holds(made: Shape, latitude: float, longitude: float) -> bool:
    """Whether the point lies within, the border included."""
    return bool(shapely.intersects_xy(made, longitude, latitude))


def box(made: Shape) -> dict[str, float]:
    west, south, east, north = made.bounds
    return {"west": west, "south": south, "east": east, "north": north}


def spill(inner: Shape, outer: Shape) -> float:
    """The share of the inner's area that lies outside the outer."""
    return 0.0 if outer.covers(inner) else float(inner.difference(outer).area / inner.area)


def simplified(shapes: Sequence[Shape], tolerance: float) -> Sequence[Shape]:
    """Neighbours that fit together keep their common border, so that no slits open; those of several surveys are thinned
    one by one."""
    if shapely.coverage_is_valid(shapes):
        return shapely.coverage_simplify(shapes, tolerance)
    return shapely.simplify(shapes, tolerance)


def rounded(made: Shape) -> Geometry:
    """GeoJSON to four decimals, ten metres."""
    geometry = mapping(made)
    return {"type": geometry["type"], "coordinates": _round(geometry["coordinates"])}


def _round(nested: Any) -> Any:
    return [_round(each) for each in nested] if isinstance(nested, list | tuple) else round(nested, 4)
