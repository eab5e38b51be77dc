"""What is not adopted yet, tried on the register: the acts themselves are done, looked at, and taken back (decision 0034).

    with supposing(find("import:7"), now) as changed:
        ...  # every question to the register is answered as it would be

A sort of draft is one row of SORTS; whoever keeps drafts declares its own (`apps.py`), as evidence is declared upwards.
"""

from zhize.register.drafts.sorts import SORTS, Sort, TrialDraft, find, open_drafts
from zhize.register.drafts.supposing import Changed, supposing

__all__ = ["SORTS", "Changed", "Sort", "TrialDraft", "find", "open_drafts", "supposing"]
