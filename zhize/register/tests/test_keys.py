"""Keys: given by one, used by another, opening what is written and nothing else, and nothing once revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.town import Town
from zhize.accounts.models import By, Officer
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.record.models import Event
from zhize.register.commands import dismiss, issue_key, revoke_key
from zhize.register.commands.keys import Issued
from zhize.register.keys import NoKey, Shut, TooFast, caller
from zhize.register.models import ApiKey, Seat


def given(town: Town, *scopes: str, **more: Any) -> Issued:
    said: dict[str, Any] = {
        "place": town.place("鹿城区"),
        "expires": day_of(town.now) + timedelta(days=30),
        "by": town.seat("dengji"),
    }
    if "seat" in more:
        said.pop("place")
    return issue_key("网格平台", scopes or ["cases.receive"], **(said | more), now=town.now)


def seat_of(username: str) -> Seat:
    return Seat.objects.live().filter(officer__username=username).select_related("officer").order_by("pk")[0]


def test_a_key_is_shown_once_and_only_its_digest_is_kept(town: Town):
    issued = given(town)
    row = ApiKey.objects.get(pk=issued.key.pk)
    assert issued.text not in (row.digest, row.prefix) and issued.text.startswith(f"zhize_{row.prefix}_")
    event = Event.objects.filter(act="issue_key").latest("pk")
    assert issued.text not in str(event.payload) and event.payload["prefix"] == row.prefix


def test_a_partners_key_acts_as_a_member_of_the_public_within_its_place(town: Town):
    who = caller(given(town).text, town.now)
    assert who.by == By(None, None, "网格平台", "api") and who.seat is None
    who.within(town.place("五马街道").pk)
    with pytest.raises(Shut, match="辖区"):
        who.within(town.place("瓯海区").pk)


def test_a_seats_key_acts_from_the_seat(town: Town):
    seat = seat_of("fenpai")
    who = caller(given(town, "cases", seat=seat).text, town.now)
    assert (who.by.officer_id, who.by.seat_id, who.by.via) == (seat.officer_id, seat.pk, "api")
    who.open("cases.dispatch")
    with pytest.raises(Shut, match="范围"):
        who.open("register.rename")


def test_a_seats_key_ends_with_the_seat(town: Town):
    seat = seat_of("fenpai")
    text = given(town, "cases", seat=seat).text
    tomorrow = day_of(town.now) + timedelta(days=1)
    dismiss(seat, day=tomorrow, instrument=seat.instrument, by=By.system("测试"), now=town.now)
    assert caller(text, town.now).seat is not None, "today the seat is still held, though its row was restated"
    with pytest.raises(NoKey, match="席位已经终止"):
        caller(text, town.now + timedelta(days=1))


def test_nobody_gives_a_key_to_himself(town: Town):
    with pytest.raises(Refusal, match="两个人"):
        given(town, "register", seat=seat_of("dengji"))


@pytest.mark.parametrize("text", ["", "zhize_", "zhize_00000000_x", "x" * 500, "zhize_\x00_"])
def test_what_is_no_key_opens_nothing(town: Town, text: str):
    with pytest.raises(NoKey):
        caller(text, town.now)


def test_a_revoked_or_expired_key_opens_nothing(town: Town):
    issued = given(town)
    with pytest.raises(NoKey):
        caller(issued.text, town.now + timedelta(days=30))
    revoke_key(issued.key.pk, "协议终止", by=town.seat("dengji"), now=town.now)
    with pytest.raises(NoKey):
        caller(issued.text, town.now)
    with pytest.raises(Refusal, match="已经吊销"):
        revoke_key(issued.key.pk, "再吊销", by=town.seat("dengji"), now=town.now)


def test_a_key_used_too_fast_waits(town: Town):
    issued = given(town, rate=2)
    for _ in range(2):
        caller(issued.text, town.now)
    with pytest.raises(TooFast, match="每分钟至多2次"):
        caller(issued.text, town.now)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"expires": 0}, "expires"),
        ({"expires": 1000}, "expires"),
        ({"rate": 0}, "rate"),
        ({"place": None}, "place"),
        ({"scopes": "all"}, "scopes"),
    ],
)
def test_a_key_without_bounds_is_refused(town: Town, wrong: dict[str, Any], field: str):
    said = dict(wrong)
    if "expires" in said:
        said["expires"] = day_of(town.now) + timedelta(days=said["expires"])
    with pytest.raises(BadInput) as refused:
        given(town, *([said.pop("scopes")] if "scopes" in said else []), **said)
    assert refused.value.field == field


def test_a_key_is_given_and_revoked_at_the_desk(town: Town):
    desk = Client(headers={"host": "localhost"})
    desk.force_login(Officer.objects.get(username="dengji"), "django.contrib.auth.backends.ModelBackend")
    said = {"name": "网格平台", "place": "330302", "scopes": "cases.receive open311", "rate": "60",
            "expires": (day_of(town.now) + timedelta(days=60)).isoformat()}  # fmt: skip
    assert desk.get("/desk/keys/issue/").status_code == 200
    assert desk.post("/desk/keys/issue/", said | {"scopes": "everything"}).status_code == 400
    answer = desk.post("/desk/keys/issue/", said)
    key = ApiKey.objects.get()
    assert answer.status_code == 200 and f"zhize_{key.prefix}_" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    listed = desk.get("/desk/keys/").content.decode()
    assert "网格平台" in listed and f"zhize_{key.prefix}_" not in listed
    assert desk.post(f"/desk/keys/{key.pk}/revoke/", {"why": ""}).status_code == 400
    assert desk.post(f"/desk/keys/{key.pk}/revoke/", {"why": "协议终止"}).status_code == 302
    assert ApiKey.objects.get().revoked_at is not None
