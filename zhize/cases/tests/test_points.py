"""A report may say where by a point on the map: the boundaries of today give the place, and the point stays with the case."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhize.cases.models import Case
from zhize.cases.tests.conftest import CLERK, SETUP, START, Town
from zhize.places.commands import delimit
from zhize.places.terms import Outline

pytestmark = pytest.mark.django_db
STALL = {"text": "路口每天早上有人占道摆摊，行人走不过去。", "kind": "complaint", "matter": "010101"}
BOXES = {"330302": (120.6, 28.0, 120.7, 28.1), "330302001": (120.64, 28.02, 120.66, 28.04)}
HERE, OUTSIDE = {"lat": "28.03", "lon": "120.65"}, {"lat": "20", "lon": "110"}


@pytest.fixture
def citizen(town: Town) -> Client:
    cache.clear()
    return Client(headers={"host": "localhost"})


@pytest.fixture
def mapped(town: Town) -> Town:
    """Boundaries of a district and its sub-district."""
    outlines = [Outline(town.places[key].pk, square(*box), key, "测试") for key, box in BOXES.items()]
    delimit(outlines, day=START, instrument=town.paper, by=CLERK, now=SETUP)
    return town


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_point_alone_says_the_place_and_stays_with_the_case(citizen: Client, mapped: Town):
    assert citizen.post("/report/", STALL | HERE).status_code == 200
    case = Case.objects.get()
    assert (case.place, case.lat, case.lon) == (mapped.places["330302001"], 28.03, 120.65)
    assert case.legs.get().body == mapped.bodies["lc-enforce"]


def test_a_place_that_was_chosen_stands_beside_the_point(citizen: Client, mapped: Town):
    citizen.post("/report/", STALL | HERE | {"place": "330302"})
    case = Case.objects.get()
    assert (case.place, case.lat) == (mapped.places["330302"], 28.03)


def test_a_point_outside_is_refused_in_one_sentence_at_the_place(citizen: Client, mapped: Town):
    answer = citizen.post("/report/", STALL | OUTSIDE)
    said = answer.content.decode()
    assert answer.status_code == 400 and not Case.objects.exists()
    assert said.count("您点的位置不在已登记的任何地方之内") == 2  # on top, and at the field
    assert 'href="#place-text"' in said and STALL["text"] in said


def test_half_a_point_is_no_place(citizen: Client, mapped: Town):
    said = citizen.post("/report/", STALL | {"lat": "28.03"}).content.decode()
    assert "请打几个字，从列表里选" in said and not Case.objects.exists()


def test_without_boundaries_there_is_no_map_and_nothing_is_fetched_for_one(citizen: Client):
    said = citizen.get("/report/").content.decode()
    assert "leaflet" not in said and "data-map" not in said and "/places/boundaries/" not in said
    assert "从地区树选择" in said


def test_with_boundaries_the_map_stands_there_with_the_paper_it_is_drawn_by(citizen: Client, mapped: Town):
    said = citizen.get("/report/").content.decode()
    assert "leaflet.js" in said and 'data-map="/places/boundaries/"' in said
    assert "界线依据" in said and mapped.paper.number in said


def test_the_map_is_there_in_every_language(citizen: Client, mapped: Town):
    for language, words in (("zh-hant", "或者在地圖上點一下"), ("en", "Or click the map")):
        citizen.cookies["django_language"] = language
        assert words in citizen.get("/report/").content.decode()


numbers = st.floats(allow_nan=True).map(str) | st.text(max_size=8) | st.sampled_from(["28.03", "120.65", ""])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lat=numbers, lon=numbers)
def test_whatever_the_point_is_the_report_is_received_or_refused(citizen: Client, mapped: Town, lat: str, lon: str):
    before = Case.objects.count()
    answer = citizen.post("/report/", STALL | {"lat": lat, "lon": lon})
    assert answer.status_code in (200, 400)
    assert Case.objects.count() - before == (answer.status_code == 200)
