"""`zhize import`: an office's own table becomes a draft, and on --accept one act."""

from __future__ import annotations

import gc
import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of, parse_day
from zhize.places.queries import find_place
from zhize.record.models import Instrument
from zhize.register.importing import printing, queries
from zhize.register.importing.commands import accept_import, discard_import, draft_import, standing_import, try_out
from zhize.register.importing.desk import Desk
from zhize.register.importing.kinds import KINDS
from zhize.register.importing.papers import Particulars, enter, paper_of
from zhize.register.importing.source import Book, open_book
from zhize.register.importing.terms import NOTE, Finding
from zhize.register.importing.terms import Progress as Told
from zhize.register.models import Import


class Command(BaseCommand):
    help = "导入权力清单、责任清单、机构名录、职责归属表、划转目录、政务服务事项目录、乡镇履行职责事项清单（xlsx、xls、csv）"
    group = "register"

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = "、".join(f"{k} {c.label}" for k, c in KINDS.items())
        parser.add_argument("kind", choices=KINDS, metavar="KIND", help=kinds)
        parser.add_argument("file", metavar="FILE", help="xlsx、xls 或 csv 文件，可用 gzip 压缩")
        parser.add_argument("--dry-run", action="store_true", help="只看理解得对不对，什么也不保存")
        parser.add_argument("--accept", action="store_true", help="存为草案后随即接受，写入登记（全部写入或全部不写）")
        parser.add_argument("--discard", action="store_true", help="放弃这份文件先前的草案")
        parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument("--instrument", metavar="PAPER", help="依据文件：键、文号或标题")
        parser.add_argument("--place", metavar="PLACE", help="这份表是哪里的：区划代码或地名（默认取依据文件的辖区）")
        parser.add_argument("--day", metavar="DAY", help="施行日（默认取依据文件的施行日，没有则为今天）")
        parser.add_argument("--body", default="", help="责任清单是哪个部门的（表内和标题都没有写时）")
        parser.add_argument("--receiver", default="", help="划转目录没有接收部门一列时的接收部门")
        new = parser.add_argument_group("依据文件尚未登记时")
        new.add_argument("--title", default="", help="文件标题")
        new.add_argument(
            "--paper-kind", default="list", choices=Instrument.Kind.values, metavar="KIND", help="文种（默认 list）"
        )
        new.add_argument("--issuer", default="", help="发文机关")
        new.add_argument("--issuer-class", default="", help="机关类别：政府、政府办、编委、编办、党委、部门等")
        new.add_argument("--issuer-level", default="", choices=["", *Instrument.Level.values], metavar="LEVEL",
                         help="机关层级：nation、province、city、county、town")  # fmt: skip
        new.add_argument("--issuer-area", default="", help="机关所在区划代码")
        new.add_argument("--published", metavar="DAY", help="公布日期")
        new.add_argument("--effective", metavar="DAY", help="施行日期")

    def handle(self, *args: Any, **options: Any) -> None:
        gc.set_threshold(100_000, 50, 50)  # rows make few circles, and looking for them took a tenth of the time
        self.by, self.now = By(None, None, getpass.getuser(), "command"), datetime.now(UTC)
        with open_book(options["file"]) as book:
            report = self._report(book, options)
        self.stdout.write(
            json.dumps(report, ensure_ascii=False, indent=1) if options["json"] else printing.page(report)
        )
        if report.get("refused"):
            sys.exit(3)

    def _report(self, book: Book, options: dict[str, Any]) -> dict[str, Any]:
        standing = standing_import(options["kind"], book.sha256)
        if options["discard"]:
            return self._discard(standing)
        if standing is not None and not options["dry_run"]:
            return self._again(standing, options)
        desk = self._desk(options)
        with shown() as progress:
            if options["dry_run"]:
                return self._try(book, desk, options["kind"], standing, progress)
            return self._draft(book, desk, options, progress)

    def _try(self, book: Book, desk: Desk, kind: str, standing: Import | None, progress: Told) -> dict[str, Any]:
        reading, judged = try_out(kind, book, desk, progress)
        found = [f.as_dict() for row in judged for f in row.findings]
        counts = reading.counts()
        whole = [f.as_dict() for f in reading.findings]
        report = queries.outline(kind, book.name, counts, reading.mapping, [*whole, *found])
        return report | {"import": None, "state": "dry-run", "sha256": book.sha256, "already": _already(standing)}

    def _draft(self, book: Book, desk: Desk, options: dict[str, Any], progress: Told) -> dict[str, Any]:
        """With --accept the draft and its acceptance stand or fall together."""
        with transaction.atomic():
            if desk.paper is not None:
                desk.paper = enter(desk.paper, self.by, self.now)
            draft, _ = draft_import(options["kind"], book, desk, by=self.by, now=self.now, progress=progress)
            if options["accept"]:
                accept_import(draft.pk, instrument=desk.paper, by=self.by, now=self.now, progress=progress)
        return queries.report(queries.draft(draft.pk))

    def _again(self, standing: Import, options: dict[str, Any]) -> dict[str, Any]:
        """The same file once more: said; a draft may still be accepted."""
        if options["accept"] and standing.state == Import.State.DRAFTED:
            paper = enter(_paper(options), self.by, self.now) if options["instrument"] else None
            with shown() as progress:
                accept_import(standing.pk, instrument=paper, by=self.by, now=self.now, progress=progress)
            return queries.report(queries.draft(standing.pk))
        return queries.report(standing) | {"already": _already(standing)}

    def _discard(self, standing: Import | None) -> dict[str, Any]:
        if standing is None:
            raise BadInput("这份文件没有草案", instead="请核对文件和种类", code="no_import")
        discard_import(standing.pk, by=self.by, now=self.now)
        return queries.report(queries.draft(standing.pk)) | {"refused": 0}

    def _desk(self, options: dict[str, Any]) -> Desk:
        paper = _paper(options) if options["instrument"] else None
        day = _day(options["day"]) or (paper.day if paper else None)
        desk = Desk(day or day_of(self.now), paper=paper, own_name=options["body"], receiver=options["receiver"])
        where = options["place"] or (paper.issuer_area if paper and paper.issuer_area.strip("0") else "")
        desk.place = find_place(where, desk.day) if where else None
        if day is None:
            why = f"没有写明施行日，按今天（{desk.day}）理解"
            desk.findings.append(Finding(None, "", "", why, "请用 --instrument 或 --day 指明", NOTE))
        return desk


@contextmanager
def shown() -> Iterator[Told]:
    """A progress bar on stderr, where somebody is looking."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int | None) -> None:
            task = tasks.setdefault(stage, None) or bar.add_task(stage, total=total)
            tasks[stage] = task
            bar.update(task, completed=done, total=max(total, done) if total else None)

        yield tell


def _paper(options: dict[str, Any]) -> Instrument:
    said = Particulars(options["title"], options["paper_kind"], options["issuer"], options["issuer_class"], options["issuer_level"],
                       options["issuer_area"], _day(options["published"]), _day(options["effective"]))  # fmt: skip
    return paper_of(options["instrument"], said)


def _day(text: str | None) -> date | None:
    return parse_day(text) if text else None


def _already(standing: Import | None) -> dict[str, Any] | None:
    """When and as what this file was imported before."""
    if standing is None:
        return None
    moment = standing.settled_at or standing.drafted_at
    return {"import": standing.pk, "state": standing.state, "at": moment.isoformat(),
            "says": f"这份文件已经导入过：{standing}，{standing.get_state_display()}"}  # fmt: skip
