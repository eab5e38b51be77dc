"""Large tables are the worker's: handed over, watched, stopped, begun again after a worker died, refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from tests.town import Town, system
from zhize.accounts.models import Officer
from zhize.kernel.errors import Refusal
from zhize.record.models import Event
from zhize.register.commands import appoint, dismiss
from zhize.register.importing import errands
from zhize.register.importing.commands import accept_import
from zhize.register.importing.limits import SOON_BYTES, SOON_ROWS
from zhize.register.models import BodyName, Errand, Import, Seat
from zhize.register.tasks import run_errand

HEAD = "机构名称,机构性质,上级机构,所在地,办公地址\n"
LINE = "鹿城区演示第{n}服务中心,事业单位,鹿城区人民政府,鹿城区,演示路{n}号演示大厦第{n}室由演示物业管理\n"


def table(rows: int = SOON_ROWS + 100) -> bytes:
    return (HEAD + "".join(LINE.format(n=n) for n in range(rows))).encode()


def at(username: str) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(Officer.objects.get(username=username), "django.contrib.auth.backends.ModelBackend")
    return client


def hand_in(town: Town, client: Client, content: bytes, name: str = "名录.csv") -> Any:
    paper = town.notice(issuer="温州市机构编制委员会", issuer_class="编委", kind="reply")
    said = {"kind": "bodies", "instrument": paper.key, "place": "330300"}
    return client.post("/desk/imports/new/", said | {"file": SimpleUploadedFile(name, content)})


def handed_in(town: Town, content: bytes, name: str = "名录.csv") -> Errand:
    answer = hand_in(town, at("dengji"), content, name)
    assert answer.status_code == 302 and "/errands/" in answer["Location"], answer.content.decode()
    return Errand.objects.latest("id")


def ended(town: Town, errand: Errand) -> Errand:
    errands.run(errand.pk, town.now)
    errand.refresh_from_db()
    return errand


def test_a_small_table_is_read_while_one_waits(town: Town) -> None:
    answer = hand_in(town, at("dengji"), table(3))
    assert answer["Location"] == f"/desk/imports/{Import.objects.get().pk}/" and not Errand.objects.exists()


def test_a_large_table_is_read_and_accepted_by_the_worker(open_town: Town) -> None:
    """From the hand-in by one officer to the acceptance by another; each event names its officer and seat."""
    assert len(table()) > SOON_BYTES
    errand, editor, approver = handed_in(open_town, table()), at("dengji"), at("shenpi")
    here = f"/desk/imports/errands/{errand.pk}/"
    assert (
        "等候后台作业" in editor.get(here).content.decode() and "等候" in editor.get("/desk/imports/").content.decode()
    )
    assert ended(open_town, errand).state == "done" and errand.content is None
    assert editor.get(here)["Location"] == f"/desk/imports/{errand.draft_id}/"
    assert editor.get(here, headers={"HX-Request": "true"})["HX-Redirect"] == f"/desk/imports/{errand.draft_id}/"
    draft = Import.objects.get()
    assert draft.drafted_by.who == "甄登记" and draft.drafted_by.seat_id == errand.seat_id
    assert draft.counts["taken"] > SOON_ROWS
    answer = approver.post(f"/desk/imports/{draft.pk}/accept/")
    again = approver.post(f"/desk/imports/{draft.pk}/accept/")
    assert answer["Location"] == again["Location"] != here, "asked twice it is one errand"
    assert ended(open_town, Errand.objects.latest("id")).state == "done"
    draft.refresh_from_db()
    assert draft.settled_by is not None and draft.settled_by.who == "甄审批"
    assert BodyName.objects.live().filter(name__startswith="鹿城区演示第").count() == draft.counts["taken"]


def test_a_worker_that_was_killed_is_followed_by_another(open_town: Town) -> None:
    errand = handed_in(open_town, table())
    Errand.objects.filter(pk=errand.pk).update(state="running", done=500, stage="核对各行")
    assert ended(open_town, errand).state == "done" and Import.objects.count() == 1
    run_errand(number=errand.pk)
    assert Import.objects.count() == 1


def test_two_workers_do_not_do_the_same(open_town: Town) -> None:
    errand, other = handed_in(open_town, table()), connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [errands.LOCK + errand.pk])
        assert ended(open_town, errand).state == "waiting"
    other.close()


def test_who_asked_may_stop_it_and_nothing_is_kept(open_town: Town) -> None:
    errand, before = handed_in(open_town, table()), Event.objects.count()
    here = f"/desk/imports/errands/{errand.pk}/"
    assert at("shenpi").post(f"{here}stop/").status_code == 409
    assert "停止，登记没有任何改变" in at("dengji").post(f"{here}stop/", follow=True).content.decode()
    assert ended(open_town, errand).state == "stopped" and errand.content is None
    working = handed_in(open_town, table())
    Errand.objects.filter(pk=working.pk).update(state="running", stop=True)  # the button was pressed while it was read
    assert ended(open_town, working).state == "stopped" and working.stage
    assert not Import.objects.exists() and Event.objects.count() == before


def test_what_cannot_be_read_is_said_on_the_page(open_town: Town) -> None:
    errand = handed_in(open_town, b"PK\x03\x04" + b"\0" * SOON_BYTES, "名录.xlsx")
    assert ended(open_town, errand).state == "refused"
    page = at("dengji").get(f"/desk/imports/errands/{errand.pk}/").content.decode()
    assert "工作簿已损坏" in page and "另交一份" in page and not Import.objects.exists()


def test_rights_are_asked_again_when_it_is_done(open_town: Town) -> None:
    """The seat is what counts: whoever left it meanwhile has nothing read in their name."""
    errand = handed_in(open_town, table())
    dismiss(errand.seat, day=open_town.now.date(), instrument=open_town.notice(), by=system(), now=open_town.now)
    assert ended(open_town, errand).state == "refused" and errand.refusal["code"] == "no_seat"


def test_nobody_accepts_what_they_drafted_whatever_the_door(town: Town) -> None:
    """Not from another seat either: it is the officer who must be another."""
    approver = town.seat("shenpi")
    both = Seat.objects.get(pk=approver.seat_id)
    editing = Seat(
        officer=both.officer, role="register_editor", body=both.body, place=both.place, from_day=both.from_day
    )
    appoint([editing], instrument=town.notice(), by=system(), now=town.now)
    client = at("shenpi")
    client.post("/desk/seats/", {"seat": editing.pk})
    assert hand_in(town, client, table(3)).status_code == 302
    client.post("/desk/seats/", {"seat": both.pk})
    answer = client.post(f"/desk/imports/{Import.objects.get().pk}/accept/")
    assert answer.status_code == 409 and "须是两个人" in answer.content.decode()
    with pytest.raises(Refusal) as refused:
        accept_import(Import.objects.get().pk, instrument=None, by=approver, now=town.now)
    assert refused.value.code == "four_eyes"


def test_nobody_gives_himself_a_seat(town: Town) -> None:
    editor = town.seat("dengji")
    own = Seat.objects.get(pk=editor.seat_id)
    more = Seat(officer=own.officer, role="approver", body=own.body, place=own.place, from_day=own.from_day)
    with pytest.raises(Refusal) as refused:
        appoint([more], instrument=town.notice(), by=editor, now=town.now)
    assert refused.value.code == "four_eyes"
