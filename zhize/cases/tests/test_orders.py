"""统一督办: an order is issued, answered with the unit's sign-off, checked off; who is named in a notice says what he mended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from zhize.cases.commands import (
    answer_notice,
    answer_order,
    check_order,
    close_notice,
    draft_notice,
    drop_notice,
    issue_notice,
    lift_order,
    order,
    reply,
    review_shelved,
    shelve,
    unshelve,
)
from zhize.cases.models import Leg, Notice, Order, Shelving
from zhize.cases.tests.conftest import CLERK, SETUP, Town, at, later
from zhize.cases.tests.stories import TUESDAY, WEDNESDAY, fresh, handler, lead, replied, sent, signed
from zhize.kernel.errors import BadInput, Refusal
from zhize.policy.commands import one, set_policy
from zhize.record.models import Event


def ordered(town: Town) -> tuple[Leg, Order]:
    """Signed on Tuesday and ordered to answer at once."""
    _, leg = signed(town)
    return leg, order(leg.pk, "三日内查清并答复", ground="pushed", by=town.by("supervisor"), now=TUESDAY)


def code_of(no: pytest.ExceptionInfo[Refusal]) -> str:
    assert "{" not in str(no.value)
    return no.value.code


# -- the order ---------------------------------------------------------------------------------------------------------
def test_an_order_has_its_issuer_its_limit_and_says_how_it_is_reckoned(town: Town) -> None:
    set_policy(
        [one("cases.supervise.limit", town.places["330300"], "3wd", date(2016, 1, 1))],
        instrument=town.paper,
        by=CLERK,
        now=SETUP,
    )
    leg, row = ordered(town)
    assert (row.issuer, row.state, row.number) == (town.bodies["hotline"], "issued", f"督〔2016〕{row.pk}号")
    assert row.due == at("2016-03-04 23:59:59.999999") and town.paper.citation in row.reckoning[0]
    assert Event.objects.get(act="order").tell and f"body:{leg.body_id}" in Event.objects.get(act="order").touched


def test_answered_and_checked_off_it_ends(town: Town) -> None:
    _, row = ordered(town)
    answer_order(row.pk, "已经查清", approved_by="王局长", by=town.by("lc"), now=WEDNESDAY)
    check_order(row.pk, passed=True, by=town.by("supervisor"), now=WEDNESDAY)
    row.refresh_from_db()
    assert (row.state, row.ended_at, row.replies.get().passed) == ("cleared", WEDNESDAY, True)


def test_sent_back_it_waits_again_and_its_limit_stays(town: Town) -> None:
    _, row = ordered(town)
    answer_order(row.pk, "正在研究", approved_by="王局长", by=town.by("lc"), now=WEDNESDAY)
    check_order(row.pk, passed=False, words="没有说清何时办好", by=town.by("supervisor"), now=WEDNESDAY)
    again = Order.objects.get(pk=row.pk)
    assert (again.state, again.due, again.answered_at) == ("issued", row.due, None)
    assert again.replies.get().words == "没有说清何时办好"


@pytest.mark.parametrize("missing", ["text", "approved_by"])
def test_an_answer_without_words_or_without_the_heads_sign_off_is_refused(town: Town, missing: str) -> None:
    _, row = ordered(town)
    said = {"text": "已经查清", "approved_by": "王局长"} | {missing: " "}
    with pytest.raises(BadInput) as no:
        answer_order(row.pk, said["text"], approved_by=said["approved_by"], by=town.by("lc"), now=WEDNESDAY)
    assert no.value.field == missing


def test_one_open_order_a_leg(town: Town) -> None:
    leg, row = ordered(town)
    with pytest.raises(Refusal) as no:
        order(leg.pk, "再督办", by=town.by("supervisor"), now=WEDNESDAY)
    assert code_of(no) == "one_open_order_a_leg"
    lift_order(row.pk, "重复", by=town.by("supervisor"), now=WEDNESDAY)
    assert order(leg.pk, "再督办", by=town.by("supervisor"), now=WEDNESDAY).pk != row.pk


def test_the_unit_neither_orders_itself_nor_checks_its_own_answer(town: Town) -> None:
    _, row = ordered(town)
    with pytest.raises(Refusal) as no:
        lift_order(row.pk, "不必了", by=town.by("lc_boss"), now=WEDNESDAY)
    assert code_of(no) == "own_case"
    answer_order(row.pk, "查清了", approved_by="王局长", by=town.by("lc"), now=WEDNESDAY)
    with pytest.raises(Refusal) as no:
        check_order(row.pk, passed=True, by=town.by("lc_boss"), now=WEDNESDAY)
    assert code_of(no) == "own_case"


def test_only_its_own_body_answers_an_order(town: Town) -> None:
    _, row = ordered(town)
    with pytest.raises(Refusal) as no:
        answer_order(row.pk, "我来答", approved_by="李局长", by=town.by("oh"), now=WEDNESDAY)
    assert code_of(no) == "other_body"


def test_what_is_over_is_not_ordered(town: Town) -> None:
    _, leg = replied(town)
    with pytest.raises(Refusal) as no:
        order(leg.pk, "快办", by=town.by("supervisor"), now=WEDNESDAY)
    assert code_of(no) == "leg_over"


def test_an_order_to_one_of_two_bodies_leaves_the_other_alone(town: Town) -> None:
    case, leading = sent(town, matter="020101")
    assistant = Leg.objects.get(case=case, capacity="assist")
    order(assistant.pk, "请配合检测", by=town.by("supervisor"), now=TUESDAY)
    assert not leading.orders.exists() and assistant.orders.count() == 1


# -- the notice --------------------------------------------------------------------------------------------------------
def noticed(town: Town, *, issue: bool = True) -> Notice:
    _, one_leg = signed(town)
    _, other = signed(town, place="330304001")
    row = draft_notice(
        {one_leg.pk: "超期五日未答复", other.pk: "推诿"},
        place=town.places["330300"],
        title="关于两件超期办件的通报",
        words="请限期整改",
        by=town.by("supervisor"),
        now=WEDNESDAY,
    )
    return issue_notice(row.pk, "温热线通〔2016〕1号", by=second(town), now=WEDNESDAY) if issue else row


def second(town: Town):  # type: ignore[no-untyped-def]
    """Another supervisor of the centre."""
    from zhize.accounts.models import By, Officer
    from zhize.cases.tests.conftest import START
    from zhize.register.commands import appoint
    from zhize.register.models import Seat

    officer = Officer.objects.create(username="supervisor2", display_name="supervisor2")
    seat = Seat(
        officer=officer, role="supervisor", body=town.bodies["hotline"], place=town.places["330300"], from_day=START
    )
    (seat,) = appoint([seat], instrument=town.paper, by=CLERK, now=SETUP)
    return By(officer.pk, seat.pk, "supervisor2", "web")


def test_who_drafts_a_notice_does_not_issue_it(town: Town) -> None:
    row = noticed(town, issue=False)
    with pytest.raises(Refusal) as no:
        issue_notice(row.pk, by=town.by("supervisor"), now=WEDNESDAY)
    assert code_of(no) == "four_eyes"


def test_a_body_named_in_a_notice_does_not_issue_it(town: Town) -> None:
    _, leg = signed(town)
    row = draft_notice(
        {leg.pk: "超期"},
        place=town.places["330302"],
        title="通报",
        words="整改",
        by=town.by("supervisor"),
        now=WEDNESDAY,
    )
    with pytest.raises(Refusal) as no:
        issue_notice(row.pk, by=town.by("lc_boss"), now=WEDNESDAY)
    assert code_of(no) == "own_case"


def test_a_notice_is_closed_when_everybody_has_said_what_he_mended(town: Town) -> None:
    row = noticed(town)
    assert row.due is not None and row.issuer == town.bodies["hotline"]
    answer_notice(row.pk, "已答复来件人，并约谈经办人", by=town.by("lc"), now=WEDNESDAY)
    with pytest.raises(Refusal) as no:
        close_notice(row.pk, by=town.by("supervisor"), now=WEDNESDAY)
    assert code_of(no) == "not_mended"
    answer_notice(row.pk, "已接手办理", by=town.by("oh"), now=WEDNESDAY)
    assert close_notice(row.pk, by=town.by("supervisor"), now=WEDNESDAY).state == "closed"


def test_who_is_not_named_has_nothing_to_mend(town: Town) -> None:
    row = noticed(town)
    with pytest.raises(Refusal) as no:
        answer_notice(row.pk, "与我无关", by=town.by("env"), now=WEDNESDAY)
    assert code_of(no) == "other_body"


def test_a_notice_on_nothing_is_not_issued_and_a_draft_may_be_dropped(town: Town) -> None:
    row = draft_notice(
        {}, place=town.places["330300"], title="通报", words="整改", by=town.by("supervisor"), now=WEDNESDAY
    )
    with pytest.raises(Refusal) as no:
        issue_notice(row.pk, by=second(town), now=WEDNESDAY)
    assert code_of(no) == "empty_notice"
    assert drop_notice(row.pk, "已经答复", by=town.by("supervisor"), now=WEDNESDAY).state == "dropped"


# -- carried over ------------------------------------------------------------------------------------------------------
SHELVE = {"evidence": "温发改〔2016〕5号", "plan": "列入明年改造", "review_on": date(2016, 5, 3)}


def test_what_cannot_be_solved_now_is_carried_over_and_looked_at_again(town: Town) -> None:
    case, leg = replied(town)
    shelve(case.pk, "plan", by=town.by("supervisor"), now=WEDNESDAY, **SHELVE)
    assert fresh(case).state == "shelved" and Shelving.objects.get().name == "已列入计划，尚未实施"
    review_shelved(
        case.pk, "已经招标", review_on=date(2016, 6, 1), by=town.by("supervisor"), now=at("2016-05-03 09:00")
    )
    assert Shelving.objects.get().review_on == date(2016, 6, 1)
    unshelve(case.pk, "工程开工", by=town.by("supervisor"), now=at("2016-06-01 09:00"))
    assert (fresh(case).state, lead(case).state, lead(case).pk) == ("handling", "signed", leg.pk)
    reply(leg.pk, "修好了", solved=True, evidence="竣工照片", by=handler(town, leg), now=at("2016-06-02 09:00"))
    assert fresh(case).state == "replied" and Shelving.objects.get().to_at == at("2016-06-01 09:00")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ground": "busy"}, "unknown_ground"),
        ({"evidence": ""}, "empty"),
        ({"plan": ""}, "empty"),
        ({"review_on": date(2016, 3, 2)}, "review_day"),
        ({"review_on": date(2017, 3, 2)}, "review_day"),
    ],
)
def test_carrying_over_needs_a_ground_its_evidence_a_plan_and_a_day_soon_enough(
    town: Town, changed: dict[str, object], code: str
) -> None:
    case, _ = replied(town)
    said = {"ground": "plan", **SHELVE} | changed
    with pytest.raises(Refusal) as no:
        shelve(case.pk, said.pop("ground"), by=town.by("supervisor"), now=WEDNESDAY, **said)  # type: ignore[arg-type]
    assert code_of(no) == code


def test_what_is_said_to_be_solved_is_not_carried_over(town: Town) -> None:
    _, leg = signed(town)
    reply(leg.pk, "修好了", solved=True, evidence="照片", by=handler(town, leg), now=WEDNESDAY)
    with pytest.raises(Refusal) as no:
        shelve(leg.case_id, "plan", by=town.by("supervisor"), now=WEDNESDAY, **SHELVE)
    assert code_of(no) == "said_solved"


def test_while_carried_over_nobody_rates_follows_up_or_closes_it_as_solved(town: Town) -> None:
    from zhize.cases.lifecycle import CASE

    open_here = {step.name for step in CASE.steps.values() if "shelved" in step.sources}
    assert open_here == {"review_shelved", "unshelve"}


def test_one_carrying_over_at_a_time(town: Town) -> None:
    case, _ = replied(town)
    row = shelve(case.pk, "plan", by=town.by("supervisor"), now=WEDNESDAY, **SHELVE)
    row.pk = None
    with pytest.raises(IntegrityError, match="one_open_shelving_a_case"), transaction.atomic():
        row.save(force_insert=True)


def test_late_is_late_for_an_order_too(town: Town) -> None:
    _, row = ordered(town)
    assert not row.late_at(row.due) and row.late_at(later(row.due, seconds=1))
    answer_order(row.pk, "查清了", approved_by="王局长", by=town.by("lc"), now=row.due + timedelta(days=1))
    assert Event.objects.filter(act="answer_order").get().payload["late"] is True
