"""The phone desk: a caller is recognised by a keyed digest, in the role, and every case shown is a look kept."""

from __future__ import annotations

import pytest
from django.test import Client

from zhize.accounts.models import Officer
from zhize.cases import sealing
from zhize.cases.commands import receive_many, recognise
from zhize.cases.models import Caller, Look
from zhize.cases.tests import stories
from zhize.cases.tests.conftest import Town
from zhize.kernel.errors import Refusal
from zhize.record.models import Event

PHONE = "138 1234 5678"


@pytest.mark.parametrize("written", ["13812345678", "+86 138-1234-5678", "0086 13812345678"])
def test_a_number_is_one_however_it_is_written(written: str) -> None:
    assert sealing.caller_digest(written) == sealing.caller_digest(PHONE)
    assert sealing.caller_digest("123") == ""


def test_the_callers_earlier_cases_are_shown_and_the_look_is_kept(town: Town) -> None:
    case = stories.received(town, phone="13812345678", call="C-7")
    assert Caller.objects.get(case=case).call == "C-7"
    receive_many([stories.message(town, phone=PHONE)], by=stories.CITIZEN, now=stories.TUESDAY)
    found = recognise(PHONE, by=town.by("taker"), now=stories.WEDNESDAY)
    assert len(found) == 2
    assert found[-1].pk == case.pk
    assert {(x.field, x.who) for x in Look.objects.all()} == {("caller", "taker")}
    assert "138" not in str(Event.objects.filter(act="recognise").latest("pk").payload)


def test_what_somebody_reported_in_confidence_is_not_read_off_his_number(town: Town) -> None:
    stories.received(town, phone=PHONE, confidential=True)
    assert recognise(PHONE, by=town.by("taker"), now=stories.WEDNESDAY) == []


def test_a_county_desk_does_not_see_what_lies_elsewhere_and_a_handler_asks_nothing(town: Town) -> None:
    stories.received(town, phone=PHONE, place_id=town.places["330304001"].pk)
    assert recognise(PHONE, by=town.by("lc_taker"), now=stories.WEDNESDAY) == []
    with pytest.raises(Refusal):
        recognise(PHONE, by=town.by("lc"), now=stories.WEDNESDAY)


def test_the_form_asks_by_post_and_shows_the_earlier_case(town: Town) -> None:
    case = stories.received(town, phone=PHONE)
    desk = Client(headers={"host": "localhost"})
    desk.force_login(Officer.objects.get(username="taker"), "django.contrib.auth.backends.ModelBackend")
    assert 'value="C-9"' in desk.get("/desk/intake/?call=C-9").content.decode()
    assert case.no in desk.post("/desk/intake/recognise/", {"phone": PHONE}).content.decode()
    assert "读不出来" in desk.post("/desk/intake/recognise/", {"phone": "1"}).content.decode()
