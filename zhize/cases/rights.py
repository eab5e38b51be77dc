"""The rights of this app's acts, read off the lifecycle tables: their roles, how far they reach, what is nobody's own."""

from __future__ import annotations

from collections import defaultdict

from zhize.cases.lifecycle import CASE, LEG, act_of
from zhize.cases.passing import PASSAGE
from zhize.cases.supervising.lifecycle import NOTICE, ORDER, PROPOSAL
from zhize.register.access import BODY, PLACE, Right, declare

OF_THE_BODY = {
    "sign", "reply", "sign_off", "request_return", "extend", "ask_exclusion", "contest", "answer_order", "answer_notice", "convene",
    "file_minutes", "opine",
}  # fmt: skip
FLOWS = (CASE, LEG, PASSAGE, ORDER, NOTICE, PROPOSAL)
NOT_OWN = {
    "answer",
    "not_accept",
    "confirm_not_accept",
    "merge",
    "unmerge",
    "recall",
    "decide_return",
    "rule",
    "grant",
    "suspend",
    "resume",
    "urge",
    "review",
    "sample_check",
    "follow_up",
    "close",
    "order",
    "check_order",
    "lift_order",
    "issue_notice",
    "drop_notice",
    "close_notice",
    "shelve",
    "review_shelved",
    "unshelve",
    "invite",
    "rework",
    "exclude",
    "redact",
}  # 受理、办理、督办、评价相分离: a body does none of this to a case it handles
BEFORE_THE_TABLE = {
    "receive": ("登记诉求", frozenset({"citizen", "rule", "call_taker"})),
    "look": ("查看来件人信息", frozenset({"call_taker", "dispatcher", "supervisor", "auditor"})),
    "attach": ("附上附件", frozenset({"citizen", "rule", "call_taker", "dispatcher", "supervisor"})),
    "take_mail": ("收信登记", frozenset({"rule"})),
    "recognise": ("识别来电", frozenset({"call_taker", "dispatcher"})),
    "list_line": ("登记热线号码", frozenset({"rule", "supervisor", "register_editor"})),
    "merge_line": ("并入热线", frozenset({"rule", "supervisor", "register_editor"})),
    "count_line": ("登记热线话务量", frozenset({"rule", "supervisor", "register_editor"})),
    "write_entry": ("写知识条目", frozenset({"call_taker", "dispatcher", "supervisor"})),
    "confirm_entry": ("核对知识条目", frozenset({"dispatcher", "supervisor"})),
    "retire_entry": ("停用知识条目", frozenset({"dispatcher", "supervisor"})),
    "alert_topic": ("提醒热点", frozenset({"rule"})),
    "tally": ("统计日计", frozenset({"rule"})),
    "learn": ("训练事项模型", frozenset({"rule"})),
    "suggest_many": ("批量建议事项", frozenset({"rule"})),
    "urge_many": ("批量亮牌", frozenset({"rule"})),
    "order_many": ("批量发督办单", frozenset({"rule"})),
    "resume_many": ("批量恢复计时", frozenset({"rule"})),
    "draft_notice": ("拟通报", frozenset({"supervisor", "rule"})),
}


def _roles() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for flow in FLOWS:
        for step in flow.steps.values():
            found[act_of(step.name)] |= step.roles
    return found | {act: set(roles) for act, (_, roles) in BEFORE_THE_TABLE.items()}


def _labels() -> dict[str, str]:
    labels = {act_of(step.name): step.label for flow in reversed(FLOWS) for step in reversed(list(flow.steps.values()))}
    return (
        labels
        | {
            "decide_return": "审核退回申请",
            "rule": "裁定职责争议",
            "reply": "答复",
            "sign_off": "审签答复",
            "review": "审核答复",
            "settle": "办结登记建议",
            "file_minutes": "报备会商纪要",
            "recall": "收回重派",
            "confirm_not_accept": "确认不予受理",
            "recuse": "登记回避",
        }
        | {act: label for act, (label, _) in BEFORE_THE_TABLE.items()}
    )


def _right(act: str, roles: set[str], label: str) -> Right:
    seats = frozenset(roles - {"citizen", "rule"})
    return Right(
        f"cases.{act}",
        label,
        seats,
        BODY if act in OF_THE_BODY else PLACE,
        act in NOT_OWN,
        "citizen" in roles,
        "rule" in roles,
        "浙政办发〔2015〕127号",
    )


_named = _labels()
declare(_right(act, roles, _named[act]) for act, roles in _roles().items())
declare([Right("cases.look_own", "查看来件人信息", frozenset({"handler"}), BODY)])
