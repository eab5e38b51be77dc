"""A draft tried in a real browser: handed in, waited for, read by everybody, and a line leads to its cases by keyboard."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.test_figures import busy
from tests.browser.test_shell import look, sign_in
from tests.town import Town
from zhize.cases.models import Simulation
from zhize.register.importing import errands
from zhize.register.models import Errand

pytestmark = pytest.mark.browser
DRAFT = """
day = 2027-01-01
[[hand_over]]
duty = "urb-street-trading"
from = "鹿城区综合行政执法局"
to = "鹿城区住房和城乡建设局"
place = "鹿城区"
"""


def test_a_draft_is_tried_and_its_lines_lead_to_cases(page: Page, town_site: str, open_town: Town) -> None:
    case = busy(open_town, 3)[0]
    sign_in(page, town_site, "duban")
    assert look(page, town_site, "/desk/simulation/") == []
    page.goto(f"{town_site}/desk/simulation/")
    page.get_by_label("或者交一个 TOML 文件").set_input_files(
        FilePayload(name="划转.toml", mimeType="text/plain", buffer=DRAFT.encode())
    )
    page.locator("main button.btn-primary").click()
    expect(page.get_by_text("草案只是试一试")).to_be_visible()
    errands.run(Errand.objects.latest("id").pk, timezone.now())
    page.wait_for_url("**/desk/simulation/*/")
    expect(page.get_by_role("heading", name="改派去向")).to_be_visible()
    assert look(page, town_site, Simulation.objects.get().get_absolute_url()) == []
    page.get_by_role("link", name="占道摆摊").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(case.no)).to_be_visible()
