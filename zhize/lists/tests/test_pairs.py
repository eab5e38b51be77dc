"""Two lists row by row: the examples a jurist wrote, what always holds, and the command as others script it."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhize.kernel.compare.statuses import STATUSES
from zhize.lists.pairing import Pair, basis_difference, pairs
from zhize.lists.tables import ListTable, read_table
from zhize.paths import CHECKOUT

SAID = tomllib.loads((Path(__file__).parent / "examples" / "pairs.toml").read_text("utf-8"))
COLUMNS = ("name", "basis", "type", "code")


def table(rows: list[dict[str, str]]) -> ListTable:
    columns = [[row.get(column, "") for row in rows] for column in COLUMNS]
    return ListTable(*columns, numbers=list(range(1, len(rows) + 1)))


def compared(left: list[dict[str, str]], right: list[dict[str, str]]) -> list[Pair]:
    return list(pairs(table(left), table(right)))


@pytest.mark.parametrize("case", SAID["case"], ids=lambda case: case["because"])
def test_the_examples_of_a_jurist(case: dict[str, Any]) -> None:
    (pair,) = compared(SAID["catalogue"], [case["right"]])
    found = SAID["catalogue"][pair.left]["no"] if pair.left is not None else 0
    assert (found, pair.status in ("none", "suspect") if not case["is"] else pair.status) == (
        case["is"],
        case.get("status", True),
    ), pair
