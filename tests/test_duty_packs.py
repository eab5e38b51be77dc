"""The duty, law and matter packs hold together: every reference resolves, every kind and field is there."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PACKS = Path(__file__).resolve().parents[1] / "packs"
HANDOVER = date(2016, 6, 1)
KINDS = {"main", "work", "power", "service", "supervision", "transferable", "goal"}
TYPES = {f"{n:02d}" for n in range(1, 11)}
DUTY_KEYS = {
    "key",
    "kind",
    "type",
    "name",
    "codes",
    "basis",
    "levels",
    "family",
    "main",
    "since",
    "until",
    "ended_by",
    "field",
    "legal_days",
    "promised_days",
    "segments",
    "handover2016",
    "handover_segments",
    "assist",
    "concurrent",
    "gap",
    "personal_liberty",
    "township",
    "unverified",
    "note",
    "detail",
    "demo",
}
FIELDS = {
    "市容环境卫生",
    "城乡规划",
    "城市绿化",
    "市政公用",
    "环境保护",
    "工商行政",
    "公安交通",
    "土地和矿产资源",
    "建筑业",
    "房地产业",
    "人防（民防）",
    "水行政",
    "安全生产",
    "石油天然气管道保护",
    "陆域渔政",
    "林政",
    "教育",
    "商务",
    "旅游",
    "价格",
    "体育",
}
LABELS = {"城乡建设", "劳动和社会保障", "教育文体", "商贸旅游", "环境保护", "卫生计生", "交通运输"}

Row = dict[str, Any]


def _rows(path: Path, table: str) -> list[Row]:
    return tomllib.loads(path.read_text("utf-8")).get(table, [])


@cache
def laws() -> dict[str, Row]:
    return {r["key"]: r for r in _rows(PACKS / "national/laws.toml", "law")}


@cache
def all_duties() -> list[Row]:
    return [r for p in sorted((PACKS / "wenzhou/duties").glob("*.toml")) for r in _rows(p, "duty")]


@cache
def duties() -> dict[str, Row]:
    return {r["key"]: r for r in all_duties()}


@cache
def matters() -> list[Row]:
    return _rows(PACKS / "wenzhou/matters.toml", "matter")


def penalties_moving() -> list[Row]:
    return [d for d in all_duties() if d.get("handover2016")]


def test_laws_are_many_and_once_each() -> None:
    rows = _rows(PACKS / "national/laws.toml", "law")
    assert len(rows) == len(laws()) >= 90
    assert {r["level"] for r in rows} <= {"法律", "行政法规", "地方性法规", "部门规章", "政府规章", "规范性文件"}
    assert all(r["name"] and r["author"] and isinstance(r["since"], date) for r in rows)


def test_law_versions_follow_the_first_text() -> None:
    for law in laws().values():
        days = [law["since"], *(v["since"] for v in law.get("version", []))]
        assert days == sorted(set(days)), law["key"]
        assert law.get("replaced_by", law["key"]) in laws()
        assert "until" not in law or law["until"] > law["since"]


@pytest.mark.parametrize(
    "key, day",
    [
        ("档案法", "2021-01-01"),
        ("大气污染防治法", "2016-01-01"),
        ("环境保护法", "2015-01-01"),
        ("食品安全法", "2015-10-01"),
        ("固体废物污染环境防治法", "2020-09-01"),
        ("行政处罚法", "2021-07-15"),
        ("噪声污染防治法", "2022-06-05"),
        ("土地管理法", "2020-01-01"),
    ],
)
def test_the_known_law_events_are_dated(key: str, day: str) -> None:
    law = laws()[key]
    assert date.fromisoformat(day) in {law["since"], *(v["since"] for v in law.get("version", []))}


def test_the_noise_law_replaces_the_older_one() -> None:
    assert laws()["环境噪声污染防治法"]["replaced_by"] == "噪声污染防治法"
    assert laws()["环境噪声污染防治法"]["until"] == laws()["噪声污染防治法"]["since"]


def test_article_texts_belong_to_a_version_of_a_law() -> None:
    with gzip.open(PACKS / "national/law-articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert rows and len({(r["law"], r["version"], r["article"]) for r in rows}) == len(rows)
    for row in rows:
        law = laws()[row["law"]]
        assert date.fromisoformat(row["version"]) in {law["since"], *(v["since"] for v in law.get("version", []))}
        assert row["text"] and re.fullmatch(r"第[一二三四五六七八九十百零]+条", row["article"])


def test_duties_cover_every_kind_and_power_type() -> None:
    assert len(all_duties()) == len(duties()) >= 440
    assert {d["kind"] for d in all_duties()} == KINDS
    assert {d["type"] for d in all_duties() if d["kind"] == "power"} == TYPES
    assert {d["type"] for d in all_duties() if d["kind"] == "service"} == {"20"}
    assert not {k for d in all_duties() for k in d} - DUTY_KEYS


def test_codes_are_unique_and_laid_out_like_the_catalogue() -> None:
    for scheme in ("catalogue", "wenzhou"):
        found = [d["codes"][scheme] for d in all_duties() if "codes" in d]
        assert [c for c, n in Counter(found).items() if n > 1] == []
    for duty in (d for d in all_duties() if d["kind"] in ("power", "service")):
        assert re.fullmatch(rf"33{duty['type']}\d{{8}}", duty["codes"]["catalogue"]), duty["key"]
    real = [d["key"] for d in all_duties() if "codes" in d and "codes" not in d.get("unverified", [])]
    assert real == ["arc-lost"]
    assert duties()["arc-lost"]["codes"]["catalogue"] == "330275012000"


def test_every_basis_is_a_law_in_force_while_the_duty_is() -> None:
    for duty in all_duties():
        assert duty["basis"], duty["key"]
        for basis in duty["basis"]:
            law = laws()[basis["law"]]
            assert law["since"] <= duty["since"], (duty["key"], basis["law"])
            assert "until" not in law or duty["since"] < law["until"], (duty["key"], basis["law"])


def test_every_duty_hangs_under_a_main_duty_of_its_family() -> None:
    for duty in (d for d in all_duties() if d["kind"] != "main"):
        main = duties()[duty["main"]]
        assert main["kind"] == "main" and main["since"] <= duty["since"], duty["key"]
        assert "until" not in duty or duty["since"] < duty["until"]


def test_families_are_those_of_the_town() -> None:
    known = {f["key"] for f in _rows(PACKS / "wenzhou/families.toml", "family")}
    named = {f for d in all_duties() for f in [d["family"], *d.get("assist", []), *d.get("concurrent", [])]}
    assert named <= known


def test_names_are_ours_short_and_in_the_pattern_of_the_field() -> None:
    for duty in all_duties():
        assert 4 <= len(duty["name"]) <= 60, duty["key"]
        assert duty.get("type") != "02" or re.fullmatch("对.+的处罚", duty["name"]), duty["key"]
        assert not re.search("[。？！?!]", duty["name"])


def test_promised_days_are_within_the_legal_days() -> None:
    for duty in all_duties():
        assert duty.get("promised_days", 0) <= duty.get("legal_days", 9999), duty["key"]


def test_segments_partition_and_their_handed_over_parts_exist() -> None:
    for duty in (d for d in all_duties() if "segments" in d):
        assert duty["segments"][-1] == "其余" and len(set(duty["segments"])) == len(duty["segments"]) >= 3
        assert set(duty["handover_segments"]) < set(duty["segments"])


def test_the_hand_over_covers_all_21_fields() -> None:
    moving = penalties_moving()
    assert 180 <= len(moving) <= 260
    assert {d["field"] for d in moving} == FIELDS and len(FIELDS) == 21
    assert all(d["type"] == "02" and d["since"] <= HANDOVER and not d.get("personal_liberty") for d in moving)


def test_the_hand_over_notice_names_each_family_and_field() -> None:
    notice = _rows(PACKS / "wenzhou/families.toml", "hand_over")[0]
    known = {(f["family"], f["field"]) for f in notice["from"]}
    assert {(d["family"], d["field"]) for d in penalties_moving()} <= known


def test_only_police_hold_duties_over_personal_liberty() -> None:
    assert {d["family"] for d in all_duties() if d.get("personal_liberty")} == {"公安"}


def test_gaps_concurrence_and_assistance_can_be_shown() -> None:
    assert 2 <= sum(bool(d.get("gap")) for d in all_duties()) <= 3
    assert [d["concurrent"] for d in all_duties() if "concurrent" in d] == [["公安", "综合执法"]]
    assert sum("assist" in d for d in all_duties()) >= 5


def test_township_duties_are_of_the_township_level() -> None:
    towns = [d for d in all_duties() if d["family"] == "乡镇街道"]
    assert len(towns) >= 30 and all(d["levels"] == [5] and d["township"] for d in towns)


def test_matters_have_three_levels_under_one_another() -> None:
    codes = [m["code"] for m in matters()]
    assert len(set(codes)) == len(codes) == len({m["key"] for m in matters()})
    count = Counter(len(c) for c in codes)
    assert 14 <= count[2] <= 16 and count[4] >= 80 and count[6] >= 280 and set(count) == {2, 4, 6}
    assert all(c[:-2] in codes for c in codes if len(c) > 2)


def test_seven_first_levels_carry_the_message_labels() -> None:
    labelled = [m["label"] for m in matters() if "label" in m]
    assert set(labelled) == LABELS and len(labelled) == 7
    assert all(len(m["code"]) == 2 for m in matters() if "label" in m)


def test_matters_point_to_duties_and_their_segments() -> None:
    for matter in matters():
        for answer in matter.get("duties", []):
            duty = duties()[answer["duty"]]
            assert answer.get("segment", "其余") in duty.get("segments", ["其余"]), matter["key"]


def test_nearly_every_matter_is_answered_and_groups_fall_back_on_a_main_duty() -> None:
    leaves = [m for m in matters() if len(m["code"]) == 6]
    unanswered = [m["key"] for m in leaves if not m.get("duties")]
    assert 1 <= len(unanswered) <= len(leaves) // 20
    groups = [m for m in matters() if len(m["code"]) == 4]
    assert all(duties()[m["duties"][0]["duty"]]["kind"] in ("main", "work") for m in groups)


def test_matter_words_are_short_and_several() -> None:
    for matter in matters():
        assert len(matter["name"]) <= 20 and all(1 <= len(s) <= 10 for s in matter.get("synonyms", []))
        if len(matter["code"]) == 6:
            assert 3 <= len(set(matter["synonyms"])) == len(matter["synonyms"]) <= 14, matter["key"]
