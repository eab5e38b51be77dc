"""Who gets it, by which paper — and how a body says: not ours but theirs."""

from __future__ import annotations

from datetime import date

import pytest

from zhize.cases.commands import decide_return, dispatch, recall, request_return, rule, sign
from zhize.cases.models import Case, Leg, Proposal, Return
from zhize.cases.tests.conftest import CLERK, SETUP, Town, at, forget, later
from zhize.cases.tests.stories import TUESDAY, fresh, lead, received, sent, signed
from zhize.kernel.errors import BadInput, Refusal
from zhize.places.terms import Expression
from zhize.policy.commands import one, set_policy
from zhize.record.models import Event, Instrument
from zhize.register.commands import abolish, assign, hand_over, map_matter
from zhize.register.commands.matters import Answer
from zhize.register.terms import Line, Share, Transfer


# -- dispatch ----------------------------------------------------------------------------------------------------------
def test_a_case_without_a_matter_cannot_be_sent_by_the_register(town: Town) -> None:
    with pytest.raises(Refusal) as no:
        dispatch(received(town).pk, by=town.by("dispatcher"), now=TUESDAY)
    assert no.value.code == "no_matter"


def test_a_gap_waits_and_a_conflict_waits(town: Town) -> None:
    for matter, snag in (("03", "no_owner"), ("0203", "conflict")):
        case = received(town, matter, confidence=0.1)
        dispatch(case.pk, by=town.by("dispatcher"), now=TUESDAY)
        assert (fresh(case).state, fresh(case).snag) == ("to_dispatch", snag)
    assert set(Proposal.objects.values_list("kind", flat=True)) == {"gap", "conflict"}


def test_by_hand_the_registers_answer_is_kept_beside_the_humans(town: Town) -> None:
    case = received(town, "03", confidence=0.1)
    dispatch(case.pk, body=town.bodies["lc-env"], why="临时协调", by=town.by("dispatcher"), now=TUESDAY)
    leg = lead(case)
    assert (leg.by_hand, leg.holding, leg.evidence["answer"]) == (True, None, "gap")
    assert leg.evidence["by_hand"] == {"body": "lc-env", "why": "临时协调"}
    assert Proposal.objects.get(kind="hand").matter == town.matters["03"]


def test_by_hand_without_a_reason_is_refused(town: Town) -> None:
    with pytest.raises(BadInput):
        dispatch(received(town, "03").pk, body=town.bodies["lc-env"], by=town.by("dispatcher"), now=TUESDAY)


def test_by_hand_to_whom_the_register_names_cites_the_holding_and_proposes_nothing(town: Town) -> None:
    case = received(town, "010101", confidence=0.1)
    dispatch(
        case.pk,
        body=town.bodies["lc-enforce"],
        assist=[town.bodies["lc-env"]],
        why="已核实",
        by=town.by("dispatcher"),
        now=TUESDAY,
    )
    assert lead(case).holding == town.holding("stalls", "lc-enforce") and not Proposal.objects.exists()
    assert Leg.objects.get(case=case, capacity="assist").body == town.bodies["lc-env"]


def test_after_a_hand_over_new_cases_go_to_the_new_holder_and_old_evidence_stays(town: Town) -> None:
    old, _ = sent(town)
    where = Expression((town.places["330302"].pk,))
    day = date(2016, 4, 1)
    hand_over(
        [
            Transfer(
                town.duties["stalls"],
                (Share(town.bodies["lc-enforce"], where),),
                (Share(town.bodies["lc-market"], where),),
                4,
            )
        ],
        day=day,
        instrument=town.paper,
        by=CLERK,
        now=at("2016-03-20 09:00"),
    )
    new, leg = sent(town, at("2016-04-01 00:10"))
    assert leg.body == town.bodies["lc-market"]
    assert sent(town, at("2016-03-31 23:50"))[1].body == town.bodies["lc-enforce"]
    assert (
        lead(old).evidence["basis"][0]["holding"] == lead(old).holding_id
        and lead(old).body == town.bodies["lc-enforce"]
    )
    assert any("不再行使" in r["why"] for r in leg.evidence["rejected"])
    assert new.no.startswith("3303-20160401")


