"""The tables themselves: every state × every step, and the database's copy of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from zhize.cases import answering, guards, lifecycle, schema
from zhize.cases.guards import Facts
from zhize.cases.lifecycle import CASE, CASE_STARTS, LEG, LEG_STARTS, lifecycle_markdown
from zhize.cases.models import Case, Exhibit, Leg
from zhize.cases.passing import PASSAGE, PASSAGE_STARTS
from zhize.cases.supervising import lifecycle as tables
from zhize.cases.tests.conftest import Town, at
from zhize.cases.tests.stories import sent
from zhize.kernel.errors import Refusal
from zhize.kernel.workflow import Workflow
from zhize.register.models import Seat

NOW = at("2016-03-01 10:00")
EASY = Facts(NOW, suspended=False, rated=True, asking_extension=True)
FLOWS = {
    "case": (CASE, CASE_STARTS),
    "leg": (LEG, LEG_STARTS),
    "passage": (PASSAGE, PASSAGE_STARTS),
    "order": (tables.ORDER, tables.ORDER_STARTS),
    "notice": (tables.NOTICE, tables.NOTICE_STARTS),
    "proposal": (tables.PROPOSAL, tables.PROPOSAL_STARTS),
}
EVERY = [(name, state, step) for name, (flow, _) in FLOWS.items() for state in flow.states for step in flow.steps]


@pytest.mark.parametrize(("name", "state", "step"), EVERY)
def test_every_state_and_every_step(name: str, state: str, step: str) -> None:
    flow, _ = FLOWS[name]
    entry = flow.steps[step]
    if state in entry.sources:
        assert flow.take(state, step) == (entry.target or state)
    else:
        with pytest.raises(Refusal) as no:
            flow.take(state, step)
        assert flow.states[state] in str(no.value)


@pytest.mark.parametrize("name", FLOWS)
def test_every_state_can_come_about(name: str) -> None:
    flow, starts = FLOWS[name]
    assert set().union(*(flow.reached(start) for start in starts)) == set(flow.states)


AGAIN = {"reopen", "unmerge", "unmerge:unsorted"}


def test_what_is_over_stays_over_unless_reopened_or_taken_apart() -> None:
    for state in lifecycle.CASE_OVER:
        assert {s.name for s in CASE.steps.values() if state in s.sources and s.target} <= AGAIN


def test_roles_are_seats_the_reporter_or_the_machine() -> None:
    labels = {value: str(label) for value, label in Seat.Role.choices}
    known = {"citizen": "来件人", "rule": "系统按规则"} | labels
    assert lifecycle.ROLES.items() <= known.items()
    used = {role for flow, _ in FLOWS.values() for step in flow.steps.values() for role in step.roles}
    assert used <= set(lifecycle.ROLES)


@pytest.mark.parametrize(
    ("guard", "facts", "code"),
    [
        (guards.matter_is_known, Facts(NOW, knows_matter=False), "no_matter"),
        (guards.asked_once, Facts(NOW, asked_return=True), "asked_before"),
        (guards.within_return_window, Facts(NOW, return_until=NOW - timedelta(seconds=1)), "return_window_over"),
        (guards.clock_runs, Facts(NOW, suspended=True), "already_suspended"),
        (guards.clock_stands, Facts(NOW), "not_suspended"),
        (guards.not_late, Facts(NOW, due=NOW - timedelta(seconds=1)), "late"),
        (guards.extensions_left, Facts(NOW, extensions=1), "extensions_used"),
        (guards.extensions_left, Facts(NOW, asking_extension=True), "asking_already"),
        (guards.is_asking, Facts(NOW), "nothing_asked"),
        (guards.was_followed_up, Facts(NOW, attempts=2), "not_followed_up"),
        (answering.every_demand_is_answered, Facts(NOW, demands=3, unanswered=(1, 3)), "demand_unanswered"),
        (answering.no_draft_waits, Facts(NOW, draft_waits=True), "draft_waits"),
        (answering.may_leave_unsigned, Facts(NOW, sign_off=True), "sign_off_needed"),
        (answering.must_be_signed_off, Facts(NOW), "no_sign_off_needed"),
        (answering.a_draft_waits, Facts(NOW), "nothing_drafted"),
        (answering.was_drawn, Facts(NOW), "not_drawn"),
        (answering.was_sample_checked, Facts(NOW, sample=answering.WAITING), "sample_waiting"),
        (answering.was_sample_checked, Facts(NOW, sample=answering.FAILED), "sample_failed"),
        (guards.may_rate, Facts(NOW, rated_by_reporter=True), "rated"),
        (guards.may_rate, Facts(NOW, rate_until=NOW - timedelta(seconds=1)), "rating_over"),
        (guards.within_reopen_window, Facts(NOW, reopen_until=NOW - timedelta(seconds=1)), "reopen_over"),
    ],
)
def test_a_guard_says_why(guard: guards.Facts, facts: Facts, code: str) -> None:
    refusal = guard(facts)
    assert refusal is not None and refusal.code == code
    assert "{" not in str(refusal)


@pytest.mark.parametrize(
    ("guard", "facts"),
    [
        (guards.within_return_window, Facts(NOW, return_until=NOW)),
        (guards.not_late, Facts(NOW, due=NOW)),
        (guards.not_late, Facts(NOW, due=NOW - timedelta(days=1), suspended=True)),
        (guards.was_followed_up, Facts(NOW, attempts=3)),
        (guards.was_followed_up, Facts(NOW, reachable=False)),
        (guards.was_followed_up, Facts(NOW, rated=True)),
        (answering.every_demand_is_answered, Facts(NOW, demands=3)),
        (answering.was_sample_checked, Facts(NOW, sample=answering.PASSED)),
        (answering.was_sample_checked, Facts(NOW, sample=answering.FAILED, rated=True)),
        (guards.may_rate, Facts(NOW, rate_until=NOW)),
    ],
)
def test_a_guard_lets_the_last_moment_pass(guard: guards.Facts, facts: Facts) -> None:
    assert guard(facts) is None


def test_the_document_names_every_step() -> None:
    text = lifecycle_markdown()
    for flow in (CASE, LEG):
        for step in flow.steps.values():
            assert f"`{step.name}`" in text


@pytest.mark.django_db
@pytest.mark.parametrize("name", FLOWS)
def test_the_database_holds_the_same_table(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select prosrc from pg_proc where proname = %s", [f"cases_{name}_steps"])
        installed = cursor.fetchone()[0]
    written = schema.steps_function(f"cases_{name}", *FLOWS[name])
    assert installed.strip() == written.split("$$")[1].strip()


@pytest.mark.parametrize(("name", "model"), [("case", Case), ("leg", Leg)])
def test_the_database_refuses_exactly_what_the_table_does(town: Town, name: str, model: type) -> None:
    """Every pair of states, from each state a row can be brought to by the table's own steps."""
    case, leg = sent(town)
    sent(town)  # somebody to be merged into
    row = case if model is Case else leg
    flow: Workflow = FLOWS[name][0]
    allowed = set(flow.transitions())
    for path in _paths(flow, row.state).values():
        for target in flow.states:
            assert _moves(model, row.pk, [*path[1:], target]) is (path[-1] == target or (path[-1], target) in allowed)


