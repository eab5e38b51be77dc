"""The tables of the adjustment procedure: every state × step × role, the database's copy, four eyes, all or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.town import Town
from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.workflow import Workflow
from zhize.lists import commands, lifecycle
from zhize.lists.lifecycle import ADJUSTMENT, ADJUSTMENT_STARTS, BATCH, BATCH_STARTS, Facts
from zhize.lists.models import Adjustment, Batch, Opinion
from zhize.lists.queries import items
from zhize.lists.terms import Asked, Draft
from zhize.lists.tests.test_adjusting import asked, decided, new_item, paper, some_item, through
from zhize.record.schema import steps_function
from zhize.register.access import RIGHTS
from zhize.register.models import Body, DutyCode, Holding, Seat

FLOWS: dict[str, Workflow] = {"adjustment": ADJUSTMENT, "batch": BATCH}
ROLES = (*Seat.Role.values, "rule", "citizen")
EVERY = [(n, s, p, r) for n, f in FLOWS.items() for s, p, r in product(f.states, f.steps, ROLES)]


@pytest.fixture
def body(town: Town) -> Body:
    return town.body("wz-zhujian")


@pytest.mark.parametrize(("name", "state", "step", "role"), EVERY)
def test_every_state_step_and_role(name: str, state: str, step: str, role: str) -> None:
    flow, entry = FLOWS[name], FLOWS[name].steps[step]
    allowed = state in entry.sources and role in entry.roles
    assert flow.may(state, step, [role]) == allowed
    if allowed:
        assert flow.take(state, step, [role]) == (entry.target or state)
    else:
        with pytest.raises(Refusal):
            flow.take(state, step, [role])


@pytest.mark.parametrize("name", FLOWS)
def test_every_state_can_come_about(name: str) -> None:
    starts = {"adjustment": ADJUSTMENT_STARTS, "batch": BATCH_STARTS}[name]
    assert set().union(*(FLOWS[name].reached(s) for s in starts)) == set(FLOWS[name].states)


def test_the_rights_are_read_off_the_tables() -> None:
    for flow in FLOWS.values():
        for step in flow.steps.values():
            right = RIGHTS[f"lists.{step.act}"]
            assert step.roles - {"rule", "citizen"} <= right.roles
            assert right.machine or "rule" not in step.roles
            assert right.public or "citizen" not in step.roles


@pytest.mark.parametrize("name", FLOWS)
def test_the_database_holds_the_same_table(town: Town, name: str) -> None:
    starts = {"adjustment": ADJUSTMENT_STARTS, "batch": BATCH_STARTS}[name]
    with connection.cursor() as cursor:
        cursor.execute("select prosrc from pg_proc where proname = %s", [f"lists_{name}_steps"])
        installed = cursor.fetchone()[0]
    assert installed.strip() in steps_function(f"lists_{name}", FLOWS[name], starts)


def test_the_database_refuses_a_step_no_table_knows(town: Town, body: Body) -> None:
    a = commands.draft(asked(town, body), by=town.seat("qingdan"), now=town.now)
    for sql in (
        "update lists_adjustment set state = 'in_force' where id = %s",
        "delete from lists_adjustment where id = %s",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [a.pk])


@pytest.mark.parametrize(
    ("guard", "facts", "code"),
    [
        (lifecycle.is_sound, {"errors": 2}, "unsound"),
        (lifecycle.changes_something, {"changes": False}, "no_change"),
        (lifecycle.everybody_answered, {"waiting": 1}, "waiting"),
        (lifecycle.nobody_objects, {"objections": 1}, "objected"),
        (lifecycle.need_not_be_announced, {"must_announce": True}, "not_announced"),
        (lifecycle.is_not_empty, {"items": 0}, "empty_batch"),
        (lifecycle.day_has_come, {"day": date(2999, 1, 1)}, "too_early"),
    ],
)
def test_a_guard_says_why(town: Town, guard: lifecycle.Facts, facts: dict[str, object], code: str) -> None:
    easy = Facts(town.now, town.now.date())
    assert guard(easy) is None  # type: ignore[operator]
    refusal = guard(replace(easy, **facts))  # type: ignore[operator, arg-type]
    assert refusal is not None and refusal.code == code and "{" not in str(refusal)


# -- four eyes, returns, objections, announcements ---------------------------------------------------------------------
def test_a_return_needs_a_reason_and_a_second_filing_keeps_the_first(town: Town, body: Body) -> None:
    a = through(town, commands.draft(asked(town, body), by=town.seat("qingdan"), now=town.now), "filed")
    with pytest.raises(Refusal, match="退回理由"):
        commands.vet([a.pk], False, by=town.seat("fazhi"), now=town.now)
    commands.vet([a.pk], False, "依据写得不对", by=town.seat("fazhi"), now=town.now)
    commands.draft(replace(asked(town, body), words="改过了"), a.pk, by=town.seat("qingdan"), now=town.now)
    again = commands.file([a.pk], by=town.seat("qingdan"), now=town.now)[0]
    assert again.round == 2 and again.state == "filed"
    assert "依据写得不对" in set(Opinion.objects.filter(adjustment=a, round=1).values_list("words", flat=True))


def test_an_objection_must_be_mediated_first(town: Town, body: Body) -> None:
    a = through(town, commands.draft(asked(town, body), by=town.seat("qingdan"), now=town.now), "vetted")
    other = town.body("wz-zhifa")
    c = commands.consult([a.pk], [other], "重复吗", by=town.seat("dengji"), now=town.now)[0]
    with pytest.raises(Refusal, match="理由"):
        commands.answer(c.pk, "object", by=town.seat("zhifa"), now=town.now)
    commands.answer(c.pk, "object", "与我局事项重复", by=town.seat("zhifa"), now=town.now)
    with pytest.raises(Refusal, match="现在不能"):
        commands.examine([a.pk], "passed", by=town.seat("dengji"), now=town.now)
    commands.mediate(a.pk, True, "由住建部门处罚", by=town.seat("dengji"), now=town.now)
    assert commands.examine([a.pk], "passed", by=town.seat("dengji"), now=town.now)[0].state == "agreed"


def test_a_body_that_lets_its_limit_pass_did_not_object(town: Town, body: Body) -> None:
    from zhize.lists.commands.adjusting.calendar import turn_over

    a = through(town, commands.draft(asked(town, body), by=town.seat("qingdan"), now=town.now), "vetted")
    c = commands.consult([a.pk], [town.body("wz-zhifa")], by=town.seat("dengji"), now=town.now)[0]
    with pytest.raises(Refusal):
        commands.answer(c.pk, "silent", by=By.system("到日施行"), now=town.now)
    assert a.no in turn_over(town.now + timedelta(days=30))["silent"]
    assert Adjustment.objects.get(pk=a.pk).state == "vetted"


def test_the_public_comments_while_it_is_announced(town: Town, body: Body) -> None:
    a = through(town, commands.draft(asked(town, body), by=town.seat("qingdan"), now=town.now), "vetted")
    commands.examine([a.pk], "announced", by=town.seat("dengji"), now=town.now)
    commands.comment(a.pk, "罚得太重", "市民", by=By.citizen(), now=town.now)
    with pytest.raises(Refusal, match="公示期还没有满"):
        commands.conclude([a.pk], by=town.seat("dengji"), now=town.now)
    later = town.now + timedelta(days=10)
    assert commands.conclude([a.pk], by=town.seat("dengji"), now=later)[0].state == "agreed"
    assert a.comments.get().words == "罚得太重"


def test_what_is_kept_back_is_announced_to_nobody(town: Town, body: Body) -> None:
    said = new_item(town).said | {"openness": "内部"}
    a = through(town, commands.draft(asked(town, body, said=said), by=town.seat("qingdan"), now=town.now), "vetted")
    commands.examine([a.pk], "announced", by=town.seat("dengji"), now=town.now)
    anybody = Client(headers={"host": "localhost"})
    assert a.name not in anybody.get("/lists/announced/").content.decode()
    assert anybody.get(f"/lists/announced/{a.pk}/").status_code == 404


def test_who_gathers_does_not_decide(town: Town, body: Body) -> None:
    a = through(town, commands.draft(asked(town, body), by=town.seat("qingdan"), now=town.now))
    batch = commands.gather([a.pk], by=town.seat("dengji"), now=town.now)
    with pytest.raises(Refusal, match="这一步由审批人办理"):
        commands.enact(batch.pk, paper(town), town.now.date(), by=town.seat("dengji"), now=town.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(decided_by=batch.gathered_by)


def test_a_paper_that_may_not_publish_lists_is_refused(town: Town, body: Body) -> None:
    a = through(town, commands.draft(asked(town, body), by=town.seat("qingdan"), now=town.now))
    batch = commands.gather([a.pk], by=town.seat("dengji"), now=town.now)
    minutes = town.notice(kind="minutes", issuer_class="部门", title="部门会议纪要")
    with pytest.raises(Refusal, match="不能作为这项操作的依据"):
        commands.enact(batch.pk, minutes, town.now.date(), by=town.seat("shenpi"), now=town.now)


def test_what_the_register_would_refuse_is_refused_when_it_is_decided(town: Town, body: Body) -> None:
    """The register's own sentence, and the item it is about; nothing is left of the trial."""
    draft = new_item(town, bases=[])
    a = commands.draft(Asked(body, "add", draft, "立"), by=town.seat("qingdan"), now=town.now)
    with pytest.raises(Refusal, match="权力事项没有设定依据"):
        commands.file([a.pk], by=town.seat("qingdan"), now=town.now)
    Adjustment.objects.filter(pk=a.pk).update(state="filed", round=1)
    commands.vet([a.pk], True, by=town.seat("fazhi"), now=town.now)
    commands.examine([a.pk], "passed", by=town.seat("dengji"), now=town.now)
    batch = commands.gather([a.pk], by=town.seat("dengji"), now=town.now)
    with pytest.raises(Refusal, match=f"{a.no}“{draft.name}”不能施行.*没有设定依据"):
        commands.enact(batch.pk, paper(town), town.now.date(), by=town.seat("shenpi"), now=town.now)
    assert Batch.objects.get(pk=batch.pk).state == "open"
    assert not any(i.name == draft.name for i in items(body, "power", town.now.date()))


