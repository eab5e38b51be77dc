"""Keeping what cases are found by: written by the worker, off the way of intake. No act: it says nothing, it only copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, transaction

from zhize.kernel import marks

BATCH = 5000
BACK = 20_000  # cases back from the newest that are looked at for late ones: numbers are given before rows are seen
EVERY_CASE = 10**12
EVENTS = 200  # acts looked at again, for the same reason
LOCK = "select pg_try_advisory_xact_lock(hashtext('cases_sought'))"
NEW = """select c.id from cases_case c where c.id > coalesce((select max(case_id) from cases_sought), 0) - %(back)s
 and not exists (select from cases_sought s where s.case_id = c.id) order by c.id limit %(most)s"""
CHANGED = """select distinct s.case_id from record_event e cross join unnest(e.touched) t
 join cases_sought s on s.case_id = case when t ~ '^case:[0-9]+$' then substr(t, 6)::bigint end and s.event < e.id
 where e.id > coalesce((select max(event) from cases_sought), 0) - %(events)s limit %(most)s"""
SAID = """select c.id, c.title, c.text, c.address, c.matter_id, p.chain,
 array(select l.body_id from cases_leg l where l.case_id = c.id), (select coalesce(max(id), 0) from record_event)
 from cases_case c left join lateral (select chain from places_placepath where place_id = c.place_id order by to_day desc nulls first limit 1) p on true
 where c.id = any(%(ids)s)"""
KEEP = """insert into cases_sought (case_id, marks, event) select * from sought_now
 on conflict (case_id) do update set marks = excluded.marks, event = excluded.event"""


def index_words(most: int = BATCH, back: int = BACK) -> int:
    """Take in what is new or has changed; how many. Of two workers at once the second leaves it to the first."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return 0
        ids = _ids(NEW, back=back, most=most) or _ids(CHANGED, events=EVENTS, most=most)
        _keep(ids)
    return len(ids)


def _ids(sql: str, **params: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


def _keep(ids: list[int]) -> None:
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(SAID, {"ids": ids})
        rows = cursor.fetchall()
        cursor.execute(
            "create temporary table sought_now (case_id bigint, marks bigint[], event bigint) on commit drop"
        )
    with connection.connection.cursor() as raw, raw.copy("copy sought_now from stdin") as copy:
        for row in _rows(rows):
            copy.write_row(row)
    with connection.cursor() as cursor:
        cursor.execute(KEEP)
        cursor.execute("drop table sought_now")


def _rows(rows: Sequence[Any]) -> Iterator[tuple[int, list[int], int]]:
    said = marks.of_texts([f"{title} {text} {address}" for _, title, text, address, *_ in rows])
    for (pk, _, _, _, matter, chain, bodies, event), found in zip(rows, said, strict=True):
        found |= {marks.of_thing(marks.PLACE, place) for place in chain or []}
        found |= {marks.of_thing(marks.BODY, body) for body in bodies}
        found |= {marks.of_thing(marks.MATTER, matter)} if matter else set()
        yield pk, sorted(found | {marks.volume(pk)}), event


def missing() -> int:
    """How many cases the index has never seen; the night asks it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from cases_case c where not exists (select from cases_sought s where s.case_id = c.id)"
        )
        return int(cursor.fetchone()[0])
