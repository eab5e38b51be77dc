"""Whom a batch concerns one level below: the same departments of the counties (of the townships), whose lists should follow."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhize.lists.models import Batch
from zhize.places.models import PlacePath
from zhize.register.models import Body, BodySite
from zhize.register.queries import body_names


def next_level(batch: Batch, day: date) -> list[dict[str, Any]]:
    """Bodies of the same family one level down, within the batch's place, with the adjustments they should look at."""
    wanted: dict[tuple[str, int], list[str]] = {}
    for a in batch.adjustments.select_related("body"):
        if a.body.family:
            wanted.setdefault((a.body.family, a.body.level + 1), []).append(a.no)
    below = set(
        PlacePath.objects.as_of(day).filter(chain__contains=[batch.place_id]).values_list("place_id", flat=True)
    )  # fmt: skip
    found = Body.objects.filter(
        pk__in=BodySite.objects.as_of(day).filter(place_id__in=below).values("body_id"),
        family__in=[f for f, _ in wanted], level__in=[level for _, level in wanted],
    ).order_by("code")  # fmt: skip
    concerned = [b for b in found if (b.family, b.level) in wanted]
    names = body_names([b.pk for b in concerned], day)
    return [
        {"body": b.code, "name": names.get(b.pk, b.code), "adjustments": wanted[b.family, b.level]} for b in concerned
    ]
