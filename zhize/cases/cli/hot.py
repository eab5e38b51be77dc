"""`zhize cases hot FILE`: the affairs many letters of a file speak of, hottest first."""

from __future__ import annotations

import argparse
import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from zhize.cases.suggest import read_rows
from zhize.kernel.period import BEIJING

HELP = "找热点：一个文件里许多来信说的同一件事，按热度排列"
NEEDS_DATABASE = False
FORMS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="每行一个 JSON（no、title、text、time）的文件，可以是 .gz")
    parser.add_argument("--window", type=int, default=30, metavar="DAYS", help="滑动窗口的天数（缺省 30）")
    parser.add_argument("--least", type=int, default=3, metavar="N", help="至少几件才算（缺省 3）")


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    from zhize.kernel.topics import Told, Topic, topics

    told = [
        Told(
            no=_said(row, "no", "id") or str(n),
            title=_said(row, "title"),
            text=_said(row, "text"),
            at=moment(_said(row, "time")),
            who=_said(row, "user", "who", "phone"),
            votes=_votes(row),
        )
        for n, row in enumerate(read_rows(options["file"]), 1)
    ]
    found: list[Topic] = topics(told, window=timedelta(days=max(1, options["window"])), least=max(1, options["least"]))
    if options["json"]:
        say(json.dumps([_facts(rank, t) for rank, t in enumerate(found, 1)], ensure_ascii=False, indent=1))
    else:
        say("\n".join(_line(rank, t) for rank, t in enumerate(found, 1)) or "没有找到热点。")


def moment(text: str) -> datetime | None:
    """In Beijing's time when it says no zone; None when it cannot be read as a time."""
    with contextlib.suppress(ValueError):
        return _here(datetime.fromisoformat(text.strip()))
    for form in FORMS:
        with contextlib.suppress(ValueError):
            return _here(datetime.strptime(text.strip(), form))
    return None


def _here(at: datetime) -> datetime:
    return at.replace(tzinfo=BEIJING) if at.tzinfo is None else at.astimezone(BEIJING)


def _said(row: dict[str, Any], *names: str) -> str:
    return next((str(row[n]) for n in names if row.get(n) not in (None, "")), "")


def _votes(row: dict[str, Any]) -> int:
    with contextlib.suppress(TypeError, ValueError):
        return max(0, int(row.get("votes") or 0))
    return 0


def _facts(rank: int, topic: Any) -> dict[str, Any]:
    said = asdict(topic) | {"rank": rank, "size": len(topic.members), "growth": topic.growth}
    for name in ("first_seen", "last_seen", "peak_from"):
        said[name] = said[name].isoformat() if said[name] else None
    return said


def _line(rank: int, topic: Any) -> str:
    seen = f"{topic.first_seen:%Y-%m-%d} 起" if topic.first_seen else "没有日期"
    return (
        f"{rank}. {topic.title}　{len(topic.members)}件（最热时{topic.peak}件，此前{topic.before}件，{topic.tellers}人），"
        f"{seen}；{'、'.join(topic.words)}\n   {'、'.join(topic.members)}"
    )
