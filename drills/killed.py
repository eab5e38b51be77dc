"""Drill 1: database, pages and worker are killed outright, one after another, while eight writers send.

Twenty rounds each. Nothing acknowledged is lost, nothing doubled, nothing half written; after each blow the next success comes within
five seconds (p95); the log still verifies; amcheck and checksums are clean where this PostgreSQL brings them.
"""

from __future__ import annotations

import json
import subprocess
import time
from typing import Any

from drills._ground import SEED, Bars, Site, kill, p95, throw_away
from drills._writers import Writers, reckon
from zhize import postgres
from zhize.keeper import Home

APART = 4.4  # seconds between blows: supervisor and keeper give up on what falls more than five times a minute
DATABASE, PAGES, WORKER = "database", "pages", "worker"


def run(quick: bool = False, seed: int = SEED) -> dict[str, Any]:
    with throw_away() as site:
        _with_checksums(site)
        site.serve()
        said = drill(site, rounds=2 if quick else 20, seed=seed)
        site.leave()
        said["figures"]["checksums"] = _checksums(site)
    return said


def drill(site: Site, *, rounds: int, seed: int, apart: float = APART) -> dict[str, Any]:
    bars = Bars()
    waits: dict[str, list[float]] = {}
    with Writers(site, 8, seed) as writers:
        writers.first_after(0)
        for _ in range(rounds):
            for name, pids in _victims(site).items():
                time.sleep(apart)
                waits.setdefault(name, []).append(_blow(site, writers, pids()))
    reckon(site, writers, bars)
    every = [w for times in waits.values() for w in times]
    bars.at_most("first_success_p95_s", p95(every), 5)
    bars.is_("log_verifies", _verifies(site), True)
    figures = {name: {"p95_s": p95(times), "max_s": round(max(times), 2)} for name, times in waits.items()}
    return bars.told(
        "killed", seed, rounds=rounds, acknowledged=len(writers.promised), faults=len(writers.faults), after=figures,
        amcheck=_amcheck(site),
    )  # fmt: skip


def _victims(site: Site) -> dict[str, Any]:
    """Where the database is somebody else's, it is left alone."""
    found: dict[str, Any] = {DATABASE: site.database} if site.own else {}
    return found | {PAGES: lambda: site.children("gunicorn"), WORKER: lambda: site.children("clockwork")}


def _blow(site: Site, writers: Writers, pids: list[int]) -> float:
    moment = time.monotonic()
    assert kill(pids), "there was nothing to kill"
    return writers.first_after(moment)


def _verifies(site: Site) -> bool:
    """The log is sealed to its end, and every event stands as it was sealed."""
    site.command("clockwork", "--once")
    said = json.loads(site.command("verify", "--json").stdout)
    return not said["broken"] and said["log"]["unsealed"] == 0


def _amcheck(site: Site) -> str:
    """Every index and heap. The embedded wheel has no contrib modules: ZHIZE_PG_BIN names a PostgreSQL that has."""
    if not site.ask("select 1 from pg_available_extensions where name = 'amcheck'"):
        return "not in this PostgreSQL"
    program = postgres.programs() / "pg_amcheck"
    given = [program, "--install-missing", "--heapallindexed", "-d", site.dsn]
    done = subprocess.run(given, capture_output=True, text=True)
    return "clean" if done.returncode == 0 else done.stdout[-1000:] + done.stderr[-1000:]


def _with_checksums(site: Site) -> None:
    """PostgreSQL 18 makes them itself; an older one is told to."""
    home = Home(site.home)
    program = postgres.programs(home.cluster) / "pg_checksums"
    subprocess.run([program, "--enable", "-D", home.cluster], capture_output=True)


def _checksums(site: Site) -> str:
    home = Home(site.home)
    done = subprocess.run([postgres.programs(home.cluster) / "pg_checksums", "--check", "-D", home.cluster], capture_output=True, text=True)  # fmt: skip
    return "clean" if done.returncode == 0 else done.stdout[-500:] + done.stderr[-500:]
