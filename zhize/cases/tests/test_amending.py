"""What bodies dispute or nobody owns comes back to the register, the statutory way, with the cases as evidence (§4.4)."""

from __future__ import annotations

from datetime import date

import pytest

from zhize.cases.commands import (
    consult,
    contest,
    convene,
    decide,
    decide_return,
    dispatch,
    file_minutes,
    opine,
    rule,
    settle,
    submit,
)
from zhize.cases.models import Case, Leg, Proposal, ProposalQuestion
from zhize.cases.queries.amending import cases_behind
from zhize.cases.tests.conftest import CLERK, SETUP, Town, at, forget, later
from zhize.cases.tests.stories import TUESDAY, WEDNESDAY, fresh, lead, received, sent
from zhize.cases.tests.test_dispatching import ask, disputed, food_answers_stalls
from zhize.kernel.errors import BadInput, Refusal
from zhize.places.terms import Expression
from zhize.policy.commands import one, set_policy
from zhize.record.models import Instrument
from zhize.register.commands import assign, hand_over
from zhize.register.terms import Line, Share, Transfer

THURSDAY = at("2016-03-03 10:00")


def refused(town: Town) -> Leg:
    """Asked to send it back, and not let."""
    _, leg = sent(town)
    ask(town, leg)
    decide_return(leg.pk, "refused", words="引用不成立", by=town.by("dispatcher"), now=TUESDAY)
    return lead(leg.case)


def paper(kind: str, number: str) -> Instrument:
    return Instrument.objects.create(
        key=number, number=number, title="会商", kind=kind, issuer="温州市机构编制委员会办公室", issuer_class="编办",
        issuer_level="city", issuer_area="330300", demo=True,
    )  # fmt: skip


def dispute(town: Town) -> tuple[Case, Proposal]:
    case, _ = disputed(town)
    return case, Proposal.objects.get(kind="conflict")


# -- a refusal contested -----------------------------------------------------------------------------------------------
def test_a_refused_return_may_be_contested_and_the_present_body_goes_on(town: Town) -> None:
    leg = refused(town)
    contest(leg.pk, "油烟不属于市容", by=town.by("lc"), now=TUESDAY)
    leg.refresh_from_db()
    assert leg.state == "in_dispute" and Proposal.objects.get().kind == "conflict"
    rule(leg.pk, body=town.bodies["lc-enforce"], instrument=town.paper, by=town.by("approver"), now=WEDNESDAY)
    assert lead(leg.case).state == "signed"


def test_what_was_not_refused_is_not_contested(town: Town) -> None:
    from zhize.cases.tests.stories import signed

    _, leg = signed(town)
    with pytest.raises(Refusal) as no:
        contest(leg.pk, "不服", by=town.by("lc"), now=TUESDAY)
    assert no.value.code == "nothing_refused"


def test_a_refusal_is_contested_while_it_is_fresh(town: Town) -> None:
    leg = refused(town)
    with pytest.raises(Refusal) as no:
        contest(leg.pk, "不服", by=town.by("lc"), now=at("2016-03-03 00:00"))
    assert no.value.code == "contest_over"


# -- the way of the lead body ------------------------------------------------------------------------------------------
def test_the_lead_body_convenes_files_agreed_minutes_and_the_register_follows(town: Town) -> None:
    _, row = dispute(town)
    convene(row.pk, [town.bodies["lc-enforce"]], "周四会商", by=town.by("env"), now=WEDNESDAY)
    minutes = paper("minutes", "温编办纪〔2016〕1号")
    file_minutes(
        row.pk, agreed=True, instrument=minutes, body=town.bodies["lc-market"], by=town.by("env"), now=WEDNESDAY
    )
    decide(row.pk, town.bodies["lc-market"], instrument=minutes, by=town.by("approver"), now=THURSDAY)
    with pytest.raises(Refusal) as no:
        settle(row.pk, "已改", carried=True, by=town.by("editor"), now=THURSDAY)
    assert no.value.code == "register_unchanged" and "仍" not in str(no.value).split("：")[0]
    given = Share(town.bodies["lc-enforce"], Expression((town.places["330302"].pk,)))
    taken = Share(town.bodies["lc-market"], Expression((town.places["330302"].pk,)))
    hand_over(
        [Transfer(town.duties["stalls"], (given,), (taken,), 4)],
        day=date(2016, 3, 3), instrument=minutes, by=CLERK, now=THURSDAY,
    )  # fmt: skip
    forget()
    settle(row.pk, "已按纪要划转", carried=True, by=town.by("editor"), now=later(THURSDAY, minutes=5))
    row.refresh_from_db()
    assert (row.state, row.event.act, row.event.instrument) == ("carried", "hand_over", minutes)
    assert [s.step for s in row.path.all()] == ["convene", "file_minutes", "decide", "settle:carried"]
    assert sent(town, later(THURSDAY, minutes=6))[1].body == town.bodies["lc-market"]


