"""How far a case has come, in one word each: the beginnings of stories."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhize.accounts.models import By
from zhize.cases.commands import extend, not_accept, receive, reply, request_return, sign
from zhize.cases.models import Case, Leg
from zhize.cases.terms import Message, Receipt
from zhize.cases.tests.conftest import Town, at

TUESDAY = at("2016-03-01 10:00")
WEDNESDAY = at("2016-03-02 10:00")
CITIZEN = By.citizen()


def message(town: Town, matter: str = "010101", place: str = "330302001", **more: Any) -> Message:
    said: dict[str, Any] = {"text": "路口每天有人占道摆摊，行人走不过去。", "place_id": town.places[place].pk}
    if matter:
        said["matter_id"] = town.matters[matter].pk
    return Message(**(said | more))


def received(town: Town, matter: str = "", now: datetime = TUESDAY, by: By = CITIZEN, **more: Any) -> Case:
    """Taken in; without a matter it waits for the call-taker."""
    return Case.objects.get(pk=receive(message(town, matter, **more), by=by, now=now).case_id)


def receipt(town: Town, now: datetime = TUESDAY, **more: Any) -> Receipt:
    return receive(message(town, **more), by=CITIZEN, now=now)


def sent(town: Town, now: datetime = TUESDAY, **more: Any) -> tuple[Case, Leg]:
    """Dispatched by the register."""
    case = received(town, more.pop("matter", "010101"), now, **more)
    return case, lead(case)


def signed(town: Town, now: datetime = TUESDAY, **more: Any) -> tuple[Case, Leg]:
    case, leg = sent(town, now, **more)
    sign(leg.pk, by=handler(town, leg), now=now)
    return fresh(case), lead(case)


def replied(town: Town, now: datetime = WEDNESDAY, **more: Any) -> tuple[Case, Leg]:
    """Received and signed on Tuesday, answered on Wednesday."""
    case, leg = signed(town, **more)
    reply(leg.pk, "已劝离，并安排定点巡查。", by=handler(town, leg), now=now)
    return fresh(case), lead(case)


def lead(case: Case) -> Leg:
    return (
        Leg.objects.filter(case=case, capacity="lead").select_related("case", "body", "exhibit", "terms").latest("no")
    )


def fresh(case: Case) -> Case:
    return Case.objects.select_related("terms", "matter", "place").get(pk=case.pk)


def handler(town: Town, leg: Leg) -> By:
    """Somebody of the leg's body."""
    return town.by({"lc-enforce": "lc", "oh-enforce": "oh", "lc-env": "env"}[leg.body.code])


def everywhere(town: Town) -> None:
    """One case in each pile."""
    received(town)
    received(town, "03")
    sent(town)
    signed(town)
    replied(town, name="王小明", phone="13812345678")
    _, leg = sent(town)
    request_return(
        leg.pk, body=town.bodies["lc-env"], duty=town.duties["food"], reason="油烟", by=town.by("lc"), now=TUESDAY
    )
    _, leg = signed(town)
    extend(leg.pk, "1wd", "检测", by=town.by("lc"), now=TUESDAY)
    not_accept(received(town).pk, "litigation", by=town.by("taker"), now=TUESDAY)
