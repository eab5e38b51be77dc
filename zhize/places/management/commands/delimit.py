from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of, parse_day
from zhize.places.commands import delimit
from zhize.places.delimiting import match, sift
from zhize.places.geojson import read_features
from zhize.record.queries import find_instrument


class Command(BaseCommand):
    help = "登记区划界线：一个 GeoJSON 文件，依据一份文件"
    group = "register"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="GeoJSON，WGS-84 或 CGCS2000 经纬度，一个要素一个地方")
        parser.add_argument("--instrument", required=True, metavar="PAPER", help="依据文件：键、文号或标题")
        parser.add_argument("--on", metavar="DAY", help="自哪一天起（默认依据文件的施行日）")
        parser.add_argument("--scheme", default="", help="要素的代码属于哪个码制：GB2260、NBS9（默认不限）")
        parser.add_argument("--source", default="", help="坐标从哪里来，公开的地图写明审图号（默认文件名）")
        parser.add_argument("--dry-run", action="store_true", help="只看能不能登记，什么也不保存")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        paper, now = find_instrument(options["instrument"]), datetime.now(UTC)
        day = parse_day(options["on"]) if options["on"] else paper.day or day_of(now)
        features = read_features(options["file"])
        found, nobodys = match(features, day, options["scheme"], options["source"] or Path(options["file"]).name)
        kept, unsound = sift(found, day)
        refused = [*nobodys, *unsound.values()]
        with transaction.atomic():
            rows = delimit(kept, day=day, instrument=paper, by=_by(), now=now) if kept else []
            transaction.set_rollback(options["dry_run"])
        report = {
            "instrument": paper.citation, "day": day.isoformat(), "dry_run": options["dry_run"], "features": len(features),
            "taken": len(kept), "unchanged": len(kept) - len(rows), "refused": len(refused),
        }  # fmt: skip
        self.stdout.write(_json(report, refused) if options["json"] else _words(report, refused))
        if refused:
            sys.exit(3)


def _by() -> By:
    return By(None, None, getpass.getuser(), "command")


def _json(report: dict[str, Any], refused: Sequence[Refusal]) -> str:
    said = [each.as_dict() | {"feature": each.params["feature"]} for each in refused]
    return json.dumps(report | {"refusals": said}, ensure_ascii=False, indent=1)


def _words(report: dict[str, Any], refused: Sequence[Refusal]) -> str:
    done = "可以登记" if report["dry_run"] else "已登记"
    lines = [
        f"{report['features']} 个要素：{done} {report['taken']}（其中 {report['unchanged']} 条与现行界线相同），没有登记 {report['refused']}。",
        f"依据 {report['instrument']}，自 {report['day']} 起。",
        *(f"  {each}" for each in refused),
    ]
    return "\n".join(lines)
