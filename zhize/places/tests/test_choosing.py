"""Choosing a place: the tree as it stands today, and the map of a day."""

from __future__ import annotations

import json
import re
from datetime import date

from django.core.cache import cache
from django.test import Client

from tests.town import Town, system
from zhize.places import maps
from zhize.places.commands import close_place, delimit, rename_place
from zhize.places.queries import children
from zhize.places.terms import Outline
from zhize.places.tests.squares import CITY, LUCHENG, OUHAI, PROVINCE, WUMA, drawn

SITE = Client(headers={"host": "localhost"})
TODAY = date(2026, 1, 1)


def tree(under: str = "") -> list[tuple[str, str]]:
    """(key or what opens, what is read) of every line, in order."""
    said = SITE.get("/places/tree/", {"under": under} if under else {}).content.decode()
    lines = re.findall(r'(?:under=|data-value=")([^"]+)"(.*?)</(?:summary|button)>', said, re.S)
    return [(key, " ".join(re.sub(r"<[^>]*>", " ", words.split(">", 1)[1]).split())) for key, words in lines]


def test_the_tree_begins_with_the_counties_and_zones_of_today(town: Town):
    lines = tree()
    assert lines[0] == ("330302", "鹿城区") and ("330383", "龙港市") in lines
    assert "330322" not in dict(lines) and "zone-jkq" not in dict(lines)  # recoded 2015; dissolved 2023
    assert dict(lines)["zone-ojk"] == "温州瓯江口产业集聚区 功能区"


def test_a_county_opens_on_its_towns_and_itself(town: Town):
    lines = tree("330302")
    assert lines[0] == ("330302", "整个鹿城区，或者说不准") and ("330302006", "五马街道") in lines


def test_a_managed_town_stands_under_its_county_and_under_its_zone(town: Town):
    assert dict(tree("330305"))["330305002"] == "灵昆街道 托管给温州瓯江口产业集聚区"
    assert dict(tree("zone-ojk"))["330305002"] == "灵昆街道 托管"


def test_a_city_without_towns_is_chosen_at_once(town: Town):
    said = SITE.get("/places/tree/").content.decode()
    assert 'data-value="330383" data-text="温州市龙港市"' in said and "under=330383" not in said


def test_what_was_closed_is_gone_and_what_was_renamed_is_called_so(town: Town):
    here = {"instrument": town.notice(kind="reply"), "by": system(), "now": town.now, "day": date(2020, 1, 1)}
    close_place(town.place("五马街道"), **here)
    rename_place(town.place("松台街道"), "新松台街道", **here)
    lines = dict(tree("330302"))
    assert "330302006" not in lines and lines["330302026"] == "新松台街道"


def test_an_unknown_branch_is_refused_in_one_sentence(town: Town):
    assert SITE.get("/places/tree/", {"under": "999999"}).status_code == 400


# -- the map -----------------------------------------------------------------------------------------------------------
def test_the_map_shows_counties_and_towns_of_the_day(town: Town):
    drawn(town, 温州市=CITY, 鹿城区=LUCHENG, 五马街道=WUMA)
    drawn(town, TODAY, 瓯海区=OUHAI)
    today = SITE.get("/places/boundaries/").json()
    assert [f["properties"]["name"] for f in today["features"]] == ["鹿城区", "瓯海区", "五马街道"]
    assert today["features"][0]["geometry"]["coordinates"][0][0] in (
        [120.6, 28.0],
        [120.7, 28.0],
        [120.6, 28.1],
        [120.7, 28.1],
    )
    then = SITE.get("/places/boundaries/", {"day": "2017-01-01"}).json()
    assert [f["properties"]["key"] for f in then["features"]] == ["330302", "330302006"]
    assert SITE.get("/places/boundaries/", {"day": "2010-01-01"}).json()["features"] == []


def test_the_browser_keeps_the_map_until_a_boundary_or_a_name_changes(town: Town):
    drawn(town, 鹿城区=LUCHENG, 五马街道=WUMA)
    first = SITE.get("/places/boundaries/")
    again = SITE.get("/places/boundaries/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content and first["Cache-Control"] == "no-cache"
    here = {"instrument": town.notice(kind="reply"), "by": system(), "now": town.now, "day": date(2020, 1, 1)}
    rename_place(town.place("五马街道"), "新五马街道", **here)
    changed = SITE.get("/places/boundaries/", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200 and "新五马街道" in changed.content.decode()


def test_names_on_the_map_are_traditional_for_those_who_read_so(town: Town):
    drawn(town, 龙湾区=LUCHENG)
    reader = Client(headers={"host": "localhost"})
    plain = reader.get("/places/boundaries/")
    reader.cookies["django_language"] = "zh-hant"
    traditional = reader.get("/places/boundaries/", headers={"If-None-Match": plain["ETag"]})
    assert traditional.status_code == 200 and traditional.json()["features"][0]["properties"]["name"] == "龍灣區"


def wavy(west: float, south: float, size: float, points: int) -> dict[str, object]:
    """A square whose sides are surveyed closely: what a map office delivers."""
    step = size / points
    side = [n * step for n in range(points)]
    bend = [0.3 * step * (n % 3) for n in range(points)]
    ring = [(west + a, south + b) for a, b in zip(side, bend, strict=True)]
    ring += [(west + size + b, south + a) for a, b in zip(side, bend, strict=True)]
    ring += [(west + size - a, south + size + b) for a, b in zip(side, bend, strict=True)]
    ring += [(west + b, south + size - a) for a, b in zip(side, bend, strict=True)]
    return {"type": "Polygon", "coordinates": [[[round(x, 7), round(y, 7)] for x, y in [*ring, ring[0]]]]}


def test_a_closely_surveyed_city_is_thinned_until_a_telephone_may_carry_it(town: Town):
    cache.clear()
    towns = [t for county in children(town.place("330300").pk, TODAY) for t in children(county.pk, TODAY)][:100]
    outlines = [
        Outline(t.pk, wavy(120 + n % 10 / 10, 27.5 + n // 10 / 10, 0.09, 500), t.key) for n, t in enumerate(towns)
    ]
    delimit(outlines, day=TODAY, instrument=town.notice(**PROVINCE), by=system(), now=town.now)
    said = SITE.get("/places/boundaries/").content
    assert len(said) <= maps.LARGEST and len(json.loads(said)["features"]) == len(towns) > 90
