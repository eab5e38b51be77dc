"""A program does what an officer does: the same acts, the same rights, refused in the same sentences; and asks what is public."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.town import Town
from zhize.accounts.models import By
from zhize.api import openapi
from zhize.api.models import Answered
from zhize.api.operations import operations, served, unspoken
from zhize.cases.models import Case, Rating
from zhize.kernel.period import day_of
from zhize.record.models import Event
from zhize.register import keys
from zhize.register.acts import all_acts
from zhize.register.commands import issue_key, revoke_key
from zhize.register.models import ApiKey, Body, Seat
from zhize.register.queries import find_matter
from zhize.register.serving import PAGES_ONLY

MESSAGE = {"text": "路口每天有人占道摆摊。", "place": "五马街道", "matter": "摆摊"}


class Program:
    """A program with a key."""

    def __init__(self, key: str = "") -> None:
        self.client, self.key = Client(headers={"host": "localhost"}, enforce_csrf_checks=True), key

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return more | ({"authorization": f"Bearer {self.key}"} if self.key else {})

    def get(self, path: str, code: int = 200, *, secret: str = "", **params: str) -> Any:
        answer = self.client.get(
            f"/api/v1/{path}", params, headers=self._headers({"x-secret": secret} if secret else {})
        )
        return self._read(answer, code)

    def post(self, path: str, code: int = 200, *, idempotency: str = "", **said: Any) -> Any:
        headers = self._headers({"idempotency-key": idempotency} if idempotency else {})
        answer = self.client.post(f"/api/v1/{path}", json.dumps(said), "application/json", headers=headers)
        return self._read(answer, code)

    @staticmethod
    def _read(answer: Any, code: int) -> Any:
        assert answer.status_code == code, answer.content.decode()
        said = json.loads(answer.content)
        if code >= 400:
            assert answer["Content-Type"] == "application/problem+json; charset=utf-8" and said["status"] == code
        return said


def program(town: Town, *scopes: str, seat: str = "", place: str = "鹿城区") -> Program:
    sits = (
        Seat.objects.as_of(day_of(town.now))
        .filter(officer__username=seat)
        .select_related("officer")
        .order_by("pk")
        .first()
    )
    issued = issue_key(
        "网格平台", scopes, seat=sits, place=None if sits else town.place(place), expires=day_of(town.now) + timedelta(days=30),
        by=By.system("测试"), now=town.now,
    )  # fmt: skip
    return Program(issued.text)


# -- the table ---------------------------------------------------------------------------------------------------------
def test_every_act_is_served_or_says_why_not():
    assert unspoken() == [], "JSON has no words for these: teach spelling.py, or say in PAGES_ONLY why not"
    assert {o.act.name for o in operations() if o.act} == {a.name for a in served()}
    assert set(PAGES_ONLY) <= {a.name for a in all_acts()}


def test_an_address_carries_the_acts_own_word():
    assert not [o.path for o in operations() if o.act and o.path.split("/")[-1] != o.act.word]
    assert len({(o.method, o.path) for o in operations()}) == len(operations())


def test_the_description_is_whole():
    said = openapi.describe()
    assert said["openapi"] == "3.1.0" and len(said["paths"]) > 100
    ids = [o["operationId"] for path in said["paths"].values() for o in path.values()]
    assert len(ids) == len(set(ids))
    dispatch = said["paths"]["/api/v1/cases/{no}/dispatch"]["post"]
    assert (
        dispatch["x-scope"] == "cases.dispatch"
        and "assist" in dispatch["requestBody"]["content"]["application/json"]["schema"]["properties"]
    )


@pytest.mark.django_db
def test_the_guide_and_the_description_open_to_everybody(town: Town):
    client = Client(headers={"host": "localhost"})
    assert "/api/v1/cases/{no}/dispatch" in client.get("/api/").content.decode()
    assert client.get("/api/v1/openapi.json").json()["info"]["title"] == "职责 Zhize"


# -- what is public ----------------------------------------------------------------------------------------------------
def test_who_is_responsible_is_asked_without_a_key(town: Town):
    said = Program().get("who", q="摆摊", place="五马街道", day="2016-05-31")
    assert said["holder"]["name"] == "鹿城区城市管理行政执法局" and said["basis"]


@pytest.mark.parametrize(
    "path",
    ["bodies", "matters", "places", "instruments", "items", "editions", "figures", "bodies/zhifa-330302", "bodies/zhifa-330302/holdings",
     "duties/urb-street-trading", "places/330302", "lists/zhifa-330302/power", "items/zhifa-330302/urb-street-trading"],
)  # fmt: skip
def test_what_is_public_is_read_without_a_key(town: Town, path: str):
    assert isinstance(Program().get(path), dict)


def test_pages_follow_each_other_without_a_gap(town: Town):
    first = Program().get("matters")
    second = Program().get("matters", before=first["next"])
    assert len(first["rows"]) == 50 and first["rows"][-1]["code"] < second["rows"][0]["code"]
    assert Program().get("matters", 400, before="x~y~z")["code"] == "bad_cursor"


def test_what_is_missing_wrong_or_nowhere_is_said(town: Town):
    anybody = Program()
    assert anybody.get("who", 400)["field"] == "q"
    assert anybody.get("bodies/none", 404)["code"] == "not_found"
    assert anybody.get("nowhere", 404)["code"] == "no_address"
    assert anybody.post("who", 405)["code"] == "wrong_method"
    assert anybody.get("who", 400, q="摆摊", day="someday")["detail"]


# -- who may -----------------------------------------------------------------------------------------------------------
def test_without_a_key_nothing_is_done(town: Town):
    said = Program().post("cases/receive", 401, message=MESSAGE)
    assert said["code"] == "no_key" and "登记员" in said["instead"]
    assert Program("zhize_00000000_x").post("cases/receive", 401, message=MESSAGE)["code"] == "no_key"


def test_a_cookie_opens_nothing(town: Town):
    signed_in = Program()
    signed_in.client.force_login(
        Seat.objects.live().filter(role="dispatcher")[0].officer, "django.contrib.auth.backends.ModelBackend"
    )
    signed_in.post("cases/receive", 401, message=MESSAGE)


def test_a_key_opens_what_it_names(town: Town):
    partner = program(town, "cases.receive")
    assert partner.post("register/revoke_key", 403, key_id=1, why="x")["code"] == "out_of_scope"
    assert partner.get("cases", 403)["code"] == "out_of_scope"


def test_rights_come_from_the_seat(town: Town):
    taker = program(town, "register", seat="huawu")
    paper = town.notice()
    said = taker.post("register/rename", 403, body="zhifa-330302", name="某局", day="2026-12-01", instrument=paper.key)
    assert said["code"] == "wrong_role" and "登记员" in said["why"]


# -- acts --------------------------------------------------------------------------------------------------------------
def test_a_case_goes_its_way_through_the_api(town: Town):
    """Received by a partner, signed and answered by the body, reviewed by the centre, rated by the reporter."""
    partner, centre = program(town, "cases"), program(town, "cases", seat="fenpai")
    receipt = partner.post("cases/receive", message=MESSAGE | {"name": "王小明", "phone": "13812345678"})
    no = receipt["no"]
    assert receipt["state"] == "dispatched" and Case.objects.get(no=no).channel == "api"
    [leg] = centre.get(f"cases/{no}")["legs"]
    handler = program(town, "cases", seat=_handler(leg["body"]["code"]))
    handler.post(f"cases/{no}/legs/1/sign")
    handler.post(f"cases/{no}/legs/1/reply", text="已劝离。")
    assert centre.post(f"cases/{no}/review", passed=True)["state"] == "done"
    partner.post(f"cases/{no}/rate", contacted=True, solved=True, satisfied="yes", secret=receipt["secret"])
    assert Rating.objects.get(case__no=no).satisfied == "yes"
    assert Event.objects.filter(touched__contains=[f"case:{receipt['case_id']}"], via="api").count() >= 5


def _handler(code: str) -> str:
    seats = Seat.objects.live().filter(role="handler", body__code=code, to_day=None).select_related("officer")
    return str(seats[0].officer.username)


def test_a_refusal_is_the_sentence_of_the_page(town: Town):
    centre = program(town, "cases", seat="fenpai")
    no = program(town, "cases.receive").post("cases/receive", message=MESSAGE)["no"]
    said = centre.post(f"cases/{no}/review", 409, passed=True)
    assert said["what"] and said["detail"].startswith(said["what"])


def test_a_case_out_of_sight_is_not_there(town: Town):
    no = program(town, "cases.receive").post("cases/receive", message=MESSAGE)["no"]
    others = Seat.objects.as_of(day_of(town.now)).filter(role="handler").exclude(body__legs__case__no=no)
    elsewhere = program(town, "cases", seat=others.order_by("pk")[0].officer.username)
    assert elsewhere.post(f"cases/{no}/legs/1/sign", 404)["code"] == "not_found"
    assert program(town, "cases").get(f"cases/{no}", 400, secret="WRONGSECRET1")["code"] == "unknown_receipt"


def test_a_paper_is_entered_and_a_body_renamed(town: Town):
    editor = program(town, "register", seat="dengji")
    paper = {"key": "api-2026-1", "number": "温演〔2026〕9号", "title": "关于机构更名的决定", "kind": "decision", "issuer": "温州市人民政府",
             "issuer_class": "政府", "issuer_level": "city", "issuer_area": "330300", "signed": "2026-12-01", "effective": "2027-01-01"}  # fmt: skip
    editor.post("register/enter_instruments", rows=[paper])
    code = Body.objects.get(code="zhifa-330302").code
    said = editor.post(
        "register/rename", body=code, name="鹿城区综合行政执法局（新）", day="2027-01-01", instrument="api-2026-1"
    )
    assert said["id"] and editor.get("instruments/api-2026-1")["title"] == "关于机构更名的决定"
    assert [n["name"] for n in editor.get(f"bodies/{code}", day="2027-01-01")["names"]][
        -1
    ] == "鹿城区综合行政执法局（新）"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "message"),
        ({"message": {"text": "x"}}, "message.place"),
        ({"message": MESSAGE | {"colour": "red"}}, "message.colour"),
        ({"message": MESSAGE | {"place": "没有的地方"}}, "message.place"),
        ({"message": MESSAGE | {"lat": "north"}}, "message.lat"),
        ({"message": MESSAGE | {"occurred_on": "2016-13-01"}}, "message.occurred_on"),
        ({"message": [1]}, "message"),
        ({"message": MESSAGE, "by": "me"}, "by"),
    ],
)
def test_what_cannot_be_read_is_named(town: Town, said: dict[str, Any], field: str):
    assert program(town, "cases.receive").post("cases/receive", 400, **said)["field"] == field


def test_codes_say_the_same_as_names(town: Town):
    place, matter = town.place("五马街道"), find_matter("摆摊", day_of(town.now))
    coded = MESSAGE | {"place": place.key, "matter": matter.code}
    receipts = [program(town, "cases.receive").post("cases/receive", message=m)["no"] for m in (MESSAGE, coded)]
    assert set(Case.objects.filter(no__in=receipts).values_list("place", "matter")) == {(place.pk, matter.pk)}
    assert Case.objects.filter(no__in=receipts).count() == 2
    partner = program(town, "cases.receive", place="瓯海区")
    assert partner.post("cases/receive", 403, message=coded)["code"] == "other_place"
    for field, wrong in (("place", "330399"), ("matter", "999999")):
        assert partner.post("cases/receive", 400, message=coded | {field: wrong})["code"] == f"unknown_{field}"


def test_a_partner_keeps_to_its_place(town: Town):
    partner = program(town, "cases.receive", place="瓯海区")
    assert partner.post("cases/receive", 403, message=MESSAGE)["code"] == "other_place"


# -- once --------------------------------------------------------------------------------------------------------------
def test_a_message_sent_twice_is_one_case(town: Town):
    partner = program(town, "cases.receive")
    first, again = (partner.post("cases/receive", message=MESSAGE, idempotency="k1") for _ in range(2))
    assert (first["no"], first["secret"]) == (again["no"], again["secret"]) and again["replayed"]
    assert (
        partner.post("cases/receive", 400, message=MESSAGE | {"text": "别的事。"}, idempotency="k1")["code"]
        == "key_reused"
    )
    assert program(town, "cases.receive").post("cases/receive", message=MESSAGE, idempotency="k1")["no"] != first["no"]


def test_an_act_under_a_key_happens_once(town: Town):
    centre = program(town, "cases", seat="fenpai")
    no = program(town, "cases.receive").post("cases/receive", message=MESSAGE)["no"]
    first, again = (centre.post(f"cases/{no}/recall", why="派错了", idempotency="r1") for _ in range(2))
    assert first == again and Answered.objects.count() == 1
    assert Event.objects.filter(act="recall", touched__contains=[f"case:{Case.objects.get(no=no).pk}"]).count() == 1
    assert centre.post(f"cases/{no}/recall", 422, why="别的理由", idempotency="r1")["code"] == "key_reused"


def test_a_refused_act_leaves_no_answer_and_may_be_tried_again(town: Town):
    centre = program(town, "cases", seat="fenpai")
    no = program(town, "cases.receive").post("cases/receive", message=MESSAGE)["no"]
    centre.post(f"cases/{no}/recall", 400, why="", idempotency="r2")
    assert centre.post(f"cases/{no}/recall", why="派错了", idempotency="r2")["state"] == "to_dispatch"


def test_what_is_shown_once_is_not_kept(town: Town):
    editor = program(town, "register", seat="dengji")
    said = {
        "name": "平台",
        "scopes": ["cases.receive"],
        "place": "瓯海区",
        "expires": (day_of(town.now) + timedelta(days=9)).isoformat(),
    }
    text = editor.post("register/issue_key", idempotency="i1", **said)["text"]
    assert editor.post("register/issue_key", 409, idempotency="i1", **said)["code"] == "answered_once"
    assert text not in json.dumps(list(Answered.objects.values_list("said", flat=True)))


# -- many --------------------------------------------------------------------------------------------------------------
def test_a_batch_answers_row_by_row(town: Town):
    partner = program(town, "cases")
    rows = [
        MESSAGE,
        MESSAGE | {"place": "没有的地方"},
        MESSAGE | {"text": ""},
        MESSAGE | {"place": "瓯海区"},
        MESSAGE | {"text": "又一件。"},
    ]
    said = partner.post("cases/receive_many", messages=rows, idempotency="b1")["rows"]
    codes = [(row.get("no") and "taken") or row["refusal"]["code"] for row in said]
    assert codes == ["taken", "unknown_place", "empty", "other_place", "taken"]
    again = partner.post("cases/receive_many", messages=rows, idempotency="b1")["rows"]
    assert [r.get("no") for r in again] == [r.get("no") for r in said]
    assert partner.post("cases/receive_many", 400, messages=[MESSAGE] * 1001)["code"] == "too_many"


def test_a_batch_may_be_all_or_none(town: Town):
    partner = program(town, "cases")
    before = Case.objects.count()
    rows = [MESSAGE, MESSAGE | {"text": ""}]
    assert partner.post("cases/receive_many", 400, messages=rows, all_or_none=True)["code"] == "empty"
    assert Case.objects.count() == before


def test_a_revoked_key_stops_at_once(town: Town):
    partner = program(town, "cases.receive")
    partner.post("cases/receive", message=MESSAGE)
    revoke_key(ApiKey.objects.latest("pk").pk, "协议终止", by=By.system("测试"), now=town.now)
    partner.post("cases/receive", 401, message=MESSAGE)


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"message": ' + b"[" * 100_000, b"null"])
def test_what_is_no_json_is_refused(town: Town, body: bytes):
    client = Client(headers={"host": "localhost"})
    key = program(town, "cases").key
    answer = client.post("/api/v1/cases/receive", body, "application/json", headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 400
    answer = client.post("/api/v1/cases/receive", "a=b", "text/plain", headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 415


def _passes(text: str, town: Town, forget: bool) -> int:
    """How many requests of a minute pass; `forget`: each in a process of its own."""
    for n in range(200):
        if forget:
            keys._permits.clear()
        try:
            keys.caller(text, town.now)
        except keys.TooFast:
            return n
    raise AssertionError("nobody stopped it")


def test_a_keys_rate_holds_for_all_processes_together(town: Town):
    said: dict[str, Any] = {"place": town.place("鹿城区"), "expires": day_of(town.now) + timedelta(days=30), "rate": 60}
    one, many = (issue_key(name, ["cases"], **said, by=By.system("测试"), now=town.now) for name in ("甲", "乙"))
    assert _passes(one.text, town, forget=False) == 60
    assert 20 < _passes(many.text, town, forget=True) <= 60
    keys._permits.clear()
    keys.caller(one.text, town.now + timedelta(minutes=1))
