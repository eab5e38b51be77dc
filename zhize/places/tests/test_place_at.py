"""Where a point lies on a day: the deepest place whose boundary holds it, the same answer every time."""

from __future__ import annotations

from datetime import date, timedelta

from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.town import Town, system
from zhize.places.commands import close_place, delimit
from zhize.places.models import PlaceBoundary
from zhize.places.queries import place_at, place_name
from zhize.places.terms import Outline
from zhize.places.tests.squares import CITY, DAY, LUCHENG, OUHAI, PROVINCE, SONGTAI, WUMA, Box, area, drawn

SITE = Client(headers={"host": "localhost"})
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def at(lat: float, lon: float, day: date = DAY) -> str:
    found = place_at(lat, lon, day)
    return place_name(found.pk, day) if found else ""


def test_the_deepest_place_answers(town: Town):
    drawn(town, 温州市=CITY, 鹿城区=LUCHENG, 五马街道=WUMA)
    assert (at(28.03, 120.65), at(28.09, 120.65), at(27.5, 120.0)) == ("五马街道", "鹿城区", "温州市")
    assert at(29.0, 120.65) == ""


def test_a_hole_belongs_to_whoever_fills_it(town: Town):
    outlines = [
        Outline(town.place("鹿城区").pk, area(LUCHENG, WUMA), "鹿城区"),
        Outline(town.place("瓯海区").pk, area(WUMA), "瓯海区"),
    ]
    delimit(outlines, day=DAY, instrument=town.notice(**PROVINCE), by=system(), now=town.now)
    assert (at(28.03, 120.65), at(28.01, 120.61)) == ("瓯海区", "鹿城区")


def test_on_a_common_border_the_lower_code_answers(town: Town):
    drawn(town, 松台街道=SONGTAI, 五马街道=WUMA, 鹿城区=LUCHENG, 瓯海区=OUHAI)
    assert at(28.03, 120.66) == "五马街道"  # 330302006 before 330302026
    assert at(28.05, 120.6) == "鹿城区"  # 330302 before 330304


def test_a_division_answers_before_a_zone_of_its_level(town: Town):
    drawn(town, 鹿城区=LUCHENG, 温州经济技术开发区=LUCHENG, 瓯海区=OUHAI)
    assert at(28.05, 120.65) == "鹿城区"
    drawn(town, 浙南科技城=(120.3, 28.0, 120.4, 28.1))
    assert at(28.05, 120.35) == "浙南科技城"


def test_longgang_was_a_town_until_the_day_it_became_a_city(town: Town):
    become = town.place("330383", date(2020, 1, 1))
    day = become.lives.live().get().from_day
    drawn(town, 苍南县=LUCHENG, 龙港镇=WUMA)
    drawn(town, day, 苍南县=OUHAI, 龙港市=WUMA)
    assert at(28.03, 120.65, day - timedelta(1)) == "龙港镇"
    assert at(28.03, 120.65, day) == "龙港市" and place_at(28.03, 120.65, day) == become
    assert at(28.01, 120.61, day) == ""


def test_dongtou_answers_as_county_and_as_district_and_is_one_place(town: Town):
    day = date(2015, 9, 2)  # as zj says; the place keeps its identity
    drawn(town, date(2014, 1, 1), 洞头县=LUCHENG)
    assert at(28.05, 120.65, day - timedelta(1)) == "洞头县" and at(28.05, 120.65, day) == "洞头区"
    assert place_at(28.05, 120.65, date(2014, 1, 1)) == place_at(28.05, 120.65, day)
    assert at(28.05, 120.65, date(2013, 12, 31)) == ""


def test_a_closed_place_answers_until_its_last_day(town: Town):
    drawn(town, 鹿城区=LUCHENG, 五马街道=WUMA)
    day = date(2025, 5, 1)
    close_place(town.place("五马街道"), day=day, instrument=town.notice(kind="reply"), by=system(), now=town.now)
    assert (at(28.03, 120.65, day - timedelta(1)), at(28.03, 120.65, day)) == ("五马街道", "鹿城区")


