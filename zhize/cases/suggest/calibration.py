"""Confidence that means what it says, and what is gained by leaving the doubtful messages to a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Array = NDArray[Any]
TIGHTNESS = 1e-3  # holds the offsets near nought where there are few messages
COVERAGES = tuple(round(0.05 * step, 2) for step in range(1, 21))


@dataclass(frozen=True)
class Calibration:
    """Scores become probabilities: softmax(steepness x score + offset of the label)."""

    steepness: float
    offsets: Array

    def confidences(self, scores: Array) -> Array:
        return softmax(self.steepness * scores + self.offsets)


def calibrate(scores: Array, labels: Array) -> Calibration:
    """From scores of messages the model had not seen: the steepness and offsets under which they are likeliest."""
    count = scores.shape[1]
    hit = np.eye(count)[labels]

    def loss(parameters: Array) -> tuple[float, Array]:
        chance = softmax(parameters[0] * scores + parameters[1:])
        away = (chance - hit) / len(labels)
        value = -np.mean(np.log(np.maximum(chance[np.arange(len(labels)), labels], 1e-12)))
        slope = np.concatenate([[float((away * scores).sum())], away.sum(axis=0) + 2 * TIGHTNESS * parameters[1:]])
        return float(value + TIGHTNESS * (parameters[1:] ** 2).sum()), slope

    best = minimize(loss, np.concatenate([[2.0], np.zeros(count)]), jac=True, method="L-BFGS-B", bounds=_bounds(count))
    return Calibration(float(best.x[0]), np.asarray(best.x[1:]))


def _bounds(count: int) -> list[tuple[float | None, float | None]]:
    """A steepness of nought or less would turn the order round; more than 20 is not learned from few messages."""
    return [(0.05, 20.0)] + [(None, None)] * count


def softmax(values: Array) -> Array:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def coverage_curve(confidence: Array, right: Array) -> list[dict[str, float]]:
    """If only the surest share goes out by itself: the threshold for that, and how many of them are right."""
    order = np.argsort(-confidence, kind="stable")
    rows = []
    for share in COVERAGES:
        taken = order[: max(1, round(share * len(order)))]
        threshold, accuracy = float(confidence[taken[-1]]), float(right[taken].mean())
        rows.append({"coverage": share, "threshold": round(threshold, 4), "accuracy": round(accuracy, 4)})
    return rows


def calibration_error(confidence: Array, right: Array, bins: int = 10) -> float:
    """Expected calibration error: how far, on average, confidence is from the share that is right."""
    where = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(float(confidence[where == at].mean() - right[where == at].mean())) * float((where == at).mean())
        for at in np.unique(where)
    ]
    return round(sum(gaps), 4)
