"""`zhize cases import FILE --place CODE`: a file of letters becomes cases; the sure ones are sent, the others wait."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from zhize.accounts.models import By
from zhize.cases import terms
from zhize.cases.cli.suggest import batches
from zhize.cases.commands import receive_many, suggest_many
from zhize.cases.commands.learning import BY
from zhize.cases.learning import for_dispatch, in_service, office_model
from zhize.cases.models import Case, Leg
from zhize.cases.suggest import MatterSuggestion, Message, read_messages
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.places.queries import find_place
from zhize.register.models import Matter
from zhize.register.queries import body_names

HELP = "受理一个文件里的全部来信，够把握的自动分派，其余排队"
NEEDS_DATABASE = True
BATCH = 1000
LONGEST_TITLE = 100


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="每行一个 JSON 的文件，可以是 .gz")
    parser.add_argument("--place", required=True, metavar="CODE", help="来信没有写明地点时归到哪里")


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    now = datetime.now(UTC)
    messages = list(read_messages(options["file"]))
    tally = _Tally(rows=len(messages))
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("受理", total=len(messages))
        for batch in batches(iter(messages), BATCH):
            tally.add(_taken(batch, options, now))
            bar.advance(task, len(batch))
    said = tally.told(day_of(now))
    say(json.dumps(said, ensure_ascii=False, indent=1) if options["json"] else _words(said))
    if tally.refused:
        sys.exit(3)


def _taken(batch: list[Message], options: dict[str, Any], now: datetime) -> list[terms.Receipt | Refusal]:
    """1 what is suggested · 2 taken in · 3 with each case, what was suggested and by which model."""
    place, row = find_place(options["place"], day_of(now)), in_service()
    matters = dict(Matter.objects.values_list("code", "pk"))
    said = for_dispatch(batch, office_model(row), place.pk, day_of(now))
    letters = [_letter(m, s, place.pk, matters, Path(options["file"]).name) for m, s in zip(batch, said, strict=True)]
    taken = receive_many(letters, by=By.system("来信导入"), now=now)
    pairs = zip(taken, said, strict=True)
    new = [(r.case_id, s) for r, s in pairs if isinstance(r, terms.Receipt) and not r.replayed]
    if new:
        suggest_many(new, row, by=BY, now=now)
    return taken


class _Tally:
    """What became of the rows; the counts add up or the import says so."""

    def __init__(self, rows: int) -> None:
        self.rows, self.replayed = rows, 0
        self.refused: list[str] = []
        self.cases: list[int] = []
        self.states: Counter[str] = Counter()

    def add(self, outcomes: Sequence[terms.Receipt | Refusal]) -> None:
        for outcome in outcomes:
            if isinstance(outcome, Refusal):
                self.refused.append(str(outcome))
            else:
                self.cases.append(outcome.case_id)
                self.replayed += outcome.replayed
                self.states["dispatched" if outcome.state == "dispatched" else outcome.snag or "queued"] += 1

    def told(self, day: date) -> dict[str, Any]:
        went = Leg.objects.filter(case_id__in=self.cases, capacity="lead").select_related("holding__instrument")
        places: Counter[tuple[int, str]] = Counter(
            (leg.body_id, leg.holding.instrument.citation if leg.holding else "") for leg in went
        )
        names = body_names({b for b, _ in places}, day)
        return {
            "rows": self.rows,
            "received": len(self.cases),
            "replayed": self.replayed,
            "refused": len(self.refused),
            "dispatched": self.states["dispatched"],
            "waiting": {k: n for k, n in sorted(self.states.items()) if k != "dispatched"},
            "adds_up": self.rows == len(self.cases) + len(self.refused)
            and sum(self.states.values()) == len(self.cases),
            "went_to": [{"body": names[b], "instrument": paper, "cases": n} for (b, paper), n in places.most_common()],
            "refusals": self.refused[:50],
        }


def _words(said: dict[str, Any]) -> str:
    lines = [
        f"共{said['rows']}件：受理{said['received']}件（其中重复提交{said['replayed']}件），拒收{said['refused']}件。",
        f"自动分派{said['dispatched']}件；等待人工："
        + "，".join(f"{_WAITING.get(k, k)}{n}件" for k, n in said["waiting"].items()),
    ]
    lines += [f"  {row['cases']:>6} 件  {row['body']}　依据 {row['instrument']}" for row in said["went_to"]]
    lines += [f"  拒收：{r}" for r in said["refusals"]]
    return "\n".join([*lines, "件数相符。" if said["adds_up"] else "件数不符，请查。"])


_WAITING = {
    "queued": "等待处理",
    "unsure": "把握不足",
    "no_owner": "无人行使（空白）",
    "conflict": "职责冲突",
    "no_matter": "听不出事项",
}


def _letter(m: Message, s: MatterSuggestion, place: int, matters: dict[str, int], file: str) -> terms.Message:
    return terms.Message(
        text=m.text or m.title,
        title=m.title[:LONGEST_TITLE],
        place_id=place,
        channel=Case.Channel.IMPORT,
        matter_id=matters.get(s.code),
        confidence=s.confidence if s.code else None,
        words=s.words,
        idempotency_key=f"{file}:{m.id}" if m.id else "",
    )
