"""The desk for changes of law: seen before entered, renumbered by one button, late work shown."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.test import Client

from tests.town import Town
from zhize.lists.models import Adjustment
from zhize.lists.queries import items as items_of_body
from zhize.record.models import LawChange, LawVersion
from zhize.register.models import Body

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def desk(town: Town, username: str) -> Client:
    from zhize.accounts.models import Officer

    client = Client(headers={"host": "localhost"})
    client.force_login(Officer.objects.get(username=username), "django.contrib.auth.backends.ModelBackend")
    return client


def said(town: Town, **more: str) -> dict[str, str]:
    paper = town.notice(
        kind="decision", issuer_class="人大", issuer_level="nation", issuer_area="000000", number="", title="修改决定"
    )
    return {
        "law": "档案法", "kind": "amended", "day": "2018-03-01", "instrument": paper.key,
        "moves": "第二十四条 → 第三十条\n第十六条 →\n→ 第五十条之一",
    } | more  # fmt: skip


def test_what_a_change_touches_is_shown_before_anything_is_written(town: Town) -> None:
    page = desk(town, "fazhi").post("/desk/laws/new/", said(town, preview="1")).content.decode()
    assert "对擅自提供、抄录、公布、销毁国家所有档案行为的处罚" in page
    assert "失去依据" in page and "更换条文" in page and "第五十条之一" in page
    assert not LawChange.objects.filter(law__key="档案法", from_day="2018-03-01").exists()


def test_a_change_is_entered_and_the_renumbered_items_follow_with_one_button(town: Town) -> None:
    words = said(town, confirm="1")
    entered = desk(town, "fazhi").post("/desk/laws/new/", words, follow=True)
    change = LawChange.objects.get(law__key="档案法", from_day="2018-03-01")
    assert entered.redirect_chain[-1][0] == f"/desk/laws/{change.pk}/"
    assert "没有办" in entered.content.decode()
    editor = desk(town, "dengji")
    page = editor.post(f"/desk/laws/{change.pk}/rebase/", follow=True).content.decode()
    assert "已更换" in page
    assert "已办" in page


def test_a_line_that_cannot_be_read_is_named_and_nothing_is_lost(town: Town) -> None:
    page = desk(town, "fazhi").post("/desk/laws/new/", said(town, moves="第二十四条改成第三十条", preview="1"))
    assert page.status_code == 400
    assert "第1行没有箭头" in page.content.decode()
    assert "第二十四条改成第三十条" in page.content.decode()


def test_the_changes_of_the_town_are_listed_with_their_progress(town: Town) -> None:
    page = desk(town, "qingdan").get("/desk/laws/").content.decode()
    assert "噪声污染防治法" in page
    assert "登记法律变动</span>" not in page  # a clerk of a department reads


def test_a_handler_does_not_see_them(town: Town) -> None:
    assert desk(town, "zhifa").get("/desk/laws/").status_code == 403


def test_a_paper_says_what_must_be_published_again(town: Town) -> None:
    from zhize.register.models import Holding

    row = Holding.objects.live().filter(mode="划转", body=town.body("wz-zhifa")).select_related("instrument").first()
    assert row is not None
    page = desk(town, "dengji").get(f"/desk/papers/{row.instrument.key}/reissue/").content.decode()
    assert "职责划转或者收回" in page
    assert "温州市综合行政执法局权力清单" in page


def test_what_lost_its_law_is_marked_in_the_list_on_the_item_and_in_the_answer(town: Town) -> None:
    paper = town.notice(
        kind="law", issuer_class="人大", issuer_level="nation", number="", title="废止决定", issuer_area="000000"
    )
    words = {"law": "档案法", "kind": "repealed", "day": "2023-03-01", "instrument": paper.key, "confirm": "1"}
    desk(town, "fazhi").post("/desk/laws/new/", words)
    anybody, body = (
        Client(headers={"host": "localhost"}),
        town.who("arc-copy", "330300", date(2023, 3, 1)).answer.holder,
    )
    code = Body.objects.get(pk=body.body_id).code
    for page in (f"/lists/{code}/power/?", f"/items/{code}/arc-copy/?", "/who/?q=arc-copy&place=330300&"):
        assert "暂停行使" in anybody.get(page + "day=2023-03-01").content.decode()
        assert "暂停行使" not in anybody.get(page + "day=2023-02-28").content.decode()


def test_the_clerk_of_a_department_gets_drafts_for_what_its_own_items_need(town: Town) -> None:
    """The housing bureau's clerk, after an act its permits stand on changed its numbers and lost an article."""
    body, day = town.body("wz-zhujian"), date(2026, 11, 1)
    open_laws = set(LawVersion.objects.live().filter(to_day=None).values_list("law__key", flat=True))
    items = [i for i in items_of_body(body, "power", day) if len(i.bases) == 1 and i.bases[0].article]
    busy = set(Adjustment.objects.filter(body=body).values_list("duty_id", flat=True))
    items = [i for i in items if i.bases[0].law in open_laws and i.duty_id not in busy]
    law = Counter(i.bases[0].law for i in items).most_common(1)[0][0]
    articles = sorted({i.bases[0].article for i in items if i.bases[0].law == law})
    words = said(
        town,
        law=law,
        day="2026-11-20",
        confirm="1",
        moves=f"{articles[0]} → 第九百条\n" + (f"{articles[1]} →" if articles[1:] else ""),
    )
    desk(town, "fazhi").post("/desk/laws/new/", words)
    change = LawChange.objects.get(law__key=law, from_day="2026-11-20")
    clerk = desk(town, "qingdan")
    assert "起草这些调整" in clerk.get(f"/desk/laws/{change.pk}/").content.decode()
    clerk.post(f"/desk/laws/{change.pk}/drafts/")
    made = list(Adjustment.objects.filter(body=body, duty__key__in=[i.key for i in items]))
    assert any(("第九百条" in str(a.draft)) and a.op == "change" for a in made)
    assert not articles[1:] or any(a.op == "drop" and a.reason == "改" for a in made)
    before = len(made)
    clerk.post(f"/desk/laws/{change.pk}/drafts/")
    assert Adjustment.objects.filter(body=body, duty__key__in=[i.key for i in items]).count() == before
