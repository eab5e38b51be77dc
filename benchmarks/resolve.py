"""resolve() on a million holdings over a five-level place chain (issue §7; measures.md §4, §9).

Floors and peers, in the same run, interleaved: `select $1`, a GiST look-up over the same chain, a bare Django cursor call
of the same statement, one-by-one against bulk. Seed 20161. pgbench is used where found; else two psycopg threads.
"""

from __future__ import annotations

import itertools
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import psycopg

from benchmarks._ground import connect, database, django_on, pairs, rate

DAY = date(2016, 7, 1)
SEED = 20161


def run(quick: bool = False) -> dict[str, Any]:
    size = 20_000 if quick else 1_000_000
    with database() as dsn:
        django_on(dsn)
        town = _fill(dsn, size)
        result: dict[str, Any] = {"holdings": size, "seed": SEED, "day": DAY.isoformat()}
        result["sql"] = _sql(dsn, town, 0.3 if quick else 2.0, 3 if quick else 10)
        result["call"] = _call(town, 0.2 if quick else 1.0, 3 if quick else 10)
        result["bulk"] = _bulk(town, 500 if quick else 10_000, 1 if quick else 3)
        result["while_writing"] = _while_writing(dsn, town, 1.0 if quick else 8.0)
        from django.db import connection

        connection.close()
    return result


