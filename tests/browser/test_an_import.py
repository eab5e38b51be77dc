"""A department's list from an office's own workbook to the register: handed in by one, accepted by another."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_a_case import at_desk, sound
from tests.browser.test_shell import choose
from tests.town import Town
from zhize.record.models import Event
from zhize.register.importing import errands
from zhize.register.importing.tests.tables import POWER, power_row, workbook
from zhize.register.importing.tests.test_errands import table
from zhize.register.models import Errand, Holding

pytestmark = pytest.mark.browser
NAME = "对演示学校擅自停课的处罚"
ROWS = [
    ["温州市教育局权力清单（演示）", *[None] * 9],
    POWER,
    power_row(1, "330205901000", NAME),
    power_row(2, "330205902000", "对演示学校不按规定公示收费的处罚"),
    power_row(3, "330205903000", "对演示培训机构超期收费的处罚", body="温州市没有这个局"),
]


def hand_in(page: Page, site: str, file: Path, kind: str, paper: str) -> None:
    page.goto(f"{site}/desk/imports/new/")
    page.get_by_label("这是什么表").select_option(label=kind)
    page.get_by_label("文件", exact=True).set_input_files(file)
    choose(page, "依据文件", paper)
    page.get_by_role("button", name="读这份表").click()


def shoot(page: Page, name: str) -> None:
    """For who wants to look: ZHIZE_SHOTS=folder."""
    for width in (390, 1280) if "ZHIZE_SHOTS" in os.environ else ():
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=f"{os.environ['ZHIZE_SHOTS']}/{name}-{width}.png", full_page=True)


@pytest.mark.console_errors_expected
def test_a_list_is_handed_in_by_one_and_accepted_by_another(
    browser: Browser, open_town: Town, town_site: str, tmp_path: Path
) -> None:
    paper = open_town.notice(
        kind="list", title="温州市教育局权力清单（演示）", number="温演〔2026〕31号", effective=date(2026, 1, 1)
    )
    editor = at_desk(browser, town_site, "dengji")
    hand_in(
        editor, town_site, workbook(tmp_path / "教育局权力清单.xlsx", {"清单": ROWS}), "权力清单", "温演〔2026〕31号"
    )
    expect(editor.locator("h1")).to_contain_text("教育局权力清单.xlsx")
    expect(editor.locator("table.rows")).to_contain_text(
        "温州市没有这个局"
    )  # what is refused comes first, with its reason
    shoot(editor, "import-refused")
    editor.get_by_role("link", name=re.compile("^采纳")).click()
    expect(editor.locator("table.rows")).to_contain_text(NAME)
    sound(editor)
    shoot(editor, "import-taken")

    accept = editor.get_by_role("button", name="接受 2 行")
    expect(accept).to_be_disabled()
    expect(editor.locator("#why-not")).to_contain_text("这一步由审批人办理")
    editor.evaluate("document.querySelector('form[action$=\"/accept/\"]').submit()")  # and round the greyed button
    expect(editor.locator(".errors")).to_contain_text("您不能批准导入草案")
    shoot(editor, "import-own")
    assert not Holding.objects.filter(instrument=paper).exists()

    approver = at_desk(browser, town_site, "shenpi")
    approver.goto(f"{town_site}/desk/imports/")
    shoot(approver, "imports")
    approver.get_by_role("link", name="教育局权力清单.xlsx").click()
    approver.get_by_role("button", name="接受 2 行").click()
    expect(approver.locator(".note-success")).to_contain_text("已接受")
    expect(approver.locator("main")).to_contain_text(NAME)  # the paper's page: what it changed
    sound(approver)
    shoot(approver, "import-paper")
    held = Holding.objects.as_of(date(2026, 6, 1)).filter(instrument=paper)
    assert {h.body for h in held} == {open_town.body("温州市教育局")} and held.count() == 2

    approver.goto(f"{town_site}/desk/events/")
    for who, what in (("甄登记", "提交导入草案"), ("甄审批", "批准导入草案")):
        expect(approver.locator("tr", has_text=what).first).to_contain_text(who)
    shoot(approver, "import-events")
    assert {e.who for e in Event.objects.filter(instrument=paper, act__in=["define", "assign"])} == {"甄审批"}


def test_a_large_table_shows_how_far_it_is(browser: Browser, open_town: Town, town_site: str, tmp_path: Path) -> None:
    open_town.notice(
        title="演示机构名录",
        number="温演〔2026〕32号",
        issuer="温州市机构编制委员会",
        issuer_class="编委",
        kind="reply",
    )
    (tmp_path / "机构名录.csv").write_bytes(table())
    editor = at_desk(browser, town_site, "dengji")
    hand_in(editor, town_site, tmp_path / "机构名录.csv", "机构名录", "温演〔2026〕32号")
    expect(editor.locator("#errand")).to_contain_text("等候后台作业")
    sound(editor)
    Errand.objects.update(state="running", stage="核对各行", done=1200, total=2101)  # what a worker says meanwhile
    expect(editor.locator("#errand")).to_contain_text("57%")
    shoot(editor, "errand")
    errands.run(Errand.objects.get().pk, timezone.now())
    expect(editor.locator("h1")).to_contain_text("机构名录.csv")
    editor.wait_for_url(re.compile(r"/desk/imports/\d+/$"))
    expect(editor.locator("main")).to_contain_text("接受 2100 行")
