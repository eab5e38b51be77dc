"""A list that came back from a spreadsheet, read while its clerk waits or, when it is large, by the worker: the same act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhize.accounts.models import By
from zhize.kernel.period import day_of
from zhize.lists import commands
from zhize.lists.models import Sheet
from zhize.lists.queries.sheets import read_back
from zhize.register.importing import errands
from zhize.register.importing.source import Book
from zhize.register.importing.terms import Progress, quiet
from zhize.register.models import Body, Errand


def draft_sheet(errand: Errand, now: datetime, progress: Progress) -> Sheet:
    with errands.book_of(errand) as book:
        return read_in(book, errand.seat.body, errand.said, by=errands.by_of(errand), now=now, progress=progress)


def read_in(
    book: Book, body: Body, said: dict[str, Any], *, by: By, now: datetime, progress: Progress = quiet
) -> Sheet:
    """`said`: kind, reason, whole."""
    read = read_back(
        book, body, said["kind"], day_of(now), whole=said["whole"], reason=said["reason"], progress=progress
    )
    return commands.draft_sheet(
        body, said["kind"], read.asked, file_name=book.name, sha256=book.sha256, rows=[r.as_json() for r in read.rows],
        counts=read.counts, by=by, now=now,
    )  # fmt: skip
