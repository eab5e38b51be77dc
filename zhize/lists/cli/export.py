"""`zhize lists export`: a list of a body or a place, as of a day and as known at a moment; or a published edition, or its notice."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from zhize.kernel.errors import BadInput
from zhize.lists.formats import FORMATS, PAPERS, export
from zhize.lists.formats.papers import notice_of
from zhize.lists.kinds import LISTS
from zhize.lists.queries.editions import content, find_edition
from zhize.lists.queries.issues import Issue
from zhize.lists.queries.renderers import shown
from zhize.places.asking import asked
from zhize.places.queries import find_place
from zhize.register.queries import find_body

HELP = "导出一张清单（或一版清单、它的公告）：xlsx、csv、json、jsonld、docx、pdf"
NEEDS_DATABASE = True


def arguments(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--body", help="哪个机构：代号、名称或统一社会信用代码")
    which.add_argument("--place", help="哪一级政府：区划代码或地名")
    which.add_argument("--edition", metavar="KEY", help="已公布的一版")
    parser.add_argument("--kind", default="power", choices=tuple(LISTS), help="清单种类")
    parser.add_argument("--on", metavar="DAY", help="截至哪一天（默认今天）")
    parser.add_argument("--believed", metavar="MOMENT", help="按当时所知（ISO 时刻）")
    parser.add_argument("--format", default="xlsx", choices=tuple(FORMATS), help="格式")
    parser.add_argument("--notice", action="store_true", help="导出公告（更正的一版为更正公告），只有 docx 和 pdf")
    parser.add_argument("--out", metavar="FILE", help="写到文件；不写则输出到标准输出")


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    pieces = _pieces(options)
    if options["out"]:
        with Path(options["out"]).open("wb") as file:
            file.writelines(pieces)
        say(f"已写出 {options['out']}")
    else:
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()


def _pieces(options: dict[str, Any]) -> Iterable[bytes]:
    if options["notice"]:
        return _notice(options)
    if options["edition"]:
        return export(content(find_edition(options["edition"])), options["format"])
    on = asked({"day": options["on"] or "", "believed": options["believed"] or ""}, datetime.now(UTC))
    if options["body"]:
        issue = Issue(options["kind"], body=find_body(options["body"], on.day, on.believed))
    else:
        issue = Issue(options["kind"], place=find_place(options["place"], on.day, on.believed))
    return export(shown(issue, on), options["format"])


def _notice(options: dict[str, Any]) -> Iterable[bytes]:
    if not options["edition"] or options["format"] not in PAPERS:
        raise BadInput(
            "公告是一版清单的公告，格式是 docx 或 pdf",
            instead="请用 --edition KEY --notice --format docx",
            code="no_notice",
            field="notice",
        )
    return PAPERS[options["format"]](notice_of(find_edition(options["edition"])))