def test_until_it_is_decided_the_present_allocation_stands(town: Town) -> None:
    _, row = dispute(town)
    convene(row.pk, [town.bodies["lc-enforce"]], by=town.by("env"), now=WEDNESDAY)
    assert sent(town, WEDNESDAY)[1].body == town.bodies["lc-enforce"]


def test_only_who_has_the_case_for_the_time_being_convenes(town: Town) -> None:
    _, row = dispute(town)
    with pytest.raises(Refusal) as no:
        convene(row.pk, [town.bodies["lc-env"]], by=town.by("lc"), now=WEDNESDAY)
    assert no.value.code == "other_body"
    with pytest.raises(BadInput) as wrong:
        convene(row.pk, [town.bodies["lc-env"]], by=town.by("env"), now=WEDNESDAY)
    assert wrong.value.code == "nobody_invited"


def test_minutes_are_minutes(town: Town) -> None:
    _, row = dispute(town)
    convene(row.pk, [town.bodies["lc-enforce"]], by=town.by("env"), now=WEDNESDAY)
    with pytest.raises(BadInput) as no:
        file_minutes(row.pk, agreed=False, instrument=town.paper, by=town.by("env"), now=WEDNESDAY)
    assert no.value.code == "not_minutes"


def test_not_agreed_the_office_asks_in_writing(town: Town) -> None:
    _, row = dispute(town)
    convene(row.pk, [town.bodies["lc-enforce"]], by=town.by("env"), now=WEDNESDAY)
    minutes = paper("minutes", "温编办纪〔2016〕2号")
    file_minutes(row.pk, agreed=False, instrument=minutes, words="各执一词", by=town.by("env"), now=WEDNESDAY)
    assert Proposal.objects.get(pk=row.pk).state == "open"
    asked = consult(
        row.pk,
        [town.bodies["lc-enforce"], town.bodies["lc-env"]],
        "请于五日内答复",
        by=town.by("editor"),
        now=WEDNESDAY,
    )
    assert {q.due for q in asked} == {at("2016-03-09 23:59:59.999999")}


# -- the way of the office ---------------------------------------------------------------------------------------------
def consulted(town: Town) -> Proposal:
    _, row = dispute(town)
    bodies = [town.bodies["lc-enforce"], town.bodies["lc-env"]]
    consult(row.pk, bodies, "请答复", by=town.by("editor"), now=WEDNESDAY)
    return Proposal.objects.get(pk=row.pk)


def test_opinions_first_then_the_meeting_then_the_decision(town: Town) -> None:
    row = consulted(town)
    with pytest.raises(Refusal) as no:
        submit(row.pk, by=town.by("editor"), now=WEDNESDAY)
    assert no.value.code == "opinions_awaited"
    opine(row.pk, agreed=True, by=town.by("lc"), now=WEDNESDAY)
    opine(row.pk, agreed=False, words="不是我们的", by=town.by("env"), now=WEDNESDAY)
    submit(row.pk, "提请编委会审议", by=town.by("editor"), now=WEDNESDAY)
    decide(
        row.pk,
        town.bodies["lc-enforce"],
        instrument=paper("decision", "温编〔2016〕3号"),
        by=town.by("approver"),
        now=THURSDAY,
    )
    row.refresh_from_db()
    assert (row.state, row.body, row.evidence.content["count"]) == ("decided", town.bodies["lc-enforce"], 1)
    (case,) = row.evidence.content["cases"]
    assert [r["decision"] for r in case["returns"]] == ["同意退回", "转为职责争议"] and case["returns"][0]["covers"]


def test_who_does_not_answer_in_time_holds_nothing_up(town: Town) -> None:
    row = consulted(town)
    assert submit(row.pk, by=town.by("editor"), now=at("2016-03-10 00:01")).state == "submitted"


def test_two_rounds_and_no_more(town: Town) -> None:
    row = consulted(town)
    for who in ("lc", "env"):
        opine(row.pk, agreed=False, words="不同意", by=town.by(who), now=WEDNESDAY)
    consult(row.pk, [town.bodies["lc-env"]], "再征求一次", by=town.by("editor"), now=WEDNESDAY)
    opine(row.pk, agreed=False, words="还是不同意", by=town.by("env"), now=WEDNESDAY)
    with pytest.raises(Refusal) as no:
        consult(row.pk, [town.bodies["lc-env"]], "第三次", by=town.by("editor"), now=WEDNESDAY)
    assert no.value.code == "rounds_used" and ProposalQuestion.objects.count() == 3


def test_who_does_not_agree_says_why_and_who_was_not_asked_says_nothing(town: Town) -> None:
    row = consulted(town)
    with pytest.raises(BadInput):
        opine(row.pk, agreed=False, by=town.by("env"), now=WEDNESDAY)
    with pytest.raises(Refusal) as no:
        opine(row.pk, agreed=True, by=town.by("oh"), now=WEDNESDAY)
    assert no.value.code == "not_asked"


