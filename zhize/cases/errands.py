"""A simulation as the worker carries it out: watched, stopped, begun again, like every errand (`register/importing/errands.py`)."""

from __future__ import annotations

from datetime import date, datetime

from zhize.cases.models import Simulation
from zhize.cases.queries.simulating import simulate as simulated
from zhize.register.drafts import TrialDraft, find
from zhize.register.drafts.annex import annex
from zhize.register.importing.terms import Progress
from zhize.register.models import Errand


def simulate(errand: Errand, now: datetime, progress: Progress) -> Simulation:
    """`said`: draft, place, first, last, day; the file stands for the draft where one was handed in."""
    said = errand.said
    first, last = date.fromisoformat(said["first"]), date.fromisoformat(said["last"])
    day = date.fromisoformat(said["day"]) if said["day"] else None
    draft = _draft(errand, day or last)
    result = simulated(draft, first, last, said["place"], now, day=day, progress=progress)
    return Simulation.objects.create(
        draft=draft.key[:200], label=draft.label[:300], place_id=said["place"], first=first, last=last, day=result["day"], at=now,
        seat=errand.seat, who=errand.who, result=result,
    )  # fmt: skip


def _draft(errand: Errand, day: date) -> TrialDraft:
    if errand.content is None:
        return find(errand.said["draft"], day)
    return annex(bytes(errand.content), errand.file_name, day)
