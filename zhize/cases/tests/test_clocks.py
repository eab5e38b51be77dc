"""Two clocks, pinned: each deadline can be reckoned again from its own rows, and only an act moves it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhize.cases import limits
from zhize.cases.commands import (
    classify,
    dispatch,
    extend,
    grant,
    recall,
    reopen,
    reply,
    resume,
    sign,
    suspend,
    urge,
    watch,
)
from zhize.cases.limits import PROMISE, Terms, terms_for
from zhize.cases.models import Case, Extension, Leg, Suspension, Urge
from zhize.cases.queries.clocks import case_lines, leg_clock, leg_lines, promise_clock
from zhize.cases.queries.steps import leg_steps
from zhize.cases.tests.conftest import CLERK, POLICY, SETUP, START, Town, at, forget, later
from zhize.cases.tests.stories import CITIZEN, TUESDAY, WEDNESDAY, fresh, lead, received, replied, sent, signed
from zhize.kernel.clock import Calendar, Limit, derive
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import BEIJING, day_of
from zhize.policy.commands import one, set_policy
from zhize.record.models import Event


def due(thing: Case | Leg) -> str:
    return day_of(thing.due).isoformat()


def test_five_working_days_from_tuesday_end_the_next_tuesday(town: Town) -> None:
    case, leg = sent(town)
    assert due(case) == due(leg) == "2016-03-08"
    assert day_of(leg.sign_due).isoformat() == "2016-03-02"


def test_make_up_days_count_and_holidays_do_not(town: Town) -> None:
    case, _ = sent(town, at("2016-10-01 10:00"))
    assert due(case) == "2016-10-12"  # 8 and 9 October (weekend) were worked


def test_a_deadline_prints_how_it_came_about(town: Town) -> None:
    case, leg = sent(town, at("2016-10-01 10:00"))
    said = "".join(case_lines(case)[PROMISE])
    assert all(word in said for word in ("5个工作日", "温演〔2015〕1号", "调休的上班日", "10月12日"))
    assert set(leg_lines(leg)) == {"promise", "sign", "return"}


def test_later_policy_and_calendar_change_nothing_that_was_promised(town: Town) -> None:
    case, leg = sent(town, at("2016-10-01 10:00"))
    before = case_lines(case), leg_lines(leg)
    values = {"cases.limit.complaint": "30wd", "calendar.2016": {"off": [], "work": []}}
    set_policy(
        [one(k, town.places["330300"], v, date(2016, 10, 2)) for k, v in values.items()],
        instrument=town.paper,
        by=CLERK,
        now=SETUP,
    )
    forget()
    assert (case_lines(fresh(case)), leg_lines(lead(case))) == before
    assert due(sent(town, at("2016-10-03 10:00"))[0]) > due(case)


# -- extensions --------------------------------------------------------------------------------------------------------
def test_more_time_goes_on_from_where_it_ended(town: Town) -> None:
    case, leg = signed(town)
    extend(leg.pk, "3wd", "须检测", by=town.by("lc"), now=WEDNESDAY)
    grant(case.pk, granted=True, by=town.by("supervisor"), now=WEDNESDAY)
    assert due(fresh(case)) == due(lead(case)) == "2016-03-11"
    assert "第1次延长：3个工作日" in "".join(case_lines(fresh(case))[PROMISE])
    assert Event.objects.get(act="grant").payload["due_before"]["case"].startswith("2016-03-08")


def test_a_refused_extension_moves_nothing(town: Town) -> None:
    case, leg = signed(town)
    extend(leg.pk, "3wd", "须检测", by=town.by("lc"), now=WEDNESDAY)
    grant(case.pk, granted=False, words="理由不足", by=town.by("supervisor"), now=WEDNESDAY)
    assert due(fresh(case)) == "2016-03-08" and Extension.objects.get().state == "refused"


def test_who_is_late_asks_too_late(town: Town) -> None:
    _, leg = signed(town)
    with pytest.raises(Refusal) as no:
        extend(leg.pk, "3wd", "须检测", by=town.by("lc"), now=at("2016-03-09 00:00"))
    assert no.value.code == "late"


def test_late_is_said_by_the_clock_on_the_wall(town: Town) -> None:
    _, leg = signed(town)
    with pytest.raises(Refusal) as no:
        extend(leg.pk, "3wd", "须检测", by=town.by("lc"), now=at("2016-03-09 00:00"))
    assert "2016-03-08 23:59" in str(no.value)


def test_each_body_asks_within_its_own_time(town: Town) -> None:
    """Sent on late, the new body has its own days although the promise is broken; the button says the same."""
    case, leg = signed(town)
    late = at("2016-03-10 10:00")
    recall(case.pk, "派错了", by=town.by("dispatcher"), now=late)
    dispatch(case.pk, body=town.bodies["lc-env"], why="实为油烟", by=town.by("dispatcher"), now=late)
    leg = lead(case)
    assert next(b for b in leg_steps(leg, town.by("env"), late) if b.act == "extend").open
    extend(leg.pk, "3wd", "须检测", by=town.by("env"), now=late)


@pytest.mark.parametrize("over", ["recalled", "answered"])
def test_a_request_for_time_ends_with_the_leg_and_stands_in_nobodys_way(town: Town, over: str) -> None:
    case, leg = signed(town)
    extend(leg.pk, "1wd", "须检测", by=town.by("lc"), now=WEDNESDAY)
    if over == "recalled":
        recall(case.pk, "派错了", by=town.by("dispatcher"), now=WEDNESDAY)
        dispatch(case.pk, by=town.by("dispatcher"), now=WEDNESDAY)
    else:
        reply(leg.pk, "已劝离。", by=town.by("lc"), now=WEDNESDAY)
        reopen(case.pk, "又来了", by=CITIZEN, now=WEDNESDAY)
    assert Extension.objects.get(leg=leg).state == "refused"
    assert extend(lead(case).pk, "1wd", "须检测", by=town.by("lc"), now=WEDNESDAY).state == "asked"


@pytest.mark.parametrize(("limit", "fits"), [("7wd", True), ("8wd", False), ("9d", True), ("30d", False)])
def test_not_longer_than_policy_allows(town: Town, limit: str, fits: bool) -> None:
    _, leg = signed(town)
    if fits:
        extend(leg.pk, limit, "须检测", by=town.by("lc"), now=WEDNESDAY)
    else:
        with pytest.raises(Refusal) as no:
            extend(leg.pk, limit, "须检测", by=town.by("lc"), now=WEDNESDAY)
        assert no.value.code == "too_long"


def test_one_extension_at_a_time_and_no_more_than_policy_allows(town: Town) -> None:
    case, leg = signed(town)
    extend(leg.pk, "1wd", "须检测", by=town.by("lc"), now=WEDNESDAY)
    with pytest.raises(Refusal) as no:
        extend(leg.pk, "1wd", "须检测", by=town.by("lc"), now=WEDNESDAY)
    assert no.value.code == "asking_already"
    grant(case.pk, granted=True, by=town.by("supervisor"), now=WEDNESDAY)
    with pytest.raises(Refusal) as no:
        extend(leg.pk, "1wd", "还要检测", by=town.by("lc"), now=WEDNESDAY)
    assert no.value.code == "extensions_used"


def test_a_body_does_not_grant_itself_time(town: Town) -> None:
    case, leg = signed(town)
    extend(leg.pk, "1wd", "须检测", by=town.by("lc"), now=WEDNESDAY)
    with pytest.raises(Refusal) as no:
        grant(case.pk, granted=True, by=town.by("lc_boss"), now=WEDNESDAY)
    assert no.value.code == "own_case"


def test_a_limit_that_cannot_be_read_is_refused(town: Town) -> None:
    _, leg = signed(town)
    with pytest.raises(BadInput):
        extend(leg.pk, "a while", "须检测", by=town.by("lc"), now=WEDNESDAY)


# -- suspensions -------------------------------------------------------------------------------------------------------
def test_standing_time_is_given_back_to_the_day(town: Town) -> None:
    case, _ = signed(town)
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=WEDNESDAY)
    assert fresh(case).suspended and not fresh(case).late_at(at("2016-06-01 10:00"))
    resume(case.pk, "材料补齐", by=town.by("supervisor"), now=at("2016-03-07 10:00"))
    assert not fresh(case).suspended and due(fresh(case)) == due(lead(case)) == "2016-03-11"
    assert "中止" in "".join(case_lines(fresh(case))[PROMISE])


def test_a_clock_stands_only_on_a_ground_of_the_list_and_with_evidence(town: Town) -> None:
    case, _ = signed(town)
    for ground, evidence in (("too_busy", "证明"), ("reporter", " ")):
        with pytest.raises(BadInput):
            suspend(case.pk, ground, evidence, by=town.by("supervisor"), now=WEDNESDAY)
    assert not fresh(case).suspended


def test_a_clock_stands_once_and_runs_on_once(town: Town) -> None:
    case, _ = signed(town)
    with pytest.raises(Refusal, match="没有中止"):
        resume(case.pk, "材料补齐", by=town.by("supervisor"), now=WEDNESDAY)
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=WEDNESDAY)
    with pytest.raises(Refusal) as no:
        suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=WEDNESDAY)
    assert no.value.code == "already_suspended"


def test_an_answer_lets_the_clock_run_on(town: Town) -> None:
    case, leg = signed(town)
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=TUESDAY)
    reply(leg.pk, "已解决", by=town.by("lc"), now=WEDNESDAY)
    assert not fresh(case).suspended and Suspension.objects.get().to_at == WEDNESDAY


def test_a_promised_day_of_resumption_comes_by_itself(town: Town) -> None:
    case, _ = signed(town)
    suspend(case.pk, "reporter", "补正通知", resume_on=date(2016, 3, 4), by=town.by("supervisor"), now=WEDNESDAY)
    assert watch(at("2016-03-03 08:00"))["resumed"] == 0
    assert watch(at("2016-03-04 08:00"))["resumed"] == 1
    assert not fresh(case).suspended and due(fresh(case)) == "2016-03-10"


def test_another_kind_keeps_the_time_that_stood_still(town: Town) -> None:
    """GLPI loses suspended time on a change of category; here it survives (§2.3-8)."""
    case = received(town)
    Suspension.objects.create(
        case=case, ground="reporter", name="等待", evidence="通知", from_at=TUESDAY, to_at=at("2016-03-04 10:00")
    )
    classify(case.pk, matter=town.matters["010101"], kind="enquiry", by=town.by("taker"), now=at("2016-03-04 10:00"))
    assert due(fresh(case)) == "2016-03-07"


# -- urging ------------------------------------------------------------------------------------------------------------
def test_not_signing_does_not_hold_the_clock(town: Town) -> None:
    _, leg = sent(town)
    late = at("2016-03-09 10:00")
    sign(leg.pk, by=town.by("lc"), now=late)
    assert lead(leg.case).late_at(late) and Event.objects.get(act="sign").payload["late"]


def test_a_card_comes_from_the_supervisor_or_the_calendar(town: Town) -> None:
    _, leg = signed(town)
    assert urge(leg.pk, "快到期了", kind="yellow", by=town.by("supervisor"), now=WEDNESDAY).kind == "yellow"
    with pytest.raises(Refusal) as no:
        urge(leg.pk, "快到期了", kind="red", by=town.by("taker"), now=WEDNESDAY)
    assert no.value.code == "not_supervisor"
    with pytest.raises(Refusal) as no:
        urge(leg.pk, "限期答复", kind="order", by=town.by("supervisor"), now=WEDNESDAY)
    assert no.value.code == "unknown_kind"


def test_before_the_deadline_the_body_is_reminded_once(town: Town) -> None:
    signed(town)
    assert watch(at("2016-03-04 09:00"))["urged"] == 0
    assert watch(at("2016-03-07 09:00"))["urged"] == 1
    assert watch(at("2016-03-07 10:00"))["urged"] == 0
    assert Urge.objects.get().kind == "yellow"


def test_the_reporter_reminds_once_a_working_day_and_is_told_from_when_again(town: Town) -> None:
    """The weekend is one with its Friday; what the hotline reminds of is not the reporter's."""
    _, leg = signed(town)
    refused: dict[str, str] = {}
    for moment in (
        "2016-03-02 10:00", "2016-03-02 23:50", "2016-03-03 00:10", "2016-03-04 09:00", "2016-03-05 09:00", "2016-03-06 23:59",
        "2016-03-07 00:00",
    ):  # fmt: skip
        try:
            assert urge(leg.pk, "请尽快", by=CITIZEN, now=at(moment)).own
        except Refusal as no:
            assert no.code == "just_urged"
            refused[moment] = no.as_dict()["instead"]
    assert list(refused) == ["2016-03-02 23:50", "2016-03-05 09:00", "2016-03-06 23:59"]
    assert "2016-03-03" in refused["2016-03-02 23:50"] and "2016-03-07" in refused["2016-03-05 09:00"]
    assert not urge(leg.pk, "请尽快", by=town.by("supervisor"), now=at("2016-03-07 00:01")).own


