"""Statements on the hot path of cases: prepared (`run`), checked while Python goes on, and which database this is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

from zhize.record.sql import run

__all__ = ["checked_meanwhile", "run", "where"]

_where: WeakKeyDictionary[Any, str] = WeakKeyDictionary()


@contextmanager
def checked_meanwhile() -> Iterator[None]:
    """PostgreSQL checks every reference written so far while Python goes on inside; a broken one is an IntegrityError at
    the latest when leaving. A batch of 1,000 cases refers to 8,000 rows: a third of its time, else spent waiting at commit."""
    with connection.wrap_database_errors, connection.connection.pipeline():
        for mode in ("immediate", "deferred"):
            connection.connection.execute(f"set constraints all {mode}")
        yield


def where() -> str:
    """Which database this is, by its own number: what a process remembers of one says nothing of another, even of the same
    name (restored from a copy; tests). Asked once a connection."""
    connection.ensure_connection()
    here = connection.connection
    if here not in _where:
        _where[here] = str(run("select oid from pg_database where datname = current_database()", {})[0][0])
    return _where[here]
