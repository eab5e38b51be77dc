from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from zhize.cases.limits import COUNTING, counting
from zhize.kernel.clock import Limit, derive
from zhize.kernel.period import day_of
from zhize.places.asking import read_moment
from zhize.places.queries import chain_of, find_place
from zhize.policy.queries import calendar, value


class Command(BaseCommand):
    help = "算一个时限：从某刻起，2wd、15wd、24h、7d、1mo 到什么时候，怎么算的"
    group = "cases"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("start", metavar="START", help="起算时刻，如 2016-09-30T16:00")
        parser.add_argument("limit", metavar="LIMIT", help="2wd 工作日 7d 自然日 1mo 月 24h 小时 8wh 办公小时")
        parser.add_argument("--place", required=True, metavar="CODE", help="区划代码或地名（计算办法按当地政策）")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        start, limit = read_moment(options["start"]), Limit.parse(options["limit"])
        day = day_of(start)
        above = chain_of(find_place(options["place"], day).pk, day)
        rules = counting(*(value(key, above, day).value for key in COUNTING))
        made = derive(start, limit, calendar(), **rules)
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "start": made.start.isoformat(),
                        "limit": options["limit"],
                        "due": made.due.isoformat(),
                        "lines": list(made.lines),
                        "excluded": [d.isoformat() for d in made.excluded],
                        "provisional": made.provisional,
                        "calendar": made.calendar_version,
                    },
                    ensure_ascii=False,
                    indent=1,
                )
            )
            return
        for line in made.lines:
            self.stdout.write(line)
