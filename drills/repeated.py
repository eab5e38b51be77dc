"""Drill 2: every message is delivered one to five times, in any order, by clients that now and then do not wait for the answer.

One in ten by itself, the others in batches of any size; what nobody was promised is sent once more, as a client would. Exactly as many
cases as messages; every answer to a message is its first answer.
"""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from drills._ground import SEED, Bars, Site, message, throw_away
from drills._writers import BROKEN

CLIENTS, ALONE, IMPATIENT = 8, 0.1, 0.08
Said = dict[str, set[tuple[str, str]]]


def run(quick: bool = False, seed: int = SEED) -> dict[str, Any]:
    with throw_away() as site:
        site.serve()
        return drill(site, messages=2_000 if quick else 100_000, seed=seed)


def drill(site: Site, *, messages: int, seed: int, alone: float = ALONE) -> dict[str, Any]:
    draw = random.Random(seed)
    sent = {f"drill-{seed}-{n}": message(site, draw, f"{seed}-{n}") for n in range(messages)}
    deliveries = [key for key in sent for _ in range(draw.randint(1, 5))]
    draw.shuffle(deliveries)
    before = site.ask("select count(*) from cases_case")[0][0]
    said, faults = Post(site, sent).deliver(_parcels(deliveries, draw, alone))
    again = [key for key in sent if key not in said]
    more, late = Post(site, sent).deliver([(k,) for k in again], patient=True)
    for key, answers in more.items():
        said[key] |= answers
    bars = Bars()
    bars.is_("cases", site.ask("select count(*) from cases_case")[0][0] - before, messages)
    bars.is_("messages_never_promised", len([k for k in sent if k not in said]), 0)
    bars.is_("messages_with_two_answers", sum(len(answers) > 1 for answers in said.values()), 0)
    bars.is_("faults_of_the_server", sum(f.startswith("5") for f in faults + late), 0)
    return bars.told(
        "repeated", seed, messages=messages, deliveries=len(deliveries), sent_again=len(again), answers_not_awaited=len(faults),
        told=sorted(set(faults + late))[:5],
    )  # fmt: skip


def _parcels(deliveries: list[str], draw: random.Random, alone: float) -> list[tuple[str, ...]]:
    parcels, at = [], 0
    while at < len(deliveries):
        size = 1 if draw.random() < alone * 40 / (1 + alone * 39) else draw.randint(2, 80)
        parcels.append(tuple(deliveries[at : at + size]))
        at += size
    return parcels


class Post:
    """Eight clients; what each message was answered, every time it was."""

    def __init__(self, site: Site, sent: dict[str, Any]) -> None:
        self.site, self.sent, self.lock = site, sent, threading.Lock()
        self.said: Said = defaultdict(set)
        self.faults: list[str] = []

    def deliver(self, parcels: list[tuple[str, ...]], patient: bool = False) -> tuple[Said, list[str]]:
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda at: self._hand_in(at[1], random.Random(at[0]), patient), enumerate(parcels)))
        return self.said, self.faults

    def _hand_in(self, keys: tuple[str, ...], draw: random.Random, patient: bool) -> None:
        hasty = not patient and draw.random() < IMPATIENT
        try:
            self._keep(keys, *self._send(keys, draw.uniform(0.001, 0.03) if hasty else 60))
        except BROKEN as fault:
            self.faults.append(type(fault).__name__)

    def _send(self, keys: tuple[str, ...], timeout: float) -> tuple[int, Any]:
        if len(keys) == 1:
            return self.site.post("cases/receive", {"message": self.sent[keys[0]]}, "partner", keys[0], timeout)
        rows = [self.sent[key] | {"idempotency_key": key} for key in keys]
        return self.site.post("cases/receive_many", {"messages": rows}, "partner", timeout=timeout)

    def _keep(self, keys: tuple[str, ...], status: int, answer: Any) -> None:
        if status != 200:
            self.faults.append(f"{status} {answer}"[:200])
            return
        rows = [answer] if len(keys) == 1 else answer["rows"]
        with self.lock:
            for key, row in zip(keys, rows, strict=True):
                if "no" in row:
                    self.said[key].add((row["no"], row["secret"]))
                else:
                    self.faults.append(str(row)[:200])
