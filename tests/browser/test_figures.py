"""The hotline's figures in a real browser: they fit, they can be read by everybody, and a number leads to its cases by keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_shell import look, sign_in
from tests.town import Town
from zhize.accounts.models import By
from zhize.cases.commands import follow_up, receive, reply, sign
from zhize.cases.models import Case
from zhize.cases.terms import Message
from zhize.register.models import Matter, Seat

pytestmark = pytest.mark.browser
DESK = (
    "/desk/figures/?days=90",
    "/desk/figures/leg_on_time/?days=90",
    "/desk/league/?days=90",
    "/desk/reports/",
    "/desk/looks/",
)


def busy(town: Town, n: int = 9) -> list[Case]:
    """A few weeks of cases, each answered, some late, some asked about."""
    place, matter, found = town.place("五马街道"), Matter.objects.get(code="010101"), []
    for at in range(n):
        now = town.now - timedelta(days=50 - 4 * at)
        said = Message(f"占道经营，第{at}次。", place.pk, matter_id=matter.pk, phone="13812345678")
        case = Case.objects.get(pk=receive(said, by=By.citizen(), now=now).case_id)
        leg = case.legs.get(capacity="lead")
        by = By(Seat.objects.live().filter(body=leg.body, role="handler").latest("pk").officer_id, None, "承办人")
        sign(leg.pk, by=by, now=now + timedelta(hours=2))
        if at % 3 != 2:
            reply(leg.pk, "已劝离。", by=by, now=now + timedelta(days=1 + 20 * (at % 2)))
            follow_up(case.pk, reached=True, contacted=True, solved=at % 4 > 0, satisfied=("yes", "partly", "no")[at % 3],
                      by=town.seat("huawu"), now=now + timedelta(days=25))  # fmt: skip
        found.append(case)
    return found


def test_figures_fit_and_can_be_read_by_everybody(page: Page, town_site: str, open_town: Town) -> None:
    busy(open_town)
    sign_in(page, town_site, "duban")
    assert [each for path in DESK for each in look(page, town_site, path)] == []


def test_statistics_are_read_by_everybody(page: Page, town_site: str, open_town: Town) -> None:
    case = busy(open_town)[0]
    month = f"{case.received_at:%Y-%m}"
    assert look(page, town_site, f"/statistics/?month={month}") == []
    page.goto(f"{town_site}/statistics/?month={month}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("热线统计")


def test_a_number_leads_to_its_cases_by_keyboard(page: Page, town_site: str, open_town: Town) -> None:
    busy(open_town, 3)
    sign_in(page, town_site, "duban")
    page.goto(f"{town_site}/desk/figures/?days=90")
    page.get_by_role("link", name="有据分派率").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("有据分派率")
    page.get_by_role("link", name="引用了职责归属的").focus()
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(3)
