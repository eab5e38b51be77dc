"""What is kept back after it was published: the edition stays to the byte, its readers are shown the rest (decision 0032)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.town import Town
from zhize.kernel.period import day_of
from zhize.lists.formats.papers import notice_of
from zhize.lists.models import Edition
from zhize.lists.queries.editions import content, prove
from zhize.lists.tests.test_edition_pages import signed_in, text
from zhize.lists.tests.test_editions import LATER, MAY, deciding, one
from zhize.register.commands import describe
from zhize.register.terms import Described

FILES = ("list.json", "list.csv", "list.jsonld", "list.xlsx")


@pytest.fixture
def anybody(town: Town) -> Client:
    return Client(headers={"host": "localhost"})


@pytest.fixture
def edition(town: Town) -> Edition:
    return one(town, "wz-zhujian")


def kept_back(town: Town, edition: Edition, word: str = "内部", after: int = 1, **paper: Any) -> dict[str, Any]:
    """The first item of the edition is not for everybody from today on; what it was."""
    item = dict(content(edition)["items"][0])
    said = Described(town.duty(item["key"]), {"openness": word}, day_of(town.now), town.body("wz-zhujian"))
    describe([said], instrument=deciding(town, **paper), by=town.seat("dengji"), now=town.now + after * LATER)
    return item


def test_a_line_kept_back_after_publication_is_shown_to_nobody_and_the_edition_still_proves(
    town: Town, anybody: Client, edition: Edition
) -> None:
    page, address = f"/editions/{edition.key}/", f"/api/v1/editions/{edition.key}"
    item = content(edition)["items"][0]
    assert item["name"] in text(anybody.get(page))
    kept_back(town, edition)
    assert item["name"] not in text(anybody.get(page))
    assert [f for f in FILES if item["key"] in text(anybody.get(f"{page}{f}"))] == []
    assert item["key"] not in text(anybody.get(address)) and '"withheld"' in text(anybody.get(address))
    assert prove(edition).holds and item["name"] in Edition.objects.get(pk=edition.pk).content
    assert "与登记逐字节一致" in text(anybody.get(f"{page}proof/"))


def test_the_page_says_how_many_lines_are_missing_by_which_article_and_paper(
    town: Town, anybody: Client, edition: Edition
) -> None:
    kept_back(town, edition, number="温编办〔2016〕77号")
    page = text(anybody.get(f"/editions/{edition.key}/"))
    assert "有1项公布以后依法不再公开（政府信息公开条例第十六条" in page and "温编办〔2016〕77号" in page


def test_the_paper_that_makes_a_secret_is_not_named(town: Town, anybody: Client, edition: Edition) -> None:
    kept_back(town, edition, "涉密", number="温编办〔2016〕78号")
    page = text(anybody.get(f"/editions/{edition.key}/"))
    assert "政府信息公开条例第十四条" in page and "78号" not in page


def test_the_office_still_reads_the_whole_edition_and_sees_what_the_public_does_not(
    town: Town, edition: Edition
) -> None:
    item = kept_back(town, edition)
    office = signed_in(town, "dengji")
    assert "公众已经看不到" in text(office.get(f"/editions/{edition.key}/"))
    assert item["key"] in text(office.get(f"/editions/{edition.key}/list.json"))


def test_what_is_opened_again_stands_there_again(town: Town, anybody: Client, edition: Edition) -> None:
    item = kept_back(town, edition)
    kept_back(town, edition, "公开", after=2)
    page = text(anybody.get(f"/editions/{edition.key}/"))
    assert item["name"] in page and "不再公开" not in page


def test_the_next_edition_and_its_table_of_changes_do_not_name_it_either(
    town: Town, anybody: Client, edition: Edition
) -> None:
    item = kept_back(town, edition)
    tomorrow = day_of(town.now) + timedelta(days=1)
    new = one(town, "wz-zhujian", "wz-zhifa", day=tomorrow, paper=deciding(town), now=town.now + 2 * LATER)
    table = f"/editions/{new.key}/changes/"
    office = signed_in(town, "dengji")
    assert item["name"] in text(office.get(table, {"from": edition.key}))
    shown = text(anybody.get(table, {"from": edition.key}))
    assert item["name"] not in shown


def test_a_correction_notice_counts_the_line_and_does_not_print_it(town: Town, edition: Edition) -> None:
    item = dict(content(edition)["items"][0])
    said = Described(town.duty(item["key"]), {"openness": "内部"}, MAY, town.body("wz-zhujian"))
    describe([said], instrument=deciding(town), by=town.seat("dengji"), now=town.now + LATER)
    right = one(town, "wz-zhujian", now=town.now + 2 * LATER, corrects=edition, reason="一项不属于公开范围")
    whole, shown = notice_of(right), notice_of(right, day_of(town.now))
    assert item["name"] in str(whole.annexes) and item["name"] not in str(shown.annexes)
    assert "涉及1处" in shown.text[1] and "另有1处依法不予公开" in shown.annexes[0].note
