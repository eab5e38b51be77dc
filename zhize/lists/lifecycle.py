"""How lists are changed (清单动态调整): the life of an adjustment a department files, and of the batch a government decides.

A step `act:outcome` is one outcome of the act before the colon; `rule` is the machine. Limits of the states stand in
`limits.py`, the reasons for which one may file in policy (`lists.reasons`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from zhize.kernel.errors import Refusal
from zhize.kernel.workflow import STAY, Step, Workflow

ARTICLE = "中办发〔2015〕21号"  # 推行地方各级政府工作部门权力清单制度：动态管理


@dataclass(frozen=True)
class Facts:
    """What the guards look at, at one moment. Built by `queries.adjusting.facts`."""

    now: datetime
    today: date
    errors: int = 0  # what the checks of the draft refuse
    changes: bool = True  # does the draft say anything the register does not?
    waiting: int = 0  # bodies asked that have not answered
    objections: int = 0  # answers against it, in this round
    mediated: bool = False
    must_announce: bool = False
    announced: bool = False
    announced_until: datetime | None = None
    items: int = 1  # adjustments in the batch
    day: date | None = None  # on which the batch takes effect


# -- guards ------------------------------------------------------------------------------------------------------------
def is_sound(f: Facts) -> Refusal | None:
    if not f.errors:
        return None
    return Refusal(
        "还不能报送", why="草稿有{n}处不合要求", rule="清单要素表", instead="请按所列各条改正后再报送", code="unsound", n=f.errors
    )  # fmt: skip


def changes_something(f: Facts) -> Refusal | None:
    if f.changes:
        return None
    return Refusal(
        "不必报送",
        why="草稿与现行登记一字不差",
        rule="一件事只说一次",
        instead="请修改内容，或者撤回这份草稿",
        code="no_change",
    )


def everybody_answered(f: Facts) -> Refusal | None:
    if not f.waiting:
        return None
    return Refusal(
        "还不能结束征求意见", why="还有{n}个机构没有答复", rule="征求意见", instead="请等待答复，或者到期后再办", code="waiting", n=f.waiting
    )  # fmt: skip


def nobody_objects(f: Facts) -> Refusal | None:
    if not f.objections or f.mediated:
        return None
    return Refusal(
        "还不能审核通过", why="有{n}个机构不同意，还没有协调", article="地方各级人民政府机构设置和编制管理条例第十条第二款", rule="先协调后决定",
        instead="请先办理协调", code="objected", n=f.objections,
    )  # fmt: skip


def need_not_be_announced(f: Facts) -> Refusal | None:
    if not f.must_announce or f.announced:
        return None
    return Refusal(
        "还不能审核通过", why="这类调整须先公示，听取公众意见", rule="公示", instead="请选择“审核通过，先公示”", code="not_announced"
    )  # fmt: skip


def time_is_over(f: Facts) -> Refusal | None:
    if f.announced_until is None or f.now > f.announced_until:
        return None
    return Refusal(
        "公示期还没有满", why="公示到{until}为止", rule="公示", instead="请在期满后办理", code="still_announced",
        until=f"{f.announced_until:%Y-%m-%d %H:%M}",
    )  # fmt: skip


def is_not_empty(f: Facts) -> Refusal | None:
    return (
        None
        if f.items
        else Refusal("批次是空的", why="没有编入任何调整", instead="请先编入，或者解散批次", code="empty_batch")
    )


def day_has_come(f: Facts) -> Refusal | None:
    if f.day is None or f.day <= f.today:
        return None
    return Refusal(
        "还没有到施行日",
        why="这一批自{day}起施行",
        rule="自其日起",
        instead="到日自动施行，不用再办",
        code="too_early",
        day=f.day,
    )


# -- the adjustment ----------------------------------------------------------------------------------------------------
FILER, LAWYER, OFFICE, GOVERNMENT = "list_clerk", "legal_reviewer", "register_editor", "approver"
UNDECIDED = ("filed", "vetted", "consulting", "disputed", "announced", "agreed", "returned")

ADJUSTMENT = Workflow(
    {
        "draft": "起草中", "filed": "待法制审核", "vetted": "待编办审核", "consulting": "征求意见中", "disputed": "待协调",
        "announced": "公示中", "agreed": "待编批", "gathered": "已编入批次", "decided": "审定待施行", "in_force": "已施行",
        "returned": "退回修改", "retracted": "申报已撤回", "refused": "不予批准",
    },
    [
        Step("draft", ("draft", "returned"), STAY, FILER, label="修改草稿"),
        Step("file", ("draft", "returned"), "filed", FILER, [is_sound, changes_something], "报送", ARTICLE),
        Step("vet", "filed", "vetted", LAWYER, label="合法性审核通过", article="重大行政决策合法性审查"),
        Step("vet:returned", "filed", "returned", LAWYER, label="合法性审核退回"),
        Step("consult", "vetted", "consulting", OFFICE, label="征求意见"),
        Step("answer", "consulting", STAY, ("list_clerk", "handler"), label="答复征求意见"),
        Step("answer:agreed", "consulting", "vetted", ("list_clerk", "handler", "rule"), [everybody_answered], "答复齐备"),
        Step("answer:objected", "consulting", "disputed", ("list_clerk", "handler", "rule"), [everybody_answered], "答复齐备，有异议"),
        Step("mediate", "disputed", "vetted", OFFICE, label="协调一致", article="地方各级人民政府机构设置和编制管理条例第十条第二款"),
        Step("mediate:returned", "disputed", "returned", OFFICE, label="协调不成，退回"),
        Step("examine", "vetted", "agreed", OFFICE, [nobody_objects, need_not_be_announced], "审核通过", ARTICLE),
        Step("examine:announced", "vetted", "announced", OFFICE, [nobody_objects], "审核通过，先公示"),
        Step("examine:returned", "vetted", "returned", OFFICE, label="编办审核退回"),
        Step("comment", "announced", STAY, ("citizen",), label="提出公示意见"),
        Step("conclude", "announced", "agreed", OFFICE, [time_is_over], "公示期满，无须修改"),
        Step("conclude:returned", "announced", "returned", OFFICE, label="采纳公示意见，退回"),
        Step("gather", "agreed", "gathered", OFFICE, label="编入批次"),
        Step("release", "gathered", "agreed", OFFICE, label="移出批次"),
        Step("enact", "gathered", "decided", GOVERNMENT, label="审定", article=ARTICLE),
        Step("refuse", "gathered", "refused", GOVERNMENT, label="不予批准"),
        Step("effect", "decided", "in_force", ("rule", OFFICE), label="施行"),
        Step("retract", ("draft", *UNDECIDED), "retracted", FILER, label="撤回申报"),
    ],
)  # fmt: skip
ADJUSTMENT_STARTS = ("draft",)

# -- the batch ---------------------------------------------------------------------------------------------------------
BATCH = Workflow(
    {"open": "汇总中", "ordained": "已审定", "effective": "整批已施行", "rejected": "整批未批准", "dissolved": "已解散"},
    [
        Step("gather", "open", STAY, OFFICE, label="编入批次"),
        Step("release", "open", STAY, OFFICE, label="移出批次"),
        Step("release:dissolved", "open", "dissolved", OFFICE, label="解散批次"),
        Step("enact", "open", "ordained", GOVERNMENT, [is_not_empty], "审定批次", ARTICLE),
        Step("refuse", "open", "rejected", GOVERNMENT, [is_not_empty], "整批不予批准"),
        Step("effect", "ordained", "effective", ("rule", OFFICE), [day_has_come], "施行"),
    ],
)  # fmt: skip
BATCH_STARTS = ("open",)
