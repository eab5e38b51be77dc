"""The matter suggester in five-fold cross-validation by `group`, beside a named reference (character 1–4-gram + word TF-IDF,
linear SVM) in the same run; then ours again with the groups shuffled three times, for the spread: one split is one draw.
The messages are not shipped: name a file of them in ZHIZE_MESSAGES."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from zhize.kernel.errors import BadInput

SHUFFLES = (0, 1, 2)


def run(quick: bool = False) -> dict[str, Any]:
    from zhize.cases.suggest import read_messages
    from zhize.cases.suggest.evaluate import cross_validate

    path = os.environ.get("ZHIZE_MESSAGES", "")
    if not Path(path).is_file():
        raise BadInput(
            "没有可供测量的来信",
            why="真实来信不随软件发布",
            instead="请用环境变量 ZHIZE_MESSAGES 指明已分好类的来信文件",
        )
    messages = list(read_messages(path))
    found = cross_validate(messages, reference=not quick)
    return found | {"shuffled": [] if quick else [_figures(messages, seed) for seed in SHUFFLES]}


def _figures(messages: list[Any], seed: int) -> dict[str, Any]:
    from zhize.cases.suggest.evaluate import cross_validate

    said = cross_validate(messages, seed=seed)["suggester"]
    return {"seed": seed} | {
        name: said[name] for name in ("accuracy", "macro_f1", "accuracy_at_80", "calibration_error")
    }
