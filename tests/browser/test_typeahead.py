"""Typing and choosing: what was chosen stays, the focus goes where the key says, however late the server's answer comes."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_a_case import at_desk
from tests.town import Town
from zhize.lists.commands import file, vet
from zhize.lists.models import Adjustment

pytestmark = pytest.mark.browser
LATE = """() => {
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (...said) { setTimeout(() => send.apply(this, said), 600); };
}"""
FOCUS = "document.activeElement.id || document.activeElement.textContent.trim()"


def test_tab_leaves_a_long_list_for_the_next_field(town_site: str, page: Page) -> None:
    """A list that has to be scrolled is no stop of its own: it goes when the words are left, and the focus went with it."""
    page.goto(f"{town_site}/report/")
    page.locator("#place-text").press_sequentially("街")
    expect(page.locator("#place-list")).to_contain_text("街道")
    assert page.evaluate("(list => list.scrollHeight > list.clientHeight)(document.getElementById('place-list'))")
    page.keyboard.press("Tab")
    page.wait_for_timeout(300)
    assert page.evaluate(FOCUS) == "从地区树选择"


def test_a_late_answer_does_not_open_what_was_chosen(town_site: str, page: Page) -> None:
    page.goto(f"{town_site}/report/")
    box = page.locator("#place-text")
    box.press_sequentially("五马")
    expect(page.locator("#place-list")).to_contain_text("五马街道")
    page.evaluate(LATE)
    box.press_sequentially("街")
    page.wait_for_timeout(300)  # asked again, not answered yet
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_timeout(900)
    expect(page.locator("#place-list [role=option]")).to_have_count(0)
    assert (page.input_value("#place"), page.input_value("#place-text")) == ("330302006", "五马街道")


def test_bodies_to_consult_are_found_by_typing(browser: Browser, town_site: str, open_town: Town) -> None:
    a = Adjustment.objects.filter(state="vetted").first() or _vetted(open_town)
    office = at_desk(browser, town_site, "dengji")
    office.goto(f"{town_site}{a.get_absolute_url()}")
    office.locator("#act-consult summary").click()
    find = office.get_by_label("按名称找机构")
    for words, name in (
        ("综合行政", "温州市综合行政执法局"),
        ("生态环境", "温州市生态环境局"),
        ("综合行政", "温州市综合行政执法局"),
    ):
        find.press_sequentially(words)
        office.locator("#act-consult [role=option]", has_text=name).first.click()
        expect(find).to_have_value("")
    assert office.input_value("#id_consult-bodies").split("\n") == ["温州市生态环境局", "温州市综合行政执法局"]
    office.locator("#act-consult").get_by_role("button", name="发出").click()
    expect(office.get_by_text("征求意见中").first).to_be_visible()


def _vetted(town: Town) -> Adjustment:
    a = Adjustment.objects.filter(state="filed").first() or Adjustment.objects.filter(state="draft")[0]
    if a.state == "draft":
        file([a.pk], by=town.seat("qingdan"), now=town.now)
    vet([a.pk], True, by=town.seat("fazhi"), now=town.now)
    a.refresh_from_db()
    return a
