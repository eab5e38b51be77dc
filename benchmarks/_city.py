"""A city of forty bodies and a year of its cases, in a database that may be kept: what the desk's benchmarks stand on.

The first hundred thousand cases come in by `receive_many` on ten days of a year; what bodies do with them afterwards is written set by
set, past the same triggers that guard the steps, with one event a step and case; the rest are copies of these, received on the days
before, under numbers left free between them: numbers go with time. One case in fifty is still open, one in two hundred waits for a human,
one in a hundred is answered and waits to be closed, whatever the size of the past."""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb

from benchmarks._ground import connect

STREETS, BODIES, BATCHES, BY_ACTS = 120, 40, 10, 100_000
BEGIN, NOW = datetime.fromisoformat("2016-01-04 10:00+08"), datetime.fromisoformat("2016-12-20 10:00+08")
MATTERS = {
    "010201": ("路灯", "对城市照明设施的养护"),
    "010202": ("积水", "对城市排水设施的养护"),
    "010203": ("违建", "对违法建设的查处"),
}
RARE = "孔雀鱼缸"  # said by one case in ten thousand
HANDLED = "c.id / %(step)s %% 100"
LATER = f"""
update cases_leg l set state = 'signed', signed_at = dispatched_at + interval '5 hours' from cases_case c
 where c.id = l.case_id and c.id > %(after)s and l.state = 'dispatched' and {HANDLED} > 0;
update cases_case c set state = 'handling', first_responded_at = received_at + interval '5 hours'
 where id > %(after)s and state = 'dispatched' and {HANDLED} > 0;
update cases_leg l set state = 'replied', replied_at = dispatched_at + interval '3 days' from cases_case c
 where c.id = l.case_id and c.id > %(after)s and l.state = 'signed' and {HANDLED} > 1;
insert into cases_reply (case_id, leg_id, round, text, solved, evidence, approved_by, at)
 select case_id, id, 1, '已经到现场处理，请您监督。', true, '现场照片', '', replied_at from cases_leg where case_id > %(after)s and state = 'replied';
update cases_case c set state = 'replied', answered_at = received_at + interval '3 days'
 where id > %(after)s and state = 'handling' and {HANDLED} > 1;
update cases_case c set state = 'closed', ended_at = answered_at + interval '5 days'
 where id > %(after)s and state = 'replied' and {HANDLED} > 2;
"""
EVENTS = """insert into record_event (act, at, who, via, touched, payload, rows_root, tell)
 select step, received_at + stays, '测试', 'system', array['case:' || id], '{}', '', false from cases_case,
 (values ('sign', interval '5 hours'), ('reply', interval '3 days'), ('close', interval '8 days')) s(step, stays) where state = 'closed' order by 2"""
SHIFT = "%(days)s * interval '1 day' * (1 - mod({case} - n, %(batch)s) / %(batch)s.0)"
MOMENTS = {  # moved to the days before
    "cases_case": "received_at promised_at due first_due first_responded_at answered_at ended_at",
    "cases_leg": "dispatched_at sign_due return_until due signed_at replied_at ended_at",
    "cases_reply": "at",
}
COPIES: tuple[tuple[str, dict[str, str]], ...] = (  # table, what of it is numbered anew
    ("cases_case", {"id": "id - n", "no": "'B' || (id - n)", "idempotency_key": "null", "secret_hash": "''"}),
    ("cases_leg", {"id": "id - n", "case_id": "case_id - n"}),
    ("cases_reply", {"id": "id - n", "case_id": "case_id - n", "leg_id": "leg_id - n"}),
    ("cases_reporter", {"case_id": "case_id - n"}),
    ("cases_sought", {"case_id": "case_id - n"}),
)
NUMBERED = ("cases_case", "cases_leg", "cases_reply")
KEPT = "create table if not exists bench_seed (said jsonb)"


def seeded(dsn: str, cases: int) -> dict[str, Any]:
    """This city with so many cases, made unless it stands there already; how it was made."""
    with connect(dsn) as db:
        db.execute(KEPT)
        row = db.execute("select said from bench_seed where (said->>'cases')::int = %s", [cases]).fetchone()
    return row[0] if row else _made(dsn, cases)


