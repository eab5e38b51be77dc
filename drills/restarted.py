"""Drill 4: the database is restarted, and its connections are cut, while eight writers send.

No page process needs a restart, faults come only within five seconds of the blow, nothing is lost.
"""

from __future__ import annotations

import random
import signal
import time
from typing import Any

from drills._ground import SEED, Bars, Site, kill, throw_away, until
from drills._writers import Writers, reckon

CUT = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
STOP_FAST = signal.SIGINT  # PostgreSQL: end every session, leave; the keeper starts it again


def run(quick: bool = False, seed: int = SEED) -> dict[str, Any]:
    with throw_away() as site:
        site.serve()
        return drill(site, rounds=2 if quick else 10, seed=seed)


def drill(site: Site, *, rounds: int, seed: int, apart: tuple[float, float] = (8, 14)) -> dict[str, Any]:
    bars, draw, blows = Bars(), random.Random(seed), []
    before = _pages(site)
    with Writers(site, 8, seed) as writers:
        writers.first_after(0)
        for n in range(rounds):
            time.sleep(draw.uniform(*apart))
            blows.append(time.monotonic())
            _blow(site, cut=n % 2 == 0 or not site.own)
            writers.first_after(blows[-1])
        time.sleep(2)
    reckon(site, writers, bars)
    bars.is_("page_processes_that_ended", len(before - _pages(site)), 0)
    bars.at_most("last_fault_after_a_blow_s", _window(writers.faults, blows), 5)
    kinds = sorted({what for _, what in writers.faults})
    return bars.told(
        "restarted", seed, rounds=rounds, acknowledged=len(writers.promised), faults=len(writers.faults), kinds=kinds
    )


def _blow(site: Site, *, cut: bool) -> None:
    if cut:
        site.ask(CUT)
        return
    old = site.database()
    kill(old, STOP_FAST)
    until(lambda: site.database() not in ([], old), "the keeper to start the database again", 60)


def _pages(site: Site) -> set[int]:
    return set(site.children("gunicorn"))


def _window(faults: list[tuple[float, str]], blows: list[float]) -> float:
    """How long after the blow before it the latest fault came."""
    return round(max((at - max(b for b in blows if b <= at) for at, _ in faults if at >= blows[0]), default=0.0), 2)
