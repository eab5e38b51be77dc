"""Acts that set right what was wrongly entered: correct, withdraw. What was published on the old belief stays readable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zhize.accounts.models import By
from zhize.kernel.period import Period
from zhize.policy.queries import require_competence
from zhize.record import acts
from zhize.record.acts import note, touch
from zhize.record.models import Instrument
from zhize.register.commands.base import act, allow, sites
from zhize.register.models import Body, Holding
from zhize.register.subjects import subject_of


@act
def correct(
    holding: Holding, *, body: Body, within: Period | None = None, instrument: Instrument, by: By, now: datetime
) -> list[Holding]:
    """Say who really held it, for the days of `within` (all of them when None), by a paper that may be later (spec §12.12).

    The wrong row is withdrawn, its other days are restated as they were; what was believed before can be asked again.
    """
    allow(by, "register.correct", {holding.place_id, *sites([body], now)}, now)
    day = instrument.day or holding.from_day
    require_competence("assign", subject_of(body.kind, body.level), instrument, day, [holding.place_id])
    touch(f"body:{holding.body_id}", f"body:{body.pk}", f"duty:{holding.duty_id}")
    note(was=holding.body_id, now_said=body.pk)
    return acts.correct(holding, within=within, body_id=body.pk)


@act
def withdraw(holdings: Sequence[Holding], *, why: str, instrument: Instrument, by: By, now: datetime) -> None:
    """These rows should never have been entered (录入错误): they are no longer believed; nothing takes their place."""
    allow(by, "register.withdraw", {h.place_id for h in holdings}, now)
    touch(*(f"body:{h.body_id}" for h in holdings), *(f"duty:{h.duty_id}" for h in holdings))
    note(why=why)
    acts.withdraw(holdings)
