"""The twelve rules a clock must keep (cases.md §2.3), one story each, each beside the text or the bug it comes from.

Rule 2 in full is `kernel/tests/test_clock_korea.py`, rules 3 and 4 as packs `test_example_packs.py`, a million dates `kernel/tests/test_clock_dates.py`.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from zhize.cases.commands import (
    classify,
    dispatch,
    extend,
    grant,
    involve,
    recall,
    reopen,
    reply,
    resume,
    sign,
    suspend,
    watch,
)
from zhize.cases.models import Case, Leg, PastRound
from zhize.cases.queries.clocks import case_lines, leg_lines
from zhize.cases.queries.measuring import count, whole_days
from zhize.cases.tests.conftest import CLERK, SETUP, Town, at, forget
from zhize.cases.tests.stories import CITIZEN, TUESDAY, WEDNESDAY, fresh, lead, received, replied, sent, signed
from zhize.kernel.period import day_of
from zhize.policy.commands import one, set_policy

MONDAY = at("2016-03-07 10:00")


def due(thing: Case | Leg) -> str:
    return day_of(thing.due).isoformat()


def test_rule_1_the_promise_is_not_begun_anew_when_the_case_is_passed_on(town: Town) -> None:
    """Two clocks: the citizen's from acceptance, one for each body from its dispatch."""
    case, first = sent(town)
    recall(case.pk, "派错了", by=town.by("dispatcher"), now=MONDAY)
    dispatch(case.pk, body=town.bodies["lc-env"], why="实为油烟", by=town.by("dispatcher"), now=MONDAY)
    assert (due(fresh(case)), due(first), due(lead(case))) == ("2016-03-08", "2016-03-08", "2016-03-14")


def test_rule_2_a_limit_of_hours_is_counted_in_office_hours_where_the_policy_says_so(town: Town) -> None:
    """Korea's decree art. 18: five days or less in hours of work from receipt; as one office here sets a limit of 8wh."""
    _policy(town, "cases.limit.enquiry", "8wh")
    case = received(town, kind="enquiry", now=at("2016-09-30 17:00"))
    assert case.due == at("2016-10-08 17:30"), "half an hour on Friday, seven and a half on the worked Saturday"


def test_rule_3_urgent_is_today_and_reminder_notice_and_criticism_follow_in_working_days(town: Town) -> None:
    """A bureau's rule: reminded before expiry, in writing the day after, criticised in public five working days later."""
    signed(town)
    assert watch(at("2016-03-07 09:00"))["urged"] == 1
    assert watch(at("2016-03-09 00:01"))["red"] == 1
    assert watch(at("2016-03-10 00:01"))["ordered"] == 1
    assert watch(at("2016-03-16 00:01"))["named"] == 1


def test_rule_4_calendar_days_and_hours_are_not_turned_into_working_days(town: Town) -> None:
    """Beijing's draft of 2021: 24 hours and 7 days run through a holiday."""
    _policy(town, "cases.limit.help", "7d")
    _policy(town, "cases.limit.enquiry", "24h")
    friday = at("2016-09-30 16:00")
    assert due(received(town, kind="help", now=friday)) == "2016-10-07"
    assert received(town, kind="enquiry", now=friday).due == at("2016-10-01 16:00")


def test_rule_5_received_at_the_weekend_counts_from_monday(town: Town) -> None:
    """Amsterdam's figures begin on Monday at 00:00: working days do so by themselves, whatever hour it came in."""
    saturday, sunday, monday = (
        received(town, now=at(t)) for t in ("2016-03-05 03:00", "2016-03-06 23:59", "2016-03-07 00:00")
    )
    assert due(saturday) == due(sunday) == "2016-03-11"
    assert due(monday) == "2016-03-14"


def test_rule_6_worked_weekends_count_and_the_notice_is_data_with_its_year(town: Town) -> None:
    case, _ = sent(town, at("2016-10-01 10:00"))
    assert due(case) == "2016-10-12"
    assert "待定：2027年的放假调休安排尚未录入" in "".join(
        case_lines(received(town, now=at("2027-03-01 10:00")))["promise"]
    )


def test_rule_7_what_was_pinned_stays_and_reckoning_again_is_an_act_that_says_so(town: Town) -> None:
    from zhize.record.models import Event

    case, leg = signed(town)
    before = case_lines(case), leg_lines(leg)
    _policy(town, "cases.limit.complaint", "30wd", date(2016, 3, 2))
    assert (case_lines(fresh(case)), leg_lines(lead(case))) == before
    extend(leg.pk, "1wd", "须检测", by=town.by("lc"), now=WEDNESDAY)
    grant(case.pk, granted=True, by=town.by("supervisor"), now=WEDNESDAY)
    payload = Event.objects.get(act="grant").payload
    assert payload["due_before"]["case"].startswith("2016-03-08") and payload["due"].startswith("2016-03-09")


