"""`zhize lists editions`: what is published, the newest first."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

from zhize.lists.models import Edition
from zhize.lists.queries.editions import issue_of

HELP = "列出已公布的各版清单"
NEEDS_DATABASE = True


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--body", default="", help="只看一个机构的（代号）")


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    rows = Edition.objects.select_related("body", "place", "instrument", "corrects").defer("content").order_by("-pk")
    rows = rows.filter(body__code=options["body"]) if options["body"] else rows
    found = [_facts(e) for e in rows]
    if options["json"]:
        say(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for f in found:
            fix = f"　更正{f['corrects']}" if f["corrects"] else ""
            say(
                f"{f['edition']}　{f['name']}　截至{f['day']}，{f['public_from']}起公开，{f['count']}项　{f['instrument']}{fix}"
            )


def _facts(e: Edition) -> dict[str, Any]:
    return {
        "edition": e.key, "name": issue_of(e).name(e.day, e.believed), "day": e.day.isoformat(), "believed": e.believed.isoformat(),
        "public_from": e.public_from.isoformat(), "count": e.count, "algorithm": e.algorithm, "digest": e.digest,
        "instrument": e.instrument.citation, "corrects": e.corrects.key if e.corrects else None,
    }  # fmt: skip
