from __future__ import annotations

import signal
import threading
import time
from datetime import UTC, datetime
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections

from zhize.record.commands import seal


class Command(BaseCommand):
    help = "后台作业：封存事件，夜间核验"
    group = "operate"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="做完手头的就结束")
        parser.add_argument("--every", type=float, default=0.3, metavar="SECONDS", help="封存间隔（秒）")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def leave(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, leave)
        while not stop.is_set():
            worked = self._seal()
            if options["once"] and not worked:
                return
            if not worked:
                stop.wait(options["every"])

    def _seal(self) -> bool:
        try:
            return seal(now=datetime.now(UTC)) is not None
        except OperationalError as error:  # the database restarts: wait for it, lose nothing
            self.stderr.write(f"封存暂停：{str(error).splitlines()[0]}")
            close_old_connections()
            time.sleep(1)
            return False
