"""The case a merged one follows: its number goes on answering with what becomes of that one."""

from __future__ import annotations

from zhize.cases.models import Case


def followed(case: Case) -> Case | None:
    """The last of the chain (what followed a case that was merged itself follows on), or None when it goes its own way."""
    here, seen = case, {case.pk}
    while here.state == "merged" and here.duplicate_of_id is not None and here.duplicate_of_id not in seen:
        here = Case.objects.select_related("terms", "matter", "place").get(pk=here.duplicate_of_id)
        seen.add(here.pk)
    return here if here.pk != case.pk else None
