"""How lists are changed: draft and file, vet, examine, consult and answer, announce, gather, enact, effect; and small amends."""

from zhize.lists.commands.adjusting.batches import effect, enact, gather, refuse, release
from zhize.lists.commands.adjusting.consulting import answer, consult, mediate
from zhize.lists.commands.adjusting.filing import draft, draft_sheet, file, retract
from zhize.lists.commands.adjusting.mending import mend
from zhize.lists.commands.adjusting.reviewing import comment, conclude, examine, vet

__all__ = [
    "answer",
    "comment",
    "conclude",
    "consult",
    "draft",
    "draft_sheet",
    "effect",
    "enact",
    "examine",
    "file",
    "gather",
    "mediate",
    "mend",
    "refuse",
    "release",
    "retract",
    "vet",
]
