"""Rules 26 and 27: silent on every story told by the acts, and they find what went round them."""

from __future__ import annotations

import pytest
from django.db import connection

from zhize.cases.commands import close, extend, grant, rate, reopen, resume, suspend
from zhize.cases.invariants import BOOK
from zhize.cases.models import Case, Exhibit, Leg
from zhize.cases.tests.conftest import CLERK, Town, at
from zhize.cases.tests.stories import CITIZEN, WEDNESDAY, everywhere, fresh, replied, sent, signed
from zhize.record.models import Event
from zhize.register.commands import abolish


def found(touched: set[str] | None = None) -> set[tuple[int, str]]:
    return {(f.rule.no, f.says.split("：")[1]) for f in BOOK.run(touched)}


def force(sql: str, *params: object) -> None:
    """Go round the acts, as somebody with the database's password could."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_what_the_acts_leave_holds(town: Town) -> None:
    everywhere(town)
    case, leg = signed(town)
    extend(leg.pk, "2wd", "检测", by=town.by("lc"), now=WEDNESDAY)
    grant(case.pk, granted=True, by=town.by("supervisor"), now=WEDNESDAY)
    suspend(case.pk, "reporter", "通知", by=town.by("supervisor"), now=WEDNESDAY)
    assert BOOK.run() == []
    resume(case.pk, "补齐", by=town.by("supervisor"), now=at("2016-03-04 10:00"))
    case, _ = replied(town)
    rate(case.pk, contacted=True, solved=False, satisfied="no", by=CITIZEN, now=WEDNESDAY)
    close(case.pk, by=town.by("supervisor"), now=WEDNESDAY)
    reopen(case.pk, "没有解决", by=CITIZEN, now=WEDNESDAY)
    assert BOOK.run() == []


def test_a_deadline_that_nobody_moved_is_found(town: Town) -> None:
    case, leg = signed(town)
    Case.objects.filter(pk=case.pk).update(due=at("2016-04-01 10:00"))
    Leg.objects.filter(pk=leg.pk).update(due=at("2016-04-01 10:00"))
    assert found() == {
        (26, "承诺期限2016-04-01不是由延期、中止得来的"),
        (26, "办理期限2016-04-01不是由延期、中止得来的"),
    }
    assert found({f"case:{case.pk}"}) == found() and found({"case:0"}) == set() == found({"body:1"})


def test_a_case_at_work_without_a_body_is_found(town: Town) -> None:
    case, leg = sent(town)
    Leg.objects.filter(pk=leg.pk).update(state="recalled")
    assert (26, "没有主办机构") in found() and fresh(case).state == "dispatched"


def test_a_body_that_has_ceased_is_found(town: Town) -> None:
    sent(town)
    abolish(
        town.bodies["lc-enforce"],
        rehome={town.duties[d].pk: town.bodies["lc-env"] for d in ("stalls", "noise", "ads")},
        day=at("2016-04-01 00:00").date(),
        instrument=town.paper,
        by=CLERK,
        now=WEDNESDAY,
    )
    assert (26, "主办机构已不存在") in found()


def test_a_body_that_closed_its_own_case_is_found(town: Town) -> None:
    case, _ = replied(town)
    seat = town.seats["lc"]
    Event.objects.create(
        act="close", at=WEDNESDAY, officer_id=seat.officer_id, seat_id=seat.pk, touched=[f"case:{case.pk}"]
    )
    assert found() == {(26, "由承办机构自己评价或办结")}


def test_a_leg_on_a_holding_of_another_body_or_another_time_is_found(town: Town) -> None:
    _, leg = sent(town)
    force("update cases_leg set holding_id = %s where id = %s", town.holding("stalls", "oh-enforce").pk, leg.pk)
    assert found() == {(27, "引用的归属是别的机构的"), (27, "留存的依据没有引用这项归属")}
    force(
        "update cases_leg set dispatched_at = '2014-01-01', body_id = %s where id = %s",
        town.bodies["oh-enforce"].pk,
        leg.pk,
    )
    assert (27, "所引用的职责归属当时不生效") in found()


def test_evidence_that_says_something_else_is_found(town: Town) -> None:
    _, leg = sent(town)
    other = Exhibit.objects.create(digest="0" * 64, content={"basis": []})
    force("update cases_leg set exhibit_id = %s where id = %s", other.pk, leg.pk)
    assert found() == {(27, "留存的依据没有引用这项归属")}


@pytest.mark.parametrize("rule", BOOK, ids=lambda rule: rule.name)
def test_every_rule_has_number_article_and_sentence(rule) -> None:  # type: ignore[no-untyped-def]
    assert rule.no in (26, 27) and rule.article and rule.says
