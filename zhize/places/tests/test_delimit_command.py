"""`zhize delimit`: a map office's file, read with suspicion; what goes in is what is taken plus what is refused."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.town import Town
from zhize.kernel.errors import BadInput, Refusal
from zhize.places.geojson import MOST_FEATURES, MOST_VERTICES, geometry_of, read_features
from zhize.places.models import PlaceBoundary
from zhize.places.tests.squares import LUCHENG, OUHAI, PROVINCE, SONGTAI, WUMA, area, feature, ring, write

PAPER = "浙演〔2016〕9号"


@pytest.fixture
def town(town: Town) -> Town:
    """With the province's paper that publishes the survey."""
    town.notice(number=PAPER, effective=date(2016, 6, 1), **PROVINCE)
    return town


def run(path: Path, *more: str) -> tuple[dict[str, Any], int]:
    """What it prints as JSON, and its exit code."""
    out, code = StringIO(), 0
    try:
        call_command("delimit", str(path), "--instrument", PAPER, "--json", *more, stdout=out)
    except SystemExit as ended:
        code = int(str(ended.code))
    said = json.loads(out.getvalue())
    assert said["features"] == said["taken"] + said["refused"] and len(said["refusals"]) == said["refused"]
    return said, code


def test_features_find_their_places_by_code_or_name(town: Town, tmp_path: Path):
    file = write(
        tmp_path / "界线.geojson",
        feature(area(LUCHENG), code="330302"),
        feature(area(OUHAI), 名称="瓯海区"),
        feature(area(WUMA), XZQDM=330302006, XZQMC="五马街道"),
        feature({"type": "MultiPolygon", "coordinates": [[ring(SONGTAI)]]}, gb="156330302026000"),
        feature(area((120.7, 28.0, 120.8, 28.1)), gb="156330303"),
    )
    said, code = run(file)
    assert (said["taken"], said["refused"], code) == (4, 1, 3)
    names = {b.place.key for b in PlaceBoundary.objects.live().select_related("place")}
    assert names == {"330302", "330304", "330302006", "330303"}
    assert said["day"] == "2016-06-01" and PAPER in said["instrument"]
    assert PlaceBoundary.objects.live().first().source == "界线.geojson"


def test_a_retired_code_and_one_with_trailing_zeros_find_the_place(town: Town, tmp_path: Path):
    run(write(tmp_path / "a", feature(area(LUCHENG), code="330322"), feature(area(OUHAI), code="330304000000")))
    assert {b.place.key for b in PlaceBoundary.objects.live()} == {"330305", "330304"}


def test_a_scheme_narrows_whose_code_it_is(town: Town, tmp_path: Path):
    said, _ = run(write(tmp_path / "a", feature(area(WUMA), code="330302006")), "--scheme", "GB2260")
    assert said["refusals"][0]["code"] == "unmatched"
    assert run(tmp_path / "a", "--scheme", "NBS9")[0]["taken"] == 1


def test_what_is_refused_is_named_and_the_rest_is_taken(town: Town, tmp_path: Path):
    bowtie = {"type": "Polygon", "coordinates": [[[120.5, 28], [120.6, 28.1], [120.6, 28], [120.5, 28.1], [120.5, 28]]]}
    file = write(
        tmp_path / "a",
        feature(area(LUCHENG), name="鹿城区"),
        feature(bowtie, name="瓯海区"),
        feature(area(WUMA), name="桃花源"),
        feature(area(OUHAI), code="330302"),
        feature({"type": "Point", "coordinates": [120.6, 28]}, name="龙湾区"),
        feature(area(WUMA)),
        feature(area((28.0, 120.6, 28.1, 120.7)), name="永嘉县"),
        feature(area((500000, 3100000, 500100, 3100100)), name="平阳县"),
        feature({"type": "Polygon", "coordinates": [ring(WUMA)[:-1]]}, name="苍南县"),
        feature({"type": "Polygon", "coordinates": [[[120, 28], [120, 28]]]}, name="文成县"),
        None,
    )
    said, code = run(file)
    assert code == 3 and (said["features"], said["taken"]) == (11, 1)
    why = {r["feature"]: r["why"] for r in said["refusals"]}
    assert "界线自相交" in why["瓯海区（第2个）"] and "没有“桃花源”这个地方" in why["桃花源（第3个）"]
    assert why["330302（第4个）"] == "与“鹿城区（第1个）”是同一个地方"
    assert "不是面" in why["龙湾区（第5个）"] and "没有写明区划代码或名称" in why["没有名称（第6个）"]
    assert "经纬度写反了：28.0, 120.6" in why["永嘉县（第7个）"] and "不在我国范围内" in why["平阳县（第8个）"]
    assert "第1圈没有闭合" in why["苍南县（第9个）"] and "不到四个点" in why["文成县（第10个）"]
    assert "没有名称（第11个）" in why


def test_refusing_a_county_does_not_refuse_its_towns(town: Town, tmp_path: Path):
    """五马街道 lies in the county that stands; the county's new boundary is the one that is wrong."""
    run(write(tmp_path / "a", feature(area(LUCHENG), name="鹿城区"), feature(area(WUMA), name="五马街道")))
    said, _ = run(write(tmp_path / "b", feature(area(OUHAI), name="鹿城区"), feature(area(SONGTAI), name="松台街道")))
    assert said["taken"] == 0 and {r["feature"] for r in said["refusals"]} == {"鹿城区（第1个）", "松台街道（第2个）"}
    said, _ = run(tmp_path / "b", "--on", "2017-01-01")
    assert "没有包住下级五马街道" in said["refusals"][0]["sentence"]


