"""`zhize import` as scripts call it: one JSON, three exit codes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.town import Town
from zhize.kernel.errors import BadInput
from zhize.register.importing.tests.tables import POWER, power_row, workbook
from zhize.register.models import Duty, Import

NEW = "对违反规定组织测试活动行为的处罚"
PAPER = ["--instrument", "温政发[2016]99号", "--issuer", "温州市人民政府", "--issuer-class", "政府", "--issuer-level", "city",
         "--issuer-area", "330300", "--effective", "2016-07-01"]  # fmt: skip


def run(*given: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("import", *given, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def answer(*given: str) -> tuple[int, dict[str, Any]]:
    code, said = run(*given, "--json")
    return code, json.loads(said)


def good(path: Path) -> str:
    return str(workbook(path, {"清单": [POWER, power_row(1, "330299701000", NEW)]}))


def bad(path: Path) -> str:
    return str(
        workbook(path, {"清单": [POWER, power_row(1, "330299701000", NEW), power_row(2, "", NEW + "二", basis="")]})
    )


def test_a_dry_run_keeps_nothing(town: Town, tmp_path: Path) -> None:
    code, said = answer("power", good(tmp_path / "a.xlsx"), "--dry-run", "--place", "330300")
    assert code == 0
    assert [said[k] for k in ("kind", "file", "rows", "taken", "refused", "skipped")] == ["power", "a.xlsx", 1, 1, 0, 0]
    assert {"header": "事项名称", "field": "name", "label": "事项名称", "confidence": 1.0} in said["columns"]
    assert not Import.objects.exists()


def test_a_refused_row_is_exit_code_3_with_all_six_parts(town: Town, tmp_path: Path) -> None:
    code, said = answer("power", bad(tmp_path / "a.xlsx"), "--dry-run", "--place", "330300", "--day", "2016-07-01")
    assert code == 3
    (found,) = [f for f in said["findings"] if f["severity"] == "E"]
    assert (found["row"], found["column"], found["value"]) == (3, "实施依据", "")
    assert found["why"]
    assert found["instead"]


def test_a_draft_then_its_acceptance_by_the_same_file(town: Town, tmp_path: Path) -> None:
    path = good(tmp_path / "a.xlsx")
    assert answer("power", path, *PAPER)[1]["state"] == "drafted"
    code, said = answer("power", path)
    assert (code, said["already"]["state"]) == (0, "drafted")
    code, said = answer("power", path, "--accept")
    assert (code, said["state"], said["instrument"], said["written"]) == (
        0, "accepted", "温政发〔2016〕99号", {"duties": 1, "holdings": 1, "particulars": 1},
    )  # fmt: skip
    code, said = answer("power", path, "--accept")
    assert said["already"]["state"] == "accepted"
    assert Duty.objects.filter(key="330299701000").count() == 1


def test_a_discarded_draft_may_be_drafted_anew(town: Town, tmp_path: Path) -> None:
    path = good(tmp_path / "a.xlsx")
    first = answer("power", path, *PAPER)[1]["import"]
    assert answer("power", path, "--discard")[1]["state"] == "discarded"
    assert answer("power", path, *PAPER)[1]["import"] != first


def test_the_page_for_people(town: Town, tmp_path: Path) -> None:
    code, said = run("power", bad(tmp_path / "a.xlsx"), *PAPER)
    assert code == 3
    assert "事项名称 → 事项名称（100%）" in said
    assert "共3行：数据2行，采纳1行，不采纳1行；非数据行：表头1。" in said
    assert "✗ 第3行实施依据" in said


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["power", "{none}"], "no_file"),
        (["power", "{good}", "--instrument", "没有这份文件"], "unknown_paper"),
        (["power", "{good}", "--accept"], "no_instrument"),
        (["transfer", "{good}"], "no_heading"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(town: Town, tmp_path: Path, given: list[str], code: str) -> None:
    said = [g.format(none=tmp_path / "none.xlsx", good=good(tmp_path / "a.xlsx")) for g in given]
    with pytest.raises(BadInput) as refused:
        run(*said)
    assert (refused.value.code, refused.value.exit_code) == (code, 2)
    assert not Import.objects.exists()
