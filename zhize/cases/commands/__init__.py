"""The acts on cases. Every write of the app is one of these words."""

from zhize.cases.commands.bulk import receive_many
from zhize.cases.commands.clocks import extend, grant, resume, suspend, urge
from zhize.cases.commands.dispatching import decide_return, dispatch, recall, request_return, rule
from zhize.cases.commands.ending import close, follow_up, rate, reopen, withdraw
from zhize.cases.commands.handling import reply, review, sign
from zhize.cases.commands.intake import receive
from zhize.cases.commands.looking import look
from zhize.cases.commands.screening import answer, classify, confirm_not_accept, merge, not_accept
from zhize.cases.commands.watch import watch
from zhize.cases.commands.worklist import settle

__all__ = [
    "answer",
    "classify",
    "close",
    "confirm_not_accept",
    "decide_return",
    "dispatch",
    "extend",
    "follow_up",
    "grant",
    "look",
    "merge",
    "not_accept",
    "rate",
    "recall",
    "receive",
    "receive_many",
    "reopen",
    "reply",
    "request_return",
    "resume",
    "review",
    "rule",
    "settle",
    "sign",
    "suspend",
    "urge",
    "watch",
    "withdraw",
]
