"""What a batch makes to be published: the lists that stand published and that it changes, both sides of what it moves."""

from __future__ import annotations

from collections.abc import Iterator

from zhize.lists.kinds import LISTS
from zhize.lists.models import Adjustment, Batch
from zhize.lists.queries.editions import latest
from zhize.lists.queries.issues import Issue
from zhize.register.models import Body


def planned(batch: Batch) -> list[Issue]:
    """The bodies' own lists, then the government's whole. A list nobody has published yet is begun by a person, except
    where something is moved into it: on the day it left one list it would stand in none."""
    rows = list(batch.adjustments.select_related("body", "to", "duty").order_by("body__code", "pk"))
    own = {(kind, body.pk): (body, takes) for a in rows for kind, body, takes in _touched(a)}
    found = [Issue(kind, body) for (kind, _), (body, takes) in own.items() if takes or latest(Issue(kind, body))]
    kinds = dict.fromkeys(kind for kind, _ in own)
    return found + [x for kind in kinds if latest(x := Issue(kind, place=batch.place))]


def _touched(a: Adjustment) -> Iterator[tuple[str, Body, bool]]:
    """(kind of list, whose, does it take over from a published one?)"""
    what = a.duty.kind if a.duty else a.draft.get("kind", "power")
    for kind in LISTS.values():
        if what not in kind.kinds:
            continue
        yield kind.name, a.body, False
        if a.to and (not kind.bodies or a.to.kind in kind.bodies):
            yield kind.name, a.to, latest(Issue(kind.name, a.body)) is not None
