"""A reply at two desks of the unit and at home: each demand by itself, signed by the unit's head, read by who asked."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_a_case import act, at_desk, open_case, sound
from tests.town import Town, demonstration_password, system
from zhize.accounts.models import By, Officer
from zhize.cases import commands as do
from zhize.cases.models import Case
from zhize.cases.terms import Message, Receipt
from zhize.policy.commands import one, set_policy
from zhize.register.commands import appoint
from zhize.register.models import MatterName, Seat

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(open_town: Town) -> Receipt:
    """A complaint of two things, signed by its body; there its head signs what leaves."""
    now, day = timezone.now(), date(2017, 1, 1)
    said: dict = {"instrument": open_town.paper("wz-demo-2016-hotline"), "by": system(), "now": now}
    set_policy([one("cases.reply.sign_off", open_town.place("温州市"), ["complaint"], day)], **said)
    head = Officer(username="lc-juzhang", display_name="局长")
    head.set_password(demonstration_password())
    head.save()
    handler = open_town.seat("lc-zhifa")
    own = Seat.objects.get(pk=handler.seat_id)
    appoint([Seat(officer=head, role=Seat.Role.LEADER, body=own.body, place=own.place, from_day=day)], **said)
    matter = MatterName.objects.filter(name="占道摆摊")[0].matter_id
    words = Message("路口有人占道摆摊，路灯也坏了。", open_town.place("五马街道").pk, matter_id=matter)
    receipt = do.receive(words, by=By.citizen(), now=now)
    do.itemise(receipt.case_id, ["清走占道的摊位", "修好路灯"], by=open_town.seat("fenpai"), now=now)
    do.sign(Case.objects.get(pk=receipt.case_id).legs.get(no=1).pk, by=handler, now=now)
    return receipt


def test_a_reply_is_given_one_by_one_and_signed_before_it_is_read(
    town_site: str, asked: Receipt, page: Page, browser: Browser
) -> None:
    handler = at_desk(browser, town_site, "lc-zhifa")
    open_case(handler, town_site, asked.no)
    form = handler.locator("details.act[id^='act-reply']")
    form.locator("[name$='-answer_1']").fill("已清走，每日巡查。")
    form.get_by_role("button", name="提交拟复").focus()
    handler.keyboard.press("Enter")
    expect(form).to_contain_text("这一项还没有答")
    sound(handler)
    act(handler, "reply", {"answer_2": "路灯由住建部门修，已转告。"})
    expect(handler.locator("main")).to_contain_text("待审签")

    head = at_desk(browser, town_site, "lc-juzhang")
    expect(head.locator("main")).to_contain_text("待审签")
    open_case(head, town_site, asked.no)
    act(head, "sign_off", choices={"passed": "yes"})

    page.goto(f"{town_site}/track/")
    page.get_by_label("受理编号").fill(asked.no)
    page.get_by_label("查询码").fill(asked.secret)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("2. 修好路灯")
    expect(page.locator("main")).to_contain_text("路灯由住建部门修")
    sound(page)
    for each in (handler, head):
        each.context.close()
