"""One case from the citizen's keyboard to the rating, each at the own desk, in a real browser."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.town import demonstration_password

pytestmark = pytest.mark.browser
SAID = "路口每天早上有人占道摆摊，行人走不过去。"
WIDTHS = (390, 1280)


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['target']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def sound(page: Page) -> None:
    """Nothing serious for axe and nothing over the side, narrow and wide, everything folded open."""
    page.evaluate(
        "document.querySelectorAll('main details').forEach((fold) => { fold.dataset.was = fold.open; fold.open = true })"
    )
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
        assert serious(page) == [], (page.url, width)
    page.evaluate(
        "document.querySelectorAll('main details').forEach((fold) => { fold.open = fold.dataset.was === 'true' })"
    )


def write_by_keyboard(page: Page, site: str) -> None:
    """The form filled in and a likely matter chosen without a mouse."""
    page.goto(f"{site}/report/")
    page.locator("#id_text").focus()
    page.keyboard.type(SAID)
    for _ in range(2):  # past the suggestions' radio buttons, which need no more than one stop
        page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.id") != "place-text":
        page.keyboard.press("Tab")
    page.keyboard.type("五马街道")
    expect(page.locator("#place-text")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#likely")).to_contain_text("由鹿城区综合行政执法局负责")


def choose_matter(page: Page, name: str) -> None:
    """Up to the suggestions with Shift-Tab, then among them with the arrows."""
    while page.evaluate("document.activeElement.name") != "matter":
        page.keyboard.press("Shift+Tab")
    for _ in range(8):
        if page.locator(".likely-option:has(:checked)").inner_text().startswith(name):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} is not among the suggestions")


def send(page: Page) -> None:
    while page.evaluate("document.activeElement.type") != "submit":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#receipt-no")).to_be_visible()


def at_desk(browser: Browser, site: str, username: str) -> Page:
    """Somebody signs in and sits down."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN").new_page()
    page.goto(f"{site}/sign-in/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(demonstration_password())
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/desk/"))
    return page


def open_case(page: Page, site: str, no: str) -> None:
    page.goto(f"{site}/desk/cases/?q={no}")
    expect(page.locator("main")).to_contain_text(no)
    sound(page)


def act(page: Page, name: str, fields: dict[str, str] | None = None, choices: dict[str, str] | None = None) -> None:
    """Open the act, fill in its form, send it."""
    fold = page.locator(f"details.act[id^='act-{name}']").first
    if fold.get_attribute("open") is None:
        fold.locator("summary").first.click()
    for field, words in (fields or {}).items():
        fold.locator(f"[name$='-{field}']").fill(words)
    for field, value in (choices or {}).items():
        which = f"[value='{value}']" if value else ""  # a box to tick has no value of its own
        fold.locator(f"[name$='-{field}']{which}").check()
    fold.locator("button[type=submit]").click()
    expect(page.locator("#notes .note")).to_be_visible()


def test_a_case_from_the_citizens_keyboard_to_the_rating(town_site: str, page: Page, browser: Browser) -> None:
    write_by_keyboard(page, town_site)
    sound(page)
    page.locator("#place-text").focus()
    choose_matter(page, "占道摆摊")
    send(page)
    sound(page)
    no, secret = page.locator("#receipt-no").inner_text(), page.locator("#receipt-secret").inner_text()
    expect(page.locator("main")).to_contain_text("鹿城区综合行政执法局")

    handler = at_desk(browser, town_site, "lc-zhifa")
    expect(handler.locator("main")).to_contain_text(no)
    sound(handler)
    open_case(handler, town_site, no)
    act(handler, "sign")
    act(handler, "reply", {"text": "已劝离摊贩，每日早间定点巡查。", "evidence": "现场照片 3 张"}, {"solved": ""})

    supervisor = at_desk(browser, town_site, "duban")
    sound(supervisor)
    open_case(supervisor, town_site, no)
    act(supervisor, "review", choices={"passed": "yes"})

    page.goto(f"{town_site}/track/")
    page.get_by_label("受理编号").fill(no)
    page.get_by_label("查询码").fill(secret.lower())
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("已劝离摊贩")
    sound(page)
    for name, value in (("contacted", "yes"), ("solved", "yes"), ("satisfied", "yes")):
        page.locator(f"[name={name}][value={value}]").check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("#notes")).to_contain_text("评价收到了")

    open_case(supervisor, town_site, no)
    act(supervisor, "close")
    expect(supervisor.locator("main")).to_contain_text("已办结")
    page.reload()
    expect(page.locator("main")).to_contain_text("已办结")
    for each in (handler, supervisor):
        each.context.close()


def test_a_double_click_makes_one_case(town_site: str, page: Page) -> None:
    from zhize.cases.models import Case

    page.goto(f"{town_site}/report/?matter=010101&place=330302006")
    page.get_by_label("发生了什么事").fill("只报一次的事：路口有人摆摊。")
    page.get_by_role("button", name="提交").dblclick()
    expect(page.locator("#receipt-no")).to_be_visible()
    assert Case.objects.filter(text__startswith="只报一次的事").count() == 1


@pytest.mark.console_errors_expected
def test_an_error_is_focused_and_nothing_typed_is_lost(town_site: str, page: Page) -> None:
    page.goto(f"{town_site}/report/")
    page.get_by_label("发生了什么事").fill(SAID)
    page.get_by_label("联系电话").fill("打我手机")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#form-errors")).to_be_focused()
    expect(page.get_by_label("发生了什么事")).to_have_value(SAID)
    expect(page.get_by_label("联系电话")).to_have_value("打我手机")
    sound(page)
    page.locator("#form-errors a").first.click()
    expect(page.locator("#place-text")).to_be_focused()


def test_every_list_of_the_desk_is_sound(town_site: str, browser: Browser) -> None:
    for username in ("huawu", "fenpai", "dengji", "shenpi", "shenji"):
        page = at_desk(browser, town_site, username)
        for path in ("/desk/worklist/", "/desk/cases/", "/desk/gaps/", "/desk/figures/", "/desk/intake/"):
            page.goto(f"{town_site}{path}")
            if username in ("huawu", "fenpai") or path == "/desk/gaps/":
                sound(page)
        page.context.close()
