"""The page of trials: asked for at the desk, carried out by the worker, read by those it concerns."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhize.cases.commands import recuse
from zhize.cases.models import Simulation
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.stories import TUESDAY, sent
from zhize.cases.tests.test_simulating import LATER, MOVE
from zhize.register.importing import errands
from zhize.register.models import Errand, Holding

pytestmark = pytest.mark.django_db
PAGE = "/desk/simulation/"


def seated(town: Town, username: str) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(town.seats[username].officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asked(client: Client, text: str = MOVE, **more: Any) -> Any:
    said = {"first": "2016-03-01", "last": "2016-03-31", "file": SimpleUploadedFile("划转.toml", text.encode())}
    return client.post(PAGE, said | more)


def simulated(town: Town, username: str = "editor", **more: Any) -> Simulation:
    answer = asked(seated(town, username), **more)
    assert answer.status_code == 302, answer.content.decode()
    errand = Errand.objects.latest("id")
    errands.run(errand.pk, LATER)
    errand.refresh_from_db()
    assert (errand.state, errand.refusal, errand.content) == ("done", None, None)
    return Simulation.objects.get()


def test_a_draft_handed_in_is_tried_by_the_worker_and_read_on_its_page(town: Town) -> None:
    case, _ = sent(town)
    before = Holding.objects.count()
    row = simulated(town)
    assert (row.day, Holding.objects.count()) == (date(2016, 4, 1), before)
    editor = seated(town, "editor")
    assert "划转.toml" in editor.get(PAGE).content.decode()
    told = editor.get(row.get_absolute_url()).content.decode()
    assert "鹿城区市场监督管理局" in told and "占道摆摊" in told
    change = row.result["changes"][0]
    behind = editor.get(f"{row.get_absolute_url()}cases/{change['matter']}/{change['place']}/").content.decode()
    assert case.no in behind


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_it_can_be_taken_away(town: Town, format: str) -> None:
    sent(town)
    row = simulated(town)
    file = b"".join(seated(town, "approver").get(f"{row.get_absolute_url()}report.{format}").streaming_content)
    said = "".join(
        ZipFile(io.BytesIO(file)).read(n).decode(errors="ignore") for n in ZipFile(io.BytesIO(file)).namelist()
    )
    assert "鹿城区市场监督管理局" in said


def test_it_is_for_the_office_and_the_supervisor_and_each_in_his_own_place(town: Town) -> None:
    row = simulated(town, "supervisor")
    for username in ("taker", "lc", "dispatcher"):
        assert seated(town, username).get(PAGE).status_code == 403
    assert seated(town, "lc_boss").get(PAGE).status_code == 200
    assert seated(town, "lc_boss").get(row.get_absolute_url()).status_code == 404
    assert seated(town, "lc_boss").get(f"/desk/imports/errands/{Errand.objects.get().pk}/").status_code in (400, 404)


def test_a_county_tries_on_its_own_cases_only(town: Town) -> None:
    row = simulated(town, "lc_boss", place="330304")
    assert row.place == town.places["330302"]


def test_who_is_complained_of_sees_no_such_case_behind_a_line(town: Town) -> None:
    case, _ = sent(town)
    recuse(case.pk, town.bodies["lc-enforce"], by=town.by("dispatcher"), now=TUESDAY)
    row = simulated(town)
    change = row.result["changes"][0]
    page = seated(town, "editor").get(f"{row.get_absolute_url()}cases/{change['matter']}/{change['place']}/")
    assert case.no in page.content.decode()
    own = simulated_by_the_county(town)
    page = seated(town, "lc_boss").get(f"{own.get_absolute_url()}cases/{change['matter']}/{change['place']}/")
    assert page.status_code == 200 and case.no not in page.content.decode()


def simulated_by_the_county(town: Town) -> Simulation:
    Simulation.objects.all().delete()
    return simulated(town, "lc_boss")


def test_what_cannot_be_tried_is_refused_at_the_form_or_by_the_worker(town: Town) -> None:
    editor = seated(town, "editor")
    answer = asked(editor, "[[hand_ovr]]")
    assert answer.status_code == 400 and "不认识“hand_ovr”" in answer.content.decode()
    answer = asked(editor, file="", draft="")
    assert answer.status_code == 400 and "二者取一" in answer.content.decode()
    answer = asked(editor, last="2016-02-01")
    assert answer.status_code == 400 and "不能早于" in answer.content.decode()
    asked(editor, MOVE.replace("lc-enforce", "lc-env"))
    errand = Errand.objects.latest("id")
    errands.run(errand.pk, LATER)
    said = editor.get(f"/desk/imports/errands/{errand.pk}/").content.decode()
    assert "不能划出" in said and not Simulation.objects.exists()


def test_it_is_stopped_by_who_asked_and_nothing_is_kept(town: Town) -> None:
    editor = seated(town, "supervisor")
    asked(editor)
    errand = Errand.objects.latest("id")
    said = editor.get(f"/desk/imports/errands/{errand.pk}/").content.decode()
    assert "登记没有任何改变" in said and "表格较大" not in said
    assert editor.post(f"/desk/imports/errands/{errand.pk}/stop/").status_code == 302
    errands.run(errand.pk, LATER)
    assert not Simulation.objects.exists()
