"""Receiving: numbered, routed, clocked, told — and never twice."""

from __future__ import annotations

from zhize.accounts.models import By
from zhize.cases.commands import receive
from zhize.cases.models import Leg
from zhize.cases.terms import Message
from zhize.cases.tests.conftest import Town, at
from zhize.record.models import Event

NOW = at("2016-03-01 10:00")
CITIZEN = By.citizen()


def stall(town: Town, **more: object) -> Message:
    said = {"text": "路口每天有人占道摆摊，行人走不过去。", "place_id": town.places["330302001"].pk,
            "matter_id": town.matters["010101"].pk}
    return Message(**(said | more))


def test_a_case_goes_to_whoever_holds_the_duty_there_that_day(town: Town) -> None:
    receipt = receive(stall(town), by=CITIZEN, now=NOW)
    leg = Leg.objects.get(case=receipt.case_id)
    assert receipt.state == "dispatched"
    assert leg.body == town.bodies["lc-enforce"]
    assert leg.holding == town.holding("stalls", "lc-enforce")
    assert leg.evidence["basis"][0]["instrument"] == "温演〔2015〕1号"
    assert receipt.no == "3303-20160301-000001"
    assert Event.objects.filter(touched__contains=[f"case:{receipt.case_id}"]).count() == 2
