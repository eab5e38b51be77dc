"""The desk's pages: each seat its queues; on the page of a case exactly the acts of the seat; refusals lose nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import unquote_plus

import pytest
from django.test import Client
from django.utils import timezone

from zhize.accounts.models import By
from zhize.cases import commands
from zhize.cases.models import Case, Leg, Proposal, Reply
from zhize.cases.queries.acts import offers
from zhize.cases.terms import Message
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.desks import SAID, Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(town: Town) -> Story:
    return Story(town, name="张三丰", phone="13812345678")


def test_nobody_enters_without_signing_in(story: Story) -> None:
    for path in (
        "/desk/worklist/",
        "/desk/cases/",
        f"/desk/cases/{story.pk}/",
        "/desk/gaps/",
        "/desk/figures/",
        "/desk/intake/",
    ):
        assert "sign-in" in Client(headers={"host": "localhost"}).get(path)["Location"]


def test_a_body_sees_only_what_was_sent_to_it(story: Story) -> None:
    assert story.at("lc").get(f"/desk/cases/{story.pk}/").status_code == 200
    assert story.at("oh").get(f"/desk/cases/{story.pk}/").status_code == 404
    assert story.at("oh").post(f"/desk/cases/{story.pk}/legs/1/sign/").status_code == 404
    assert story.case.no in story.page("lc", "/desk/worklist/") and story.case.no not in story.page(
        "oh", "/desk/worklist/"
    )
    assert story.case.no in story.page("lc", "/desk/cases/") and story.case.no not in story.page("oh", "/desk/cases/")


def test_from_sign_to_close_each_at_the_own_desk(story: Story) -> None:
    assert "现在可以办的" in story.page("lc")
    story.act("lc", "sign", 1)
    assert story.case.state == "handling"
    story.act("lc", "reply", 1, text="已劝离，安排早间巡查。", solved="on", evidence="现场照片 3 张")
    assert story.case.state == "replied" and "已劝离" in story.page("supervisor")
    story.act("supervisor", "review", passed="yes")
    story.act("taker", "follow_up", way="call", reached="yes", contacted="yes", solved="yes", satisfied="yes")
    story.act("supervisor", "close")
    assert story.case.state == "closed"
    assert "办理记录" in story.page("auditor" if "auditor" in story.town.seats else "supervisor")


def test_a_form_half_filled_in_comes_back_with_its_words(story: Story) -> None:
    story.act("lc", "sign", 1)
    page = story.act("lc", "reply", 1, status=400, text="已经处理好了。", solved="on")
    assert "已经处理好了。" in page and "解决的证据" in page and 'id="act-reply-1" open' in page
    assert not Reply.objects.exists()


def test_what_may_not_be_done_is_grey_with_the_sentence_of_the_refusal(story: Story) -> None:
    seat = story.town.seats["supervisor"]
    legs = list(story.case.legs.all())
    for leg in legs:
        leg.case = story.case
    barred = [o for o in offers(story.case, legs, seat, story.town.by("supervisor"), timezone.now()) if o.refusal]
    page = story.page("supervisor")
    assert barred and all(o.refusal is not None and o.refusal.sentence() in page for o in barred)
    assert page.count("disabled") >= len(barred)
    assert "办结" in {o.label for o in barred}
    said = story.act("supervisor", "close", status=409)
    assert "现在不能办结" in said


def test_a_body_never_reviews_follows_up_or_closes_its_own_case(story: Story) -> None:
    page = story.page("lc_boss")
    assert "统一受理、办理、督办、评价相分离" in page
    story.act("lc_boss", "suspend", status=409, ground="reporter", evidence="补正通知")
    assert not story.case.suspended


def test_a_handler_does_not_see_who_reported_unless_the_right_says_so(story: Story) -> None:
    for name in ("lc", "dispatcher"):
        page = story.page(name)
        assert "张三丰" not in page and "13812345678" not in page and "138****5678" in page
    story.pk = story.received("010101", text="举报一家店占道。", kind="report").pk
    page = story.page("lc")
    assert "138****5678" not in page and "对承办机构保密" in page
    assert "张三丰" not in story.act("lc", "look", status=409, field="phone", purpose="联系来件人")
    page = story.page("lc_boss")
    assert "138****5678" not in page and "对承办机构保密" in page
    assert "138****5678" in story.page("dispatcher")


def test_looking_at_the_reporter_names_a_purpose_and_is_on_record(story: Story) -> None:
    assert "13812345678" not in story.act("taker", "look", status=400, field="phone", purpose="")
    assert "13812345678" in story.act("taker", "look", status=200, field="phone", purpose="核实地点")
    assert "核实地点" in story.page("supervisor")
    assert "13812345678" not in story.page("taker")


def test_the_dispatcher_chooses_among_the_registers_answers(story: Story) -> None:
    story.pk = story.received("").pk
    page = story.page("dispatcher")
    assert "鹿城区综合行政执法局" in page and "〔2015〕" in page and 'value="010101"' in page
    story.act("dispatcher", "dispatch", matter="010101")
    leg = Leg.objects.get(case=story.pk)
    assert leg.body == story.town.bodies["lc-enforce"] and leg.holding is not None and not leg.by_hand


def test_by_hand_needs_a_reason_and_asks_the_register_to_be_amended(story: Story) -> None:
    story.pk = story.received("03").pk
    assert "无人负责" in story.page("dispatcher")
    said = story.act("dispatcher", "dispatch", status=400, body="lc-market")
    assert "人工指定的理由" in said and not Leg.objects.filter(case=story.pk).exists()
    story.act("dispatcher", "dispatch", body="lc-market", assist_body="lc-env", why="店铺由它发照")
    assert [leg.capacity for leg in Leg.objects.filter(case=story.pk)] == ["lead", "assist"]
    assert "店铺由它发照" in story.page("dispatcher")
    assert Proposal.objects.filter(kind="hand").exists()


def test_a_gap_stands_on_the_worklist_until_the_editor_settles_it(story: Story) -> None:
    story.received("03")
    page = story.page("editor", "/desk/gaps/")
    line = Proposal.objects.get(kind="gap")
    assert "无人负责" in page and "无人认领的事" in page
    here, said = f"/desk/gaps/{line.pk}/settle/", {"settle-carried": "no", "settle-outcome": "已明确由市场监管局负责"}
    answer = story.at("editor").post(here, said | {"settle-outcome": " "})
    assert answer.status_code == 400 and 'id="act-settle" open' in answer.content.decode()
    assert story.at("supervisor").post(here, said).status_code == 409
    assert story.at("editor").post(here, said).status_code == 302
    assert "没有待处理的登记建议" in story.page("editor", "/desk/gaps/")


def test_a_body_does_not_read_why_others_were_sent_cases_by_hand(story: Story) -> None:
    for who, status in (("dispatcher", 200), ("approver", 200), ("lc", 200), ("taker", 403)):
        assert story.at(who).get("/desk/gaps/").status_code == status
    case = story.received("03")
    why = "店铺由它发照"
    commands.dispatch(
        case.pk, body=story.town.bodies["lc-env"], why=why, by=story.town.by("dispatcher"), now=timezone.now()
    )
    row = Proposal.objects.get(kind="hand")
    assert why in story.page("dispatcher", "/desk/gaps/") and why not in story.page("env", "/desk/gaps/")
    assert story.at("env").get(f"/desk/gaps/{row.pk}/").status_code == 404
    assert story.at("env").post(f"/desk/gaps/{row.pk}/settle/", {"settle-outcome": "x"}).status_code == 404


def test_a_return_cites_and_the_register_judges_on_the_page(story: Story) -> None:
    cites = {"request_return-1-body": "lc-env", "request_return-1-duty": "stalls"}
    said = story.at("lc").get(f"/desk/cases/{story.pk}/legs/1/judgement/", cites).content.decode()
    assert "引用不成立" in said
    assert "请打几个字" in story.act("lc", "request_return", 1, status=400, reason="不归我们管")
    story.act("lc", "request_return", 1, body="lc-env", duty="stalls", reason="应由环保局办理")
    page = story.page("dispatcher")
    assert "申请退回" in page and "引用不成立" in page and "应由环保局办理" in page
    assert story.case.no in story.page("dispatcher", "/desk/worklist/?queue=returns")
    story.act("dispatcher", "decide_return", 1, status=400, decision="refused")
    story.act("dispatcher", "decide_return", 1, decision="refused", words="登记由你局负责")
    assert story.case.state == "handling"
    assert "一次" in story.page("lc")


def test_more_time_is_asked_by_one_and_granted_by_another(story: Story) -> None:
    story.act("lc", "sign", 1)
    before = story.case.due
    story.act("lc", "extend", 1, days="5", reason="须现场勘查")
    assert story.case.no in story.page("supervisor", "/desk/worklist/?queue=grants")
    story.act("supervisor", "grant", granted="yes")
    assert story.case.due > before and "须现场勘查" in story.page("lc")


def test_the_clock_stands_on_a_listed_ground_and_runs_again(story: Story) -> None:
    story.act("supervisor", "suspend", ground="reporter", evidence="补正通知")
    assert "计时已中止" in story.page("lc")
    story.act("supervisor", "resume", because="材料补齐")
    assert not story.case.suspended


def test_two_people_decline_a_case(story: Story) -> None:
    story.pk = story.received("").pk
    story.act("taker", "not_accept", reason="litigation", words="内部意见")
    assert story.case.no in story.page("dispatcher", "/desk/worklist/?queue=confirm")
    story.act("dispatcher", "confirm_not_accept", agreed="yes")
    assert story.case.state == "not_accepted"


def test_urging_answering_merging_recalling_reopening(story: Story) -> None:
    story.act("supervisor", "urge", 1, kind="remind", words="请三日内答复")
    assert "三日内答复" in story.page("lc")
    story.act("dispatcher", "recall", why="派错了")
    story.act("dispatcher", "answer", text="请拨打城管热线。")
    story.act("taker", "reopen", why="没人接电话")
    assert story.case.round == 2
    first, story.pk = story.case, story.received("").pk
    said = story.act("taker", "merge", status=400, into="没有这个号")
    assert "没有这一件诉求" in said and 'value="没有这个号"' in said
    story.act("taker", "merge", into=first.no.lower())
    assert story.case.duplicate_of == first


def test_the_call_taker_registers_one_after_another(story: Story) -> None:
    said = {
        "text": SAID,
        "place_text": "五马街道",
        "kind": "complaint",
        "channel": "phone",
        "matter": "010101",
        "key": "k1",
    }
    page = story.at("taker").post("/desk/intake/", said).content.decode()
    assert "登记下一件" in page and "receipt-secret" in page
    assert Case.objects.get(channel="phone").state == "dispatched"
    wrong = story.at("taker").post("/desk/intake/", said | {"text": "", "address": "人民路"})
    assert wrong.status_code == 400 and 'value="人民路"' in wrong.content.decode()
    assert "它是给话务员用的" in story.at("lc").get("/desk/intake/").content.decode()


def test_a_thousand_rows_are_pages_and_the_count_says_how_many(story: Story) -> None:
    place = story.town.places["330302001"].pk
    many = [Message(text=f"第{n}件，占道摆摊", place_id=place) for n in range(1005)]
    commands.receive_many(many, by=By.citizen(), now=timezone.now())
    first = story.page("dispatcher", "/desk/worklist/?queue=screen")
    assert "1000+" in first and first.count("<tr>") == 51 and "下一页" in first
    second = (
        story.at("dispatcher").get("/desk/worklist/", {"queue": "screen", "before": _older(first)}).content.decode()
    )
    assert second.count("<tr>") == 51 and "上一页" in second
    assert not _numbers(first) & _numbers(second)


def _older(page: str) -> str:
    return unquote_plus(re.findall(r'rel="next" href="[^"]*before=([^"&]+)', page)[0])


def _numbers(page: str) -> set[str]:
    return set(re.findall(r"\d{4}-\d{8}-\d{6,}", page))


def test_what_is_open_and_late_is_in_the_denominator(story: Story) -> None:
    now = timezone.now()
    Leg.objects.filter(case=story.pk).update(due=now - timedelta(hours=1))
    Case.objects.filter(pk=story.pk).update(due=now - timedelta(hours=1), promised_at=now - timedelta(days=9))
    page = story.page("supervisor", "/desk/figures/?days=7")
    assert "到期未答复 1" in page and "0 / 1（0.0%）" in page and "<svg" in page
    assert story.case.no in story.page("supervisor", "/desk/worklist/?queue=late")


@pytest.mark.parametrize(
    "path",
    [
        "/desk/worklist/?queue=nonsense",
        "/desk/cases/?q=%00&state=x&kind=y",
        "/desk/figures/?days=x",
        "/desk/matters/suggest/?q=摆摊",
        "/desk/cases/?q=占道",
    ],
)
def test_odd_addresses_are_answered(story: Story, path: str) -> None:
    assert story.at("dispatcher").get(path).status_code == 200


def test_a_cursor_that_cannot_be_read_is_refused_in_one_sentence(story: Story) -> None:
    assert story.at("dispatcher").get("/desk/cases/?before=x").status_code == 400


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_the_desk_stands_in_every_language(story: Story, language: str) -> None:
    client = story.at("dispatcher")
    client.cookies["django_language"] = language
    for path in (
        "/desk/worklist/",
        f"/desk/cases/{story.pk}/",
        "/desk/gaps/",
        "/desk/figures/",
        "/desk/cases/",
    ):
        assert client.get(path).status_code == 200, path
