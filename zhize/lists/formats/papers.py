"""Papers about lists, as content: 公告, 更正公告, 清单 and 调整对照表. How they look is record.papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from zhize.lists.kinds import LISTS
from zhize.lists.models import Edition
from zhize.lists.queries.changes import CHANGED, PASSED, Change, between
from zhize.lists.queries.editions import content
from zhize.lists.queries.withheld import for_everybody, openly
from zhize.lists.wording import columns, left_out, title, type_word
from zhize.record.papers import Annex, Paper, chinese_day

NARROW = (
    "name",
    "type",
    "bases",
    "body",
    "unit",
    "promised_limit",
    "where",
    "suspended",
)  # what a sheet of A4 has room for
SHARES = {
    "name": 5.0,
    "type": 2.3,
    "bases": 6.0,
    "body": 3.4,
    "unit": 2.4,
    "promised_limit": 2.3,
    "where": 2.3,
    "suspended": 2.4,
}


def list_paper(rendered: dict[str, Any]) -> Paper:
    """The list alone, as an annex is printed."""
    day = date.fromisoformat(rendered["list"]["day"])
    return Paper(
        in_lines("", title(rendered), ""),
        annexes=[list_annex(rendered, "")],
        imprint=f"截至{chinese_day(day)}　共{len(rendered['items'])}项",
    )


def list_annex(rendered: dict[str, Any], name: str) -> Annex:
    """The items, numbered; the columns that fit. A body's own list does not repeat the body."""
    shown = [
        c for c in columns(rendered["items"]) if c.name in NARROW and (c.name != "body" or "place" in rendered["list"])
    ]
    rows = [[str(no), *(c.of(item) for c in shown)] for no, item in enumerate(rendered["items"], 1)]
    note = "".join(left_out(rendered))
    return Annex(name, ["序号", *(c.label for c in shown)], rows, [1.1, *(SHARES[c.name] for c in shown)], note)


def notice_of(edition: Edition, today: date | None = None) -> Paper:
    """What announced it: 公告, or 更正公告 with the table of what was wrong. As anybody may read it `today`; whole when None."""
    if not edition.corrects:
        return notice(edition, for_everybody(content(edition), today) if today else content(edition))
    table = between(edition.corrects, edition)
    shown, missing = openly(table, today) if today else (table, 0)
    return correction(edition, shown, missing)


def notice(edition: Edition, said: dict[str, Any]) -> Paper:
    """公布清单的公告. A correction is told with its table instead: `correction`."""
    name = title(said)
    text = [
        f"根据{edition.instrument.citation}，现将{name}（截至{chinese_day(edition.day)}，共{edition.count}项）予以公布，"
        f"自{chinese_day(edition.public_from)}起公开。",
        "公民、法人和其他组织可以查询每一事项的设定依据、承办机构、办理时限和监督方式，也可以查询任一日期的清单。",
        "特此公告。",
    ]
    return Paper(
        in_lines("关于公布", name, "的公告"),
        text,
        edition.instrument.issuer,
        edition.public_from,
        [list_annex(said, name)],
        imprint(edition),
    )


def correction(edition: Edition, table: Iterable[Change], missing: int = 0) -> Paper:
    """更正公告: what was said, what should have been said; the old edition stays readable. `missing` lines are not for everybody."""
    said, old = content(edition), edition.corrects
    assert old is not None
    rows = list(table)
    text = [
        f"{chinese_day(old.public_from)}公布的{title(said)}（第{old.serial}版）有误：{edition.reason}。",
        f"根据{edition.instrument.citation}，现予更正，涉及{len(rows) + missing}处，详见附件。更正后的清单为第{edition.serial}版，"
        f"所说的仍是{chinese_day(edition.day)}的情况；第{old.serial}版继续保留，供查阅。",
        "特此公告。",
    ]
    annex = changes_annex(rows, "更正对照表", missing)
    return Paper(
        in_lines("关于更正", title(said), "的公告"),
        text,
        edition.instrument.issuer,
        edition.public_from,
        [annex],
        imprint(edition),
    )


def changes_paper(name: str, span: str, table: Sequence[Change], mark: str = "", missing: int = 0) -> Paper:
    """调整对照表 on its own."""
    return Paper(in_lines("", name, "调整对照表"), annexes=[changes_annex(table, "", missing)], imprint=mark or span)


def changes_annex(table: Sequence[Change], name: str, missing: int = 0) -> Annex:
    heads = ["序号", "调整", "事项", "调整前", "调整后", "依据文件"]
    rows = [[str(no), *_change_row(c)] for no, c in enumerate(table, 1)]
    note = f"另有{missing}处依法不予公开。" if missing else ""
    return Annex(name, heads, rows, [1.1, 1.4, 4.0, 4.2, 4.2, 3.0], note)


def _change_row(change: Change) -> list[str]:
    item, papers = change.item, "\n".join(dict.fromkeys(p.citation for p, _ in change.causes if p))
    name = f"{item['name']}\n（{type_word(item)}，{item['body']['name']}）"
    if change.how == CHANGED:
        sides = [
            "\n".join(f"{p.label}：{side or '（未写）'}" for p, side in ((p, getattr(p, at)) for p in change.parts))
            for at in ("before", "after")
        ]
    elif change.how == PASSED:
        sides = [change.giver, change.taker]
    else:
        sides = ["", "列入清单"] if change.how == "added" else ["列入清单", ""]
    return [change.label, name, *sides, papers]


def imprint(edition: Edition) -> str:
    """What anybody needs to check this paper against the register."""
    return f"版次 {edition.key}　{edition.algorithm.upper()} {edition.digest[:32]}"


def in_lines(before: str, name: str, after: str, most: int = 20) -> str:
    """A title too long for one line breaks before the kind of list, never inside a word (GB/T 9704-2012 7.3.1)."""
    if len(before + name + after) <= most:
        return before + name + after
    at = next((name.rfind(k.label) for k in LISTS.values() if name.endswith(k.label)), len(name))
    return f"{before}{name[:at]}\n{name[at:]}{after}"
