"""Fifty threads hand over one duty at the same moment, fifty rounds: one succeeds, forty-nine get the same clear refusal, and
no span is empty or overlaps (issue §7)."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from benchmarks._ground import database, django_on

THREADS, ROUNDS, FIRST = 50, 50, date(2020, 1, 1)


def run(quick: bool = False) -> dict[str, Any]:
    rounds = 3 if quick else ROUNDS
    with database() as dsn:
        django_on(dsn)
        from django.core.management import call_command
        from django.db import connection

        call_command("load", stdout=sys.stderr)
        ends, took, faults = _rounds(rounds)
        connection.close()
    clear = sum(e == {"done": 1, "not_held": THREADS - 1} for e in ends)
    return {
        "threads": THREADS,
        "rounds": rounds,
        "rounds_with_one_success_and_one_refusal": clear,
        "faulty_spans": faults,
        "seconds_a_round": round(took / rounds, 3),
    }


def _rounds(count: int) -> tuple[list[Counter[str]], float, int]:
    from zhize.accounts.models import By
    from zhize.places.models import Place
    from zhize.places.terms import Expression
    from zhize.record.models import Instrument
    from zhize.register import commands
    from zhize.register.models import Body, BodyLife, Duty, Holding
    from zhize.register.terms import Share, Transfer

    place, duty = Place.objects.get(key="330302"), Duty.objects.get(key="urb-street-trading")
    alive = BodyLife.objects.as_of(FIRST).filter(
        to_day=None, body__level=4, body__kind="机关", body__code__endswith="-330302"
    )
    bodies, where = [x.body for x in alive.select_related("body")], Expression((place.pk,))
    held = Holding.objects.filter(duty=duty, level=4, place=place, capacity="NAME_HOLDER")
    ends, began = [], time.perf_counter()
    for n in range(count):
        day = FIRST + timedelta(days=n)
        paper = Instrument.objects.create(
            key=f"bench-{n}",
            title="测量",
            kind="notice",
            issuer="温州市人民政府",
            issuer_class="政府",
            issuer_level="city",
            issuer_area="330300",
            effective=day,
            demo=True,
        )
        giver = held.as_of(day).get().body

        def hand(number: int, giver: Body = giver, day: date = day, paper: Instrument = paper) -> None:
            to = [b for b in bodies if b != giver][number % (len(bodies) - 1)]
            line = Transfer(duty, (Share(giver, where),), (Share(to, where),), 4)
            commands.hand_over([line], day=day, instrument=paper, by=By.system("测量"), now=datetime.now(UTC))

        ends.append(_rush(hand))
    spans = sorted((h.from_day, h.to_day or date.max) for h in held.live())
    faults = sum(a >= b for a, b in spans) + sum(one[1] != two[0] for one, two in pairwise(spans))
    return ends, time.perf_counter() - began, faults


def _rush(act: Callable[[int], None]) -> Counter[str]:
    from django.db import connections

    from zhize.kernel.errors import Refusal

    gate, ends = threading.Barrier(THREADS), Counter[str]()

    def go(number: int) -> None:
        gate.wait()
        try:
            act(number)
            ends["done"] += 1
        except Refusal as refused:
            ends[refused.code] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(n,)) for n in range(THREADS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return ends
