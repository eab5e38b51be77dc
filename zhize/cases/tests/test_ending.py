"""The loop closed: replied, followed up, rated, closed — never by the body itself; reopened and withdrawn by the reporter."""

from __future__ import annotations

import pytest

from zhize.cases.commands import close, follow_up, rate, reopen, reply, review, sign, withdraw
from zhize.cases.models import Leg, PastRound, Rating
from zhize.cases.queries.clocks import past_lines
from zhize.cases.tests.conftest import CLERK, Town, at, later
from zhize.cases.tests.stories import CITIZEN, TUESDAY, WEDNESDAY, fresh, lead, received, replied, sent, signed
from zhize.kernel.errors import BadInput, Refusal
from zhize.record.models import Event

GOOD = {"contacted": True, "solved": True, "satisfied": "yes"}
CALLER = {"name": "王小明", "phone": "13812345678"}


def test_the_whole_day_of_a_case(town: Town) -> None:
    case, _ = replied(town, **CALLER)
    review(case.pk, passed=True, by=town.by("supervisor"), now=WEDNESDAY)
    rate(case.pk, **GOOD, by=CITIZEN, now=WEDNESDAY)
    close(case.pk, by=town.by("supervisor"), now=WEDNESDAY)
    case = fresh(case)
    assert (case.state, case.ended_at, lead(case).state) == ("closed", WEDNESDAY, "accepted")
    acts = list(
        Event.objects.filter(touched__contains=[f"case:{case.pk}"]).order_by("id").values_list("act", flat=True)
    )
    assert acts == ["receive", "dispatch", "sign", "reply", "review", "rate", "close"]


def test_solved_needs_evidence(town: Town) -> None:
    _, leg = signed(town)
    with pytest.raises(BadInput):
        reply(leg.pk, "已解决", solved=True, by=town.by("lc"), now=WEDNESDAY)
    assert reply(leg.pk, "已解决", solved=True, evidence="现场照片", by=town.by("lc"), now=WEDNESDAY).solved


def test_who_has_not_signed_does_not_answer(town: Town) -> None:
    _, leg = sent(town)
    with pytest.raises(Refusal) as no:
        reply(leg.pk, "已解决", by=town.by("lc"), now=WEDNESDAY)
    assert no.value.code == "wrong_state"


def test_who_only_assists_may_answer_or_not(town: Town) -> None:
    case, leg = signed(town, matter="020101")
    assistant = Leg.objects.get(case=case, capacity="assist")
    sign(assistant.pk, by=town.by("env"), now=TUESDAY)
    reply(assistant.pk, "已检测", by=town.by("env"), now=TUESDAY)
    assert fresh(case).state == "handling"
    reply(leg.pk, "已处理", by=town.by("lc"), now=WEDNESDAY)
    assert fresh(case).state == "replied"


def test_who_must_answer_is_waited_for(town: Town) -> None:
    case, leg = signed(town, matter="020101")
    Leg.objects.filter(case=case, capacity="assist").update(required=True)
    reply(leg.pk, "已处理", by=town.by("lc"), now=WEDNESDAY)
    assert fresh(case).state == "handling"


def test_a_poor_reply_goes_back_with_the_reason(town: Town) -> None:
    case, leg = replied(town)
    with pytest.raises(BadInput):
        review(case.pk, passed=False, by=town.by("supervisor"), now=WEDNESDAY)
    review(case.pk, passed=False, words="没有回答第二问", by=town.by("supervisor"), now=WEDNESDAY)
    assert (fresh(case).state, fresh(case).answered_at, lead(case).state, lead(case).replied_at) == (
        "handling",
        None,
        "signed",
        None,
    )
    reply(leg.pk, "补充答复", by=town.by("lc"), now=WEDNESDAY)
    assert case.replies.count() == 2


@pytest.mark.parametrize(
    "act",
    [
        lambda c, by: review(c, passed=True, by=by, now=WEDNESDAY),
        lambda c, by: close(c, by=by, now=WEDNESDAY),
        lambda c, by: follow_up(c, reached=False, by=by, now=WEDNESDAY),
    ],
)
def test_a_body_never_judges_or_closes_its_own_case(town: Town, act) -> None:  # type: ignore[no-untyped-def]
    case, _ = replied(town)
    with pytest.raises(Refusal) as no:
        act(case.pk, town.by("lc_boss"))
    assert no.value.code == "own_case" and "浙政办发〔2015〕127号" in str(no.value)


def test_a_supervisor_of_another_district_has_no_say(town: Town) -> None:
    case, _ = replied(town)
    with pytest.raises(Refusal) as no:
        close(case.pk, by=town.by("oh_boss"), now=WEDNESDAY)
    assert no.value.code == "other_place"


