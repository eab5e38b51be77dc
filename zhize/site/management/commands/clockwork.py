from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time
from datetime import UTC, datetime
from types import FrameType
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from zhize.cases.commands.watch import watch
from zhize.record import outbox
from zhize.record.commands import seal


class Command(BaseCommand):
    help = "后台作业：到期的事、定时的事、封存、对外发送；可以同时运行多个"
    group = "operate"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="把眼下到期的办完、发完、封存完就结束")
        parser.add_argument("--every", type=float, default=0.3, metavar="SECONDS", help="封存间隔（秒）")

    def handle(self, *args: Any, **options: Any) -> None:
        self.leaving = threading.Event()
        if options["once"]:
            self._once()
            return
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._leave)
        jobs = threading.Thread(target=lambda: asyncio.run(self._jobs()), name="jobs", daemon=True)
        jobs.start()
        post = threading.Thread(target=self._post, name="post", daemon=True)
        post.start()
        while not self.leaving.is_set():
            if not self._seal():
                self.leaving.wait(options["every"])
        jobs.join(timeout=15)
        post.join(timeout=15)

    def _once(self) -> None:
        watch(datetime.now(UTC))
        while outbox.address(datetime.now(UTC)):
            pass
        while outbox.send(datetime.now(UTC)):
            pass
        while self._seal():
            pass

    def _post(self) -> None:
        """What must go out, in a thread of its own: a mail server that takes its time holds up no seal."""
        while not self.leaving.is_set():
            now = datetime.now(UTC)
            try:
                busy = outbox.address(now) + outbox.send(now)
            except (
                Exception
            ) as error:  # the database restarts, a set-up that cannot be read: say so, wait, lose nothing
                self.stderr.write(f"对外发送暂停：{type(error).__name__}")
                close_old_connections()
                busy = 0
            self.leaving.wait(0 if busy else 1)

    def _leave(self, _number: int, _frame: FrameType | None) -> None:
        self.leaving.set()

    def _seal(self) -> bool:
        try:
            return seal(now=datetime.now(UTC)) is not None
        except (OperationalError, InterfaceError) as error:  # the database restarts: wait for it, lose nothing
            self.stderr.write(f"封存暂停：{str(error).splitlines()[0]}")
            close_old_connections()
            time.sleep(1)
            return False

    async def _jobs(self) -> None:
        """procrastinate's worker on a connection of its own, started again when the database comes back."""
        while not self.leaving.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await self._work()

    async def _work(self) -> None:
        other = app.with_connector(cast(DjangoConnector, app.connector).get_worker_connector())
        try:
            async with other.open_async():
                work = asyncio.create_task(
                    other.run_worker_async(install_signal_handlers=False, name="zhize", concurrency=2)
                )
                while not self.leaving.is_set() and not work.done():
                    await asyncio.sleep(0.5)
                work.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await work
        except Exception as error:  # whatever broke the connection: say so and try again
            self.stderr.write(f"定时作业暂停：{error}")
            await asyncio.sleep(2)
