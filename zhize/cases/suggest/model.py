"""The model of level-1 labels: trained on messages people have sorted, asked for thousands at a time, kept as bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.metrics import precision_recall_fscore_support

from zhize.cases.suggest import store
from zhize.cases.suggest.calibration import Calibration, calibrate, calibration_error, coverage_curve, reliability
from zhize.cases.suggest.features import Batch, Vocabulary, batches, weigh
from zhize.cases.suggest.linear import Weights, fit, group_folds, held_out_scores, trust_of
from zhize.cases.suggest.messages import Message
from zhize.cases.suggest.spelling import spelled
from zhize.cases.suggest.words import words_that_weighed
from zhize.kernel.errors import BadInput

Array = NDArray[Any]
Progress = Callable[[str, int, int], None]  # stage, done, of
INNER_FOLDS = 4
FEWEST_MESSAGES, FEWEST_OF_A_LABEL = 20, 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A label, how sure (a probability), the words that spoke for it, and what else it might be."""

    label: str
    confidence: float
    words: list[str] = field(default_factory=list)
    runners_up: list[tuple[str, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Suggester:
    """`card` says on how many messages it was trained, when, on which labels, and how good it was on unseen ones."""

    labels: list[str]
    vocabulary: Vocabulary
    weights: Weights
    calibration: Calibration
    card: dict[str, Any]

    @classmethod
    def train(cls, messages: Iterable[Message], *, progress: Progress | None = None, trained_on: str = "") -> Suggester:
        """1 read, 2 count words, 3 weigh them, 4 learn in folds to calibrate, 5 learn from all.

        The same messages in the same order give the same model.
        """
        told = progress or _silent
        learned = _sorted_messages(messages)
        labels = sorted({message.label for message in learned})
        numbers = np.array([labels.index(message.label) for message in learned])
        groups = _groups(learned)
        trust = trust_of(groups)
        told("words", 0, len(learned))
        vocabulary = Vocabulary.learn(learned)
        matrix = sparse.vstack([weigh(batch, vocabulary).matrix for batch in batches(learned)]).tocsr()
        folds = group_folds(groups, INNER_FOLDS, _ticking(told, "folds", INNER_FOLDS))
        unseen = held_out_scores(matrix, numbers, len(labels), trust, folds)
        calibration = calibrate(unseen, numbers)
        told("weights", 0, 1)
        weights = fit(matrix, numbers, len(labels), trust)
        told("weights", 1, 1)
        card = _card(learned, len(np.unique(groups)), labels, calibration.confidences(unseen), numbers, trained_on)
        return cls(labels, vocabulary, weights, calibration, card)

    def suggest(self, messages: Sequence[Message]) -> list[Suggestion]:
        """One suggestion a message, in their order."""
        return [suggestion for batch in batches(messages) for suggestion in self._sort(batch)]

    def confidences(self, messages: Sequence[Message]) -> Array:
        """The probability of each label for each message, without the words: for measuring."""
        parts = [self._chances(weigh(batch, self.vocabulary).matrix) for batch in batches(messages)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.labels)))

    def threshold_for(self, accuracy: float) -> float | None:
        """The lowest confidence above which, on unseen messages, at least this share was right; None if there is none."""
        fitting = [row["threshold"] for row in self.card["coverage"] if row["accuracy"] >= accuracy]
        return min(fitting, default=None)

    def dump(self) -> bytes:
        arrays = {
            "prints": self.vocabulary.prints,
            "kinds": self.vocabulary.kinds,
            "idf": self.vocabulary.idf,
            "columns": self.weights.columns,
            "offsets": self.weights.offsets,
            "calibration": np.array([self.calibration.slope, self.calibration.base]),
        }
        return store.pack({"labels": self.labels, "card": self.card}, arrays)

    @classmethod
    def load(cls, data: bytes) -> Suggester:
        """Refused when it is not such a model, of another version, or damaged."""
        facts, arrays = store.unpack(data)
        return cls(
            labels=facts["labels"],
            vocabulary=Vocabulary(arrays["prints"], arrays["kinds"], arrays["idf"]),
            weights=Weights(arrays["columns"], arrays["offsets"]),
            calibration=Calibration(*arrays["calibration"].tolist()),
            card=facts["card"],
        )

    def _sort(self, batch: Batch) -> list[Suggestion]:
        weighed = weigh(batch, self.vocabulary)
        confidence = self._chances(weighed.matrix)
        ranked = np.argsort(-confidence, axis=1, kind="stable")
        words = words_that_weighed(batch, weighed, self.weights.columns, ranked)
        words = [spelled(found, message) for found, message in zip(words, batch.messages, strict=True)]
        return [self._suggestion(*row) for row in zip(confidence.tolist(), ranked.tolist(), words, strict=True)]

    def _chances(self, matrix: sparse.csr_matrix) -> Array:
        """Of a message without one known word nothing is known: every label is as likely."""
        chances = self.calibration.confidences(self.weights.scores(matrix))
        chances[np.diff(matrix.indptr) == 0] = 1 / len(self.labels)
        return chances

    def _suggestion(self, confidence: list[float], ranked: list[int], words: list[str]) -> Suggestion:
        first, *others = [(self.labels[at], confidence[at]) for at in ranked[:3]]
        return Suggestion(first[0], first[1], words, others)


