"""Canonical bytes and digests of statements and events, so that anybody can recompute them.

Canonical form: JSON, keys sorted, no spaces, UTF-8, dates and moments in ISO 8601 (moments in UTC). The row id is left
out of a statement's digest (it is drawn by the database after the digest is made); the event's id is in its leaf.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.db import models

from zhize.kernel import merkle

ALGORITHM = merkle.best_algorithm()
_LEFT_OUT = {"id", "withdrawn_at", "withdrawn_by_id", "digest", "ended_by_id"}


def plain(value: Any) -> Any:
    """A value as canonical JSON holds it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=plain)


def canonical(value: Any) -> bytes:
    return _CANONICAL.encode(value).encode()


def said(row: models.Model) -> dict[str, Any]:
    """What a statement row says: every column but those that change or are drawn later."""
    facts = {n: plain(getattr(row, n)) for n in said_columns(type(row))}
    ended = getattr(row, "ended_by_id", None)
    return facts | ({"ended_by_id": ended} if ended else {})


_columns: dict[type[models.Model], list[str]] = {}


def said_columns(model: type[models.Model]) -> list[str]:
    if model not in _columns:
        _columns[model] = [f.attname for f in model._meta.concrete_fields if f.attname not in _LEFT_OUT]
    return _columns[model]


def stamp(row: models.Model) -> str:
    """The digest of a statement."""
    return stamp_of(row._meta.label_lower, said(row))


def stamp_of(label: str, facts: dict[str, Any]) -> str:
    """The digest of what a statement says, from plain values."""
    return merkle.digest(ALGORITHM, canonical([label, facts])).hex()


def rows_root(digests: Iterable[str]) -> str:
    """One root over the statements of an act, in sorted order; empty when it stated nothing."""
    leaves = [bytes.fromhex(d) for d in sorted(digests)]
    return merkle.root(leaves, ALGORITHM).hex() if leaves else ""


def event_bytes(row: dict[str, Any]) -> bytes:
    """The canonical bytes of an event, from its columns."""
    return canonical([plain(row[c]) for c in EVENT_COLUMNS])


EVENT_COLUMNS = [
    "id",
    "act",
    "at",
    "officer_id",
    "seat_id",
    "who",
    "via",
    "instrument_id",
    "touched",
    "payload",
    "rows_root",
    "tell",
]
