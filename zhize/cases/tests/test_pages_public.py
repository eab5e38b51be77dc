"""The citizen's pages: words first, received once, the secret shown once, nothing internal, nothing lost, no 500."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhize.cases.models import Case, Reporter, Urge
from zhize.cases.queries import desk, likely
from zhize.cases.tests.conftest import Town

pytestmark = pytest.mark.django_db
STALL = {
    "text": "路口每天早上有人占道摆摊，行人走不过去。",
    "place_text": "五马街道",
    "kind": "complaint",
    "matter": "010101",
}


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What processes remember outlives a rolled-back story."""
    for shelf in (likely, desk):
        shelf.forget()


@pytest.fixture
def citizen(town: Town) -> Client:
    return Client(headers={"host": "localhost"})


def report(citizen: Client, **said: Any) -> str:
    return citizen.post("/report/", STALL | said).content.decode()


def codes(page: str) -> tuple[str, str]:
    """Number and secret, as the receipt shows them."""
    no, secret = (re.search(rf'id="receipt-{name}"[^>]*>([^<]+)<', page) for name in ("no", "secret"))
    assert no and secret, page[:500]
    return no[1], secret[1]


def opened(citizen: Client, page: str) -> str:
    no, secret = codes(page)
    citizen.post("/track/", {"no": no, "secret": secret})
    return citizen.get(f"/track/{no}/").content.decode()


def test_while_typing_one_sees_who_is_likely_responsible_and_why(citizen: Client) -> None:
    page = citizen.post("/report/likely/", STALL | {"matter": ""}).content.decode()
    assert "占道摆摊" in page and "由鹿城区综合行政执法局负责" in page and "〔2015〕" in page
    assert "选好地方" in citizen.post("/report/likely/", {"text": STALL["text"]}).content.decode()
    assert "radio" not in citizen.post("/report/likely/", {"text": ""}).content.decode()


def test_the_receipt_says_who_got_it_by_which_document_and_until_when(citizen: Client) -> None:
    page = report(citizen)
    assert (
        "鹿城区综合行政执法局" in page
        and "〔2015〕" in page
        and "这个期限是怎么算出来的" in page
        and "5个工作日" in page
    )
    assert Case.objects.get(no=codes(page)[0]).state == "dispatched"


def test_the_same_form_sent_twice_is_one_case(citizen: Client) -> None:
    first, second = report(citizen, key="a-key"), report(citizen, key="a-key")
    assert codes(first) == codes(second)
    assert Case.objects.filter(text=STALL["text"]).count() == 1


def test_a_form_changed_after_sending_is_asked_about_not_lost(citizen: Client) -> None:
    report(citizen, key="a-key")
    page = report(citizen, key="a-key", text="另外一件事：路灯不亮。")
    assert "已经提交过一次" in page and "另外一件事：路灯不亮。" in page
    key = re.search(r'name="key" value="(\w+)"', page)
    assert key and key[1] != "a-key"


def test_what_was_typed_comes_back_with_each_error_at_its_field(citizen: Client) -> None:
    page = report(citizen, text="", place_text="没有这个地方", phone="打我手机", address="人民路 1 号")
    assert 'value="人民路 1 号"' in page and 'value="没有这个地方"' in page and 'value="打我手机"' in page
    assert 'href="#id_text"' in page and 'href="#place-text"' in page and "处需要改正" in page
    assert not Case.objects.filter(address="人民路 1 号").exists()


def test_a_wrong_phone_is_said_at_the_phone(citizen: Client) -> None:
    assert 'href="#id_phone"' in report(citizen, phone="打我手机")


def test_nobody_needs_a_name_or_a_phone_and_those_given_are_sealed(citizen: Client) -> None:
    report(citizen)
    assert not Reporter.objects.exists()
    report(citizen, name="张三丰", phone="13812345678", text="又来摆摊了。")
    row = Reporter.objects.get()
    assert "张三丰" not in row.sealed and row.name_masked == "张**" and row.phone_masked == "138****5678"


def test_without_a_matter_it_waits_for_a_person_and_says_so(citizen: Client) -> None:
    page = report(citizen, matter="")
    assert Case.objects.get(no=codes(page)[0]).state == "registered" and "工作人员先看" in page


def test_number_and_secret_open_the_page_however_they_are_written(citizen: Client) -> None:
    no, secret = codes(report(citizen))
    answer = citizen.post("/track/", {"no": f" {no.lower()} ", "secret": secret.lower().replace("-", " ")})
    assert answer.status_code == 302
    page = citizen.get(f"/track/{no}/").content.decode()
    assert "承诺办结期限" in page and "首次回应期限" in page and "为什么是它" in page and STALL["text"] in page


