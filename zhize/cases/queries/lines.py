"""What became of the hotlines there were: on a day each with its standing, the paper, and its calls; and as a workbook."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import xlsxwriter

from zhize.cases.models import LineStanding, LineVolume
from zhize.cases.queries.workbook import OPTIONS
from zhize.record.models import Instrument
from zhize.register.queries.bodies import body_names

TONES = {"own": "plain", "merged": "ok", "dual": "info", "branch": "info"}


@dataclass(frozen=True)
class Line:
    """One line as it stands on the day."""

    pk: int
    number: str
    name: str
    owner: str
    mode: str
    label: str
    since: date
    document: Instrument
    clause: str
    calls: int  # of all spans counted that began by the day
    counted: Sequence[LineVolume]
    demo: bool

    @property
    def tone(self) -> str:
        return TONES[self.mode]


def lines(day: date) -> list[Line]:
    """Every line that stands on the day, merged ones first. Four queries."""
    rows = list(LineStanding.objects.as_of(day).select_related("line", "instrument").order_by("line__number"))
    names = body_names({r.owner_id for r in rows}, day)
    counted: dict[int, list[LineVolume]] = {}
    for volume in LineVolume.objects.live().filter(from_day__lte=day).order_by("from_day"):
        counted.setdefault(volume.line_id, []).append(volume)
    found = [_line(r, names, counted.get(r.line_id, [])) for r in rows]
    order = list(LineStanding.Mode.values)
    return sorted(found, key=lambda x: (-order.index(x.mode) if x.mode == "own" else 0, order.index(x.mode), x.number))


def _line(row: LineStanding, names: dict[int, str], counted: Sequence[LineVolume]) -> Line:
    calls = sum(v.calls for v in counted)
    label = LineStanding.Mode(row.mode).label
    return Line(
        row.line_id, row.line.number, row.name, names.get(row.owner_id, ""), row.mode, str(label), row.from_day, row.instrument,
        row.clause, calls, counted, row.line.demo,
    )  # fmt: skip


def by_mode(found: Sequence[Line]) -> list[tuple[str, str, int]]:
    """(mode, its words, how many), as the plan of a merger is reported."""
    counts = Counter(line.mode for line in found)
    return [(mode.value, str(mode.label), counts[mode.value]) for mode in LineStanding.Mode if counts[mode.value]]


def write(day: date) -> Iterator[bytes]:
    """热线归并: a sheet of lines and one of counts."""
    out, found = io.BytesIO(), lines(day)
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        bold, date_ = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("热线归并")
        sheet.write_row(0, 0, ["号码", "名称", "主管机构", "方式", "自", "依据", "文号", "来电合计", "演示数据"], bold)
        for at, x in enumerate(found, 1):
            sheet.write_row(at, 0, [x.number, x.name, x.owner, x.label])
            sheet.write_datetime(at, 4, x.since, date_)
            paper = [x.document.title, x.document.number, x.calls, "是" if x.demo else ""]
            sheet.write_row(at, 5, paper)
        sheet.autofit()
        counts = book.add_worksheet("话务量")
        counts.write_row(0, 0, ["号码", "自", "止（不含）", "来电"], bold)
        rows = [(x.number, v) for x in found for v in x.counted]
        for at, (number, v) in enumerate(rows, 1):
            counts.write_string(at, 0, number)
            counts.write_datetime(at, 1, v.from_day, date_)
            counts.write_datetime(at, 2, v.to_day, date_)
            counts.write_number(at, 3, v.calls)
        counts.autofit()
    yield out.getvalue()
