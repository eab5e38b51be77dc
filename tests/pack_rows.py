"""The packs as rows, read the way the loader will; for the tests that check them without a database."""

from __future__ import annotations

import csv
import gzip
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

PACKS = Path(__file__).resolve().parent.parent / "packs"
ORDER = ("national", "zhejiang", "wenzhou")
Row = dict[str, Any]


@cache
def read(pack: str, name: str) -> dict[str, Any]:
    path = PACKS / pack / name
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def rows(name: str, table: str) -> list[Row]:
    """A table of one file name over all packs, nation first."""
    return [row for pack in ORDER for row in read(pack, name).get(table, [])]


def instruments() -> dict[str, Row]:
    return {row["key"]: row for row in rows("instruments.toml", "instrument")}


def bodies() -> dict[str, Row]:
    return {row["key"]: row for row in rows("bodies.toml", "body")}


def families() -> dict[str, Row]:
    return {row["key"]: row for row in rows("families.toml", "family")}


def changes() -> list[Row]:
    return rows("places.toml", "change")


def duties() -> list[Row]:
    paths = sorted(PACKS.glob("*/duties/*.toml"))
    return [row for path in paths for row in tomllib.loads(path.read_text("utf-8")).get("duty", [])]


def shipped(name: str) -> list[Row]:
    with gzip.open(PACKS / "national/places" / name, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def towns() -> frozenset[str]:
    return frozenset(row["code"] for row in shipped("streets.csv.gz"))


@cache
def areas() -> frozenset[str]:
    return frozenset(row["代码"] for row in shipped("areas-history.csv.gz")) | {"000000"}


def gone() -> set[str]:
    return {row["code"] for row in rows("places.toml", "place")}


def is_place(code: str) -> bool:
    return code in areas() or code in towns() or code in gone()


def cited(value: Any) -> Iterator[str]:
    """Every instrument key named anywhere below."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("instrument", "ended_by", "basis", "streets_instrument", "areas_instrument") and isinstance(
                inner, str
            ):
                yield inner
            yield from cited(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from cited(inner)


def may(act: str, subject: str, paper: str, day: date) -> bool:
    said = instruments()[paper]
    return any(
        act in row["act"] and subject in row["subject"] and row["since"] <= day < row.get("until", date.max)
        and said["issuer_class"] in row["issuer_class"] and said["issuer_level"] in row["issuer_level"]
        and said["kind"] in row["kinds"]
        for row in rows("competence.toml", "competence")
    )  # fmt: skip
