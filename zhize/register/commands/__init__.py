"""The acts of the register. Every write of the floor is one of these words."""

from zhize.register.commands.absences import excuse, relate
from zhize.register.commands.bodies import abolish, found, merge, rename, split, subordinate
from zhize.register.commands.corrections import correct, withdraw
from zhize.register.commands.duties import define, divide, recode, retire, reword
from zhize.register.commands.holdings import assign, authorise, cease, devolve, entrust, hand_over, take_back
from zhize.register.commands.keys import issue_key, revoke_key
from zhize.register.commands.laws import change_law, rebase
from zhize.register.commands.matters import define_matters, map_matter
from zhize.register.commands.particulars import describe
from zhize.register.commands.seats import appoint, dismiss
from zhize.register.commands.townships import list_township

__all__ = [
    "abolish",
    "appoint",
    "assign",
    "authorise",
    "cease",
    "change_law",
    "correct",
    "define",
    "define_matters",
    "describe",
    "devolve",
    "dismiss",
    "divide",
    "entrust",
    "excuse",
    "found",
    "hand_over",
    "issue_key",
    "list_township",
    "map_matter",
    "merge",
    "rebase",
    "recode",
    "relate",
    "rename",
    "retire",
    "revoke_key",
    "reword",
    "split",
    "subordinate",
    "take_back",
    "withdraw",
]
