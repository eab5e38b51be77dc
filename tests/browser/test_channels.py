"""What comes in by the other doors, in a real browser: a photo sent along, the phone desk, the knowledge base, the lines."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_a_case import sound
from tests.town import Town, demonstration_password
from zhize.cases.tests.test_attaching import PDF, photo

pytestmark = pytest.mark.browser


def sign_in(page: Page, site: str, username: str) -> None:
    page.goto(f"{site}/sign-in/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(demonstration_password())
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/desk/"))


def test_a_photo_goes_with_a_report_and_is_seen_by_its_sender_and_the_desk(
    page: Page, town_site: str, open_town: Town
) -> None:
    page.goto(f"{town_site}/report/")
    page.locator("#id_text").fill("学校门口有人占道摆摊，放学时走不过去。")
    page.locator("#place-text").fill("五马街道")
    files = [
        {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo((28.0125, 120.65), size=(640, 480))},
        {"name": "说明.pdf", "mimeType": "application/pdf", "buffer": PDF},
    ]
    page.locator("#id_sent").set_input_files(files)  # type: ignore[arg-type]
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("h1")).to_have_text("您的诉求已经收到")
    expect(page.locator("main")).to_contain_text("附件2个")
    page.get_by_role("button", name="看进度").click()
    expect(page.locator("#attached")).to_contain_text("照片 1")
    assert page.locator("#attached img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
    sound(page)


@pytest.mark.console_errors_expected
def test_a_file_that_is_none_of_ours_is_refused_at_its_field(page: Page, town_site: str, open_town: Town) -> None:
    page.goto(f"{town_site}/report/")
    page.locator("#id_text").fill("学校门口有人占道摆摊。")
    page.locator("#place-text").fill("五马街道")
    page.locator("#id_sent").set_input_files(
        [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"<svg onload=alert(1)>"}]  # type: ignore[arg-type]
    )
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("main")).to_contain_text("它不是照片、录音或者 PDF")
    expect(page.locator("#id_text")).to_have_value("学校门口有人占道摆摊。")
    sound(page)


def test_the_editor_writes_an_entry_and_anybody_finds_it(page: Page, town_site: str, open_town: Town) -> None:
    sign_in(page, town_site, "fenpai")
    page.goto(f"{town_site}/desk/knowledge/write_entry/")
    page.locator("#id_question").fill("哪里可以摆摊？")
    page.locator("#id_answer").fill("疏导点内可以，道路上不可以。")
    page.locator("#duty-text").fill("占道")
    page.locator("[role=option]").first.click()
    sound(page)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("疏导点内可以")
    sound(page)
    page.goto(f"{town_site}/desk/knowledge/?q=摆摊")
    sound(page)
    page.goto(f"{town_site}/questions/?q=摆摊")
    page.get_by_role("link", name="哪里可以摆摊？").click()
    expect(page.locator("h1")).to_have_text("哪里可以摆摊？")
    sound(page)


def test_the_phone_desk_says_who_called_before_and_the_lines_are_read(
    page: Page, town_site: str, open_town: Town
) -> None:
    sign_in(page, town_site, "huawu")
    for _ in "12":
        page.goto(f"{town_site}/desk/intake/?call=C-20160301-7")
        page.locator("#id_text").fill("小区门口的路灯坏了。")
        page.locator("#place-text").fill("五马街道")
        page.locator("#id_phone").fill("13800009999")
        page.keyboard.press("Tab")
        expect(page.locator("#callers")).to_contain_text(re.compile("以前"))
        if page.locator("#callers .story li").count():
            break
        page.get_by_role("button", name="登记", exact=True).click()
        expect(page.locator("main")).to_contain_text("查询码")
    expect(page.locator("#callers")).to_contain_text("这个号码以前的诉求")
    sound(page)
    page.goto(f"{town_site}/lines/?day=2016-09-15")
    sound(page)
