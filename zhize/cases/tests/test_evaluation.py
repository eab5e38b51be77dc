"""Evaluation: who asks, what is a valid answer, what comes back for another round, and what is left out of the scores by whom."""

from __future__ import annotations

import pytest

from zhize.cases.commands import (
    ask_exclusion,
    close,
    exclude,
    follow_up,
    invite,
    rate,
    reopen,
    reply,
    review,
    rework,
    sign,
)
from zhize.cases.models import Case, Exclusion, Leg, PastRound, Rating
from zhize.cases.tests.conftest import Town, at, later
from zhize.cases.tests.stories import CITIZEN, TUESDAY, WEDNESDAY, fresh, handler, lead, replied, signed
from zhize.cases.tests.test_desk import share, told
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of

SAID = {"contacted": True, "solved": True, "satisfied": "yes"}


def asked(town: Town, case: Case, **said: object) -> Rating:
    return follow_up(case.pk, **({"reached": True} | SAID | said), by=town.by("taker"), now=WEDNESDAY)


# -- who would not say, and who was not reached ------------------------------------------------------------------------
def test_who_would_not_say_and_who_was_not_reached_are_kept_apart(town: Town) -> None:
    cases = [replied(town, phone="13812345678")[0] for _ in range(3)]
    asked(town, cases[0])
    asked(town, cases[1], refused=True)
    asked(town, cases[2], reached=False)
    found = told(town)
    assert share(found["solved"]) == (1, 1), "neither is a valid answer"
    assert share(found["refused"]) == (1, 3) and share(found["unreached"]) == (1, 3)
    assert share(found["coverage"]) == (1, 3)


def test_who_would_not_say_says_nothing(town: Town) -> None:
    row = asked(town, replied(town)[0], refused=True)
    assert (row.contacted, row.solved, row.satisfied) == (None, None, "")
    assert str(row) == "不愿评价"


def test_a_refusal_to_say_ends_the_follow_up(town: Town) -> None:
    """The reporter was reached; calling him three times more would be pestering."""
    case, _ = replied(town, phone="13812345678")
    asked(town, case, refused=True)
    close(case.pk, by=town.by("supervisor"), now=WEDNESDAY)
    assert fresh(case).state == "closed"


def test_the_unit_never_asks_about_its_own_case(town: Town) -> None:
    case, _ = replied(town)
    with pytest.raises(Refusal) as no:
        follow_up(case.pk, reached=True, **SAID, by=town.by("lc_boss"), now=WEDNESDAY)
    assert no.value.code == "own_case"


# -- whose the score is ------------------------------------------------------------------------------------------------
def test_a_score_is_the_bodys_that_answered_that_round(town: Town) -> None:
    case, leg = replied(town)
    assert asked(town, case).leg == leg
    assert share(told(town, body="lc-enforce")["solved"]) == (1, 1)
    assert share(told(town, body="oh-enforce")["solved"]) == (0, 0)


# -- another round -----------------------------------------------------------------------------------------------------
def test_what_a_follow_up_finds_wanting_is_done_again_by_a_limit_of_its_own(town: Town) -> None:
    case, _ = replied(town, phone="13812345678")
    asked(town, case, solved=False, satisfied="no")
    rework(case.pk, "摊位第二天又回来了", by=town.by("taker"), now=WEDNESDAY)
    again = fresh(case)
    assert (again.state, again.round, again.limit) == ("dispatched", 2, "5wd")
    assert PastRound.objects.get(case=case).again == "rework"
    assert lead(again).limit == "5wd", "the leg runs by the same limit"


def test_nothing_found_wanting_nothing_done_again(town: Town) -> None:
    case, _ = replied(town)
    with pytest.raises(Refusal) as no:
        rework(case.pk, "再看看", by=town.by("taker"), now=WEDNESDAY)
    assert no.value.code == "not_found_wanting"
    asked(town, case)
    with pytest.raises(Refusal):
        rework(case.pk, "再看看", by=town.by("taker"), now=WEDNESDAY)


def test_the_reporter_asking_again_has_the_other_limit(town: Town) -> None:
    case, _ = replied(town)
    reopen(case.pk, "没有解决", by=CITIZEN, now=WEDNESDAY)
    assert fresh(case).limit == "3wd" and PastRound.objects.get(case=case).again == "reopen"
    found = told(town)
    assert share(found["reopened"]) == (1, 1) and share(found["reworked"]) == (0, 1)


