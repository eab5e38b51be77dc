"""Three-way township lists as routing input (cases.md §4.5): what was taken back never reaches the township, by any road."""

from __future__ import annotations

from datetime import date

import pytest

from zhize.cases.commands import decide_return, dispatch, involve, request_return, rule
from zhize.cases.models import Leg, Proposal
from zhize.cases.tests.conftest import CLERK, SETUP, START, Town, at, forget
from zhize.cases.tests.stories import TUESDAY, fresh, lead, received, sent
from zhize.cases.tests.test_dispatching import ask, food_answers_stalls
from zhize.kernel.errors import Refusal
from zhize.places.terms import Expression
from zhize.policy.commands import one, set_policy
from zhize.record.models import Instrument
from zhize.register.commands import assign, found, list_township
from zhize.register.models import TownshipItem
from zhize.register.terms import Line, NewBody, TownshipLine

K = TownshipItem.Kind
DAY = date(2016, 2, 1)


def office(town: Town):  # type: ignore[no-untyped-def]
    """The street's own office."""
    if "street" not in town.bodies:
        place = town.places["330302001"].pk
        new = NewBody("street", "乡镇街道", 5, "五马街道办事处", START, place)
        made = found([new], instrument=town.paper, by=CLERK, now=SETUP)
        return made["street"]
    return town.bodies["street"]


def list_paper() -> Instrument:
    return Instrument.objects.create(
        key="lc-towns", number="鹿政发〔2016〕2号", title="关于公布乡镇（街道）履行职责事项清单的通知", kind="list", issuer="鹿城区人民政府",
        issuer_class="政府", issuer_level="county", issuer_area="330302", effective=DAY, demo=True,
    )  # fmt: skip


def listed(town: Town, kind: str, duty: str = "stalls", superior: str = "lc-enforce"):  # type: ignore[no-untyped-def]
    street = office(town)
    line = TownshipLine(
        town.duties[duty], town.places["330302001"], kind, DAY, town.bodies[superior] if kind != K.BASIC else None
    )
    list_township([line], instrument=list_paper(), by=CLERK, now=SETUP)
    forget()
    return street


def held_by_the_street(town: Town):  # type: ignore[no-untyped-def]
    """Before the list the street did it itself, in its own street."""
    street = office(town)
    where = Expression((town.places["330302001"].pk,))
    assign([Line(town.duties["stalls"], street, 5, where, START)], instrument=town.paper, by=CLERK, now=SETUP)
    forget()
    return street


def test_a_withdrawn_item_never_reaches_the_township(town: Town) -> None:
    street = held_by_the_street(town)
    assert sent(town, at("2016-01-20 10:00"))[1].body == street
    line = TownshipLine(town.duties["stalls"], town.places["330302001"], K.WITHDRAWN, DAY, town.bodies["lc-enforce"])
    list_township([line], instrument=list_paper(), by=CLERK, now=SETUP)
    forget()
    _, leg = sent(town)
    assert leg.body == town.bodies["lc-enforce"] and leg.holding is not None


def test_the_evidence_says_by_which_paper_it_was_taken_back_and_who_took_it(town: Town) -> None:
    listed(town, K.WITHDRAWN)
    _, leg = sent(town)
    said = leg.evidence["township"]
    assert (said["kind"], said["instrument"], said["superior"]) == (
        "withdrawn",
        "鹿政发〔2016〕2号",
        "鹿城区综合行政执法局",
    )
    (rejected,) = [r for r in leg.evidence["rejected"] if r["rule"] == "taken_back"]
    assert rejected["body"] == "五马街道办事处" and "收回" in rejected["why"]


def test_what_it_helps_with_goes_to_the_superior_and_the_township_assists(town: Town) -> None:
    street = listed(town, K.ASSIST)
    case, leg = sent(town)
    assistant = Leg.objects.get(case=case, capacity="assist")
    assert (leg.body, assistant.body, assistant.required) == (town.bodies["lc-enforce"], street, False)
    assert assistant.holding.instrument.number == "鹿政发〔2016〕2号"


def test_what_is_basic_is_the_townships_own(town: Town) -> None:
    street = held_by_the_street(town)
    line = TownshipLine(town.duties["stalls"], town.places["330302001"], K.BASIC, DAY)
    list_township([line], instrument=list_paper(), by=CLERK, now=SETUP)
    forget()
    _, leg = sent(town)
    assert leg.body == street and leg.evidence["township"]["label"] == "基本履职"


def test_before_the_list_the_old_way_stands(town: Town) -> None:
    listed(town, K.WITHDRAWN)
    _, leg = sent(town, at("2016-01-20 10:00"))
    assert "township" not in leg.evidence


def test_nobody_sends_it_to_the_township_by_hand(town: Town) -> None:
    street = listed(town, K.WITHDRAWN)
    case = received(town, "010101", confidence=0.1)
    with pytest.raises(Refusal) as no:
        dispatch(case.pk, body=street, why="属地", by=town.by("dispatcher"), now=TUESDAY)
    assert (
        no.value.code == "taken_back"
        and "鹿城区综合行政执法局" in str(no.value)
        and "鹿政发〔2016〕2号" in str(no.value)
    )


def test_nor_brings_it_in_to_assist(town: Town) -> None:
    street = listed(town, K.WITHDRAWN)
    case, _ = sent(town)
    with pytest.raises(Refusal) as no:
        involve(case.pk, [street], "属地配合", by=town.by("dispatcher"), now=TUESDAY)
    assert no.value.code == "taken_back"


def test_nor_rules_it_there(town: Town) -> None:
    street = listed(town, K.WITHDRAWN)
    set_policy(
        [one("cases.returns.to_dispute", town.places["330300"], 1, date(2016, 1, 1))],
        instrument=town.paper, by=CLERK, now=SETUP,
    )  # fmt: skip
    food_answers_stalls(town)
    _, leg = sent(town)
    ask(town, leg)
    decide_return(leg.pk, "upheld", by=town.by("dispatcher"), now=TUESDAY)
    with pytest.raises(Refusal) as no:
        rule(leg.pk, body=street, instrument=town.paper, by=town.by("approver"), now=TUESDAY)
    assert no.value.code == "taken_back" and not Proposal.objects.filter(kind="ruling").exists()


def test_a_return_that_cites_the_township_is_judged_not_to_hold(town: Town) -> None:
    street = listed(town, K.WITHDRAWN)
    case, leg = sent(town)
    asked = request_return(
        leg.pk, body=street, duty=town.duties["stalls"], reason="属地管理", by=town.by("lc"), now=TUESDAY
    )
    assert not asked.judgement["covers"] and "已由鹿政发〔2016〕2号从乡镇街道收回" in asked.judgement["says"]
    decide_return(leg.pk, "upheld", by=town.by("dispatcher"), now=TUESDAY)
    assert fresh(case).state == "to_dispatch" and lead(case).body != street
