"""Stories of duties that came to an end: nobody holds them any more, and nothing goes on being said of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.town import Town, system
from zhize.kernel.errors import Refusal
from zhize.register import commands
from zhize.register.models import Absence, Duty, DutyBasis, DutyCode, DutyWording, Holding

ELDER_HOMES, ENDED = "civ-elder-home-permit", date(2018, 12, 29)
STALLS = "urb-street-trading"


def test_a_permit_the_law_abolished_is_worded_until_that_day(town: Town) -> None:
    """修正后的老年人权益保障法自2018年12月29日起取消养老机构设立许可."""
    duty = town.duty(ELDER_HOMES)
    for model in (DutyWording, DutyCode, DutyBasis):
        assert model.objects.as_of(ENDED - timedelta(days=1)).filter(duty=duty).exists()
        assert not model.objects.live().from_day_on(ENDED).filter(duty=duty).exists()
    assert DutyWording.objects.live().get(duty=duty).ended_by == town.paper("law-老年人权益保障法-2018-12-29")


def test_nothing_in_the_town_is_said_of_a_duty_after_its_last_holder(town: Town) -> None:
    """What nobody ever held, or what is missing with a recorded reason, is a gap on purpose."""
    worded = set(DutyWording.objects.live().filter(to_day=None).values_list("duty_id", flat=True))
    ever = set(Holding.objects.live().values_list("duty_id", flat=True))
    still = set(Holding.objects.live().filter(to_day=None).values_list("duty_id", flat=True))
    excused = set(Absence.objects.live().filter(to_day=None).values_list("duty_id", flat=True))
    assert not Duty.objects.filter(pk__in=(worded & ever) - still - excused).exclude(kind="main").exists()


def test_what_somebody_still_holds_is_not_retired(town: Town) -> None:
    day = date(2019, 6, 1)
    with pytest.raises(Refusal) as refused:
        commands.retire([town.duty(STALLS)], day=day, instrument=town.notice(effective=day), by=system(), now=town.now)
    assert refused.value.code == "still_held"


def test_only_who_keeps_the_register_retires_a_duty(town: Town) -> None:
    with pytest.raises(Refusal):
        commands.retire(
            [town.duty(ELDER_HOMES)], day=ENDED, instrument=town.notice(), by=town.seat("fenpai"), now=town.now
        )
