"""Acts on imports: draft, accept, discard. A draft writes nothing to the register; acceptance writes all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput, Refusal
from zhize.places.models import Place
from zhize.record.acts import current, note, touch
from zhize.record.models import Instrument
from zhize.register.commands.base import act, allow
from zhize.register.importing.carrying import carry_out
from zhize.register.importing.desk import Desk
from zhize.register.importing.lifecycle import LIFECYCLE
from zhize.register.importing.reading import Reading, begin, read
from zhize.register.importing.source import Book
from zhize.register.importing.terms import Judged, Progress, quiet
from zhize.register.models import Import

_COPY = "copy register_importrow (draft_id, sheet, row, verdict, reason, raw, understood, findings) from stdin"


@act
def draft_import(
    kind: str, book: Book, desk: Desk, *, by: By, now: datetime, progress: Progress = quiet
) -> tuple[Import, Reading]:
    """Read the book as the annex of the desk's paper and keep what was understood, row by row (提交导入草案)."""
    allow(by, "register.draft_import", _where(desk.place), now)
    if standing := standing_import(kind, book.sha256):
        raise already(standing)
    current().instrument = desk.paper
    reading = begin(kind, book, desk)
    draft = Import(kind=kind, file_name=book.name[:255], sha256=book.sha256, instrument=desk.paper, day=desk.day,
                   drafted_at=now, drafted_by_id=current().event_id)  # fmt: skip
    draft.save()
    for batch in read(book, reading, progress):
        _keep(draft.pk, batch)
    _conclude(draft, reading)
    touch(f"import:{draft.pk}")
    note(kind=kind, file=book.name, sha256=book.sha256, taken=draft.counts["taken"], refused=draft.counts["refused"])
    return draft, reading


@act
def accept_import(
    number: int, *, instrument: Instrument | None, by: By, now: datetime, progress: Progress = quiet
) -> Import:
    """Carry out every row taken, as one act of the import's paper: all in or none (批准导入草案). Not by who drafted it."""
    draft = _locked(number)
    allow(by, "register.accept_import", _where(draft.place), now, other_than=draft.drafted_by.officer_id)
    draft.state = LIFECYCLE.take(draft.state, "accept_import")
    paper = _paper(draft, instrument)
    current().instrument = paper
    if not draft.counts["taken"]:
        raise Refusal("{draft}没有可以接受的行", why="全部{n}行都没有采纳", instead="请按意见改正文件后重新导入", draft=str(draft),
                      n=draft.counts["refused"], code="nothing_taken")  # fmt: skip
    draft.counts["written"] = carry_out(draft, paper, by, now, progress)
    draft.instrument, draft.settled_at, draft.settled_by_id = paper, now, current().event_id
    draft.save()
    touch(f"import:{number}")
    note(kind=draft.kind, file=draft.file_name, sha256=draft.sha256, written=draft.counts["written"])
    return draft


@act
def discard_import(number: int, *, by: By, now: datetime) -> Import:
    """The draft is not to be accepted; its rows stay as evidence, its file may be drafted anew."""
    draft = _locked(number)
    allow(by, "register.discard_import", _where(draft.place), now)
    draft.state = LIFECYCLE.take(draft.state, "discard_import")
    draft.settled_at, draft.settled_by_id = now, current().event_id
    draft.save()
    touch(f"import:{number}")
    return draft


def try_out(kind: str, book: Book, desk: Desk, progress: Progress = quiet) -> tuple[Reading, Iterator[Judged]]:
    """The same reading with nothing kept (--dry-run); the counts are whole once every row has been seen."""
    reading = begin(kind, book, desk)
    return reading, (row for batch in read(book, reading, progress) for row in batch)


def standing_import(kind: str, sha256: str) -> Import | None:
    """The draft or accepted import of this very file, if there is one."""
    return Import.objects.filter(kind=kind, sha256=sha256).exclude(state=Import.State.DISCARDED).first()


def already(standing: Import) -> BadInput:
    return BadInput(
        "这份文件已经导入过", why="“{file}”即{draft}，现为{state}", rule="同一份文件只导入一次", instead="如需重新读取，请先放弃原草案",
        file=standing.file_name, draft=str(standing), state=standing.get_state_display(), code="already_imported",
        details=[{"import": standing.pk, "state": standing.state}],
    )  # fmt: skip


def _locked(number: int) -> Import:
    draft = Import.objects.select_for_update().filter(pk=number).first()
    if draft is None:
        raise BadInput("没有第{number}号导入", instead="请核对编号", number=number, code="no_import")
    return draft


def _where(place: Place | None) -> list[int]:
    return [place.pk] if place else []


def _paper(draft: Import, given: Instrument | None) -> Instrument:
    """The paper it was drafted for; another one is refused, because the day and the competence were judged by that one."""
    paper = draft.instrument or given
    if paper is None:
        raise BadInput("没有写明依据文件", why="登记的每一句话都要有文件", rule="陈述必须有据", instead="请指明这份表是哪个文件的附件",
                       code="no_instrument", field="instrument")  # fmt: skip
    if given is not None and given.pk != paper.pk:
        raise BadInput("{draft}的依据文件是“{paper}”", why="现在给的是“{given}”", instead="请放弃草案，按新的依据文件重新导入", draft=str(draft),
                       paper=paper.citation, given=given.citation, code="other_instrument", field="instrument")  # fmt: skip
    return paper


def _conclude(draft: Import, reading: Reading) -> None:
    draft.mapping, draft.counts = reading.mapping, reading.counts()
    draft.findings = [f.as_dict() for f in reading.findings]
    draft.place = reading.kind.desk.place
    draft.save()


def _keep(number: int, batch: list[Judged]) -> None:
    """Rows go in by COPY: one statement a batch, in the draft's own transaction."""
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for j in batch:
            raw = _json(j.line.cells)
            plan = _json({"plan": j.plan, "shown": j.shown} if j.plan or j.shown else {})
            found = _json([f.as_dict() for f in j.findings])
            copy.write_row((number, j.sheet[:120], j.line.no, j.verdict, j.reason[:40], raw, plan, found))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
