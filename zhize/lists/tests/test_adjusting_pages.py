"""An adjustment from the clerk's form to the register, on the pages of five officers; and what the form helps with."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from tests.town import Town
from zhize.accounts.models import Officer
from zhize.lists.models import Adjustment, Batch
from zhize.lists.queries import items
from zhize.lists.queries.citing import read_bases
from zhize.lists.tests.test_adjusting import some_item
from zhize.record.models import Provision
from zhize.register.models import Body

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
NAME = "对擅自占用演示绿道行为的处罚"


def desk(username: str) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(Officer.objects.get(username=username), "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def body(town: Town) -> Body:
    return town.body("wz-zhujian")


def form(**more: object) -> dict[str, object]:
    said = {
        "reason": "立", "article": "建筑法第六十四条", "words": "法律新立", "sort": "02", "name": NAME, "bases": "建筑法64条",
        "levels": ["3"], "where": "温州市", "capacity": "NAME_HOLDER", "mode": "法定", "f-conduct": "擅自占用", "f-penalty": "罚款",
        "f-range": "一千元以下", "f-consult": "0577-00001111",
    }  # fmt: skip
    return said | more


def drafted(town: Town, **more: object) -> Adjustment:
    answer = desk("qingdan").post("/desk/adjustments/new/?op=add", form(**more))
    assert answer.status_code == 302, re.findall(r"field-error[^>]*>.*?</p>", answer.content.decode())[:5]
    return Adjustment.objects.latest("pk")


def test_five_officers_bring_an_item_into_a_list(town: Town, body: Body) -> None:
    a = drafted(town)
    one = f"/desk/adjustments/{a.pk}/"
    assert "报送" in desk("qingdan").get(one).content.decode()
    desk("qingdan").post(f"{one}file/", {"file-words": ""})
    assert NAME in desk("fazhi").get("/desk/adjustments/").content.decode()
    desk("fazhi").post(f"{one}vet/", {"vet-verdict": "passed", "vet-words": "合法"})
    desk("dengji").post(f"{one}consult/", {"consult-bodies": "wz-zhifa", "consult-words": "是否与你局事项重复"})
    asked = Adjustment.objects.get(pk=a.pk).consultations.get()
    assert NAME in desk("zhifa").get("/desk/adjustments/").content.decode()
    desk("zhifa").post(f"{one}answer/{asked.pk}/", {"answer-answer": "agree"})
    desk("dengji").post(f"{one}examine/", {"examine-verdict": "passed"})
    desk("dengji").post("/desk/adjustments/gather/", {"ids": [a.pk], "title": "演示第一批"})
    batch = Batch.objects.get(title="演示第一批")
    paper = town.notice(kind="decision", title="关于调整权力清单的决定")
    page = desk("shenpi").post(
        f"/desk/batches/{batch.pk}/enact/", {"enact-instrument": paper.key, "enact-day": str(town.now.date())}
    )
    assert page.status_code == 302, page.content.decode()[:3000]
    desk("dengji").post(f"/desk/batches/{batch.pk}/effect/", {})
    assert any(i.name == NAME for i in items(body, "power", town.now.date()))
    story = desk("qingdan").get(one).content.decode()
    for said in ("合法性审核通过", "征求意见", "审核通过", "审定", "施行"):
        assert said in story


def test_a_refused_form_keeps_every_word(town: Town, body: Body) -> None:
    page = desk("qingdan").post("/desk/adjustments/new/?op=add", form(bases="不存在法第三条", words="说了很多理由"))
    said = page.content.decode()
    assert page.status_code == 400
    assert "法律登记中没有《不存在法》" in said and "说了很多理由" in said and "擅自占用" in said


def test_the_type_decides_the_fields_and_changing_back_loses_nothing(town: Town, body: Body) -> None:
    as_licence = desk("qingdan").post("/desk/adjustments/parts/?part=fields", form(sort="01")).content.decode()
    assert "申请条件" in as_licence and "处罚的种类" not in as_licence
    assert 'type="hidden" name="f-conduct" value="擅自占用"' in as_licence


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("建筑法64条", "《中华人民共和国建筑法》第六十四条"),
        ("中华人民共和国建筑法第六十四条", "《中华人民共和国建筑法》第六十四条"),
        ("《建筑法》第六十四条", "《中华人民共和国建筑法》第六十四条"),
        ("建築法第六十四條", "《中华人民共和国建筑法》第六十四条"),
        ("建筑法 第64条第1款第2项", "《中华人民共和国建筑法》第六十四条第一款第二项"),
    ],
)
def test_the_law_picker_reads_citations_as_people_type_them(town: Town, typed: str, read: str) -> None:
    found = read_bases(typed, date(2020, 1, 1))
    assert [str(c) for c in found] == [read]
    assert found[0].basis is not None and found[0].basis[0] == "建筑法"


def test_the_law_picker_quotes_the_article_of_the_day(town: Town) -> None:
    kept = Provision.objects.select_related("law").exclude(article="").order_by("pk")[0]
    bare = kept.law.name.removeprefix("中华人民共和国")
    found = read_bases(f"{bare}{kept.article}", kept.version_day)
    assert found[0].text == kept.text
    page = desk("qingdan").post("/desk/adjustments/parts/?part=cited", {"bases": f"《{kept.law.name}》{kept.article}"})
    assert "<blockquote>" in page.content.decode()


def test_names_alike_are_shown_while_typing(town: Town, body: Body) -> None:
    duty = some_item(town, body)
    name = next(i.name for i in items(body, "power", town.now.date()) if i.duty_id == duty.pk)
    page = (
        desk("qingdan").post("/desk/adjustments/parts/?part=alike", {"name": name[:-3], "sort": "02"}).content.decode()
    )
    assert name in page


def test_what_would_bar_filing_is_said_while_typing(town: Town, body: Body) -> None:
    page = (
        desk("qingdan")
        .post("/desk/adjustments/parts/?part=faults", form(name="占用绿道", **{"f-range": ""}))
        .content.decode()
    )
    assert "不合这类事项名称的写法" in page and "没有写“处罚的幅度”" in page and "第11条" in page


def test_a_change_begins_with_the_registers_own_words(town: Town, body: Body) -> None:
    duty = some_item(town, body)
    page = desk("qingdan").get(f"/desk/adjustments/new/?op=change&duty={duty.key}")
    assert page.status_code == 200
    assert next(i.name for i in items(body, "power", town.now.date()) if i.duty_id == duty.pk) in page.content.decode()


def test_a_telephone_is_mended_at_once_and_nothing_else_is(town: Town, body: Body) -> None:
    duty = some_item(town, body)
    where = f"/desk/items/{body.code}/{duty.key}/mend/"
    answer = desk("qingdan").post(where, {"consult": "0577-00009999"})
    assert answer.status_code == 302
    said = next(i.said for i in items(body, "power", town.now.date()) if i.duty_id == duty.pk)
    assert said["consult"] == "0577-00009999"
    assert "conduct" not in desk("qingdan").get(where).content.decode()


def test_a_seat_of_another_body_does_not_see_a_draft(town: Town, body: Body) -> None:
    a = drafted(town)
    assert desk("zhifa").get(f"/desk/adjustments/{a.pk}/").status_code == 404
    assert desk("fazhi").get(f"/desk/adjustments/{a.pk}/").status_code == 404
