"""Likely duplicates of one text among a million earlier cases: time for one question, and how many are found.

    .venv/bin/python -m benchmarks.duplicates [CASES] [QUESTIONS]

The town is made by `_letters`, seeded; what a copy, a retelling and a mass letter are is said there. Found means: stands first.
Each kind is asked by words alone, and with place and time known, ranked as the desk ranks. A question goes the way the desk
goes (`told_before`): its wall time, its processor time in Python and, read from /proc, in the server's process, beside
`select 1` through the same connection, and the load of the machine. Where datasketch is installed, its MinHash LSH is asked the same
questions about the first 100,000 cases. ZHIZE_BENCH_KEEP names a folder where the town stays for the next run.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import _ground
from benchmarks._letters import Letter, Town

BATCH, LAST = (
    200_000,
    500,
)  # the old ones at once; the last ones as the worker takes them in, so that there are many segments
TRICKLE = 10
PEER_CASES, PEER_LIKE = 100_000, 0.5
Question = tuple[Letter, Callable[[int], bool]]  # and which cases are a right answer
TICK = os.sysconf("SC_CLK_TCK")


def main(cases: int = 1_000_000, questions: int = 300) -> None:
    with _ground.database(f"alike_{cases}") as dsn:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhize.settings")
        import django

        django.setup()
        _ground.django_on(dsn)
        town = Town(cases)
        print(json.dumps(_filled(town)), flush=True)
        for kind in ("copy", "event"):
            asked = [town.told_again(kind) for _ in range(questions)]
            for knowing in (False, True):
                print(json.dumps(_asked(town, asked, kind, knowing), ensure_ascii=False), flush=True)
            if peer := _peer(town, asked, kind):
                print(json.dumps(peer, ensure_ascii=False), flush=True)


def _filled(town: Town) -> dict[str, Any]:
    """Every letter indexed as the worker does it, unless a kept town has them all."""
    from django.db import connection

    from zhize.cases.commands.indexing import add

    spent = time.process_time()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from cases_alike")
        if cursor.fetchone()[0] != town.cases:
            cursor.execute("truncate cases_alikerow, cases_alikesegment, cases_alike")
            cursor.execute(
                "select conname from pg_constraint where conrelid = 'cases_alike'::regclass and contype = 'f'"
            )
            for (name,) in cursor.fetchall():  # the letters here are no cases
                cursor.execute(f'alter table cases_alike drop constraint "{name}"')
            cursor.execute("drop index alike_by_pair")
            old = town.cases - TRICKLE * LAST
            for start in [*range(0, old, BATCH), *range(old, town.cases, LAST)]:
                if start == old:
                    cursor.execute("create index alike_by_pair on cases_alikerow (pair, segment_id) include (n)")
                end = min(start + BATCH, old) if start < old else start + LAST
                add([(x.no, x.street, x.text) for x in town.letters[start:end]])
                print(f"{end} in, {time.process_time() - spent:.0f} s", file=sys.stderr, flush=True)
            cursor.execute("vacuum analyze cases_alikerow, cases_alike")
        cursor.execute(SIZE)
        rows, pairs, segments = cursor.fetchone()
    spent = round(time.process_time() - spent)
    return {
        "cases": town.cases,
        "python_cpu_s": spent,
        "rows_mb": int(rows),
        "pairs_mb": int(pairs),
        "segments": segments,
    }


SIZE = """select pg_total_relation_size('cases_alikerow') / 1e6, pg_total_relation_size('cases_alike') / 1e6,
    (select count(*) from cases_alikesegment)"""


@dataclass
class Spent:
    """Milliseconds of each question: on the wall, of our processor, of the server's; and of `select 1` between them."""

    wall: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    servers: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    @contextlib.contextmanager
    def counted(self, server: int) -> Iterator[None]:
        wall, ours, servers = time.perf_counter(), time.process_time(), _cpu(server)
        yield
        self.servers.append(1000 * (_cpu(server) - servers))
        self.ours.append(1000 * (time.process_time() - ours))
        self.wall.append(1000 * (time.perf_counter() - wall))

    def said(self) -> dict[str, float]:
        return {
            "p50_ms": round(statistics.median(self.wall), 2),
            "p99_ms": round(statistics.quantiles(self.wall, n=100)[98], 2),
            "python_cpu_ms": round(statistics.mean(self.ours), 2),
            "python_cpu_p99_ms": round(statistics.quantiles(self.ours, n=100)[98], 2),
            "server_cpu_ms": round(statistics.mean(self.servers), 2),
            "select_1_p50_ms": round(statistics.median(self.floor), 3),
            "select_1_p99_ms": round(statistics.quantiles(self.floor, n=100)[98], 3),
            "load": round(os.getloadavg()[0], 1),
        }


