from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.progress import Progress

from zhize.accounts.models import By
from zhize.cases import terms
from zhize.cases.commands import receive_many
from zhize.cases.learning import for_dispatch, keep, office_model, suggestions
from zhize.cases.models import Case, Leg
from zhize.cases.suggest import MatterSuggestion, Message, read_messages
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.places.queries import find_place
from zhize.register.models import Matter
from zhize.register.queries import body_names

BATCH = 1000
LONGEST_TITLE = 100


class Command(BaseCommand):
    help = "诉求：批量导入来信（import）、训练分类（train）、建议事项（suggest）"
    group = "cases"

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True, metavar="import|train|suggest")
        take = what.add_parser("import", help="受理一个文件里的全部来信，够把握的自动分派，其余排队")
        take.add_argument("file", help="每行一个 JSON 的文件，可以是 .gz")
        take.add_argument("--place", required=True, metavar="CODE", help="来信没有写明地点时归到哪里")
        learn = what.add_parser("train", help="用已分好类的来信训练本机的分类模型")
        learn.add_argument("file")
        say = what.add_parser("suggest", help="只给建议，不受理")
        say.add_argument("file")
        say.add_argument("--train", metavar="FILE", help="临时用这个文件训练，而不用本机的模型")
        for sub in (take, learn, say):
            sub.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        {"import": self._import, "train": self._train, "suggest": self._suggest}[options["what"]](options)

    def _train(self, options: dict[str, Any]) -> None:
        from zhize.cases.suggest import Suggester

        with Progress(console=Console(stderr=True)) as bar:
            tasks: dict[str, Any] = {}

            def told(stage: str, done: int, of: int) -> None:
                task = tasks.setdefault(stage, bar.add_task(stage, total=of))
                bar.update(task, completed=done, total=of)

            model = Suggester.train(read_messages(options["file"]), progress=told)
        keep(model)
        if options["json"]:
            self.stdout.write(json.dumps(model.card, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("训练完成：" + json.dumps(model.card, ensure_ascii=False))

    def _suggest(self, options: dict[str, Any]) -> None:
        from zhize.cases.suggest import Suggester

        model = Suggester.train(read_messages(options["train"])) if options["train"] else office_model()
        day = day_of(datetime.now(UTC))
        for batch in _batches(read_messages(options["file"])):
            for message, found in zip(batch, suggestions(batch, model, day), strict=True):
                said = {
                    "id": message.id,
                    "label": found.label,
                    "matter": found.code,
                    "confidence": found.label_confidence if model else found.confidence,
                    "words": found.label_words if model else found.words,
                }
                self.stdout.write(json.dumps(said, ensure_ascii=False))

    def _import(self, options: dict[str, Any]) -> None:
        now = datetime.now(UTC)
        place, model, by = find_place(options["place"], day_of(now)), office_model(), By.system("来信导入")
        matters = dict(Matter.objects.values_list("code", "pk"))
        messages = list(read_messages(options["file"]))
        tally = _Tally(rows=len(messages))
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("受理", total=len(messages))
            for batch in _batches(iter(messages)):
                wanted = [
                    _letter(m, s, place.pk, matters, Path(options["file"]).name)
                    for m, s in zip(batch, for_dispatch(batch, model, place.pk, day_of(now)), strict=True)
                ]
                tally.add(receive_many(wanted, by=by, now=now))
                bar.advance(task, len(batch))
        said = tally.told(day_of(now))
        self.stdout.write(json.dumps(said, ensure_ascii=False, indent=1) if options["json"] else _words(said))
        if tally.refused:
            sys.exit(3)


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

    def told(self, day: Any) -> dict[str, Any]:
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


def _batches(messages: Iterator[Message]) -> Iterator[list[Message]]:
    while batch := list(islice(messages, BATCH)):
        yield batch


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
