"""Receiving: numbered, routed, clocked, told — and never twice, whatever is handed in."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhize.accounts.models import By
from zhize.cases import sealing
from zhize.cases.commands import look, recall, receive
from zhize.cases.models import Case, Leg, Proposal, ReceiptDay, Reporter
from zhize.cases.queries.tracking import track
from zhize.cases.terms import Message
from zhize.cases.tests.conftest import Town, at
from zhize.cases.tests.stories import CITIZEN, TUESDAY, message, receipt
from zhize.kernel.errors import BadInput, Refusal
from zhize.record.models import Event


def test_a_case_goes_to_whoever_holds_the_duty_there_that_day(town: Town) -> None:
    taken = receipt(town)
    leg = Leg.objects.get(case=taken.case_id)
    assert (taken.state, leg.body) == ("dispatched", town.bodies["lc-enforce"])
    assert leg.holding == town.holding("stalls", "lc-enforce")
    assert leg.evidence["basis"][0]["instrument"] == "温演〔2015〕1号"
    assert taken.body_id == leg.body_id


def test_the_number_names_city_day_and_order(town: Town) -> None:
    numbers = [receipt(town).no for _ in range(2)] + [receipt(town, at("2016-03-02 00:10")).no]
    assert numbers == ["3303-20160301-000001", "3303-20160301-000002", "3303-20160302-000001"]


def test_half_past_midnight_in_beijing_is_already_the_next_day(town: Town) -> None:
    assert receipt(town, at("2016-03-02 00:30")).no.startswith("3303-20160302-")


def test_a_number_beyond_a_million_a_day_is_longer_not_cut(town: Town) -> None:
    receipt(town)
    ReceiptDay.objects.update(first=-1_500_000)
    assert len(receipt(town).no.split("-")[2]) == 7


def test_receipt_and_dispatch_are_two_events_and_the_dispatch_is_to_be_told(town: Town) -> None:
    taken = receipt(town)
    first, second = Event.objects.filter(touched__contains=[f"case:{taken.case_id}"]).order_by("id")
    assert (first.act, first.tell, second.act, second.tell) == ("receive", False, "dispatch", True)
    assert second.via == "system" and f"body:{taken.body_id}" in second.touched
    assert second.payload["evidence"] == Leg.objects.get(case=taken.case_id).exhibit.digest
    assert second.payload["no"] == taken.no


def test_no_word_of_the_message_or_the_reporter_stands_in_an_event(town: Town) -> None:
    receipt(town, name="王小明", phone="13812345678", text="夜里敲打的声音吵得睡不着")
    for event in Event.objects.filter(act__in=["receive", "dispatch"]):
        assert all(word not in str(event.payload) for word in ("王", "138", "敲打"))


def test_who_assists_gets_a_leg_of_his_own(town: Town) -> None:
    taken = receipt(town, matter="020101")
    legs = {leg.body.code: (leg.capacity, leg.required) for leg in Leg.objects.filter(case=taken.case_id)}
    assert legs == {"lc-enforce": ("lead", True), "lc-env": ("assist", False)}


def test_no_owner_is_a_gap_on_the_worklist_never_a_silent_drop(town: Town) -> None:
    taken = receipt(town, matter="020101", place="330304001")
    case = Case.objects.get(pk=taken.case_id)
    assert (case.state, case.snag, case.no_owner, case.legs.count()) == ("to_dispatch", "no_owner", True, 0)
    proposal = Proposal.objects.get()
    assert (proposal.kind, proposal.matter, proposal.place) == ("gap", town.matters["020101"], town.places["330304001"])


def test_a_second_case_in_the_same_gap_is_counted_not_listed_again(town: Town) -> None:
    for _ in range(3):
        receipt(town, matter="03")
    assert Proposal.objects.count() == 1


def test_two_holders_are_a_conflict_for_a_human(town: Town) -> None:
    taken = receipt(town, matter="0203")
    assert (taken.state, taken.snag) == ("to_dispatch", "conflict")
    assert Proposal.objects.get().kind == "conflict"


def test_a_matter_without_duties_asks_the_matter_above(town: Town) -> None:
    assert receipt(town, matter="0201").snag == "no_owner"


@pytest.mark.parametrize(
    ("confidence", "state", "snag"), [(0.8, "dispatched", ""), (0.79, "registered", "unsure"), (None, "dispatched", "")]
)
def test_a_machines_guess_must_reach_the_threshold_a_person_need_not(
    town: Town, confidence: float | None, state: str, snag: str
) -> None:
    taken = receipt(town, confidence=confidence)
    assert (taken.state, taken.snag) == (state, snag)


def test_without_a_matter_it_waits_for_the_call_taker(town: Town) -> None:
    taken = receipt(town, matter="")
    assert (taken.state, taken.snag) == ("registered", "no_matter")


def test_danger_is_marked_and_answered_first(town: Town) -> None:
    case = Case.objects.get(pk=receipt(town, text="楼道着火了").case_id)
    assert case.urgent and case.first_due == at("2016-03-01 12:00")


# -- twice -------------------------------------------------------------------------------------------------------------
def test_a_replay_gets_the_first_answer(town: Town) -> None:
    first = receipt(town, idempotency_key="form-7")
    again = receipt(town, at("2016-03-02 10:00"), idempotency_key="form-7")
    assert (again.no, again.secret, again.due, again.replayed) == (first.no, first.secret, first.due, True)
    assert Case.objects.count() == 1 and Leg.objects.count() == 1


def test_the_same_key_for_other_words_is_refused(town: Town) -> None:
    receipt(town, idempotency_key="form-7")
    with pytest.raises(BadInput) as no:
        receipt(town, idempotency_key="form-7", text="另一件事")
    assert no.value.code == "key_reused"


def test_the_same_key_through_another_door_is_another_case(town: Town) -> None:
    receipt(town, idempotency_key="7")
    receive(message(town, idempotency_key="7"), by=By.citizen(via="api"), now=TUESDAY)
    assert Case.objects.count() == 2


# -- who sent it -------------------------------------------------------------------------------------------------------
def test_the_reporter_is_kept_encrypted_and_masked(town: Town) -> None:
    receipt(town, name="王小明", phone="13812345678")
    row = Reporter.objects.get()
    assert (row.name_masked, row.phone_masked) == ("王**", "138****5678")
    assert "王小明" not in row.sealed and sealing.unseal(row.sealed) == ("王小明", "13812345678")


def test_nobody_need_leave_a_name(town: Town) -> None:
    receipt(town)
    assert not Reporter.objects.exists()


def test_each_look_is_an_event_with_its_purpose(town: Town) -> None:
    taken = receipt(town, name="王小明", phone="13812345678")
    identity = look(taken.case_id, "核实地点", by=town.by("taker"), now=TUESDAY)
    assert identity.phone == "13812345678"
    event = Event.objects.get(act="look")
    assert event.payload["purpose"] == "核实地点" and event.who == "taker"


def test_a_look_needs_a_purpose(town: Town) -> None:
    taken = receipt(town, name="王小明")
    with pytest.raises(BadInput):
        look(taken.case_id, "  ", by=town.by("taker"), now=TUESDAY)


def test_the_body_that_handles_a_report_never_learns_who_reported(town: Town) -> None:
    taken = receipt(town, kind="report", name="王小明", phone="13812345678")
    with pytest.raises(Refusal) as no:
        look(taken.case_id, "联系", by=town.by("lc"), now=TUESDAY)
    assert no.value.code == "confidential"


def refused_to(town: Town, case_id: int, who: str) -> str:
    with pytest.raises(Refusal) as no:
        look(case_id, "联系", by=town.by(who), now=TUESDAY)
    return no.value.code


def test_a_sealed_identity_stays_from_everybody_of_the_body_reported(town: Town) -> None:
    """Its supervisor sits over the place and may look at other cases; not at who reported his own house, nor after it
    was taken away from it."""
    taken = receipt(town, kind="report", name="王小明", phone="13812345678")
    assert refused_to(town, taken.case_id, "lc_boss") == "confidential"
    recall(taken.case_id, "派错了", by=town.by("dispatcher"), now=TUESDAY)
    assert refused_to(town, taken.case_id, "lc_boss") == "confidential"
    assert look(taken.case_id, "联系", "name", by=town.by("taker"), now=TUESDAY).name == "王小明"


def test_the_handler_may_call_a_complainant_and_another_body_may_not(town: Town) -> None:
    taken = receipt(town, name="王小明", phone="13812345678")
    assert look(taken.case_id, "联系", "name", by=town.by("lc"), now=TUESDAY).name == "王小明"
    with pytest.raises(Refusal):
        look(taken.case_id, "联系", by=town.by("oh"), now=TUESDAY)


# -- the receipt -------------------------------------------------------------------------------------------------------
def test_number_and_secret_open_the_case_and_only_both(town: Town) -> None:
    taken = receipt(town)
    spoken = f" {taken.secret[:4].lower()}-{taken.secret[4:8]} {taken.secret[8:]} "
    assert track(taken.no.lower(), spoken).pk == taken.case_id
    sentences = set()
    for no, secret in ((taken.no, "ABCDEFGHJKMN"), ("3303-20160301-999999", taken.secret), ("\x00", "\ud800")):
        with pytest.raises(BadInput) as refused:
            track(no, secret)
        sentences.add(str(refused.value))
    assert len(sentences) == 1


def test_the_secret_itself_is_stored_nowhere(town: Town) -> None:
    taken = receipt(town)
    row = Case.objects.get(pk=taken.case_id)
    assert taken.secret not in str(vars(row))


# -- bad input ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"text": " \n\x00"}, "text"),
        ({"text": "字" * 4001}, "text"),
        ({"title": "题" * 121}, "title"),
        ({"kind": "rumour"}, "kind"),
        ({"channel": "pigeon"}, "channel"),
        ({"lat": 28.0}, "lat"),
        ({"lat": math.nan, "lon": 120.0}, "lat"),
        ({"lat": 91.0, "lon": 120.0}, "lat"),
        ({"phone": "call me"}, "phone"),
        ({"occurred_on": date(2016, 3, 2)}, "occurred_on"),
        ({"confidence": 1.5}, "confidence"),
        ({"place_id": 10**9}, "place"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_field_in_one_sentence(town: Town, said: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as no:
        receipt(town, **said)
    assert no.value.field == field and "{" not in str(no.value)
    assert not Case.objects.exists()


def test_a_letter_from_another_office_may_be_long(town: Town) -> None:
    assert receipt(town, text="长" * 12_000, channel="import").state == "dispatched"


NASTY = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(
    ["\x00", "\ud800", "'; drop table cases_case; --", "%s %(x)s {}"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=NASTY,
    title=NASTY,
    address=NASTY,
    name=NASTY,
    phone=NASTY,
    key=NASTY,
    kind=st.sampled_from(["complaint", "help", ""]) | NASTY,
    lat=st.none() | st.floats(),
    lon=st.none() | st.floats(),
    confidence=st.none() | st.floats(),
)
def test_whatever_is_typed_is_a_case_or_one_sentence(town: Town, **said: Any) -> None:
    said["idempotency_key"] = said.pop("key")
    before = Case.objects.count()
    try:
        taken = receive(message(town, **said), by=CITIZEN, now=TUESDAY)
    except Refusal as no:
        assert str(no) and Case.objects.count() == before
    else:
        assert Case.objects.filter(pk=taken.case_id).exists()


def test_a_message_is_a_value() -> None:
    assert Message("a", 1) == Message("a", 1)
