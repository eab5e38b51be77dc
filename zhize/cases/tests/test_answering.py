"""What leaves a unit answers each demand and is signed by its head; who was not reached is looked at before the case is closed;
and what nobody holds goes to the body that stands in, without the register's gap being forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from zhize.cases import commands as do
from zhize.cases.answering import drawn
from zhize.cases.models import Leg, Proposal, Reply, ReplyDraft, SampleCheck
from zhize.cases.queries import telling
from zhize.cases.queries.desk import QUEUES
from zhize.cases.queries.steps import case_steps, leg_steps
from zhize.cases.terms import AnswerGiven
from zhize.cases.tests.conftest import CLERK, SETUP, START, Town
from zhize.cases.tests.stories import TUESDAY, WEDNESDAY, fresh, handler, lead, message, received, replied, signed
from zhize.kernel.errors import Refusal
from zhize.policy.commands import one, set_policy

pytestmark = pytest.mark.django_db
TWO = ["清走占道的摊位", "以后固定巡查"]


def policy(town: Town, key: str, value: Any, place: str = "330302") -> None:
    set_policy([one(key, town.places[place], value, START)], instrument=town.paper, by=CLERK, now=SETUP)


def refused(code: str, act: Any, *args: Any, **said: Any) -> Refusal:
    with pytest.raises(Refusal) as no, transaction.atomic():
        act(*args, **said)
    assert no.value.code == code and "{" not in str(no.value)
    return no.value


# -- each demand -------------------------------------------------------------------------------------------------------
def test_a_reply_answers_each_demand_and_shows_evidence_for_what_is_solved(town: Town) -> None:
    case, leg = signed(town)
    do.itemise(case.pk, TWO, by=town.by("taker"), now=TUESDAY)
    by, first = handler(town, leg), AnswerGiven(1, "已清走。", solved=True, evidence="照片3张")
    missed = refused("demand_unanswered", do.reply, leg.pk, answers=[first], by=by, now=WEDNESDAY)
    assert "第2项" in str(missed) and missed.field == "answer_2"
    assert refused("demand_unanswered", do.reply, leg.pk, "都办好了。", by=by, now=WEDNESDAY)
    bare = AnswerGiven(1, "已清走。", solved=True)
    assert refused("empty", do.reply, leg.pk, answers=[bare], by=by, now=WEDNESDAY).field == "evidence_1"
    row = do.reply(leg.pk, answers=[first, AnswerGiven(2, "列入周巡查。")], by=by, now=WEDNESDAY)
    assert isinstance(row, Reply) and not row.solved and "列入周巡查" in row.text
    assert [(a.demand.text, a.solved) for a in row.answers.all()] == [(TWO[0], True), (TWO[1], False)]
    assert fresh(case).state == "replied"


def test_what_is_listed_anew_drops_the_earlier_list_and_loses_nothing(town: Town) -> None:
    case, leg = signed(town)
    do.itemise(case.pk, TWO, by=town.by("taker"), now=TUESDAY)
    do.itemise(case.pk, TWO[:1], by=town.by("dispatcher"), now=TUESDAY)
    assert [d.text for d in telling.demands(case)] == TWO[:1] and case.demands.count() == 3
    refused(
        "unknown_demand", do.reply, leg.pk, answers=[AnswerGiven(2, "巡查。")], by=handler(town, leg), now=WEDNESDAY
    )
    refused("too_many", do.itemise, case.pk, ["一项"] * 21, by=town.by("taker"), now=TUESDAY)


# -- the head of the unit ----------------------------------------------------------------------------------------------
def test_where_policy_asks_for_it_a_reply_leaves_the_unit_with_its_heads_signature(town: Town) -> None:
    policy(town, "cases.reply.sign_off", ["complaint"])
    case, leg = signed(town)
    draft = do.reply(leg.pk, "已劝离。", by=handler(town, leg), now=WEDNESDAY)
    assert isinstance(draft, ReplyDraft) and fresh(case).state == "handling" and not case.replies.exists()
    assert not telling.replies(fresh(case))
    refused("draft_waits", do.reply, leg.pk, "再写一份", by=handler(town, leg), now=WEDNESDAY)
    refused("wrong_role", do.sign_off, leg.pk, passed=True, by=handler(town, leg), now=WEDNESDAY)
    head = town.by("lc_head")
    queue = next(q for q in QUEUES if q.key == "sign_off")
    assert list(queue.rows(town.seats["lc_head"], WEDNESDAY)) == [leg]
    refused("empty", do.sign_off, leg.pk, passed=False, by=head, now=WEDNESDAY)
    do.sign_off(leg.pk, passed=False, words="写明巡查频次", by=head, now=WEDNESDAY)
    refused("nothing_drafted", do.sign_off, leg.pk, passed=True, by=head, now=WEDNESDAY)
    do.reply(leg.pk, "已劝离，每日巡查两次。", by=handler(town, leg), now=WEDNESDAY)
    row = do.sign_off(leg.pk, passed=True, by=head, now=WEDNESDAY)
    assert isinstance(row, Reply) and row.approved_by == "lc_head" and fresh(case).state == "replied"


def test_buttons_say_draft_or_sign_as_the_table_does(town: Town) -> None:
    policy(town, "cases.reply.sign_off", ["complaint"])
    _, leg = signed(town)
    shown = {b.step.name: b.open for b in leg_steps(leg, handler(town, leg), WEDNESDAY)}
    assert shown["reply:drafted"] and not shown["reply"]
    shown = {b.step.name: b.open for b in leg_steps(leg, town.by("lc_head"), WEDNESDAY)}
    assert shown == {"sign_off": False, "sign_off:sent_back": False}


def test_nobody_signs_his_own_draft_not_even_past_the_act(town: Town) -> None:
    policy(town, "cases.reply.sign_off", ["complaint"])
    _, leg = signed(town)
    draft = do.reply(leg.pk, "已劝离。", by=handler(town, leg), now=WEDNESDAY)
    with pytest.raises(IntegrityError, match="who_drafts_a_reply_does_not_sign_it_off"), transaction.atomic():
        ReplyDraft.objects.filter(pk=draft.pk).update(passed=True, ended_at=WEDNESDAY, ended_by=draft.by)


# -- the sample --------------------------------------------------------------------------------------------------------
def called_in_vain(town: Town, share: float, place: str = "330302") -> Any:
    policy(town, "cases.follow_up.sample", share, place)
    case, _ = replied(town, name="王小明", phone="13812345678")
    do.review(case.pk, passed=True, by=town.by("supervisor"), now=WEDNESDAY)
    for _ in range(3):
        do.follow_up(case.pk, reached=False, by=town.by("taker"), now=WEDNESDAY)
    return case


def test_who_could_not_be_reached_is_looked_at_before_the_case_is_closed(town: Town) -> None:
    case, by = called_in_vain(town, 1), town.by("supervisor")
    refused("sample_waiting", do.close, case.pk, by=by, now=WEDNESDAY)
    refused("empty", do.sample_check, case.pk, passed=True, words=" ", by=by, now=WEDNESDAY)
    do.sample_check(case.pk, passed=True, words="通话记录三次属实，现场已清", by=by, now=WEDNESDAY)
    refused("not_drawn", do.sample_check, case.pk, passed=True, words="再看", by=by, now=WEDNESDAY)
    do.close(case.pk, by=by, now=WEDNESDAY)
    assert fresh(case).state == "closed"


def test_what_the_check_finds_undone_goes_back_and_is_not_closed(town: Town) -> None:
    case, by = called_in_vain(town, 1), town.by("supervisor")
    do.sample_check(case.pk, passed=False, words="摊位还在", by=by, now=WEDNESDAY)
    refused("sample_failed", do.close, case.pk, by=by, now=WEDNESDAY)
    assert {b.step.name for b in case_steps(fresh(case), by, WEDNESDAY) if b.open} >= {"rework"}
    do.rework(case.pk, "核查发现摊位还在", by=by, now=WEDNESDAY)
    assert fresh(case).round == 2


def test_whoever_called_does_not_check_and_who_was_not_drawn_closes_as_before(town: Town) -> None:
    case = called_in_vain(town, 1)
    do.follow_up(case.pk, reached=False, by=town.by("supervisor"), now=WEDNESDAY)
    refused("four_eyes", do.sample_check, case.pk, passed=True, words="看过", by=town.by("supervisor"), now=WEDNESDAY)
    other = called_in_vain(town, 0, "330302001")
    assert not SampleCheck.objects.filter(case=other).exists()
    do.close(other.pk, by=town.by("supervisor"), now=WEDNESDAY)


def test_the_draw_is_by_the_number_and_keeps_to_its_share() -> None:
    found = [drawn(f"3303-20160301-{n:05d}", 1, 0.2) for n in range(5000)]
    assert 0.18 < sum(found) / 5000 < 0.22 and found == [drawn(f"3303-20160301-{n:05d}", 1, 0.2) for n in range(5000)]
    assert drawn("x", 1, 1) and not drawn("x", 1, 0)


# -- the body that stands in -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("many", [False, True])
def test_what_nobody_holds_goes_to_the_backstop_and_the_gap_is_still_listed(town: Town, many: bool) -> None:
    policy(town, "cases.backstop", "lc-enforce")
    said = message(town, "03")
    if many:
        [receipt] = do.receive_many([said], by=CLERK, now=TUESDAY)
    else:
        receipt = do.receive(said, by=CLERK, now=TUESDAY)
    leg = Leg.objects.get(case=receipt.case_id)
    assert leg.body == town.bodies["lc-enforce"] and leg.backstop and leg.holding is None and not leg.by_hand
    assert leg.evidence["backstop"]["key"] == town.paper.key
    assert Proposal.objects.filter(kind="gap", case=receipt.case_id).exists() and leg.case.snag == "no_owner"
    [shown] = telling.legs(leg.case, TUESDAY)
    assert any("兜底承办" in reason["says"] for reason in shown.reasons) and shown.document == town.paper


def test_a_case_sent_anew_finds_the_backstop_too_and_without_one_it_waits(town: Town) -> None:
    case = received(town, "03")
    assert fresh(case).state == "to_dispatch" and fresh(case).snag == "no_owner"
    policy(town, "cases.backstop", "lc-enforce")
    do.dispatch(case.pk, by=town.by("dispatcher"), now=TUESDAY)
    assert lead(case).backstop and fresh(case).state == "dispatched"
    policy(town, "cases.backstop", "no-such-body", "330302001")
    assert received(town, "03").state == "to_dispatch"
