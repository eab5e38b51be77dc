"""Where the table is in a sheet: title rows, a heading of one to three rows, sections, totals, notes, repeated headings.

Lines are seen once, in order; only the first few are held back to look for the heading. Every line comes out again: as a
data row or with the reason why it is none, so that what went in can be counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from zhize.kernel.text import fold
from zhize.register.importing.columns import LEAST, Column, Table, bare, likeness, match, missing, word_for_word
from zhize.register.importing.terms import WARNING, Line, Said, Sheet

LOOK_AHEAD = 40
DEEPEST = 3
BLANK, TITLE, HEADING, SECTION, TOTAL, NOTE_ROW, NO_TABLE = (
    "空行",
    "标题行",
    "表头",
    "分组标题",
    "合计行",
    "附注行",
    "未认出表头的内容",
)

_TOTAL = re.compile(r"(?:本页|全部|各类)?(?:合计|总计|小计|共计|累计|总数)[:：]?(?:共?\d*[项条个行]?)")
_SECTION = re.compile(
    r"(?:第?[一二三四五六七八九十百]+[、.．部章节类]|[(（][一二三四五六七八九十]+[)）]|[IVXⅠ-Ⅻ]+[、.．]|\d+[、.．](?=[^\d]))"
)
_COUNTED = re.compile(r"共?\s*(\d+)\s*[项条个]")
_TOLD = re.compile(r"[:：]\s*\S")
_NOTE = re.compile(r"(?:注|备注|附注|说明|填表说明|填报|填表|制表|审核|联系|单位负责|附件)[^:：]{0,8}[:：]|注\d*[.、]")


@dataclass
class Heading:
    """The heading found: its table, its columns, the rows it takes."""

    table: Table
    columns: list[Column]
    rows: list[Line]

    @property
    def score(self) -> float:
        return sum(c.confidence for c in self.columns)

    @property
    def fields(self) -> dict[str, int]:
        return {c.field: c.at for c in self.columns if c.field}

    @property
    def names(self) -> dict[str, str]:
        return {c.field: c.header for c in self.columns if c.field}


@dataclass
class Section:
    """A group heading such as 一、档案（共13项）, the number it promises and the rows that followed."""

    line: Line
    name: str
    promised: int | None
    rows: int = 0


@dataclass
class Layout:
    """Reads one sheet: `rows()` gives each line with its data row, or with the reason it is none."""

    sheet: Sheet
    tables: Sequence[Table]
    titles: list[str] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[Line, Said | None, str]]:
        lines = iter(self.sheet.lines)
        ahead = list(islice(lines, LOOK_AHEAD))
        heading = find_heading(ahead, self.tables)
        if heading is None:
            yield from self._without_table(ahead, lines)
            return
        self.headings.append(heading)
        first = ahead.index(heading.rows[0])
        for line in ahead[:first]:
            self.titles += [t for t in line.cells[:1] + sorted(line.distinct) if t and t not in self.titles]
            yield line, None, TITLE if line.distinct else BLANK
        for line in heading.rows:
            yield line, None, HEADING
        yield from self._below([*ahead[first + len(heading.rows) :]], lines)

    def _without_table(self, ahead: list[Line], lines: Iterator[Line]) -> Iterator[tuple[Line, None, str]]:
        for part in (ahead, lines):
            for line in part:
                yield line, None, NO_TABLE if line.distinct else BLANK

    def _below(self, ahead: list[Line], lines: Iterator[Line]) -> Iterator[tuple[Line, Said | None, str]]:
        """Data rows, and a second heading where another table of the same kind stands below the first."""
        carried: dict[str, str] = {}
        for line in (line for part in (ahead, lines) for line in part):
            if not line.distinct:
                yield line, None, BLANK
                continue
            heading = self.headings[-1]
            if reason := self._other(line, heading):
                carried = {} if reason in (HEADING, SECTION) else carried
                yield line, None, reason
                continue
            if not self._has_data(line, heading):
                yield line, None, BLANK
                continue
            said = self._said(line, heading, carried)
            if self.sections:
                self.sections[-1].rows += 1
            yield line, said, ""

    def _other(self, line: Line, heading: Heading) -> str:
        if _repeats(line, heading):
            return HEADING
        if _looks_like_heading(line, self.tables):
            new = find_heading([line], self.tables)
            if new is not None and new.score >= min(heading.score, 2.5):
                self.headings.append(new)
                return HEADING
        first = next(c for c in line.cells if c)
        if _TOTAL.fullmatch(fold(first)):
            return TOTAL
        return self._single(line, first, heading) if len(line.distinct) == 1 else ""

    def _single(self, line: Line, text: str, heading: Heading) -> str:
        """A line with one value: a group heading, a note below the table, or a data row with the rest missing."""
        if _NOTE.match(text.strip()):
            return NOTE_ROW
        alone = sum(map(bool, line.cells)) == 1
        leading = line.cells[0] == text and heading.columns[0].field in ("", "serial")
        if line.spanned or (alone and leading and not text.isdigit()) or (alone and _SECTION.match(text)):
            counted = _COUNTED.search(text)
            name = re.sub(r"[(（]?\s*共?\s*\d+\s*[项条个]\s*[)）]?", "", _SECTION.sub("", text, count=1)).strip(
                " :：、()（）"
            )
            self.sections.append(Section(line, name, int(counted[1]) if counted else None))
            return SECTION
        return ""

    def _has_data(self, line: Line, heading: Heading) -> bool:
        """More than a serial number (offices number empty rows in advance)."""
        used = {at for n, at in heading.fields.items() if n != "serial"}
        return any(c for at, c in enumerate(line.cells) if at in used or at not in heading.fields.values())

    def _said(self, line: Line, heading: Heading, carried: dict[str, str]) -> Said:
        values = {n: line.cells[at] for n, at in heading.fields.items() if at < len(line.cells) and line.cells[at]}
        section = self.sections[-1].name if self.sections else ""
        said = Said(line, self.sheet.name, heading.table.key, values, heading.names, section)
        for f in heading.table.fields:
            if f.name in values:
                carried[f.name] = values[f.name]
            elif f.carries and f.name in carried and (f.carries in values or f.carries == "always"):
                values[f.name] = carried[f.name]
                if f.doubtful:
                    said.fault(f.name, "这一格空着，按上一行理解", "如不是，请补填", WARNING)
        return said


def find_heading(lines: Sequence[Line], tables: Sequence[Table]) -> Heading | None:
    """The topmost heading; one that begins a row or two later is taken instead when it says clearly more."""
    found: Heading | None = None
    for start in range(len(lines)):
        if found is not None and lines.index(found.rows[0]) + 2 < start:
            break
        here = _heading_at(lines, start, tables)
        if here is not None and (found is None or here.score > found.score + 1):
            found = here
    return found


def _heading_at(lines: Sequence[Line], start: int, tables: Sequence[Table]) -> Heading | None:
    """The surest heading of one to three rows that begins here; the shallowest of equals."""
    best: Heading | None = None
    if len(lines[start].distinct) < 2 and max(len(x.cells) for x in lines) > 1:
        return None  # a title
    if any(_TOLD.search(c) for c in lines[start].distinct):
        return None  # 填报单位：… above the table
    for depth in range(1, min(DEEPEST, len(lines) - start) + 1):
        rows = list(lines[start : start + depth])
        if not rows[-1].distinct:
            break
        for table in tables:
            if depth > 1 and not _heads(rows[0], table):
                continue
            found = Heading(table, match(_ways(rows), table), rows)
            if not missing(found.columns, table) and (best is None or found.score > best.score + 0.01):
                best = found
    return best


def _heads(line: Line, table: Table) -> bool:
    """Is the upper row of a heading one? Half of what it says are headings; a data row above another table is none."""
    known = sum(any(likeness(c, f) >= LEAST for f in table.fields) for c in line.distinct)
    return known * 2 >= len(line.distinct)


def nearest(lines: Sequence[Line], tables: Sequence[Table]) -> tuple[Table, list[str]]:
    """When no heading was found: the table that came closest and what it still lacks."""
    tries = [
        (len(gap), table, gap)
        for line in lines
        for table in tables
        if (gap := missing(match(_ways([line]), table), table))
    ]
    least = min(tries, key=lambda t: t[0], default=(0, tables[0], missing([], tables[0])))
    return least[1], least[2]


def _ways(rows: Sequence[Line]) -> list[list[str]]:
    """Per column: the lowest cell, and all its distinct cells from the top, as 时限/法定."""
    width = max(len(r.cells) for r in rows)
    ways = []
    for at in range(width):
        cells = [r.cells[at] for r in rows if at < len(r.cells) and r.cells[at]]
        parts = list(dict.fromkeys(cells))
        ways.append([parts[-1], "/".join(parts)] if parts else [""])
    return ways


def _repeats(line: Line, heading: Heading) -> bool:
    """Does the line say one of the heading's rows again (a new page of the same table)?"""
    return any(_same(line, row) for row in heading.rows)


def _same(line: Line, row: Line) -> bool:
    pairs = [(a, b) for a, b in zip(line.cells, row.cells, strict=False) if b]
    alike = sum(a == b for a, b in pairs)
    return len(pairs) >= 2 and alike >= max(2, 0.6 * len(pairs))


def _looks_like_heading(line: Line, tables: Sequence[Table]) -> bool:
    """Cheap first look: at least three short cells, most of which are headings word for word."""
    cells = line.distinct
    if len(cells) < 3 or any(len(c) > 20 for c in cells):
        return False
    known = word_for_word(tuple(tables))
    exact = sum(c in known or (len(c) <= 8 and not c.isascii() and bare(c) in known) for c in cells)
    return exact >= max(3, 0.6 * len(cells))
