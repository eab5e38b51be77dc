"""Many acts on one subject at the same moment: exactly one succeeds, the others get the same clear refusal."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.town import Town, system
from zhize.kernel.errors import Refusal
from zhize.places.terms import Expression
from zhize.register import commands
from zhize.register.models import Body, BodyLife, Holding
from zhize.register.terms import Share, Transfer

STALLS = "urb-street-trading"


def rush(make: Any, count: int) -> list[str]:
    """`count` threads start together; what each ended with."""
    from django.db import connections

    gate, ends = threading.Barrier(count), []

    def run(number: int) -> None:
        gate.wait()
        try:
            make(number)
            ends.append("done")
        except Refusal as refused:
            ends.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return ends


@pytest.mark.slow
def test_fifty_hand_overs_of_one_duty_at_once_one_succeeds(open_town: Town) -> None:
    duty, where = open_town.duty(STALLS), Expression((open_town.place("330302").pk,))
    alive = BodyLife.objects.as_of(date(2016, 9, 1)).filter(
        to_day=None, body__level=4, body__kind="机关", body__code__endswith="-330302"
    )
    holders = [
        life.body for life in alive.exclude(body__code="zhifa-330302").select_related("body").order_by("body_id")[:20]
    ]
    giver = open_town.body("zhifa-330302")
    papers = {r: open_town.notice(effective=date(2016, 9, 1) + timedelta(days=r)) for r in range(3)}
    for r, paper in papers.items():
        day = paper.effective

        def hand(number: int, giver: Body = giver, day: date = day, paper: Any = paper) -> None:
            to = [b for b in holders if b != giver][number % 19]
            line = Transfer(duty, (Share(giver, where),), (Share(to, where),), 4)
            commands.hand_over([line], day=day, instrument=paper, by=system(), now=datetime.now().astimezone())

        ends = rush(hand, 50)
        assert sorted(set(ends)) == ["done", "not_held"], (r, ends)
        assert ends.count("done") == 1
        rows = (
            Holding.objects.live()
            .filter(duty=duty, level=4, place__key="330302", capacity="NAME_HOLDER")
            .order_by("from_day")
        )
        spans = [(h.from_day, h.to_day) for h in rows]
        assert all(b is None or a < b for a, b in spans)
        assert all(one[1] == two[0] for one, two in pairwise(spans))
        giver = Holding.objects.as_of(day).get(duty=duty, level=4, place__key="330302", capacity="NAME_HOLDER").body
