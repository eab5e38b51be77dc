"""From a book to judgements: sheets, tables, rows in batches, and counts that add up.

lines in = rows taken + rows refused + lines that are no data rows (heading, title, blank, section, total, note, repeated).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from zhize.kernel.errors import BadInput
from zhize.kernel.period import parse_day
from zhize.kernel.text import looks_like_docnumber, read_docnumber
from zhize.register.importing.desk import Desk
from zhize.register.importing.kinds import KINDS, Kind
from zhize.register.importing.layout import HEADING, Layout, Section, nearest
from zhize.register.importing.limits import unfit
from zhize.register.importing.source import Book
from zhize.register.importing.terms import (
    NOTE,
    REFUSED,
    SKIPPED,
    TAKEN,
    WARNING,
    Finding,
    Judged,
    Line,
    Progress,
    Said,
    Sheet,
    quiet,
)

_LIST_WORDS = re.compile(r"(?:部门)?(?:权力|责任|权责|公共服务|政务服务|职责|行政|机构|服务事项|依申请|监管).*$")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,10}[〔\[(（【]\s*(?:19|20)\d{2}\s*年?[〕\])）】]\s*第?\s*\d{1,5}\s*号")
_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")


@dataclass
class Reading:
    """What a whole file came to."""

    kind: Kind
    sha256: str
    file_name: str
    mapping: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    verdicts: Counter[str] = field(default_factory=Counter)
    skips: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    plans: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    number: str = ""  # of the document, where a title says it
    signed: date | None = None

    @property
    def rows(self) -> int:
        return self.verdicts[TAKEN] + self.verdicts[REFUSED]

    def counts(self) -> dict[str, Any]:
        """As kept with the draft."""
        return {
            "lines": self.lines, "rows": self.rows, "taken": self.verdicts[TAKEN], "refused": self.verdicts[REFUSED],
            "skipped": self.verdicts[SKIPPED] - self.skips[HEADING], "headings": self.skips[HEADING], "skips": dict(self.skips),
            "unchanged": self.plans["unchanged"], "severities": dict(self.severities),
            "plans": {k: v for k, v in self.plans.items() if k != "unchanged"}, "laws": self.kind.desk.laws.new,
            "number": self.number, "signed": self.signed.isoformat() if self.signed else "",
        }  # fmt: skip

    def note(self, row: Judged) -> Judged:
        self.lines += 1
        self.verdicts[row.verdict] += 1
        if row.verdict == SKIPPED:
            self.skips[row.reason] += 1
        elif row.verdict == TAKEN and not row.plan:
            self.plans["unchanged"] += 1
        for name, value in row.plan.items():
            self.plans[name] += len(value) if isinstance(value, list) else 1
        self.severities.update(f.severity for f in row.findings)
        return row


def begin(kind: str, book: Book, desk: Desk) -> Reading:
    if kind not in KINDS:
        raise BadInput(
            "没有“{kind}”这种导入",
            why="",
            instead="可用的种类：{kinds}",
            kind=kind,
            kinds="、".join(KINDS),
            code="unknown_kind",
        )
    return Reading(KINDS[kind](desk, f"i{book.sha256[:10]}"), book.sha256, book.name)


def read(book: Book, reading: Reading, progress: Progress = quiet) -> Iterator[list[Judged]]:
    """All lines of the book, judged, in batches; raises BadInput when no sheet has a table of the kind."""
    known = False
    glance: list[Line] = []
    for sheet in book.sheets:
        if sheet.hidden:
            why = f"隐藏的工作表“{sheet.name}”没有读"
            reading.findings.append(Finding(None, "", sheet.name, why, "如需导入，请取消隐藏", WARNING, sheet.name))
            continue
        layout = Layout(sheet, reading.kind.tables)
        yield from _sheet(layout, reading, progress, glance)
        known = known or bool(layout.headings)
        _report(layout, reading)
    if not known:
        raise _no_table(reading.kind, glance)
    reading.findings += reading.kind.desk.findings


def _sheet(layout: Layout, reading: Reading, progress: Progress, glance: list[Line]) -> Iterator[list[Judged]]:
    rows = layout.rows()
    total = layout.sheet.total
    first = True
    while True:
        batch = list(islice(rows, reading.kind.batch))
        if not batch:
            return
        if not layout.headings:
            glance += [line for line, _, _ in batch[:30] if line.distinct]
        if first and layout.headings:
            _know(layout, reading, [s for _, s, _ in batch if s is not None])
        first = False
        yield [reading.note(j) for j in _judge(batch, layout.sheet, reading.kind)]
        progress("核对各行", reading.lines, total)


def _judge(batch: list[tuple[Line, Said | None, str]], sheet: Sheet, kind: Kind) -> Iterator[Judged]:
    """Each line in its place: judged when it is data, else with the reason why it is none."""
    judged = iter(kind.judge([said for _, said, _ in batch if said is not None]))
    for line, said, reason in batch:
        yield next(judged) if said is not None else Judged(line, sheet.name, SKIPPED, reason)


# -- what titles and first rows tell -----------------------------------------------------------------------------------
def _know(layout: Layout, reading: Reading, first: list[Said]) -> None:
    """The place, the list's own body and the document's number, where nobody said them."""
    desk = reading.kind.desk
    if desk.place is None:
        codes = [s.get("area_code") or s.get("where") for s in first[:1]]
        desk.place = next((p for c in codes if c and (p := desk.places.find(c))), None)
        desk.places.home = desk.place
    for title in [*layout.titles, layout.sheet.name, reading.file_name.split(".")[0]]:
        _take_number(title, reading)
        _take_owner(title, desk)


def _take_number(title: str, reading: Reading) -> None:
    found = _NUMBER.search(title)
    if found and not reading.number and looks_like_docnumber(found[0]):
        number = read_docnumber(found[0])
        reading.number = number.text
        for flag in number.flags:
            reading.findings.append(Finding(None, "标题", found[0], flag, "请核对文号", WARNING))
    if (day := _DAY.search(title)) and reading.signed is None:
        try:
            reading.signed = parse_day(day[0])
        except BadInput:
            reading.findings.append(Finding(None, "标题", day[0], "历法上没有这一天", "请核对日期", WARNING))


def _take_owner(title: str, desk: Desk) -> None:
    """温州市档案局责任清单 → 温州市档案局, where the register knows it."""
    name = _LIST_WORDS.sub("", re.sub(r"[（(《].*?[)）》]|^附件\d*[:：]?|\s", "", title)).strip("：:-—")
    if desk.own_name or not 3 <= len(name) <= 40:
        return
    if desk.roster.exactly(name):
        desk.own_name = name


def _report(layout: Layout, reading: Reading) -> None:
    """The columns understood, and sections whose promised number of items did not follow."""
    for heading in layout.headings:
        labels = heading.table.labels
        reading.mapping.append(
            {"sheet": layout.sheet.name, "row": heading.rows[-1].no, "table": heading.table.label, "titles": layout.titles[:5],
             "columns": [c.as_dict(labels) for c in heading.columns if c.header]}
        )  # fmt: skip
    reading.findings += [_miscounted(s, layout.sheet) for s in layout.sections if s.promised not in (None, s.rows)]
    if not layout.headings and reading.lines:
        why = f"工作表“{layout.sheet.name}”没有认出表头，其中的内容没有读"
        reading.findings.append(
            Finding(None, "", layout.sheet.name, why, "如需导入，请核对表头", NOTE, layout.sheet.name)
        )


def _miscounted(section: Section, sheet: Sheet) -> Finding:
    text = next(iter(section.line.distinct))
    why = f"分组标题写{section.promised}项，其下实有{section.rows}行"
    return Finding(section.line.no, "", text, why, "请核对有无漏行或多行", WARNING, sheet.name)


def _no_table(kind: Kind, lines: list[Line]) -> BadInput:
    if not lines:
        return unfit("empty_file", "文件里没有表格", "所有工作表都是空的", "请核对是否选错了文件")
    table, gap = nearest(lines[:40], kind.tables)
    return unfit("no_heading", "没有认出{label}的表头", "缺少{gap}这样的列", "请核对种类是否选对，或把表头改成常用的名称，例如{usual}",
                 label=kind.label, gap="、".join(f"“{g}”" for g in gap), usual="、".join(f.label for f in table.fields[1:6]))  # fmt: skip
