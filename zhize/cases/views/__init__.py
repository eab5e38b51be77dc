"""The desk: lists, the case, and one view an act."""

from zhize.cases.views.acts import (
    answer,
    ask_exclusion,
    classify,
    close,
    confirm_not_accept,
    decide_return,
    dispatch,
    exclude,
    extend,
    follow_up,
    grant,
    invite,
    look,
    merge,
    not_accept,
    recall,
    recuse,
    redact,
    reopen,
    reply,
    request_return,
    resume,
    review,
    rework,
    rule,
    sign,
    suspend,
    urge,
)
from zhize.cases.views.case import case
from zhize.cases.views.figures import figure_cases, figures, league, looks
from zhize.cases.views.pages import cases, gaps, intake, judgement, settle, worklist
from zhize.cases.views.suggest import suggest_matter

__all__ = [
    "answer", "ask_exclusion", "case", "cases", "classify", "close", "confirm_not_accept", "decide_return", "dispatch", "exclude", "extend", "figure_cases", "figures", "follow_up",
    "gaps", "grant", "intake", "invite", "judgement", "league", "look", "looks", "merge", "not_accept", "recall", "recuse", "redact", "reopen", "reply", "request_return", "resume", "review", "rework",
    "rule", "settle", "sign", "suggest_matter", "suspend", "urge", "worklist",
]  # fmt: skip
