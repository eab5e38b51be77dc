from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from zhize.kernel.period import day_of
from zhize.places.asking import read_believed, read_day
from zhize.places.queries import find_place
from zhize.register.queries import explain, who
from zhize.register.queries.resolve import PURPOSES


class Command(BaseCommand):
    help = "问一件事在某地某日归谁管、依据哪份文件"
    group = "who"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", metavar="MATTER_OR_CODE", help="诉求事项、俗称、职责代码或名称")
        parser.add_argument("--at", required=True, metavar="PLACE", help="区划代码或地名")
        parser.add_argument("--on", metavar="DAY", help="哪一天（默认今天）")
        parser.add_argument("--believed", metavar="MOMENT", help="按当时所知（ISO 时刻）")
        parser.add_argument(
            "--purpose", default="handle", choices=PURPOSES, help="handle 办理 decide 决定 complain 投诉"
        )
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        now = datetime.now(UTC)
        day = day_of(now) if options["on"] is None else read_day(options["on"])
        believed = None if options["believed"] is None else read_believed(options["believed"], now)
        place = find_place(options["at"], day, believed)
        answer = who(options["what"], place.pk, day, options["purpose"], believed=believed)
        made = explain(answer)
        if options["json"]:
            self.stdout.write(json.dumps(made.as_dict(), ensure_ascii=False, indent=1))
        else:
            self._say(made.as_dict())
        if not answer.answered:
            sys.exit(3)

    def _say(self, said: dict[str, Any]) -> None:
        self.stdout.write(said["says"])
        for basis in said["basis"]:
            until = basis["span"][1] or "至今"
            self.stdout.write(
                f"  依据 {basis['instrument']}　{basis['body']}（{basis['capacity']}，{basis['mode']}）　{basis['span'][0]} — {until}"
            )
        for law in said["law"]:
            self.stdout.write(f"  设定 {law}")
        for r in said["rejected"]:
            self.stdout.write(f"  不是 {r['body']}：{r['why']}（{r['instrument']}）")
