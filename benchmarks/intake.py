"""Intake through HTTP on the bundled server (issue §7; measures.md §1): a case received, routed, clocked, and sealed by the
worker behind it, against a bare Django view that only writes a case and two events through the ORM. Same server, same
database (synchronous_commit on), two clients, interleaved slices. And a batch of 1,000 against psycopg alone."""

from __future__ import annotations

import contextlib
import http.client
import json
import multiprocessing
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

from benchmarks._ground import connect, database, django_on, pairs
from zhize.paths import CHECKOUT

TEXT = "小区门口每天晚上有人占道摆摊，一直到半夜，油烟和噪声都很大，请管一管。"


def run(quick: bool = False) -> dict[str, Any]:
    with database() as dsn:
        django_on(dsn)
        _town(dsn)
        place, matter = _question()
        with _server(dsn) as port:
            seconds, rounds = (0.7, 2) if quick else (3.0, 10)
            slices = {
                name: partial(_slice, port, f"/bench/{name}", place, matter, seconds) for name in ("ours", "floor")
            }
            for warm in slices.values():
                warm()
            http_ratio = pairs(slices["ours"], slices["floor"], rounds)
            rates = {name: round(one()) for name, one in slices.items()}
            lag = _unsealed(dsn)
        result = {"http": {"over_orm_floor": http_ratio, "per_second": rates, "clients": 2, "unsealed_after_2s": lag}}
        result["batch"] = _batch(dsn, place, matter, 200 if quick else 1000, 2 if quick else 10)
        from django.db import connection

        connection.close()
    return result


def _town(dsn: str) -> None:
    from django.core.management import call_command

    from benchmarks._intake_app import TABLES
    from zhize.register.models import Seat

    if not Seat.objects.exists():  # a kept database has been loaded before
        call_command("load", stdout=sys.stderr)
    with connect(dsn) as db:
        db.execute(TABLES)
        db.execute("vacuum analyze")


def _question() -> tuple[int, int]:
    from zhize.kernel.period import day_of
    from zhize.places.queries import find_place
    from zhize.register.queries import find_matter

    today = day_of(datetime.now(UTC))
    return find_place("五马街道", today).pk, find_matter("摆摊", today).pk


@contextlib.contextmanager
def _server(dsn: str) -> Iterator[int]:
    """gunicorn as bin/serve starts it, and the worker that seals."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    env = os.environ | {"DATABASE_URL": dsn, "PYTHONPATH": str(CHECKOUT), "ZHIZE_LOOPBACK": "1"}
    env.pop("TESTING", None)
    gunicorn = [
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "4",
        "--no-control-socket",
        "--log-level",
        "warning",
        "benchmarks._intake_app:application",
    ]
    started = [
        subprocess.Popen([sys.executable, "-m", *what], env=env, cwd=CHECKOUT)
        for what in (gunicorn, ["django", "clockwork"])
    ]
    try:
        _await(port)
        yield port
    finally:
        for child in started:
            child.terminate()
        for child in started:
            child.wait(20)


def _await(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise TimeoutError("the server did not start")


def _slice(port: int, path: str, place: int, matter: int, seconds: float) -> float:
    """Requests a second by two clients, each a process with one open connection."""
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return sum(pool.starmap(_client, [(port, path, place, matter, seconds)] * 2))


def _client(port: int, path: str, place: int, matter: int, seconds: float) -> float:
    link, count, began = http.client.HTTPConnection("127.0.0.1", port), 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        body = json.dumps(
            {"text": f"{TEXT}{secrets.token_hex(6)}", "place": place, "matter": matter, "key": secrets.token_hex(12)}
        )
        link.request("POST", path, body, {"Content-Type": "application/json"})
        answer = link.getresponse()
        said = answer.read()
        assert answer.status == 200, said[:300]
        count += 1
    return count / passed


def _unsealed(dsn: str) -> int:
    time.sleep(2)
    with connect(dsn) as db:
        return int(db.execute("select count(*) from record_event where seal_id is null").fetchone()[0])  # type: ignore[index]


def _batch(dsn: str, place: int, matter: int, size: int, rounds: int) -> dict[str, Any]:
    """receive_many of 1,000 against psycopg writing 1,000 cases and 2,000 events by one COPY each, one transaction."""
    from zhize.accounts.models import By
    from zhize.cases.commands import receive_many
    from zhize.cases.terms import Message

    def ours() -> float:
        keys = [secrets.token_hex(12) for _ in range(size)]
        messages = [Message(f"{TEXT}{k}", place, matter_id=matter, channel="api", idempotency_key=k) for k in keys]
        began = time.perf_counter()
        receive_many(messages, by=By.citizen(via="api"), now=datetime.now(UTC))
        return size / (time.perf_counter() - began)

    def floor() -> float:
        now, began = datetime.now(UTC), time.perf_counter()
        with connect(dsn) as db:
            began = time.perf_counter()
            with db.transaction(), db.cursor() as cursor:
                cursor.execute("select nextval('bench_case_id_seq') from generate_series(1, %s)", [size])
                ids = [r[0] for r in cursor.fetchall()]
                with cursor.copy(
                    "copy bench_case (id, no, kind, text, place_id, matter_id, state, received_at, due) from stdin"
                ) as copy:
                    for i in ids:
                        copy.write_row(
                            (i, secrets.token_hex(10), "complaint", TEXT, place, matter, "to_dispatch", now, now)
                        )
                with cursor.copy("copy bench_event (case_id, act, at, payload) from stdin") as copy:
                    for i in ids:
                        copy.write_row((i, "receive", now, "{}"))
                        copy.write_row((i, "dispatch", now, "{}"))
            return size / (time.perf_counter() - began)

    ours()
    return {"size": size, "over_psycopg": pairs(ours, floor, rounds), "per_second": round(ours())}
