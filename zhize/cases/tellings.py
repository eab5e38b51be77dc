"""How the acts on cases are named on the pages of events: by their rights."""

from zhize.cases import rights  # noqa: F401  declares them
from zhize.record.tellings import name_acts
from zhize.register.access import RIGHTS

OURS = {act.partition(".")[2]: right.label for act, right in RIGHTS.items() if act.startswith("cases.")}
for thing in ("case", "order", "notice", "proposal"):
    name_acts(OURS, thing)
name_acts({"receive_many": "批量登记诉求"}, "case")
