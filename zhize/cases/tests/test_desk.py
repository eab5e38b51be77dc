"""What a seat sees is what it may see; queues in order, page by page; buttons that say why not; figures that add up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhize.cases.commands import close, decide_return, dispatch, follow_up, rate, request_return, settle
from zhize.cases.models import Case, Proposal
from zhize.cases.queries.desk import QUEUES, lines, searched, visible
from zhize.cases.queries.figures import Figure, Span, figures
from zhize.cases.queries.ontime import on_time
from zhize.cases.queries.proposals import ProposalShown, proposals
from zhize.cases.queries.steps import Button, case_steps, leg_steps
from zhize.cases.tests.conftest import Town, at, later
from zhize.cases.tests.stories import (
    CITIZEN,
    TUESDAY,
    WEDNESDAY,
    everywhere,
    fresh,
    lead,
    received,
    replied,
    sent,
    signed,
)
from zhize.kernel.errors import Refusal
from zhize.register.queries.queues import counted, of_seat


# -- what one may see --------------------------------------------------------------------------------------------------
def seen(town: Town, who: str) -> set[Case]:
    return set(visible(town.seats[who], TUESDAY))


def test_a_handler_sees_its_bodys_cases_and_no_others(town: Town) -> None:
    ours, _ = sent(town)
    sent(town, place="330304001")
    received(town)
    assert seen(town, "lc") == {ours} and seen(town, "env") == set()


def test_a_district_sees_its_district_and_the_city_all(town: Town) -> None:
    east, _ = sent(town)
    west, _ = sent(town, place="330304001")
    assert seen(town, "lc_boss") == {east} and seen(town, "dispatcher") == {east, west}


def test_search_stays_within_what_one_may_see(town: Town) -> None:
    case, _ = sent(town, title="占道")
    west, _ = sent(town, place="330304001", title="占道")
    assert set(searched(town.seats["lc"], TUESDAY, "占道", "", "", {}).rows) == {case}
    assert set(searched(town.seats["dispatcher"], TUESDAY, "占道", "dispatched", "complaint", {}).rows) == {case, west}
    assert set(searched(town.seats["dispatcher"], TUESDAY, west.no.lower(), "", "", {}).rows) == {west}


# -- queues ------------------------------------------------------------------------------------------------------------
EXPECTED = {
    "taker": {"screen": 1, "follow_up": 1}, "lc": {"sign": 1, "handle": 2, "asked": 1, "late_own": 4},
    "dispatcher": {"screen": 1, "dispatch": 1, "returns": 1, "confirm": 1, "review": 1, "late": 7, "gaps": 1},
    "supervisor": {"late": 7, "grants": 1, "confirm": 1, "close": 0, "suspended": 0}, "approver": {"gaps": 1, "disputes": 0},
}  # fmt: skip


@pytest.mark.parametrize("who", EXPECTED)
def test_every_pile_has_what_waits_there(town: Town, who: str) -> None:
    everywhere(town)
    piles = {c.queue.key: c.count for c in counted(QUEUES, town.seats[who], at("2016-03-20 10:00"))}
    assert {name: piles[name] for name in EXPECTED[who]} == EXPECTED[who]


def test_each_role_has_its_piles_and_only_those(town: Town) -> None:
    for seat in town.seats.values():
        assert {q.key for q in of_seat(QUEUES, seat)} == {q.key for q in QUEUES if seat.role in q.roles}


def reads(fn: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        fn()
    return len(queries)


def test_a_list_costs_the_same_however_full(town: Town) -> None:
    sent(town)
    pile = next(q for q in QUEUES if q.key == "sign")

    def shown_lines() -> object:
        return lines(pile.rows(town.seats["lc"], TUESDAY).select_related("case"), TUESDAY, town.seats["lc"])

    few = reads(shown_lines)
    for _ in range(6):
        sent(town)
    assert reads(shown_lines) == few <= 6


# -- buttons -----------------------------------------------------------------------------------------------------------
def shown(buttons: list[Button]) -> dict[str, bool]:
    return {b.step.name: b.open for b in buttons}


def test_buttons_say_what_the_act_would(town: Town) -> None:
    case, leg = replied(town, name="王小明", phone="13812345678")
    buttons = {b.step.name: b for b in case_steps(fresh(case), town.by("supervisor"), WEDNESDAY)}
    assert buttons["review"].open and not buttons["close"].open
    with pytest.raises(Refusal) as no:
        close(case.pk, by=town.by("supervisor"), now=WEDNESDAY)
    assert str(no.value) == str(buttons["close"].refused)
    assert leg.state == "replied"


def test_a_body_sees_its_own_case_greyed_with_the_reason(town: Town) -> None:
    case, _ = replied(town)
    buttons = case_steps(fresh(case), town.by("lc_boss"), WEDNESDAY)
    assert {b.refused.code for b in buttons if b.refused} == {
        "own_case",
        *(b.refused.code for b in buttons if b.refused),
    }
    assert not shown(buttons)["close"]


def test_a_handler_has_the_legs_buttons_and_others_have_none(town: Town) -> None:
    _, leg = signed(town)
    assert shown(leg_steps(leg, town.by("lc"), TUESDAY)) == {
        "sign": False,
        "reply": True,
        "reply:drafted": False,
        "request_return": True,
        "extend": True,
        "ask_exclusion": True,
        "contest": False,
    }
    assert shown(leg_steps(leg, town.by("oh"), TUESDAY)) == {}


def test_the_reporter_has_his_own(town: Town) -> None:
    case, _ = replied(town)
    assert {name for name, open_ in shown(case_steps(fresh(case), CITIZEN, WEDNESDAY)).items() if open_} == {
        "rate",
        "reopen",
    }


# -- the worklist ------------------------------------------------------------------------------------------------------
def lines_of_the_register() -> list[ProposalShown]:
    return proposals(list(Proposal.objects.filter(settled_at__isnull=True).order_by("pk")), TUESDAY)


def test_a_line_counts_the_cases_behind_it_and_is_settled_with_words(town: Town) -> None:
    for _ in range(2):
        received(town, "020101", place="330304001")
    received(town, "03")
    noise, orphan = lines_of_the_register()
    assert (noise.matter, noise.place, noise.cases) == ("夜间施工噪声", "温州市瓯海区景山街道", 2)
    assert (orphan.matter, orphan.cases) == ("无人认领的事", 1)
    with pytest.raises(Refusal):
        settle(noise.row.pk, "不管", by=town.by("lc"), now=TUESDAY)
    settle(noise.row.pk, "已登记瓯海区的归属", by=town.by("editor"), now=TUESDAY)
    assert [line.matter for line in lines_of_the_register()] == ["无人认领的事"]
    received(town, "020101", place="330304001")
    assert Proposal.objects.filter(settled_at__isnull=True).count() == 2


def test_each_kind_of_line_counts_its_own_cases(town: Town) -> None:
    """A gap that was closed by hand speaks for the hand dispatch; what the register names itself speaks for nothing."""
    for _ in range(2):
        dispatch(
            received(town, "03").pk,
            body=town.bodies["lc-env"],
            why="临时协调",
            by=town.by("dispatcher"),
            now=TUESDAY,
        )
    received(town, "0203")
    sent(town)
    assert {line.row.kind: line.cases for line in lines_of_the_register()} == {"gap": 0, "hand": 2, "conflict": 1}


# -- figures -----------------------------------------------------------------------------------------------------------
def told(town: Town, now: str = "2016-03-31 00:00", body: str = "") -> dict[str, Figure]:
    span = Span(at("2016-03-01 00:00"), at("2016-04-01 00:00"), at(now))
    return {
        f.name: f
        for f in figures(span, place_id=town.places["330300"].pk, body_id=town.bodies[body].pk if body else None)
    }


def share(figure: Figure) -> tuple[float, int]:
    return figure.part, figure.whole


def test_what_is_open_and_late_is_in_the_denominator(town: Town) -> None:
    replied(town)
    signed(town)
    sent(town)
    found = told(town)
    assert share(found["leg_on_time"]) == share(found["promise_on_time"]) == (1, 3)
    assert "其中2件到期未答复" in found["leg_on_time"].says
    assert share(found["signed_on_time"]) == (2, 3)


def test_the_bars_together_are_the_figure(town: Town) -> None:
    """To the moment: what falls due as the period ends belongs to the next one, on both halves of the page."""
    replied(town)
    _, leg = sent(town)
    for end, whole in ((leg.due, 0), (later(leg.due, seconds=1), 2)):
        span = Span(TUESDAY, end, end)
        bars = on_time(town.seats["supervisor"], span).all
        figure = next(f for f in figures(span, place_id=town.places["330300"].pk) if f.name == "leg_on_time")
        assert (bars.on, bars.total) == share(figure) and bars.total == whole


def test_nothing_to_divide_by_is_not_a_hundred_percent(town: Town) -> None:
    assert all(f.rate is None for f in told(town).values())


def test_satisfaction_stands_beside_its_coverage(town: Town) -> None:
    for satisfied in ("yes", "partly", "no"):
        case, _ = replied(town)
        rate(case.pk, contacted=True, solved=satisfied != "no", satisfied=satisfied, by=CITIZEN, now=WEDNESDAY)
    case, _ = replied(town)
    follow_up(case.pk, reached=False, by=town.by("taker"), now=WEDNESDAY)
    found = told(town)
    assert share(found["satisfied"]) == (1.9, 3) and share(found["solved"]) == (2, 3)
    assert share(found["coverage"]) == (3, 4) and share(found["unreached"]) == (1, 4)


def test_a_wrong_first_dispatch_counts_against_the_dispatcher_not_the_body(town: Town) -> None:
    _, leg = sent(town)
    sent(town)
    request_return(
        leg.pk, body=town.bodies["lc-env"], duty=town.duties["food"], reason="油烟", by=town.by("lc"), now=TUESDAY
    )
    decide_return(leg.pk, "upheld", by=town.by("dispatcher"), now=TUESDAY)
    found = told(town, body="lc-enforce")
    assert share(found["leg_on_time"]) == (0, 1) and share(found["first_dispatch_right"]) == (1, 2)
    assert share(found["returns"]) == (1, 2) and share(found["returns_upheld"]) == (1, 1)
    assert lead(leg.case).state == "returned"
