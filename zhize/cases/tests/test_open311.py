"""Open311 GeoReport v2: what is served is what the register says, written as the spec writes it, refused as it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from zhize.accounts.models import By
from zhize.cases.commands import close, follow_up, reply, review, sign
from zhize.cases.models import Case, Outside, Reporter
from zhize.cases.open311 import services
from zhize.cases.open311.writing import moment
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.stories import fresh, handler, lead, received
from zhize.kernel.period import day_of
from zhize.register.commands import issue_key, revoke_key
from zhize.register.models import ApiKey

V2 = "/open311/v2"
STALLS = {"service_code": "010101", "address_string": "鹿城区五马街道解放街1号", "description": "路口有人占道摆摊。"}


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    services._kept.kept.clear()
    yield
    services._kept.kept.clear()


def partner(town: Town, place: str = "330300", *more: str) -> tuple[ApiKey, str]:
    now = timezone.now()
    issued = issue_key(
        "网格平台", ["open311", *more], place=town.places[place], expires=day_of(now) + timedelta(days=90),
        by=By.system("测试"), now=now,
    )  # fmt: skip
    return issued.key, issued.text


def get(path: str, /, **params: Any) -> Any:
    answer = Client(headers={"host": "localhost"}).get(f"{V2}/{path}", params)
    return answer


def asked(path: str, code: int = 200, /, **params: Any) -> Any:
    answer = get(path, **params)
    assert answer.status_code == code, answer.content.decode()
    return json.loads(answer.content) if path.endswith(".json") else answer.content.decode()


def sent(key: str, code: int = 200, path: str = "requests.json", /, **said: Any) -> Any:
    answer = Client(headers={"host": "localhost"}, enforce_csrf_checks=True).post(
        f"{V2}/{path}", {"api_key": key, **said}
    )
    assert answer.status_code == code, answer.content.decode()
    return json.loads(answer.content) if path.endswith(".json") else answer.content.decode()


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - our own answer


# -- services ----------------------------------------------------------------------------------------------------------
def test_discovery_says_where_and_in_which_formats(town: Town):
    said = asked("discovery.json")
    assert said["endpoints"][0]["url"] == "http://localhost/open311/v2"
    assert said["endpoints"][0]["formats"] == ["text/xml; charset=utf-8", "application/json; charset=utf-8"]
    tree = parsed(asked("discovery.xml"))
    assert [e.tag for e in tree] == ["changeset", "contact", "key_service", "endpoints"]
    assert [f.text for f in tree.iter("format")] == said["endpoints"][0]["formats"]


def test_services_are_the_matters_somebody_answers_for_there_today(town: Town):
    lucheng = {s["service_code"]: s for s in asked("services.json", jurisdiction_id="330302")}
    ouhai = {s["service_code"] for s in asked("services.json", jurisdiction_id="330304")}
    assert set(lucheng) >= {"010101", "020101", "0202"} and "03" not in lucheng
    assert ouhai == {"010101"}
    assert lucheng["010101"]["group"] == "城乡建设" and lucheng["010101"]["metadata"] is True


def test_a_service_cites_the_paper_behind_it(town: Town):
    [stalls] = [
        s
        for s in asked("services.json", jurisdiction_id="330304001", extensions="true")
        if s["service_code"] == "010101"
    ]
    assert stalls["agency_responsible"] == "瓯海区综合行政执法局"
    assert stalls["service_notice"] == "由瓯海区综合行政执法局负责，依据温演〔2015〕1号，自2015-01-01起。"


def test_the_xml_of_services_is_as_the_spec_prints_it(town: Town):
    assert asked("services.xml", jurisdiction_id="330304") == (
        '<?xml version="1.0" encoding="utf-8"?>\n<services><service><service_code>010101</service_code>'
        "<service_name>占道摆摊</service_name><description>占道摆摊。由瓯海区综合行政执法局负责，依据温演〔2015〕1号，自2015-01-01起。"
        "</description><metadata>true</metadata><type>realtime</type><keywords/><group>城乡建设</group></service></services>\n"
    )
    assert get("services.xml")["Content-Type"] == "text/xml; charset=utf-8"


def test_a_definition_lists_what_more_may_be_said(town: Town):
    said = asked("services/010101.json")
    assert [a["order"] for a in said["attributes"]] == [1, 2, 3, 4]
    assert said["attributes"][0]["values"][0] == {"key": "enquiry", "name": "咨询"}
    tree = parsed(asked("services/010101.xml"))
    assert tree.find("attributes/attribute/values/value/key").text == "enquiry"  # type: ignore[union-attr]


# -- taken in ----------------------------------------------------------------------------------------------------------
def test_a_request_is_a_case_and_the_answer_cites_the_paper(town: Town):
    _, key = partner(town)
    [said] = sent(
        key, **STALLS, **{"attribute[kind]": "help", "last_name": "王", "first_name": "小明", "phone": "13812345678"}
    )
    assert set(said) == {"service_request_id", "service_notice"}
    assert "鹿城区综合行政执法局" in said["service_notice"] and "温演〔2015〕1号" in said["service_notice"]
    case = Case.objects.get(no=said["service_request_id"])
    assert (case.place.key, case.state, case.kind, case.channel) == ("330302001", "dispatched", "help", "api")
    assert Reporter.objects.get(case=case).name_masked == "王**"


def test_a_key_that_asks_for_tokens_gets_a_token_and_the_number_later(town: Town):
    _, key = partner(town, "330300", "open311.tokens")
    [said] = sent(key, **STALLS, account_id="u-7")
    assert set(said) == {"token", "account_id"}
    [told] = asked(f"tokens/{said['token']}.json")
    assert Case.objects.get(no=told["service_request_id"]) and told["token"] == said["token"]
    assert asked("tokens/none.json", 404) == [{"code": 404, "description": "没有凭证 token“none”"}]


def test_the_same_outside_number_is_one_case(town: Town):
    _, key = partner(town)
    first, again = (sent(key, **STALLS, **{"attribute[external_id]": "A-1"})[0] for _ in range(2))
    assert first["service_request_id"] == again["service_request_id"] and Outside.objects.count() == 1
    _, other = partner(town)
    assert sent(other, **STALLS, **{"attribute[external_id]": "A-1"})[0] != first


def test_a_partner_sends_only_what_lies_in_its_area(town: Town):
    _, key = partner(town, "330304")
    [wrong] = sent(key, 403, **STALLS)
    assert "辖区" in wrong["description"]


def test_a_matter_nobody_answers_for_is_still_taken_in(town: Town):
    _, key = partner(town)
    [said] = sent(key, **(STALLS | {"service_code": "03"}))
    assert said["service_notice"] is None
    assert Case.objects.get(no=said["service_request_id"]).snag == "no_owner"


# -- refused -----------------------------------------------------------------------------------------------------------
def test_without_a_key_nothing_is_taken_in(town: Town):
    assert sent("", 403, **STALLS)[0]["code"] == 403
    assert "<errors><error><code>403</code>" in sent("zhize_00000000_x", 403, "requests.xml", **STALLS)


def test_a_revoked_key_opens_nothing(town: Town):
    row, key = partner(town)
    revoke_key(row.pk, "协议终止", by=By.system("测试"), now=timezone.now())
    assert sent(key, 403, **STALLS)[0]["code"] == 403


def test_everything_wrong_is_said_at_once(town: Town):
    _, key = partner(town)
    said = sent(
        key, 404, service_code="999999", description="<b>x</b>", **{"attribute[colour]": "red", "attribute[kind]": "x"}
    )
    assert [e["code"] for e in said] == [404, 400, 400, 400, 400]


@pytest.mark.parametrize(
    ("path", "status", "params"),
    [
        ("services.json", 404, {"jurisdiction_id": "110000"}),
        ("services/999999.json", 404, {}),
        ("services.pdf", 404, {}),
        ("requests/none.json", 404, {}),
        ("requests.json", 404, {"service_request_id": "none"}),
        ("requests.json", 404, {"service_code": "999999"}),
        ("requests.json", 400, {"start_date": "yesterday"}),
        ("requests.json", 400, {"start_date": "2016-01-01T00:00:00Z", "end_date": "2016-05-01T00:00:00Z"}),
        ("requests.json", 400, {"status": "half"}),
        ("requests.json", 400, {"extensions": "true", "page": "0"}),
        ("requests.json", 400, {"extensions": "true", "bbox": "1,2,3"}),
        ("services.json", 400, {"lat": "28"}),
        ("services.json", 400, {"lat": "nan", "long": "120"}),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_specs_code(
    town: Town, path: str, status: int, params: dict[str, str]
):
    answer = get(path, **params)
    assert answer.status_code == status
    if path.endswith(".json"):
        assert json.loads(answer.content)[0]["code"] == status


def test_an_empty_parameter_is_an_absent_one(town: Town):
    assert asked("requests.json", service_request_id="", status="", start_date="") == []


# -- shown -------------------------------------------------------------------------------------------------------------
def test_a_request_is_shown_without_its_words_but_to_the_key_that_sent_it(town: Town):
    _, key = partner(town)
    number = sent(key, **STALLS, lat="28.0123", long="120.6543", media_url="https://example.org/1.jpg")[0][
        "service_request_id"
    ]
    [openly] = asked(f"requests/{number}.json")
    assert openly["description"] == "占道摆摊" and openly["media_url"] is None and openly["lat"] == 28.01
    assert openly["address"] == "温州市鹿城区五马街道" and openly["agency_responsible"] == "鹿城区综合行政执法局"
    [own] = asked(f"requests/{number}.json", api_key=key)
    assert own["description"] == STALLS["description"] and own["lat"] == 28.0123 and "解放街" in own["address"]
    assert own["media_url"] == "https://example.org/1.jpg"


def test_the_xml_of_a_request(town: Town):
    case = received(town, "010101", now=timezone.now())
    tree = parsed(asked(f"requests/{case.no}.xml"))
    assert tree.tag == "service_requests" and [e.tag for e in tree] == ["request"]
    assert [e.tag for e in tree[0]] == [
        "service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible",
        "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode", "lat",
        "long", "media_url",
    ]  # fmt: skip
    assert tree[0].findtext("requested_datetime", "").endswith("+08:00")


def test_nothing_confidential_and_no_report_of_wrongdoing_is_shown(town: Town):
    now = timezone.now()
    received(town, "010101", now=now, kind="report")
    received(town, "010101", now=now, confidential=True)
    open_one = received(town, "010101", now=now)
    assert [r["service_request_id"] for r in asked("requests.json")] == [open_one.no]


def test_requests_are_found_by_place_status_service_and_number(town: Town):
    now = timezone.now()
    one, two = received(town, "010101", now=now), received(town, "0202", now=now)
    numbers = lambda **q: [r["service_request_id"] for r in asked("requests.json", **q)]  # noqa: E731
    assert numbers() == [two.no, one.no]
    assert numbers(service_code="010101,020101") == [one.no]
    assert numbers(status="closed") == [] and len(numbers(status="open,closed")) == 2
    assert numbers(jurisdiction_id="330304") == []
    assert numbers(service_request_id=f"{one.no},none", status="closed") == [one.no]
    assert numbers(extensions="true", page="2", page_size="1") == [one.no]
    assert numbers(end_date=(now - timedelta(days=1)).isoformat()) == []


def test_a_closed_request_was_updated_when_it_was_closed(town: Town):
    now = timezone.now()
    case = received(town, "010101", now=now, phone="13812345678")
    leg = lead(case)
    sign(leg.pk, by=handler(town, leg), now=now)
    reply(leg.pk, "已劝离。", by=handler(town, leg), now=now)
    review(case.pk, passed=True, by=town.by("dispatcher"), now=now)
    follow_up(case.pk, reached=True, contacted=True, solved=True, satisfied="yes", by=town.by("taker"), now=now)
    closed = now + timedelta(hours=1)
    close(case.pk, by=town.by("supervisor"), now=closed)
    [said] = asked(f"requests/{case.no}.json", extensions="true")
    assert said["status"] == "closed" and said["updated_datetime"] == moment(closed)
    assert [n["type"] for n in said["notes"]] == ["receive", "dispatch", "sign", "reply", "end"]
    moves = asked(
        "servicerequestupdates.json", end_date=(closed + timedelta(hours=1)).isoformat(), start_date=now.isoformat()
    )
    assert [m["external_status_code"] for m in moves if m["service_request_id"] == case.no][-1] == "closed"
    assert moves[-1]["status"] == "CLOSED"


# -- updates back ------------------------------------------------------------------------------------------------------
def test_a_partner_sends_back_what_its_citizen_says(town: Town):
    _, key = partner(town)
    number = sent(key, **STALLS)[0]["service_request_id"]
    say = {"service_request_id": number, "updated_datetime": timezone.now().isoformat()}
    [urged] = sent(key, 200, "servicerequestupdates.json", status="OPEN", description="还在摆。", **say)
    assert urged["update_id"] and fresh(Case.objects.get(no=number)).urges.count() == 1
    sent(key, 200, "servicerequestupdates.json", status="FIXED", **say)
    assert Case.objects.get(no=number).state == "withdrawn"
    _, other = partner(town)
    assert sent(other, 404, "servicerequestupdates.json", status="OPEN", description="x", **say)[0]["code"] == 404
