"""The second factor: set up once, asked for at each sign-in, a code good once, shut after five wrong ones; which seats must, is policy."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from tests.town import Town
from zhize.accounts import factor
from zhize.accounts.models import Officer, SecondFactor
from zhize.policy.models import Setting
from zhize.policy.queries import forget

KNOWN = {"username": "dengji", "password": "right-and-long-enough"}


@pytest.fixture
def officer(town: Town) -> Officer:
    found = Officer.objects.get(username="dengji")
    found.set_password(KNOWN["password"])
    found.save()
    return found


@pytest.fixture
def codes(officer: Officer) -> list[str]:
    """Set up a minute ago; the recovery codes."""
    held, then = factor.begin(officer), timezone.now() - timedelta(minutes=1)
    return factor.confirm(officer, factor.code_at(held.draft, then), then)


def browser() -> Client:
    return Client(headers={"host": "localhost"})


def code(officer: Officer) -> str:
    return factor.code_at(SecondFactor.objects.get(officer=officer).secret, timezone.now())


def test_who_has_set_it_up_comes_in_with_password_and_code_only(officer: Officer, codes: list[str]) -> None:
    client = browser()
    assert client.post("/sign-in/", KNOWN)["Location"] == "/sign-in/code/"
    assert client.get("/desk/events/").status_code == 302, "the password alone opens nothing"
    assert "不对" in client.post("/sign-in/code/", {"code": "000000"}).content.decode()
    assert client.post("/sign-in/code/", {"code": code(officer)})["Location"] == "/desk/door/"
    assert client.get("/desk/events/").status_code == 200


def test_a_code_and_a_recovery_code_serve_once(officer: Officer, codes: list[str]) -> None:
    now = timezone.now()
    for said in (code(officer), codes[0]):
        assert factor.check(officer.pk, said, now) and not factor.check(officer.pk, said, now)
    assert factor.check(officer.pk, codes[1], now)


def test_five_wrong_codes_shut_the_door_for_a_quarter_of_an_hour(officer: Officer, codes: list[str]) -> None:
    client = browser()
    client.post("/sign-in/", KNOWN)
    said = [client.post("/sign-in/code/", {"code": "1"}) for _ in range(5)]
    assert said[-1].status_code == 429 and "暂停" in said[-1].content.decode()
    assert client.post("/sign-in/code/", {"code": code(officer)}).status_code == 429
    later = timezone.now() + factor.SHUT
    assert factor.check(officer.pk, codes[0], later)


def test_the_code_is_waited_for_five_minutes(officer: Officer, codes: list[str], monkeypatch: Any) -> None:
    client = browser()
    client.post("/sign-in/", KNOWN)
    monkeypatch.setattr("zhize.accounts.views.PATIENCE", -1)
    assert client.post("/sign-in/code/", {"code": code(officer)})["Location"] == "/sign-in/"


def test_a_seat_that_must_have_one_sets_it_up_first(officer: Officer, town: Town) -> None:
    paper, event = town.notice(effective=date(2026, 1, 1)), None
    rule = Setting.objects.live().select_related("recorded_by")[0]
    event = rule.recorded_by
    Setting.objects.create(
        key="signin.second_factor", value=["register_editor"], place=town.place("温州市"), instrument=paper,
        from_day=date(2026, 1, 1), recorded_at=town.now, recorded_by=event, digest="",
    )  # fmt: skip
    forget()
    client = browser()
    client.post("/sign-in/", KNOWN)
    assert client.get("/desk/events/")["Location"] == "/account/factor/?next=/desk/events/"
    page = client.get("/account/factor/?next=/desk/events/").content.decode()
    draft = SecondFactor.objects.get(officer=officer)
    assert factor.spelled(draft) in page
    assert "不对" in client.post("/account/factor/", {"code": "12"}).content.decode()
    done = client.post(
        "/account/factor/", {"code": factor.code_at(draft.draft, timezone.now()), "next": "/desk/events/"}
    )
    assert done.content.decode().count("<li><code>") == factor.CODES
    assert client.get("/desk/events/").status_code == 200
    forget()


def test_neither_the_secret_nor_a_recovery_code_stands_in_the_database(officer: Officer, codes: list[str]) -> None:
    row = str(SecondFactor.objects.filter(officer=officer).values().get())
    assert not [said for said in codes if said in row]
    assert SecondFactor.objects.get(officer=officer).secret.startswith("gAAAA")


def test_lost_devices_are_taken_off_on_the_server(officer: Officer, codes: list[str]) -> None:
    call_command("factor_reset", "dengji")
    assert browser().post("/sign-in/", KNOWN)["Location"] == "/desk/door/"
