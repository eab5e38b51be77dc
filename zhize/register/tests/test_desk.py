"""The register's desk: who is let in, what is shown, acts shown before they are done, imports from file to register."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.town import Town
from zhize.accounts.models import Officer
from zhize.record.models import Event, Instrument
from zhize.register.models import BodyName, Holding, Import

PAGES = ("register/", "events/", "findings/", "register/seal/", "imports/")
EDITING = ("register/hand-over/", "register/rename/", "register/papers/new/", "imports/new/")
BODIES = "机构名称,机构性质,上级机构,所在地\n鹿城区演示服务中心,事业单位,鹿城区人民政府,鹿城区\n"


@pytest.fixture
def desk(town: Town) -> Any:
    """A browser in which the named officer has signed in."""

    def sign_in(username: str) -> Client:
        client = Client(headers={"host": "localhost"})
        client.force_login(Officer.objects.get(username=username), "django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def hand_over(**changes: str) -> dict[str, str]:
    said = {"duty": "urb-street-trading", "leaving": "zhifa-330302", "arriving": "鹿城区市场监督管理局", "place": "330302",
            "day": "2027年1月1日", "instrument": "温演[2016]1号"}  # fmt: skip
    return said | changes


# ---- doors ------------------------------------------------------------------------------------------------------------


def test_nobody_comes_in_without_signing_in(town: Town):
    for path in (*PAGES, *EDITING, "seats/", "door/"):
        answer = Client(headers={"host": "localhost"}).get(f"/desk/{path}")
        assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/"), path


def test_a_handler_does_not_read_the_registers_desk(town: Town, desk: Any):
    assert all(desk("zhifa").get(f"/desk/{path}").status_code == 403 for path in (*PAGES, *EDITING))


def test_an_auditor_reads_and_does_not_edit(town: Town, desk: Any):
    auditor = desk("shenji")
    assert all(auditor.get(f"/desk/{path}").status_code == 200 for path in PAGES)
    assert all(auditor.get(f"/desk/{path}").status_code == 403 for path in EDITING)


def test_who_has_two_seats_is_asked_which(town: Town, desk: Any):
    both = desk("lc-huawu")
    assert both.get("/desk/door/")["Location"] == "/desk/seats/"
    page = both.get("/desk/seats/").content.decode()
    assert "话务员" in page and "分派员" in page
    seat = page.split('name="seat" value="')[1].split('"')[0]
    assert both.post("/desk/seats/", {"seat": seat}).status_code == 302
    assert both.get("/desk/door/")["Location"] != "/desk/seats/"
    assert all(both.post("/desk/seats/", {"seat": no}).status_code == 409 for no in ("1", "²", ""))
    assert both.post("/desk/seats/", {"seat": seat, "next": "https://elsewhere.example/"})["Location"] == "/desk/door/"


# ---- acts -------------------------------------------------------------------------------------------------------------


def test_a_hand_over_is_shown_then_done_and_leaves_one_event(town: Town, desk: Any):
    editor, before = desk("dengji"), Event.objects.count()
    shown = editor.post("/desk/register/hand-over/", hand_over(preview="1"))
    page = shown.content.decode()
    assert "鹿城区市场监督管理局" in page and "2026-12-31" in page and Event.objects.count() == before
    editor.post("/desk/register/hand-over/", hand_over(confirm="1", seen=shown.context["seen"]))
    assert Event.objects.count() == before + 1 and Event.objects.order_by("-pk")[0].who == "甄登记"
    held = Holding.objects.as_of(date(2027, 1, 1)).get(duty__key="urb-street-trading", place__key="330302", level=4)
    assert held.body == town.body("鹿城区市场监督管理局")


def test_what_was_changed_after_it_was_shown_is_shown_again(town: Town, desk: Any):
    editor, before = desk("dengji"), Event.objects.count()
    seen = editor.post("/desk/register/hand-over/", hand_over(preview="1")).context["seen"]
    again = editor.post("/desk/register/hand-over/", hand_over(confirm="1", seen=seen, day="2027-02-01"))
    assert "2027-01-31" in again.content.decode() and Event.objects.count() == before


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"place": "龙湾区"}, 409, "已不行使或从未行使这项职责"),
        ({"arriving": "zhifa-330302"}, 400, "同一个"),
        ({"day": "2027-02-30"}, 400, "历法上没有这一天"),
        ({"duty": "env-noise", "leaving": "huanbao-330302", "day": "2017-01-01"}, 400, "请写明是哪一部分"),
        ({"instrument": "温演〔2099〕1号"}, 400, "找不到文件"),
        ({"instrument": "cn-2019-longgang", "day": "2016-01-01"}, 409, "规则"),
    ],
)
def test_a_hand_over_that_cannot_be_is_refused_and_writes_nothing(
    town: Town, desk: Any, changes: dict[str, str], status: int, words: str
):
    before = Event.objects.count(), Holding.objects.count()
    answer = desk("dengji").post("/desk/register/hand-over/", hand_over(preview="1", **changes))
    assert answer.status_code == status and words in answer.content.decode()
    assert (Event.objects.count(), Holding.objects.count()) == before


def test_an_editor_of_one_district_does_not_touch_another(town: Town, desk: Any):
    said = hand_over(preview="1", leaving="zhifa-330303", arriving="龙湾区市场监督管理局", place="330303")
    answer = desk("lc-dengji").post("/desk/register/hand-over/", said)
    assert answer.status_code == 409 and "不在您席位的辖区内" in answer.content.decode()


def test_a_body_is_renamed(town: Town, desk: Any):
    editor = desk("dengji")
    town.notice(
        key="t-rename", number="温演〔2027〕8号", signed=date(2026, 12, 1), effective=date(2027, 1, 1), kind="decision"
    )
    said = {"body": "zhifa-330302", "name": "鹿城区综合执法局", "day": "2027-01-01", "instrument": "t-rename"}
    shown = editor.post("/desk/register/rename/", said | {"preview": "1"})
    assert "鹿城区综合执法局" in shown.content.decode(), shown.content.decode()
    editor.post("/desk/register/rename/", said | {"confirm": "1", "seen": shown.context["seen"]})
    assert BodyName.objects.as_of(date(2027, 1, 1)).get(body__code="zhifa-330302").name == "鹿城区综合执法局"


def test_a_paper_is_entered_once(town: Town, desk: Any):
    said = {"number": "温演[2027]9号", "title": "关于演示的通知", "kind": "notice", "issuer": "温州市人民政府", "issuer_class": "政府",
            "issuer_level": "city", "issuer_area": "温州市", "signed": "2026-11-01", "effective": "2026-12-01"}  # fmt: skip
    editor = desk("dengji")
    assert editor.post("/desk/register/papers/new/", said).status_code == 302
    paper = Instrument.objects.get(number="温演〔2027〕9号")
    assert paper.issuer_area == "330300" and Event.objects.order_by("-pk")[0].act == "enter_instruments"
    assert "这个文号已经登记过" in editor.post("/desk/register/papers/new/", said).content.decode()
    wrong = editor.post(
        "/desk/register/papers/new/", said | {"number": "第九号", "published": "2026-10-01"}
    ).content.decode()
    assert "发文字号应当写成" in wrong and "公布日期不能早于成文日期" in wrong


# ---- the log ----------------------------------------------------------------------------------------------------------


def test_a_head_written_down_is_found_again(town: Town, desk: Any):
    from zhize.record.commands import seal_all

    seal_all(now=town.now)
    auditor = desk("shenji")
    page = auditor.get("/desk/register/seal/")
    head = page.context["sealing"]["head"]
    assert (
        "它在链上"
        in auditor.get("/desk/register/seal/", {"head": " ".join(page.context["sealing"]["groups"])}).content.decode()
    )
    assert "链上没有它" in auditor.get("/desk/register/seal/", {"head": head[::-1]}).content.decode()


def test_events_can_be_narrowed_to_an_act_and_a_thing(town: Town, desk: Any):
    auditor, body = desk("shenji"), town.body("鹿城区综合行政执法局")
    page = auditor.get("/desk/events/", {"act": "merge", "touched": f"body:{body.pk}"}).content.decode()
    assert "合并机构" in page and page.count("<tr>") == 2
    assert "没有符合的操作" in auditor.get("/desk/events/", {"who": "没有此人"}).content.decode()


# ---- imports ----------------------------------------------------------------------------------------------------------


def hand_in(client: Client, text: str = BODIES, **changes: str) -> Any:
    said = {"kind": "bodies", "instrument": "wz-demo-2014-power-list", "place": "330300"} | changes
    return client.post("/desk/imports/new/", said | {"file": SimpleUploadedFile("名录.csv", text.encode())})


def test_a_table_is_handed_in_by_one_and_accepted_by_another(town: Town, desk: Any):
    editor, approver = desk("dengji"), desk("shenpi")
    answer = hand_in(editor)
    assert answer.status_code == 302, answer.content.decode()
    draft = Import.objects.get()
    page = editor.get(answer["Location"]).content.decode()
    assert "鹿城区演示服务中心" in page and "您不能批准导入草案" in page
    refused = editor.post(f"/desk/imports/{draft.pk}/accept/")
    assert refused.status_code == 409 and "这一步由审批人办理" in refused.content.decode()
    assert approver.get(answer["Location"]).status_code == 200
    assert editor.post(f"/desk/imports/{draft.pk}/discard/").status_code == 302
    assert approver.post(f"/desk/imports/{draft.pk}/accept/").status_code == 409


def test_a_file_that_is_no_table_is_refused_in_one_sentence(town: Town, desk: Any):
    answer = hand_in(desk("dengji"), "今天天气很好\n")
    assert answer.status_code == 400 and "表头" in answer.content.decode() and not Import.objects.exists()
    assert "没有第99号导入" in desk("dengji").get("/desk/imports/99/").content.decode()
