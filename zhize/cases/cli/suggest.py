"""`zhize cases suggest [--train FILE] FILE`: a line a message, with the label, how sure, and the words that weighed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from zhize.cases.suggest import Message, read_messages
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of

if TYPE_CHECKING:
    from zhize.cases.suggest import Suggester

HELP = "只给建议，不受理：每件来信一行，写出分类、把握度和依据的词"
BATCH = 1024


def NEEDS_DATABASE(rest: list[str]) -> bool:
    """Not when it learns from a file: then only labels are told, and no register is asked."""
    return not any(word.split("=")[0] == "--train" for word in rest)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="每行一个 JSON 的文件，可以是 .gz")
    parser.add_argument("--train", metavar="FILE", help="临时用这个分好类的文件训练，而不用本机的模型")


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    tell = _as_json if options["json"] else _as_words
    for said in _by_file(options) if options["train"] else _by_office(options["file"]):
        say(tell(said))


def _by_file(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from zhize.cases.suggest import Suggester

    messages = list(read_messages(options["file"]))  # what cannot be read is said before anybody waits for the learning
    model = Suggester.train(read_messages(options["train"]))
    for batch in batches(iter(messages)):
        for message, found in zip(batch, model.suggest(batch), strict=True):
            yield _line(message, found.label, found.confidence, found.words)


def _by_office(file: str) -> Iterator[dict[str, Any]]:
    from zhize.cases.learning import suggestions

    model, day = _office_model(), day_of(datetime.now(UTC))
    for batch in batches(read_messages(file)):
        for message, found in zip(batch, suggestions(batch, model, day), strict=True):
            yield _line(message, found.label, found.label_confidence, found.label_words) | {"matter": found.code}


def _office_model() -> Suggester:
    from zhize.cases.learning import office_model

    model = office_model()
    if model is None:
        raise Refusal(
            "本机还没有事项模型",
            why="模型要从本机已经分好类的诉求里学",
            instead="请先运行 zhize cases train，或者用 --train 指明一个分好类的文件",
            code="no_model",
        )
    return model


def _line(message: Message, label: str, confidence: float, words: list[str]) -> dict[str, Any]:
    return {"id": message.id, "label": label, "confidence": round(confidence, 6), "words": words}


def _as_json(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False)


def _as_words(said: dict[str, Any]) -> str:
    return f"{said['id'] or '—'}\t{said['label']}\t{said['confidence']:.2f}\t{'、'.join(said['words'])}"


def batches(messages: Iterator[Message], size: int = BATCH) -> Iterator[list[Message]]:
    while batch := list(islice(messages, size)):
        yield batch
