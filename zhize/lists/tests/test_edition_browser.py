"""What is published, in a real browser: keyboard, 390 and 1280 px, axe."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_shell import look, sign_in
from tests.town import Town
from zhize.lists.queries.editions import content
from zhize.lists.tests.test_editions import deciding, published
from zhize.register.commands import describe
from zhize.register.models import Holding
from zhize.register.terms import Described

pytestmark = pytest.mark.browser
JULY = date(2016, 7, 1)


def tell_a_story(town: Town) -> dict[str, str]:
    """May's list, July's with the transfer, and a correction of July's."""
    then = town.now
    may = published(town, "wz-zhujian", now=then)[0]
    july = published(town, "wz-zhujian", "wz-zhifa", day=JULY, now=then + timedelta(seconds=1))[0]
    key = content(july)["items"][0]["key"]
    describe([Described(town.duty(key), {"unit": "行政审批处"}, JULY, town.body("wz-zhujian"))],
             instrument=deciding(town), by=town.seat("dengji"), now=then + timedelta(seconds=2))  # fmt: skip
    right = published(
        town, "wz-zhujian", day=JULY, now=then + timedelta(seconds=3), corrects=july, reason="漏写承办机构，予以补正"
    )[0]
    gone = Holding.objects.live().filter(body=town.body("wz-zhujian"), to_day="2016-06-01", duty__type="02").first()
    assert gone is not None
    return {
        "items": "/items/?q=摆摊&day=2016-07-01", "items-none": "/items/?q=没有这种事项", "editions": "/editions/",
        "edition": f"/editions/{right.key}/", "corrected": f"/editions/{july.key}/", "proof": f"/editions/{may.key}/proof/",
        "transfer": f"/editions/{july.key}/changes/", "correction": f"/editions/{right.key}/changes/",
        "changed": "/changes/?month=2016-06", "beside": "/lists/beside/?left=wz-zhujian&left_day=2016-05-01&right_day=2016-07-01",
        "counties": "/lists/beside/?left=zhujian-330302&right=zhujian-330304&left_day=2016-05-01&right_day=2016-05-01",
        "tombstone": f"/items/wz-zhujian/{gone.duty.key}/?day=2016-07-01", "item": f"/items/wz-zhujian/{key}/?day=2016-07-01",
        "list": "/lists/wz-zhujian/power/?day=2016-07-01", "lists": "/lists/",
    }  # fmt: skip


def pictures(page: Page, name: str) -> None:
    """For whoever wants to look: ZHIZE_PICTURES=folder."""
    folder = os.environ.get("ZHIZE_PICTURES")
    for width in (390, 1280) if folder else ():
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=f"{folder}/{name}-{width}.png")


def test_every_page_of_what_is_published_is_readable_for_everybody(open_town: Town, town_site: str, page: Page) -> None:
    found = []
    for name, path in tell_a_story(open_town).items():
        found += look(page, town_site, path)
        pictures(page, name)
    assert not found, "\n".join(found)


def test_a_list_is_published_with_the_keyboard_alone(open_town: Town, town_site: str, page: Page) -> None:
    paper = deciding(open_town, number="温政办发〔2016〕77号")
    sign_in(page, town_site, "shenpi")
    found = look(page, town_site, "/desk/editions/publish/")
    page.get_by_label("哪些机关").fill("wz-zhujian")
    page.get_by_label("截至哪一天").fill("2016-05-01")
    page.get_by_label("依据文件").fill(paper.number)
    page.get_by_role("button", name="先看将要公布什么").press("Enter")
    expect(page.get_by_role("heading", name="将要公布")).to_be_visible()
    pictures(page, "publish")
    page.get_by_role("button", name="确认公布").press("Enter")
    expect(page.get_by_text("已公布 1 张清单")).to_be_visible()
    page.get_by_role("link", name="现在从登记重新导出，核对一次").press("Enter")
    expect(page.get_by_role("heading", name="与登记逐字节一致")).to_be_visible()
    found += look(page, town_site, "/desk/editions/")
    pictures(page, "publications")
    assert not found, "\n".join(found)
