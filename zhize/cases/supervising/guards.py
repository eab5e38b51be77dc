"""Guards of the case's and the leg's own tables that concern disputes and supervision; they look at `guards.Facts`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from zhize.kernel.errors import Refusal
from zhize.kernel.period import in_beijing

if TYPE_CHECKING:
    from zhize.cases.guards import Facts

ARTICLE = "浙政办发〔2015〕127号"


def return_was_refused(f: Facts) -> Refusal | None:
    """Only what was decided can be contested, and only while the decision is fresh."""
    if not f.return_refused:
        return Refusal(
            "不能提出异议", why="这次分派没有不同意退回的决定", rule="先申请后异议", instead="请先申请退回，写明应由谁负责",
            code="nothing_refused",
        )  # fmt: skip
    if f.contest_until is None or f.now <= f.contest_until:
        return None
    return Refusal(
        "不能提出异议", why="提出异议的期限已于{until}届满", rule="限期异议", instead="请继续办理", code="contest_over",
        until=_say(f.contest_until),
    )  # fmt: skip


def sent_back_in_measure(f: Facts) -> Refusal | None:
    """A reply cannot be sent back for ever: then it is a matter for a supervision order."""
    if f.sent_back < f.sent_back_allowed:
        return None
    return Refusal(
        "不能再退回重办", why="这一轮已经退回{n}次，至多{most}次", article=ARTICLE, rule="限次退回",
        instead="请审核通过后由回访判断，或者挂账", code="sent_back_too_often", n=f.sent_back, most=f.sent_back_allowed,
    )  # fmt: skip


def _say(moment: datetime) -> str:
    return f"{in_beijing(moment):%Y-%m-%d %H:%M}"
