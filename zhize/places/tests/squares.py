"""Boundaries of our own making for the tests: rectangles where the city lies, in the towns' rough order, no survey of anything."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from tests.town import Town, system
from zhize.places.commands import delimit
from zhize.places.models import PlaceBoundary
from zhize.places.terms import Outline

CITY = (119.5, 27.0, 121.5, 28.5)
LUCHENG, OUHAI = (120.6, 28.0, 120.7, 28.1), (120.5, 28.0, 120.6, 28.1)
WUMA, SONGTAI = (120.64, 28.02, 120.66, 28.04), (120.66, 28.02, 120.68, 28.04)
DAY = date(2016, 1, 1)
PROVINCE = {"issuer": "浙江省人民政府", "issuer_level": "province", "issuer_area": "330000", "kind": "reply"}
Box = tuple[float, float, float, float]


def ring(box: Box) -> list[list[float]]:
    west, south, east, north = box
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def area(box: Box, *holes: Box) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring(box), *(ring(hole) for hole in holes)]}


def feature(geometry: Any, **said: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": said, "geometry": geometry}


def write(path: Path, *features: Any, **more: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features} | more), "utf-8")
    return path


def drawn(town: Town, day: date = DAY, **boxes: Box) -> list[PlaceBoundary]:
    """Boundaries from a day on, by the places' names."""
    outlines = [Outline(town.place(name, day).pk, area(box), name, "测试") for name, box in boxes.items()]
    return delimit(outlines, day=day, instrument=town.notice(**PROVINCE), by=system(), now=town.now)
