"""The numbers that make features a probability: learned elsewhere, kept in a small file a person can read, handed in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhize.kernel.compare.plain import FEATURES, PLACES, RELATIONS, SHAPES, SIDE
from zhize.kernel.compare.plain import WEIGHTS as RARITIES
from zhize.kernel.errors import BadInput

Array = NDArray[Any]
CONTEXT = (
    "lead",
    "unrivalled",
    "score",
)  # ahead of the row's other candidates; of the left row's other claimants; alone
LOOK = {"first": FEATURES, "second": FEATURES, "last": FEATURES + CONTEXT}
_ROWS = SIDE * SIDE * PLACES


@dataclass(frozen=True)
class Linear:
    """A log odds: the sum of a constant and weighed features."""

    constant: float
    weights: Array

    def of(self, features: Array) -> Array:
        return np.asarray(features @ self.weights + np.float32(self.constant))


@dataclass(frozen=True)
class Weights:
    """Three looks at a pair: by shapes of difference, by the lists' own habits, and beside its rivals."""

    threshold: float  # probability from which a pair is proposed
    doubtful: float  # … from which it is shown as a suspicion
    first: Linear
    second: Linear
    last: Linear
    shapes: Array
    common: Mapping[str, float]  # characters of such names, and the share of names that hold them
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Weights:
        """From the file's tables; refused when a number is missing."""
        try:
            looks = {name: _linear(said[name], names) for name, names in LOOK.items()}
            shapes = np.array([n for row in said["shapes"]["odds"] for n in row], np.float32)
            common = {str(c): float(share) for c, share in said["common"].items() if len(c) == 1}
            threshold, doubtful = float(said["threshold"]), float(said["doubtful"])
        except (KeyError, TypeError, ValueError) as error:
            raise _refused(f"缺少或者读不懂：{error}") from error
        if len(shapes) != SHAPES or not np.isfinite(shapes).all() or not 0 < doubtful <= threshold < 1:
            raise _refused("数值的个数或者范围不对")
        return cls(
            threshold, doubtful, **looks, shapes=shapes, common=common, provenance=dict(said.get("provenance", {}))
        )

    def lines(self) -> list[str]:
        """The file: TOML, one number a line where it has a name."""
        out = ["[provenance]", *(f"{key} = {_toml(value)}" for key, value in self.provenance.items()), ""]
        head = ["# 名称比对的权数：由 zhize lists train 写出，请勿手改。", f"threshold = {self.threshold}",
                f"doubtful = {self.doubtful}", ""]  # fmt: skip
        for name, names in LOOK.items():
            look: Linear = getattr(self, name)
            out += [f"[{name}]", f"constant = {look.constant:.4f}"]
            out += [f"{key} = {float(w):.4f}" for key, w in zip(names, look.weights, strict=True)] + [""]
        rows = self.shapes.reshape(_ROWS, RELATIONS * RARITIES)
        out += ["[shapes]", "odds = [", *("  [" + ", ".join(f"{n:.2f}" for n in row) + "]," for row in rows), "]", ""]
        out += ["[common]", *(f'"{c}" = {share:.3f}' for c, share in self.common.items()), ""]
        return head + out


def probability(odds: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def _linear(table: Mapping[str, Any], names: Sequence[str]) -> Linear:
    return Linear(float(table["constant"]), np.array([float(table[name]) for name in names], np.float32))


def _toml(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return str(value) if isinstance(value, (int, float)) else '"' + str(value).replace('"', "'") + '"'


def _refused(why: str) -> BadInput:
    return BadInput("这不是可用的比对权数", why=why, instead="请用 zhize lists train 重新写出", code="bad_weights")
