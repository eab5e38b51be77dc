"""Fifty thousand limits fall due: how many a minute the calendar deals with, and how far that is from the bare rows (issue 4, drill 5).

`python -m benchmarks.clockwork [CASES]` prints JSON. Cases come in by `receive_many` on Tuesdays, a tenth each week, so each tenth falls
due on a day of its own and goes its way as the year goes: yellow card, red card, order. A tenth in two has its red cards shown by the
calendar, the other by the floor: one INSERT of the cards and one of the event a batch, with nothing claimed and nothing asked. Suspensions
run on in the same way, against one UPDATE each of suspensions, cases and legs and the event's INSERT. The last tenth is dealt with by
two workers at once. `cpu_s` is Python's own; what PostgreSQL used comes on top."""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from benchmarks._ground import connect, database, django_on

PARTS, BATCH = 10, 500
FIRST = datetime.fromisoformat("2016-01-05 10:00+08")  # five working days: due at the end of the next Tuesday
WEEK, MINUTE = timedelta(days=7), timedelta(minutes=1)
CARDS = """insert into cases_urge (case_id, leg_id, kind, own, words, at)
 select case_id, id, 'red', false, '已超过办理期限', %(now)s from cases_leg where id = any(%(ids)s)"""
STAND = [
    "update cases_case set suspended = true where id = any(%(ids)s)",
    """insert into cases_suspension (case_id, round, ground, name, evidence, from_at, resume_on, resumed_because)
 select id, 1, 'reporter', '等待来件人补充材料', '补正通知', %(now)s, %(day)s, '' from cases_case where id = any(%(ids)s)""",
]
RUN_ON = [
    "update cases_suspension set to_at = %(now)s, resumed_because = '预定的恢复日已到' where to_at is null and case_id = any(%(ids)s)",
    "update cases_case set suspended = false, due = due + interval '1 day' where id = any(%(ids)s)",
    "update cases_leg set due = due + interval '1 day' where case_id = any(%(ids)s)",
]
EVENT = """insert into record_event (act, at, who, via, touched, payload, rows_root, tell)
 select %(act)s, %(now)s, '按期自动', 'system', array_agg('case:' || case_id) || array_agg('leg:' || id), '{{}}', '', true
 from cases_leg where {of} = any(%(ids)s)"""


def run(cases: int = 50_000, quick: bool = False) -> dict[str, Any]:
    each = (500 if quick else cases) // PARTS
    with database() as dsn:
        django_on(dsn)
        seeded = _seed(each)
        found = _measured(dsn, each)
        from django.db import connection

        connection.close()
    return {"limits": each * PARTS, "batch": BATCH, "load": [round(x, 1) for x in os.getloadavg()], **seeded, **found}


def _seed(each: int) -> dict[str, Any]:
    from zhize.cases.commands import receive_many
    from zhize.cases.terms import Message
    from zhize.cases.tests.conftest import CLERK, build

    town, began = build(), time.perf_counter()
    places, matter = [town.places[key].pk for key in ("330302001", "330304001")], town.matters["010101"].pk
    for week in range(PARTS + 1):  # the last for the clocks that stand
        said = (
            Message(text=f"路口有人占道摆摊，第{n}处。", place_id=places[n % 2], matter_id=matter) for n in range(each)
        )
        receive_many(list(said), by=CLERK, now=FIRST + week * WEEK)
    return {"seeded_s": round(time.perf_counter() - began, 1)}


# -- what is measured --------------------------------------------------------------------------------------------------
class Clock:
    """How long each kind of work took, how much of it was Python's, how many it was."""

    def __init__(self) -> None:
        self.rates: dict[str, list[float]] = {}
        self.cpu: dict[str, float] = {}

    def time(self, name: str, wanted: int, work: Callable[[], int]) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        done = work()
        if done != wanted:
            raise AssertionError(f"{name}: {done} of {wanted}")
        self.rates.setdefault(name, []).append(done / (time.perf_counter() - wall))
        self.cpu[name] = self.cpu.get(name, 0) + time.process_time() - cpu

    def per_minute(self, name: str) -> int:
        return round(60 * statistics.median(self.rates[name]))


