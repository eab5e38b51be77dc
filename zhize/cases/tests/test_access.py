"""The right of every act: every role × every act, and the reach of a seat."""

from __future__ import annotations

import pytest

from zhize.accounts.models import By
from zhize.cases import lifecycle
from zhize.cases.tests.conftest import CLERK, Town
from zhize.cases.tests.stories import CITIZEN, TUESDAY
from zhize.kernel.period import day_of
from zhize.register.access import BODY, RIGHTS, refusal, say_roles, sit
from zhize.register.commands import dismiss

DAY = day_of(TUESDAY)
ACTS = sorted(act for act in RIGHTS if act.startswith("cases."))
WHO = ("taker", "dispatcher", "supervisor", "approver", "editor", "lc")


def test_every_step_of_the_tables_has_a_right() -> None:
    for flow in (lifecycle.CASE, lifecycle.LEG):
        for step in flow.steps.values():
            right = RIGHTS[f"cases.{lifecycle.act_of(step.name)}"]
            assert step.roles - {"citizen", "rule"} <= right.roles


def test_every_role_and_every_act(town: Town) -> None:
    place, body = town.places["330302001"], town.bodies["lc-enforce"].pk
    for act in ACTS:
        right = RIGHTS[act]
        for who in WHO:
            no = refusal(town.by(who), act, place, DAY, body=body)
            assert (no is None) is (town.seats[who].role in right.roles), (act, who, no)
            assert no is None or (no.code == "wrong_role" and say_roles(right.roles) in str(no))
        assert (refusal(CITIZEN, act, place, DAY) is None) is right.public
        assert (refusal(CLERK, act, place, DAY) is None) is right.machine


def test_a_seat_reaches_its_place_and_what_lies_below(town: Town) -> None:
    boss = town.by("lc_boss")
    for place, reached in (("330302", True), ("330302001", True), ("330304001", False), ("330300", False)):
        assert (refusal(boss, "cases.close", town.places[place], DAY) is None) is reached


def test_leaving_the_seat_ends_the_right_by_itself(town: Town) -> None:
    by = town.by("supervisor")
    dismiss(town.seats["supervisor"], day=DAY, instrument=town.paper, by=CLERK, now=TUESDAY)
    no = refusal(by, "cases.close", town.places["330300"], DAY)
    assert no is not None and no.code == "no_seat"


def test_another_officers_seat_is_not_ones_own(town: Town) -> None:
    stolen = By(town.seats["lc"].officer_id, town.seats["supervisor"].pk, "lc", "web")
    no = refusal(stolen, "cases.close", town.places["330302001"], DAY)
    assert no is not None and no.code == "no_seat"


def test_without_a_chosen_seat_any_of_ones_seats_will_do(town: Town) -> None:
    by = By(town.seats["supervisor"].officer_id, None, "supervisor", "web")
    assert refusal(by, "cases.close", town.places["330302001"], DAY) is None


def test_sitting_down(town: Town) -> None:
    seat = town.seats["lc"]
    assert sit(seat, "lc") == By(seat.officer_id, seat.pk, "lc", "web")


@pytest.mark.parametrize("act", [a for a in ACTS if RIGHTS[a].scope == BODY])
def test_acts_of_the_body_ask_for_the_body(town: Town, act: str) -> None:
    by = town.by("oh") if "handler" in RIGHTS[act].roles else town.by("oh_head")
    no = refusal(by, act, town.places["330302001"], DAY, body=town.bodies["lc-enforce"].pk)
    assert no is not None and no.code == "other_body"
