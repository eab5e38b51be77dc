"""A second verifier of the sealed log, written from its description alone: PostgreSQL's client and a hash, nothing of Zhize's.

    python -m drills._verifier DSN [--head HEX] [--processes 2]

An event is a JSON list of its twelve columns (keys sorted, no spaces, moments in UTC); its leaf hash(0x00 + bytes), a node hash(0x01 + left +
right), an odd one rises as it is (RFC 9162 §2.1). A head is the hash of [head before, root, size, sealed_at, hash's name]. The head an outsider
wrote down must still stand in the chain: that is what finds a tail cut off, or a whole log made anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import sys
from datetime import UTC, datetime
from typing import Any

import psycopg

EVENTS = """select leaf_no, id, act, at, officer_id, seat_id, who, via, instrument_id, touched, payload::text, rows_root, tell
from record_event where seal_id = %s order by leaf_no, id"""
SEALS = "select id, algorithm, size, root, previous, head, leaves, sealed_at from record_seal where id = any(%s) order by id"
CHAIN = "select id, previous, head from record_seal order by id"
LOOSE = "select id from record_event e where seal_id is not null and not exists (select 1 from record_seal s where s.id = e.seal_id)"
_said = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def verify(dsn: str, head: str = "", processes: int = 2) -> dict[str, Any]:
    """What is not as it was sealed, by name: `event:7`, `seal:3`, `seal:3/12` (a line that is gone), `head`."""
    with _link(dsn) as db:
        chain = db.execute(CHAIN).fetchall()
        broken = [f"event:{row[0]}" for row in db.execute(LOOSE)]
    heads = ["", *(row[2] for row in chain)]
    broken += [f"seal:{no}" for (no, previous, _), before in zip(chain, heads, strict=False) if previous != before]
    if head and head not in heads:
        broken.append("head")
    shares = [[row[0] for row in chain][n::processes] for n in range(processes)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        parts = pool.starmap(_share, [(dsn, share) for share in shares if share])
    return {
        "seals": len(chain),
        "rows": sum(rows for rows, _ in parts),
        "head": heads[-1],
        "broken": sorted({*broken, *(name for _, names in parts for name in names)}),
    }


def _share(dsn: str, numbers: list[int]) -> tuple[int, list[str]]:
    rows, broken = 0, []
    with _link(dsn) as db:
        for seal in db.execute(SEALS, [numbers]).fetchall():
            count, names = _seal(db, *seal)
            rows, broken = rows + count, broken + names
    return rows, broken


def _seal(
    db: Any, no: int, name: str, size: int, root: str, before: str, head: str, leaves: bytes, at: datetime
) -> tuple[int, list[str]]:
    line = [leaves[n : n + 32] for n in range(0, len(leaves), 32)]
    told = _said([before, root, size, at.astimezone(UTC).isoformat(), name]).encode()
    sound = len(line) == size and _root(line, name).hex() == root and hashlib.new(name, told).hexdigest() == head
    broken, seen, rows = ([] if sound else [f"seal:{no}"]), set(), db.execute(EVENTS, [no]).fetchall()
    for leaf_no, *columns in rows:
        if (
            leaf_no in seen
            or not (leaf_no is not None and 0 <= leaf_no < len(line))
            or _leaf(columns, name) != line[leaf_no]
        ):
            broken.append(f"event:{columns[0]}")
        seen.add(leaf_no)
    return len(rows), broken + [f"seal:{no}/{n}" for n in range(len(line)) if n not in seen]


def _leaf(columns: list[Any], name: str) -> bytes:
    columns[2] = columns[2].isoformat()  # the session's time zone is UTC
    columns[9] = json.loads(columns[9])
    return hashlib.new(name, b"\x00" + _said(columns).encode()).digest()


def _root(row: list[bytes], name: str) -> bytes:
    while len(row) > 1:
        up = [hashlib.new(name, b"\x01" + row[n] + row[n + 1]).digest() for n in range(0, len(row) - 1, 2)]
        row = up + row[len(row) - len(row) % 2 :]
    return row[0] if row else hashlib.new(name, b"").digest()


def _link(dsn: str) -> psycopg.Connection[Any]:
    return psycopg.connect(dsn, autocommit=True, options="-c timezone=UTC -c default_transaction_read_only=on")


def main() -> None:
    parser = argparse.ArgumentParser(prog="verifier", description="另写的核验程序：只凭格式说明核对封存链")
    parser.add_argument("dsn")
    parser.add_argument("--head", default="", help="外人手里的链头")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    said = verify(given.dsn, given.head, given.processes)
    sys.stdout.write(json.dumps(said, ensure_ascii=False))
    sys.exit(3 if said["broken"] else 0)


if __name__ == "__main__":
    main()
