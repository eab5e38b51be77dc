"""Two hotline centres' day in a real browser: the city passes a case down, the district takes it over, the reporter follows it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_shell import look, sign_in
from tests.browser.test_supervision import shoot
from tests.town import Town
from zhize.accounts.models import By
from zhize.cases.commands import receive
from zhize.cases.models import Case
from zhize.cases.terms import Message, Receipt

pytestmark = pytest.mark.browser


def told(town: Town) -> Receipt:
    """Somebody writes to the one number about a street of 鹿城, in words of no matter."""
    place = town.place("五马街道", town.now.date())
    said = Message(text="河边新装的栏杆松了，孩子靠上去很危险。", place_id=place.pk)
    return receive(said, by=By.citizen(), now=town.now)


def act(page: Page, name: str) -> None:
    page.locator(f"#act-{name} > summary").click() if page.locator(f"#act-{name}[open]").count() == 0 else None


def test_the_day_of_two_centres(town_site: str, open_town: Town, page: Page) -> None:
    receipt = told(open_town)
    wrong = passed_down(town_site, open_town, page, receipt)
    wrong += taken_over(town_site, open_town, page, receipt)
    wrong += followed(town_site, page, receipt)
    sign_in(page, town_site, "fenpai")
    page.goto(f"{town_site}/desk/worklist/?queue=passed_on")
    page.get_by_text("河边新装的栏杆松了").first.click()
    expect(page.get_by_text("您这里只能看")).to_be_visible()
    expect(page.locator("#act-classify")).to_have_count(0)
    shoot(page, "centres-read-only")
    wrong += look(page, town_site, f"/desk/cases/{receipt.case_id}/")
    assert wrong == []


def passed_down(site: str, town: Town, page: Page, receipt: Receipt) -> list[str]:
    """By keyboard: the dispatcher of the city chooses the district's centre and says why."""
    sign_in(page, site, "fenpai")
    wrong = look(page, site, f"/desk/cases/{receipt.case_id}/")
    act(page, "pass_on")
    form = page.locator("#act-pass_on")
    form.get_by_label("鹿城区12345", exact=False).focus()
    page.keyboard.press("Space")
    form.get_by_label("转送理由").fill("街道内的事，请鹿城区中心受理")
    shoot(page, "centres-pass-on")
    form.get_by_role("button", name="转送").press("Enter")
    expect(page.get_by_text("已经转送，等对方接收")).to_be_visible()
    return wrong


def taken_over(site: str, town: Town, page: Page, receipt: Receipt) -> list[str]:
    """The district's dispatcher finds it on the pile of what others pass on."""
    page.context.clear_cookies()
    sign_in(page, site, "yq-fenpai")
    page.goto(f"{site}/desk/worklist/?queue=offered")
    expect(page.get_by_text("河边新装的栏杆松了")).to_have_count(0)
    page.context.clear_cookies()
    sign_in(page, site, "lc-fenpai")
    wrong = look(page, site, "/desk/worklist/?queue=offered")
    page.goto(f"{site}/desk/worklist/?queue=offered")
    shoot(page, "centres-offered")
    page.get_by_text("河边新装的栏杆松了").first.click()
    wrong += look(page, site, f"/desk/cases/{receipt.case_id}/")
    act(page, "take_over")
    shoot(page, "centres-take-over")
    page.locator("#act-take_over").get_by_role("button", name="接收").click()
    expect(page.get_by_text("已经接收，等本中心分派")).to_be_visible()
    assert Case.objects.get(pk=receipt.case_id).centre == town.place("鹿城区", town.now.date())
    page.context.clear_cookies()
    return wrong


def followed(site: str, page: Page, receipt: Receipt) -> list[str]:
    """The reporter reads where it is; what the centres said to each other is not his page's."""
    page.goto(f"{site}/track/?no={receipt.no}")
    page.get_by_label("查询码").fill(receipt.secret)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text(re.compile("现在由鹿城区12345.*受理"))).to_be_visible()
    expect(page.get_by_text("街道内的事")).to_have_count(0)
    shoot(page, "centres-tracked")
    return look(page, site, f"/track/{receipt.no}/")
