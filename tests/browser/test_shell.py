"""The frame in a real browser: nothing spills over at 390 px, the keyboard reaches everything, axe finds nothing serious."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.urls("zhize.site.tests.urls"), pytest.mark.django_db(transaction=True)]

WIDTHS = pytest.mark.parametrize("width", [390, 1280])
PATHS = ("/preview/", "/preview/?wrong=1", "/preview/desk/?said=1")


def open_page(page: Page, live_server, path: str, width: int = 1280) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}{path}")


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@WIDTHS
def test_axe_finds_nothing_serious(page: Page, live_server, width: int):
    for path in PATHS:
        open_page(page, live_server, path, width)
        page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true })")
        assert serious(page) == [], path


@WIDTHS
def test_nothing_spills_over_the_side(page: Page, live_server, width: int):
    for language in ("zh-hans", "zh-hant", "en"):
        page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        for path in PATHS:
            open_page(page, live_server, path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, language)


def test_the_first_tab_skips_to_the_content(page: Page, live_server):
    open_page(page, live_server, "/preview/desk/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_language_is_switched_where_one_stands(page: Page, live_server):
    open_page(page, live_server, "/preview/desk/")
    page.get_by_role("button", name="繁體").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    expect(page.locator(".desk-nav")).to_contain_text("登記訴求")
    page.get_by_role("button", name="English").click()
    expect(page.locator(".desk-nav")).to_contain_text("Take a case")


def test_a_suggestion_is_chosen_by_keyboard_alone(page: Page, live_server):
    open_page(page, live_server, "/preview/")
    words = page.get_by_label("是哪一类的事")
    words.press_sequentially("烧烤")
    expect(words).to_have_attribute("aria-expanded", "true")
    words.press("ArrowDown")
    words.press("ArrowDown")
    assert serious(page) == []
    words.press("Enter")
    expect(words).to_have_value("烧烤污染")
    expect(page.locator("#matter")).to_have_value("1")
    words.press_sequentially("了")  # other words: the choice no longer holds
    expect(page.locator("#matter")).to_have_value("")


def test_keys_open_their_list_and_can_be_turned_off(page: Page, live_server):
    open_page(page, live_server, "/preview/desk/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox").or_(page.locator("#q"))).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.get_by_label("关闭单键快捷键").check()
    page.get_by_role("button", name="关闭", exact=True).click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()


def test_the_eye_is_led_to_the_errors(page: Page, live_server):
    open_page(page, live_server, "/preview/?wrong=1")
    expect(page.locator("#form-errors")).to_be_focused()
    page.get_by_role("link", name="说说是什么事").click()
    expect(page.locator("#id_text")).to_be_focused()


def test_a_point_on_the_map_fills_the_form(page: Page, live_server):
    open_page(page, live_server, "/preview/")
    page.locator(".map").click(position={"x": 300, "y": 150})
    assert float(page.locator("#lat").input_value()) == pytest.approx(28.03, abs=0.1)


def test_the_small_desk_keeps_every_page_within_reach(page: Page, live_server):
    open_page(page, live_server, "/preview/desk/", 390)
    bar = page.locator(".desk-bar")
    bar.locator("summary").click()
    expect(bar.get_by_role("link", name="操作记录")).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar.get_by_role("link", name="操作记录")).to_be_hidden()


def test_paper_shows_the_reckoning_and_no_menus(page: Page, live_server):
    open_page(page, live_server, "/preview/")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator(".derivation").first).to_be_visible()
    expect(page.locator(".topnav")).to_be_hidden()
