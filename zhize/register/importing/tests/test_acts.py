"""Draft, accept, discard: nothing before, all or nothing at, the same file once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.town import Town, system
from zhize.kernel.errors import Refusal
from zhize.record.models import Event, Statement
from zhize.register.importing import carrying, queries
from zhize.register.importing.commands import accept_import, discard_import, draft_import
from zhize.register.importing.source import open_book
from zhize.register.importing.tests.reader import accepted, at_desk, drafted, lists
from zhize.register.importing.tests.tables import POWER, power_row, workbook
from zhize.register.models import Duty, Holding, Import, ImportRow

NEW = "对违反规定组织测试活动行为的处罚"


def power(path: Path, count: int = 3, **last: object) -> Path:
    rows = [power_row(n, f"3302998{n:02}000", f"{NEW}{n}") for n in range(1, count)]
    return workbook(
        path, {"a": [["权力清单"], POWER, *rows, power_row(count, f"3302998{count:02}000", f"{NEW}{count}", **last)]}
    )


def statements() -> int:
    return sum(model.objects.count() for model in Statement.__subclasses__())


def test_a_draft_writes_nothing_to_the_register(town: Town, tmp_path: Path) -> None:
    desk = at_desk(town)
    before, duties = statements(), Duty.objects.count()
    draft = drafted("power", power(tmp_path / "a.xlsx"), desk, town)
    assert (statements(), Duty.objects.count()) == (before, duties)
    assert (draft.state, draft.counts["taken"]) == ("drafted", 3)
    assert Event.objects.latest("id").act == "draft_import"


def test_acceptance_is_one_act_over_the_registers_own(town: Town, tmp_path: Path) -> None:
    draft = accepted("power", power(tmp_path / "a.xlsx"), at_desk(town), town)
    acts = list(Event.objects.order_by("-id").values_list("act", flat=True)[:5])
    assert set(acts) == {"draft_import", "accept_import", "define", "assign", "describe"}
    event = Event.objects.get(pk=draft.settled_by_id)
    assert (event.act, event.instrument, event.payload["written"]) == (
        "accept_import", draft.instrument, {"duties": 3, "holdings": 3, "particulars": 3},
    )  # fmt: skip


def test_all_in_or_none(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something the rows could not show makes the last batch fail: the first is taken back with it."""
    monkeypatch.setattr(carrying, "BATCH", 2)
    desk = at_desk(town)
    draft = drafted("power", power(tmp_path / "a.xlsx"), desk, town)
    row = ImportRow.objects.filter(draft=draft, verdict="taken").latest("id")
    row.understood["plan"]["duties"][0].update(legal_days=1, promised_days=2)
    row.save()
    before = Event.objects.count()
    with pytest.raises(Refusal) as refused:
        accept_import(draft.pk, instrument=desk.paper, by=system(), now=town.now)
    assert refused.value.code == "promised_within_legal"
    assert not Duty.objects.filter(key__startswith="3302998").exists()
    assert Event.objects.count() == before
    assert queries.draft(draft.pk).state == "drafted"


def test_an_interrupted_acceptance_leaves_nothing(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "BATCH", 1)
    desk = at_desk(town)
    draft = drafted("power", power(tmp_path / "a.xlsx"), desk, town)

    def interrupt(stage: str, done: int, total: int | None) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        accept_import(draft.pk, instrument=desk.paper, by=system(), now=town.now, progress=interrupt)
    assert not Duty.objects.filter(key__startswith="3302998").exists()


def test_an_interrupted_draft_leaves_nothing(town: Town, tmp_path: Path) -> None:
    def interrupt(stage: str, done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with open_book(power(tmp_path / "a.xlsx")) as book, pytest.raises(KeyboardInterrupt):
        draft_import("power", book, at_desk(town), by=system(), now=town.now, progress=interrupt)
    assert not Import.objects.exists()


def test_the_same_file_twice_says_so(town: Town, tmp_path: Path) -> None:
    path = power(tmp_path / "a.xlsx")
    draft = drafted("power", path, at_desk(town), town)
    with pytest.raises(Refusal) as refused:
        drafted("power", path, at_desk(town), town)
    assert f"导入第{draft.pk}号" in str(refused.value)
    discard_import(draft.pk, by=system(), now=town.now)
    assert drafted("power", path, at_desk(town), town).pk != draft.pk


def test_an_import_is_accepted_once_and_not_after_being_discarded(town: Town, tmp_path: Path) -> None:
    draft = accepted("power", power(tmp_path / "a.xlsx"), at_desk(town), town)
    with pytest.raises(Refusal) as refused:
        accept_import(draft.pk, instrument=None, by=system(), now=town.now)
    assert refused.value.code == "wrong_state"
    with pytest.raises(Refusal):
        discard_import(draft.pk, by=system(), now=town.now)


def test_acceptance_needs_the_paper_it_was_drafted_for(town: Town, tmp_path: Path) -> None:
    desk = at_desk(town)
    desk.paper = None
    draft = drafted("power", power(tmp_path / "a.xlsx"), desk, town)
    with pytest.raises(Refusal) as refused:
        accept_import(draft.pk, instrument=None, by=system(), now=town.now)
    assert refused.value.code == "no_instrument"
    other = drafted("power", power(tmp_path / "b.xlsx", 4), at_desk(town), town)
    with pytest.raises(Refusal) as refused:
        accept_import(other.pk, instrument=lists(town), by=system(), now=town.now)
    assert refused.value.code == "other_instrument"


def test_nothing_taken_is_not_accepted(town: Town, tmp_path: Path) -> None:
    desk = at_desk(town)
    draft = drafted("power", power(tmp_path / "a.xlsx", 1, basis="无"), desk, town)
    with pytest.raises(Refusal) as refused:
        accept_import(draft.pk, instrument=desk.paper, by=system(), now=town.now)
    assert refused.value.code == "nothing_taken"


def test_rows_are_asked_for_by_verdict_page_by_page(town: Town, tmp_path: Path) -> None:
    draft = drafted("power", power(tmp_path / "a.xlsx", 5, basis="无"), at_desk(town), town)
    taken = queries.rows(draft, "taken", limit=3)
    assert [r.row for r in taken] == [3, 4, 5]
    assert [r.row for r in queries.rows(draft, "taken", after=taken[-1].pk)] == [6]
    (refused,) = queries.rows(draft, "refused")
    assert (refused.row, refused.raw[1], refused.findings[0]["severity"]) == (7, "330299805000", "E")
    assert [r.reason for r in queries.rows(draft, "skipped")] == ["标题行", "表头"]
    assert queries.report(draft)["findings"][-1]["row"] == 7


def test_two_acceptances_at_once(open_town: Town, tmp_path: Path) -> None:
    from django.db import connection

    desk = at_desk(open_town)
    draft = drafted("power", power(tmp_path / "a.xlsx"), desk, open_town)
    outcomes: list[str] = []

    def accept() -> None:
        try:
            accept_import(draft.pk, instrument=desk.paper, by=system(), now=open_town.now)
            outcomes.append("accepted")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["accepted", "wrong_state", "wrong_state", "wrong_state"]
    assert Holding.objects.filter(instrument=desk.paper).count() == 3