# -- all or nothing ----------------------------------------------------------------------------------------------------
def register(day: date) -> tuple[int, int, int]:
    return Holding.objects.live().count(), DutyCode.objects.live().count(), Holding.objects.as_of(day).count()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["add", "drop", "change"]), min_size=1, max_size=4), st.integers(0, 3))
def test_a_batch_is_carried_out_whole_or_not_at_all(town: Town, body: Body, ops: list[str], broken: int) -> None:
    """Between decision and day another act takes one item away: the whole batch stays undone, and says which item it was."""
    day = town.now.date()
    with transaction.atomic():
        held = [i for i in items(body, "power", day) if i.type == "02"][: len(ops)]
        rows = []
        for n, (op, item) in enumerate(zip(ops, held, strict=False)):
            draft = new_item(town, name=f"对擅自占用演示绿道{n}号行为的处罚", codes={"local": f"演示-{n:05}"})
            duty = some_item(town, body).__class__.objects.get(pk=item.duty_id)
            if op == "change":
                draft = Draft.of({**through_draft(body, duty.pk, day), "detail": f"演示内容{n}"})
            said = draft if op != "drop" else Draft()
            more = {"conduct": "甲", "penalty": ["罚款"], "range": "乙"}
            said.said = {**said.said, **more} if op == "change" else said.said
            made = Asked(body, op, said, "立" if op == "add" else "改", None if op == "add" else duty)
            rows.append(through(town, commands.draft(made, by=town.seat("qingdan"), now=town.now)))
        batch = decided(town, *rows, day=day)
        victim = rows[broken % len(rows)]
        sabotaged = victim.op != "add"
        if sabotaged:
            from zhize.register import commands as acts

            gone = list(Holding.objects.as_of(day).filter(body=body, duty=victim.duty))
            acts.cease(gone, why="演示", day=day, instrument=paper(town), by=By.system("测试"), now=town.now)
        before = register(day)
        if sabotaged:
            with pytest.raises(Refusal, match=victim.no):
                commands.effect(batch.pk, by=By.system("到日施行"), now=town.now)
            assert register(day) == before and Batch.objects.get(pk=batch.pk).state == "ordained"
        else:
            commands.effect(batch.pk, by=By.system("到日施行"), now=town.now)
            assert set(batch.adjustments.values_list("state", flat=True)) == {"in_force"}
        transaction.set_rollback(True)


def through_draft(body: Body, duty: int, day: date) -> dict[str, object]:
    from zhize.lists.queries.adjusting import drafted
    from zhize.register.models import Duty

    was = drafted(body, Duty.objects.get(pk=duty), day)
    assert was is not None
    return was.as_json()
