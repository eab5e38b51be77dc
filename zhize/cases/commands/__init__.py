"""The acts on cases. Every write of the app is one of these words."""

from zhize.cases.commands.amending import consult, convene, decide, file_minutes, opine, settle, submit
from zhize.cases.commands.answering import itemise
from zhize.cases.commands.attaching import attach
from zhize.cases.commands.bulk import receive_many
from zhize.cases.commands.calling import recognise
from zhize.cases.commands.clocks import extend, grant, resume, suspend, urge
from zhize.cases.commands.clockwork import order_many, resume_many, urge_many
from zhize.cases.commands.dispatching import decide_return, dispatch, recall, request_return, rule
from zhize.cases.commands.ending import close, follow_up, invite, rate, reopen, rework, withdraw
from zhize.cases.commands.excluding import ask_exclusion, exclude
from zhize.cases.commands.handling import reply, review, sign, sign_off
from zhize.cases.commands.heating import alert_topic
from zhize.cases.commands.intake import receive
from zhize.cases.commands.joining import contest, involve
from zhize.cases.commands.knowledge import confirm_entry, retire_entry, write_entry
from zhize.cases.commands.learning import learn, suggest, suggest_many
from zhize.cases.commands.lines import count_line, list_line, merge_line
from zhize.cases.commands.looking import look
from zhize.cases.commands.mailing import take_mail
from zhize.cases.commands.merging import merge, unmerge
from zhize.cases.commands.notices import (
    answer_notice,
    close_notice,
    draft_notice,
    drop_notice,
    extend_notice,
    issue_notice,
)
from zhize.cases.commands.orders import answer_order, check_order, lift_order, order
from zhize.cases.commands.passing import fetch_back, pass_on, take_over, turn_down
from zhize.cases.commands.sampling import sample_check
from zhize.cases.commands.screening import answer, classify, confirm_not_accept, not_accept
from zhize.cases.commands.secrecy import recuse, redact
from zhize.cases.commands.shelving import review_shelved, shelve, unshelve
from zhize.cases.commands.tallying import tally
from zhize.cases.commands.watch import watch

__all__ = [
    "alert_topic",
    "answer",
    "answer_notice",
    "answer_order",
    "ask_exclusion",
    "attach",
    "check_order",
    "classify",
    "close",
    "close_notice",
    "confirm_entry",
    "confirm_not_accept",
    "consult",
    "contest",
    "convene",
    "count_line",
    "decide",
    "decide_return",
    "dispatch",
    "draft_notice",
    "drop_notice",
    "exclude",
    "extend",
    "extend_notice",
    "fetch_back",
    "file_minutes",
    "follow_up",
    "grant",
    "invite",
    "involve",
    "issue_notice",
    "itemise",
    "learn",
    "lift_order",
    "list_line",
    "look",
    "merge",
    "merge_line",
    "not_accept",
    "opine",
    "order",
    "order_many",
    "pass_on",
    "rate",
    "recall",
    "receive",
    "receive_many",
    "recognise",
    "recuse",
    "redact",
    "reopen",
    "reply",
    "request_return",
    "resume",
    "resume_many",
    "retire_entry",
    "review",
    "review_shelved",
    "rework",
    "rule",
    "sample_check",
    "settle",
    "shelve",
    "sign",
    "sign_off",
    "submit",
    "suggest",
    "suggest_many",
    "suspend",
    "take_mail",
    "take_over",
    "tally",
    "turn_down",
    "unmerge",
    "unshelve",
    "urge",
    "urge_many",
    "watch",
    "withdraw",
    "write_entry",
]
