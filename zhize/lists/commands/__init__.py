"""What offices do with lists."""

from zhize.lists.commands.adjusting import (
    answer,
    comment,
    conclude,
    consult,
    draft,
    draft_sheet,
    effect,
    enact,
    examine,
    file,
    gather,
    mediate,
    mend,
    refuse,
    release,
    retract,
    vet,
)
from zhize.lists.commands.comparing import compare, decide
from zhize.lists.commands.publishing import publish

__all__ = [
    "answer",
    "comment",
    "compare",
    "conclude",
    "consult",
    "decide",
    "draft",
    "draft_sheet",
    "effect",
    "enact",
    "examine",
    "file",
    "gather",
    "mediate",
    "mend",
    "publish",
    "refuse",
    "release",
    "retract",
    "vet",
]
