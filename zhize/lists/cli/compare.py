"""`zhize lists compare LEFT RIGHT`: for each row of the right list its row of the left one, or none."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from zhize.kernel.collecting import collector_at_rest
from zhize.kernel.compare.statuses import STATUSES
from zhize.kernel.errors import BadInput
from zhize.lists.pairing import Pair, compile_first, pairs
from zhize.lists.tables import ListTable, read_table

HELP = "比对两张清单：右表每一行对应左表哪一行，差在哪里（csv、xlsx、xls，只有名称一列是必需的）"
NEEDS_DATABASE = False
TOGETHER = 1000  # rows written at once
SHOWN = 200  # rows on a screen


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "left", metavar="LEFT", help="左表：name 名称、basis 依据、type 类型、code 编码，中英文表头都可以"
    )
    parser.add_argument("right", metavar="RIGHT", help="右表")
    parser.add_argument("--threshold", type=float, metavar="P", help="把握达到多少才认作同一事项（0 至 1，默认随权数）")


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    threshold = options["threshold"]
    if threshold is not None and not 0 < threshold < 1:
        raise BadInput(
            "“{value}”不是合适的把握", instead="请写 0 和 1 之间的小数", value=threshold, code="bad_threshold"
        )
    compile_first()
    with collector_at_rest(), Progress(console=Console(stderr=True), transient=True) as bar:
        left, right = read_table(Path(options["left"])), read_table(Path(options["right"]))
        found = pairs(left, right, threshold=threshold, progress=_shown_on(bar))
        (_as_json if options["json"] else _as_words)(found, left, right, say)


def _shown_on(bar: Progress) -> Callable[[str, int, int], None]:
    tasks: dict[str, Any] = {}

    def told(stage: str, done: int, of: int) -> None:
        task = tasks[stage] if stage in tasks else tasks.setdefault(stage, bar.add_task(stage, total=of))
        bar.update(task, completed=done, total=of)

    return told


def _as_json(found: Iterable[Pair], left: ListTable, right: ListTable, say: Callable[[str], Any]) -> None:
    """Written as it comes: the pairs of a nation's list would not fit into one text."""
    lefts, rights, counts = left.ids(), right.ids(), Counter[str]()
    say('{"pairs": [')
    lines, first = (
        (json.dumps(_row(pair, lefts, rights, left, right, counts), ensure_ascii=False) for pair in found),
        True,
    )
    while together := list(islice(lines, TOGETHER)):
        say(("" if first else ",") + ",\n".join(together))
        first = False
    say('], "counts": ' + json.dumps({s: counts[s] for s in STATUSES}) + "}")


def _row(
    pair: Pair, lefts: Any, rights: Any, left: ListTable, right: ListTable, counts: Counter[str]
) -> dict[str, Any]:
    counts[pair.status] += 1
    return {
        "right": rights[pair.right],
        "left": None if pair.left is None else lefts[pair.left],
        "score": pair.score,
        "status": pair.status,
        "difference": pair.difference,
        "right_row": right.numbers[pair.right],
        "left_row": None if pair.left is None else left.numbers[pair.left],
        "nearest": None if pair.nearest is None else lefts[pair.nearest],
    }


def _as_words(found: Iterable[Pair], left: ListTable, right: ListTable, say: Callable[[str], Any]) -> None:
    """What differs, as far as a screen shows, and how many there are of each."""
    counts: Counter[str] = Counter()
    lines: list[str] = []
    for pair in found:
        counts[pair.status] += 1
        if len(lines) < SHOWN and pair.status != "same":
            lines.append("".join(_sentence(pair, left, right)))
    say("\n".join([*lines, "；".join(f"{STATUSES[s].label} {n}" for s, n in counts.most_common())]))


def _sentence(pair: Pair, left: ListTable, right: ListTable) -> Iterator[str]:
    yield f"第{right.numbers[pair.right]}行［{STATUSES[pair.status].label} {pair.score:.2f}］{right.names[pair.right]}"
    if pair.nearest is not None and pair.status != "none":
        yield f" ← 第{left.numbers[pair.nearest]}行 {left.names[pair.nearest]}"
