"""What every measurement stands on: a throw-away cluster of its own, durable unless said, and medians of interleaved pairs."""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from zhize import postgres

KEEP = "ZHIZE_BENCH_KEEP"


@contextlib.contextmanager
def database(name: str = "") -> Iterator[str]:
    """A database on a cluster of its own, with fsync and synchronous_commit on. DATABASE_URL points at it meanwhile.

    The cluster goes at the end, unless ZHIZE_BENCH_KEEP names a folder for it: there a database asked for by `name` stays, and what
    was seeded into it once is used again.
    """
    kept = os.environ.get(KEEP, "") if name else ""
    with _home(kept) as home, postgres.ensure(Path(home) / "database") as cluster:
        dsn = _named(cluster.dsn, name) if name else cluster.dsn
        os.environ.update(DATABASE_URL=dsn, ZHIZE_DATA=home, ZHIZE_LOOPBACK="1", TESTING="1")
        yield dsn


def _home(kept: str) -> contextlib.AbstractContextManager[str]:
    return contextlib.nullcontext(kept) if kept else tempfile.TemporaryDirectory(prefix="zhize-bench-")


def _named(dsn: str, name: str) -> str:
    with connect(dsn) as db:
        if not db.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            db.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))


def django_on(dsn: str) -> None:
    """Django's connection speaks to this database."""
    from django.core.management import call_command
    from django.db import connections
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(dsn)
    settings = connections.settings["default"]
    connections["default"].close()
    settings.update(
        NAME=parts.get("dbname", "zhize"),
        USER=parts.get("user", ""),
        HOST=parts.get("host", ""),
        PORT=parts.get("port", ""),
        OPTIONS={},
    )
    connections["default"].settings_dict.update(settings)
    call_command("migrate", verbosity=0)


def connect(dsn: str) -> psycopg.Connection:
    return psycopg.connect(make_conninfo(dsn), autocommit=True, prepare_threshold=1)


def worked() -> float:
    """Seconds of a processor this process and its server in the database have had: what a busy machine leaves alone."""
    from django.db import connection

    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return time.process_time() + (int(stat.read_text().split()[0]) / 1e9 if stat.exists() else 0)


def spent(call: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of one call: by the clock, and by what processors worked."""
    began, before = time.perf_counter(), worked()
    call()
    return 1000 * (time.perf_counter() - began), 1000 * (worked() - before)


def percentiles(took: list[tuple[float, float]]) -> dict[str, float]:
    """Median and 95th of a hundred, both ways."""
    wall, cpu = ([t[n] for t in took] for n in (0, 1))
    return {
        "p50_ms": round(statistics.median(wall), 1), "p95_ms": round(statistics.quantiles(wall, n=20)[-1], 1),
        "p50_cpu_ms": round(statistics.median(cpu), 1), "p95_cpu_ms": round(statistics.quantiles(cpu, n=20)[-1], 1),
    }  # fmt: skip


def rate(call: Callable[[], object], seconds: float) -> float:
    """Calls a second, over about this many seconds."""
    count, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        for _ in range(20):
            call()
        count += 20
    return count / passed


def pairs(one: Callable[[], float], two: Callable[[], float], rounds: int = 10) -> dict[str, float]:
    """Ratio one/two over interleaved rounds: median, least, greatest."""
    ratios = []
    for n in range(rounds):
        a, b = (one(), two()) if n % 2 == 0 else tuple(reversed((two(), one())))
        ratios.append(a / b)
    return {
        "median": round(statistics.median(ratios), 3),
        "min": round(min(ratios), 3),
        "max": round(max(ratios), 3),
        "rounds": rounds,
    }
