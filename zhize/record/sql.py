"""Statements on a hot path: prepared once on each connection, bound by the server, no ORM in between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection


def run(sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows; errors come as Django's, as everywhere else."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return connection.connection.execute(sql, params, prepare=True).fetchall()
