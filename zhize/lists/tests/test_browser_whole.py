"""A government's whole list in a real browser: keyboard, 390 and 1280 px, axe."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_shell import look
from tests.town import Town
from zhize.lists.tests.test_edition_browser import pictures

pytestmark = pytest.mark.browser
DAY = "day=2016-07-01"
PAGES = {
    "whole": f"/lists/whole/330300/power/?{DAY}",
    "whole-narrowed": f"/lists/whole/330300/power/?{DAY}&q=处罚&body=执法&type=02",
    "whole-none": f"/lists/whole/330300/power/?{DAY}&q=没有这种事项",
    "whole-towns": f"/lists/whole/330300/town/?{DAY}",
    "whole-zones": f"/lists/whole/330300/zone/?{DAY}",
    "basic": f"/lists/whole/330300/basic_service/?{DAY}",
    "whole-lists": f"/lists/?{DAY}&place=330300",
}


def test_every_whole_list_is_readable_for_everybody(open_town: Town, town_site: str, page: Page) -> None:
    found = []
    for name, path in PAGES.items():
        found += look(page, town_site, path)
        pictures(page, name)
    assert not found, "\n".join(found)


def test_from_the_lists_to_one_law_in_one_department_by_keyboard(open_town: Town, town_site: str, page: Page) -> None:
    page.goto(f"{town_site}/lists/?{DAY}&place=330300")
    page.get_by_role("link", name="权力清单", exact=True).first.press("Enter")
    page.get_by_label("法律名称").fill("物业管理条例")
    page.get_by_label("机关名称").fill("执法")
    page.get_by_label("机关名称").press("Enter")
    expect(page).to_have_url(re.compile(f"law=.+{DAY}"))
    rows = page.locator("table.rows tbody tr")
    expect(rows.first).to_contain_text("物业管理条例")
    assert all("执法" in text for text in rows.locator("td[data-label=机关]").all_inner_texts())
    with page.expect_download() as got:
        page.get_by_role("link", name="CSV").press("Enter")
    assert got.value.path().read_text("utf-8-sig").count("物业管理条例") >= rows.count()


def test_the_pages_turn_both_ways(open_town: Town, town_site: str, page: Page) -> None:
    page.goto(f"{town_site}{PAGES['whole']}")
    first = page.locator("table.rows tbody tr").first.inner_text()
    page.get_by_role("link", name="下一页").press("Enter")
    expect(page.locator("table.rows tbody tr").first).not_to_have_text(first)
    page.get_by_role("link", name="上一页").press("Enter")
    assert page.locator("table.rows tbody tr").first.inner_text() == first
