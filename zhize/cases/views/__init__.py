"""The desk: lists, the case, and one view an act."""

from zhize.cases.views.acts import (
    answer,
    classify,
    close,
    confirm_not_accept,
    decide_return,
    dispatch,
    extend,
    follow_up,
    grant,
    look,
    merge,
    not_accept,
    recall,
    reopen,
    reply,
    request_return,
    resume,
    review,
    rule,
    sign,
    suspend,
    urge,
)
from zhize.cases.views.case import case
from zhize.cases.views.pages import cases, figures, gaps, intake, judgement, settle, worklist
from zhize.cases.views.suggest import suggest_matter

__all__ = [
    "answer", "case", "cases", "classify", "close", "confirm_not_accept", "decide_return", "dispatch", "extend", "figures", "follow_up",
    "gaps", "grant", "intake", "judgement", "look", "merge", "not_accept", "recall", "reopen", "reply", "request_return", "resume", "review",
    "rule", "settle", "sign", "suggest_matter", "suspend", "urge", "worklist",
]  # fmt: skip
