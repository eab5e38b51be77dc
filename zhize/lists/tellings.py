"""How the acts on lists are named on the pages of events: by their rights."""

from zhize.lists import rights  # noqa: F401  declares them
from zhize.record.tellings import name_acts
from zhize.register.access import RIGHTS

name_acts({act.partition(".")[2]: right.label for act, right in RIGHTS.items() if act.startswith("lists.")})
