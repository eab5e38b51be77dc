"""The second renderer. As the first, but 基本公共服务清单 holds what a standard lists instead of every service, and a government's
list of townships or zones is of those in its territory instead of its departments.

What it shares with the first is shared for good: neither is edited any more.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from zhize.lists.queries.issues import Issue
from zhize.lists.queries.renderers.one import KEPT_BACK, KINDS, OWN, Names, printed_order
from zhize.places.models import PlacePath
from zhize.register.models import BodySite, Holding
from zhize.register.queries.items import read_items

MARKED = {"basic_service": "basic"}
BODIES = {"town": ["乡镇街道"], "zone": ["管委会"]}


def render(issue: Issue, day: date, believed: datetime | None) -> dict[str, Any]:
    held = Holding.objects.as_of(day, believed).filter(
        body_id__in=_bodies(issue, day, believed), duty__kind__in=KINDS[issue.kind], capacity__in=OWN
    )
    marked = MARKED.get(issue.kind, "")
    found = [i for i in read_items(held, day, believed) if not marked or i.said.get(marked)]
    shown = [i for i in found if i.said.get("openness") not in KEPT_BACK]
    names = Names.of(shown, issue, day, believed)
    head = {"kind": issue.kind, "day": day.isoformat(), **names.scope(issue)}
    kept = {"kept_back": len(found) - len(shown)} if issue.place else {}
    return {"renderer": 2, "list": head, **kept, "items": sorted((names.item(i) for i in shown), key=printed_order)}


def _bodies(issue: Issue, day: date, believed: datetime | None) -> list[int]:
    if not (issue.place and issue.kind in BODIES):
        return issue.bodies(day, believed)
    below = PlacePath.objects.as_of(day).filter(chain__contains=[issue.place.pk]).values("place")
    sites = BodySite.objects.as_of(day, believed).filter(place__in=below, body__kind__in=BODIES[issue.kind])
    return sorted(sites.values_list("body_id", flat=True))
