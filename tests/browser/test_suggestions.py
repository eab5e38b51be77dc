"""A suggestion in a real browser: three candidates with their documents, another one chosen by keyboard, and the model's card."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_shell import look, sign_in
from tests.town import Town
from zhize.accounts.models import By
from zhize.cases.commands import learn, receive
from zhize.cases.commands.learning import BY
from zhize.cases.commands.suggesting import suggest_waiting
from zhize.cases.models import Case
from zhize.cases.suggest import Suggester
from zhize.cases.suggest.tests.town_letters import letters
from zhize.cases.terms import Message

pytestmark = pytest.mark.browser
SAID = "饭店夜里把桌子摆到人行道上，油烟味很大，吵到半夜。"


def spoken_of(town: Town) -> Case:
    """A letter the model is not sure about."""
    learn(Suggester.train(letters(), trained_on="五类自拟来信"), by=BY, now=town.now)
    said = Message(SAID, town.place("五马街道").pk)
    case = Case.objects.get(pk=receive(said, by=By.citizen(), now=town.now).case_id)
    suggest_waiting(town.now)
    return case


def test_the_candidates_and_the_card_fit_and_can_be_read_by_everybody(
    page: Page, town_site: str, open_town: Town
) -> None:
    case = spoken_of(open_town)
    sign_in(page, town_site, "fenpai")
    paths = ("/desk/model/", "/desk/model/1/", f"/desk/cases/{case.pk}/")
    assert [wrong for path in paths for wrong in look(page, town_site, path)] == []


def test_another_candidate_is_chosen_and_sent_by_keyboard(page: Page, town_site: str, open_town: Town) -> None:
    case = spoken_of(open_town)
    sign_in(page, town_site, "fenpai")
    page.goto(f"{town_site}/desk/cases/{case.pk}/")
    page.locator("#act-dispatch > summary").focus()
    if page.locator("#act-dispatch").get_attribute("open") is None:
        page.keyboard.press("Enter")
    chosen = page.locator("input[name=dispatch-matter]")
    expect(chosen).to_have_count(3)
    chosen.first.focus()
    page.keyboard.press("ArrowDown")
    code = page.locator("input[name=dispatch-matter]:checked").get_attribute("value")
    page.get_by_role("button", name="分派", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("已经分派").or_(page.get_by_text("登记中定不下"))).to_be_visible()
    case.refresh_from_db()
    assert case.matter is not None and case.matter.code == code
