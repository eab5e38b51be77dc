"""Guards of what leaves a unit and of what may be closed unheard; they look at `guards.Facts`. And how a sample is drawn."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from zhize.kernel.errors import Refusal

if TYPE_CHECKING:
    from zhize.cases.guards import Facts

ARTICLE = "浙政办发〔2015〕127号"
WAITING, PASSED, FAILED = "waiting", "passed", "failed"  # how a sample check stands; "" where the case was not drawn


def every_demand_is_answered(f: Facts) -> Refusal | None:
    """One paragraph for five questions leaves four of them: each listed demand gets an answer of its own."""
    if not f.unanswered:
        return None
    return Refusal(
        "还不能答复", why="诉求有{n}项，第{which}项还没有答", article=ARTICLE, rule="逐项答复",
        instead="请逐项写明办理情况；办不了的也要写明理由", code="demand_unanswered", field=f"answer_{f.unanswered[0]}",
        n=f.demands, which="、".join(map(str, f.unanswered)),
    )  # fmt: skip


def no_draft_waits(f: Facts) -> Refusal | None:
    if not f.draft_waits:
        return None
    return Refusal(
        "不能再拟答复",
        why="上一份拟复还没有审签",
        rule="先审签后答复",
        instead="请单位负责人审签或者退回修改",
        code="draft_waits",
    )


def may_leave_unsigned(f: Facts) -> Refusal | None:
    """Where policy asks for it nothing is said in the unit's name that its head has not seen."""
    if not f.sign_off:
        return None
    return Refusal(
        "答复还不能发出", why="这类诉求的答复须经单位负责人审签", article=ARTICLE, rule="先审签后答复",
        instead="请提交拟复，由单位负责人审签", code="sign_off_needed",
    )  # fmt: skip


def must_be_signed_off(f: Facts) -> Refusal | None:
    if f.sign_off:
        return None
    return Refusal(
        "不用审签",
        why="这类诉求的答复不要求单位负责人审签",
        rule="按规定审签",
        instead="请直接答复",
        code="no_sign_off_needed",
    )


def a_draft_waits(f: Facts) -> Refusal | None:
    if f.draft_waits:
        return None
    return Refusal("没有待审签的拟复", rule="先拟复后审签", instead="请承办人先提交拟复", code="nothing_drafted")


def was_drawn(f: Facts) -> Refusal | None:
    if f.sample == WAITING:
        return None
    return Refusal(
        "没有要核查的",
        why="这一件没有被抽中，或者已经核查过",
        rule="联系不上的抽样核查",
        instead="请看待核查的清单",
        code="not_drawn",
    )


def was_sample_checked(f: Facts) -> Refusal | None:
    """Who cannot be reached cannot contradict: of such cases some are looked at before they are closed."""
    if f.rated or f.sample in ("", PASSED):
        return None
    if f.sample == FAILED:
        return Refusal(
            "不能办结", why="抽样核查发现没有办好，或者没有真正联系过来件人", article=ARTICLE, rule="联系不上的抽样核查",
            instead="请退回重办，或者再次回访", code="sample_failed",
        )  # fmt: skip
    return Refusal(
        "还不能办结", why="这一件联系不上来件人，被抽中核查，还没有核查", article=ARTICLE, rule="联系不上的抽样核查",
        instead="请没有参加回访的督办员先核查", code="sample_waiting",
    )  # fmt: skip


def drawn(no: str, round: int, share: float) -> bool:
    """Whether a case is in the sample. Nobody can choose: the number decides, and anybody can draw again and find the same."""
    first = hashlib.sha256(f"{no}/{round}".encode()).digest()[:8]
    return int.from_bytes(first, "big") / 2**64 < share
