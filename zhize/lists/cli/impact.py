"""`zhize lists impact LAW-CHANGE.toml`: what a change of law touches, before anybody has entered it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zhize.kernel.lawful import CLASSES
from zhize.lists.change_file import read_change
from zhize.lists.queries.impact import as_dict, impact

HELP = "法律立改废释：会影响哪些事项、清单、委托、赋权、指南和分派"
NEEDS_DATABASE = True


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="LAW-CHANGE.toml", help="法律变动：law、kind、effective、[[moved]]，格式见 docs/law-change.md"
    )


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    said = as_dict(impact(read_change(Path(options["file"]))))
    say(json.dumps(said, ensure_ascii=False, indent=1) if options["json"] else _words(said))


def _words(said: dict[str, Any]) -> str:
    counted = "，".join(f"{CLASSES[name].label} {n}" for name, n in said["counts"].items()) or "没有涉及的事项"
    lines = [f"{said['law']}，自{said['effective']}：{counted}。"]
    for item in said["items"]:
        lines.append(
            f"  [{CLASSES[item['class']].label}] {item['name']}　{'、'.join(item['holders'][:3])}　{item['action']}"
        )
    lines += [f"  [{CLASSES['new'].label}] {'、'.join(x['articles'])} {x['note']}" for x in said["new"]]
    lines += [f"  须重发：{x['label']} {x['count']}" for x in said["reissue"]]
    return "\n".join(lines)
