from __future__ import annotations

import importlib
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from zhize.kernel.errors import BadInput
from zhize.paths import CHECKOUT

FOLDER = CHECKOUT / "drills"


class Command(BaseCommand):
    help = "做一次演练：在用完即弃的数据上杀进程、占满磁盘、篡改记录；有一条不合格时退出码为 3"
    group = "develop"
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="演练名；不写则列出全部")
        parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument("--quick", action="store_true", help="小规模，只看能否跑通")
        parser.add_argument("--seed", type=int, default=20261124, help="随机数种子")

    def handle(self, *args: Any, **options: Any) -> None:
        names = sorted(p.stem for p in FOLDER.glob("*.py") if not p.stem.startswith("_"))
        if not options["name"]:
            self.stdout.write("、".join(names))
            return
        if options["name"] not in names:
            raise BadInput(
                "没有“{name}”这项演练", instead="可选：{names}", name=options["name"], names="、".join(names)
            )
        sys.path.insert(0, str(CHECKOUT))
        said = importlib.import_module(f"drills.{options['name']}").run(quick=options["quick"], seed=options["seed"])
        self._tell(said, options["json"])
        if not said["pass"]:
            sys.exit(3)

    def _tell(self, said: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=1))
            return
        for name, bar in said["bars"].items():
            self.stdout.write(f"{'✓' if bar['pass'] else '✗'} {name}: {bar['got']}（要求 {bar['want']}）")
        for name, figure in said["figures"].items():
            self.stdout.write(f"  {name}: {figure}")
