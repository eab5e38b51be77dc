"""One adjustment from the clerk's form to the public list, each officer at the own desk, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_a_case import at_desk, sound
from tests.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.console_errors_expected]
NAME = "对擅自占用演示绿道行为的处罚"


@pytest.fixture
def shots(request: Any) -> Any:
    """A picture of each page, where somebody asks for them (ZHIZE_SHOTS=folder)."""
    import os

    folder = os.environ.get("ZHIZE_SHOTS")

    def take(page: Page, name: str) -> None:
        sound(page)
        if folder:
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)

    return take


def fill(page: Page) -> None:
    page.get_by_label("调整原因").select_option("立")
    page.get_by_label("权力类型").select_option("02")
    expect(page.locator("#by-type")).to_contain_text("处罚的种类")
    page.get_by_label("事项名称").fill(NAME)
    page.get_by_label("设定依据", exact=False).first.fill("建筑法64条")
    expect(page.locator("#cited")).to_contain_text("第六十四条")
    for label, words in (("处罚的行为", "擅自占用绿道"), ("处罚的种类", "罚款"), ("处罚的幅度", "一千元以下")):
        page.get_by_label(label).fill(words)


def test_an_adjustment_at_five_desks(browser: Browser, town_site: str, open_town: Town, shots: Any) -> None:
    clerk = at_desk(browser, town_site, "qingdan")
    clerk.goto(f"{town_site}/desk/adjustments/")
    clerk.get_by_role("link", name="起草").click()
    fill(clerk)
    clerk.get_by_label("承诺时限").count()
    expect(clerk.locator("#faults")).to_contain_text("按现在填的")
    shots(clerk, "draft")
    clerk.get_by_role("button", name="保存草稿").click()
    expect(clerk.get_by_role("heading", name=NAME)).to_be_visible()
    shots(clerk, "drafted")
    clerk.locator("#act-file").get_by_role("button", name="报送").click()
    expect(clerk.get_by_text("待法制审核").first).to_be_visible()
    where = clerk.url
    lawyer = at_desk(browser, town_site, "fazhi")
    lawyer.goto(where)
    lawyer.locator("#act-vet").get_by_label("通过").check()
    shots(lawyer, "vet")
    lawyer.get_by_role("button", name="提交审核意见").click()
    office = at_desk(browser, town_site, "dengji")
    office.goto(where)
    office.locator("#act-consult summary").click()
    office.get_by_label("征求哪些机构的意见").fill("wz-zhifa")
    office.get_by_role("button", name="发出").click()
    expect(office.get_by_text("征求意见中").first).to_be_visible()
    other = at_desk(browser, town_site, "zhifa")
    other.goto(f"{town_site}/desk/adjustments/")
    other.get_by_role("link", name=NAME).click()
    other.locator("#act-answer").get_by_label("不同意").check()
    other.locator("#act-answer").get_by_label("意见", exact=False).last.fill("与我局现有事项重复")
    shots(other, "answer")
    other.get_by_role("button", name="提交答复").click()
    office.goto(where)
    office.locator("#act-mediate").get_by_label("一致，继续办理").check()
    office.get_by_label("协调结果").fill("双方同意：绿道内由住建部门处罚")
    office.get_by_role("button", name="记下协调结果").click()
    office.locator("#act-examine").get_by_label("通过", exact=True).check()
    office.locator("#act-examine").get_by_role("button", name="提交审核意见").click()
    office.goto(f"{town_site}/desk/adjustments/?queue=gather")
    office.get_by_label(NAME, exact=True).check()
    office.get_by_label("新批次的名称").fill("演示批次")
    shots(office, "gather")
    office.get_by_role("button", name="编入批次").click()
    expect(office.get_by_role("heading", name="演示批次")).to_be_visible()
    batch = office.url
    paper = open_town.notice(kind="decision", number="温演〔2026〕9号", title="关于调整权力清单的决定")
    government = at_desk(browser, town_site, "shenpi")
    government.goto(batch)
    government.locator("#act-enact summary").click()
    government.locator("#act-enact input[name=enact-instrument_text]").fill(paper.number)
    government.locator("#act-enact input[type=date]").fill(str(open_town.now.date()))
    shots(government, "enact")
    government.locator("#act-enact").get_by_role("button", name="审定").click()
    expect(government.get_by_text("已审定").first).to_be_visible()
    office.goto(batch)
    office.locator("#act-effect summary").click()
    office.locator("#act-effect").get_by_role("button", name="现在施行").click()
    expect(office.get_by_text("整批已施行").first).to_be_visible()
    shots(office, "batch")
    clerk.goto(where)
    shots(clerk, "story")
    clerk.get_by_role("link", name="看清单里的这一项").click()
    expect(clerk.get_by_role("heading", name=NAME)).to_be_visible()
    clerk.get_by_role("link", name="更正电话、地点、时间").click()
    shots(clerk, "mend")
    clerk.goto(f"{town_site}/desk/adjustments/sheet/")
    shots(clerk, "sheets")
