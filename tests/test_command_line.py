"""The command-line contract (others script it): shapes and exit codes on the standing town."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg.conninfo import make_conninfo

from tests.forked import CommandLine


@pytest.fixture(scope="module")
def zhize(town_database: str) -> Iterator[CommandLine]:
    with CommandLine(make_conninfo(os.environ["DATABASE_URL"], dbname=town_database)) as ready:
        yield ready


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
        (("who", "摆摊", "--at", "330302", "--on", ""), "日期"),
        (("who", "摆摊", "--at", "330302", "--on", "9999-01-01"), "1900 年到 2200 年"),
        (("who", "摆摊", "--at", "330302", "--believed", "2199-01-01"), "还没有到"),
        (("who", "摆摊", "--at", "330302", "--believed", "2001-01-01"), "还没有事项分类"),
        (("who", "摆摊", "--at", "瓯海区五马街道"), "找不到地方"),
        (("who", "摆摊", "--at", "330302", "--purpose", "eat"), "没有 eat 这一选项"),
        (("who", "摆摊"), "--at"),
        (("due", "2016-09-30T16:00", "5周", "--place", "330300"), "5周"),
        (("due", "9999-12-31T23:00", "2wd", "--place", "330300"), "1900 年到 2200 年"),
        (("verify", "--head", "zz"), "64位"),
        (("import", "power", "没有这个文件.csv"), "找不到文件"),
    ],
)
def test_bad_input_ends_with_2_and_one_sentence(zhize: Any, words: tuple[str, ...], says: str) -> None:
    done = zhize(*words)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("place", ["温州市鹿城区五马街道", "鹿城区五马街道", "浙江省溫州市鹿城區五馬街道"])
def test_a_place_is_found_as_pages_write_it(zhize: Any, place: str) -> None:
    done = zhize("who", "摆摊", "--at", place, "--on", "2016年6月1日", "--json")
    assert (done.returncode, json.loads(done.stdout)["holder"]["code"]) == (0, "zhifa-330302")


def test_a_day_alone_and_full_width_figures_are_read(zhize: Any) -> None:
    said = [
        zhize("due", day, limit, "--place", "330300", "--json")
        for day, limit in [("2016-09-30", "5wd"), ("2016年9月30日", "５ＷＤ")]
    ]
    assert [d.returncode for d in said] == [0, 0]
    assert json.loads(said[0].stdout)["due"] == json.loads(said[1].stdout)["due"]


def test_a_head_that_does_not_stand_ends_with_3_and_says_so_as_data(zhize: Any) -> None:
    done = zhize("verify", "--head", "0" * 64, "--json")
    assert (done.returncode, json.loads(done.stdout)["stands"]) == (3, False)


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
