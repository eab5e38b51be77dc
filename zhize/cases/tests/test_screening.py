"""Before a body is asked: classify, answer, decline with the other route, merge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from zhize.cases.commands import (
    answer,
    classify,
    confirm_not_accept,
    decide_return,
    dispatch,
    merge,
    not_accept,
    request_return,
    suspend,
)
from zhize.cases.lifecycle import LEG_OPEN
from zhize.cases.models import Case, Leg, NotAccepted, Reply, Suspension
from zhize.cases.tests.conftest import Town, at
from zhize.cases.tests.stories import TUESDAY, fresh, lead, received, sent
from zhize.kernel.errors import BadInput, Refusal
from zhize.record.models import Event


def test_the_call_taker_says_which_matter_and_the_dispatcher_sends_it(town: Town) -> None:
    case = received(town)
    classify(case.pk, matter=town.matters["010101"], by=town.by("taker"), now=TUESDAY)
    dispatch(case.pk, by=town.by("dispatcher"), now=TUESDAY)
    assert fresh(case).state == "dispatched" and lead(case).body == town.bodies["lc-enforce"]


def test_another_kind_has_another_limit_reckoned_from_receipt(town: Town) -> None:
    case = received(town)
    classify(case.pk, matter=town.matters["010101"], kind="enquiry", by=town.by("taker"), now=at("2016-03-02 09:00"))
    case = fresh(case)
    assert (case.limit, case.due.date().isoformat(), case.promised_at) == ("2wd", "2016-03-03", TUESDAY)
    assert "due_before" in Event.objects.get(act="classify").payload


def test_a_hard_case_has_longer(town: Town) -> None:
    case = received(town)
    classify(case.pk, matter=town.matters["010101"], complex=True, by=town.by("taker"), now=TUESDAY)
    assert fresh(case).limit == "15wd"


def test_what_is_dispatched_is_not_classified_any_more(town: Town) -> None:
    case, _ = sent(town)
    with pytest.raises(Refusal) as no:
        classify(case.pk, matter=town.matters["03"], by=town.by("taker"), now=TUESDAY)
    assert no.value.code == "wrong_state" and "已分派" in str(no.value)


def test_an_enquiry_is_answered_at_once(town: Town) -> None:
    case = received(town, kind="enquiry")
    answer(case.pk, "办理时间为周一至周五。", by=town.by("taker"), now=at("2016-03-01 10:05"))
    case = fresh(case)
    assert (case.state, Reply.objects.get().leg, case.first_responded_at) == ("answered", None, at("2016-03-01 10:05"))


def test_not_accepting_takes_two_people_and_names_the_other_route(town: Town) -> None:
    case = received(town)
    not_accept(case.pk, "litigation", by=town.by("taker"), now=TUESDAY)
    confirm_not_accept(case.pk, agreed=True, by=town.by("dispatcher"), now=TUESDAY)
    row = NotAccepted.objects.get()
    assert (fresh(case).state, row.route, row.article) == ("not_accepted", "请向人民法院提出", "信访条例第十四条第二款")


def test_whoever_proposes_does_not_confirm(town: Town) -> None:
    case = received(town)
    not_accept(case.pk, "litigation", by=town.by("dispatcher"), now=TUESDAY)
    with pytest.raises(Refusal) as no:
        confirm_not_accept(case.pk, agreed=True, by=town.by("dispatcher"), now=TUESDAY)
    assert no.value.code == "four_eyes" and fresh(case).state == "refusing"


def test_a_declined_refusal_goes_on(town: Town) -> None:
    case = received(town)
    not_accept(case.pk, "litigation", by=town.by("taker"), now=TUESDAY)
    confirm_not_accept(case.pk, agreed=False, by=town.by("supervisor"), now=TUESDAY)
    assert (fresh(case).state, fresh(case).snag) == ("to_dispatch", "no_matter")


def test_a_reason_outside_the_closed_list_is_refused(town: Town) -> None:
    with pytest.raises(BadInput) as no:
        not_accept(received(town).pk, "too_much_work", by=town.by("taker"), now=TUESDAY)
    assert "应当通过诉讼解决" in str(no.value)


def test_nothing_proposed_nothing_confirmed(town: Town) -> None:
    with pytest.raises(Refusal) as no:
        confirm_not_accept(received(town).pk, agreed=True, by=town.by("dispatcher"), now=TUESDAY)
    assert no.value.code == "nothing_proposed"


def test_the_same_affair_told_twice_is_merged(town: Town) -> None:
    master, _ = sent(town)
    case = received(town)
    merge(case.pk, master.pk, by=town.by("taker"), now=TUESDAY)
    assert (fresh(case).state, fresh(case).duplicate_of) == ("merged", master)


def test_nothing_is_hung_on_a_case_of_another_district(town: Town) -> None:
    master, case = received(town, place="330304001"), received(town)
    with pytest.raises(Refusal) as no:
        merge(case.pk, master.pk, by=town.by("lc_taker"), now=TUESDAY)
    assert no.value.code == "other_place" and fresh(case).state == "registered"


def sent_back_while_standing(town: Town) -> Case:
    """The clock stands, an assistant is at work, and the lead has sent the case back: it waits to be dispatched again."""
    case, leg = sent(town, matter="020101")
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=TUESDAY)
    request_return(
        leg.pk, body=town.bodies["lc-env"], duty=town.duties["food"], reason="油烟", by=town.by("lc"), now=TUESDAY
    )
    decide_return(leg.pk, "upheld", by=town.by("dispatcher"), now=TUESDAY)
    assert fresh(case).suspended and Leg.objects.filter(case=case, state__in=LEG_OPEN).exists()
    return fresh(case)


def answered(town: Town, case: Case) -> None:
    answer(case.pk, "已经处理。", by=town.by("taker"), now=TUESDAY)


def merged(town: Town, case: Case) -> None:
    merge(case.pk, received(town).pk, by=town.by("taker"), now=TUESDAY)


def declined(town: Town, case: Case) -> None:
    not_accept(case.pk, "litigation", by=town.by("taker"), now=TUESDAY)
    confirm_not_accept(case.pk, agreed=True, by=town.by("dispatcher"), now=TUESDAY)


@pytest.mark.parametrize("end", [answered, merged, declined])
def test_a_case_that_ends_leaves_no_clock_standing_and_no_body_at_work(
    town: Town, end: Callable[[Town, Case], None]
) -> None:
    case = sent_back_while_standing(town)
    end(town, case)
    assert not fresh(case).suspended and not Suspension.objects.filter(to_at__isnull=True).exists()
    assert not Leg.objects.filter(case=case, state__in=LEG_OPEN).exists()


def test_no_case_is_merged_into_itself_or_into_one_that_is_over(town: Town) -> None:
    master, case, third = received(town), received(town), received(town)
    merge(case.pk, master.pk, by=town.by("taker"), now=TUESDAY)
    for one, into in ((third, third), (third, case)):
        with pytest.raises(Refusal) as no:
            merge(one.pk, into.pk, by=town.by("taker"), now=TUESDAY)
        assert no.value.code == "bad_master"
