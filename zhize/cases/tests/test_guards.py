"""Every guard of the case's life (cases.md §2.2), tried by the act itself: refused with its code and a whole sentence, and whole
sentences name what to do instead where there is something to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from zhize.cases import commands as do
from zhize.cases.models import Proposal
from zhize.cases.tests.conftest import CLERK, SETUP, Town, at, later
from zhize.cases.tests.stories import (
    CITIZEN,
    TUESDAY,
    WEDNESDAY,
    fresh,
    handler,
    lead,
    message,
    received,
    replied,
    sent,
    signed,
)
from zhize.cases.tests.test_dispatching import ask, disputed
from zhize.kernel.errors import Refusal
from zhize.policy.commands import one, set_policy

Story = Callable[[Town], Any]
LATE = at("2016-04-20 10:00")


# -- register ----------------------------------------------------------------------------------------------------------
def empty_text(t: Town) -> Any:
    return do.receive(message(t, text=" "), by=CITIZEN, now=TUESDAY)


# -- not accept --------------------------------------------------------------------------------------------------------
def unknown_reason(t: Town) -> Any:
    return do.not_accept(received(t).pk, "busy", by=t.by("taker"), now=TUESDAY)


def confirmed_by_the_same_person(t: Town) -> Any:
    case = received(t)
    do.not_accept(case.pk, "litigation", by=t.by("dispatcher"), now=TUESDAY)
    return do.confirm_not_accept(case.pk, agreed=True, by=t.by("dispatcher"), now=TUESDAY)


# -- dispatch ----------------------------------------------------------------------------------------------------------
def no_matter(t: Town) -> Any:
    return do.dispatch(received(t).pk, by=t.by("dispatcher"), now=TUESDAY)


# -- return, contest, dispute ------------------------------------------------------------------------------------------
def refused_return(t: Town) -> Any:
    _, leg = sent(t)
    ask(t, leg)
    do.decide_return(leg.pk, "refused", words="不成立", by=t.by("dispatcher"), now=TUESDAY)
    return lead(leg.case)


def asked_twice(t: Town) -> Any:
    return ask(t, refused_return(t))


def window_over(t: Town) -> Any:
    return ask(t, sent(t)[1], now=LATE)


def not_ours_alone(t: Town) -> Any:
    return ask(t, sent(t)[1], body="lc-enforce", duty="stalls")


def decided_by_its_own(t: Town) -> Any:
    _, leg = sent(t)
    ask(t, leg)
    return do.decide_return(leg.pk, "upheld", by=t.by("lc_boss"), now=TUESDAY)


def contested_unasked(t: Town) -> Any:
    return do.contest(signed(t)[1].pk, "不服", by=t.by("lc"), now=TUESDAY)


def contested_late(t: Town) -> Any:
    return do.contest(refused_return(t).pk, "不服", by=t.by("lc"), now=LATE)


def ruled_undisputed(t: Town) -> Any:
    return do.rule(sent(t)[1].pk, body=t.bodies["lc-env"], instrument=t.paper, by=t.by("approver"), now=TUESDAY)


def ruled_by_a_supervisor(t: Town) -> Any:
    _, leg = disputed(t)
    return do.rule(leg.pk, body=t.bodies["lc-env"], instrument=t.paper, by=t.by("supervisor"), now=TUESDAY)


def carried_undecided(t: Town) -> Any:
    disputed(t)
    row = Proposal.objects.get(kind="conflict")
    return do.settle(row.pk, "改了", carried=True, by=t.by("editor"), now=WEDNESDAY)


# -- extend, suspend ---------------------------------------------------------------------------------------------------
def extended_late(t: Town) -> Any:
    return do.extend(signed(t)[1].pk, "1wd", "检测", by=t.by("lc"), now=LATE)


def extended_too_long(t: Town) -> Any:
    return do.extend(signed(t)[1].pk, "30wd", "检测", by=t.by("lc"), now=TUESDAY)


def extended_without_reason(t: Town) -> Any:
    return do.extend(signed(t)[1].pk, "1wd", " ", by=t.by("lc"), now=TUESDAY)


def extended_twice(t: Town) -> Any:
    case, leg = signed(t)
    do.extend(leg.pk, "1wd", "检测", by=t.by("lc"), now=TUESDAY)
    do.grant(case.pk, granted=True, by=t.by("supervisor"), now=TUESDAY)
    return do.extend(leg.pk, "1wd", "再检测", by=t.by("lc"), now=WEDNESDAY)


def suspended_off_the_list(t: Town) -> Any:
    return do.suspend(signed(t)[0].pk, "holiday", "通知", by=t.by("supervisor"), now=TUESDAY)


def suspended_without_evidence(t: Town) -> Any:
    return do.suspend(signed(t)[0].pk, "reporter", " ", by=t.by("supervisor"), now=TUESDAY)


def suspended_by_the_unit(t: Town) -> Any:
    return do.suspend(signed(t)[0].pk, "reporter", "通知", by=t.by("lc_boss"), now=TUESDAY)


# -- reply, review -----------------------------------------------------------------------------------------------------
def solved_without_evidence(t: Town) -> Any:
    return do.reply(signed(t)[1].pk, "办好了", solved=True, by=t.by("lc"), now=WEDNESDAY)


def reviewed_by_the_unit(t: Town) -> Any:
    return do.review(replied(t)[0].pk, passed=True, by=t.by("lc_boss"), now=WEDNESDAY)


def sent_back_for_ever(t: Town) -> Any:
    case, leg = replied(t)
    for hour in range(2):
        moment = later(WEDNESDAY, hours=hour)
        do.review(case.pk, passed=False, words="没有回答", by=t.by("supervisor"), now=moment)
        do.reply(leg.pk, "再答", by=handler(t, leg), now=moment)
    return do.review(case.pk, passed=False, words="还是没有", by=t.by("supervisor"), now=later(WEDNESDAY, hours=3))


# -- follow up, close, secrecy -----------------------------------------------------------------------------------------
def followed_up_by_the_unit(t: Town) -> Any:
    case, _ = replied(t, name="王", phone="13800138000")
    return do.follow_up(case.pk, reached=False, by=t.by("lc_boss"), now=WEDNESDAY)


def followed_up_without_answers(t: Town) -> Any:
    case, _ = replied(t, name="王", phone="13800138000")
    return do.follow_up(case.pk, reached=True, contacted=True, by=t.by("taker"), now=WEDNESDAY)


def closed_without_follow_up(t: Town) -> Any:
    case, _ = replied(t, name="王", phone="13800138000")
    do.review(case.pk, passed=True, by=t.by("supervisor"), now=WEDNESDAY)
    return do.close(case.pk, by=t.by("supervisor"), now=WEDNESDAY)


def closed_by_the_unit(t: Town) -> Any:
    return do.close(replied(t)[0].pk, by=t.by("lc_boss"), now=WEDNESDAY)


def looked_at_without_purpose(t: Town) -> Any:
    case = received(t, "010101", name="王", phone="13800138000")
    return do.look(case.pk, " ", by=t.by("taker"), now=TUESDAY)


def looked_at_by_the_body_complained_of(t: Town) -> Any:
    case, _ = signed(t, kind="report", name="王", phone="13800138000")
    assert fresh(case).confidential
    return do.look(case.pk, "核实", by=t.by("lc"), now=WEDNESDAY)


def ordered_to_itself(t: Town) -> Any:
    return do.order(signed(t)[1].pk, "快办", by=t.by("lc_boss"), now=TUESDAY)


def shelved_by_the_unit(t: Town) -> Any:
    said = {"evidence": "文件", "plan": "明年", "review_on": date(2016, 4, 1)}
    return do.shelve(replied(t)[0].pk, "plan", by=t.by("lc_boss"), now=WEDNESDAY, **said)


GUARDS: list[tuple[Story, str]] = [
    (empty_text, "empty"), (unknown_reason, "unknown_reason"), (confirmed_by_the_same_person, "four_eyes"), (no_matter, "no_matter"),
    (asked_twice, "asked_before"), (window_over, "return_window_over"), (not_ours_alone, "own_body"),
    (decided_by_its_own, "own_case"), (contested_unasked, "nothing_refused"), (contested_late, "contest_over"),
    (ruled_undisputed, "nothing_disputed"), (ruled_by_a_supervisor, "wrong_role"), (carried_undecided, "not_decided"),
    (extended_late, "late"), (extended_too_long, "too_long"), (extended_without_reason, "empty"),
    (extended_twice, "extensions_used"), (suspended_off_the_list, "unknown_ground"), (suspended_without_evidence, "empty"),
    (suspended_by_the_unit, "own_case"), (solved_without_evidence, "empty"), (reviewed_by_the_unit, "own_case"),
    (sent_back_for_ever, "sent_back_too_often"), (followed_up_by_the_unit, "own_case"),
    (followed_up_without_answers, "unanswered"), (closed_without_follow_up, "not_followed_up"), (closed_by_the_unit, "own_case"),
    (looked_at_without_purpose, "empty"), (looked_at_by_the_body_complained_of, "confidential"), (ordered_to_itself, "own_case"),
    (shelved_by_the_unit, "own_case"),
]  # fmt: skip


@pytest.mark.parametrize(("story", "code"), GUARDS, ids=[s.__name__ for s, _ in GUARDS])
def test_refused_with_its_sentence(town: Town, story: Story, code: str) -> None:
    with pytest.raises(Refusal) as no:
        story(town)
    said = no.value.as_dict()
    assert no.value.code == code
    assert "{" not in str(no.value) and said["instead"]


def test_how_often_a_reply_may_be_sent_back_is_the_places_to_say(town: Town) -> None:
    set_policy(
        [one("cases.review.sent_back", town.places["330300"], 5, date(2016, 1, 1))],
        instrument=town.paper, by=CLERK, now=SETUP,
    )  # fmt: skip
    assert sent_back_for_ever(town).state == "handling"