def _paths(flow: Workflow, start: str) -> dict[str, list[str]]:
    """A shortest way to each state."""
    ways, todo = {start: [start]}, [start]
    while todo:
        here = todo.pop(0)
        for source, target in flow.transitions():
            if source == here and target not in ways:
                ways[target] = [*ways[here], target]
                todo.append(target)
    return ways


def _moves(model: type, pk: int, states: list[str]) -> bool:
    """Walk the row along the states and roll back; True when the last change was let through."""
    with transaction.atomic():
        for at_, state in enumerate(states):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(_relaxed(model), [state, pk])
            except DatabaseError as error:
                assert at_ == len(states) - 1 and "no step leads" in str(error), (states, error)
                transaction.set_rollback(True)
                return False
        transaction.set_rollback(True)
    return True


def _relaxed(model: type) -> str:
    """`merged` needs a master: that is another rule than the one tried here."""
    if model is Case:
        other = "(select max(id) from cases_case o where o.id <> cases_case.id)"
        return f"update cases_case set state = %s, duplicate_of_id = {other} where id = %s"
    return "update cases_leg set state = %s where id = %s"


@pytest.mark.django_db
def test_exhibits_are_never_changed_nor_deleted() -> None:
    exhibit = Exhibit.objects.create(digest="d" * 64, content={"a": 1})
    for statement in (
        "update cases_exhibit set content = '{}' where id = %s",
        "delete from cases_exhibit where id = %s",
    ):
        with pytest.raises(DatabaseError, match="kept as it was"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [exhibit.pk])


def test_a_case_and_its_leg_are_never_deleted(town: Town) -> None:
    case, leg = sent(town)
    for table, pk in (("cases_leg", leg.pk), ("cases_case", case.pk)):
        with pytest.raises(DatabaseError, match="kept as it was"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"delete from {table} where id = %s", [pk])
