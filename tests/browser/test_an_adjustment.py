"""One adjustment from the clerk's form to the public list, each officer at the own desk, in a real browser."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from tests.browser.test_a_case import at_desk, sound
from tests.town import Town
from zhize.lists.queries.sheets import workbook

pytestmark = [pytest.mark.browser, pytest.mark.console_errors_expected]
NAME = "对擅自占用演示绿道行为的处罚"


@pytest.fixture
def shots() -> Any:
    """A picture of each page, where somebody asks for them (ZHIZE_SHOTS=folder)."""
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


def test_the_pages_everybody_sees(page: Page, town_site: str, open_town: Town, shots: Any) -> None:
    """What is announced, with room for an opinion; 责任清单 in its tabs."""
    page.goto(f"{town_site}/lists/announced/")
    shots(page, "announced")
    page.locator("main table a").first.click()
    page.get_by_label("您的意见").fill("建议同时写明减轻处罚的情形。")
    shots(page, "announcement")
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_text("您的意见已经收到")).to_be_visible()
    for tab in ("duties", "boundaries", "supervision", "services"):
        page.goto(f"{town_site}/lists/wz-zhifa/duty/?tab={tab}")
        shots(page, f"duty-{tab}")


def test_an_edited_sheet_at_the_clerks_desk(
    browser: Browser, town_site: str, open_town: Town, shots: Any, tmp_path: Path
) -> None:
    clerk = at_desk(browser, town_site, "qingdan")
    clerk.goto(f"{town_site}/desk/adjustments/")
    shots(clerk, "desk")
    body = open_town.body("wz-zhujian")
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(body, "power", open_town.now.date())))
    grid = [[str(c) for c in row] for row in book.get_sheet_by_index(0).to_python()]
    consult, name = grid[0].index("咨询方式"), grid[0].index("事项名称")
    grid[1][consult], grid[2][name] = "0577-00000999", "占用绿道"
    with Workbook(tmp_path / "清单.xlsx") as out:
        sheet = out.add_worksheet()
        for r, row in enumerate(grid):
            for c, cell in enumerate(row):
                sheet.write_string(r, c, cell)
    clerk.goto(f"{town_site}/desk/adjustments/sheet/")
    clerk.locator("input[type=file]").set_input_files(tmp_path / "清单.xlsx")
    clerk.get_by_role("button", name="看看改了哪些").click()
    expect(clerk.get_by_text("0577-00000999").first).to_be_visible()
    shots(clerk, "sheet")
    clerk.get_by_role("button", name="一起报送").click()
    expect(clerk.get_by_text("待法制审核").first).to_be_visible()