def _sorted_messages(messages: Iterable[Message]) -> list[Message]:
    """Those with a label and some words, from labels that occur often enough; refused when that leaves too little."""
    worded = [message for message in messages if message.label and (message.title.strip() or message.text.strip())]
    often = {label for label, count in Counter(m.label for m in worded).items() if count >= FEWEST_OF_A_LABEL}
    learned = [message for message in worded if message.label in often]
    if len(often) < 2 or len(learned) < FEWEST_MESSAGES:
        raise BadInput(
            "还不能训练",
            why="至少要有两类、每类{each}件、共{all}件已经分好类的来件，现在可用的是{labels}类{found}件",
            instead="请先人工分类更多来件，再训练",
            code="too_few_messages",
            each=FEWEST_OF_A_LABEL,
            all=FEWEST_MESSAGES,
            labels=len(often),
            found=len(learned),
        )
    return learned


def _groups(messages: list[Message]) -> Array:
    """A number for each group; a message without one is its own."""
    names = [("group", message.group) if message.group else ("alone", str(at)) for at, message in enumerate(messages)]
    numbers = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names])


def _card(
    messages: list[Message], groups: int, labels: list[str], confidence: Array, numbers: Array, trained_on: str
) -> dict[str, Any]:
    """What anybody may know of the model; the figures are of messages it had not seen when it was asked."""
    chosen = confidence.argmax(axis=1)
    right, sure = chosen == numbers, confidence.max(axis=1)
    counts = Counter(message.label for message in messages)
    every = np.arange(len(labels))
    precision, recall, each, _ = precision_recall_fscore_support(numbers, chosen, labels=every, zero_division=0)
    return {
        "trained_on": trained_on,
        "messages": len(messages),
        "groups": groups,
        "labels": [
            {"label": label, "messages": counts[label], "precision": _said(p), "recall": _said(r), "f1": _said(f)}
            for label, p, r, f in zip(labels, precision, recall, each, strict=True)
        ],
        "folds": INNER_FOLDS,
        "accuracy": _said(right.mean()),
        "macro_f1": _said(each.mean()),
        "calibration_error": calibration_error(sure, right),
        "coverage": coverage_curve(sure, right),
        "reliability": reliability(sure, right),
        "confused": _confused(labels, numbers, chosen),
    }


def _said(share: float) -> float:
    return round(float(share), 4)


def _confused(labels: list[str], numbers: Array, chosen: Array, most: int = 6) -> list[dict[str, Any]]:
    """Which label is taken for which other one, the commonest first."""
    pairs = Counter((labels[a], labels[b]) for a, b in zip(numbers.tolist(), chosen.tolist(), strict=True) if a != b)
    return [
        {"is": a, "taken_for": b, "messages": n}
        for (a, b), n in sorted(pairs.items(), key=lambda p: (-p[1], p[0]))[:most]
    ]


def _silent(stage: str, done: int, of: int) -> None:
    """Nobody is watching."""


def _ticking(told: Progress, stage: str, of: int) -> Callable[[], None]:
    done = iter(range(1, of + 1))
    return lambda: told(stage, next(done), of)