def _measured(dsn: str, each: int) -> dict[str, Any]:
    from zhize.cases.commands.escalating import order_due, red_due
    from zhize.cases.commands.watch import resume_due, urge_due

    clock = Clock()
    with connect(dsn) as db:
        standing = _stand(db)
        db.execute("vacuum analyze")
        for week in range(PARTS - 1):
            due, ids = _due(db, week)
            clock.time("yellow", each, partial(urge_due, due - timedelta(hours=9)))
            if week % 2:
                clock.time("floor", each, partial(_floor, db, ids, due + MINUTE))
            else:
                clock.time("red", each, partial(red_due, due + MINUTE))
            clock.time("order", each, partial(order_due, due + timedelta(days=3)))
        two = _two_workers(dsn, _due(db, PARTS - 1)[0] + MINUTE, each)
        half, day = len(standing) // 2, FIRST + PARTS * WEEK + timedelta(days=2)
        clock.time("resume_floor", half, partial(_run_on, db, standing[:half], day))
        clock.time("resume", len(standing) - half, partial(resume_due, day))
    names = ("yellow", "red", "order", "resume")
    return {
        "per_minute": {name: clock.per_minute(name) for name in names} | {"red_by_two_workers": two},
        "floor_per_minute": {"red": clock.per_minute("floor"), "resume": clock.per_minute("resume_floor")},
        "ratio": {
            "red": round(clock.per_minute("red") / clock.per_minute("floor"), 2),
            "resume": round(clock.per_minute("resume") / clock.per_minute("resume_floor"), 2),
        },
        "cpu_s": {name: round(clock.cpu[name], 2) for name in names},
    }


def _due(db: Any, week: int) -> tuple[datetime, list[int]]:
    """When the week's tenth falls due, and its legs."""
    at = FIRST + week * WEEK
    rows = db.execute("select id, due from cases_leg where dispatched_at = %s order by id", [at]).fetchall()
    return rows[0][1], [row[0] for row in rows]


def _stand(db: Any) -> list[int]:
    at = FIRST + PARTS * WEEK
    ids = [
        row[0] for row in db.execute("select id from cases_case where received_at = %s order by id", [at]).fetchall()
    ]
    with db.transaction():
        for statement in STAND:
            db.execute(statement, {"ids": ids, "now": at + timedelta(days=1), "day": (at + timedelta(days=2)).date()})
    return ids


def _floor(db: Any, ids: list[int], now: datetime) -> int:
    return _bare(db, ids, now, [CARDS, EVENT.format(of="id")])


def _run_on(db: Any, ids: list[int], now: datetime) -> int:
    return _bare(db, ids, now, [*RUN_ON, EVENT.format(of="case_id")])


def _bare(db: Any, ids: list[int], now: datetime, statements: list[str]) -> int:
    for at in range(0, len(ids), BATCH):
        said: dict[str, Any] = {"ids": ids[at : at + BATCH], "now": now, "act": "floor"}
        with db.transaction():
            for statement in statements:
                db.execute(statement, said)
    return len(ids)


# -- side by side ------------------------------------------------------------------------------------------------------
def _two_workers(dsn: str, now: datetime, wanted: int) -> int:
    """Two processes run the same round at once: together they show every card once."""
    gate = multiprocessing.get_context("spawn")
    ready, done = gate.Barrier(3), gate.Queue()
    workers = [gate.Process(target=_worker, args=(dsn, now, ready, done)) for _ in range(2)]
    for worker in workers:
        worker.start()
    ready.wait(120)
    began = time.perf_counter()
    shares = [done.get(timeout=240) for _ in workers]
    passed = time.perf_counter() - began
    for worker in workers:
        worker.join()
    if sum(shares) != wanted:
        raise AssertionError(f"two workers showed {shares} cards, not {wanted}")
    return round(60 * wanted / passed)


def _worker(dsn: str, now: datetime, ready: Any, done: Any) -> None:
    import django

    django.setup()
    from django.db import connection

    from zhize.cases.commands.escalating import red_due

    connection.ensure_connection()
    ready.wait(120)
    done.put(red_due(now))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhize.settings")
    import django

    django.setup()
    print(json.dumps(run(*map(int, sys.argv[1:])), ensure_ascii=False, indent=1))
