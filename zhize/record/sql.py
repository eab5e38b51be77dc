"""Statements on a hot path: prepared once on each connection, bound by the server, no ORM in between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from psycopg import Cursor


def run(sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows; errors come as Django's, as everywhere else."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return connection.connection.execute(sql, params, prepare=True).fetchall()


def read(sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The same where many bytes come back: they are sent as they are. Django's own cursor binds on our side and sends
    text; this one does not, and keeps the plan."""
    connection.ensure_connection()
    here = connection.connection
    here.prepare_threshold = 0
    with connection.wrap_database_errors, Cursor(here) as cursor:
        return cursor.execute(sql, params, prepare=True, binary=True).fetchall()
