"""`zhize lists effect`: what the calendar does every night, now: decided batches whose day has come take effect."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from zhize.lists.commands.adjusting.calendar import turn_over

HELP = "清单调整：到了施行日的批次现在施行并公布清单，过期没有答复的征求意见结束"
NEEDS_DATABASE = True
LABELS = {
    "effected": "已施行的批次", "refused": "没有施行成的批次（原因见批次页）", "silent": "逾期未答复的调整",
    "published": "清单已公布的批次", "unpublished": "清单没有公布成的批次（原因见批次页）",
}  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    done = turn_over(timezone.now())
    if options["json"]:
        say(json.dumps(done, ensure_ascii=False))
        return
    for name, numbers in done.items():
        say(f"{LABELS[name]}：{'、'.join(numbers) or '没有'}")
