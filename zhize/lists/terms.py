"""The words acts on lists are given in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhize.lists.models import Divergence
from zhize.record.models import Instrument


@dataclass(frozen=True)
class Ruled:
    """What is decided about a difference: about which flag, how, why, from which day, by which paper if any."""

    divergence: Divergence
    about: str
    verdict: str
    reason: str
    from_day: date
    instrument: Instrument | None = None
