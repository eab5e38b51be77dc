"""The command-line contract (others script it): shapes and exit codes on the standing town."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import make_conninfo

CHECKOUT = Path(__file__).parent.parent


@pytest.fixture
def zhize(town_database: str) -> Any:
    where = make_conninfo(os.environ["DATABASE_URL"], dbname=town_database)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        env = os.environ | {"DATABASE_URL": where, "PYTHONPATH": str(CHECKOUT)}
        return subprocess.run(
            [sys.executable, "-m", "zhize.cli", *words], env=env, capture_output=True, text=True, check=False
        )

    return run


def test_who_answers_with_the_body_and_the_paper(zhize: Any) -> None:
    done = zhize("who", "摆摊", "--at", "330302006", "--on", "2016-06-01", "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 0
    assert said["answer"] == "one"
    assert said["holder"] == {"code": "zhifa-330302", "name": "鹿城区综合行政执法局"}
    assert said["performer"] == said["holder"]
    assert said["assist"] == []
    assert said["basis"][0]["span"] == ["2016-06-01", None]
    assert {"instrument", "article", "span"} <= set(said["basis"][0])
    assert all({"body", "why"} <= set(r) for r in said["rejected"])


def test_a_gap_ends_with_3(zhize: Any) -> None:
    done = zhize("who", "gap-indoor-air", "--at", "330302", "--on", "2016-06-01", "--json")
    assert (done.returncode, json.loads(done.stdout)["answer"]) == (3, "gap")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("who", "摆摊", "--at", "不存在的地方"), "找不到地方"),
        (("who", "摆摊", "--at", "330302", "--on", "2016年13月1日"), "2016年13月1日"),
        (("who", "没有这种事情", "--at", "330302"), "找不到诉求事项"),
        (("who", "摆摊", "--at", "330302", "--believed", "昨天"), "不是一个时刻"),
        (("due", "2016-09-30T16:00", "5周", "--place", "330300"), "5周"),
    ],
)
def test_bad_input_ends_with_2_and_one_sentence(zhize: Any, words: tuple[str, ...], says: str) -> None:
    done = zhize(*words)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_due_prints_how_it_was_counted(zhize: Any) -> None:
    done = zhize("due", "2016-09-30T16:00", "5wd", "--place", "330300", "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 0
    assert said["due"].startswith("2016-10-12T")
    assert any("调休" in line for line in said["lines"])


def test_verify_finds_the_town_whole(zhize: Any) -> None:
    done = zhize("verify", "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 0
    assert said["broken"] == []
    assert [f for f in said["findings"] if f["severity"] == "E"] == []
    assert {"rule", "rows"} & set(said["findings"][0]) or {"no", "rows", "article"} <= set(said["findings"][0])


def test_help_reads_like_a_table_of_contents(zhize: Any) -> None:
    done = zhize("--help")
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("who", "verify", "import", "due", "cases", "serve"))
