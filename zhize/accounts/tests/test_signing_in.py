"""Signing in: to the desk, to the page asked for, never to another site; locked after five wrong passwords."""

import pytest
from django.test import Client

from tests.town import Town, demonstration_password
from zhize.accounts.models import Officer

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


def test_the_demonstration_password_is_no_word_anybody_knows(town: Town):
    assert len(demonstration_password()) >= 10
