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
from zhize.cases.views.answering import itemise, reply, sample_check, sign_off
from zhize.cases.views.attaching import attach, attachment
from zhize.cases.views.calling import recognise
from zhize.cases.views.case import case
from zhize.cases.views.figures import figure_cases, figures, league, looks
from zhize.cases.views.knowledge import confirm_entry, entry, knowledge, retire_entry, write_entry
from zhize.cases.views.lines import count_line, desk_lines, line, list_line, merge_line
from zhize.cases.views.merging import twins, unmerge
from zhize.cases.views.model import model
from zhize.cases.views.pages import cases, gaps, intake, judgement, worklist
from zhize.cases.views.passing import fetch_back, pass_on, take_over, turn_down
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
    "count_line", "decide", "decide_return", "desk_lines", "dispatch", "draft_notice", "drop_notice", "entry",
    "exclude", "extend", "extend_notice", "fetch_back", "figure_cases", "figures", "file_minutes", "follow_up", "gaps",
    "grant", "intake", "invite", "involve", "issue_notice", "itemise", "judgement", "knowledge", "league", "lift_order",
    "line", "list_line", "look", "looks", "merge", "merge_line", "model", "not_accept", "notice", "notice_file",
    "notices", "opine", "order", "order_", "orders", "pass_on", "proposal", "recall", "recognise", "recuse", "redact",
    "reopen", "reply", "report_file", "reports", "request_return", "resume", "retire_entry", "review", "review_shelved",
    "rework", "rule", "sample_check", "settle", "shelve", "sign", "sign_off", "submit", "suggest_matter", "suspend",
    "take_over", "topic", "topics", "turn_down", "twins", "unmerge", "unshelve", "urge", "wall", "worklist",
    "write_entry",
]  # fmt: skip