def _made(dsn: str, cases: int) -> dict[str, Any]:
    began, by_acts = time.perf_counter(), min(cases, BY_ACTS)
    step = cases // by_acts
    _free_numbers(dsn, step)
    said = {"cases": cases, **_received(dsn, by_acts, step), **_index()}
    _copy(dsn, cases, step)
    with connect(dsn) as db:
        db.execute(EVENTS)
        db.execute("vacuum analyze")
        said["seconds"] = round(time.perf_counter() - began)
        db.execute("insert into bench_seed values (%s)", [Jsonb(said)])
    return said


def _free_numbers(dsn: str, step: int) -> None:
    """Between two numbers drawn by acts there is place for the copies."""
    with connect(dsn) as db:
        for table in NUMBERED:
            db.execute(f"alter sequence {table}_id_seq increment by {step} start with {step} restart")


def _received(dsn: str, by_acts: int, step: int) -> dict[str, Any]:
    """By acts, over a year; what bodies do with one batch is written while the next comes in."""
    from zhize.cases.commands import receive_many
    from zhize.cases.tests.conftest import CLERK

    town, rng, received, waiting, batch = _town(), random.Random(1), 0.0, [], by_acts // BATCHES
    began = time.perf_counter()
    with ThreadPoolExecutor(1) as bodies:
        for n in range(BATCHES):
            messages = list(_messages(town, rng, batch, n * batch))
            start = time.perf_counter()
            receive_many(messages, by=CLERK, now=BEGIN + (NOW - BEGIN) * n / BATCHES)
            received += time.perf_counter() - start
            waiting.append(bodies.submit(_later, dsn, n * batch * step, step))
    for done in waiting:
        done.result()
    whole = time.perf_counter() - began
    return {
        "by_acts": by_acts,
        "received_per_s": round(by_acts / received),
        "handled_too_per_s": round(by_acts / whole),
    }


def _later(dsn: str, after: int, step: int) -> None:
    with connect(dsn) as db, db.transaction():
        for statement in filter(str.strip, LATER.split(";\n")):
            names = {"after": after, "step": step}
            db.execute(statement, {k: v for k, v in names.items() if f"%({k})s" in statement})


def _index() -> dict[str, Any]:
    """The words written down by which cases are found again."""
    from zhize.cases.commands.finding import index_words

    began, done = time.perf_counter(), 0
    while some := index_words(back=10**12):
        done += some
    return {"indexed_per_s": round(done / max(time.perf_counter() - began, 0.001))}


