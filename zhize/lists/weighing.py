"""The numbers that come with the program; docs/decisions says on what they were learned. Loads no compiler."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from zhize.kernel.compare.single import Said, cosine, odds, rarities
from zhize.kernel.compare.weights import Weights

WEIGHTS = Path(__file__).with_name("weights.toml")


@cache
def shipped_weights() -> Weights:
    return Weights.read(tomllib.loads(WEIGHTS.read_text("utf-8")))


@cache
def rare() -> Callable[[str], float]:
    """How rare a character is in such names."""
    return cache(rarities(shipped_weights().common))


def log_odds(left: Said, right: Said, worth: Callable[[str], float]) -> float:
    """That both are one duty, by the matcher's first look."""
    return odds(left, right, cosine(left, right, worth), shipped_weights(), rare())
