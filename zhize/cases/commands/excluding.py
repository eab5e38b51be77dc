"""What does not count for a unit's scores: the unit asks, somebody outside it decides (受理、办理、督办、评价相分离)."""

from __future__ import annotations

from datetime import datetime

from zhize.accounts.models import By
from zhize.cases.commands.base import allow, locked, locked_leg, move, move_leg, said, tidy
from zhize.cases.models import Exclusion
from zhize.cases.queries.routing import chain
from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of
from zhize.policy import queries as policy
from zhize.record.acts import act, note


@act
def ask_exclusion(leg_id: int, ground: str, reason: str, *, by: By, now: datetime) -> Exclusion:
    """The unit asks that this round be left out of its scores, on a ground of the closed list."""
    case, leg = locked_leg(leg_id)
    allow(by, "ask_exclusion", case, now, leg=leg)
    listed = policy.value("cases.exclusion.grounds", list(chain(case.place_id, day_of(now))), day_of(now)).value
    row = next((each for each in listed if each["code"] == ground), None)
    if row is None:
        raise BadInput(
            "没有“{ground}”这种剔除事由",
            why="剔除只能依清单上的事由",
            instead="请从清单中选择",
            field="ground",
            code="unknown_ground",
            ground=ground,
        )
    move_leg(leg, "ask_exclusion", now)
    note(ground=ground)
    return Exclusion.objects.create(
        case=case,
        leg=leg,
        round=leg.round,
        ground=ground,
        name=row["name"],
        article=row.get("article", ""),
        reason=said(reason, "剔除理由", "reason", 4000),
        asked_at=now,
        asked_by=by.officer_id,
    )


@act
def exclude(case_id: int, *, agreed: bool, words: str = "", by: By, now: datetime) -> Exclusion:
    """Somebody outside the unit agrees or not; either way the figures say how many were left out and on what ground."""
    case = locked(case_id)
    asked = Exclusion.objects.select_for_update().filter(case=case, agreed__isnull=True).first()
    allow(by, "exclude", case, now, other_than=asked.asked_by if asked else None)
    move(case, "exclude", now)
    assert asked is not None  # the guard has said so
    asked.agreed, asked.words, asked.decided_at, asked.decided_by = agreed, tidy(words), now, by.officer_id
    if not agreed:
        asked.words = said(words, "不同意的理由", "words", 4000)
    asked.save(update_fields=["agreed", "words", "decided_at", "decided_by"])
    note(agreed=agreed, ground=asked.ground)
    return asked
