"""Signing in: to the desk, to the page asked for, never to another site; locked after five wrong passwords."""

from typing import Any

import pytest
from django.test import Client, RequestFactory

from tests.town import Town, demonstration_password
from zhize.accounts.models import Officer
from zhize.middleware import client_address

KNOWN = {"username": "dengji", "password": "right-and-long-enough"}


@pytest.fixture
def office(town: Town) -> Client:
    officer = Officer.objects.get(username="dengji")
    officer.set_password(KNOWN["password"])
    officer.save()
    return Client(headers={"host": "localhost"})


def test_signing_in_leads_to_the_desk_and_out_again(office: Client):
    assert office.post("/sign-in/", KNOWN)["Location"] == "/desk/door/"
    assert office.get("/desk/door/")["Location"] == "/desk/register/"
    assert "甄登记" in office.get("/").content.decode()
    assert office.post("/sign-out/")["Location"] == "/" and "工作人员登录" in office.get("/").content.decode()


def test_signing_in_leads_to_the_page_asked_for_and_to_no_other_site(office: Client):
    assert office.post("/sign-in/", KNOWN | {"next": "/desk/events/"})["Location"] == "/desk/events/"
    office.post("/sign-out/")
    assert office.post("/sign-in/", KNOWN | {"next": "https://elsewhere.example/"})["Location"] == "/desk/door/"


def test_a_wrong_password_says_what_to_do_and_five_lock_the_account(office: Client):
    wrong = KNOWN | {"password": "wrong"}
    first = office.post("/sign-in/", wrong)
    assert first.status_code == 200 and "账号或者密码不对" in first.content.decode()
    answers = [office.post("/sign-in/", wrong) for _ in range(4)]
    assert answers[-1].status_code == 429 and "暂时锁定" in answers[-1].content.decode()
    assert office.post("/sign-in/", KNOWN).status_code == 429


def test_behind_the_proxy_one_who_guesses_locks_only_himself_out(office: Client, settings: Any):
    """What the client writes into the header itself stands first and counts for nothing."""
    settings.TLS_PROXY = True
    wrong, guesser = KNOWN | {"password": "wrong"}, "198.51.100.7"
    tries = [
        office.post("/sign-in/", wrong, headers={"x-forwarded-for": f"203.0.113.{n}, {guesser}"}) for n in range(5)
    ]
    assert tries[-1].status_code == 429
    assert office.post("/sign-in/", KNOWN, headers={"x-forwarded-for": "192.0.2.4"}).status_code == 302


@pytest.mark.parametrize("header", ["198.51.100.7", "unknown", "a, b", ""])
def test_without_a_proxy_nobody_names_his_own_address(header: str):
    request = RequestFactory().get("/", headers={"x-forwarded-for": header})
    assert client_address(request) == "127.0.0.1"


def test_an_address_the_proxy_cannot_name_is_the_proxys(settings: Any):
    settings.TLS_PROXY = True
    assert client_address(RequestFactory().get("/", headers={"x-forwarded-for": "unknown"})) == "127.0.0.1"


def test_the_demonstration_password_is_no_word_anybody_knows(town: Town):
    assert len(demonstration_password()) >= 10
