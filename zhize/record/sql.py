"""Statements on a hot path: prepared once on each connection, bound by the server, no ORM in between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from psycopg import Cursor
from psycopg.types.string import StrDumper


def run(sql: str, params: Mapping[str, Any], *, binary: bool = False) -> list[tuple[Any, ...]]:
    """The rows; errors come as Django's, as everywhere else. Django's own cursor binds on our side and never prepares:
    PostgreSQL would plan a statement each time anew, which takes longer than doing it. Words go as text, or a word that
    stands at two places of a statement would have two types."""
    connection.ensure_connection()
    here = connection.connection
    here.prepare_threshold = 0
    with connection.wrap_database_errors, Cursor(here) as cursor:
        cursor.adapters.register_dumper(str, StrDumper)
        return cursor.execute(sql, params, prepare=True, binary=binary).fetchall()


def read(sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The same where many bytes come back: they are sent as they are."""
    return run(sql, params, binary=True)