def _fill(dsn: str, size: int) -> dict[str, Any]:
    """A province of 11 cities × 10 counties × 20 townships; holdings at the five levels, three spans each."""
    with connect(dsn) as db:
        db.execute("""insert into record_instrument (key, number, title, kind, issuer, issuer_class, issuer_level, issuer_area,
            demo, unverified, note, content) values ('bench', '', '基准', 'list', '', '', '', '', true, '{}', '', '')""")
        db.execute("""insert into record_event (id, act, at, who, via, touched, payload, rows_root, tell)
            values (1, 'bench', now(), '', 'system', '{}', '{}', '', false)""")
        chains = _places(db)
        duties, bodies = max(size // (3 * 5 * 40), 20), 2000
        db.execute(
            "insert into register_duty (key, kind, type, demo) select 'd' || g, 'power', '02', true from generate_series(1, %s) g",
            [duties],
        )
        db.execute(
            "insert into register_body (code, kind, level, family, demo) select 'b' || g, '机关', 4, '', true from generate_series(1, %s) g",
            [bodies],
        )
        db.execute(
            "alter table register_holding drop constraint one_name_holder_per_duty_segment_place, drop constraint one_lead_per_duty_segment_place"
        )
        _holdings(db, size, duties, bodies, chains)
        db.execute("vacuum analyze register_holding")
        db.execute(
            "create index bench_gist on register_holding using gist (int8range(duty_id, duty_id, '[]'), "
            "int8range(place_id, place_id, '[]'), daterange(from_day, to_day)) where withdrawn_at is null"
        )
        db.execute("vacuum analyze")
        held = db.execute(
            "select duty_id, place_id from register_holding where from_day = '2016-06-01' order by md5(id::text) limit 20000"
        ).fetchall()
    below: dict[int, list[int]] = {}
    for leaf, chain in chains.items():
        for place in chain:
            below.setdefault(place, []).append(leaf)
    rng = random.Random(SEED)
    asked = [(d, rng.choice(below[p])) for d, p in held]
    return {"asked": asked, "duties": duties}


def _places(db: psycopg.Connection) -> dict[int, list[int]]:
    """(leaf → chain); places, and their chains as the acts would derive them."""
    rows, chains, nation, number = [], {}, 1, 2
    rows.append((1, 1))
    province, number = number, number + 1
    rows.append((province, 2))
    for _ in range(11):
        city, number = number, number + 1
        rows.append((city, 3))
        for _ in range(10):
            county, number = number, number + 1
            rows.append((county, 4))
            for _ in range(20):
                rows.append((number, 5))
                chains[number] = [number, county, city, province, nation]
                number += 1
    with db.cursor() as cursor:
        with cursor.copy("copy places_place (id, key, kind, level) from stdin") as copy:
            for pk, level in rows:
                copy.write_row((pk, f"p{pk}", "division", level))
        with cursor.copy("copy places_placepath (place_id, from_day, to_day, chain) from stdin") as copy:
            for leaf, chain in chains.items():
                copy.write_row((leaf, date(2000, 1, 1), None, chain))
    return chains


def _holdings(db: psycopg.Connection, size: int, duties: int, bodies: int, chains: dict[int, list[int]]) -> None:
    rng = random.Random(SEED)
    by_level: list[list[int]] = [sorted({c[i] for c in chains.values()}) for i in range(5)]
    spans = [(date(2014, 1, 1), date(2016, 6, 1)), (date(2016, 6, 1), date(2019, 1, 31)), (date(2019, 1, 31), None)]
    columns = (
        "duty_id, place_id, level, body_id, capacity, mode, excludes, concurrent, clause, instrument_id, from_day, to_day, "
        "recorded_at, recorded_by_id, digest"
    )
    now, seen, made = datetime.now(UTC), set(), 0
    with db.cursor() as cursor, cursor.copy(f"copy register_holding ({columns}) from stdin") as copy:
        while made < size:
            duty, depth = rng.randint(1, duties), rng.choice((0, 0, 0, 1, 1, 2, 3, 4))
            place = rng.choice(by_level[depth])
            if (duty, place) in seen:
                continue
            seen.add((duty, place))
            for start, stop in spans:
                copy.write_row(
                    (
                        duty,
                        place,
                        5 - depth,
                        rng.randint(1, bodies),
                        "NAME_HOLDER",
                        "法定",
                        [],
                        "",
                        "",
                        1,
                        start,
                        stop,
                        now,
                        1,
                        "",
                    )
                )
                made += 1


def _sql(dsn: str, town: dict[str, Any], seconds: float, rounds: int) -> dict[str, Any]:
    """The statement's rate against `select $1` and against GiST over the same chain: pgbench, prepared, two clients."""
    from zhize.register.queries.resolve import SQL

    day = f"date '{DAY}'"
    ours = SQL.replace("%(duty)s", ":duty").replace("%(place)s", ":place").replace("%(day)s", day)
    gist = f"""select h.id, h.body_id from places_placepath p cross join lateral unnest(p.chain) with ordinality c(place, depth)
 join register_holding h on int8range(h.duty_id, h.duty_id, '[]') && int8range(:duty, :duty, '[]')
  and int8range(h.place_id, h.place_id, '[]') && int8range(c.place, c.place, '[]')
  and daterange(h.from_day, h.to_day) @> {day} and h.withdrawn_at is null
 where p.place_id = :place and p.from_day <= {day} and (p.to_day is null or p.to_day > {day})"""
    tps = {
        name: partial(_pgbench, dsn, sql, town["duties"], seconds)
        for name, sql in {"ours": ours, "gist": gist, "floor": "select :duty"}.items()
    }
    return {
        "rate_per_second": round(tps["ours"]()),
        "over_select_1": pairs(tps["ours"], tps["floor"], rounds),
        "over_gist": pairs(tps["ours"], tps["gist"], rounds),
    }


def _pgbench(dsn: str, sql: str, duties: int, seconds: float) -> float:
    script = f"""\\set duty random(1, {duties})
\\set city 3 + 211 * random(0, 10)
\\set county :city + 1 + 21 * random(0, 9)
\\set place :county + 1 + random(0, 19)
{" ".join(sql.split())};
"""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [
            _tool(),
            "-n",
            "-M",
            "prepared",
            "-c2",
            "-j2",
            "-T",
            str(max(1, round(seconds))),
            "-f",
            file.name,
            dsn,
        ]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(re.search(r"tps = ([\d.]+)", said)[1])  # type: ignore[index]


def _tool() -> str:
    """pgbench beside the server's own programs, else on the path."""
    from zhize import postgres

    beside = postgres.programs() / "pgbench"
    return str(beside) if beside.exists() else shutil.which("pgbench") or "pgbench"


def _call(town: dict[str, Any], seconds: float, rounds: int) -> dict[str, Any]:
    """resolve() through Django against a bare cursor call of the same statement, and against ORM .first()."""
    from django.db import connection

    from zhize.register.models import Holding
    from zhize.register.queries import resolve
    from zhize.register.queries.resolve import SQL

    asked = itertools.cycle(town["asked"])

    def bare() -> None:
        duty, place = next(asked)
        with connection.cursor() as cursor:
            cursor.execute(SQL, {"duty": duty, "place": place, "day": DAY})
            cursor.fetchall()

    def ours() -> None:
        resolve(*next(asked), DAY)

    def orm() -> None:
        duty, place = next(asked)
        Holding.objects.as_of(DAY).filter(duty_id=duty, place_id=place).first()

    a, b, c = (partial(_seconds_a_call, f, seconds) for f in (ours, bare, orm))
    return {
        "microseconds": round(a() * 1e6),
        "over_bare_cursor": pairs(a, b, rounds),
        "over_orm_first": pairs(a, c, rounds),
    }


def _seconds_a_call(call: Callable[[], object], seconds: float) -> float:
    return 1 / rate(call, seconds)


def _bulk(town: dict[str, Any], size: int, rounds: int) -> dict[str, Any]:
    """Questions one by one against all in one call."""
    from zhize.register.queries import resolve, resolve_many

    asked = [*itertools.islice(itertools.cycle(town["asked"]), size)]

    def one_by_one() -> float:
        began = time.perf_counter()
        for duty, place in asked:
            resolve(duty, place, DAY)
        return time.perf_counter() - began

    def together() -> float:
        began = time.perf_counter()
        resolve_many(asked, DAY)
        return time.perf_counter() - began

    together()
    return {"questions": size, "times_faster": pairs(one_by_one, together, rounds)}


def _while_writing(dsn: str, town: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Latency of resolve() while another process writes holdings."""
    from zhize.register.queries import resolve

    writer = subprocess.Popen([sys.executable, __file__, "write", dsn, str(seconds + 2)])
    time.sleep(1)
    took, asked, until = [], itertools.cycle(town["asked"]), time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        resolve(*next(asked), DAY)
        took.append((time.perf_counter() - began) * 1000)
    writer.wait()
    cuts = statistics.quantiles(took, n=1000)
    return {
        "calls": len(took),
        "p50_ms": round(cuts[499], 3),
        "p99_ms": round(cuts[989], 3),
        "max_ms": round(max(took), 1),
    }


def _write(dsn: str, seconds: float) -> None:
    """The other process: withdraws and restates holdings, ten a transaction."""
    until = time.monotonic() + seconds
    with connect(dsn) as db:
        while time.monotonic() < until:
            with db.transaction():
                chosen = [random.randint(1, 20_000) for _ in range(10)]
                rows = db.execute(
                    """update register_holding set withdrawn_at = now(), withdrawn_by_id = 1
 where id = any(%s) and withdrawn_at is null returning id""",
                    [chosen],
                ).fetchall()
                db.execute(
                    """insert into register_holding (duty_id, place_id, level, body_id, capacity, mode, excludes, concurrent,
 clause, instrument_id, from_day, to_day, recorded_at, recorded_by_id, digest)
 select duty_id, place_id, level, body_id + 1, capacity, mode, excludes, concurrent, clause, instrument_id, from_day, to_day,
  now(), 1, '' from register_holding where id = any(%s) and body_id < 2000""",
                    [[r[0] for r in rows]],
                )


if __name__ == "__main__":
    _write(sys.argv[2], float(sys.argv[3]))
