"""Comparison in a real browser: nothing spills over at 390 px, axe finds nothing serious, the keyboard reaches a ruling."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_shell import look, sign_in
from tests.town import Town, system
from zhize.lists.commands import compare
from zhize.lists.queries.ground import Scope
from zhize.lists.queries.horizontal import KINDS

pytestmark = pytest.mark.browser


def test_every_page_of_a_comparison_looks_right_and_a_ruling_is_made_by_keyboard(
    town_site: str, open_town: Town, page: Page
) -> None:
    scope = Scope(open_town.place("330300"), date(2020, 1, 1))
    run = compare(scope, by=system(), now=open_town.now)
    gaps = compare(replace(scope, kinds=KINDS), "gaps", by=system(), now=open_town.now)
    sign_in(page, town_site, "dengji")
    here = f"/desk/compare/{run.pk}/"
    paths = ["/desk/compare/", "/desk/compare/new/", here, f"{here}?area=330304", f"{here}arc-copy/330327/", f"{here}work/",
             f"{here}work/?body=dangan-330327", f"/desk/compare/{gaps.pk}/"]  # fmt: skip
    assert [wrong for path in paths for wrong in look(page, town_site, path)] == []
    _the_matrix_is_a_list_on_a_small_screen(page, town_site + here)
    _rule(page, f"{town_site}{here}arc-copy/330327/")


def _the_matrix_is_a_list_on_a_small_screen(page: Page, address: str) -> None:
    page.goto(address)
    for width, matrix in ((1280, True), (390, False)):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator("table.matrix").is_visible() == matrix
        assert page.locator("ul.lines").is_visible() != matrix


def _rule(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("差异可以存在").focus()
    page.keyboard.press("Space")
    page.get_by_label("理由").focus()
    page.keyboard.type("省厅同意")
    page.get_by_role("button", name="记下认定").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("认定已记下")).to_be_visible()
    expect(page.get_by_text("省厅同意")).to_be_visible()
