"""What happened to a case, act by act, as the sealed log has it: for the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from zhize.cases import rights  # noqa: F401  (declares the rights)
from zhize.cases.lifecycle import CASE, LEG
from zhize.cases.models import Case
from zhize.record.models import Event
from zhize.register.access import RIGHTS

MOST = 200
WORDS = ("why", "words", "reason", "purpose", "outcome")


@dataclass(frozen=True)
class EventShown:
    at: datetime
    title: str
    text: str
    who: str
    sealed: bool
    tone: str = "plain"


def happenings(case: Case, now: datetime) -> list[EventShown]:
    """Newest first."""
    rows = Event.objects.filter(
        touched__contains=[f"case:{case.pk}"],
        act__in=[r.split(".")[1] for r in RIGHTS if r.startswith("cases.")] + ["receive_many"],
    ).order_by("-pk")[:MOST]
    return [_shown(row) for row in rows]


def _shown(event: Event) -> EventShown:
    right = RIGHTS.get(f"cases.{'receive' if event.act == 'receive_many' else event.act}")
    said = [str(event.payload[name]) for name in WORDS if event.payload.get(name)]
    steps = [_step(step) for step in event.payload.get("steps", [])]
    return EventShown(
        event.at,
        _(right.label) if right else event.act,
        "；".join([*steps, *said]),
        event.who,
        event.seal_id is not None,
    )


def _step(step: dict[str, object]) -> str:
    """已分派 → 办理中"""
    flow = LEG if "leg" in step else CASE
    before, after = (flow.states.get(str(step[name]), "") for name in ("from", "to"))
    return "" if before == after else f"{_(before)} → {_(after)}"
