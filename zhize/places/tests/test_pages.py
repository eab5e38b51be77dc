"""The page of a place: its names, codes and superiors over time, and what lies in it on a day."""

from django.test import Client

from tests.town import Town

SITE = Client(headers={"host": "localhost"})


def page(path: str, status: int = 200, **query: str) -> str:
    answer = SITE.get(path, query)
    assert answer.status_code == status
    return answer.content.decode()


def test_dongtou_was_a_county_and_keeps_its_identity(town: Town):
    said = page("/places/330305/", day="2016-01-01")
    assert "洞头区" in said and "洞头县" in said and "330322" in said
    assert SITE.get("/places/330322/")["Location"] == "/places/330305/"


def test_lingkun_stood_under_longwan_and_a_zone_and_then_under_dongtou(town: Town):
    key = town.place("灵昆街道").key
    said = page(f"/places/{key}/", day="2018-01-01")
    assert "龙湾区" in said and "洞头区" in said and "托管给" in said


def test_longgang_became_a_city_without_townships(town: Town):
    said = page("/places/330383/", day="2020-01-01")
    assert "龙港市" in said and '<h2 class="h3">下辖' not in said and "这里的机关" in said
    assert "这一天，这个地方不存在" in page("/places/330383/", day="2018-01-01")


def test_a_city_lists_what_lies_in_it_and_its_bodies(town: Town):
    assert SITE.get("/places/")["Location"] == "/places/330300/"
    said = page("/places/330300/")
    assert "鹿城区" in said and "温州市人民政府" in said and "/bodies/?place=330300" in said


def test_the_picker_finds_a_place_in_either_script(town: Town):
    assert "鹿城区" in page("/places/suggest/", q="鹿城") and "鹿城区" in page("/places/suggest/", q="鹿城區")
    assert "没有找到这个地方" in page("/places/suggest/", q="桃花源") and page("/places/suggest/").strip() == ""


def test_an_unknown_code_is_refused_in_one_sentence(town: Town):
    assert "找不到地方“999999”" in page("/places/999999/", 400)
