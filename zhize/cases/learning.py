"""The office's own model and the matter index, and what both say of messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from zhize.cases.models import MatterModel
from zhize.cases.queries import routing
from zhize.cases.queries.likely import matter_index
from zhize.cases.queries.routing import Fresh
from zhize.cases.suggest import MatterSuggestion, Message, suggest_matters
from zhize.register.models import Matter

if TYPE_CHECKING:
    from zhize.cases.suggest import Suggester

HEARD = 12  # candidates listened to when a body is to be found
_loaded: Fresh[Suggester] = Fresh(3600, 2)


def in_service() -> MatterModel | None:
    """The model that suggests now; its content is read when it is asked, not with every look."""
    return MatterModel.objects.filter(since__isnull=False, until__isnull=True).defer("content").first()


def office_model(row: MatterModel | None = None) -> Suggester | None:
    """What the model in service has learned, if the office has one; read once by each process."""
    from zhize.cases.suggest import Suggester

    row = row or in_service()
    return _loaded.get(row.digest, lambda: Suggester.load(bytes(row.content or b""))) if row else None


def suggestions(messages: Sequence[Message], model: Suggester | None, day: date) -> list[MatterSuggestion]:
    """A matter for each message: the learned branch, then the words of the scheme in force that day."""
    return suggest_matters(messages, model, matter_index(day))


def for_dispatch(
    messages: Sequence[Message], model: Suggester | None, place_id: int, day: date
) -> list[MatterSuggestion]:
    """The same, with the confidence a dispatch needs: that the *body* is right.

    Candidates that the register gives to one body here today stand together (a blocked drain and a broken manhole cover
    go to the same bureau); of the body they speak for most, the best matter is named.
    """
    found = suggest_matters(messages, model, matter_index(day), HEARD)
    numbers = dict(Matter.objects.values_list("code", "pk"))
    wanted = {(numbers[c.code], place_id) for s in found for c in s.candidates if c.code in numbers}
    answers = routing.answers(sorted(wanted), day)
    bodies = {matter: a.chosen.body_id for (matter, _), a in answers.items() if a.chosen}
    return [_pooled(s, {c.code: bodies.get(numbers.get(c.code, 0)) for c in s.candidates}) for s in found]


def _pooled(s: MatterSuggestion, bodies: dict[str, int | None]) -> MatterSuggestion:
    shares: dict[int, float] = {}
    for c in s.candidates:
        body = bodies[c.code]
        if body is not None:
            shares[body] = shares.get(body, 0.0) + c.confidence
    if not shares:
        return s
    most = max(shares, key=lambda body: shares[body])
    best = next(c for c in s.candidates if bodies[c.code] == most)
    return replace(s, code=best.code, confidence=round(min(shares[most], 1.0), 6), words=best.words)