def test_how_often_the_reporter_may_remind_is_policy(town: Town) -> None:
    set_policy(
        [one("cases.urge.own_a_day", town.places["330300"], 2, START)], instrument=town.paper, by=CLERK, now=SETUP
    )
    _, leg = signed(town)
    for _ in range(2):
        urge(leg.pk, "请尽快", by=CITIZEN, now=WEDNESDAY)
    with pytest.raises(Refusal, match="已经催办过2次，一个工作日至多2次"):
        urge(leg.pk, "请尽快", by=CITIZEN, now=WEDNESDAY)


def test_what_is_answered_is_not_urged(town: Town) -> None:
    _, leg = replied(town)
    with pytest.raises(Refusal):
        urge(leg.pk, "请尽快", by=town.by("supervisor"), now=WEDNESDAY)


# -- the pinned terms, without a database ------------------------------------------------------------------------------
DAYS = st.dates(date(2015, 6, 1), date(2017, 6, 1))


def terms_of(limit: str, calendar: Calendar, first: date, until: date) -> Terms:
    said = {"key": "k", "value": limit, "article": "", "paper": "", "since": "", "unverified": False}
    rules = {
        "clock.first_day_counts": False,
        "clock.close_of_day": "24:00",
        "clock.hours": [["08:30", "12:00"], ["13:30", "17:30"]],
    }
    return Terms({"limits": {PROMISE: said}, "counting": rules, "calendar": limits._slice(calendar, first, until)})


