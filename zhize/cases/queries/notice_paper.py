"""The notice as a paper (通报): title, text, who signs, the day, and the table of what is named."""

from __future__ import annotations

from zhize.cases.models import Notice
from zhize.kernel.period import day_of
from zhize.record.papers import Annex, Paper, chinese_day
from zhize.register.queries.bodies import body_name, body_names

HEADS, WIDTHS = ["序号", "单位", "受理编号", "通报事由"], [1.0, 4.2, 4.2, 6.0]


def notice_paper(row: Notice) -> Paper:
    """Names no reporter and quotes no message: the numbers are enough for whoever has to mend."""
    assert row.issued_at is not None and row.due is not None
    day = day_of(row.issued_at)
    lines = list(row.lines.select_related("leg__case").order_by("body", "pk"))
    names = body_names({x.body_id for x in lines}, day)
    table = [[str(n), names[x.body_id], x.leg.case.no, x.why] for n, x in enumerate(lines, 1)]
    text = [
        *[part for part in row.words.splitlines() if part.strip()],
        f"请附件所列单位于{chinese_day(day_of(row.due))}前报送整改情况。",
    ]
    return Paper(
        row.title,
        text,
        body_name(row.issuer_id, day) if row.issuer_id else "",
        day,
        [Annex("通报事项", HEADS, table, WIDTHS)],
        row.number,
    )