def test_rule_8_standing_time_survives_another_kind(town: Town) -> None:
    """glpi#6902: a change of category lost the time that stood still. Here it is a list of intervals beside the case."""
    case, _ = signed(town)
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=WEDNESDAY)
    resume(case.pk, "补齐", by=town.by("supervisor"), now=MONDAY)
    assert due(fresh(case)) == "2016-03-11", "two to four March stood still, the seventh counts again"
    recall(case.pk, "重新分类", by=town.by("dispatcher"), now=MONDAY)
    classify(case.pk, matter=town.matters["010101"], kind="enquiry", by=town.by("taker"), now=MONDAY)
    assert due(fresh(case)) == "2016-03-08", "two working days: the seventh and the eighth"


def test_rule_9_first_response_and_resolution_are_two_limits_and_neither_overrides_the_other(town: Town) -> None:
    """zammad#5177: the earlier limit was overwritten by the later."""
    case, leg = sent(town)
    assert day_of(case.first_due) == date(2016, 3, 2) and due(case) == "2016-03-08"
    sign(leg.pk, by=town.by("lc"), now=at("2016-03-04 09:00"))
    case = fresh(case)
    assert case.first_responded_at == at("2016-03-04 09:00") and case.first_responded_at > case.first_due, "late"
    assert due(case) == "2016-03-08" and not case.late_at(at("2016-03-04 09:00")), "and in time all the same"
    assert set(case_lines(case)) == {"promise", "first_response"}


def test_rule_9_an_edit_of_the_calendar_reaches_open_legs_only_by_an_act(town: Town) -> None:
    """zammad#534: a holiday entered later moved what was closed long ago. Here it moves what an act reckons anew, and beyond
    the pinned days only."""
    open_, _ = signed(town)
    closed, _ = replied(town)
    _policy(town, "calendar.2016", {"off": ["2016-03-09", "2016-03-10"], "work": []}, date(2016, 1, 1))
    assert (due(fresh(open_)), due(fresh(closed))) == ("2016-03-08", "2016-03-08")
    assert due(sent(town)[0]) == "2016-03-08", "the days taken off lie after it"
    assert due(sent(town, at("2016-03-04 10:00"))[0]) == "2016-03-15"


def test_rule_10_asking_again_has_a_shorter_promise_and_the_old_result_stays(town: Town) -> None:
    case, _ = replied(town, now=at("2016-03-10 10:00"))
    reopen(case.pk, "又来了", by=CITIZEN, now=at("2016-03-11 10:00"))
    case = fresh(case)
    assert (case.limit, due(case)) == ("3wd", "2016-03-16")
    past = PastRound.objects.get(case=case)
    assert day_of(past.due) == date(2016, 3, 8) and past.answered_at == at("2016-03-10 10:00"), (
        "late, and so it is counted"
    )
    on_time = _on_time(date(2016, 3, 1), date(2016, 3, 31))
    assert (on_time.whole, on_time.part) == (2, 0)


@pytest.mark.parametrize(("answered", "kept"), [("2016-03-07 10:00", 1), ("2016-03-10 10:00", 0), ("", 0)])
def test_rule_11_a_case_is_late_when_a_required_part_is(town: Town, answered: str, kept: int) -> None:
    """The lead answered in time; the body that had to help did, was late, or has said nothing yet."""
    case, leg = signed(town)
    involve(case.pk, [town.bodies["lc-env"]], "一并处理油烟", required=True, by=town.by("dispatcher"), now=TUESDAY)
    part = case.legs.get(capacity="assist")
    reply(leg.pk, "已劝离。", by=town.by("lc"), now=WEDNESDAY)
    if answered:
        sign(part.pk, by=town.by("env"), now=WEDNESDAY)
        reply(part.pk, "已整改。", by=town.by("env"), now=at(answered))
    on_time = _on_time(date(2016, 3, 1), date(2016, 3, 31))
    assert (on_time.whole, on_time.part) == (1, kept)


def test_rule_12_moments_carry_their_zone_and_the_day_is_the_one_in_beijing(town: Town) -> None:
    """00:30 in Beijing is yesterday in UTC: the case counts from today. Interfaces say +08:00 (`test_open311.py`)."""
    before, after = (received(town, now=at(t)) for t in ("2016-03-01 23:59", "2016-03-02 00:30"))
    assert (due(before), due(after)) == ("2016-03-08", "2016-03-09")
    assert before.received_at.date() == after.received_at.date() == date(2016, 3, 1), "in UTC"
    assert all(x.utcoffset() is not None for x in (before.due, after.first_due, timezone.now()))
    assert after.due - before.due == timedelta(days=1)


def _on_time(first: date, last: date):  # type: ignore[no-untyped-def]
    return count(["promise_on_time"], *whole_days(first, last))["promise_on_time"][()]


def _policy(town: Town, key: str, value: object, since: date = date(2015, 2, 1)) -> None:
    set_policy([one(key, town.places["330300"], value, since)], instrument=town.paper, by=CLERK, now=SETUP)
    forget()
