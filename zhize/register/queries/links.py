"""Which duties answer which matters, for all matters at once: what many questions on one day are asked with.

Read afresh and never remembered: a trial of a draft must not leave its answers in a process that also serves the day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from zhize.register.models import Matter, MatterDuty

Link = tuple[int, int | None]  # duty, segment
LEAF = 6  # digits of a code: a matter as fine as that is answered by its own duties or by nobody's


def links_on(day: date) -> dict[int, list[Link]]:
    """By matter, first asked first; as `duties_of` for each: a branch without duties of its own asks the one above it."""
    own: dict[int, list[Link]] = defaultdict(list)
    rows = MatterDuty.objects.as_of(day).order_by("matter_id", "rank", "pk")
    for matter, duty, segment in rows.values_list("matter_id", "duty_id", "segment_id"):
        own[matter].append((duty, segment))
    nodes = {pk: (code, parent) for pk, code, parent in Matter.objects.values_list("pk", "code", "parent_id")}
    return {pk: _links(pk, nodes, own) for pk in nodes}


def _links(pk: int, nodes: Mapping[int, tuple[str, int | None]], own: Mapping[int, list[Link]]) -> list[Link]:
    at: int | None = pk
    while at is not None:
        if own.get(at) or len(nodes[at][0]) == LEAF:
            return own.get(at, [])
        at = nodes[at][1]
    return []