def test_a_new_map_of_matters_is_followed_at_once(town: Town) -> None:
    map_matter(
        [Answer(town.matters["03"], town.duties["food"])],
        day=date(2016, 1, 1),
        instrument=town.paper,
        by=CLERK,
        now=SETUP,
    )
    forget()
    assert sent(town, matter="03")[1].body == town.bodies["lc-env"]


def test_a_wrong_dispatch_is_taken_back_and_sent_again(town: Town) -> None:
    case, leg = signed(town)
    recall(case.pk, "派错了", by=town.by("dispatcher"), now=TUESDAY)
    assert (fresh(case).state, fresh(case).snag, Leg.objects.get(pk=leg.pk).state) == (
        "to_dispatch",
        "returned",
        "recalled",
    )
    dispatch(case.pk, by=town.by("dispatcher"), now=TUESDAY)
    assert lead(case).no == 2


# -- return ------------------------------------------------------------------------------------------------------------
def ask(
    town: Town, leg: Leg, *, who: str = "lc", body: str = "lc-env", duty: str = "food", now=TUESDAY, **more: object
) -> Return:  # type: ignore[no-untyped-def]
    return request_return(
        leg.pk, body=town.bodies[body], duty=town.duties[duty], reason="属于餐饮油烟", by=town.by(who), now=now, **more
    )


def food_answers_stalls(town: Town) -> None:
    """The matter is answered by two duties, the body cites the second."""
    answers = [
        Answer(town.matters["010101"], town.duties["stalls"], 1),
        Answer(town.matters["010101"], town.duties["food"], 2),
    ]
    map_matter(answers, day=date(2016, 1, 1), instrument=town.paper, by=CLERK, now=SETUP)
    forget()


def test_a_citation_that_covers_matter_place_and_day_is_found_to(town: Town) -> None:
    food_answers_stalls(town)
    _, leg = sent(town)
    asked = ask(town, leg, holding=town.holding("food", "lc-env"))
    assert asked.judgement["covers"] and asked.judgement["tests"] == dict.fromkeys(
        ("holds", "matter", "place", "day", "same"), True
    )
    assert Leg.objects.get(pk=leg.pk).state == "return_requested" and fresh(leg.case).state == "dispatched"


@pytest.mark.parametrize(
    ("body", "duty", "wrong", "words"),
    [
        ("lc-env", "food", "matter", "没有对应关系"),
        ("oh-enforce", "stalls", "holds", "并不在"),
        ("lc-market", "food", "holds", "并不在"),
    ],
)
def test_a_citation_that_does_not_cover_is_said_not_to(
    town: Town, body: str, duty: str, wrong: str, words: str
) -> None:
    _, leg = sent(town)
    asked = ask(town, leg, body=body, duty=duty)
    assert not asked.judgement["covers"] and not asked.judgement["tests"][wrong] and words in asked.judgement["says"]


def test_a_holding_of_another_place_does_not_cover(town: Town) -> None:
    _, leg = sent(town)
    asked = ask(town, leg, body="oh-enforce", duty="stalls", holding=town.holding("stalls", "oh-enforce"))
    assert not asked.judgement["tests"]["place"]


def test_not_ours_alone_cannot_be_said(town: Town) -> None:
    _, leg = sent(town)
    with pytest.raises(BadInput) as no:
        ask(town, leg, body="lc-enforce", duty="stalls")
    assert no.value.code == "own_body"


def test_after_the_window_it_is_too_late(town: Town) -> None:
    _, leg = sent(town)
    with pytest.raises(Refusal) as no:
        ask(town, leg, now=at("2016-03-03 00:00"))
    assert no.value.code == "return_window_over"


