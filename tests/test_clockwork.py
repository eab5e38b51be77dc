"""Drill: ten thousand messages, three senders side by side, one killed in mid-task: none is lost, none is doubled.

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
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.town import Town
from zhize.record.models import Event, Message

MANY = int(os.environ.get("ZHIZE_DRILL", "300"))
SENDER = """
import django; django.setup()
from datetime import UTC, datetime, timedelta
from zhize.record import outbox
outbox.LEASE = timedelta(seconds=3)
while True:
    outbox.send(datetime.now(UTC))
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


def _sender(place: Path) -> subprocess.Popen[bytes]:
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
    return subprocess.Popen([sys.executable, "-c", SENDER], env=environment)


def _until(done: Any, seconds: int = 300) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "the senders do not come to an end"
        time.sleep(0.05)
