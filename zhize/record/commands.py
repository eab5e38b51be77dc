"""Sealing: the worker's act on the log itself. It takes what is not yet sealed, never what lies above the last id:
ids commit out of order, and a watermark was seen to miss rows (measures.md §1)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from zhize.kernel import merkle
from zhize.record.digest import ALGORITHM, EVENT_COLUMNS, canonical, event_bytes
from zhize.record.models import Event, Seal

BATCH = 10_000
_LOCK = 0x5A48495A  # "ZHIZ": one sealer at a time, in this database
_MARK = """update record_event e set seal_id = %s, leaf_no = u.no - 1
from unnest(%s::bigint[]) with ordinality as u(id, no) where e.id = u.id and e.seal_id is null"""


def seal(*, now: datetime, limit: int = BATCH) -> Seal | None:
    """Seal up to `limit` committed events that have no seal yet. None when there are none or another sealer is at work."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return None
        rows = list(Event.objects.filter(seal=None).order_by("id").values(*EVENT_COLUMNS)[:limit])
        if not rows:
            return None
        leaves = [merkle.leaf(event_bytes(r), ALGORITHM) for r in rows]
        made = _make(leaves, now)
        cursor.execute(_MARK, [made.pk, [r["id"] for r in rows]])
        return made


def seal_all(*, now: datetime) -> int:
    """Seal until nothing is left; returns how many events."""
    count = 0
    while (made := seal(now=now)) is not None:
        count += made.size
    return count


def head_of(previous: str, root: str, size: int, sealed_at: datetime, algorithm: str) -> str:
    """A seal's head: the hash over the head before it, its own root, size, moment and the name of the hash."""
    return merkle.digest(algorithm, canonical([previous, root, size, sealed_at, algorithm])).hex()


def _make(leaves: list[bytes], now: datetime) -> Seal:
    last = Seal.objects.order_by("-id").first()
    previous, root = (last.head if last else ""), merkle.root(leaves, ALGORITHM).hex()
    head = head_of(previous, root, len(leaves), now, ALGORITHM)
    return Seal.objects.create(
        algorithm=ALGORITHM,
        size=len(leaves),
        root=root,
        previous=previous,
        head=head,
        leaves=b"".join(leaves),
        sealed_at=now,
    )
