"""Every act of the register asks for the seat itself: a page, the command line or an importer cannot forget to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.town import Town, system
from zhize.accounts.models import By, Officer
from zhize.kernel.errors import Refusal
from zhize.places.terms import Expression
from zhize.record.models import Event
from zhize.register.commands import appoint, assign, define, dismiss, found, hand_over, rename
from zhize.register.models import BodyName, Holding, Seat
from zhize.register.seats import current_seat
from zhize.register.terms import Line, NewBody, NewDuty, Share, Transfer

DAY = date(2027, 1, 1)
Do = Callable[[Town, dict[str, Any]], Any]


def renamed(town: Town, said: dict[str, Any]) -> None:
    rename(town.body("鹿城区市场监督管理局"), "鹿城区市场监管局", day=DAY, **said)


def founded(town: Town, said: dict[str, Any]) -> None:
    found([NewBody("x", "机关", 4, "鹿城区演示局", DAY, town.place("330302").pk)], **said)


def defined(town: Town, said: dict[str, Any]) -> None:
    define([NewDuty("x-1", "work", "对演示的管理", DAY, levels=[4])], **said)


def appointed(town: Town, said: dict[str, Any]) -> None:
    now = Seat.objects.live().get(officer__username="zhifa")
    appoint([Seat(officer=now.officer, role="approver", body=now.body, place=now.place, from_day=DAY)], **said)


def dismissed(town: Town, said: dict[str, Any]) -> None:
    dismiss(Seat.objects.live().get(officer__username="shenji"), day=DAY, **said)


def handed_over(town: Town, said: dict[str, Any], place: str = "330302") -> None:
    duty, where = town.duty("urb-street-trading"), Expression((town.place(place).pk,))
    giver = Holding.objects.as_of(DAY).filter(duty=duty, place__key=place, level=4, capacity="NAME_HOLDER")[0].body
    taker = Share(town.body("鹿城区市场监督管理局"), where)
    paper = said | {"instrument": town.paper("wz-demo-2016-handover")}
    hand_over([Transfer(duty, (Share(giver, where),), (taker,), giver.level)], day=DAY, **paper)


def said_by(town: Town, by: By) -> dict[str, Any]:
    paper = town.notice(number="温演〔2027〕8号", signed=date(2026, 12, 1), effective=DAY, kind="decision")
    return {"instrument": paper, "by": by, "now": town.now}


ACTS = [renamed, founded, defined, appointed, dismissed, handed_over]
STRANGERS = ["zhifa", "huawu", "fenpai", "duban", "shenji", "shenpi"]


@pytest.mark.parametrize("do", ACTS)
def test_nobody_but_a_register_editor_changes_the_register(town: Town, do: Do) -> None:
    before = Event.objects.count()
    said = said_by(town, By.citizen())
    for by in (*map(town.seat, STRANGERS), By.citizen(), By(town.seat("dengji").officer_id, 0, "甄登记")):
        with pytest.raises(Refusal) as no:
            do(town, said | {"by": by})
        assert no.value.code in ("wrong_role", "no_seat"), by
    assert Event.objects.count() == before


def test_an_editor_may(town: Town) -> None:
    renamed(town, said_by(town, town.seat("dengji")))
    assert BodyName.objects.as_of(DAY).filter(name="鹿城区市场监管局").exists()


def test_an_editor_of_a_district_states_nothing_of_another(town: Town) -> None:
    editor = said_by(town, town.seat("lc-dengji"))
    line = Line(
        town.duty("urb-street-trading"),
        town.body("龙湾区市场监督管理局"),
        4,
        Expression((town.place("330303").pk,)),
        DAY,
        capacity="PERFORMER",
    )
    with pytest.raises(Refusal) as no:
        assign([line], **editor)
    assert no.value.code == "other_place"
    handed_over(town, editor)


def test_whoever_runs_the_machine_loads_packs(town: Town) -> None:
    founded(town, said_by(town, system()))


def test_what_an_accepted_table_does_is_done_by_the_right_to_accept(town: Town) -> None:
    """An approver founds no body, but the table he accepts does (see test_desk: handed in by one, accepted by another)."""
    with pytest.raises(Refusal):
        founded(town, said_by(town, town.seat("shenpi")))


def test_who_moved_with_the_reform_of_2019_sits_in_the_seat_held_today(town: Town, client: Client) -> None:
    """市法制办 went into 市司法局: its reviewer has one seat that ended and one that stands, and is asked to choose nothing."""
    client.force_login(Officer.objects.get(username="fazhi"))
    seat = current_seat(client.get("/desk/adjustments/").wsgi_request)
    assert seat is not None and seat.pk == town.seat("fazhi").seat_id
    assert seat.body == town.body("温州市司法局", date(2020, 1, 1))
