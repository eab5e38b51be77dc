"""Where it happened, without knowing its name: from the tree by keyboard alone, and by a point on the map."""

from __future__ import annotations

import re
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.town import Town, demonstration_password
from zhize.cases.models import Case
from zhize.places.tests.squares import LUCHENG, OUHAI, WUMA, drawn

pytestmark = pytest.mark.browser
WIDTHS = (390, 1280)


@pytest.fixture
def mapped(open_town: Town, town_site: str) -> str:
    """The site, with two districts and a sub-district on the map."""
    drawn(open_town, date(2016, 1, 1), 鹿城区=LUCHENG, 瓯海区=OUHAI, 五马街道=WUMA)
    return town_site


def sound(page: Page) -> None:
    """Nothing serious for axe and nothing over the side, narrow and wide."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        found = Axe().run(page).response["violations"]
        assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == [], width


def to(page: Page, selector: str) -> None:
    """On with the Tab key until there."""
    for _ in range(40):
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reaches {selector}")


def pick_by_tree(page: Page) -> None:
    page.locator("#place-text").focus()
    to(page, ".tree-fold > summary")
    page.keyboard.press("Enter")
    expect(page.locator(".tree-branch").first).to_be_visible()
    to(page, ".tree-branch > summary")  # the first district
    page.keyboard.press("Enter")
    expect(page.locator(".tree .tree .tree-place").first).to_have_text("整个鹿城区，或者说不准")
    to(page, "[data-value='330302006']")
    page.keyboard.press("Enter")
    expect(page.locator("#place-text")).to_be_focused()
    expect(page.locator("#place-text")).to_have_value("温州市鹿城区五马街道")
    expect(page.locator("#place")).to_have_value("330302006")
    expect(page.locator(".tree-fold")).not_to_have_attribute("open", re.compile(""))


def test_a_place_is_picked_from_the_tree_by_keyboard_alone(page: Page, town_site: str):
    page.set_viewport_size({"width": 390, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{town_site}/report/")
    page.locator("#id_text").fill("路口每天早上有人占道摆摊。")
    pick_by_tree(page)
    expect(page.locator("#likely")).to_contain_text("由鹿城区综合行政执法局负责")  # the field tells, as when typed
    page.locator(".tree-fold > summary").click()
    sound(page)
    assert not [url for url in asked if "boundaries" in url or "leaflet" in url]


def test_a_managed_town_is_marked_where_the_zone_stands(page: Page, town_site: str):
    page.goto(f"{town_site}/report/")
    page.locator(".tree-fold > summary").click()
    zone = page.locator(".tree-branch", has_text="瓯江口产业集聚区")
    zone.locator("summary").first.click()
    expect(zone.locator("[data-value='330305002']")).to_contain_text("托管")
    sound(page)


def test_the_call_taker_has_the_tree_too(page: Page, town_site: str):
    page.goto(f"{town_site}/sign-in/")
    page.get_by_label("账号").fill("huawu")
    page.get_by_label("密码").fill(demonstration_password())
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/desk/"))
    page.goto(f"{town_site}/desk/intake/")
    pick_by_tree(page)
    sound(page)


def test_a_point_on_the_map_says_the_place_and_goes_with_the_report(page: Page, mapped: str):
    page.goto(f"{mapped}/report/")
    page.locator("#id_text").fill("路口每天早上有人占道摆摊。")
    ground = page.locator(".map")
    expect(page.locator(".map-name").first).to_be_visible()
    box = ground.bounding_box()
    assert box
    ground.click(position={"x": box["width"] * 0.82, "y": box["height"] * 0.35})  # the two districts lie side by side
    expect(page.locator(".map-said")).to_contain_text("温州市鹿城区")
    expect(page.locator("#place")).to_have_value("330302")
    sound(page)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#receipt-no")).to_be_visible()
    case = Case.objects.latest("pk")
    assert case.place.key == "330302" and case.lat is not None and LUCHENG[1] < case.lat < LUCHENG[3]


def test_a_point_outside_is_said_and_forgotten(page: Page, mapped: str):
    page.goto(f"{mapped}/report/")
    expect(page.locator(".map-name").first).to_be_visible()
    page.locator(".map").click(position={"x": 300, "y": 4})
    expect(page.locator(".map-answer")).to_contain_text("您点的位置不在已登记的任何地方之内")
    expect(page.locator("#id_lat")).to_have_value("")
    expect(page.locator("#place")).to_have_value("")
    sound(page)


def test_the_map_is_used_by_keyboard_and_another_choice_takes_the_point_off(page: Page, mapped: str):
    page.goto(f"{mapped}/report/")
    expect(page.locator(".map-name").first).to_be_visible()
    page.locator("#place-text").focus()
    to(page, ".map")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)  # the map glides
    page.keyboard.press("Enter")
    expect(page.locator("#place")).to_have_value("330302")
    assert page.locator("#id_lat").input_value()
    pick_by_tree(page)
    expect(page.locator("#id_lat")).to_have_value("")
    expect(page.locator(".map-answer")).to_be_empty()


def test_what_was_pointed_at_is_still_there_after_a_refused_form(
    page: Page, mapped: str, request: pytest.FixtureRequest
):
    request.node.add_marker(pytest.mark.console_errors_expected)
    page.goto(f"{mapped}/report/")
    expect(page.locator(".map-name").first).to_be_visible()
    page.locator(".map").click(position={"x": 440, "y": 200})
    expect(page.locator(".map-said")).to_be_visible()
    point = page.locator("#id_lat").input_value()
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".errors")).to_be_visible()
    expect(page.locator("#id_lat")).to_have_value(point)
    expect(page.locator("path.leaflet-interactive, .map path[stroke]").last).to_be_attached()