def test_upheld_the_case_goes_to_the_cited_body(town: Town) -> None:
    food_answers_stalls(town)
    case, leg = sent(town)
    ask(town, leg)
    decide_return(leg.pk, "upheld", by=town.by("dispatcher"), now=TUESDAY)
    assert Leg.objects.get(pk=leg.pk).state == "returned"
    assert (fresh(case).state, lead(case).body, lead(case).no) == ("dispatched", town.bodies["lc-env"], 2)
    assert fresh(case).due == case.due  # the promise is never reset by passing the case on


def test_upheld_though_nothing_was_proved_it_waits_for_a_human(town: Town) -> None:
    case, leg = sent(town)
    ask(town, leg)
    decide_return(leg.pk, "upheld", by=town.by("dispatcher"), now=TUESDAY)
    assert (fresh(case).state, fresh(case).snag) == ("to_dispatch", "returned")


def test_refused_the_same_leg_goes_on_and_may_not_ask_again(town: Town) -> None:
    case, leg = sent(town)
    ask(town, leg)
    decide_return(leg.pk, "refused", words="引用不成立", by=town.by("dispatcher"), now=TUESDAY)
    leg = lead(case)
    assert (leg.no, leg.state, leg.signed_at, fresh(case).state) == (1, "signed", TUESDAY, "handling")
    with pytest.raises(Refusal) as no:
        ask(town, leg)
    assert no.value.code == "asked_before"


def test_refusing_needs_a_reason(town: Town) -> None:
    _, leg = sent(town)
    ask(town, leg)
    with pytest.raises(BadInput):
        decide_return(leg.pk, "refused", by=town.by("dispatcher"), now=TUESDAY)


def test_a_body_does_not_decide_on_its_own_return(town: Town) -> None:
    _, leg = sent(town)
    ask(town, leg)
    with pytest.raises(Refusal) as no:
        decide_return(leg.pk, "upheld", by=town.by("lc_boss"), now=TUESDAY)
    assert no.value.code == "own_case"


def disputed(town: Town) -> tuple[Case, Leg]:
    """Sent back once with success, then once more."""
    food_answers_stalls(town)
    case, leg = sent(town)
    ask(town, leg)
    decide_return(leg.pk, "upheld", by=town.by("dispatcher"), now=TUESDAY)
    ask(town, lead(case), who="env", body="lc-enforce", duty="stalls")
    decide_return(lead(case).pk, "upheld", by=town.by("dispatcher"), now=TUESDAY)
    return fresh(case), lead(case)


def test_the_second_return_is_a_dispute_and_the_interim_lead_stays(town: Town) -> None:
    case, leg = disputed(town)
    assert (leg.state, leg.body, case.state) == ("in_dispute", town.bodies["lc-env"], "dispatched")
    assert Return.objects.get(leg=leg).decision == "dispute"


def test_a_ruling_moves_the_case_and_is_a_proposal_to_the_register(town: Town) -> None:
    case, leg = disputed(town)
    paper = Instrument.objects.create(key="r1", number="温编办裁〔2016〕1号", title="裁定", kind="ruling")
    rule(
        leg.pk,
        body=town.bodies["lc-enforce"],
        instrument=paper,
        words="占道归执法",
        by=town.by("approver"),
        now=TUESDAY,
    )
    assert (Leg.objects.get(pk=leg.pk).state, lead(case).body) == ("ruled", town.bodies["lc-enforce"])
    assert Proposal.objects.get(kind="ruling").instrument == paper


def test_a_ruling_may_leave_it_where_it_is(town: Town) -> None:
    _, leg = disputed(town)
    rule(leg.pk, body=town.bodies["lc-env"], instrument=town.paper, by=town.by("approver"), now=TUESDAY)
    assert Leg.objects.get(pk=leg.pk).state == "signed"


