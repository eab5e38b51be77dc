"""The pages of what is published: found in people's words, proved on the page, taken away in every format."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from tests.town import Town
from zhize.kernel.period import day_of
from zhize.lists.queries.editions import content, prove
from zhize.lists.tests.test_editions import LATER, MAY, deciding, one
from zhize.register.commands import describe
from zhize.register.models import Holding
from zhize.register.terms import Described


@pytest.fixture
def anybody(town: Town) -> Client:
    return Client(headers={"host": "localhost"})


def text(answer: Any) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")


@pytest.mark.parametrize("words", ["摆摊", "地摊", "占道经营", "摊贩"])
def test_the_words_people_use_find_what_the_list_calls_otherwise(anybody: Client, words: str) -> None:
    page = text(anybody.get("/items/", {"q": words, "day": "2016-07-01"}))
    assert "摆摊设点行为的处罚" in page and "综合行政执法局" in page


@pytest.mark.parametrize("query", [{"type": "01"}, {"law": "行政处罚法"}, {"body": "wz-zhujian"}, {"place": "330302"},
                                   {"q": "噪音", "place": "330302", "type": "02"}])  # fmt: skip
def test_items_are_found_by_type_law_body_and_place(anybody: Client, query: dict[str, str]) -> None:
    answer = anybody.get("/items/", query | {"day": "2016-05-01"})
    assert answer.status_code == 200
    rows = answer.context["rows"]
    assert query.get("law") or rows
    if query.get("body"):
        assert {h["name"] for r in rows for h in r["holders"]} == {"温州市住房和城乡建设委员会"}


def test_pages_of_found_items_go_on_where_the_last_ended(anybody: Client) -> None:
    first = anybody.get("/items/", {"day": "2016-05-01"})
    second = anybody.get("/items/", {"day": "2016-05-01", "after": first.context["next"]})
    names = [{r["url"] for r in page.context["rows"]} for page in (first, second)]
    assert all(names) and not names[0] & names[1]


@pytest.mark.parametrize("only_today", [False, True])
def test_an_item_kept_back_is_in_no_page_search_or_file(town: Town, anybody: Client, only_today: bool) -> None:
    """Not of an earlier day either, on which it was still open: it would be shown today."""
    body, ways = (
        town.body("wz-zhujian"),
        [{"day": "2016-05-01"}, {"day": "2016-05-01", "believed": town.now.isoformat()}],
    )
    key = anybody.get("/lists/wz-zhujian/power/", ways[0]).context["rows"][0]["url"].split("/")[3]
    address = f"/items/wz-zhujian/{key}/"
    pages = ("/lists/wz-zhujian/power/", "/lists/wz-zhujian/power/list.json", "/lists/whole/330300/power/list.json")
    assert all(key in text(anybody.get(page, on)) for page in pages for on in ways)
    describe([Described(town.duty(key), {"openness": "涉密"}, day_of(town.now) if only_today else MAY, body)],
             instrument=deciding(town), by=town.seat("dengji"), now=town.now + LATER)  # fmt: skip
    for on in ways:
        assert anybody.get(address, on).status_code == 404
        assert [
            page
            for page in pages
            if f'"{key}"' in text(anybody.get(page, on)) or address in text(anybody.get(page, on))
        ] == []
        assert address not in text(anybody.get("/items/", {"body": "wz-zhujian"} | on))
        assert anybody.get(f"/api/v1{address}", on).status_code == 404
    sides = {"left": "wz-zhujian", "left_day": "2016-05-01", "right": "wz-huanbao", "right_day": "2016-05-01"}
    beside = anybody.get("/lists/beside/", sides)
    assert beside.status_code == 200 and key not in text(beside)
    edition = one(town, "wz-zhujian", now=town.now + 2 * LATER)
    assert f'"{key}"' not in edition.content and prove(edition).holds


def test_an_edition_s_page_shows_its_paper_its_moment_and_its_proof(town: Town, anybody: Client) -> None:
    edition = one(town, "wz-zhujian")
    page = text(anybody.get(f"/editions/{edition.key}/"))
    assert edition.digest[:8] in page and edition.instrument.title in page
    assert "与登记逐字节一致" in text(anybody.get(f"/editions/{edition.key}/proof/"))
    assert edition.key in text(anybody.get("/editions/"))


@pytest.mark.parametrize("format", ["xlsx", "csv", "json", "jsonld", "docx", "pdf"])
def test_an_edition_is_taken_away_in_every_format(town: Town, anybody: Client, format: str) -> None:
    edition = one(town, "wz-zhujian")
    answer = anybody.get(f"/editions/{edition.key}/list.{format}")
    assert answer.status_code == 200 and len(b"".join(answer.streaming_content)) > 1000
    assert f".{format}" in answer["Content-Disposition"]
    assert anybody.get(f"/editions/{edition.key}/list.exe").status_code == 404


def test_an_embargoed_edition_exists_for_the_office_only(town: Town, anybody: Client) -> None:
    day = town.now.date() + timedelta(days=30)
    edition = one(town, "wz-zhujian", day=day, paper=deciding(town, day))
    assert [
        anybody.get(f"/editions/{edition.key}/{p}").status_code for p in ("", "list.csv", "proof/", "notice.pdf")
    ] == [404] * 4
    assert edition.key not in text(anybody.get("/editions/"))
    office = signed_in(town, "dengji")
    assert "才对外公开" in text(office.get(f"/editions/{edition.key}/"))


def test_a_corrected_edition_leads_to_its_correction_and_back(town: Town, anybody: Client) -> None:
    wrong = one(town, "wz-zhujian")
    key = content(wrong)["items"][0]["key"]
    describe([Described(town.duty(key), {"unit": "法规处"}, MAY, town.body("wz-zhujian"))],
             instrument=deciding(town), by=town.seat("dengji"), now=town.now + LATER)  # fmt: skip
    right = one(town, "wz-zhujian", now=town.now + 2 * LATER, corrects=wrong, reason="漏写承办机构")
    assert f"/editions/{right.key}/" in text(anybody.get(f"/editions/{wrong.key}/"))
    assert "漏写承办机构" in text(anybody.get(f"/editions/{right.key}/"))
    table = text(anybody.get(f"/editions/{right.key}/changes/"))
    assert "法规处" in table and "承办机构" in table
    assert anybody.get(f"/editions/{right.key}/changes/", {"format": "docx"}).status_code == 200
    assert anybody.get(f"/editions/{wrong.key}/changes/").status_code == 404


def test_what_changed_in_a_month_stands_under_its_paper(anybody: Client) -> None:
    page = text(anybody.get("/changes/", {"month": "2016-06"}))
    assert "划转" in page and "→ 温州市综合行政执法局" in page
    assert "没有变化" in text(anybody.get("/changes/", {"month": "1999-01"}))


def test_the_feed_is_atom_and_tells_of_editions(town: Town, anybody: Client) -> None:
    edition = one(town, "wz-zhujian")
    answer = anybody.get("/changes/feed.atom")
    assert answer["Content-Type"].startswith("application/atom+xml")
    tree = ElementTree.fromstring(answer.content)  # noqa: S314  our own feed
    ids = [e.findtext("{http://www.w3.org/2005/Atom}id") for e in tree.iter("{http://www.w3.org/2005/Atom}entry")]
    assert f"urn:zhize:edition:{edition.key}" in ids


@pytest.mark.parametrize("query", [
    {"left": "wz-zhujian", "left_day": "2016-05-01", "right_day": "2016-07-01"},
    {"left": "zhujian-330302", "right": "zhujian-330304", "left_day": "2016-05-01", "right_day": "2016-05-01"},
    {"left": "wz-zhujian", "right": "wz-huanbao", "left_day": "2016-05-01", "right_day": "2016-05-01"},
])  # fmt: skip
def test_two_lists_stand_side_by_side(anybody: Client, query: dict[str, str]) -> None:
    answer = anybody.get("/lists/beside/", query)
    assert answer.status_code == 200
    assert "↔" in text(answer)


def test_an_item_that_left_keeps_its_page_and_says_where_it_went(town: Town, anybody: Client) -> None:
    gone = Holding.objects.live().filter(body=town.body("wz-zhujian"), to_day="2016-06-01", duty__type="02").first()
    page = text(anybody.get(f"/items/wz-zhujian/{gone.duty.key}/", {"day": "2016-07-01"}))
    assert "不再由它行使" in page and f"/items/wz-zhifa/{gone.duty.key}/" in page
    assert "<svg" in page and "qr" in page


def test_a_wrong_month_or_body_is_refused_in_a_sentence(anybody: Client) -> None:
    assert "读不懂" in text(anybody.get("/changes/", {"month": "2016-13"}))
    assert "找不到机构" in text(anybody.get("/lists/beside/", {"left": "没有这个局"}))


def signed_in(town: Town, username: str) -> Client:
    from zhize.accounts.models import Officer

    client = Client(headers={"host": "localhost"})
    client.force_login(Officer.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_lists_are_published_at_the_desk_after_being_shown(town: Town) -> None:
    office, paper = signed_in(town, "shenpi"), deciding(town)
    said = {
        "kind": "power",
        "bodies": "温州市住房和城乡建设委员会\nwz-huanbao",
        "day": "2016-05-01",
        "instrument": paper.key,
    }
    assert "先看将要公布什么" in text(office.get("/desk/editions/publish/"))
    shown = text(office.post("/desk/editions/publish/", said | {"preview": "1"}))
    assert "将要公布" in shown and "这是第一版" in shown
    assert office.get("/editions/wz-huanbao-power-1/").status_code == 404, "shown is not done"
    done = office.post("/desk/editions/publish/", said | {"confirm": "1"})
    assert done.status_code == 302
    assert "wz-huanbao-power-1" in text(office.get("/desk/editions/"))


def test_one_side_of_a_transfer_is_refused_at_the_desk_by_the_same_sentence(town: Town) -> None:
    office = signed_in(town, "shenpi")
    one(town, "wz-zhujian")
    said = {"kind": "power", "bodies": "wz-zhujian", "day": "2016-07-01", "instrument": deciding(town).key}
    answer = office.post("/desk/editions/publish/", said | {"confirm": "1"})
    assert answer.status_code == 409 or answer.status_code == 422
    assert "只有一方" in text(answer) and "综合行政执法" in text(answer)


def test_a_body_nobody_knows_is_refused_at_its_field(town: Town) -> None:
    office = signed_in(town, "shenpi")
    answer = office.post("/desk/editions/publish/", {"kind": "power", "bodies": "没有这个局", "day": "2016-07-01",
                                                     "instrument": deciding(town).key})  # fmt: skip
    assert answer.status_code == 400 and "找不到机构" in text(answer)