def test_a_dispute_is_not_settled_as_carried_without_a_decision(town: Town) -> None:
    _, row = dispute(town)
    with pytest.raises(Refusal) as no:
        settle(row.pk, "改好了", carried=True, by=town.by("editor"), now=WEDNESDAY)
    assert no.value.code == "not_decided"


# -- rulings, gaps, returns --------------------------------------------------------------------------------------------
def test_a_ruling_is_decided_already_and_waits_for_the_register(town: Town) -> None:
    _, leg = disputed(town)
    ruling = paper("ruling", "温编办裁〔2016〕9号")
    rule(leg.pk, body=town.bodies["lc-env"], instrument=ruling, by=town.by("approver"), now=TUESDAY)
    row = Proposal.objects.get(kind="ruling")
    assert (row.state, row.body) == ("decided", town.bodies["lc-env"])
    with pytest.raises(Refusal) as no:
        settle(row.pk, "已改", carried=True, by=town.by("editor"), now=WEDNESDAY)
    assert "鹿城区综合行政执法局" in str(no.value)


def test_a_ruling_ends_what_was_being_studied_about_the_same_thing(town: Town) -> None:
    case, row = dispute(town)
    convene(row.pk, [town.bodies["lc-enforce"]], by=town.by("env"), now=WEDNESDAY)
    ruling = paper("ruling", "温编办裁〔2016〕11号")
    rule(lead(case).pk, body=town.bodies["lc-env"], instrument=ruling, by=town.by("approver"), now=THURSDAY)
    row.refresh_from_db()
    assert (row.state, row.path.last().instrument) == ("unchanged", ruling) and ruling.number in row.outcome
    still = Proposal.objects.filter(settled_at=None).exclude(kind="hand")
    assert [(p.kind, p.state) for p in still] == [("ruling", "decided")]


def test_a_gap_is_settled_when_somebody_owns_it(town: Town) -> None:
    case = received(town, "03", confidence=0.1)
    dispatch(case.pk, by=town.by("dispatcher"), now=TUESDAY)
    row = Proposal.objects.get(kind="gap")
    with pytest.raises(Refusal) as no:
        settle(row.pk, "补上了", carried=True, by=town.by("editor"), now=WEDNESDAY)
    assert no.value.code == "register_unchanged" and "定不下" in str(no.value)
    from zhize.register.commands import map_matter
    from zhize.register.commands.matters import Answer

    answer = Answer(town.matters["03"], town.duties["food"])
    map_matter([answer], day=date(2016, 3, 2), instrument=town.paper, by=CLERK, now=WEDNESDAY)
    forget()
    settle(row.pk, "补上了", carried=True, by=town.by("editor"), now=later(WEDNESDAY, minutes=5))
    row.refresh_from_db()
    assert (row.state, row.event.act) == ("carried", "map_matter")


def test_the_nth_return_of_what_the_register_said_is_a_proposal(town: Town) -> None:
    set_policy(
        [one("cases.returns.to_propose", town.places["330300"], 2, date(2016, 1, 1))],
        instrument=town.paper, by=CLERK, now=SETUP,
    )  # fmt: skip
    food_answers_stalls(town)
    for _ in range(2):
        _, leg = sent(town)
        ask(town, leg)
        decide_return(leg.pk, "upheld", by=town.by("dispatcher"), now=TUESDAY)
    row = Proposal.objects.get(kind="returns")
    assert "2次" in row.words and cases_behind(row).count() == 2


def test_a_proposal_is_settled_once(town: Town) -> None:
    _, row = dispute(town)
    settle(row.pk, "双方已经说清", by=town.by("editor"), now=WEDNESDAY)
    with pytest.raises(BadInput) as no:
        settle(row.pk, "再来", by=town.by("editor"), now=WEDNESDAY)
    assert no.value.code == "unknown_proposal" and Proposal.objects.get(pk=row.pk).state == "unchanged"


def test_the_case_itself_goes_on_while_the_register_is_thought_about(town: Town) -> None:
    case, row = dispute(town)
    settle(row.pk, "不改", by=town.by("editor"), now=WEDNESDAY)
    assert fresh(case).state == "dispatched" and lead(case).state == "in_dispute"


def test_assigning_to_another_is_not_what_was_decided(town: Town) -> None:
    _, leg = disputed(town)
    ruling = paper("ruling", "温编办裁〔2016〕10号")
    rule(leg.pk, body=town.bodies["lc-env"], instrument=ruling, by=town.by("approver"), now=TUESDAY)
    street = Expression((town.places["330302001"].pk,))
    assign(
        [Line(town.duties["stalls"], town.bodies["lc-market"], 4, street, date(2016, 3, 2))],
        instrument=town.paper, by=CLERK, now=WEDNESDAY,
    )  # fmt: skip
    forget()
    with pytest.raises(Refusal) as no:
        settle(
            Proposal.objects.get(kind="ruling").pk,
            "改了",
            carried=True,
            by=town.by("editor"),
            now=later(WEDNESDAY, minutes=1),
        )
    assert "市场监督管理局" in str(no.value)
