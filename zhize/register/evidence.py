"""What work shows of the register: how often a duty was asked for in a place, sent back, disputed, found to be nobody's.

The register knows no cases. A feature that has such evidence declares a counter in its own `evidence` module, and whoever
ranks overlaps and gaps asks here; with no feature installed the answer is empty (decision 0021).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import NamedTuple

from django.utils.module_loading import autodiscover_modules


class Evidence(NamedTuple):
    """Counts for one duty in one place."""

    asked: int = 0
    sent_back: int = 0
    disputed: int = 0
    unanswered: int = 0

    @property
    def weight(self) -> int:
        """A dispute says more than a return, a return more than a case that went smoothly."""
        return self.asked + 3 * self.sent_back + 10 * self.disputed + 10 * self.unanswered

    def plus(self, other: Evidence) -> Evidence:
        return Evidence(*(a + b for a, b in zip(self, other, strict=True)))


Found = Mapping[tuple[int, int], Evidence]  # (duty, place where it happened) → counts
Counter = Callable[[Collection[int], date], Found]
COUNTERS: list[Counter] = []


def declare_evidence(counter: Counter) -> Counter:
    """Write a feature's counter into the list; usable as a decorator."""
    COUNTERS.append(counter)
    return counter


def evidence_of(duties: Collection[int], since: date) -> dict[tuple[int, int], Evidence]:
    """Everything any feature knows of these duties since a day, by duty and place."""
    found: dict[tuple[int, int], Evidence] = defaultdict(Evidence)
    for counter in COUNTERS:
        for at, counts in counter(duties, since).items():
            found[at] = found[at].plus(counts)
    return dict(found)


def discover() -> None:
    """Every app's own `evidence` module, once all apps are ready."""
    autodiscover_modules("evidence")
