"""`zhize lists vertical --place 330300 --on DAY [--kind gaps]`: compare lists and say what was found."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from zhize.accounts.models import By
from zhize.kernel.period import day_of, parse_day
from zhize.lists.commands import compare
from zhize.lists.models import Comparison
from zhize.lists.queries.ground import Scope
from zhize.lists.queries.horizontal import KINDS
from zhize.lists.queries.work import told
from zhize.lists.statuses import STATUSES
from zhize.places.queries import find_place, root_place

HELP = "比对各级清单（vertical）；--kind 可选部门之间、县际、共性权力、职责交叉、职责空白"
NEEDS_DATABASE = True
SHOWN = 50


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--place", default="", help="范围：区划代码或名称；不写则是本系统的全部辖区")
    parser.add_argument("--on", default="", metavar="DAY", help="以哪一天为准；不写则是今天")
    parser.add_argument("--kind", choices=Comparison.Kind.values, default="vertical", help="比什么")
    parser.add_argument("--levels", default="3,4", help="纵向比对的层级：2 省、3 市、4 县、5 乡镇")
    parser.add_argument("--whole", action="store_true", help="全部重新计算，不接续上一次")


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    now = datetime.now(UTC)
    day = parse_day(options["on"]) if options["on"] else day_of(now)
    place = find_place(options["place"], day) if options["place"] else root_place(day)
    kinds = ("power",) if options["kind"] == Comparison.Kind.VERTICAL else KINDS
    scope = Scope(place, day, None, tuple(int(n) for n in options["levels"].split(",")), kinds)
    made = compare(scope, options["kind"], whole=options["whole"], by=By.system("命令行"), now=now)
    rows = told(
        made,
        list(made.divergences.filter(weight__gt=0).select_related("duty", "place", "body").order_by("-weight", "pk")),
    )
    found = [
        {"duty": t.row.duty.key if t.row.duty else "", "name": t.name, "place": t.place, "body": t.body, "status": t.row.status,
         "flags": t.row.flags, "says": t.says, "detail": t.row.detail}
        for t in rows
    ]  # fmt: skip
    said = {"comparison": made.pk, "kind": made.kind, "day": day.isoformat(), "continued": made.continued_id,
            "recomputed": made.recomputed, "counts": made.counts, "found": found}  # fmt: skip
    say(json.dumps(said, ensure_ascii=False, indent=1) if options["json"] else _words(said))


def _words(said: dict[str, Any]) -> str:
    counted = "，".join(f"{STATUSES[name].label} {n}" for name, n in said["counts"].items())
    lines = [
        f"比对第{said['comparison']}号，以{said['day']}为准，重新计算{said['recomputed']}项：{counted or '没有查出问题'}。"
    ]
    lines += [
        f"  [{STATUSES[f['status']].label}] {f['place']}　{f['name'] or f['body']}　{f['says']}".rstrip()
        for f in said["found"][:SHOWN]
    ]
    left = len(said["found"]) - SHOWN
    return "\n".join([*lines, *([f"  另有{left}条，用 --json 看全部"] if left > 0 else [])])
