"""The life of a case and of its legs: which step leads where, who may take it, and what must hold (cases.md §2.1–2.2).

A step `act:outcome` is one outcome of the act before the colon. `citizen` is the reporter (by receipt and secret),
`rule` the machine. Guards look at `Facts`; the sentence of a guard greys the button and answers the API alike.
"""

from __future__ import annotations

from collections.abc import Iterable

from zhize.cases.answering import (
    a_draft_waits,
    every_demand_is_answered,
    may_leave_unsigned,
    must_be_signed_off,
    no_draft_waits,
    was_drawn,
    was_sample_checked,
)
from zhize.cases.guards import (
    ARTICLE,
    PETITION,
    asked_once,
    clock_runs,
    clock_stands,
    extensions_left,
    is_asking,
    is_asking_exclusion,
    matter_is_known,
    may_ask_exclusion,
    may_rate,
    not_just_urged,
    not_late,
    other_centres,
    was_followed_up,
    was_found_wanting,
    within_reopen_window,
    within_return_window,
)
from zhize.cases.passing import PASSAGE, PASSAGE_STARTS
from zhize.cases.supervising.guards import return_was_refused, sent_back_in_measure
from zhize.kernel.workflow import STAY, Step, Workflow

# -- the case ----------------------------------------------------------------------------------------------------------
CENTRE = ("call_taker", "dispatcher")
OPEN = ("registered", "to_dispatch")
AT_WORK = ("dispatched", "handling")

