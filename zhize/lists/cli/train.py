"""`zhize lists train FOLDER…`: learn the weights of the comparison from lists whose pairs are known.

A folder holds left, right (csv or xlsx) and truth.csv (right_code, left_code; left_code empty: no counterpart). An office that has
ruled on a few thousand pairs of its own can teach the comparison its own lists.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from zhize.kernel.compare.learning import Lesson, train
from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of
from zhize.lists.tables import ListTable, read_table
from zhize.lists.weighing import WEIGHTS

HELP = "用已知对应关系的清单训练比对的权数（每个目录有 left.csv、right.csv、truth.csv）"
NEEDS_DATABASE = False


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", nargs="+", metavar="FOLDER", help="训练用的目录")
    parser.add_argument("--out", metavar="FILE", default=str(WEIGHTS), help="写到哪里（默认换掉随软件的权数）")


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    folders = [Path(folder) for folder in options["folders"]]
    lessons = [_lesson(folder) for folder in folders]
    kept = {
        "learned_on": sorted(folder.name for folder in folders),
        "rows": sum(len(lesson.right) for lesson in lessons),
        "day": day_of(datetime.now(UTC)).isoformat(),
        "by": "zhize lists train",
    }
    Path(options["out"]).write_text("\n".join(train(lessons, kept).lines()), "utf-8")
    say(f"已写出 {options['out']}：{len(folders)} 组清单，右表共 {kept['rows']} 行。")


def _lesson(folder: Path) -> Lesson:
    left, right = (read_table(_one(folder, side)) for side in ("left", "right"))
    with _one(folder, "truth").open(encoding="utf-8-sig", newline="") as file:
        known = {row["right_code"]: row["left_code"] for row in csv.DictReader(file)}
    return Lesson(left.rows(), right.rows(), _truth(left, right, known))


def _truth(left: ListTable, right: ListTable, known: dict[str, str]) -> Any:
    at = {code: row for row, code in enumerate(left.codes)}
    try:
        return np.array([at[known[code]] if known[code] else -1 for code in right.codes], np.int64)
    except KeyError as error:
        raise BadInput(
            "对应关系里没有“{code}”", why="truth.csv 与两张表的编码对不上", code=str(error.args[0])
        ) from error


def _one(folder: Path, name: str) -> Path:
    found = sorted(folder.glob(f"{name}.*"))
    if not found:
        raise BadInput("“{folder}”里没有 {name}.csv", folder=str(folder), name=name, code="no_lesson")
    return found[0]
