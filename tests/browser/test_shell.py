"""The register's pages in a real browser: nothing spills over at 390 px, the keyboard reaches everything, axe finds nothing serious."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.town import demonstration_password

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)
PUBLIC = (
    "/",
    "/search/?q=摆摊",
    "/search/?q=没有这个东西",
    "/who/?q=010101&place=330302",
    "/who/?q=env-noise&place=330305&day=2016-08-01&purpose=complain",
    "/bodies/?place=330302",
    "/bodies/zhifa-330302/",
    "/bodies/zhifa-330302/?day=2016-01-01",
    "/duties/env-noise/",
    "/matters/010101/",
    "/matters/01/",
    "/places/330305/",
    "/instruments/",
    "/instruments/wz-demo-2016-handover/",
    "/laws/行政处罚法/",
    "/sign-in/",
)
DESK = (
    "/desk/register/",
    "/desk/register/hand-over/",
    "/desk/register/rename/",
    "/desk/register/papers/new/",
    "/desk/register/seal/",
    "/desk/events/",
    "/desk/findings/",
    "/desk/imports/",
    "/desk/imports/new/",
    "/desk/seats/",
)


def sign_in(page: Page, site: str, username: str) -> None:
    page.goto(f"{site}/sign-in/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(demonstration_password())
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/desk/**")


def look(page: Page, site: str, path: str) -> list[str]:
    """What is wrong with the page, at both widths and with everything unfolded."""
    page.goto(site + path)
    page.evaluate("document.querySelectorAll('details.fold').forEach((fold) => { fold.open = true })")
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{path}: {wide} px wide at {width}"] if wide > width else []
        found += [f"{path} at {width}: {each}" for each in serious(page)]
    return found


def serious(page: Page) -> list[str]:
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in Axe().run(page).response["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"][:3]
    ]


def choose(page: Page, label: str, words: str) -> None:
    """Type, go down the options, take the first: keyboard only."""
    field = page.get_by_label(label, exact=True)
    field.press_sequentially(words)
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    field.press("Enter")


def test_public_pages_fit_and_can_be_read_by_everybody(page: Page, town_site: str):
    assert [each for path in PUBLIC for each in look(page, town_site, path)] == []


def test_desk_pages_fit_and_can_be_read_by_everybody(page: Page, town_site: str):
    sign_in(page, town_site, "dengji")
    assert [each for path in DESK for each in look(page, town_site, path)] == []


def test_no_language_spills_over_the_side(page: Page, town_site: str):
    page.set_viewport_size({"width": 390, "height": 900})
    for language in ("zh-hant", "en"):
        page.context.add_cookies([{"name": "django_language", "value": language, "url": town_site}])
        for path in PUBLIC:
            page.goto(town_site + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, (path, language)


def test_from_home_to_the_answer_by_keyboard_alone(page: Page, town_site: str):
    page.goto(town_site)
    page.keyboard.press("/")
    page.keyboard.type("摆摊", delay=30)
    expect(page.locator("#ask-q-list [role=option]").first).to_contain_text("占道摆摊")
    assert serious(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/who/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("占道摆摊归谁管")
    for _ in range(60):  # the way on: to the report, without a mouse
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == "温州市综合行政执法局":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/bodies/wz-zhifa/")


def test_the_place_and_the_day_chosen_at_home_go_with_the_question(page: Page, town_site: str):
    page.goto(town_site)
    page.get_by_label("在哪里").fill("")
    choose(page, "在哪里", "鹿城区")
    page.get_by_label("哪一天").fill("2016-01-15")
    choose(page, "这件事归谁管？", "摆摊")
    page.wait_for_url("**/who/**")
    expect(page.locator(".holder-name")).to_contain_text("鹿城区城市管理行政执法局")
    expect(page.locator(".then")).to_contain_text("2016-01-15")


def test_the_first_tab_skips_to_the_content(page: Page, town_site: str):
    page.goto(f"{town_site}/bodies/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_language_is_switched_where_one_stands(page: Page, town_site: str):
    page.goto(f"{town_site}/bodies/zhifa-330302/")
    page.get_by_role("button", name="繁體").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    expect(page.get_by_role("heading", level=1)).to_contain_text("鹿城區綜合行政執法局")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Duties exercised")).to_be_visible()
    assert page.url == f"{town_site}/bodies/zhifa-330302/"


def test_keys_open_their_list_and_can_be_turned_off(page: Page, town_site: str):
    page.goto(f"{town_site}/bodies/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.get_by_label("关闭单键快捷键").check()
    page.get_by_role("button", name="关闭", exact=True).click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()


@pytest.mark.console_errors_expected
def test_the_eye_is_led_to_the_errors(page: Page, town_site: str):
    sign_in(page, town_site, "dengji")
    page.goto(f"{town_site}/desk/register/hand-over/")
    page.get_by_role("button", name="先看会变成什么样").click()
    expect(page.locator("#form-errors")).to_be_focused()
    page.get_by_role("link", name="划出机构").click()
    expect(page.locator("#leaving-text")).to_be_focused()
    assert serious(page) == []


def test_a_hand_over_is_shown_before_it_is_done(page: Page, town_site: str):
    sign_in(page, town_site, "dengji")
    page.goto(f"{town_site}/desk/register/hand-over/")
    choose(page, "职责", "擅自占用城市道路、公共场所摆摊")
    choose(page, "划出机构", "鹿城区综合行政执法局")
    choose(page, "接收机构", "鹿城区市场监督管理局")
    choose(page, "在哪里", "鹿城区")
    page.get_by_label("自哪一天起").fill("2027-01-01")
    choose(page, "依据文件", "温演〔2016〕1号")
    page.get_by_role("button", name="先看会变成什么样").click()
    expect(page.locator(".come").last).to_contain_text("鹿城区市场监督管理局")
    assert serious(page) == []
    page.get_by_role("button", name="确认办理").click()
    expect(page.locator(".note-success")).to_contain_text("已经办成")
    page.goto(f"{town_site}/who/?q=010101&place=330302&day=2027-01-01")
    expect(page.locator(".holder-name")).to_contain_text("鹿城区市场监督管理局")


def test_the_small_desk_keeps_every_page_within_reach(page: Page, town_site: str):
    sign_in(page, town_site, "dengji")
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{town_site}/desk/register/")
    bar = page.locator(".desk-bar")
    bar.locator("summary").click()
    expect(bar.get_by_role("link", name="操作记录")).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar.get_by_role("link", name="操作记录")).to_be_hidden()


def test_paper_shows_the_reasons_and_no_menus(page: Page, town_site: str):
    page.goto(f"{town_site}/who/?q=010101&place=330302")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator(".holder-name")).to_be_visible()
    expect(page.locator(".topnav")).to_be_hidden()
    expect(page.locator(".change")).to_be_hidden()
