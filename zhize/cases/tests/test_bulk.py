"""A batch: the same cases as one by one, each row taken or refused, replays answered, counts that add up."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from zhize.accounts.models import By
from zhize.cases import sql
from zhize.cases.commands import receive_many
from zhize.cases.models import Case, Exhibit, Leg, Proposal, Reporter
from zhize.cases.terms import Message, Receipt
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.stories import TUESDAY, message, receipt
from zhize.kernel.errors import BadInput, Refusal
from zhize.record.models import Event

BY = By.system("导入")


def mixed(town: Town) -> list[Message]:
    return [
        message(town, idempotency_key="1", name="王小明", phone="13812345678"),
        message(town, "", idempotency_key="2"),
        message(town, confidence=0.3, idempotency_key="3"),
        message(town, "020101", idempotency_key="4"),
        message(town, "03", idempotency_key="5"),
        message(town, "03", idempotency_key="6"),
        message(town, "0203", idempotency_key="7"),
        message(town, text="", idempotency_key="8"),
        message(town, idempotency_key="1"),
        message(town, text="另一件", idempotency_key="1"),
    ]


def test_each_row_is_taken_or_refused_in_order(town: Town) -> None:
    outcomes = receive_many(mixed(town), by=BY, now=TUESDAY)
    said = [o.code if isinstance(o, Refusal) else (o.state, o.snag) for o in outcomes]
    assert said == [
        ("dispatched", ""), ("registered", "no_matter"), ("registered", "unsure"), ("dispatched", ""), ("to_dispatch", "no_owner"),
        ("to_dispatch", "no_owner"), ("to_dispatch", "conflict"), "empty", ("dispatched", ""), "key_reused",
    ]  # fmt: skip
    assert Case.objects.count() == 7 and Leg.objects.count() == 3 and Reporter.objects.count() == 1
    assert outcomes[8].no == outcomes[0].no and outcomes[8].secret == outcomes[0].secret and outcomes[8].replayed


def test_a_batch_and_one_by_one_make_the_same_rows(town: Town) -> None:
    receipt(town, name="王小明", phone="13812345678")
    receive_many([message(town, name="王小明", phone="13812345678")], by=BY, now=TUESDAY)
    one, two = Case.objects.order_by("pk").values()
    apart = {"id", "no", "secret_hash"}
    assert {k: v for k, v in one.items() if k not in apart} == {k: v for k, v in two.items() if k not in apart}
    one, two = Leg.objects.order_by("pk").values()
    assert {k: v for k, v in one.items() if k not in ("id", "case_id")} == {
        k: v for k, v in two.items() if k not in ("id", "case_id")
    }


def test_the_second_run_takes_nothing_twice(town: Town) -> None:
    first = receive_many(mixed(town)[:7], by=BY, now=TUESDAY)
    again = receive_many(mixed(town)[:7], by=BY, now=TUESDAY)
    assert [o.no for o in again] == [o.no for o in first] and all(o.replayed for o in again)
    assert Case.objects.count() == 7


def test_all_or_none_takes_none(town: Town) -> None:
    with pytest.raises(BadInput):
        receive_many(mixed(town), all_or_none=True, by=BY, now=TUESDAY)
    assert not Case.objects.exists() and not Event.objects.filter(act="receive_many").exists()


def test_two_events_name_every_case_and_its_evidence(town: Town) -> None:
    outcomes = [o for o in receive_many(mixed(town)[:7], by=BY, now=TUESDAY) if isinstance(o, Receipt)]
    received, dispatched = Event.objects.get(act="receive_many"), Event.objects.get(act="dispatch")
    assert set(received.touched) == {f"case:{o.case_id}" for o in outcomes} and received.payload["count"] == 7
    assert sum(len(g["cases"]) for g in dispatched.payload["by_evidence"].values()) == 2 and dispatched.tell
    assert set(dispatched.payload["by_evidence"]) <= set(Exhibit.objects.values_list("digest", flat=True))


def test_a_gap_is_one_line_however_many_wait(town: Town) -> None:
    receive_many([message(town, "03", idempotency_key=str(n)) for n in range(5)], by=BY, now=TUESDAY)
    assert Proposal.objects.get().kind == "gap"


def test_an_empty_batch_is_nothing(town: Town) -> None:
    assert receive_many([], by=BY, now=TUESDAY) == []


def test_evidence_of_many_is_kept_once(town: Town) -> None:
    receive_many([message(town, idempotency_key=str(n)) for n in range(50)], by=BY, now=TUESDAY)
    assert Leg.objects.values("exhibit").distinct().count() == 1


def test_a_reference_to_nothing_is_found_before_the_batch_is_kept(town: Town) -> None:
    with pytest.raises(IntegrityError, match="officer"), transaction.atomic():
        Event.objects.bulk_create(
            [Event(act="look", at=TUESDAY, who="查无此人", via="desk", touched=[], officer_id=-1)]
        )
        with sql.checked_meanwhile():
            pass