CASE = Workflow(
    {
        "registered": "已登记", "to_dispatch": "待分派", "refusing": "拟不予受理", "not_accepted": "不予受理",
        "answered": "已直接答复", "merged": "已并案", "dispatched": "已分派", "handling": "办理中", "replied": "已答复",
        "done": "审核通过", "closed": "已办结", "withdrawn": "已撤回", "shelved": "已挂账", "passing": "转送待接",
    },
    [
        Step("suggest", "registered", STAY, "rule", label="按模型建议事项", article=ARTICLE),
        Step("classify", OPEN, "to_dispatch", CENTRE, label="确定事项"),
        Step("answer", OPEN, "answered", CENTRE, label="直接答复"),
        Step("not_accept", OPEN, "refusing", CENTRE, label="拟不予受理", article=f"{PETITION}第十四条、第十五条"),
        Step("confirm_not_accept", "refusing", "not_accepted", ("dispatcher", "supervisor"), label="确认不予受理"),
        Step("confirm_not_accept:declined", "refusing", "to_dispatch", ("dispatcher", "supervisor"), label="不同意，予以受理"),
        Step("itemise", (*OPEN, *AT_WORK), STAY, CENTRE, label="逐项列明诉求", article=ARTICLE),
        Step("merge", OPEN, "merged", CENTRE, label="并案"),
        Step("unmerge", "merged", "to_dispatch", (*CENTRE, "supervisor"), label="撤销并案"),
        Step("unmerge:unsorted", "merged", "registered", (*CENTRE, "supervisor"), label="撤销并案，重新看事项"),
        Step("dispatch", OPEN, "dispatched", ("dispatcher", "rule"), [matter_is_known], "分派", ARTICLE),
        Step("pass_on", OPEN, "passing", CENTRE, [other_centres], "转送其他热线中心", ARTICLE),
        *(step for act, label in (("take_over", "接收转送"), ("turn_down", "不接收转送"), ("fetch_back", "撤回转送"))
          for step in (Step(act, "passing", "to_dispatch", "dispatcher", label=label, article=ARTICLE),
                       Step(f"{act}:unsorted", "passing", "registered", "dispatcher", label=f"{label}，重新看事项"))),
        Step("recall", AT_WORK, "to_dispatch", "dispatcher", label="收回重派"),
        Step("sign", AT_WORK, "handling", "handler", label="签收"),
        Step("decide_return:upheld", AT_WORK, "to_dispatch", ("dispatcher", "supervisor"), label="同意退回"),
        Step("rule:moved", AT_WORK, "to_dispatch", "approver", label="裁定改派"),
        Step("extend", AT_WORK, STAY, "handler", [not_late, extensions_left], "申请延期", f"{PETITION}第三十三条"),
        Step("grant", AT_WORK, STAY, "supervisor", [is_asking], "决定延期", f"{PETITION}第三十三条"),
        Step("suspend", AT_WORK, STAY, "supervisor", [clock_runs], "中止计时"),
        Step("resume", AT_WORK, STAY, ("supervisor", "rule"), [clock_stands], "恢复计时"),
        Step("urge", AT_WORK, STAY, ("supervisor", "dispatcher", "call_taker", "rule"), label="催办、亮牌", article=ARTICLE),
        Step("urge:own", AT_WORK, STAY, "citizen", [not_just_urged], "催办", ARTICLE),
        Step("reply", "handling", "replied", "handler", label="答复"),
        Step("review", "replied", "done", ("supervisor", "dispatcher"), label="审核通过"),
        Step("review:sent_back", "replied", "handling", ("supervisor", "dispatcher"), [sent_back_in_measure], "审核退回重办"),
        Step("shelve", "replied", "shelved", "supervisor", label="挂账", article=ARTICLE),
        Step("review_shelved", "shelved", STAY, "supervisor", label="复核挂账", article=ARTICLE),
        Step("unshelve", "shelved", "handling", "supervisor", label="销账续办", article=ARTICLE),
        Step("involve", AT_WORK, STAY, "dispatcher", label="增派协办"),
        Step("order", AT_WORK, STAY, ("supervisor", "rule"), label="发督办单", article=ARTICLE),
        Step("follow_up", ("replied", "done", "answered"), STAY, ("call_taker", "supervisor"), label="回访", article=ARTICLE),
        Step("sample_check", ("replied", "done", "answered"), STAY, "supervisor", [was_drawn], "核查联系不上的", ARTICLE),
        Step("invite", ("replied", "done", "answered"), STAY, ("call_taker", "supervisor"), label="邀请评价", article=ARTICLE),
        Step("rework", ("replied", "done", "answered"), "to_dispatch", ("call_taker", "supervisor"), [was_found_wanting],
             "回访不满意重办", ARTICLE),
        Step("exclude", (*AT_WORK, "replied", "done", "closed"), STAY, "supervisor", [is_asking_exclusion], "决定剔除", ARTICLE),
        Step("recuse", (*OPEN, *AT_WORK, "refusing"), STAY, (*CENTRE, "supervisor"), label="登记回避", article=f"{PETITION}第二十三条"),
        Step("recuse:recalled", AT_WORK, "to_dispatch", (*CENTRE, "supervisor"), label="登记回避并收回",
             article=f"{PETITION}第二十三条"),
        Step("redact", (*OPEN, *AT_WORK, "refusing"), STAY, CENTRE, label="改写脱敏件", article=f"{PETITION}第二十三条"),
        Step("rate", ("replied", "done", "answered", "closed"), STAY, "citizen", [may_rate], "评价", ARTICLE),
        Step("close", ("replied", "done", "answered"), "closed", ("supervisor", "rule"), [was_followed_up, was_sample_checked],
             "办结", ARTICLE),
        Step("reopen", ("replied", "done", "answered", "not_accepted", "closed"), "to_dispatch",
             ("citizen", "call_taker", "supervisor"), [within_reopen_window], "申请重办", f"{PETITION}第三十四条"),
        Step("withdraw", ("registered", "to_dispatch", "refusing", "dispatched", "handling", "passing"), "withdrawn", "citizen",
             label="撤回诉求"),
    ],
)  # fmt: skip
CASE_STARTS = ("registered", "to_dispatch", "dispatched")  # how far `receive` may go by itself
CASE_OVER = ("not_accepted", "merged", "closed", "withdrawn")
CASE_ANSWERED = ("replied", "done", "answered")

