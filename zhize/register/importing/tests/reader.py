"""Reading a test's table without the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.town import Town, system
from zhize.record.models import Instrument
from zhize.register.importing.commands import accept_import, draft_import, try_out
from zhize.register.importing.desk import Desk
from zhize.register.importing.reading import Reading
from zhize.register.importing.source import open_book
from zhize.register.importing.terms import ERROR, Finding, Judged
from zhize.register.models import Import

DAY = date(2016, 7, 1)


def lists(town: Town, **said: object) -> Instrument:
    """The city government publishes a list."""
    return town.notice(**{"kind": "list", "title": "测试清单", "effective": DAY, **said})


def at_desk(town: Town, paper: Instrument | None = None, place: str = "330300", **said: str) -> Desk:
    return Desk(DAY, place=town.place(place), paper=paper or lists(town), **said)


def tried(kind: str, path: Path, desk: Desk) -> tuple[Reading, list[Judged]]:
    with open_book(path) as book:
        reading, rows = try_out(kind, book, desk)
        return reading, list(rows)


def drafted(kind: str, path: Path, desk: Desk, town: Town) -> Import:
    with open_book(path) as book:
        return draft_import(kind, book, desk, by=system(), now=town.now)[0]


def accepted(kind: str, path: Path, desk: Desk, town: Town) -> Import:
    draft = drafted(kind, path, desk, town)
    return accept_import(draft.pk, instrument=desk.paper, by=system(), now=town.now)


def errors(rows: list[Judged]) -> list[Finding]:
    return [f for row in rows for f in row.findings if f.severity == ERROR]


def says(rows: list[Judged]) -> list[str]:
    return [f.sentence() for row in rows for f in row.findings]


def data(rows: list[Judged]) -> list[Judged]:
    return [r for r in rows if r.verdict != "skipped"]
