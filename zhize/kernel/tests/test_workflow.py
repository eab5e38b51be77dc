"""A small procedure, walked state by state."""

from dataclasses import dataclass

import pytest

from zhize.kernel.errors import Refusal
from zhize.kernel.workflow import Step, Workflow


@dataclass
class Case:
    basis: str = ""


def _cites_a_duty(case: Case) -> Refusal | None:
    return None if case.basis else Refusal("不能派单", why="没有写明职责依据", instead="请先选择职责事项")


FLOW = Workflow(
    {"received": "已登记", "dispatched": "已派单", "signed": "已签收", "done": "已办结"},
    [
        Step("dispatch", ["received"], "dispatched", ["dispatcher"], [_cites_a_duty], label="派单", article="§2.2"),
        Step("sign", "dispatched", "signed", {"handler"}, label="签收"),
        Step("remind", ["dispatched", "signed"], label="催办"),
        Step("finish", ["signed"], "done", ["handler"], label="办结"),
    ],
)


def test_each_step_may_be_taken_from_its_own_states_only() -> None:
    allowed = {(state, step) for state in FLOW.states for step in FLOW.steps if FLOW.may(state, step)}
    assert allowed == {
        ("received", "dispatch"),
        ("dispatched", "sign"),
        ("dispatched", "remind"),
        ("signed", "remind"),
        ("signed", "finish"),
    }


def test_taking_a_step_gives_the_next_state() -> None:
    assert FLOW.take("received", "dispatch", ["dispatcher"], Case("档案法第四十八条")) == "dispatched"
    assert FLOW.take("signed", "remind") == "signed"  # no target: stays


def test_the_refusal_names_the_state_and_where_it_would_do() -> None:
    with pytest.raises(Refusal, match="现在不能办结：当前状态是“已登记”，只有在“已签收”时才可以"):
        FLOW.take("received", "finish")


def test_the_refusal_names_who_may() -> None:
    assert "只能由dispatcher办理" in str(FLOW.refusal("received", "dispatch", ["handler"]))
    assert FLOW.refusal("dispatched", "remind", []) is None  # no roles named: anybody


def test_guards_run_only_on_a_thing() -> None:
    assert FLOW.may("received", "dispatch")
    with pytest.raises(Refusal, match="没有写明职责依据"):
        FLOW.take("received", "dispatch", on=Case())


def test_open_steps_ends_and_reach() -> None:
    assert [step.name for step in FLOW.open_steps("signed", ["handler"])] == ["remind", "finish"]
    assert FLOW.ends() == ["done"]
    assert FLOW.reached("received") == set(FLOW.states)


def test_a_table_that_names_an_unknown_state_is_refused_when_it_is_built() -> None:
    with pytest.raises(ValueError, match="unknown states"):
        Workflow({"a": "甲"}, [Step("go", ["a"], "b")])
    with pytest.raises(ValueError, match="twice"):
        Workflow(["a", "b"], [Step("go", ["a"], "b"), Step("go", ["b"], "a")])
