"""Large imports are errands of the worker: handed over by a page, carried out outside the request, stopped at any moment.

The act itself is the same as for a small table, with the same officer in the same seat, and asks for its right again when
it is done. It stands in one transaction with the errand's end: a worker that is killed leaves nothing half-written, and
its job is given to another (`site.tasks.retry_stalled`), which begins anew.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.urls import reverse
from django.utils.module_loading import import_string

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.places.models import Place
from zhize.record.models import Instrument
from zhize.register.importing.commands import accept_import, draft_import
from zhize.register.importing.desk import Desk
from zhize.register.importing.doers import DOERS
from zhize.register.importing.source import Book, open_book
from zhize.register.importing.terms import Progress
from zhize.register.models import Errand, Import

EVERY = 0.5  # seconds between two looks at whether to stop
LOCK = 0x7A680000  # with the errand's number: one worker at a time
State = Errand.State
log = logging.getLogger(__name__)


class Stopped(Exception):
    """The officer asked for the errand to be stopped."""


def to_draft(said: dict[str, Any], name: str, content: bytes, *, by: By, now: datetime) -> Errand:
    """Keep the file until the worker has read it. `said`: kind, paper, place, day, own body, receiver."""
    return _asked(Errand(what=Errand.What.DRAFT, file_name=name, content=content, said=said), by, now)


def to_draft_sheet(said: dict[str, Any], name: str, content: bytes, *, by: By, now: datetime) -> Errand:
    """The same for a list that came back. `said`: kind, reason, whole."""
    return _asked(Errand(what=Errand.What.SHEET, file_name=name, content=content, said=said), by, now)


def to_simulate(said: dict[str, Any], name: str, content: bytes | None, *, by: By, now: datetime) -> Errand:
    """A draft is to be tried on what happened. `said`: draft (or a file), and what the feature needs to know."""
    return _asked(Errand(what=Errand.What.SIMULATE, file_name=name[:255], content=content, said=said), by, now)


def to_accept(draft: Import, *, by: By, now: datetime) -> Errand:
    """Accept a draft as soon as a worker is free; asked twice it is the same errand."""
    standing = Errand.objects.filter(draft=draft, what=Errand.What.ACCEPT, state__in=Errand.OPEN).first()
    return standing or _asked(Errand(what=Errand.What.ACCEPT, file_name=draft.file_name, draft=draft), by, now)


def stop(errand: Errand, now: datetime) -> None:
    """One that waits is over at once; one at work looks twice a second. What is done already stays done."""
    Errand.objects.filter(pk=errand.pk).update(stop=True)
    waiting = Errand.objects.filter(pk=errand.pk, state=State.WAITING)
    waiting.update(state=State.STOPPED, ended_at=now, content=None)


def run(number: int, now: datetime) -> None:
    """1 nobody else is at it · 2 it is still wanted · 3 the act and the errand's end, together · 4 or why not."""
    with _alone(number) as beside:
        if beside is None or not Errand.objects.filter(pk=number, state__in=Errand.OPEN).update(state=State.RUNNING):
            return
        errand = Errand.objects.select_related("seat", "draft").get(pk=number)
        try:
            with transaction.atomic():
                made = import_string(DOERS[errand.what].act)(errand, now, _telling(number, beside))
                _made(errand, made)
                _end(errand, State.DONE, now)
        except Stopped:
            _end(errand, State.STOPPED, now)
        except Refusal as refused:
            _end(errand, State.REFUSED, now, {"status": refused.http_status} | refused.as_dict())
        except Exception:
            log.exception("errand %s", number)
            _end(errand, State.REFUSED, now, _broken().as_dict())


def draft(errand: Errand, now: datetime, progress: Progress) -> Import:
    with book_of(errand) as book:
        return draft_import(
            errand.said["kind"], book, desk_of(errand.said), by=by_of(errand), now=now, progress=progress
        )[0]


def accept(errand: Errand, now: datetime, progress: Progress) -> Import:
    assert errand.draft is not None
    return accept_import(
        errand.draft.pk, instrument=errand.draft.instrument, by=by_of(errand), now=now, progress=progress
    )


@contextmanager
def book_of(errand: Errand) -> Iterator[Book]:
    """The file that was handed in, to be read."""
    with tempfile.TemporaryDirectory(prefix="zhize-import-") as folder:
        path = Path(folder, Path(errand.file_name).name or "upload")
        path.write_bytes(bytes(errand.content or b""))
        with open_book(path) as book:
            yield book


def desk_of(said: dict[str, Any]) -> Desk:
    """The desk an upload is read at, from what the form said."""
    place = Place.objects.filter(pk=said["place"]).first()
    paper = Instrument.objects.get(pk=said["paper"])
    return Desk(date.fromisoformat(said["day"]), place, paper, said["own"], said["receiver"])


def _asked(errand: Errand, by: By, now: datetime) -> Errand:
    assert by.seat_id is not None
    errand.seat_id, errand.who, errand.asked_at = by.seat_id, by.name, now
    errand.save()
    return errand


def by_of(errand: Errand) -> By:
    return By(errand.seat.officer_id, errand.seat_id, errand.who)


def _made(errand: Errand, made: Any) -> None:
    errand.draft = made if isinstance(made, Import) else None
    errand.made = reverse("register:import", args=[made.pk]) if errand.draft else made.get_absolute_url()


def _end(errand: Errand, state: str, now: datetime, refusal: dict[str, Any] | None = None) -> None:
    """The file is not needed any more: its rows are kept, or it was not read."""
    draft = errand.draft_id if state == State.DONE or errand.what == Errand.What.ACCEPT else None
    Errand.objects.filter(pk=errand.pk).update(
        state=state, ended_at=now, refusal=refusal, content=None, draft=draft, made=errand.made, **_full(errand, state)
    )


def _full(errand: Errand, state: str) -> dict[str, Any]:
    return {"stage": "", "done": 1, "total": 1} if state == State.DONE else {}


@contextmanager
def _alone(number: int) -> Iterator[BaseDatabaseWrapper | None]:
    """A second connection, outside the act's transaction: it holds the errand for this worker and tells how far it is.
    None when another worker is at it."""
    beside = connections.create_connection("default")
    try:
        with beside.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(%s)", [LOCK + number])
            yield beside if cursor.fetchone()[0] else None
    finally:
        beside.close()


def _telling(number: int, beside: BaseDatabaseWrapper) -> Progress:
    """Writes down how far it is, and stops the act when that was asked for."""
    told = [0.0]

    def progress(stage: str, done: int, total: int | None) -> None:
        if time.monotonic() - told[0] < EVERY:
            return
        told[0] = time.monotonic()
        with beside.cursor() as cursor:
            cursor.execute(
                "update register_errand set stage = %s, done = %s, total = %s where id = %s returning stop",
                [stage, done, total, number],
            )
            if (row := cursor.fetchone()) is not None and row[0]:
                raise Stopped

    return progress


def _broken() -> Refusal:
    return Refusal(
        "没有办完",
        why="程序出了错，登记没有任何改变",
        instead="请再交一次；仍不行时请把文件交给维护人员，错误已记入日志",
        code="errand_broken",
    )
