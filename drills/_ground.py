"""What every drill stands on: a throw-away town, served the way an office serves it, and clients that know it only from outside.

A drill is a module with `run(quick, seed)`; it gives figures and bars, and passes when every bar holds. `drill(site, …)` inside it is
the same with the numbers handed in: the suite runs it short on a clone of the standing town.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from zhize import postgres
from zhize.keeper import Home
from zhize.paths import CHECKOUT

SEED = 20261124
NOT_OURS = {"TESTING", "ZHIZE_LOOPBACK", "DJANGO_ALLOW_ASYNC_UNSAFE", "DATABASE_URL", "PYTEST_XDIST_WORKER"}
SETTING_UP = """
import django, json; django.setup()
from datetime import UTC, datetime, timedelta
from zhize.accounts.models import By
from zhize.kernel.period import day_of
from zhize.places.models import Place
from zhize.places.queries import root_place
from zhize.register.commands import issue_key
from zhize.register.models import Matter, Seat
now, by = datetime.now(UTC), By.system("演练")
until, here = day_of(now) + timedelta(days=30), root_place(day_of(now))
seats = {r: Seat.objects.as_of(day_of(now)).filter(role=r).order_by("pk")[0] for r in ("dispatcher", "register_editor")}
give = lambda scopes, **to: issue_key("演练", scopes, expires=until, rate=60_000, by=by, now=now, **to).text
places = Place.objects.filter(key__startswith="330302", key__regex="^[0-9]{9}$").order_by("key")[:3]
print(json.dumps({"places": [p.key for p in places], "partner": give(["cases", "open311"], place=here),
    **{r: give(["cases", "register", "lists"], seat=s) for r, s in seats.items()}}))