def _cpu(pid: int) -> float:
    """Seconds a process of the server has used, in hundredths: good for the mean of many, not for one."""
    with contextlib.suppress(OSError):
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / TICK
    return 0.0


def _asked(town: Town, asked: Sequence[Question], kind: str, knowing: bool) -> dict[str, Any]:
    from zhize.cases.queries.alike import told_before
    from zhize.cases.sql import run

    spent, first, fifth = Spent(), 0, 0
    server = run("select pg_backend_pid()", {})[0][0]
    for warm in asked[:20]:
        told_before(warm[0].text, warm[0].street if knowing else None)
    for letter, right in asked:
        with spent.counted(server):
            found = told_before(letter.text, letter.street if knowing else None)
        began = time.perf_counter()
        run("select 1", {})
        spent.floor.append(1000 * (time.perf_counter() - began))
        ranked = (
            [f.case_id for f in sorted(found, key=_as_shown(town, letter))] if knowing else [f.case_id for f in found]
        )
        first += bool(ranked) and right(ranked[0])
        fifth += any(right(case) for case in ranked[:5])
    n = len(asked)
    found_in = {"first": round(first / n, 3), "of_five": round(fifth / n, 3)}
    return {"kind": kind, "place_and_time": knowing, "n": n, **found_in, **spent.said()}


def _as_shown(town: Town, letter: Letter) -> Callable[[Any], tuple[float, int]]:
    """The desk's order for a letter that came in on its day from its street."""
    from zhize.cases.queries.alike import NEAR, score

    def order(found: Any) -> tuple[float, int]:
        other = town.letters[found.case_id - 1]
        near = abs(other.day - letter.day) <= NEAR.days
        return -score(found.likeness, other.street == letter.street, near), -found.case_id

    return order


def _peer(town: Town, asked: Sequence[Question], kind: str) -> dict[str, Any] | None:
    """MinHash LSH of datasketch, 64 permutations on the same pairs, over the first cases: questions about later ones are not put."""
    try:
        import datasketch
    except ImportError:
        return None
    from zhize.kernel.alike import pairs

    def signed(text: str) -> Any:
        found = datasketch.MinHash(num_perm=64)
        found.update_batch([int(k).to_bytes(8, "little") for k in pairs(text)])
        return found

    if not hasattr(town, "peer"):
        town.peer = datasketch.MinHashLSH(threshold=PEER_LIKE, num_perm=64)
        town.signed = {x.no: signed(x.text) for x in town.letters[:PEER_CASES]}
        for no, made in town.signed.items():
            town.peer.insert(no, made)
    spent, first, put = [], 0, [a for a in asked if a[0].no <= PEER_CASES]
    for letter, right in put:
        began = time.perf_counter()
        made = signed(letter.text)
        ranked = sorted(town.peer.query(made), key=lambda no: (-town.signed[no].jaccard(made), -no))
        spent.append(1000 * (time.perf_counter() - began))
        first += bool(ranked) and right(ranked[0])
    return {
        "kind": kind, "peer": "datasketch MinHashLSH", "cases": len(town.signed), "n": len(put), "first": round(first / max(1, len(put)), 3),
        "p50_ms": round(statistics.median(spent), 2) if put else None, "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
