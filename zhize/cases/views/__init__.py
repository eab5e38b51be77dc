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
from zhize.cases.views.amending import consult, convene, decide, file_minutes, opine, proposal, settle, submit
from zhize.cases.views.attaching import attach, attachment
from zhize.cases.views.calling import recognise
from zhize.cases.views.case import case
from zhize.cases.views.figures import figure_cases, figures, league, looks
from zhize.cases.views.knowledge import confirm_entry, entry, knowledge, retire_entry, write_entry
from zhize.cases.views.merging import twins, unmerge
from zhize.cases.views.model import model
from zhize.cases.views.pages import cases, gaps, intake, judgement, worklist
from zhize.cases.views.reports import report_file, reports
from zhize.cases.views.suggest import suggest_matter
from zhize.cases.views.supervising import (
    answer_notice,
    answer_order,
    check_order,
    close_notice,
    contest,
    draft_notice,
    drop_notice,
    extend_notice,
    involve,
    issue_notice,
    lift_order,
    notice,
    notice_file,
    notices,
    order,
    order_,
    orders,
    review_shelved,
    shelve,
    unshelve,
)
from zhize.cases.views.topics import topic, topics
from zhize.cases.views.wall import wall

__all__ = [
    "answer", "answer_notice", "answer_order", "ask_exclusion", "attach", "attachment", "case", "cases", "check_order",
    "classify", "close", "close_notice", "confirm_entry", "confirm_not_accept", "consult", "contest", "convene",
    "decide", "decide_return", "dispatch", "draft_notice", "drop_notice", "entry", "exclude", "extend", "extend_notice",
    "figure_cases", "figures", "file_minutes", "follow_up", "gaps", "grant", "intake", "invite", "involve",
    "issue_notice", "judgement", "knowledge", "league", "lift_order", "look", "looks", "merge", "model", "not_accept",
    "notice", "notice_file", "notices", "opine", "order", "order_", "orders", "proposal", "recall", "recognise",
    "recuse", "redact", "reopen", "reply", "report_file", "reports", "request_return", "resume", "retire_entry",
    "review", "review_shelved", "rework", "rule", "settle", "shelve", "sign", "submit", "suggest_matter", "suspend",
    "topic", "topics", "twins", "unmerge", "unshelve", "urge", "wall", "worklist", "write_entry",
]  # fmt: skip
