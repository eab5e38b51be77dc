"""The register's public pages: what they say of the town, how many questions they ask, what they refuse."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.town import Town
from zhize.record.models import Event
from zhize.register.models import Holding

SITE = Client(headers={"host": "localhost"})


def page(path: str, status: int = 200, **query: str) -> str:
    answer = SITE.get(path, query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


# ---- who --------------------------------------------------------------------------------------------------------------


def test_the_answer_names_the_holder_the_paper_and_who_it_was_before(town: Town):
    said = page("/who/", q="摆摊", place="330302", day="2017-01-05")
    assert (
        "占道摆摊归谁管" in said and "鹿城区综合行政执法局" in said and "温演〔2016〕1号" in said and "tel:0577" in said
    )
    assert "鹿城区城市管理行政执法局" in said and "day=2016-06-01" in said
    assert "matter=010101&amp;place=330302" in said  # the way to report it, filled in


def test_the_same_question_on_another_day_has_another_answer(town: Town):
    said = page("/who/", q="010101", place="330302", day="2016-05-31")
    assert 'class="holder-name"><a href="/bodies/chengguan-330302/' in said.replace(" lang=", "")
    assert "这是 2016-05-31 当天的答案" in said


def test_the_answer_as_json_is_the_contract_of_the_command_line(town: Town):
    answer = json.loads(page("/who/", q="摆摊", place="330302", day="2017-01-05", format="json"))
    assert answer["answer"] == "one" and answer["holder"]["name"] == "鹿城区综合行政执法局" and answer["rejected"]


def test_what_was_believed_before_the_town_was_built_is_a_gap(town: Town):
    said = page("/who/", q="urb-street-trading", place="330302", day="2017-01-05", believed="2020-01-01")
    assert "这里是一处空白" in said and "接下来" in said


def test_a_conflict_is_shown_with_both_bodies_and_what_happens_next(town: Town):
    held = Holding.objects.live().get(duty=town.duty("urb-street-trading"), place=town.place("鹿城区"), to_day=None)
    held.pk, held.body, held.concurrent = None, town.body("鹿城区市场监督管理局"), "x"
    held.save()
    said = page("/who/", q="urb-street-trading", place="330302", day="2017-01-05")
    assert "这里有冲突" in said and "鹿城区市场监督管理局" in said and "鹿城区综合行政执法局" in said and "裁定" in said


def test_parts_of_a_duty_are_led_by_the_rest(town: Town):
    said = page("/who/", q="env-noise", place="330305", day="2016-08-01")
    assert "牵头单位" in said and "洞头区环境保护局" in said and "建筑施工噪声、社会生活噪声" in said


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ({"q": "摆摊", "day": "2016-13-01"}, 400, "历法上没有这一天"),
        ({"q": "摆摊", "day": "明天"}, 400, "请写成 2016-04-01"),
        ({"q": "摆摊", "day": "9999-01-01"}, 400, "请核对年份"),
        ({"q": "摆摊", "place": "桃花源"}, 400, "找不到地方“桃花源”"),
        ({"q": "摆摊", "purpose": "pay"}, 400, "不认识的用途"),
        ({"q": "摆摊", "believed": "2999-01-01"}, 400, "这一时刻还没有到"),
        ({"q": " "}, 400, "没有写明要问的事"),
        ({"q": "油锅炸了"}, 404, "找不到诉求事项“油锅炸了”"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(town: Town, query: dict[str, str], status: int, sentence: str):
    assert sentence in page("/who/", status, **query)
    assert sentence in json.loads(page("/who/", 400, **query, format="json"))["refusal"]["sentence"]


# ---- bodies -----------------------------------------------------------------------------------------------------------


def test_the_list_of_bodies_of_a_district_in_a_family_on_a_day(town: Town):
    said = page("/bodies/", place="330302", family="环保", day="2016-01-01")
    assert "鹿城区环境保护局" in said and "瓯海区" not in said.split("<tbody>")[1]


def test_the_list_goes_on_and_comes_back(town: Town):
    first = page("/bodies/")
    down = SITE.get("/bodies/", {"before": _cursor(first, "before")}).content.decode()
    up = SITE.get("/bodies/", {"after": _cursor(down, "after")}).content.decode()
    assert _rows(first) == _rows(up) and not set(_rows(first)) & set(_rows(down))
    assert "翻页的位置" in page("/bodies/", 400, before="x")


def _cursor(said: str, way: str) -> str:
    return said.split(f"?{way}=")[1].split('"')[0].replace("%7E", "~")


def _rows(said: str) -> list[str]:
    return [row.split('">')[0] for row in said.split("<tbody>")[1].split('href="/bodies/')[1:]]


def test_a_dossier_shows_what_is_held_with_its_papers_and_can_be_narrowed(town: Town):
    said = page("/bodies/zhifa-330302/")
    assert "鹿城区人民政府" in said and "行政处罚" in said and "温演〔2016〕1号" in said and "前身" in said
    assert "占用城市道路" in page("/bodies/zhifa-330302/", share="power-02", q="占用城市道路")
    assert "没有登记它行使的职责" in page("/bodies/zhifa-330302/", q="核电")


def test_a_body_that_is_no_more_names_its_successor(town: Town):
    said = page("/bodies/chengguan-330302/", day="2017-01-01")
    assert "它已经不存在" in said and "鹿城区综合行政执法局" in said and "2016-05-31" in said
    assert "它还没有设立" in page("/bodies/zhifa-330302/", day="2016-05-31")


# ---- duties, matters --------------------------------------------------------------------------------------------------


def test_a_duty_shows_its_articles_its_parts_and_who_holds_it_where(town: Town):
    said = page("/duties/env-noise/", day="2016-08-01")
    assert (
        "环境噪声污染防治法" in said
        and "建筑施工噪声" in said
        and "洞头区环境保护局" in said
        and "浙南产业集聚区" not in said
    )


def test_a_matter_shows_what_people_call_it_and_who_answers_in_each_county(town: Town):
    said = page("/matters/010101/")
    assert "流动摊贩" in said and "永嘉县综合行政执法局" in said and "对应的职责" in said
    assert "占道摆摊" in page("/matters/0101/")


@pytest.mark.parametrize(
    "path", ["/bodies/none/", "/duties/none/", "/matters/99/", "/instruments/none/", "/laws/none/"]
)
def test_what_is_not_registered_is_not_found(town: Town, path: str):
    assert "没有这一页" in page(path, 404)


# ---- cost, languages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "bound"),
    [
        ("/", 20),
        ("/search/?q=摆摊", 20),
        ("/search/suggest/?q=摆摊", 20),
        ("/who/?q=010101&place=330302", 45),
        ("/who/?q=env-noise&place=330305&day=2016-08-01", 55),
        ("/bodies/", 10),
        ("/bodies/zhifa-330327/", 25),
        ("/duties/env-noise/", 45),
        ("/matters/010101/", 30),
        ("/places/330305/", 35),
        ("/instruments/", 10),
        ("/instruments/wz-demo-2016-handover/", 80),
    ],
)
def test_no_page_asks_more_when_there_is_more(town: Town, path: str, bound: int):
    with CaptureQueriesContext(connection) as asked:
        assert SITE.get(path).status_code == 200
    assert len(asked) <= bound


def test_reading_leaves_no_event(town: Town):
    before = Event.objects.count()
    page("/who/", q="摆摊")
    assert Event.objects.count() == before


def test_traditional_is_asked_and_answered(town: Town):
    client = Client(headers={"host": "localhost"})
    client.cookies["django_language"] = "zh-hant"
    found = client.get("/search/", {"q": "擺攤"}).content.decode()
    assert "佔道擺攤" in found
    said = client.get("/who/", {"q": "擺攤", "place": "330302"}).content.decode()
    assert "鹿城區綜合行政執法局" in said and "歸誰管" in said


def test_english_pages_say_english_around_chinese_names(town: Town):
    client = Client(headers={"host": "localhost"})
    client.cookies["django_language"] = "en"
    said = client.get("/who/", {"q": "摆摊", "place": "330302"}).content.decode()
    assert "Responsible body" in said and '<html lang="en"' in said and "鹿城区综合行政执法局" in said


def test_a_moment_with_an_odd_offset_or_before_our_time_is_no_fault_of_the_server(town: Town) -> None:
    anybody = Client(headers={"host": "localhost"})
    for moment, status in (
        ("2020-01-01T10:00+23:59", 404),
        ("0001-01-01T00:00+23:59", 400),
        ("9999-12-31T23:59-12:00", 400),
    ):
        said = {"q": "占道摆摊", "place": "330302", "believed": moment}
        assert anybody.get("/who/", said).status_code == status, moment
