from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from zhize.kernel.errors import Refusal
from zhize.places.models import Place
from zhize.record.commands import seal_all
from zhize.register.loading.load import load
from zhize.register.loading.packs import Pack, read_packs


class Command(BaseCommand):
    help = "载入政策包并建立演示城市（数据库为空时）"
    group = "operate"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--weeks", type=int, default=4, help="演示城市已经用了几周（0：刚刚建立，还没有办件）")

    def handle(self, *args: Any, weeks: int = 4, **options: Any) -> None:
        if Place.objects.exists():
            self.stdout.write("数据库里已有登记数据，没有重复载入。")
            return
        started = time.monotonic()
        packs, began = read_packs(settings.PACKS_DIR), datetime.now(UTC) - timedelta(weeks=weeks)
        word = load(packs, now=began, say=lambda text: self._say(text, started))
        demonstrate(packs, began, datetime.now(UTC), lambda text: self._say(text, started))
        seal_all(now=datetime.now(UTC))
        keep_signins(word)
        self._say("载入完成", started)

    def _say(self, text: str, started: float) -> None:
        self.stdout.write(f"▸ {time.monotonic() - started:5.1f} 秒 {text}")
        self.stdout.flush()


def demonstrate(packs: Sequence[Pack], began: datetime, now: datetime, say: Callable[[str], None]) -> None:
    """What a feature shows in the demonstration town, from the packs, by its own acts: `demonstration.build` where an app has
    one. The register is known since `began`: nothing can have been done by it before."""
    for config in apps.get_app_configs():
        if config.name.startswith("zhize.") and find_spec(f"{config.name}.demonstration"):
            feature = import_module(f"{config.name}.demonstration")
            say(feature.SAYS)
            feature.build(packs, began=began, now=now)


def keep_signins(word: str) -> None:
    """The demonstration officers' password lies beside the data, readable by its owner alone; never in the database."""
    path = settings.DATA_DIR / "signins.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({"password": word}))


def demonstration_password() -> str:
    path = settings.DATA_DIR / "signins.json"
    if not path.exists():
        raise Refusal(
            "没有演示账号", why="演示城市不是在这台机器上载入的", instead="请用 zhize changepassword 设置账号密码"
        )
    return str(json.loads(path.read_text())["password"])
