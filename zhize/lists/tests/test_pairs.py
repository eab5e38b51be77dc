"""Two lists row by row: the examples a jurist wrote, what always holds, and the command as others script it."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks._duty_names import make, write
from zhize.kernel.compare.statuses import STATUSES
from zhize.kernel.errors import BadInput
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


# -- what always holds -------------------------------------------------------------------------------------------------
def invented(n: int, seed: int) -> tuple[list[dict[str, str]], list[dict[str, str]], list[int]]:
    left, right, truth = make(n, seed)
    return *([dict(zip(("name", "type", "basis"), row, strict=True)) for row in side] for side in (left, right)), truth


def test_another_maker_s_names_are_found_at_the_promised_quality() -> None:
    left, right, truth = invented(3000, 501)
    found = compared(left, right)
    proposed = [(p.left, t) for p, t in zip(found, truth, strict=True) if p.left is not None]
    hits = sum(mine == true for mine, true in proposed)
    assert hits / len(proposed) >= 0.97
    assert hits / sum(t >= 0 for t in truth) >= 0.97
    assert (
        sum(p.nearest == t for p, t in zip(found, truth, strict=True) if t >= 0) / sum(t >= 0 for t in truth) >= 0.985
    )


def test_the_order_of_rows_changes_nothing() -> None:
    left, right, _ = invented(400, 502)
    straight = {
        right[p.right]["name"]: (left[p.left]["name"] if p.left is not None else "", p.status)
        for p in compared(left, right)
    }
    random.Random(1).shuffle(left)
    random.Random(2).shuffle(right)
    mixed = {
        right[p.right]["name"]: (left[p.left]["name"] if p.left is not None else "", p.status)
        for p in compared(left, right)
    }
    assert mixed == straight


def test_every_right_row_comes_out_once_in_its_order() -> None:
    left, right, _ = invented(120, 503)
    found = compared(left, [*right, {"name": ""}, {"basis": "《甲法》第一条"}])
    assert [p.right for p in found] == list(range(122))
    assert [p.status for p in found[-2:]] == ["none", "none"]
    assert all((p.left is None) == (p.status in ("none", "suspect")) and p.status in STATUSES for p in found)


def test_a_list_compared_with_itself_is_the_same() -> None:
    left, _, _ = invented(300, 504)
    assert all(p.left == p.right and p.status == "same" and not p.difference for p in compared(left, left))


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(max_size=200), max_size=6), st.lists(st.text(max_size=200), max_size=6))
def test_any_text_is_compared(lefts: list[str], rights: list[str]) -> None:
    found = compared([{"name": n, "basis": n} for n in lefts], [{"name": n, "basis": n} for n in rights])
    assert len(found) == len(rights)
    assert all(0 <= p.score <= 1 for p in found)


# -- codes -------------------------------------------------------------------------------------------------------------
def test_a_code_of_the_catalogue_decides_and_says_so() -> None:
    left = [{"name": "对占用城市道路的处罚", "code": "330214001000"}, {"name": "公章刻制备案", "code": "331009002000"}]
    right = [
        {"name": "对占用城市道路的处罚", "code": "330214001000"},
        {"name": "气象数据共享服务", "code": "331009002000"},
    ]
    assert [(p.left, p.status) for p in compared(left, right)] == [(0, "same"), (1, "same_code")]


def test_serial_numbers_are_no_codes() -> None:
    left = [{"name": n, "code": str(k)} for k, n in enumerate(("公章刻制备案", "对占用城市道路的处罚", "地图审核"))]
    right = [{"name": n, "code": str(k)} for k, n in enumerate(("对占用城市道路的处罚", "地图审核", "公章刻制备案"))]
    assert [p.left for p in compared(left, right)] == [1, 2, 0]


@pytest.mark.parametrize(
    ("mine", "theirs", "said"),
    [
        ("《甲法》第一条", "", {}),
        ("《中华人民共和国甲法》第1条", "《甲法》第一条", {}),
        (
            "《甲法》第一条",
            "《甲法》第一条、第二条",
            {"same": ["《甲法》第一条"], "missing": [], "added": ["《甲法》第二条"]},
        ),
    ],
)
def test_bases_differ_as_sets(mine: str, theirs: str, said: dict[str, Any]) -> None:
    assert basis_difference(mine, theirs) == said


# -- files and the command ---------------------------------------------------------------------------------------------
LEFT = [
    ["编码", "事项名称", "权力类型", "设定依据"],
    ["A1", "对占用城市道路摆摊的处罚", "02", "《甲法》第一条"],
    ["A2", "公章刻制备案", "10", ""],
]
RIGHT = [["name", "basis"], ["公章刻製備案", ""], ["地图审核", ""], ["占用城市道路摆摊的行政处罚", "《甲法》第2条"]]


def saved(path: Path, lines: list[list[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows(lines)
    return path


def zhize(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zhize.cli", "lists", *words], capture_output=True, text=True, cwd=CHECKOUT
    )


def test_the_command_gives_each_right_row_its_left_row(tmp_path: Path) -> None:
    left, right = saved(tmp_path / "l.csv", LEFT, "gb18030"), saved(tmp_path / "r.csv", RIGHT, "utf-16")
    done = zhize("compare", str(left), str(right), "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 0
    assert [(p["right"], p["left"], p["status"]) for p in said["pairs"]] == [
        (1, "A2", "same"),
        (2, None, "none"),
        (3, "A1", "rebased"),
    ]
    assert said["pairs"][2]["difference"]["basis"] == {
        "same": [],
        "missing": ["《甲法》第一条"],
        "added": ["《甲法》第二条"],
    }
    assert said["counts"]["none"] == 1 and all(
        {"right", "left", "score", "status", "difference"} <= set(p) for p in said["pairs"]
    )


def test_a_workbook_and_a_csv_say_the_same(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "l.xlsx")) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate([["某市权力清单", "", "", ""], *LEFT]):
            sheet.write_row(at, 0, line)
    assert read_table(tmp_path / "l.xlsx") == read_table(saved(tmp_path / "l.csv", LEFT))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空的"),
        (b"a,b\n1,2\n", "没有找到事项名称"),
        (b"%PDF-1.7", "PDF"),
        (b"\xff\xfe\x00", "编码"),
        (b'name\n"abc', ""),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    try:
        read_table(tmp_path / "x.csv")
    except BadInput as refusal:
        assert says and says in str(refusal)
    else:
        assert not says


def test_bad_input_ends_with_two_and_one_sentence(tmp_path: Path) -> None:
    done = zhize("compare", str(tmp_path / "none.csv"), str(tmp_path / "none.csv"), "--json")
    assert (done.returncode, done.stdout) == (2, "") and done.stderr.strip().count("\n") == 0


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f.csv").write_bytes(b"name,basis\n" + content)
    try:
        table = read_table(tmp_path / "f.csv")
    except BadInput:
        return
    assert len(table.names) == len(table.numbers) == len(table.codes)


def test_an_office_teaches_the_comparison_its_own_lists(tmp_path: Path) -> None:
    write(300, 505, tmp_path / "own")
    done = zhize("train", str(tmp_path / "own"), "--out", str(tmp_path / "w.toml"))
    assert done.returncode == 0
    assert tomllib.loads((tmp_path / "w.toml").read_text("utf-8"))["provenance"]["learned_on"] == ["own"]
