"""Drills: ten thousand messages, three senders side by side, one killed in mid-task: none is lost, none is doubled. And as many limits
fallen due, three rounds of the calendar side by side, one killed: each leg its one card, each card in one event.

Short here; the whole of it with `ZHIZE_DRILL=10000 bin/test tests/test_clockwork.py`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.town import Town
from zhize.accounts.models import By
from zhize.cases.commands import receive_many
from zhize.cases.models import Leg, Urge
from zhize.cases.terms import Message as CaseMessage
from zhize.kernel.period import day_of
from zhize.record.models import Event, Message
from zhize.register.queries.matters import find_matter

MANY = int(os.environ.get("ZHIZE_DRILL", "300"))
SENDER = """
import django; django.setup()
from datetime import UTC, datetime, timedelta
from zhize.record import outbox
outbox.LEASE = timedelta(seconds=3)
while True:
    outbox.send(datetime.now(UTC))
"""

ROUNDS = """
import django; django.setup()
from datetime import UTC, datetime
from zhize.cases.commands import escalating
escalating.BATCH = 10
while True:
    escalating.red_due(datetime.now(UTC))
"""


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[tuple[Path, Counter[str]]]:
    """A receiver that keeps each key once, as the header asks, and counts what it was sent."""
    got: Counter[str] = Counter()

    class Bureau(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            got[self.headers["Idempotency-Key"]] += 1
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bureau)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    place = tmp_path / "outbox.toml"
    url = f"http://127.0.0.1:{server.server_port}/"
    place.write_text(f'[[hook]]\nname = "drill"\nurl = "{url}"\nsecret = "s"\nprivate = true\n')
    yield place, got
    server.shutdown()
    server.server_close()


def test_a_killed_sender_loses_and_doubles_nothing(open_town: Town, bureau: tuple[Path, Counter[str]]) -> None:
    place, got = bureau
    now = datetime.now(UTC)
    events = Event.objects.bulk_create(Event(act="drill", at=now, via="system", tell=True) for _ in range(MANY))
    Message.objects.bulk_create(
        Message(event=e, channel="hook", to="hook:drill", text="{}", key=f"drill-{e.pk}", next_at=now) for e in events
    )
    senders = [_sender(place) for _ in range(3)]
    try:
        _until(lambda: len(got) > MANY // 5)
        os.kill(senders[0].pid, signal.SIGKILL)
        _until(lambda: not Message.objects.exclude(state="sent").exists())
    finally:
        for sender in senders:
            sender.kill()
            sender.wait()
    lost = [e.pk for e in events if f"drill-{e.pk}" not in got]
    repeats = sum(times - 1 for times in got.values())
    assert not lost
    assert len(got) == MANY, "the receiver holds each key once"
    assert repeats <= 1, "at most the one under way when its sender was killed, under the same key"
    assert not Event.objects.filter(pk__in=[e.pk for e in events], told_at=None).exists()


def test_a_killed_round_of_the_calendar_loses_and_doubles_nothing(open_town: Town, tmp_path: Path) -> None:
    legs = overdue(open_town, MANY)
    rounds = [_worker(ROUNDS, tmp_path / "none.toml") for _ in range(3)]
    cards = Urge.objects.filter(leg__in=legs, kind="red")
    try:
        _until(lambda: cards.count() > MANY // 5)
        os.kill(rounds[0].pid, signal.SIGKILL)
        _until(lambda: cards.count() == MANY)
    finally:
        for each in rounds:
            each.kill()
            each.wait()
    assert set(cards.values_list("leg", flat=True)) == set(legs)
    named = Counter(name for event in Event.objects.filter(act="urge_many") for name in event.touched)
    assert [named[f"leg:{leg}"] for leg in legs] == [1] * MANY, "each card in one event, and in no other"
    told = Event.objects.filter(act="urge_many", payload__count__gt=0)
    assert sum(event.payload["count"] for event in told) == MANY


def overdue(town: Town, count: int) -> list[int]:
    """Received now, and their time said to be over: a town of today has no past of its own."""
    place, matter = town.place("五马街道").pk, find_matter("占道摆摊", day_of(town.now)).pk
    said = [CaseMessage(text=f"路口有人占道摆摊，第{n}处。", place_id=place, matter_id=matter) for n in range(count)]
    receive_many(said, by=By.system("演练"), now=datetime.now(UTC))
    legs = Leg.objects.filter(case__text__startswith="路口有人占道摆摊，第", capacity="lead")
    legs.update(due=datetime.now(UTC) - timedelta(hours=1))
    return list(legs.order_by("pk").values_list("pk", flat=True))


def _sender(place: Path) -> subprocess.Popen[bytes]:
    return _worker(SENDER, place)


def _worker(program: str, place: Path) -> subprocess.Popen[bytes]:
    from psycopg.conninfo import make_conninfo

    said = connection.get_connection_params()
    known = {k: said[k] for k in ("dbname", "user", "password", "host", "port") if said.get(k)}
    environment = os.environ | {
        "ZHIZE_OUTBOX": str(place),
        "DATABASE_URL": make_conninfo(**known),
        "DJANGO_SETTINGS_MODULE": "zhize.settings",
        "TESTING": "1",
        "ZHIZE_DATA": str(settings.DATA_DIR),
    }
    return subprocess.Popen([sys.executable, "-c", program], env=environment)


def _until(done: Any, seconds: int = 300) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "the senders do not come to an end"
        time.sleep(0.05)
