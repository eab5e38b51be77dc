"""Many limits at once: a batch is one act that names its cases, each leg goes one step once, whoever else is at work."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from zhize.cases.commands import escalating, order, recall, reply, resume_many, suspend, urge, urge_many, watch
from zhize.cases.invariants import one_body_answers_and_no_deadline_moves_alone
from zhize.cases.models import Leg, Notice, Order, Suspension, Urge
from zhize.cases.queries.events import happenings
from zhize.cases.tests.conftest import Town, at
from zhize.cases.tests.stories import TUESDAY, WEDNESDAY, fresh, handler, lead, received, signed
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.record import outbox
from zhize.record.models import Event, Message

BY = escalating.BY
LATE = at("2016-03-09 00:01")


def several(town: Town, count: int = 5) -> list[Leg]:
    return [signed(town, place=("330302001", "330304001")[n % 2])[1] for n in range(count)]


def test_one_event_a_batch_names_every_case_and_each_case_shows_it(town: Town) -> None:
    legs = several(town)
    assert watch(LATE)["red"] == 5
    event = Event.objects.get(act="urge_many")
    assert event.payload == {"kind": "red", "words": "已超过办理期限", "count": 5}
    assert {f"case:{x.case_id}" for x in legs} | {f"leg:{x.pk}" for x in legs} <= set(event.touched)
    assert happenings(fresh(legs[3].case), LATE)[0].title == "批量亮牌"


def test_a_batch_takes_only_what_is_still_due(town: Town) -> None:
    """Between the question and the act one was answered, one recalled, one suspended, one has its card."""
    legs = several(town)
    reply(legs[0].pk, "办好了", by=handler(town, legs[0]), now=WEDNESDAY)
    recall(legs[1].case_id, "派错了", by=town.by("dispatcher"), now=WEDNESDAY)
    suspend(legs[2].case_id, "reporter", "补正通知", by=town.by("supervisor"), now=WEDNESDAY)
    urge(legs[3].pk, "超期", kind="red", by=town.by("supervisor"), now=LATE)
    ids = [leg.pk for leg in legs]
    assert urge_many(ids, "超期", kind="red", by=BY, now=LATE) == [legs[4].pk]
    assert urge_many(ids, "超期", kind="red", by=BY, now=LATE) == []
    assert urge_many(ids, "临期", kind="yellow", by=BY, now=LATE) == [], "what is late is past its yellow card"


def test_a_second_card_of_a_colour_is_refused_in_a_sentence_and_by_the_database(town: Town) -> None:
    _, leg = signed(town)
    urge(leg.pk, "快到期了", kind="yellow", by=town.by("supervisor"), now=WEDNESDAY)
    with pytest.raises(Refusal, match="已经亮过黄牌"):
        urge(leg.pk, "快到期了", kind="yellow", by=town.by("supervisor"), now=WEDNESDAY)
    with pytest.raises(IntegrityError, match="one_card_of_a_colour_a_leg"), transaction.atomic():
        Urge.objects.create(case=leg.case, leg=leg, kind="yellow", words="又一张", at=WEDNESDAY)
    for _ in range(2):
        urge(leg.pk, "请抓紧", by=town.by("supervisor"), now=WEDNESDAY)


def test_orders_come_in_one_act_each_with_its_own_reckoning(town: Town) -> None:
    legs = several(town)
    order(legs[0].pk, "请答复", by=town.by("supervisor"), now=WEDNESDAY)
    assert watch(at("2016-03-10 00:01"))["ordered"] == 4
    rows = list(Order.objects.filter(issued_by=None).order_by("leg"))
    assert [row.leg_id for row in rows] == [leg.pk for leg in legs[1:]]
    assert all(row.reckoning[0].startswith("督办单答复时限") and row.due > row.issued_at for row in rows)
    assert {f"order:{row.pk}" for row in rows} <= set(Event.objects.get(act="order_many").touched)


def test_clocks_run_on_together_and_every_deadline_is_what_its_rows_say(town: Town) -> None:
    cases = [leg.case for leg in several(town)]
    for case in cases[:4]:
        day = date(2016, 3, 4) if case != cases[3] else date(2016, 3, 11)
        suspend(case.pk, "reporter", "补正通知", resume_on=day, by=town.by("supervisor"), now=WEDNESDAY)
    assert watch(at("2016-03-04 08:00"))["resumed"] == 3
    assert [day_of(fresh(c).due).isoformat() for c in cases] == ["2016-03-10"] * 3 + ["2016-03-08"] * 2
    assert [day_of(lead(c).due).isoformat() for c in cases] == ["2016-03-10"] * 3 + ["2016-03-08"] * 2
    assert fresh(cases[3]).suspended and Suspension.objects.filter(to_at=None).count() == 1
    said = Event.objects.get(act="resume_many").payload
    assert said["due_before"][cases[0].no]["case"].startswith("2016-03-08") and said["due"][cases[0].no].startswith(
        "2016-03-10"
    )
    assert not list(one_body_answers_and_no_deadline_moves_alone(None))


def test_a_clock_that_nobody_may_let_run_on_stops_no_other(town: Town) -> None:
    """A case sent back to the centre while its clock stood is not at work: it waits, the others go."""
    one, two = (leg.case for leg in several(town, 2))
    for case in (one, two):
        suspend(case.pk, "reporter", "通知", resume_on=date(2016, 3, 4), by=town.by("supervisor"), now=WEDNESDAY)
    type(one).objects.filter(pk=one.pk).update(state="to_dispatch")
    assert resume_many([one.pk, two.pk], "到期", by=BY, now=at("2016-03-04 08:00")) == [two.pk]


def test_a_batch_refused_is_taken_apart(town: Town) -> None:
    """One leg whose act is refused must not hold up four hundred and ninety-nine others, this round or ever."""
    seen: list[list[int]] = []

    def act(ids: Any) -> list[int]:
        seen.append(list(ids))
        if 3 in ids:
            raise Refusal("不行", instead="请稍候", code="no")
        return list(ids)

    assert escalating.in_batches([1, 2, 3, 4, 5], act) == 4
    assert [3] in seen and [1, 2] in seen


def test_many_rounds_make_many_batches(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalating, "BATCH", 2)
    several(town)
    assert watch(LATE)["red"] == 5
    assert sorted(e.payload["count"] for e in Event.objects.filter(act="urge_many")) == [1, 2, 2]


def test_only_the_calendar_acts_on_batches(town: Town) -> None:
    _, leg = signed(town)
    with pytest.raises(Refusal):
        urge_many([leg.pk], "超期", kind="red", by=town.by("supervisor"), now=LATE)


def test_the_oldest_that_nobody_supervises_hide_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalating, "_supervised", lambda wanted, now: dict.fromkeys(wanted))
    several(town)
    assert watch(at("2016-03-16 00:01"))["named"] == 0
    monkeypatch.undo()
    assert watch(at("2016-03-16 00:02"))["named"] == 5 and Notice.objects.count() == 1


def test_a_body_hears_of_a_batch_once_and_only_of_its_own(town: Town, mailoutbox: list[Any]) -> None:
    legs = several(town)
    for username in ("lc", "oh"):
        officer = town.seats[username].officer
        officer.email = f"{username}@example.gov.cn"
        officer.save()
    watch(LATE)
    while outbox.address(LATE):
        pass
    mails = Message.objects.filter(event__act="urge_many", channel="mail")
    told = {m.to: m for m in mails}
    mine = told[f"officer:{town.seats['lc'].officer_id}"]
    assert len(told) == 2 and "3件" in mine.subject
    assert all((leg.case.no in mine.text) == (leg.body.code == "lc-enforce") for leg in legs)


def test_reporters_hear_that_their_clocks_run_on(town: Town) -> None:
    case, _ = signed(town, name="王小明", phone="13812345678")
    suspend(case.pk, "reporter", "通知", resume_on=date(2016, 3, 4), by=town.by("supervisor"), now=TUESDAY)
    now = at("2016-03-04 08:00")
    watch(now)
    while outbox.address(now):
        pass
    assert "2016-03-10" in Message.objects.get(event__act="resume_many").text


def test_what_waits_in_the_centre_gets_no_card(town: Town) -> None:
    received(town)
    assert watch(LATE)["red"] == 0
