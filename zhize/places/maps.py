"""The map of a day: counties and townships under the served place as GeoJSON, thinned until a telephone may carry it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from zhize.places.models import Place, PlaceBoundary, PlacePath
from zhize.places.queries import place_names, root_place

LARGEST = 300_000  # bytes
FINEST, COARSEST = 0.0005, 0.1  # degrees: fifty metres, doubled until the map fits


@dataclass(frozen=True)
class Area:
    """One place on the map."""

    boundary_id: int
    key: str
    name: str
    level: int


def areas(day: date, believed: datetime | None = None) -> list[Area]:
    """Counties first, townships over them."""
    under = PlacePath.objects.as_of(day).filter(chain__contains=[root_place(day).pk])
    rows = PlaceBoundary.objects.as_of(day, believed).filter(
        place__in=under.values("place_id"),
        place__kind=Place.Kind.DIVISION,
        place__level__in=(Place.Level.COUNTY, Place.Level.TOWN),
    )
    found = list(
        rows.order_by("place__level", "place__key").values_list("pk", "place_id", "place__key", "place__level")
    )
    names = place_names({place for _, place, *_ in found}, day, believed)
    return [Area(pk, key, names[place], level) for pk, place, key, level in found]


def version(shown: Sequence[Area]) -> str:
    """Changes when a boundary or a name on the map does."""
    said = ",".join(f"{a.boundary_id}:{a.name}" for a in shown)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def drawn(shown: Sequence[Area]) -> str:
    """The map itself, as fine as the limit allows; townships are left out before it is exceeded."""
    from zhize.places.shapes import read  # shapely takes a quarter of a second to load

    rows = PlaceBoundary.objects.filter(pk__in=[a.boundary_id for a in shown])
    texts = rows.annotate(text=Cast("geometry", TextField())).values_list("pk", "text")
    shapes = {pk: read(text) for pk, text in texts}
    tolerance = FINEST
    while tolerance <= COARSEST:
        shapes = _thinned(shown, shapes, tolerance)
        said = _written(shown, shapes)
        if len(said.encode()) <= LARGEST:
            return said
        tolerance *= 2
    return drawn([a for a in shown if a.level == Place.Level.COUNTY])


def _thinned(shown: Sequence[Area], shapes: dict[int, Any], tolerance: float) -> dict[int, Any]:
    """Level by level: the towns of a county are neighbours, a town and its county are not."""
    from zhize.places.shapes import simplified

    thin: dict[int, Any] = {}
    for _level, group in groupby(shown, key=lambda a: a.level):
        ids = [a.boundary_id for a in group]
        thin |= zip(ids, simplified([shapes[i] for i in ids], tolerance), strict=True)
    return thin


def _written(shown: Sequence[Area], shapes: dict[int, Any]) -> str:
    from zhize.places.shapes import rounded

    features = [
        {
            "type": "Feature",
            "properties": {"key": a.key, "name": a.name, "level": a.level},
            "geometry": rounded(shapes[a.boundary_id]),
        }
        for a in shown
    ]
    said = {"type": "FeatureCollection", "features": features}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