def test_the_same_file_again_changes_nothing(town: Town, tmp_path: Path):
    file = write(tmp_path / "a", feature(area(LUCHENG), name="鹿城区"))
    assert run(file)[0]["unchanged"] == 0
    said, code = run(file)
    assert (said["taken"], said["unchanged"], code) == (1, 1, 0)


def test_a_dry_run_says_the_same_and_keeps_nothing(town: Town, tmp_path: Path):
    file = write(tmp_path / "a", feature(area(LUCHENG), name="鹿城区"), feature(None, name="瓯海区"))
    said, code = run(file, "--dry-run")
    assert (said["taken"], said["refused"], code) == (1, 1, 3) and not PlaceBoundary.objects.exists()
    assert run(file)[0] == said | {"dry_run": False}


def test_without_json_it_speaks(town: Town, tmp_path: Path):
    out = StringIO()
    file = write(tmp_path / "a", feature(area(LUCHENG), name="鹿城区"))
    call_command("delimit", str(file), "--instrument", PAPER, "--on", "2018-01-01", stdout=out)
    assert "1 个要素：已登记 1" in out.getvalue() and "自 2018-01-01 起" in out.getvalue()


BAD = {
    "not_json": "{",
    "too_deep": "[" * 100_000,
    "no_features": "[]",
    "other_datum": '{"features": [1], "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}}',
    "too_many_features": json.dumps({"features": [0] * (MOST_FEATURES + 1)}),
}


@pytest.mark.parametrize(("code", "text"), BAD.items())
def test_a_file_that_is_none_is_one_sentence_and_exit_code_2(tmp_path: Path, code: str, text: str):
    (tmp_path / "a").write_text(text)
    with pytest.raises(BadInput, match="请导出为 UTF-8 的 GeoJSON") as refused:
        read_features(tmp_path / "a")
    assert refused.value.code == code and refused.value.exit_code == 2


def test_a_file_too_large_or_not_text_or_not_there_is_refused_unread(tmp_path: Path):
    for name, content in (("gbk", "鹿城区".encode("gbk")), ("large", b" " * 32_000_001)):
        (tmp_path / name).write_bytes(content)
    for name, code in (("gbk", "not_text"), ("large", "file_too_large"), ("none", "no_file")):
        with pytest.raises(BadInput) as refused:
            read_features(tmp_path / name)
        assert refused.value.code == code


def test_coordinates_that_are_no_numbers_are_refused_for_their_feature(tmp_path: Path):
    numbers = ("NaN", "Infinity", "1e999", "true", '"120"', "null", "[120]", "1" * 400)
    rings = [f"[[[{x}, 28], [1, 2], [3, 4], [{x}, 28]]]" for x in numbers]
    features = [f'{{"geometry": {{"type": "Polygon", "coordinates": {ring}}}}}' for ring in rings]
    text = f'{{"features": [{", ".join(features)}]}}'
    (tmp_path / "a").write_text(text)
    codes = [f.refusal.code for f in read_features(tmp_path / "a") if f.refusal]
    assert codes == ["not_finite"] * 3 + ["bad_point"] * 5


def test_a_feature_of_too_many_points_is_refused() -> None:
    line = [[120 + n / 1_000_000, 28.0] for n in range(MOST_VERTICES + 1)]
    with pytest.raises(Refusal, match="顶点有 300001 个"):
        geometry_of({"type": "Polygon", "coordinates": [line]})


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
anything = st.recursive(
    scalars,
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "features", "geometry", "properties", "coordinates", "name", "code", "crs"]),
            inside,
        )
    ),
    max_leaves=20,
)
near = st.floats(120, 121).map(lambda x: round(x, 2))
rings = st.lists(st.tuples(near, near.map(lambda x: x - 92)).map(list), min_size=3, max_size=6).map(
    lambda r: [*r, r[0]]
)
shapes = st.one_of(
    st.lists(rings, min_size=1, max_size=2).map(lambda c: {"type": "Polygon", "coordinates": c}),
    st.lists(st.lists(rings, min_size=1, max_size=2), max_size=2).map(
        lambda c: {"type": "MultiPolygon", "coordinates": c}
    ),
    anything,
)
facts = st.fixed_dictionaries({}, optional={"name": st.sampled_from(["鹿城区", "五马街道", "市区", "\x00"]) | scalars, "code": st.sampled_from(["330302", 330304]) | scalars}) | anything  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    features=st.lists(
        st.builds(lambda g, p: {"type": "Feature", "geometry": g, "properties": p}, shapes, facts) | anything,
        max_size=4,
    )
)
@example(features=[{"geometry": {"type": "Polygon", "coordinates": [[[]]]}, "properties": {"name": "鹿城区"}}])
def test_whatever_the_features_are_they_are_taken_or_refused(town: Town, tmp_path: Path, features: list[Any]):
    (tmp_path / "a").write_text(json.dumps({"features": features}))
    before = PlaceBoundary.objects.live().count()
    try:
        said, code = run(tmp_path / "a", "--dry-run")
    except Refusal:
        assert not features
    else:
        assert code == (3 if said["refused"] else 0)
    assert PlaceBoundary.objects.live().count() == before


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=60) | anything.map(lambda a: json.dumps(a).encode()))
def test_whatever_the_file_holds_it_is_read_or_refused(tmp_path: Path, content: bytes):
    (tmp_path / "a").write_bytes(content)
    try:
        assert read_features(tmp_path / "a")
    except BadInput as refused:
        assert refused.sentence()