def test_what_was_known_then_can_be_asked_again(town: Town):
    drawn(town, 鹿城区=LUCHENG)
    then, town.now = town.now, town.now + timedelta(hours=1)
    drawn(town, 鹿城区=OUHAI)
    assert place_at(28.05, 120.65, DAY) is None
    assert place_at(28.05, 120.65, DAY, then) == town.place("鹿城区")


grid = st.integers(0, 6).map(lambda n: n / 10)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    west, east = sorted(draw(st.lists(grid, min_size=2, max_size=2, unique=True)))
    south, north = sorted(draw(st.lists(grid, min_size=2, max_size=2, unique=True)))
    return (120 + west, 28 + south, 120 + east, 28 + north)


@FEW
@given(drawn_=st.lists(boxes(), min_size=1, max_size=4), lat=grid, lon=grid)
def test_the_answer_is_what_looking_at_every_rectangle_gives(town: Town, drawn_: list[Box], lat: float, lon: float):
    day = date(2016, 1, 1) + timedelta(days=PlaceBoundary.objects.count())  # a fresh day for each example
    names = ["鹿城区", "龙湾区", "瓯海区", "永嘉县"]
    drawn(town, day, **dict(zip(names, drawn_, strict=False)))
    standing = {b.place.key: b for b in PlaceBoundary.objects.as_of(day).select_related("place")}
    point = (120 + lon, 28 + lat)
    holding = [k for k, b in standing.items() if b.west <= point[0] <= b.east and b.south <= point[1] <= b.north]
    found = place_at(point[1], point[0], day)
    assert (found.key if found else None) == min(holding, default=None)


# -- the address -------------------------------------------------------------------------------------------------------
def test_the_address_says_where_a_point_lies_as_data(town: Town):
    drawn(town, 鹿城区=LUCHENG, 五马街道=WUMA)
    said = SITE.get("/places/at/", {"lat": "28.03", "lon": "120.65", "on": "2016-07-01"}).json()
    assert said["place"] == {
        "key": "330302006",
        "name": "五马街道",
        "whole": "温州市鹿城区五马街道",
        "code": "330302006",
        "level": 5,
        "url": "/places/330302006/",
    }
    assert said["day"] == "2016-07-01"


def test_a_point_outside_gets_one_clear_sentence(town: Town):
    answer = SITE.get("/places/at/", {"lat": "20", "lon": "110"})
    assert answer.status_code == 400 and answer.json()["place"] is None
    said = "您点的位置不在已登记的任何地方之内：可能在服务范围之外，也可能那里的界线还没有登记。请打字或者从地区树里选地方。"
    assert answer.json()["refusal"]["sentence"] == said
    part = SITE.get("/places/at/", {"lat": "20", "lon": "110"}, headers={"HX-Request": "true"})
    assert part.status_code == 200 and said in part.content.decode() and "data-picked" not in part.content.decode()


def test_the_part_for_the_form_fills_in_the_place(town: Town):
    drawn(town, 五马街道=WUMA)
    part = SITE.get("/places/at/?lat=28.03&lon=120.65", headers={"HX-Request": "true"}).content.decode()
    assert 'data-value="330302006"' in part and 'data-text="温州市鹿城区五马街道"' in part


ANY = (
    st.text(max_size=12)
    | st.floats().map(str)
    | st.sampled_from(["", "NaN", "inf", "1e999", "１２０", "1_2", "0x1", "\x00"])
)


@FEW
@given(lat=ANY, lon=ANY, day=st.sampled_from(["", "2016-01-01", "0001-01-01", "x"]))
def test_whatever_is_asked_nothing_breaks(town: Town, lat: str, lon: str, day: str):
    for htmx in ({}, {"HX-Request": "true"}):
        answer = SITE.get("/places/at/", {"lat": lat, "lon": lon, "on": day}, headers=htmx)
        assert answer.status_code in (200, 400)
    assert SITE.get("/places/tree/", {"under": lat}).status_code in (200, 400)
    assert SITE.get("/places/boundaries/", {"day": day}).status_code in (200, 400)
