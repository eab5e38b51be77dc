"""The register's acts: the officer's right first, the rule book on what was touched last, before anything is kept.

    @act
    def rename(body, name, *, day, instrument, by, now):
        allow(by, "register.rename", sites([body], now), now)

Where an act has an effect is where the officer's seat must reach: an editor of one district touches no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.record.acts import Doing, acting
from zhize.register.access import allow
from zhize.register.invariants import BOOK
from zhize.register.models import Body, BodySite, Duty, Holding

__all__ = ["act", "allow", "held_in", "sites"]


def _check(doing: Doing) -> None:
    touched = {f"{model._meta.model_name}:{row.pk}" for model, rows in doing.stated.items() for row in rows}
    if not touched:
        return
    findings = BOOK.run(touched)
    errors = [f for f in findings if f.is_error]
    if errors:
        first = errors[0]
        raise Refusal(
            "这项操作会使登记自相矛盾：{says}" if len(errors) == 1 else "这项操作会使登记自相矛盾（共{n}处）：{says}",
            rule=f"第{first.rule.no}条",
            article=first.rule.article,
            instead="请改正所列各行后重新办理",
            code=first.rule.name,
            details=[f.as_dict() for f in errors[:50]],
            n=len(errors),
            says=first.says,
        )
    if findings:
        doing.payload["warnings"] = [f.as_dict() for f in findings[:50]]


act = acting(_check)


def sites(bodies: Iterable[Body], now: datetime) -> set[int]:
    """Where the bodies have their territory today; of one that is no more (or not yet), where it has it at any time."""
    rows = BodySite.objects.live().filter(body__in=list(bodies))
    spans = [
        (s.body_id, s.place_id, s.from_day <= day_of(now) and (s.to_day is None or s.to_day > day_of(now)))
        for s in rows
    ]
    current = {body for body, _, today in spans if today}
    return {place for body, place, today in spans if today or body not in current}


def held_in(duty: Duty) -> set[int]:
    """Everywhere the duty is held: who rewords or divides it concerns all of its holders."""
    return set(Holding.objects.live().filter(duty=duty, to_day=None).values_list("place_id", flat=True))