# -- one leg of it -----------------------------------------------------------------------------------------------------
LEG = Workflow(
    {
        "dispatched": "待签收", "signed": "办理中", "return_requested": "申请退回", "in_dispute": "职责争议", "replied": "已答复",
        "accepted": "答复通过", "returned": "已退回", "ruled": "已裁定改派", "recalled": "已收回",
    },
    [
        Step("sign", "dispatched", "signed", "handler", label="签收"),
        Step("reply", ("signed", "in_dispute"), "replied", "handler", [no_draft_waits, may_leave_unsigned, every_demand_is_answered],
             "答复", ARTICLE),
        Step("reply:drafted", ("signed", "in_dispute"), STAY, "handler", [no_draft_waits, must_be_signed_off, every_demand_is_answered],
             "拟复，报单位负责人审签", ARTICLE),
        Step("sign_off", ("signed", "in_dispute"), "replied", "leader", [a_draft_waits, every_demand_is_answered], "审签答复", ARTICLE),
        Step("sign_off:sent_back", ("signed", "in_dispute"), STAY, "leader", [a_draft_waits], "退回修改拟复", ARTICLE),
        Step("request_return", ("dispatched", "signed"), "return_requested", "handler",
             [asked_once, within_return_window], "申请退回", ARTICLE),
        Step("decide_return:upheld", "return_requested", "returned", ("dispatcher", "supervisor"), label="同意退回"),
        Step("decide_return:refused", "return_requested", "signed", ("dispatcher", "supervisor"), label="不同意退回"),
        Step("decide_return:dispute", "return_requested", "in_dispute", ("dispatcher", "supervisor"), label="转为职责争议"),
        Step("contest", "signed", "in_dispute", "handler", [return_was_refused], "提出异议，报请裁定", ARTICLE),
        Step("unshelve", "replied", "signed", "supervisor", label="销账续办"),
        Step("rule:moved", "in_dispute", "ruled", "approver", label="裁定改派"),
        Step("rule:stays", "in_dispute", "signed", "approver", label="裁定继续办理"),
        Step("review", "replied", "accepted", ("supervisor", "dispatcher"), label="审核通过"),
        Step("review:sent_back", "replied", "signed", ("supervisor", "dispatcher"), label="审核退回重办"),
        Step("recall", ("dispatched", "signed", "return_requested", "in_dispute"), "recalled", ("dispatcher", "citizen"),
             label="收回"),
        *(Step(f"unmerge:{state}", "recalled", state, (*CENTRE, "supervisor"), label="撤销并案，照旧承办")
          for state in ("dispatched", "signed", "return_requested", "in_dispute")),
        Step("ask_exclusion", ("signed", "in_dispute", "replied", "accepted"), STAY, "handler", [may_ask_exclusion], "申请剔除"),
    ],
)  # fmt: skip
LEG_STARTS = ("dispatched",)
LEG_OPEN = ("dispatched", "signed", "return_requested", "in_dispute")
LEG_ASKED = ("return_requested", "in_dispute")  # whether it is this body's is being asked
LEG_IN_CHARGE = (*LEG_OPEN, "replied", "accepted")
LEG_LEFT = ("returned", "ruled", "recalled")  # taken away: no longer this body's to answer

ROLES = {
    "citizen": "来件人",
    "rule": "系统按规则",
    "call_taker": "话务员",
    "dispatcher": "分派员",
    "handler": "承办人",
    "leader": "单位负责人",
    "supervisor": "督办员",
    "register_editor": "登记员",
    "approver": "审批人",
    "auditor": "审计员",
}


def act_of(step: str) -> str:
    """The act a step belongs to: `review:sent_back` is an outcome of `review`."""
    return step.split(":")[0]


# -- the document ------------------------------------------------------------------------------------------------------
def lifecycle_markdown() -> str:
    """docs/lifecycles.md, the part on cases."""
    case = _table("诉求（Case）", CASE, CASE_STARTS)
    leg = _table("分派（Leg）", LEG, LEG_STARTS)
    passage = _table("转送（Passage）", PASSAGE, PASSAGE_STARTS)
    return "\n".join(["## 办件 cases", "", *case, "", *leg, "", *passage, ""])


def _table(title: str, flow: Workflow, starts: Iterable[str]) -> list[str]:
    states = "、".join(f"{label} `{name}`" for name, label in flow.states.items())
    begin = "、".join(flow.states[name] for name in starts)
    rows = [_row(flow, step) for step in flow.steps.values()]
    return [
        f"### {title}",
        "",
        f"状态：{states}。",
        "",
        f"起点：{begin}。",
        "",
        "| 步骤 | 行为 | 从 | 到 | 谁 | 条件 | 依据 |",
        "|---|---|---|---|---|---|---|",
        *rows,
    ]


def _row(flow: Workflow, step: Step) -> str:
    sources = "、".join(label for name, label in flow.states.items() if name in step.sources)
    target = flow.states[step.target] if step.target else "（不变）"
    who = "、".join(label for name, label in ROLES.items() if name in step.roles)
    guards = "、".join(f"`{guard.__name__}`" for guard in step.guards)
    return f"| {step.label} | `{step.name}` | {sources} | {target} | {who} | {guards} | {step.article} |"