"""
MATTER = "摆摊"
Answer = tuple[int, Any]


@dataclass
class Bars:
    """What must hold, what was found, whether it does."""

    held: dict[str, dict[str, Any]] = field(default_factory=dict)

    def at_most(self, name: str, got: float, want: float) -> None:
        self.held[name] = {"want": f"<= {want}", "got": got, "pass": got <= want}

    def is_(self, name: str, got: Any, want: Any) -> None:
        self.held[name] = {"want": want, "got": got, "pass": got == want}

    def told(self, drill: str, seed: int, **figures: Any) -> dict[str, Any]:
        good = all(bar["pass"] for bar in self.held.values())
        return {"drill": drill, "seed": seed, "pass": good, "bars": self.held, "figures": figures}


@dataclass
class Site:
    """One supervisor on a free port; `home` is its data directory, `dsn` its database."""

    home: Path
    dsn: str
    own: bool  # the cluster is the drill's own, to be killed and filled
    port: int = field(default_factory=lambda: _free_port())
    served: subprocess.Popen[bytes] | None = None
    keys: dict[str, Any] = field(default_factory=dict)  # of a partner and of seats, and the places of the town

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        ours = {"ZHIZE_DATA": str(self.home), "PYTHONPATH": str(CHECKOUT), "DJANGO_SETTINGS_MODULE": "zhize.settings"}
        return kept | ours | ({} if self.own else {"DATABASE_URL": self.dsn})

    def command(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """`zhize …` on this site."""
        given = [sys.executable, "-P", "-m", "zhize.cli", *words]
        return subprocess.run(given, env=self.environment() | more, capture_output=True, text=True, cwd="/")

    def python(self, program: str) -> Any:
        """What a program prints last, as JSON."""
        env = self.environment() | {"DATABASE_URL": self.dsn, "TESTING": "1"}
        done = subprocess.run([sys.executable, "-P", "-c", program], env=env, capture_output=True, text=True, cwd="/")
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.strip().splitlines()[-1])

    def serve(self) -> None:
        """bin/serve, and wait until it has answered a page."""
        self.keys = self.keys or self.python(SETTING_UP)
        log = self.home / "serve.log"
        with log.open("wb") as out:
            given = [sys.executable, "-P", "-m", "zhize.serve", "--port", str(self.port)]
            self.served = subprocess.Popen(given, env=self.environment(), stdout=out, stderr=out, cwd="/")
        until(lambda: "提供服务" in log.read_text(errors="replace"), "the site to be up", 120, self._alive)

    def _alive(self) -> None:
        assert self.served is not None and self.served.poll() is None, (self.home / "serve.log").read_text()[-3000:]

    def leave(self) -> None:
        if self.served is not None and self.served.poll() is None:
            self.served.terminate()
            try:
                self.served.wait(60)
            except subprocess.TimeoutExpired:
                self.served.kill()
                self.served.wait()

    def children(self, word: str) -> list[int]:
        """The supervisor's own child whose command line has this word, first of all, and then what that one started."""
        assert self.served is not None
        first = [pid for pid in _children(self.served.pid) if word in _line(pid)]
        return first + [inner for pid in first for inner in _children(pid)]

    def database(self) -> list[int]:
        pid = Home(self.home).postmaster()
        return [pid] if pid else []

    def ask(self, sql: str, given: Any = None) -> list[Any]:
        with psycopg.connect(self.dsn, autocommit=True, connect_timeout=10) as db:
            return db.execute(sql, given).fetchall()  # type: ignore[arg-type]

    def post(self, path: str, said: Any, key: str, idempotency: str = "", timeout: float = 30) -> Answer:
        """One request on a connection of its own. Raises OSError or HTTPException where nobody answers."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        head = {"Content-Type": "application/json", "Authorization": f"Bearer {self.keys[key]}"}
        head |= {"Idempotency-Key": idempotency} if idempotency else {}
        try:
            link.request("POST", f"/api/v1/{path}", json.dumps(said, ensure_ascii=False).encode(), head)
            answer = link.getresponse()
            text = answer.read()
        finally:
            link.close()
        return answer.status, (json.loads(text) if text[:1] in b"{[" and text else text[:200].decode(errors="replace"))


def message(site: Site, draw: random.Random, mark: str) -> dict[str, Any]:
    return {"text": f"有人占道摆摊，编号{mark}。", "place": draw.choice(site.keys["places"]), "matter": MATTER}


@contextlib.contextmanager
def throw_away(where: Path | None = None) -> Iterator[Site]:
    """A town on a cluster of its own, durable as an office's is; gone afterwards. ZHIZE_DRILL_TOWN names a data directory in which it
    stands already, to be copied: building it takes longer than most drills."""
    with tempfile.TemporaryDirectory(prefix="zhize-drill-", dir=where, ignore_cleanup_errors=True) as top:
        home = Path(top) / "data"
        site = Site(home, postgres.dsn(home), own=True)
        if kept := os.environ.get("ZHIZE_DRILL_TOWN"):
            shutil.copytree(kept, home)
        with postgres.ensure(home):
            done = site.command("load", "--weeks", "0")
            assert done.returncode == 0, done.stderr[-3000:]
            site.keys = site.python(SETTING_UP)
        try:
            yield site
        finally:
            site.leave()
            until(lambda: not Home(home).processes(), "the cluster to end", 70)


@contextlib.contextmanager
def on_clone(dsn: str, home: Path) -> Iterator[Site]:
    """The suite's: a database that stands already, the drill's own processes."""
    site = Site(home, dsn, own=False)
    site.serve()
    try:
        yield site
    finally:
        site.leave()


def until(done: Callable[[], Any], what: str, patience: float, meanwhile: Callable[[], None] = lambda: None) -> float:
    """Seconds it took."""
    began = time.monotonic()
    while not done():
        meanwhile()
        assert time.monotonic() - began < patience, f"waited {patience} s for {what}"
        time.sleep(0.05)
    return time.monotonic() - began


def kill(pids: list[int], number: int = signal.SIGKILL) -> int:
    """How many were there to be killed."""
    hit = 0
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
            hit += 1
    return hit


def p95(times: list[float]) -> float:
    ranked = sorted(times)
    return round(ranked[min(len(ranked) - 1, int(len(ranked) * 0.95))], 3) if ranked else 0.0


def _children(pid: int) -> list[int]:
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _line(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
