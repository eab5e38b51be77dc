"""Home and search: one box that leads everywhere."""

from django.test import Client

from tests.town import Town

SITE = Client(headers={"host": "localhost"})


def page(path: str, **query: str) -> str:
    answer = SITE.get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_home_asks_one_question_and_says_what_the_register_holds(town: Town):
    said = page("/")
    assert "这件事归谁管" in said and "温州市" in said and "现有机关单位" in said and "关于龙港市" in said
    assert SITE.get("/?q=摆摊")["Location"].startswith("/search/")


def test_a_search_is_grouped_and_leads_on(town: Town):
    said = page("/search/", q="环境噪声")
    assert "<h2>职责" in said and "<h2>法律法规" in said and "/who/?q=" in said
    assert "<h2>机关" in page("/search/", q="鹿城区教育局") and "<h2>地方" in page("/search/", q="鹿城")
    assert "<h2>文件" in page("/search/", q="温演[2016]1号")


def test_an_empty_result_says_what_to_do_next(town: Town):
    assert "反映这个问题" in page("/search/", q="不存在的东西")
    assert "还没有写要查什么" in page("/search/")


def test_what_is_meant_exactly_or_picked_is_gone_to_at_once(town: Town):
    def leads(**query: str) -> str:
        return SITE.get("/search/", query)["Location"]

    assert leads(q="摆摊", go="1", place="330302", day="2016-01-15") == "/who/?day=2016-01-15&q=010101&place=330302"
    assert leads(q="x", pick="body:zhifa-330302") == "/bodies/zhifa-330302/"
    assert leads(q="x", pick="duty:env-noise").startswith("/who/?q=env-noise")
    assert SITE.get("/search/", {"q": "x", "pick": "elsewhere:1"}).status_code == 400


def test_suggestions_know_what_people_call_things(town: Town):
    said = page("/search/suggest/", q="小广告")
    assert "乱贴小广告" in said and 'data-value="matter:010103"' in said
    assert page("/search/suggest/").strip() == ""
