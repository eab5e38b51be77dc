"""One affair told by many, in a real browser: merged and taken apart by the clerk; on the wall, on its page, drawn where it is."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_a_case import act
from tests.browser.test_shell import look, sign_in
from tests.browser.test_supervision import shoot
from tests.town import Town
from zhize.accounts.models import By
from zhize.cases.commands import receive
from zhize.cases.commands.heating import find_topics
from zhize.cases.commands.indexing import index_cases
from zhize.cases.models import Case, Topic
from zhize.cases.terms import Message
from zhize.cases.tests.letters import LETTERS
from zhize.places.tests.squares import LUCHENG, SONGTAI, WUMA, drawn

pytestmark = pytest.mark.browser
LIFT = "锦华花园三号楼的电梯又坏了，老人被困在里面半个小时，请派人检查"
AGAIN = ("，第一回。", "，又来了。", "，还没修。", "，再说一次。", "，请回电。")


def told(town: Town, title: str, text: str, place: str = "五马街道") -> Case:
    said = Message(text, town.place(place, town.now.date()).pk, title=title)
    return Case.objects.get(pk=receive(said, by=By.citizen(), now=town.now).case_id)


@pytest.fixture
def crowd(open_town: Town) -> list[Case]:
    for _, title, text in LETTERS[:12]:
        told(open_town, title, text)
    cases = [told(open_town, "锦华花园电梯坏了", LIFT + more) for more in AGAIN]
    cases.append(told(open_town, "锦华花园电梯坏了", LIFT + "。", "松台街道"))
    drawn(open_town, date(2016, 1, 1), 鹿城区=LUCHENG, 五马街道=WUMA, 松台街道=SONGTAI)
    index_cases()
    find_topics(open_town.now)
    return cases


def test_two_are_made_one_and_two_again_and_the_affair_has_a_page(
    town_site: str, open_town: Town, crowd: list[Case], page: Page
) -> None:
    first, case, *_ = crowd
    sign_in(page, town_site, "fenpai")
    wrong = look(page, town_site, f"/desk/cases/{case.pk}/")
    shoot(page, "twins")
    page.locator(f"#twins form:has(input[value='{first.no}']) button").click()
    expect(page.locator("#notes .note")).to_be_visible()
    case.refresh_from_db()
    assert (case.state, case.duplicate_of_id) == ("merged", first.pk)
    wrong += look(page, town_site, f"/desk/cases/{case.pk}/")
    shoot(page, "merged")
    act(page, "unmerge", {"why": "不是一栋楼"})
    case.refresh_from_db()
    assert (case.state, case.duplicate_of_id) == ("registered", None)

    topic = Topic.objects.get(title="锦华花园电梯坏了")
    page.context.clear_cookies()
    sign_in(page, town_site, "duban")
    paths = {"hot-wall": "/desk/wall/", "topics": "/desk/topics/", "topic": f"/desk/topics/{topic.pk}/"}
    for name, path in paths.items():
        wrong += look(page, town_site, path)
        shoot(page, name)
    expect(page.locator(".topic-map title").first).to_be_attached()
    assert wrong == []