def test_closing_waits_for_a_rating_or_three_attempts(town: Town) -> None:
    case, _ = replied(town, **CALLER)
    for _attempt in range(3):
        with pytest.raises(Refusal) as no:
            close(case.pk, by=town.by("supervisor"), now=WEDNESDAY)
        assert no.value.code == "not_followed_up"
        follow_up(case.pk, reached=False, by=town.by("taker"), now=WEDNESDAY)
    assert close(case.pk, by=town.by("supervisor"), now=WEDNESDAY).state == "closed"


def test_who_cannot_be_called_need_not_be(town: Town) -> None:
    case, _ = replied(town)
    assert close(case.pk, by=CLERK, now=WEDNESDAY).state == "closed"


def test_three_questions_all_answered(town: Town) -> None:
    case, _ = replied(town, **CALLER)
    with pytest.raises(BadInput):
        follow_up(case.pk, reached=True, contacted=True, by=town.by("taker"), now=WEDNESDAY)
    with pytest.raises(BadInput):
        rate(case.pk, contacted=True, solved=False, satisfied="great", by=CITIZEN, now=WEDNESDAY)
    assert not Rating.objects.exists()


def test_the_reporter_rates_a_round_once(town: Town) -> None:
    case, _ = replied(town)
    rate(case.pk, **GOOD, by=CITIZEN, now=WEDNESDAY)
    with pytest.raises(Refusal) as no:
        rate(case.pk, **GOOD, by=CITIZEN, now=WEDNESDAY)
    assert no.value.code == "rated"


def test_rating_ends_with_its_window(town: Town) -> None:
    case, _ = replied(town)
    with pytest.raises(Refusal) as no:
        rate(case.pk, **GOOD, by=CITIZEN, now=at("2016-03-17 00:00"))
    assert no.value.code == "rating_over"


def test_an_officer_does_not_rate_for_the_reporter(town: Town) -> None:
    case, _ = replied(town)
    for who in ("lc", "supervisor", "taker"):
        with pytest.raises(Refusal):
            rate(case.pk, **GOOD, by=town.by(who), now=WEDNESDAY)


def test_the_machine_does_not_rate_either(town: Town) -> None:
    case, _ = replied(town)
    with pytest.raises(Refusal):
        rate(case.pk, **GOOD, by=CLERK, now=WEDNESDAY)


def test_reopened_it_has_its_own_shorter_promise_and_the_old_result_stays(town: Town) -> None:
    case, _ = replied(town)
    close(case.pk, by=town.by("supervisor"), now=WEDNESDAY)
    reopen(case.pk, "摊贩又回来了", by=CITIZEN, now=at("2016-03-10 10:00"))
    now = fresh(case)
    assert (now.state, now.round, now.limit, now.due.date().isoformat(), now.ended_at) == (
        "dispatched",
        2,
        "3wd",
        "2016-03-15",
        None,
    )
    past = PastRound.objects.get()
    assert (past.round, past.limit, past.due, past.answered_at) == (1, "5wd", case.due, WEDNESDAY)
    assert "5个工作日" in "".join(past_lines(past))
    assert (lead(now).round, lead(now).no) == (2, 2)


def test_after_the_window_it_is_a_new_case(town: Town) -> None:
    case, _ = replied(town)
    close(case.pk, by=town.by("supervisor"), now=WEDNESDAY)
    with pytest.raises(Refusal) as no:
        reopen(case.pk, "又来了", by=CITIZEN, now=at("2016-05-03 10:00"))
    assert no.value.code == "reopen_over"


def test_a_reopened_case_can_be_rated_again(town: Town) -> None:
    case, _ = replied(town)
    rate(case.pk, contacted=True, solved=False, satisfied="no", by=CITIZEN, now=WEDNESDAY)
    reopen(case.pk, "没有解决", by=CITIZEN, now=WEDNESDAY)
    leg = lead(case)
    sign(leg.pk, by=town.by("lc"), now=WEDNESDAY)
    reply(leg.pk, "再次处理", by=town.by("lc"), now=later(WEDNESDAY, hours=1))
    rate(case.pk, **GOOD, by=CITIZEN, now=later(WEDNESDAY, hours=2))
    assert list(Rating.objects.order_by("round").values_list("round", "solved")) == [(1, False), (2, True)]


def test_the_reporter_takes_it_back_and_the_body_is_told(town: Town) -> None:
    case, leg = signed(town)
    withdraw(case.pk, "已经自行解决", by=CITIZEN, now=WEDNESDAY)
    assert (fresh(case).state, Leg.objects.get(pk=leg.pk).state) == ("withdrawn", "recalled")
    assert Event.objects.get(act="withdraw").tell


def test_nobody_withdraws_for_the_reporter(town: Town) -> None:
    with pytest.raises(Refusal):
        withdraw(received(town).pk, by=town.by("lc"), now=TUESDAY)


def test_what_does_not_exist_is_said_not_to(town: Town) -> None:
    for act in (lambda: close(10**9, by=CLERK, now=TUESDAY), lambda: sign(10**9, by=CLERK, now=TUESDAY)):
        with pytest.raises(BadInput):
            act()
