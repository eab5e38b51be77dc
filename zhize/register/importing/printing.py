"""An import's report for a person at a terminal: columns, counts, findings by sort with the rows they are in."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from zhize.register.importing.terms import short

SIGNS = {"E": "✗", "W": "!", "I": "·"}
MOST = 40
STATES = {
    "dry-run": "试读，没有保存",
    "drafted": "已存为草案，登记没有改动",
    "accepted": "已接受，写入登记",
    "discarded": "已放弃",
}
SORTS = {"bodies": "机构", "found": "机构", "duties": "职责", "hold": "归属", "holdings": "归属", "codes": "代码", "laws": "待核法律",
         "particulars": "清单要素", "entrust": "委托", "entrusted": "委托", "move": "划转", "transfers": "划转", "divided": "划分"}  # fmt: skip


def page(report: dict[str, Any]) -> str:
    """The whole report as text."""
    parts = [_already(report), _columns(report), _counts(report), _findings(report["findings"]), _state(report)]
    return "\n".join(p for p in parts if p)


def _already(report: dict[str, Any]) -> str:
    return str(report["already"]["says"]) if report.get("already") else ""


def _columns(report: dict[str, Any]) -> str:
    heads = [f"{s['sheet']} 第{s['row']}行起按“{s['table']}”理解" for s in report["sheets"]]
    lines = [
        f"  {short(c['header'], 20)} → {c['label']}（{c['confidence']:.0%}）" for c in report["columns"] if c["field"]
    ]
    unused = "、".join(short(c["header"], 20) for c in report["columns"] if not c["field"])
    return "\n".join([*heads, *lines, *([f"  没有用到的列：{unused}"] if unused else [])])


def _counts(report: dict[str, Any]) -> str:
    skips = "、".join(f"{k}{v}" for k, v in report["skips"].items())
    lines = f"共{report['lines']}行：数据{report['rows']}行，采纳{report['taken']}行，不采纳{report['refused']}行"
    more = f"，其中{report['unchanged']}行与登记一致、无须写入" if report["unchanged"] else ""
    return lines + more + (f"；非数据行：{skips}" if skips else "") + "。"


def _findings(found: list[dict[str, Any]]) -> str:
    """Findings of one sort on one line, gravest first, with the first rows they are in."""
    sorts: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for f in found:
        sorts[f["severity"], f["column"], f["why"]].append(f)
    ordered = sorted(sorts.items(), key=lambda s: ("EWI".index(s[0][0]), -len(s[1])))
    lines = [_one(severity, column, why, group) for (severity, column, why), group in ordered[:MOST]]
    rest = len(ordered) - MOST
    return "\n".join([*lines, *([f"  … 还有{rest}类意见，用 --json 看全部"] if rest > 0 else [])])


def _one(severity: str, column: str, why: str, group: list[dict[str, Any]]) -> str:
    rows = [str(f["row"]) for f in group if f["row"]]
    where = f"第{'、'.join(rows[:6])}{'…' if len(rows) > 6 else ''}行" if rows else ""
    times = f"（共{len(group)}处）" if len(group) > 1 else ""
    value = f"“{short(group[0]['value'], 30)}”" if group[0]["value"] and len(group) == 1 else ""
    instead = f"。{group[0]['instead']}" if group[0]["instead"] else ""
    return f"{SIGNS[severity]} {where}{column}{value}{times}：{why}{instead}"


def _state(report: dict[str, Any]) -> str:
    said = STATES.get(report["state"], report["state"])
    number = f"导入第{report['import']}号" if report.get("import") else ""
    written = report.get("written") or {}
    sorts = "、".join(f"{SORTS.get(k, k)}{v}" for k, v in written.items() if v)
    return f"{number}{said}{f'：{sorts}' if sorts else ''}。"
