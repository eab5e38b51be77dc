"""Stories of the rarer acts: correct, withdraw, authorise, devolve, take back, split, reword, appoint, dismiss."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.town import Town, system
from zhize.kernel.errors import Refusal
from zhize.kernel.period import Period
from zhize.places.terms import Expression
from zhize.register import commands
from zhize.register.models import BodySuccession, DutyWording, Holding, Seat
from zhize.register.terms import Share, Transfer

DAY = date(2016, 9, 1)
STALLS = "urb-street-trading"


def holding(town: Town, key: str = STALLS, place: str = "330302") -> Holding:
    return Holding.objects.as_of(DAY).get(duty=town.duty(key), place=town.place(place), level=4, capacity="NAME_HOLDER")


def test_a_wrong_holder_is_corrected_for_the_past_and_the_old_belief_can_be_asked(town: Town) -> None:
    march, june = Period(date(2017, 3, 1), date(2017, 6, 1)), town.now
    paper = town.notice(kind="decision", effective=date(2017, 6, 1))
    right = town.body("zhujian-330302")
    commands.correct(holding(town), body=right, within=march, instrument=paper, by=system(), now=june)
    inside, before, after = (
        town.who(STALLS, "五马街道", d) for d in (date(2017, 4, 1), date(2017, 2, 1), date(2017, 7, 1))
    )
    assert inside.answer.holder.body_id == right.pk
    assert {before.answer.holder.body_id, after.answer.holder.body_id} == {town.body("zhifa-330302").pk}
    believed = town.who(STALLS, "五马街道", date(2017, 4, 1), believed=june - timedelta(seconds=1))
    assert believed.answer.holder.body_id == town.body("zhifa-330302").pk


def test_a_row_withdrawn_leaves_the_wider_holder(town: Town) -> None:
    commands.withdraw(
        [holding(town)], why="录入错误", instrument=town.notice(kind="decision"), by=system(), now=town.now
    )
    assert town.who(STALLS, "五马街道", DAY).as_dict()["holder"]["name"] == "温州市综合行政执法局"


def test_a_row_already_withdrawn_is_not_withdrawn_twice(town: Town) -> None:
    row, paper = holding(town), town.notice(kind="decision")
    commands.withdraw([row], why="录入错误", instrument=paper, by=system(), now=town.now)
    with pytest.raises(Refusal) as refused:
        commands.withdraw([row], why="录入错误", instrument=paper, by=system(), now=town.now)
    assert refused.value.code == "overtaken"
    assert "职责归属已被另一项操作改动" in str(refused.value)


def test_a_duty_devolved_to_a_town_comes_back_when_taken_back(town: Town) -> None:
    street, bureau = town.body("town-330302006"), town.body("zhifa-330302")
    where = Expression((town.place("五马街道").pk,))
    paper = town.notice(kind="decision", effective=DAY)
    line = Transfer(town.duty(STALLS), (Share(bureau, where),), (Share(street, where),), 4)
    commands.devolve([line], day=DAY, instrument=paper, by=system(), now=town.now)
    assert town.who(STALLS, "五马街道", DAY).answer.holder.body_id == street.pk
    given = Holding.objects.as_of(DAY).get(duty=town.duty(STALLS), body=street)
    back = date(2017, 9, 1)
    commands.take_back([given], bureau, day=back, instrument=town.notice(kind="decision"), by=system(), now=town.now)
    assert town.who(STALLS, "五马街道", back).answer.holder.body_id == bureau.pk
    assert town.who(STALLS, "五马街道", back - timedelta(days=1)).answer.holder.body_id == street.pk


def test_what_was_devolved_is_not_taken_back_into_nowhere(town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        commands.take_back([holding(town)], day=DAY, instrument=town.notice(kind="decision"), by=system(), now=town.now)
    assert refused.value.code == "no_receiver"


def test_only_law_authorises(town: Town) -> None:
    where = Expression((town.place("330302").pk,))
    line = Transfer(
        town.duty(STALLS), (Share(town.body("zhifa-330302"), where),), (Share(town.body("zhujian-330302"), where),), 4
    )
    with pytest.raises(Refusal) as refused:
        commands.authorise([line], day=DAY, instrument=town.notice(kind="notice"), by=system(), now=town.now)
    assert refused.value.code == "not_competent"


def test_a_split_sends_each_duty_to_its_heir_and_the_rest_to_one(town: Town) -> None:
    body, one, rest = town.body("lvyou-330302"), town.body("jiaoyu-330302"), town.body("wenguang-330302")
    held = list(Holding.objects.as_of(DAY).filter(body=body))
    chosen = held[0].duty_id
    commands.split(body, {chosen: one}, rest, day=DAY, instrument=town.notice(kind="reply"), by=system(), now=town.now)
    assert Holding.objects.as_of(DAY).filter(duty_id=chosen, body=one).exists()
    assert not Holding.objects.as_of(DAY).filter(body=body).exists()
    assert set(BodySuccession.objects.live().filter(before=body).values_list("after_id", flat=True)) == {
        one.pk,
        rest.pk,
    }


def test_words_change_from_a_day_and_the_old_words_stay_for_the_days_before(town: Town) -> None:
    duty = town.duty(STALLS)
    old = DutyWording.objects.as_of(DAY).get(duty=duty).name
    commands.reword(
        duty, day=DAY, instrument=town.notice(kind="list"), by=system(), now=town.now, name="对擅自占道经营的处罚"
    )
    names = [DutyWording.objects.as_of(d).get(duty=duty).name for d in (DAY - timedelta(days=1), DAY)]
    assert names == [old, "对擅自占道经营的处罚"]


def test_a_dismissed_officer_has_no_seat_from_that_day(town: Town) -> None:
    seat = Seat.objects.live().filter(officer__username="fenpai")[0]
    day = town.now.date()
    commands.dismiss(seat, day=day, instrument=town.notice(kind="notice"), by=system(), now=town.now)
    assert not Seat.objects.as_of(day).filter(officer__username="fenpai").exists()
    assert Seat.objects.as_of(day - timedelta(days=1)).filter(officer__username="fenpai").exists()