@settings(max_examples=150, deadline=None)
@given(
    start=st.datetimes(datetime(2015, 6, 1), datetime(2017, 6, 1)),
    amount=st.integers(1, 40),
    unit=st.sampled_from(["wd", "d", "h", "wh"]),
    off=st.frozensets(DAYS, max_size=40),
    work=st.frozensets(DAYS, max_size=10),
)
def test_the_slice_reckons_what_the_whole_calendar_does(
    start: datetime, amount: int, unit: str, off: frozenset[date], work: frozenset[date]
) -> None:
    moment = start.replace(tzinfo=BEIJING)
    calendar = Calendar(off - work, work, frozenset(range(2014, 2020)), "v1")
    whole = derive(moment, Limit.parse(f"{amount}{unit}"), calendar)
    pinned = terms_of(f"{amount}{unit}", calendar, moment.date(), day_of(whole.due) + timedelta(days=7))
    again = Terms(json.loads(json.dumps(pinned.content)))  # as it comes back from the database
    found = again.derive(PROMISE, moment)
    assert (found.due, found.lines, found.excluded) == (whole.due, whole.lines, whole.excluded)
    assert again.due(PROMISE, moment) == whole.due and again.digest == pinned.digest


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hours=st.integers(0, 24 * 300),
    kind=st.sampled_from(Case.Kind.values),
    pause=st.integers(0, 20),
    length=st.integers(0, 30),
    extra=st.sampled_from(["", "1wd", "7wd", "3d", "12h"]),
)
def test_a_stored_deadline_is_always_what_its_rows_say(
    town: Town, hours: int, kind: str, pause: int, length: int, extra: str
) -> None:
    now = later(at("2016-01-04 00:00"), hours=hours)
    case, leg = sent(town, now, kind=kind)
    sign(leg.pk, by=town.by("lc"), now=now)
    if extra:
        extend(leg.pk, extra, "须检测", by=town.by("lc"), now=now)
        grant(case.pk, granted=True, by=town.by("supervisor"), now=now)
    begun = later(now, days=pause)
    if begun < lead(case).due:
        suspend(case.pk, "reporter", "通知", by=town.by("supervisor"), now=begun)
        resume(case.pk, "补齐", by=town.by("supervisor"), now=later(begun, days=length))
    case, leg = fresh(case), lead(case)
    for thing, clock in ((case, promise_clock(case)), (leg, leg_clock(leg))):
        terms, found = clock
        assert found.due == thing.due and terms.digest == thing.terms.digest
        assert day_of(found.due).isoformat() <= terms.content["calendar"]["until"]
    plain = terms_for(kind, [town.places["330300"].pk], day_of(now))
    assert case.due >= plain.due(PROMISE, now)


def test_the_policy_of_these_tests_is_accepted_by_the_table_of_keys() -> None:
    from zhize.policy.keys import KEYS

    for key, value in POLICY.items():
        KEYS.check(key, value)
    assert START.year == 2015


def test_terms_know_the_paper_and_the_doubt(town: Town) -> None:
    place: Any = town.places["330302001"]
    terms = terms_for("complaint", [place.pk, town.places["330300"].pk], date(2016, 3, 1))
    assert terms.basis(PROMISE) == "温演〔2015〕1号" and terms.limit(PROMISE) == "5wd"
    assert terms_for("complaint", [], date(2016, 3, 1)).basis(PROMISE) == "系统默认值信访条例第三十三条"
