"""The pages of supervision: a supervisor orders, a body answers; a notice goes out as a paper; a proposal goes its way; the wall."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from docx import Document

from zhize.cases import commands
from zhize.cases.models import Case, Leg, Notice, Order, Proposal, Shelving
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.desks import Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(town: Town) -> Story:
    return Story(town)


def test_a_supervisor_orders_the_body_answers_and_it_is_checked_off(story: Story) -> None:
    story.act("supervisor", "order", leg=story.leg.no, ground="pushed", words="三日内查清")
    row = Order.objects.get()
    assert row.number in story.page("supervisor", f"/desk/cases/{story.pk}/")
    assert row.number in story.page("lc", "/desk/orders/") and row.number not in story.page("oh", "/desk/orders/")
    assert Case.objects.get(pk=story.pk).no in story.page("lc", "/desk/worklist/?queue=ordered")
    here = f"/desk/orders/{row.pk}/"
    page = story.page("lc", here)
    assert "三日内查清" in page and "这个期限是怎么算出来的" in page and 'name="answer_order-text"' in page
    page = story.send("lc", f"{here}answer_order/", 400, text="已经查清", approved_by="")
    assert "已经查清" in page and 'id="act-answer_order" open' in page
    story.send("lc", f"{here}answer_order/", text="已经查清", approved_by="王局长")
    story.send("supervisor", f"{here}check_order/", passed="yes")
    assert "已销号" in story.page("supervisor", here)


def test_the_unit_reads_its_order_and_has_no_button_to_check_it_off(story: Story) -> None:
    story.act("supervisor", "order", leg=story.leg.no, ground="other", words="查清")
    here = f"/desk/orders/{Order.objects.get().pk}/"
    assert "check_order" not in story.page("lc", here)
    assert story.at("oh").get(here).status_code == 404
    assert "由您所在机构承办" in story.page("lc_boss", here)


def test_a_notice_is_drafted_issued_by_another_answered_and_printed(story: Story, town: Town) -> None:
    from zhize.cases.tests.test_orders import second

    no = Case.objects.get(pk=story.pk).no
    story.send("supervisor", "/desk/notices/draft/", title="超期办件通报", words="限期整改", cases=f"{no} 超期五日")
    row = Notice.objects.get()
    here = f"/desk/notices/{row.pk}/"
    assert "提出的人和决定的人须是两个人" in story.page("supervisor", here)
    assert story.at("lc").get(here).status_code == 404  # a draft is nobody's business
    commands.issue_notice(row.pk, "温热线通〔2016〕1号", by=second(town), now=timezone.now())
    assert "超期五日" in story.page("lc", here) and story.at("oh").get(here).status_code == 404
    story.send("lc", f"{here}answer_notice/", text="已经约谈经办人")
    answer = story.at("supervisor").get(f"{here}paper.docx")
    book = Document(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    words = "\n".join(p.text for p in book.paragraphs) + "".join(
        c.text for t in book.tables for r in t.rows for c in r.cells
    )
    assert "超期办件通报" in words and no in words and "鹿城区综合行政执法局" in words and "占道摆摊" not in words
    pdf = b"".join(story.at("supervisor").get(f"{here}paper.pdf").streaming_content)  # type: ignore[attr-defined]
    assert pdf.startswith(b"%PDF")
    story.send("supervisor", f"{here}close_notice/")
    assert Notice.objects.get().state == "closed"


def test_a_number_nobody_knows_is_said_at_its_field(story: Story) -> None:
    page = story.send(
        "supervisor", "/desk/notices/draft/", 400, title="通报", words="整改", cases="3303-19990101-0000 超期"
    )
    assert "3303-19990101-0000" in page and "通报" in page


def test_carried_over_from_its_page_and_back(story: Story) -> None:
    story.act("lc", "sign", leg=story.leg.no)
    story.act("lc", "reply", leg=story.leg.no, text="列入明年计划")
    day = (timezone.now() + timedelta(days=20)).date().isoformat()
    story.act("supervisor", "shelve", ground="plan", evidence="温发改〔2016〕5号", plan="明年改造", review_on=day)
    assert Shelving.objects.get().plan == "明年改造"
    page = story.page("supervisor", f"/desk/cases/{story.pk}/")
    assert "已挂账" in page and "复核挂账" in page
    assert Case.objects.get(pk=story.pk).no in story.page("supervisor", "/desk/worklist/?queue=shelved")
    story.act("supervisor", "unshelve", because="工程提前开工")
    assert Case.objects.get(pk=story.pk).state == "handling"


def test_a_part_brought_in_that_is_late_makes_the_case_late(story: Story, town: Town) -> None:
    story.act("dispatcher", "involve", body="lc-env", required="on", why="涉及油烟")
    part = Leg.objects.get(case=story.pk, capacity="assist")
    assert (part.required, part.by_hand) == (True, True)
    assert (
        "超期" not in story.page("supervisor", f"/desk/cases/{story.pk}/").split("</main>")[0].split('class="stack"')[0]
    )
    Leg.objects.filter(pk=part.pk).update(due=timezone.now() - timedelta(days=1))
    assert "超期" in story.page("supervisor", f"/desk/cases/{story.pk}/")
    wall = story.page("supervisor", "/desk/wall/")
    assert "协办超期" in wall and Case.objects.get(pk=story.pk).no in wall


def test_the_way_of_a_proposal_page_by_page(story: Story, town: Town) -> None:
    gap = story.received("03")
    row = Proposal.objects.get(kind="gap")
    assert gap.no in story.page("editor", "/desk/gaps/")
    here = f"/desk/gaps/{row.pk}/"
    page = story.page("editor", here)
    assert "仍按现行登记分派" in page and 'name="consult-words"' in page and "decide-" not in page
    story.send("editor", f"{here}consult/", first_body="lc-env", second_body="lc-enforce", words="请答复由谁负责")
    assert story.page("env", "/desk/gaps/").count(f'href="{here}"') == 1
    assert story.at("oh").get(here).status_code == 404
    page = story.send("env", f"{here}opine/", 400, agreed="no", words="")
    assert "不同意的理由" in page
    story.send("env", f"{here}opine/", agreed="no", words="不属于环保")
    story.send("lc", f"{here}opine/", agreed="yes")
    story.send("editor", f"{here}submit/", words="提请编委会")
    page = story.send("editor", f"{here}settle/", 409, carried="yes", outcome="已改")
    assert "仍然定不下由谁负责" in page
    story.send("editor", f"{here}settle/", carried="no", outcome="并入另一条研究")
    assert "不改登记" in story.page("editor", here) and Proposal.objects.get(pk=row.pk).settled_at


def test_the_wall_is_silent_while_nothing_changes(story: Story) -> None:
    page = story.page("supervisor", "/desk/wall/")
    mark = page.split("?seen=")[1].split('"')[0]
    story.page("supervisor", f"/desk/wall/?seen={mark}", 204)
    story.late()
    part = story.page("supervisor", f"/desk/wall/?seen={mark}")
    assert "<html" not in part and Case.objects.get(pk=story.pk).no in part and "wall-late" in part


def test_the_wall_is_for_those_who_supervise(story: Story) -> None:
    assert story.at("lc").get("/desk/wall/").status_code == 403
    assert story.at("dispatcher").get("/desk/wall/").status_code == 200


def test_a_look_at_a_sealed_identity_stands_on_the_wall(story: Story) -> None:
    case = story.received("010101", kind="report", name="张三", phone="13800138000")
    commands.look(case.pk, "回电核实", by=story.town.by("taker"), now=timezone.now())
    wall = story.page("supervisor", "/desk/wall/")
    assert "回电核实" in wall and case.no in wall and "13800138000" not in wall


def test_the_wall_quotes_nobody(story: Story) -> None:
    story.late()
    assert "占道摆摊" not in story.page("supervisor", "/desk/wall/").split("</main>")[0]


def test_a_list_marks_the_case_late_when_a_part_of_it_is(story: Story) -> None:
    story.act("dispatcher", "involve", body="lc-env", required="on", why="涉及油烟")
    Leg.objects.filter(case=story.pk, capacity="assist").update(due=timezone.now() - timedelta(days=1))
    assert "超期" in story.page("supervisor", "/desk/cases/").split("</main>")[0].split("<tbody>")[1]
    Leg.objects.filter(case=story.pk, capacity="assist").update(required=False)
    assert "超期" not in story.page("supervisor", "/desk/cases/").split("</main>")[0].split("<tbody>")[1]
