"""The nightly count: whole days and months added up once, so that a year is read in moments. Never patched, always counted again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import connection

from zhize.accounts.models import By
from zhize.cases import rights  # noqa: F401  (declares the rights)
from zhize.cases.metrics import METRICS
from zhize.cases.models import Case, Tally
from zhize.cases.queries.measuring import Counted, Key, count
from zhize.kernel.period import day_of, start_of
from zhize.record.acts import act, note
from zhize.register import access

COLUMNS = ("side", "metric", "day", "body_id", "place_id", "whole", "part", "half", "still", "out_a", "out_b", "out_c")
OUT = 3  # grounds a metric has at most


@act
def tally(since: date | None = None, *, by: By, now: datetime) -> int:
    """Count everything up to yesterday, from the first of the month of a day on (all there is, when none is given).

    What was counted before is thrown away: a late answer, a granted extension or an exclusion changes days gone by.
    """
    access.require(by, "cases.tally", None, day_of(now))
    first, today = since or _first(), day_of(now)
    if first is None or first >= today:
        return 0
    first = first.replace(day=1)
    Tally.objects.filter(day__gte=first).delete()
    written = _copy(_rows(Tally.Side.ALL, "day", first, today))
    for side in (Tally.Side.BODY, Tally.Side.PLACE):
        written += _copy(_rows(side, "month", first, today.replace(day=1)))
    note(since=first.isoformat(), until=today.isoformat(), rows=written)
    return written


def _first() -> date | None:
    """The day of the earliest case; receipt is the first moment anything of it is counted by."""
    moment = Case.objects.order_by("pk").values_list("received_at", flat=True).first()
    return day_of(moment) if moment else None


def _rows(side: str, grain: str, first: date, until: date) -> Iterator[tuple[Any, ...]]:
    """One row a metric, day or month, and body or place; where nothing was, nothing is kept."""
    by = (grain,) if side == Tally.Side.ALL else (grain, side)
    for name, groups in count(METRICS, start_of(first), start_of(until), by=by).items():
        grounds = [ground for ground, _ in METRICS[name].out]
        for key, c in groups.items():
            if c.whole or any(c.out.values()):
                yield _row(side, name, key, c, grounds)


def _row(side: str, name: str, key: tuple[Key, ...], c: Counted, grounds: list[str]) -> tuple[Any, ...]:
    day = key[0].date() if isinstance(key[0], datetime) else key[0]
    body, place = (key[1] if side == each else None for each in (Tally.Side.BODY, Tally.Side.PLACE))
    outs = [c.out.get(ground, 0) for ground in grounds] + [0] * (OUT - len(grounds))
    return side, name, day, body, place, c.whole, c.part, c.half, c.still, *outs


def _copy(rows: Iterator[tuple[Any, ...]]) -> int:
    """Counted whole before the copy begins: while it runs the connection answers nothing else."""
    counted = list(rows)
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        connection.connection.cursor() as cursor,
        cursor.copy(f"copy cases_tally ({', '.join(COLUMNS)}) from stdin") as copy,
    ):
        for row in counted:
            copy.write_row(row)
    return len(counted)
