"""The standing town (演示城市) for tests: built once a run by the same acts an office has, then cloned.

`town`       inside one transaction that is rolled back: for almost every story.
`open_town`  a clone of its own that may commit: for acts at the same moment, the sealer, commands.
`town_site`  an `open_town` behind a live server: for the browser.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import conninfo, sql

if TYPE_CHECKING:
    from zhize.accounts.models import By
    from zhize.places.models import Place
    from zhize.record.models import Instrument
    from zhize.register.models import Body, Duty

RUN = f"zhize_town_{os.environ.get('ZHIZE_TEST_RUN', '')}"  # several runs may share a server


def _of_these_packs() -> str:
    """Named by what the town is built from: packs and migrations. Changed acts do not count; drop the database by hand."""
    root = Path(__file__).parent.parent
    files = sorted([*(root / "packs").rglob("*.*"), *root.glob("zhize/*/migrations/*.py")])
    return hashlib.sha256(b"".join(f.read_bytes() for f in files if f.is_file())).hexdigest()[:12]


KEPT = "ZHIZE_KEEP_TOWN" in os.environ  # a developer's habit (CONTRIBUTING.md): the town is built once and kept
TEMPLATE = f"zhize_kept_{_of_these_packs()}" if KEPT else RUN


@dataclass
class Town:
    """Short words for the things stories speak of."""

    now: datetime

    def place(self, text: str, day: date | None = None) -> Place:
        from zhize.places.queries import find_place

        return find_place(text, day or date(2016, 7, 1))

    def body(self, text: str, day: date | None = None) -> Body:
        from zhize.register.queries import find_body

        return find_body(text, day or date(2016, 7, 1))

    def duty(self, key: str) -> Duty:
        from zhize.register.models import Duty

        return Duty.objects.get(key=key)

    def paper(self, key: str) -> Instrument:
        from zhize.record.models import Instrument

        return Instrument.objects.get(key=key)

    def seat(self, username: str) -> By:
        """The officer in today's seat, the first of several; in the last one where all have ended."""
        from django.db.models import F

        from zhize.accounts.models import By
        from zhize.register.models import Seat

        seats = Seat.objects.live().filter(officer__username=username, from_day__lte=self.now.date())
        seat = seats.select_related("officer").order_by(F("to_day").desc(nulls_first=True), "pk")[0]
        return By(seat.officer_id, seat.pk, str(seat.officer))

    def who(self, text: str, place: str, day: date, purpose: str = "handle", **more: Any) -> Any:
        """The explained answer."""
        from zhize.register.queries import explain, who

        return explain(who(text, self.place(place, day).pk, day, purpose, **more))

    def notice(self, **said: Any) -> Instrument:
        """A new paper of the city government."""
        from zhize.record.models import Instrument

        facts = {
            "key": f"test-{Instrument.objects.count()}",
            "title": "测试公告",
            "kind": "notice",
            "issuer": "温州市人民政府",
            "issuer_class": "政府",
            "issuer_level": "city",
            "issuer_area": "330300",
            "demo": True,
        }
        return Instrument.objects.create(**facts | said)


def system() -> By:
    from zhize.accounts.models import By

    return By.system("测试")


@pytest.fixture
def town(django_db_blocker: Any, town_database: str) -> Iterator[Town]:
    from django.db import transaction

    with _switched(django_db_blocker, town_database), transaction.atomic():
        yield _town()
        transaction.set_rollback(True)


@pytest.fixture
def open_town(django_db_blocker: Any, town_template: str, worker_name: str) -> Iterator[Town]:
    name = f"{RUN}_open_{worker_name}"
    _clone(town_template, name)
    with _switched(django_db_blocker, name):
        yield _town()
    _drop(name)


@pytest.fixture
def town_site(open_town: Town) -> Iterator[str]:
    """The address of a live server on the town."""
    from pytest_django.live_server_helper import LiveServer

    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture(scope="session")
def town_database(town_template: str, worker_name: str) -> Iterator[str]:
    name = f"{RUN}_{worker_name}"
    _clone(town_template, name)
    yield name
    _drop(name)


@pytest.fixture(scope="session")
def town_template() -> str:
    """Built by whichever worker asks first; the others wait."""
    with Path(os.environ["ZHIZE_DATA"], "town.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _exists(TEMPLATE):
            _build()
    return TEMPLATE


def leave_nothing() -> None:
    """At the end of a run: a server that is not ours is left as it was."""
    with _admin() as db:
        names = db.execute("select datname from pg_database where starts_with(datname, %s)", [RUN]).fetchall()
    for (name,) in names:
        _drop(name)


def demonstration_password() -> str:
    from zhize.register.management.commands.load import demonstration_password as word

    return word()


def _build() -> None:
    _drop(f"{TEMPLATE}_raw")
    _run(sql.SQL("create database {}").format(sql.Identifier(f"{TEMPLATE}_raw")))
    where = conninfo.make_conninfo(os.environ["DATABASE_URL"], dbname=f"{TEMPLATE}_raw")
    there = os.environ | {"DATABASE_URL": where, "PYTHONPATH": str(Path(__file__).parent.parent)}
    for command in (["migrate", "--verbosity", "0"], ["load", "--weeks", "0"]):
        done = subprocess.run([sys.executable, "-m", "django", *command], env=there, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    _run(sql.SQL("alter database {} rename to {}").format(sql.Identifier(f"{TEMPLATE}_raw"), sql.Identifier(TEMPLATE)))


def _town() -> Town:
    from zhize.kernel.period import BEIJING
    from zhize.policy.queries import forget

    forget()
    return Town(datetime.now(BEIJING).replace(microsecond=0))


@contextmanager
def _switched(blocker: Any, name: str) -> Iterator[None]:
    """Django's connection speaks to the named database for a while."""
    from django.db import connection, connections

    settings = connections.settings["default"]
    with blocker.unblock():
        connection.close()
        before, settings["NAME"] = settings["NAME"], name
        connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connection.close()
            settings["NAME"] = connection.settings_dict["NAME"] = before


def _exists(name: str) -> bool:
    with _admin() as db:
        return db.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is not None


def _clone(template: str, name: str) -> None:
    _drop(name)
    _run(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template)))


def _drop(name: str) -> None:
    _run(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _run(statement: sql.Composed) -> None:
    with _admin() as db:
        db.execute(statement)


def _admin() -> psycopg.Connection[Any]:
    where = conninfo.make_conninfo(os.environ["DATABASE_URL"], dbname="postgres")
    return psycopg.connect(where, autocommit=True)
