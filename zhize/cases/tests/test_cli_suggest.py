"""zhize cases suggest: a line a message; what is wrong with a file is said in one sentence, and the exit code says whose fault it is."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.forked import CommandLine
from zhize.cases.suggest.tests.town_letters import UNSEEN, letters

Zhize = Callable[..., subprocess.CompletedProcess[str]]


def rows(messages: Any) -> str:
    wanted = ("id", "label", "title", "text", "group")
    lines = [{name: getattr(m, name) for name in wanted} for m in messages]
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n"


@pytest.fixture(scope="module")
def zhize() -> Iterator[Zhize]:
    """Without a database: learning from a file asks for none."""
    with CommandLine("postgresql:///nowhere?host=/nowhere") as ready:
        yield partial(ready, "cases", "suggest")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("letters")
    (folder / "train.jsonl").write_text(rows(letters()), "utf-8")
    (folder / "train.jsonl.gz").write_bytes(gzip.compress(rows(letters()).encode()))
    (folder / "new.jsonl").write_text(rows(UNSEEN), "utf-8")
    (folder / "empty.jsonl").write_text("", "utf-8")
    (folder / "broken.jsonl").write_text(rows(UNSEEN) + "{\n", "utf-8")
    return folder


def test_a_line_a_message_packed_or_not(zhize: Zhize, files: Path) -> None:
    done = zhize("--train", str(files / "train.jsonl.gz"), str(files / "new.jsonl"), "--json")
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [set(line) for line in told] == [{"id", "label", "confidence", "words"}] * len(UNSEEN)
    assert [line["label"] for line in told] == [m.label for m in UNSEEN]
    assert all(0 < line["confidence"] <= 1 and isinstance(line["words"], list) for line in told)


def test_lines_for_people(zhize: Zhize, files: Path) -> None:
    done = zhize(f"--train={files / 'train.jsonl'}", str(files / "new.jsonl"))
    assert done.returncode == 0 and len(done.stdout.splitlines()) == len(UNSEEN) and "{" not in done.stdout


def test_no_messages_no_lines(zhize: Zhize, files: Path) -> None:
    done = zhize("--train", str(files / "train.jsonl"), str(files / "empty.jsonl"), "--json")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("train", "new", "why"),
    [
        ("train.jsonl", "broken.jsonl", "行读不懂"),
        ("train.jsonl", "none.jsonl", "没有这个文件"),
        ("none.jsonl", "new.jsonl", "没有这个文件"),
        ("empty.jsonl", "new.jsonl", "还不能训练"),
        ("train.jsonl", ".", "这是一个目录"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(zhize: Zhize, files: Path, train: str, new: str, why: str) -> None:
    done = zhize("--train", str(files / train), str(files / new), "--json")
    assert done.returncode == 2 and why in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_lines_without_a_label_and_a_label_seen_once_teach_nothing_and_stop_nothing(zhize: Zhize, files: Path) -> None:
    odd = (
        json.dumps({"id": 1, "text": "没有人分过的来件"})
        + "\n"
        + json.dumps({"id": 2, "text": "只此一件", "label": "孤类"})
        + "\n"
    )
    (files / "odd.jsonl").write_text(odd + rows(letters()), "utf-8")
    with_odd = zhize("--train", str(files / "odd.jsonl"), str(files / "new.jsonl"), "--json")
    without = zhize("--train", str(files / "train.jsonl"), str(files / "new.jsonl"), "--json")
    assert with_odd.returncode == 0 and with_odd.stdout == without.stdout
