"""The tables of orders, notices and proposals: every state × every step, and the database's copy of them."""

from __future__ import annotations

import pytest
from django.db import connection

from zhize.cases import schema
from zhize.cases.supervising import lifecycle as tables
from zhize.kernel.errors import Refusal

FLOWS = {
    "cases_order": (tables.ORDER, tables.ORDER_STARTS),
    "cases_notice": (tables.NOTICE, tables.NOTICE_STARTS),
    "cases_proposal": (tables.PROPOSAL, tables.PROPOSAL_STARTS),
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


@pytest.mark.django_db
@pytest.mark.parametrize("name", FLOWS)
def test_the_database_holds_the_same_table(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select prosrc from pg_proc where proname = %s", [f"{name}_steps"])
        installed = cursor.fetchone()[0]
    assert installed.strip() == schema.steps_function(name, *FLOWS[name]).split("$$")[1].strip()
