"""A simulation to be read: what a page shows of the result, and the same as a paper and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import xlsxwriter

from zhize.cases.queries.figures import Span, span_of
from zhize.cases.queries.reporting import numbered
from zhize.cases.queries.workbook import MIME, OPTIONS, _chart, _formats, _sheet
from zhize.record.papers import Annex, Bar, Cell, Paper, chinese_day, docx

FORMATS = {"docx": docx.MIME, "xlsx": MIME}
LINES, BODIES, ON_PAPER = 100, 20, 60
Result = Mapping[str, Any]
SEALED = "身份保密的只计数，不列出"


def span(r: Result, now: datetime) -> Span:
    return span_of(date.fromisoformat(r["first"]), date.fromisoformat(r["last"]), now)


def shown(r: Result) -> dict[str, Any]:
    """The result with what is drawn: bars as shares of the longest, flows as shares of what moves."""
    gains = [x for x in r["loads"] if x["now"] != x["then"]]
    most = max((max(x["now"], x["then"]) for x in gains), default=0) or 1
    whole = r["cases"]["replayed"]
    moving = r["routes"]["changed"] or 1
    return {
        **r, **{k: date.fromisoformat(r[k]) for k in ("first", "last", "day")},
        "changed_share": round(100 * r["routes"]["changed"] / whole, 1) if whole else None,
        "loads": [{**x, "parts": _parts(x, most), "more": x["then"] - x["now"], "by_month": _months(x)} for x in gains[:BODIES]],
        "more_bodies": max(0, len(gains) - BODIES), "flows": [{**f, "share": round(100 * f["cases"] / moving, 2)} for f in r["flows"][:BODIES]],
        "changes": r["changes"][:LINES], "more_changes": max(0, len(r["changes"]) - LINES), "many": len(r["changes"]),
        "late": sum(f["late"] for f in r["flows"]), "open": sum(f["open"] for f in r["flows"]),
        "opening": [f for f in r["flows"] if not f["to"]["body"]], "closing": [f for f in r["flows"] if not f["from"]["body"]],
    }  # fmt: skip


def _parts(x: Result, most: int) -> list[tuple[str, float, str]]:
    """(which, width in percent, colour): the two bars of a body."""
    return [
        ("now", round(100 * x["now"] / most, 2), "ground-strong"),
        ("then", round(100 * x["then"] / most, 2), "plain"),
    ]


def _months(x: Result) -> list[tuple[str, int, int]]:
    return [(month, counts[1], counts[2]) for month, counts in x["months"].items()]


def assisted(end: Result) -> str:
    """Body, and who assists: as a cell."""
    return end["name"] + (f"（协办：{'、'.join(end['assist'])}）" if end["assist"] else "")


# -- as a paper --------------------------------------------------------------------------------------------------------
def paper(r: Result) -> Paper:
    return Paper(
        f"草案模拟报告\n（{r['draft']['label']}）", annexes=numbered([_whole(r), _flowing(r), _loaded(r), _lines(r), _clocked(r)]),
        imprint=f"按{r['day']}的登记比较　什么也没有写入登记",
    )  # fmt: skip


def _whole(r: Result) -> Annex:
    cases, routes, register = r["cases"], r["routes"], r["register"]
    first, last = (chinese_day(date.fromisoformat(r[k])) for k in ("first", "last"))
    lead = [
        f"{r['place_name']}{first}至{last}收到诉求{cases['whole']}件（其中身份保密{cases['sealed']}件，{SEALED}）。"
        f"不重新分派的：并案{cases['merged']}件，事项未定{cases['no_matter']}件，没有分派就答复或者结束的{cases['direct']}件。",
        f"草案使{register['begun']}条职责归属开始、{register['ended']}条终止，改动事项对应{register['mapped']}条、政策项{register['settings']}项；"
        f"自{register['first']}起，{register['day']}起全部施行。",
        f"重新分派的{cases['replayed']}件中，{routes['changed']}件会改派。无人负责由{routes['now_gap']}件变为{routes['then_gap']}件，"
        f"多头冲突由{routes['now_conflict']}件变为{routes['then_conflict']}件；{routes['recused']}件会派到被反映的机构，须由人处理。",
    ]
    return Annex("总的情况", [], [], [], lead=lead)


def _flowing(r: Result) -> Annex:
    most = max((f["cases"] for f in r["flows"]), default=0) or 1
    rows: list[list[Cell]] = [
        [
            assisted(f["from"]),
            assisted(f["to"]),
            str(f["cases"]),
            str(f["late"]),
            str(f["open"]),
            Bar([("plain", f["cases"] / most)]),
        ]
        for f in r["flows"][:ON_PAPER]
    ]
    return Annex(
        "改派去向",
        ["现由", "改由", "诉求", "超期", "在办", "多少"],
        rows,
        [4, 4, 1.1, 1.1, 1.1, 2],
        lead=[] if rows else ["没有诉求会改派。"],
    )


def _loaded(r: Result) -> Annex:
    rows: list[list[Cell]] = [
        [x["name"], str(x["was"]), str(x["now"]), str(x["then"]), f"{x['then'] - x['now']:+d}", f"{x['then_share']}%"]
        for x in r["loads"] if x["now"] != x["then"]
    ][:ON_PAPER]  # fmt: skip
    return Annex("主办件数的变化", ["机构", "当时", "按现行登记", "按草案", "增减", "占比"], rows, [5, 1.2, 1.8, 1.3, 1.1, 1.1],
                 lead=[] if rows else ["没有机构的件数会变。"])  # fmt: skip


def _lines(r: Result) -> Annex:
    rows: list[list[Cell]] = [
        [c["matter_name"], c["place_name"], assisted(c["from"]), assisted(c["to"]), str(c["cases"])]
        for c in r["changes"][:ON_PAPER]
    ]
    note = f"共{len(r['changes'])}行，列出{len(rows)}行，全部见表格。" if len(r["changes"]) > len(rows) else ""
    return Annex(
        "逐项改派",
        ["事项", "地方", "现由", "改由", "诉求"],
        rows,
        [3, 4, 4, 4, 1],
        note,
        lead=[] if rows else ["没有。"],
    )


def _clocked(r: Result) -> Annex:
    c = r["clocks"]
    rows: list[list[Cell]] = [[x["limit"], x["kind"], x["from"], x["to"], str(x["cases"])] for x in c["limits"]]
    moving, lead = sum(f["late"] for f in r["flows"]), []
    lead.append(f"改派的诉求中{moving}件已经超过承诺期限，改派不重新起算，超期随件转到接手的机构。")
    if rows:
        lead.append(
            f"时限改变后，{c['kept']}件由超期变为按时，{c['broken']}件由按时变为超期；中止、延期过或者重办的{c['not_reckoned']}件没有重算。"
        )
    return Annex("时限", ["时限", "类型", "现行", "草案", "诉求"], rows, [2, 2, 2, 2, 1.2], lead=lead)


# -- as a workbook -----------------------------------------------------------------------------------------------------
def workbook(r: Result) -> Iterator[bytes]:
    """去向, 机构, 按月, 逐项, 时限."""
    out, title = io.BytesIO(), f"{r['draft']['label']}：{r['first']}至{r['last']}，按{r['day']}的登记比较"
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        f = _formats(book)
        flows = [
            (assisted(x["from"]), assisted(x["to"]), x["cases"], x["sealed"], x["late"], x["open"], x["questions"])
            for x in r["flows"]
        ]
        _sheet(book, f, "去向", title, ["机构", "改由", "诉求", "身份保密", "超期", "在办", "事项地方"], flows)
        loads = [(x["name"], x["now"], x["then"], x["then"] - x["now"], x["was"]) for x in r["loads"]]
        sheet = _sheet(book, f, "机构", title, ["机构", "按现行登记", "按草案", "增减", "当时"], loads)
        _chart(
            book,
            sheet,
            "机构",
            "bar",
            min(len(loads), 20),
            [(1, "按现行登记", "ground"), (2, "按草案", "plain")],
            "G2",
            stacked=False,
        )
        months = [(x["name"], month, now, then) for x in r["loads"] for month, now, then in _months(x)]
        _sheet(book, f, "按月", title, ["机构", "月", "按现行登记", "按草案"], months)
        lines = [
            (c["matter_name"], c["place_name"], assisted(c["from"]), c["from"]["paper"], assisted(c["to"]), c["to"]["paper"], c["cases"],
             c["sealed"], c["late"], c["open"])
            for c in r["changes"]
        ]  # fmt: skip
        heads = ["事项", "地方", "现由", "现行依据", "改由", "草案依据", "诉求", "身份保密", "超期", "在办"]
        _sheet(book, f, "逐项", title, heads, lines)
        clocks = [(x["limit"], x["kind"], x["from"], x["to"], x["cases"]) for x in r["clocks"]["limits"]]
        _sheet(book, f, "时限", title, ["时限", "类型", "现行", "草案", "诉求"], clocks)
    yield out.getvalue()
