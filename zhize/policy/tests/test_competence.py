"""The table of competence, row by row: whom it lets through, whom it refuses with its article, and that somebody asks it."""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.pack_rows import rows
from tests.town import Town
from zhize.kernel.errors import Refusal
from zhize.policy.queries import require_competence
from zhize.record.models import Instrument

Row = dict[str, Any]
ROOT = Path(__file__).resolve().parents[3]
TABLE = [(act, subject, row) for row in rows("competence.toml", "competence") for act, subject in product(row["act"], row["subject"])]  # fmt: skip
CELLS = sorted({(act, subject) for act, subject, _ in TABLE})
WRONG = {"issuer": "某行业协会", "issuer_class": "社会组织", "issuer_level": "town", "kind": "minutes"}


def paper(**said: Any) -> Instrument:
    return Instrument(title="一份文件", issuer_area="000000", **said)


@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_each_row_lets_its_issuers_through_and_nobody_else(town: Town, cell: tuple[str, str]) -> None:
    alternatives = [row for act, subject, row in TABLE if (act, subject) == cell]
    for row in alternatives:
        for who, level, kind in product(row["issuer_class"], row["issuer_level"], row["kinds"]):
            right = paper(issuer=who, issuer_class=who, issuer_level=level, kind=kind)
            assert require_competence(*cell, right, row["since"]) != "未规定"
    with pytest.raises(Refusal) as refused:
        require_competence(*cell, paper(**WRONG), date(2020, 1, 1))
    assert refused.value.code == "not_competent"
    assert any(row["article"] in refused.value.article for row in alternatives)


@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_the_level_the_class_and_the_kind_all_count(town: Town, cell: tuple[str, str]) -> None:
    """A paper right in two of the three is refused where no alternative has just that third."""
    alternatives = [row for act, subject, row in TABLE if (act, subject) == cell and row["since"] <= date(2020, 1, 1)]
    right = alternatives[0]
    said = {
        "issuer_class": right["issuer_class"][0],
        "issuer_level": right["issuer_level"][0],
        "kind": right["kinds"][0],
    }
    for name in ("issuer_class", "issuer_level", "kind"):
        with pytest.raises(Refusal):
            require_competence(*cell, paper(issuer="某机关", **said | {name: WRONG[name] if name != "kind" else "other"}), date(2020, 1, 1))  # fmt: skip


def test_what_a_city_adds_holds_for_its_own_places_only(town: Town) -> None:
    day = date(2016, 7, 1)
    said = {"issuer": "中共某市委办公室", "issuer_class": "党委办", "issuer_level": "city", "kind": "notice"}
    here = paper(**said)
    assert "委托管理" in require_competence("link_zone", "managed_place", here, day, [town.place("330302").pk])
    with pytest.raises(Refusal, match="不能作为这项操作的依据"):
        require_competence("link_zone", "managed_place", here, day, [town.place("330100").pk])


def test_every_act_and_class_in_the_table_is_asked_for_by_the_code() -> None:
    """A row nobody asks protects nothing."""
    code = "\n".join(p.read_text("utf-8") for p in (ROOT / "zhize").rglob("*.py") if "tests" not in p.parts)
    asked = set(re.findall(r"(?:require_competence|entitled|_competent)\(\s*\"(\w+)\"", code))
    assert {act for act, _ in CELLS} - asked == set()
    assert [subject for _, subject in CELLS if f'"{subject}"' not in code] == []
