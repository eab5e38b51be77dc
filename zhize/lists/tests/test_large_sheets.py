"""A list of thousands of rows comes back: the worker reads it, its clerk watches, stops, hands in again; nobody else does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.town import Town
from zhize.lists.models import Adjustment, Sheet
from zhize.lists.tests.test_adjusting_pages import desk
from zhize.lists.tests.test_sheets import Grid, at, put, taken
from zhize.register.importing import errands
from zhize.register.importing.limits import SOON_BYTES, SOON_ROWS
from zhize.register.models import Errand
from zhize.register.tasks import run_errand

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
HERE = "/desk/adjustments/sheet/"


def large(town: Town, rows: int = SOON_ROWS + 5) -> Grid:
    """The list as it stands with one item changed, and rows nobody can read: they are told, none of them is lost."""
    grid = taken(town, town.body("wz-zhujian"))
    busy = set(Adjustment.objects.exclude(state="in_force").values_list("duty__key", flat=True))
    row = next(r for r in grid[1:] if r[at(grid, "权力类型")] == "行政许可" and r[0] not in busy)
    row[at(grid, "咨询方式")] = "0577-00000201"
    strange = dict.fromkeys(grid[0], "") | {"权力类型": "不知何种"}
    return grid + [[(strange | {"事项名称": f"演示事项{n}"})[h] for h in grid[0]] for n in range(rows)]


def handed_in(content: bytes, name: str = "清单.xlsx") -> Errand:
    said = {"kind": "power", "reason": "改", "file": SimpleUploadedFile(name, content)}
    answer = desk("qingdan").post(HERE, said)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    errand = Errand.objects.latest("pk")
    assert answer["Location"] == address(errand)
    return errand


def address(errand: Errand) -> str:
    return f"/desk/imports/errands/{errand.pk}/"


def ended(town: Town, errand: Errand) -> Errand:
    errands.run(errand.pk, town.now)
    errand.refresh_from_db()
    return errand


def test_a_list_of_thousands_of_rows_is_read_by_the_worker(open_town: Town, tmp_path: Path) -> None:
    grid = large(open_town)
    errand, clerk = handed_in(put(grid, tmp_path / "l.xlsx").read_bytes()), desk("qingdan")
    assert "等候后台作业" in clerk.get(address(errand)).content.decode()
    assert address(errand) in clerk.get(HERE).content.decode() and not Sheet.objects.exists()
    assert ended(open_town, errand).state == "done", errand.refusal
    assert errand.content is None and errand.draft is None
    sheet = Sheet.objects.get()
    assert clerk.get(address(errand))["Location"] == sheet.get_absolute_url()
    assert clerk.get(address(errand), headers={"HX-Request": "true"})["HX-Redirect"] == sheet.get_absolute_url()
    assert sum(sheet.counts.values()) == len(grid) - 1
    assert sheet.counts["changed"] == Adjustment.objects.filter(sheet=sheet).count() == 1
    assert clerk.get(sheet.get_absolute_url()).status_code == 200


def test_a_large_file_is_the_worker_s_whatever_is_in_it(open_town: Town) -> None:
    errand = handed_in(b"PK\x03\x04" + b"\0" * SOON_BYTES)
    assert ended(open_town, errand).state == "refused"
    page = desk("qingdan").get(address(errand)).content.decode()
    assert "工作簿已损坏" in page and f'href="{HERE}"' in page and not Sheet.objects.exists()


def test_its_clerk_stops_it_and_another_worker_begins_anew(open_town: Town, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(errands, "EVERY", 0)
    content = put(large(open_town), tmp_path / "l.xlsx").read_bytes()
    waiting, working, killed = handed_in(content), handed_in(content), handed_in(content)
    assert "已于" in desk("qingdan").post(f"{address(waiting)}stop/", follow=True).content.decode()
    Errand.objects.filter(pk=working.pk).update(state="running", stop=True)  # the button was pressed while it was read
    assert [ended(open_town, e).state for e in (waiting, working)] == ["stopped", "stopped"]
    assert (
        working.stage == "核对各行"
        and not Sheet.objects.exists()
        and not Adjustment.objects.filter(sheet__isnull=False)
    )
    Errand.objects.filter(pk=killed.pk).update(state="running", done=500)
    assert ended(open_town, killed).state == "done" and Sheet.objects.count() == 1
    run_errand(number=killed.pk)
    assert Sheet.objects.count() == 1


def test_a_list_that_came_back_is_its_clerk_s_own(town: Town, tmp_path: Path) -> None:
    """Another seat sees neither the page nor the errand among the imports, and does not stop it."""
    errand = handed_in(put(large(town), tmp_path / "l.xlsx").read_bytes())
    for other in ("dengji", "shenpi"):
        assert desk(other).get(address(errand)).status_code == 400
        assert desk(other).post(f"{address(errand)}stop/").status_code == 400
    assert address(errand) not in desk("dengji").get("/desk/imports/").content.decode()
    errand.refresh_from_db()
    assert errand.state == "waiting" and not errand.stop
