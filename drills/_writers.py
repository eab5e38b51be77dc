"""Clients that keep sending while the drill does its worst, and remember what they were promised."""

from __future__ import annotations

import http.client
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from drills._ground import Bars, Site, message

BROKEN = (OSError, http.client.HTTPException, ValueError)
UNSOUND = """
with said as (select payload->>'no' as no from record_event where act = 'receive'),
kept as (select id, no, state from cases_case where text like '%%编号drill-%%')
select (select count(*) from kept where no not in (select no from said where no is not null))
     + (select count(*) from kept where state = 'dispatched' and id not in (select case_id from cases_leg))
     + (select count(*) from said where no is not null and no not in (select no from cases_case))"""


@dataclass
class Writers:
    """So many threads, each sending one message until it is accepted, under one key a message: then the next."""

    site: Site
    count: int = 8
    seed: int = 0
    promised: dict[str, str] = field(default_factory=dict)  # key -> number
    times: list[float] = field(default_factory=list)  # when each was acknowledged
    faults: list[tuple[float, str]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Writers:
        self.threads = [threading.Thread(target=self._write, args=(n,), daemon=True) for n in range(self.count)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        """Each finishes the message under way, so that whatever was sent is known to be in or not."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(90)

    def _write(self, n: int) -> None:
        draw, number = random.Random(self.seed * 1000 + n), 0
        while not self.stopping.is_set():
            number += 1
            key = f"drill-{self.seed}-{n}-{number}"
            self._until_promised(key, {"message": message(self.site, draw, key)})

    def _until_promised(self, key: str, said: Any) -> None:
        last = time.monotonic() + 120
        while time.monotonic() < last:
            try:
                status, answer = self.site.post("cases/receive", said, "partner", key, timeout=20)
            except BROKEN as fault:
                status, answer = 0, type(fault).__name__
            if status == 200:
                self.promised[key] = answer["no"]
                self.times.append(time.monotonic())
                return
            self.faults.append((time.monotonic(), f"{status or answer}"))
            time.sleep(0.05)

    def first_after(self, moment: float, patience: float = 60) -> float:
        """Seconds until somebody is promised something again."""
        while time.monotonic() < moment + patience:
            after = [t for t in self.times[-200:] if t > moment]
            if after:
                return min(after) - moment
            time.sleep(0.01)
        return patience


def reckon(site: Site, writers: Writers, bars: Bars) -> None:
    """Nothing promised is lost, nothing is double, nothing half written. Each message says its own key."""
    rows = site.ask(
        "select substring(text from '编号(drill-[0-9-]+)'), no from cases_case where text like '%%编号drill-%%'", []
    )
    kept = dict(rows)
    bars.is_("acknowledged_lost", sum(kept.get(key) != no for key, no in writers.promised.items()), 0)
    bars.is_("doubled", len(rows) - len(kept), 0)
    bars.is_("half_written", site.ask(UNSOUND, [])[0][0], 0)