def _copy(dsn: str, cases: int, step: int) -> None:
    """Under the numbers left free. Rows are laid down again in the order of their numbers, as a year would have laid them; the
    index of words is built once, after."""
    if step == 1:
        return
    numbers = {"step": step, "batch": cases // BATCHES, "days": (NOW - BEGIN).days // BATCHES}
    with connect(dsn) as db:
        db.execute("set session_replication_role = replica")
        db.execute("set maintenance_work_mem = '1GB'")
        index = db.execute("select indexdef from pg_indexes where indexname = 'sought_by_mark'").fetchone()[0]
        db.execute("drop index sought_by_mark")
        for table, changed in COPIES:
            print(f"  {table} …", file=sys.stderr, flush=True)
            db.execute(_copied(_columns(db, table), table, changed) % numbers)
            db.execute(f"cluster {table} using {table}_pkey")
        db.execute(index)


def _columns(db: Any, table: str) -> list[str]:
    asked = "select column_name from information_schema.columns where table_name = %s order by ordinal_position"
    return [name for (name,) in db.execute(asked, [table])]


def _copied(names: list[str], table: str, changed: dict[str, str]) -> str:
    shift = SHIFT.format(case="id" if table == "cases_case" else "case_id")
    moved = {name: f"{name} - {shift}" for name in MOMENTS.get(table, "").split()}
    values = ", ".join((moved | changed).get(name, f'"{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    return f"insert into {table} ({listed}) select {values} from {table}, generate_series(1, %(step)s - 1) n"


# -- what is said, and where -------------------------------------------------------------------------------------------
def _messages(town: dict[str, Any], rng: random.Random, count: int, first: int) -> Iterator[Any]:
    """Twenty-five words each, the common ones common: what people write repeats itself, and each says something of his own."""
    from zhize.cases.terms import Message

    words, weights = town["words"], town["weights"]
    for n in range(first, first + count):
        said = "".join(rng.choices(words, cum_weights=weights, k=25))
        rare = RARE if n % 10_000 == 77 else ""
        matter = None if n % 200 == 150 else town["matters"][n % len(town["matters"])]
        yield Message(
            text=f"{said[:20]}，{said[20:]}{rare}，请尽快处理。", place_id=town["places"][n * 7919 % len(town["places"])],
            kind=("complaint", "help", "enquiry", "suggestion", "report")[n % 5], channel="phone", title=said[4:14],
            address=f"人民路{n % 900}号", matter_id=matter, idempotency_key=f"bench-{n}", phone="13800000000" if n % 4 == 0 else "",
        )  # fmt: skip


def _town() -> dict[str, Any]:
    """The small town of the tests, with streets, each held by one of forty bodies."""
    from zhize.cases.tests.conftest import CLERK, SETUP, START, build
    from zhize.places.commands import establish
    from zhize.places.terms import Dated, Expression, PlaceHistory
    from zhize.register.commands import appoint, assign, define, define_matters, found, map_matter
    from zhize.register.commands.matters import Answer, NewMatter
    from zhize.register.models import Seat
    from zhize.register.terms import Line, NewBody, NewDuty

    town = build()
    said: dict[str, Any] = {"instrument": town.paper, "by": CLERK, "now": SETUP}

    def dated(value: str) -> list[Dated]:
        return [Dated(value, START)]

    parents = ["330302", "330304"]
    streets = list(establish(
        [PlaceHistory(f"{parents[n % 2]}{n + 200}", 5, lives=dated("x"), names=dated(f"第{n}街道"), codes=dated(f"{parents[n % 2]}{n + 200}"),
                      parents=dated(parents[n % 2])) for n in range(STREETS)], **said).values())  # fmt: skip
    bodies = list(
        found(
            [NewBody(f"b-{n}", "机关", 4, f"第{n}养护所", START, town.places["330302"].pk) for n in range(BODIES)],
            **said,
        ).values()
    )
    duties = define([NewDuty(code, "work", duty, START, levels=[4]) for code, (_, duty) in MATTERS.items()], **said)
    assign([Line(duty, bodies[(s + d * 7) % BODIES], 4, Expression((place.pk,)), START)
            for d, duty in enumerate(duties.values()) for s, place in enumerate(streets)], **said)  # fmt: skip
    matters = define_matters(
        [NewMatter("0102", "市政设施", START), *(NewMatter(code, name, START) for code, (name, _) in MATTERS.items())],
        **said,
    )
    map_matter([Answer(matters[code], duties[code]) for code in MATTERS], day=START, **said)
    officer = town.seats["taker2"].officer
    appoint(
        [Seat(officer=officer, role="handler", body=bodies[0], place=town.places["330302"], from_day=START)], **said
    )
    said_words = words()
    return {
        "places": [p.pk for p in streets], "matters": [matters[code].pk for code in MATTERS], "words": said_words,
        "weights": _zipf(len(said_words)),
    }  # fmt: skip


def words() -> list[str]:
    """Pairs of characters from real sentences about duties, in an order that is always the same; the first is the commonest."""
    text = Path(__file__).with_name("_duty_names.py").read_text("utf-8")
    pairs = sorted(
        {piece[at : at + 2] for piece in re.findall(r"[\u4e00-\u9fff]{2,}", text) for at in range(len(piece) - 1)}
    )
    random.Random(2).shuffle(pairs)
    return pairs


def _zipf(count: int) -> list[float]:
    total, weights = 0.0, []
    for rank in range(1, count + 1):
        total += 1 / rank**0.8
        weights.append(total)
    return weights