def test_what_is_not_disputed_is_not_ruled(town: Town) -> None:
    _, leg = sent(town)
    with pytest.raises(Refusal) as no:
        rule(leg.pk, body=town.bodies["lc-env"], instrument=town.paper, by=town.by("approver"), now=TUESDAY)
    assert no.value.code == "nothing_disputed"


def test_a_ruling_on_an_assistant_puts_another_in_its_place_and_leaves_the_lead_alone(town: Town) -> None:
    set_policy(
        [one("cases.returns.to_dispute", town.places["330300"], 1, date(2016, 1, 1))],
        instrument=town.paper,
        by=CLERK,
        now=SETUP,
    )
    case, leading = sent(town, matter="020101")
    assistant = Leg.objects.get(case=case, capacity="assist")
    ask(town, assistant, who="env", body="lc-market", duty="ads")
    decide_return(assistant.pk, "upheld", by=town.by("dispatcher"), now=TUESDAY)
    rule(assistant.pk, body=town.bodies["lc-market"], instrument=town.paper, by=town.by("approver"), now=TUESDAY)
    other = Leg.objects.get(case=case, capacity="assist", state="dispatched")
    assert other.body == town.bodies["lc-market"] and other.by_hand
    assert (lead(case), lead(case).state, fresh(case).state) == (leading, "dispatched", "dispatched")


def test_by_hand_nobody_is_sent_to_a_body_that_is_gone(town: Town) -> None:
    abolish(
        town.bodies["lc-market"],
        day=date(2016, 2, 1),
        close=[town.duties["ads"].pk],
        instrument=town.paper,
        by=CLERK,
        now=SETUP,
    )
    with pytest.raises(BadInput) as no:
        dispatch(
            received(town, "03").pk,
            body=town.bodies["lc-market"],
            why="原来归它",
            by=town.by("dispatcher"),
            now=TUESDAY,
        )
    assert no.value.code == "no_such_body_today"


def test_an_assistants_return_leaves_the_lead_alone(town: Town) -> None:
    case, _ = sent(town, matter="020101")
    assistant = Leg.objects.get(case=case, capacity="assist")
    ask(town, assistant, who="env", body="lc-enforce", duty="noise")
    decide_return(assistant.pk, "upheld", by=town.by("dispatcher"), now=TUESDAY)
    assert fresh(case).state == "dispatched" and lead(case).state == "dispatched"


def test_each_return_leaves_its_citation_and_its_judgement_in_the_log(town: Town) -> None:
    _, leg = sent(town)
    ask(town, leg)
    event = Event.objects.get(act="request_return")
    assert event.payload["cites"]["duty"] == "food" and event.payload["judgement"]["covers"] is False


def test_of_two_who_decide_at_once_the_second_is_told(town: Town) -> None:
    _, leg = sent(town)
    ask(town, leg)
    decide_return(leg.pk, "refused", words="不成立", by=town.by("dispatcher"), now=TUESDAY)
    with pytest.raises(Refusal) as no:
        decide_return(leg.pk, "upheld", by=town.by("supervisor"), now=later(TUESDAY, minutes=1))
    assert no.value.code == "nothing_asked"


def test_two_holders_by_an_assign_are_seen_at_the_next_case(town: Town) -> None:
    sent(town)
    line = Line(
        town.duties["stalls"], town.bodies["lc-market"], 3, Expression((town.places["330302001"].pk,)), date(2016, 1, 1)
    )
    assign([line], instrument=town.paper, by=CLERK, now=SETUP)
    assert sent(town, now=later(TUESDAY, minutes=1))[1].body == town.bodies["lc-market"]


def test_signing_is_for_the_body_alone(town: Town) -> None:
    _, leg = sent(town)
    with pytest.raises(Refusal) as no:
        sign(leg.pk, by=town.by("oh"), now=TUESDAY)
    assert no.value.code == "other_body"
