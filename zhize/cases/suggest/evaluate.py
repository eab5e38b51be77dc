"""How good the suggester is: cross-validation by group, against a named reference when asked; for benchmarks/suggest.py."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import GroupKFold

from zhize.cases.suggest.calibration import calibration_error, coverage_curve, softmax
from zhize.cases.suggest.messages import Message
from zhize.cases.suggest.model import Suggester

Array = NDArray[Any]
REFERENCE = "char 1-4 TF-IDF + word TF-IDF + LinearSVC (scikit-learn)"
Fold = tuple[Array, float, float]  # confidences of the unseen messages, seconds to train, seconds to suggest
Contender = Callable[[list[Message], list[Message], list[str]], Fold]


def cross_validate(
    messages: Sequence[Message], folds: int = 5, *, reference: bool = False, seed: int | None = None
) -> dict[str, Any]:
    """Figures over all folds; no group is ever parted. `reference` runs the slow peer on the same folds."""
    outcome: dict[str, Any] = {"messages": len(messages), "folds": folds, "split": "GroupKFold by group", "seed": seed}
    outcome["suggester"] = _validate(ours, messages, folds, seed)
    if reference:
        outcome["reference"] = {"name": REFERENCE} | _validate(peer, messages, folds, seed)
    return outcome


def ours(seen: list[Message], unseen: list[Message], labels: list[str]) -> Fold:
    started = time.perf_counter()
    model = Suggester.train(seen)
    trained = time.perf_counter()
    suggestions = model.suggest(unseen)  # with its words, as the office asks
    suggested = time.perf_counter()
    confidence = model.confidences(unseen)
    columns = [labels.index(label) for label in model.labels]
    spread = np.zeros((len(unseen), len(labels)))
    spread[:, columns] = confidence
    if [labels[at] for at in spread.argmax(axis=1)] != [suggestion.label for suggestion in suggestions]:
        raise AssertionError("suggest() and confidences() disagree")
    return spread, trained - started, suggested - trained


def peer(seen: list[Message], unseen: list[Message], labels: list[str]) -> Fold:
    """The reference of the issue: plain text, two TF-IDF tables, one linear SVM; margins stand for confidence."""
    import rjieba
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    def words(message: str) -> list[str]:
        return list(rjieba.cut(message))

    characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), min_df=2, sublinear_tf=True)
    whole_words = TfidfVectorizer(analyzer=words, min_df=2, sublinear_tf=True)
    model = make_pipeline(make_union(characters, whole_words), LinearSVC(random_state=0))
    started = time.perf_counter()
    model.fit([_plain(message) for message in seen], [labels.index(message.label) for message in seen])
    trained = time.perf_counter()
    margins = model.decision_function([_plain(message) for message in unseen])
    return softmax(3 * np.atleast_2d(margins)), trained - started, time.perf_counter() - trained


def _plain(message: Message) -> str:
    return f"{message.title}\n{message.text}".replace(" ", "")


def _validate(contender: Contender, messages: Sequence[Message], folds: int, seed: int | None) -> dict[str, Any]:
    labels = sorted({message.label for message in messages})
    numbers = np.array([labels.index(message.label) for message in messages])
    groups = np.array([message.group or f"alone {at}" for at, message in enumerate(messages)])
    splitter = GroupKFold(folds, shuffle=seed is not None, random_state=seed)
    confidence, training, suggesting = np.zeros((len(messages), len(labels))), [], 0.0
    for seen, unseen in splitter.split(numbers, groups=groups):
        part, trained, suggested = contender([messages[at] for at in seen], [messages[at] for at in unseen], labels)
        confidence[unseen] = part
        training.append(trained)
        suggesting += suggested
    return _figures(confidence, numbers, labels) | {
        "train_seconds": round(float(np.mean(training)), 2),
        "ms_per_message": round(1000 * suggesting / len(messages), 3),
    }


def _figures(confidence: Array, numbers: Array, labels: list[str]) -> dict[str, Any]:
    chosen = confidence.argmax(axis=1)
    right, sure = chosen == numbers, confidence.max(axis=1)
    curve = coverage_curve(sure, right)
    each = f1_score(numbers, chosen, average=None)
    return {
        "accuracy": round(float(accuracy_score(numbers, chosen)), 4),
        "macro_f1": round(float(f1_score(numbers, chosen, average="macro")), 4),
        "accuracy_at_80": next(row["accuracy"] for row in curve if row["coverage"] == 0.8),
        "calibration_error": calibration_error(sure, right),
        "f1": {label: round(float(score), 4) for label, score in zip(labels, each, strict=True)},
        "coverage": curve,
    }
