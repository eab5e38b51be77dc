"""The supervisor's wall over a million cases against the same wall over ten thousand (issue 4: server time p95 ≤ 100 ms, ≤ 2×): all
its tiles, for a city's supervisor; and the silent answer while nothing changed, which is the same work without the page.

`python -m benchmarks.wall [CASES]` prints JSON. One case in two hundred is open and late, one leg in a thousand is sent back,
disputed or ordered to answer, whatever the size of the past."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from psycopg.types.numeric import Int8

from benchmarks._ground import connect, database, django_on
from benchmarks.figures import NOW, _analyze, _seed, _town

PRESSING = """
set session_replication_role = replica;
update cases_case set state = 'handling', answered_at = null, ended_at = null where id % 200 = 0;
update cases_leg set state = 'signed', replied_at = null, ended_at = null where case_id % 200 = 0;
update cases_leg set state = 'return_requested' where case_id % 1000 = 0;
update cases_leg set state = 'in_dispute' where case_id % 1000 = 200;
insert into cases_return (leg_id, reason, body_id, duty_id, judgement, asked_at, due, decision, article, words)
 select l.id, '属于别人', l.body_id, (select min(id) from register_duty), '{}', l.dispatched_at, l.dispatched_at + interval '1 day', '', '', ''
 from cases_leg l where l.state = 'return_requested';
insert into cases_order (case_id, leg_id, issued_at, ground, words, state, due, reckoning)
 select l.case_id, l.id, l.due, 'overdue', '请答复', 'issued', l.due + interval '5 days', '[]'
 from cases_leg l where l.case_id % 1000 = 400;
set session_replication_role = origin;
"""


def run(cases: int = 1_000_000) -> dict[str, Any]:
    small, large = _measured(10_000), _measured(cases)
    return {
        "cases": cases, "p95_ms": large["p95_ms"], "small_p95_ms": small["p95_ms"], "ratio": round(large["p95_ms"] / small["p95_ms"], 2),
        "tiles_ms": large["tiles_ms"], "counts": large["counts"],
    }  # fmt: skip


def _measured(cases: int) -> dict[str, Any]:
    with database() as dsn:
        django_on(dsn)
        from django.db import connection

        from zhize.cases.queries.wall import TILES, wall
        from zhize.register.models import Seat

        now, town = datetime.fromisoformat(NOW), _town()
        _seed(dsn, town, Int8(cases))  # as bigint: its products outgrow an integer
        _press(dsn)
        seat = Seat.objects.select_related("place").get(officer__username="supervisor")
        wall(seat, now)
        times = sorted(_timed(lambda: wall(seat, now)) for _ in range(40))
        tiles = {
            tile.__name__: statistics.median(_timed(lambda tile=tile: tile(seat, now)) for _ in range(9))
            for tile in TILES
        }
        counts = {tile.key: tile.count for tile in wall(seat, now).tiles}
        connection.close()
    p95 = round(1000 * times[int(len(times) * 0.95) - 1], 1)
    return {"p95_ms": p95, "tiles_ms": {k: round(1000 * v, 1) for k, v in tiles.items()}, "counts": counts}


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _press(dsn: str) -> None:
    """What lies open, late, sent back, disputed and ordered."""
    with connect(dsn) as db:
        for statement in filter(str.strip, PRESSING.split(";\n")):
            db.execute(statement)
    _analyze(dsn)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhize.settings")
    import django

    django.setup()
    print(json.dumps(run(*map(int, sys.argv[1:])), ensure_ascii=False, indent=1))
