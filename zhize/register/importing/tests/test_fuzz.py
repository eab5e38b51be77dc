"""Any cells, any bytes: a refusal or counts that add up, never an error."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.town import Town
from zhize.kernel.errors import Refusal
from zhize.register.importing.desk import Desk
from zhize.register.importing.kinds import KINDS
from zhize.register.importing.tests.reader import accepted, at_desk, tried
from zhize.register.importing.tests.tables import text, workbook

LABELS = sorted({f.label for kind in KINDS.values() for table in kind.tables for f in table.fields})
SCRAPS = [
    "", "温州市教育局", "市教育局、市水利局", "各县（市、区）教育局（龙港市除外）", "330275012000", "3.30E+11", "行政处罚", "《教育法》第七十五条",
    "第三条至第九百条", "市、县", "20个工作日", "2016年7月1日", "2016-13-45", "合计", "一、教育（共13项）", "部分", "委托", "12330300MB0000000X", "注：",
    "\u3000", "市", "各县", "（除外）", "42552", "999999", "-1", "1e400", "\u202e", "😀", "=1+1", "会同", "、", "《", "区", "温州市", "鹿城区、龙湾区",
]  # fmt: skip
CELLS = st.sampled_from(SCRAPS) | st.sampled_from(LABELS) | st.text(max_size=12)
ROWS = st.lists(st.lists(CELLS, max_size=9), max_size=14)
CALM = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def check(kind: str, path: Path, desk: Desk) -> None:
    """Either one sentence, or every line accounted for and every finding with its place and reason."""
    try:
        reading, judged = tried(kind, path, desk)
    except Refusal as refusal:
        assert str(refusal)
        return
    counts = reading.counts()
    verdicts = [j.verdict for j in judged]
    assert (
        counts["lines"] == len(judged) == counts["taken"] + counts["refused"] + counts["skipped"] + counts["headings"]
    )
    assert (counts["taken"], counts["refused"]) == (verdicts.count("taken"), verdicts.count("refused"))
    for row in judged:
        assert row.reason or row.verdict != "skipped"
        assert row.verdict != "refused" or any(f.severity == "E" and f.why for f in row.findings)
        assert row.verdict != "refused" or not row.plan


def accept(kind: str, path: Path, desk: Desk, town: Town) -> None:
    """What was taken can be accepted, or is refused in one sentence; either way nothing is left of the try."""
    with transaction.atomic():
        try:
            accepted(kind, path, desk, town)
        except Refusal as refusal:
            assert str(refusal)
        transaction.set_rollback(True)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_any_cells(town: Town, kind: str) -> None:
    desk = at_desk(town)
    labels = [f.label for f in KINDS[kind].tables[0].fields]

    @CALM
    @given(ROWS, st.booleans(), st.permutations(labels))
    def any_cells(rows: list[list[str]], headed: bool, heading: list[str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            table = [heading, *rows] if headed else rows
            path = text(Path(folder) / "a.csv", table or [[""]])
            check(kind, path, desk)
            if headed:
                accept(kind, path, Desk(desk.day, desk.place, desk.paper), town)

    any_cells()


def test_any_bytes(town: Town) -> None:
    desk = at_desk(town)
    heads = st.sampled_from(
        [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b", b"\xef\xbb\xbf", b"\xff\xfe"]
    )

    @CALM
    @given(heads, st.binary(max_size=3000))
    def any_bytes(head: bytes, rest: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a"
            path.write_bytes(head + rest)
            check("power", path, desk)

    any_bytes()


def test_a_workbook_with_any_byte_changed(town: Town, tmp_path: Path) -> None:
    desk = at_desk(town)
    whole = workbook(
        tmp_path / "a.xlsx", {"a": [["事项名称", "权力类型", "实施主体"], ["对甲的处罚", "行政处罚", "市教育局"]]}
    ).read_bytes()

    @CALM
    @given(st.integers(0, len(whole) - 1), st.integers(1, 255), st.integers(0, len(whole)))
    def changed(at: int, by: int, end: int) -> None:
        data = bytearray(whole)
        data[at] ^= by
        path = tmp_path / "b.xlsx"
        path.write_bytes(bytes(data[:end]) if end % 5 == 0 else bytes(data))
        check("power", path, desk)

    changed()
