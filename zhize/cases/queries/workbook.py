"""A report as a workbook: numbers as numbers, with charts Excel and WPS draw themselves."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter

from zhize.cases.metrics import METRICS
from zhize.cases.queries.duty_report import DutyReport
from zhize.cases.queries.league import SHOWN
from zhize.cases.queries.reporting import Report
from zhize.record.papers import COLOURS

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Rows = Sequence[Sequence[Any]]


def write(r: Report) -> Iterator[bytes]:
    """受理, 按日, 机构, 指标, 排名."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"title": r.title.replace("\n", "")})
        f = _formats(book)
        came = _sheet(book, f, "受理", r.title.replace("\n", ""), ["类型", "本期", "上期"], r.received)
        _chart(book, came, "受理", "bar", len(r.received), [(1, "本期", "plain")], "E2")
        days = [(c.first.isoformat(), c.on, c.late, c.still) for c in r.days]
        by_day = _sheet(book, f, "按日", "按到期日", ["到期日", "按时", "逾期", "未答复"], days)
        _chart(book, by_day, "按日", "column", len(days), STACK, "F2")
        scores = [
            (s.name, g.part, g.whole - round(g.part) - g.still, g.still)
            for s in r.bodies
            for g in [s.figures["leg_on_time"]]
        ]
        bodies = _sheet(book, f, "机构", "按时答复", ["承办机构", "按时", "逾期", "未答复"], scores)
        _chart(book, bodies, "机构", "bar", min(len(scores), 30), STACK, "F2")
        _figures(book, f, r)
        _ranks(book, f, r)
    yield out.getvalue()


def write_duties(r: DutyReport) -> Iterator[bytes]:
    """职责, 没有着落, 没有职责, 职责重叠, 没有用到."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        f, name = _formats(book), f"{r.name}热线看职责"
        heads = ["代号", "职责", "分派", "申请退回", "成立", "争议", "人工", "成立率"]
        duties = [(x.key, x.name, x.legs, x.returns, x.upheld, x.disputes, x.by_hand, x.rate / 100) for x in r.duties]
        sheet = _sheet(book, f, "职责", name, heads, duties)
        _chart(
            book,
            sheet,
            "职责",
            "bar",
            min(len(duties), 20),
            [(3, "申请退回", "late"), (5, "争议", "open")],
            "J2",
            label=1,
        )
        _sheet(book, f, "没有着落", name, ["情形", "事项", "地方", "诉求"], r.gaps)
        _sheet(book, f, "没有职责", name, ["事项", "诉求"], r.health.unmapped)
        shared = [(x.matter, x.place, x.first, "；".join(x.others), x.cases) for x in r.health.overlaps]
        _sheet(book, f, "职责重叠", name, ["事项", "地方", "先问的机构", "也对得上的机构", "诉求"], shared)
        _sheet(book, f, "没有用到", name, ["代号", "职责"], r.unused)
    yield out.getvalue()


STACK = [(1, "按时", "on"), (2, "逾期", "late"), (3, "未答复", "open")]


def _formats(book: Any) -> dict[str, Any]:
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format(
            {"bold": True, "bg_color": "#E8EEF5", "border": 1, "text_wrap": True, "valign": "vcenter"}
        ),
        "text": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
        "number": book.add_format({"border": 1, "valign": "top"}),
        "share": book.add_format({"border": 1, "valign": "top", "num_format": "0.0%"}),
    }


def _sheet(book: Any, f: dict[str, Any], name: str, title: str, heads: Sequence[str], rows: Rows) -> Any:
    """Title, headings, rows; frozen, filtered, ready for A4. A float below two in a column called …率 is a share."""
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(2, 0)
    sheet.write_string(0, 0, title, f["title"])
    for at, head in enumerate(heads):
        sheet.write_string(1, at, head, f["head"])
        sheet.set_column(at, at, 34 if head in WIDE else 22 if at == 0 else 11)
    for down, row in enumerate(rows, 2):
        for at, value in enumerate(row):
            _write(sheet, f, down, at, value, heads[at].endswith("率") or heads[at] in ("占比", "本期比率", "上期比率"))
    if rows:
        sheet.autofilter(1, 0, 1 + len(rows), len(heads) - 1)
    return sheet


WIDE = ("怎么算的", "职责", "地方", "事项", "不计入", "机构", "承办机构", "先问的机构", "也对得上的机构")


def _write(sheet: Any, f: dict[str, Any], down: int, at: int, value: Any, share: bool) -> None:
    if value is None:
        sheet.write_string(down, at, "—", f["text"])
    elif isinstance(value, str):
        sheet.write_string(down, at, value[:32_767], f["text"])
    else:
        sheet.write_number(down, at, value, f["share" if share else "number"])


def _chart(
    book: Any,
    sheet: Any,
    name: str,
    kind: str,
    rows: int,
    series: Sequence[tuple[int, str, str]],
    at: str,
    label: int = 0,
    stacked: bool = True,
) -> None:
    """Nothing to draw draws nothing."""
    if not rows:
        return
    piled = {"subtype": "stacked"} if stacked and len(series) > 1 else {}
    chart = book.add_chart({"type": kind, **piled})
    for column, said, colour in series:
        chart.add_series({
            "name": said, "categories": [name, 2, label, 1 + rows, label], "values": [name, 2, column, 1 + rows, column],
            "fill": {"color": f"#{COLOURS[colour]}"}, "gap": 60,
        })  # fmt: skip
    chart.set_legend({"position": "bottom"} if len(series) > 1 else {"none": True})
    if kind == "bar":
        chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 640, "height": max(260, min(900, 26 * rows + 90)) if kind == "bar" else 320})
    sheet.insert_chart(at, chart, {"description": "、".join(said for _, said, _ in series) + "，数在左边的表里"})


def _figures(book: Any, f: dict[str, Any], r: Report) -> None:
    rows = [
        (g.label, g.rate, g.part, g.whole, g.left_out, "、".join(f"{label}{n}" for _, label, n in g.out if n), old.rate, g.says)
        for g, old in r.figures
    ]  # fmt: skip
    heads = ["指标", "本期比率", "分子", "分母", "不计入件数", "不计入", "上期比率", "怎么算的"]
    _sheet(book, f, "指标", "各项指标：分子、分母、不计入", heads, rows)


def _ranks(book: Any, f: dict[str, Any], r: Report) -> None:
    names = [METRICS[name].label for name in SHOWN]
    rows = [
        (group.label, s.rank, s.name, s.score, s.volume, s.answers, *((g.rate if g else None) for g in s.cells))
        for group in r.league.groups
        for s in group.rows
    ]
    labels = [n if n.endswith("率") else f"{n}率" for n in names]
    title = f"综合得分＝{r.league.formula}；权重依据{r.league.paper}"
    _sheet(book, f, "排名", title, ["组", "名次", "机构", "得分", "到期", "有效评价", *labels], rows)
