"""Supervision in a real browser: the wall is live without reload, an order is answered by keyboard, every page fits and is readable."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_shell import look, sign_in
from tests.town import Town
from zhize.accounts.models import By
from zhize.cases.commands import consult, dispatch, receive, request_return, watch
from zhize.cases.models import Case, Leg, Notice, Order, Proposal
from zhize.cases.terms import Message
from zhize.register.models import Matter

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("ZHIZE_SHOTS", "")


def received(town: Town, now: datetime, code: str = "", text: str = "路口每天早上有人占道摆摊，行人走不过去。") -> Case:
    """A case about stalls in the street, sent to whoever holds them there that day."""
    matter = Matter.objects.get(code=code) if code else Matter.objects.filter(names__name="占道摆摊").first()
    place = town.place("五马街道", now.date())
    said = Message(text=text, place_id=place.pk, matter_id=matter.pk if matter else None)
    return Case.objects.get(pk=receive(said, by=By.citizen(), now=now).case_id)


def shoot(page: Page, name: str) -> None:
    if not SHOTS:
        return
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=str(Path(SHOTS, f"{name}-{width}.png")), full_page=True)


@pytest.fixture
def late(open_town: Town) -> Case:
    """Forty days late: it has had its cards, its order, and stands in a draft notice."""
    case = received(open_town, open_town.now - timedelta(days=60))
    for days in range(55, -1, -5):
        watch(open_town.now - timedelta(days=days))
    return case


def test_the_pages_of_supervision_fit_and_can_be_read_by_everybody(
    town_site: str, open_town: Town, late: Case, page: Page
) -> None:
    now = open_town.now
    leg = Leg.objects.get(case=received(open_town, now), capacity="lead")
    other = open_town.duty("wz-x") if False else leg.holding.duty  # type: ignore[union-attr]
    request_return(
        leg.pk, body=open_town.body("鹿城区住房和城乡建设局", now.date()), duty=other, reason="属于道路养护",
        by=open_town.seat("lc-zhifa"), now=now,
    )  # fmt: skip
    gap = Proposal.objects.filter(kind="gap").first() or _gap(open_town)
    consult(gap.pk, [leg.body], "请答复由谁负责", by=open_town.seat("dengji"), now=now)
    order, notice = Order.objects.get(case=late), Notice.objects.get()
    sign_in(page, town_site, "duban")
    paths = {
        "wall": "/desk/wall/", "orders": "/desk/orders/", "order": f"/desk/orders/{order.pk}/", "notices": "/desk/notices/",
        "notice": f"/desk/notices/{notice.pk}/", "gaps": "/desk/gaps/", "proposal": f"/desk/gaps/{gap.pk}/",
        "case": f"/desk/cases/{late.pk}/",
    }  # fmt: skip
    wrong = []
    for name, path in paths.items():
        wrong += look(page, town_site, path)
        shoot(page, name)
    assert wrong == []


def _gap(town: Town) -> Proposal:
    """A matter nobody answers for in the street today."""
    from zhize.cases.queries.routing import answers

    place = town.place("五马街道", town.now.date()).pk
    found = answers([(m.pk, place) for m in Matter.objects.all()], town.now.date())
    matter = next(m for (m, _place), answer in found.items() if not answer.answered)
    case = received(town, town.now, Matter.objects.get(pk=matter).code, "这件事没有人管。")
    if case.snag == "":
        dispatch(case.pk, by=town.seat("fenpai"), now=town.now)
    return Proposal.objects.filter(case=case).latest("pk")


def test_the_wall_shows_a_new_dispute_without_reload(town_site: str, open_town: Town, page: Page) -> None:
    sign_in(page, town_site, "duban")
    page.goto(f"{town_site}/desk/wall/")
    expect(page.locator("#tile-sent_back .wall-count")).to_have_text("0")
    page.evaluate("window.here = true")
    leg = Leg.objects.get(case=received(open_town, open_town.now), capacity="lead")
    request_return(
        leg.pk, body=open_town.body("鹿城区住房和城乡建设局", open_town.now.date()), duty=leg.holding.duty,  # type: ignore[union-attr]
        reason="属于道路养护", by=open_town.seat("lc-zhifa"), now=open_town.now,
    )  # fmt: skip
    expect(page.locator("#tile-sent_back .wall-count")).to_have_text("1", timeout=25_000)
    assert page.evaluate("window.here") is True


def test_an_order_is_answered_by_keyboard(town_site: str, open_town: Town, late: Case, page: Page) -> None:
    order = Order.objects.get(case=late)
    sign_in(page, town_site, "lc-zhifa")
    page.goto(f"{town_site}/desk/orders/{order.pk}/")
    page.get_by_label("答复", exact=True).focus()
    page.keyboard.type("已经劝离，安排早间巡查。")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("王局长")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("答复已经提交，等督办员核销。")).to_be_visible()
    order.refresh_from_db()
    assert order.state == "answered"
