"""`zhize cases train [FILE]`: learn the office's own model, from a file of sorted letters or from its own cases."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress as Bar

from zhize.cases.commands.learning import BY, learn
from zhize.cases.commands.suggesting import learn_from_cases
from zhize.cases.models import MatterModel
from zhize.cases.suggest import read_messages

if TYPE_CHECKING:
    from zhize.cases.suggest.model import Progress

HELP = "训练事项模型：用本机已经分好类的诉求，或者用一个分好类的来信文件"
NEEDS_DATABASE = True
STAGES = {"words": "数词", "folds": "试考", "weights": "定权"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", help="每行一个 JSON、有 label 的文件，可以是 .gz；不写就用本机的诉求")


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    kept = _learned(options["file"], datetime.now(UTC))
    if options["json"]:
        return say(json.dumps(_facts(kept), ensure_ascii=False, indent=1))
    card = kept.card
    say(
        f"第{kept.no}版：{card['messages']}件来件、{len(card['labels'])}类，没见过的来件上综合准确度{card['macro_f1']:.3f}。"
    )
    say(f"没有启用：{kept.words}。" if kept.words else "已经启用。")


def _learned(file: str | None, now: datetime) -> MatterModel:
    from zhize.cases.suggest import Suggester

    with Bar(console=Console(stderr=True), transient=True) as bar:
        if file is None:
            return learn_from_cases(now, told(bar))
        model = Suggester.train(read_messages(file), progress=told(bar), trained_on=Path(file).name)
    return learn(model, by=BY, now=now)


def told(bar: Bar) -> Progress:
    """A line a stage."""
    tasks: dict[str, Any] = {}

    def tell(stage: str, done: int, of: int) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(STAGES.get(stage, stage), total=of)
        bar.update(tasks[stage], completed=done, total=of)

    return tell


def _facts(kept: MatterModel) -> dict[str, Any]:
    return {"no": kept.no, "digest": kept.digest, "in_service": kept.since is not None, "words": kept.words} | kept.card
