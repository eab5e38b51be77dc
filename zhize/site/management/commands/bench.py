from __future__ import annotations

import importlib
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from zhize.kernel.errors import BadInput
from zhize.paths import CHECKOUT

FOLDER = CHECKOUT / "benchmarks"


class Command(BaseCommand):
    help = "跑一项性能测量，结果是与同场基准的比值"
    group = "develop"
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="测量名；不写则列出全部")
        parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument("--quick", action="store_true", help="小规模，只看能否跑通")

    def handle(self, *args: Any, **options: Any) -> None:
        names = sorted(p.stem for p in FOLDER.glob("*.py") if not p.stem.startswith("_"))
        if not options["name"]:
            self.stdout.write("、".join(names))
            return
        if options["name"] not in names:
            raise BadInput(
                "没有“{name}”这项测量", instead="可选：{names}", name=options["name"], names="、".join(names)
            )
        result = _module(options["name"]).run(quick=options["quick"])
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
        else:
            for key, value in result.items():
                self.stdout.write(f"{key}: {value}")


def _module(name: str) -> Any:
    sys.path.insert(0, str(CHECKOUT))
    return importlib.import_module(f"benchmarks.{name}")