def test_a_wrong_secret_and_a_wrong_number_are_one_sentence(citizen: Client) -> None:
    no, _ = codes(report(citizen))
    wrong = citizen.post("/track/", {"no": no, "secret": "ABCDEFGHJKMN"})
    unknown = citizen.post("/track/", {"no": "3303-20200101-999999", "secret": "ABCDEFGHJKMN"})
    sentence = re.compile(r'errors-title">([^<]+)<.*?errors-instead">([^<]+)<', re.S)
    assert sentence.findall(wrong.content.decode()) == sentence.findall(unknown.content.decode()) != []
    assert wrong.status_code == unknown.status_code == 400


def test_many_wrong_secrets_shut_the_door_for_a_while(citizen: Client) -> None:
    no, secret = codes(report(citizen))
    for _ in range(10):
        citizen.post("/track/", {"no": no, "secret": "X"})
    assert citizen.post("/track/", {"no": no, "secret": secret}).status_code == 429


def test_a_case_is_nobody_elses(citizen: Client) -> None:
    no, _ = codes(report(citizen))
    stranger = Client(headers={"host": "localhost"})
    assert stranger.get(f"/track/{no}/").status_code == 302
    assert (
        stranger.post(f"/track/{no}/rate/", {"contacted": "yes", "solved": "yes", "satisfied": "yes"}).status_code
        == 302
    )
    assert stranger.post(f"/track/{no}/withdraw/", {}).status_code == 302
    assert Case.objects.get(no=no).state == "dispatched"


def test_leaving_shuts_the_page(citizen: Client) -> None:
    page = report(citizen)
    opened(citizen, page)
    citizen.post("/track/leave/")
    assert citizen.get(f"/track/{codes(page)[0]}/").status_code == 302


def test_the_same_as_data(citizen: Client) -> None:
    no, secret = codes(report(citizen))
    said = citizen.post("/track/?format=json", {"no": no, "secret": secret}).json()
    assert (
        said["legs"][0]["body"]["name"] == "鹿城区综合行政执法局"
        and said["legs"][0]["evidence"]["rejected"] is not None
    )
    assert said["derivation"] and "by_hand" not in said["legs"][0]["evidence"]
    assert citizen.post("/track/?format=json", {"no": no, "secret": "X"}).json()["refusal"]["code"]


def test_the_reporter_may_take_it_back(citizen: Client) -> None:
    page = report(citizen)
    opened(citizen, page)
    no = codes(page)[0]
    citizen.post(f"/track/{no}/withdraw/")
    assert Case.objects.get(no=no).state == "withdrawn"
    assert "已撤回" in citizen.get(f"/track/{no}/").content.decode()


def test_whoever_reminds_twice_a_day_reads_from_when_again_instead_of_a_form(citizen: Client) -> None:
    page = report(citizen)
    assert "/urge/" in opened(citizen, page)
    no = codes(page)[0]
    assert citizen.post(f"/track/{no}/urge/", {"urge-words": "还在摆"}).status_code == 302
    after = citizen.get(f"/track/{no}/").content.decode()
    assert "/urge/" not in after and "暂时不能再催办" in after and "起再催办" in after
    assert citizen.post(f"/track/{no}/urge/", {"urge-words": "还在摆"}).status_code == 409
    assert Urge.objects.get(case__no=no).words == "还在摆"


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_the_pages_stand_in_every_language(citizen: Client, language: str) -> None:
    citizen.cookies["django_language"] = language
    assert citizen.get("/report/").status_code == citizen.get("/track/").status_code == 200
    page = report(citizen)
    assert codes(page) and opened(citizen, page)


ANYTHING = st.text(max_size=60) | st.sampled_from(
    ["", "330302", "五马街道", "\x00", "NaN", "inf", "-1", "9" * 40, "<script>", "２０１６年"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.dictionaries(
    st.sampled_from(["text", "place", "place_text", "matter", "kind", "name", "phone", "address", "occurred_on", "lat", "lon", "key",
                     "confidential", "no", "secret"]), ANYTHING, max_size=12))  # fmt: skip
def test_whatever_is_sent_nothing_breaks(citizen: Client, said: dict[str, str]) -> None:
    for address in ("/report/", "/report/likely/", "/track/"):
        sent = {k: v.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for k, v in said.items()}
        assert citizen.post(address, sent).status_code in (200, 302, 400, 429), address
    assert citizen.get("/report/", said).status_code == 200


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200), phone=ANYTHING, address=ANYTHING, matter=st.sampled_from(["", "010101", "99", "x"]))
def test_a_report_is_received_whole_or_refused_whole(
    citizen: Client, text: str, phone: str, address: str, matter: str
) -> None:
    before = Case.objects.count()
    answer = citizen.post("/report/", STALL | {"text": text, "phone": phone, "address": address, "matter": matter})
    assert answer.status_code in (200, 400)
    assert Case.objects.count() - before == (answer.status_code == 200)