def test_the_old_answer_stays_in_the_statistics(town: Town) -> None:
    case, _ = replied(town)
    asked(town, case, solved=False, satisfied="no")
    rework(case.pk, "又回来了", by=town.by("taker"), now=WEDNESDAY)
    again = fresh(case)
    sign(lead(again).pk, by=handler(town, lead(again)), now=WEDNESDAY)
    reply(lead(again).pk, "已固定值守。", by=handler(town, lead(again)), now=WEDNESDAY)
    asked(town, fresh(case))
    assert share(told(town)["solved"]) == (1, 2)


# -- by link -----------------------------------------------------------------------------------------------------------
def test_a_link_rates_one_round_of_one_case(town: Town) -> None:
    case, _ = replied(town, phone="13812345678")
    word = invite(case.pk, "sms", by=town.by("taker"), now=WEDNESDAY)
    other, _ = replied(town)
    assert len(word) == 12 and word != invite(other.pk, "sms", by=town.by("taker"), now=WEDNESDAY)
    row = rate(case.pk, **SAID, way="link", by=CITIZEN, now=WEDNESDAY)
    assert (row.way, row.source) == ("link", "reporter")


def test_an_invitation_goes_by_text_or_link(town: Town) -> None:
    case, _ = replied(town)
    with pytest.raises(BadInput):
        invite(case.pk, "pigeon", by=town.by("taker"), now=WEDNESDAY)


# -- left out of the scores --------------------------------------------------------------------------------------------
def left_out(town: Town, leg: Leg, agreed: bool = True) -> Exclusion:
    ask_exclusion(leg.pk, "unlawful", "要求拆除合法建筑", by=handler(town, leg), now=WEDNESDAY)
    return exclude(
        leg.case_id, agreed=agreed, words="" if agreed else "诉求合理", by=town.by("supervisor"), now=WEDNESDAY
    )


def test_what_is_left_out_is_in_neither_part_nor_whole_and_is_counted_by_ground(town: Town) -> None:
    case, leg = replied(town)
    asked(town, case, solved=False, satisfied="no")
    replied(town)
    before = told(town)
    left_out(town, leg)
    found = told(town)
    assert share(before["leg_on_time"]) == (2, 2) and share(found["leg_on_time"]) == (1, 1)
    assert share(before["solved"]) == (0, 1) and share(found["solved"]) == (0, 0)
    assert {ground: n for ground, _, n in found["leg_on_time"].out} == {"left": 0, "suspended": 0, "excluded": 1}
    assert share(found["excluded"]) == (1, 2) and found["leg_on_time"].out_percent == 50.0


def test_the_unit_asks_and_somebody_outside_it_agrees(town: Town) -> None:
    case, leg = replied(town)
    with pytest.raises(Refusal) as no:
        exclude(case.pk, agreed=True, by=town.by("supervisor"), now=WEDNESDAY)
    assert no.value.code == "nothing_asked"
    ask_exclusion(leg.pk, "beyond", "没有这项政策", by=town.by("lc"), now=WEDNESDAY)
    with pytest.raises(Refusal) as no:
        exclude(case.pk, agreed=True, by=town.by("lc_boss"), now=WEDNESDAY)
    assert no.value.code == "own_case"
    with pytest.raises(Refusal) as no:
        ask_exclusion(leg.pk, "beyond", "没有这项政策", by=town.by("lc"), now=WEDNESDAY)
    assert no.value.code == "exclusion_asked"


def test_a_ground_that_is_not_on_the_list_is_none(town: Town) -> None:
    _, leg = replied(town)
    with pytest.raises(BadInput) as no:
        ask_exclusion(leg.pk, "we_are_busy", "人手不够", by=town.by("lc"), now=WEDNESDAY)
    assert no.value.field == "ground"


def test_not_agreed_leaves_the_figures_as_they_were(town: Town) -> None:
    _, leg = replied(town)
    assert left_out(town, leg, agreed=False).words == "诉求合理"
    assert share(told(town)["leg_on_time"]) == (1, 1)
    _, other = signed(town)
    ask_exclusion(other.pk, "force", "台风", by=town.by("lc"), now=WEDNESDAY)
    with pytest.raises(BadInput):
        exclude(other.case_id, agreed=False, by=town.by("supervisor"), now=WEDNESDAY)


# -- a case's own day --------------------------------------------------------------------------------------------------
def test_a_day_is_a_day_in_beijing(town: Town) -> None:
    """Answered at half past midnight: on the day before by UTC, and counted on the day it was here."""
    case, leg = signed(town)
    night = at("2016-03-03 00:30")
    reply(leg.pk, "已劝离。", by=handler(town, leg), now=night)
    review(case.pk, passed=True, by=town.by("supervisor"), now=later(night, hours=9))
    from zhize.cases.queries.measuring import count

    days = count(["coverage"], TUESDAY, at("2016-04-01 00:00"), by=("day",))["coverage"]
    assert list(days) == [(day_of(night),)]
