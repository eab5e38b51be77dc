"""A file of boundaries as a survey office hands it over (GeoJSON, RFC 7946): read with suspicion, feature by feature.

What is wrong with the file as a whole is one refusal; what is wrong with a feature is kept with it, so that nothing is
dropped in silence. Coordinates come out in two dimensions and seven decimals, about a centimetre.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhize.kernel.errors import BadInput, Refusal

LARGEST_FILE = 32_000_000  # bytes: a province's townships at survey scale
MOST_FEATURES, MOST_VERTICES = 10_000, 300_000  # of a file; of a feature
WEST, EAST, SOUTH, NORTH = 73.0, 136.0, 3.0, 54.0  # whoever stands outside has another datum, or another country
CODE = ("code", "adcode", "gb", "pac", "xzqdm", "区划代码", "行政区划代码", "代码")
NAME = ("name", "xzqmc", "名称", "地名", "行政区名称")
WGS84 = ("CRS84", "4326", "4490")  # CGCS2000 (4490) differs by centimetres
Geometry = dict[str, Any]


@dataclass(frozen=True)
class Feature:
    """One feature: which place it says it is, and its geometry or why there is none."""

    no: int
    code: str
    name: str
    geometry: Geometry | None
    refusal: Refusal | None = None

    @property
    def label(self) -> str:
        return f"{self.name or self.code or '没有名称'}（第{self.no}个）"


def read_features(path: Path | str) -> list[Feature]:
    """Every feature of the file, in order."""
    said = _parsed(_text(Path(path)))
    found = said.get("features") if isinstance(said, dict) else None
    if not isinstance(found, list) or not found:
        raise _unreadable("不是装有要素的 GeoJSON（FeatureCollection）", "no_features")
    if len(found) > MOST_FEATURES:
        raise _unreadable("要素多于 {most} 个", "too_many_features", most=MOST_FEATURES)
    _same_datum(said.get("crs"))
    return [_feature(no, each) for no, each in enumerate(found, 1)]


def unfit(why: str, code: str, instead: str = "请在制图软件里改正后重新导出", **params: Any) -> BadInput:
    """Why a feature cannot be a boundary; whoever knows its name says so with `named`."""
    return BadInput("“{feature}”的界线不能登记", why=why, instead=instead, code=code, **params)


def named(refusal: Refusal, label: str) -> Refusal:
    refusal.params["feature"] = label
    return refusal


# -- the file ----------------------------------------------------------------------------------------------------------
def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _unreadable("超过 {limit} MB", "file_too_large", limit=LARGEST_FILE // 1_000_000)
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise _unreadable("文件不存在，或者没有权限读", "no_file") from error
    except UnicodeDecodeError as error:
        raise _unreadable("不是 UTF-8 文本", "not_text") from error


def _parsed(text: str) -> Any:
    """NaN and Infinity are let through here: the feature they stand in is named later."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise _unreadable("括号套得太深", "too_deep") from error
    except ValueError as error:
        raise _unreadable("不是 JSON", "not_json") from error


def _unreadable(why: str, code: str, **params: Any) -> BadInput:
    return BadInput(
        "这个文件不能用来登记界线", why=why, instead="请导出为 UTF-8 的 GeoJSON，一个要素一个地方", code=code, **params
    )


def _same_datum(crs: Any) -> None:
    """Before RFC 7946 a file could name another reference system; points would land hundreds of metres away."""
    if crs is not None and not any(known in json.dumps(crs) for known in WGS84):
        raise _unreadable("坐标系不是 WGS-84 或 CGCS2000 经纬度", "other_datum")


# -- a feature ---------------------------------------------------------------------------------------------------------
def _feature(no: int, raw: Any) -> Feature:
    said = raw.get("properties") if isinstance(raw, dict) else None
    facts = {str(k).lower(): v for k, v in said.items()} if isinstance(said, dict) else {}
    code, name = _first(facts, CODE), _first(facts, NAME)
    code = code[3:] if len(code) == 9 and code.startswith("156") else code  # 156 is China in the survey's own "gb"
    bare = Feature(no, code, name, None)
    try:
        return Feature(no, code, name, geometry_of(raw.get("geometry") if isinstance(raw, dict) else None))
    except Refusal as refusal:
        return Feature(no, code, name, None, named(refusal, bare.label))


def _first(facts: dict[str, Any], names: tuple[str, ...]) -> str:
    """The first of these properties that says something; a code may have been kept as a number."""
    for name in names:
        value = facts.get(name)
        value = int(value) if isinstance(value, float) and value.is_integer() else value
        if isinstance(value, str | int) and not isinstance(value, bool) and (text := _short(value)):
            return text
    return ""


def _short(value: str | int) -> str:
    text = value if isinstance(value, str) else "" if abs(value) > 10**15 else str(value)
    return "".join(c for c in text if c.isprintable()).strip()[:40].encode("utf-8", "ignore").decode()


def geometry_of(raw: Any) -> Geometry:
    """A Polygon or MultiPolygon with closed rings of points that may lie here; refused with where it is wrong."""
    kind = raw.get("type") if isinstance(raw, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise unfit("几何不是面（Polygon 或 MultiPolygon）", "not_an_area")
    given = raw.get("coordinates")
    polygons = [given] if kind == "Polygon" else given
    count = sum(len(ring) for ring in _rings(polygons))
    if count > MOST_VERTICES:
        raise unfit("顶点有 {count} 个，多于 {most} 个", "too_many_vertices", count=count, most=MOST_VERTICES)
    clean = [[_ring(ring, n) for n, ring in enumerate(polygon, 1)] for polygon in polygons]
    return {"type": kind, "coordinates": clean[0] if kind == "Polygon" else clean}


def _rings(polygons: Any) -> Iterator[list[Any]]:
    if not isinstance(polygons, list) or not polygons:
        raise unfit("没有坐标", "no_coordinates")
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon or not all(isinstance(ring, list) for ring in polygon):
            raise unfit("坐标的层次不对", "bad_nesting")
        yield from polygon


def _ring(ring: list[Any], no: int) -> list[list[float]]:
    points = [_point(each) for each in ring]
    if len(points) < 4:
        raise unfit("第{no}圈不到四个点", "short_ring", no=no)
    if points[0] != points[-1]:
        raise unfit("第{no}圈没有闭合", "open_ring", no=no)
    return points


def _point(raw: Any) -> list[float]:
    if not (isinstance(raw, list) and 2 <= len(raw) <= 4 and all(_is_number(each) for each in raw[:2])):
        raise unfit("有的点不是两个数", "bad_point")
    longitude, latitude = float(raw[0]), float(raw[1])
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise unfit("有的点不是有限的数（NaN 或无穷）", "not_finite")
    if not _is_here(longitude, latitude):
        raise _elsewhere(longitude, latitude)
    return [round(longitude, 7), round(latitude, 7)]


def _is_number(value: Any) -> bool:
    """A whole number too long for a float is no coordinate either."""
    return isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9)


def _is_here(longitude: float, latitude: float) -> bool:
    return WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH


def _elsewhere(longitude: float, latitude: float) -> BadInput:
    where = {"lon": round(longitude, 4), "lat": round(latitude, 4)}
    if _is_here(latitude, longitude):
        return unfit("经纬度写反了：{lon}, {lat}", "swapped", "请按经度在前、纬度在后导出", **where)
    return unfit(
        "点 {lon}, {lat} 不在我国范围内", "outside_country", "请核对坐标系（须为经纬度，不是平面坐标）", **where
    )
