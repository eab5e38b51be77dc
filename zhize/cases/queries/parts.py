"""Parts of a case: late ones make the whole late."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q

from zhize.cases.lifecycle import LEG_LEFT
from zhize.cases.models import Leg


def late_parts(cases: Collection[int], now: datetime) -> set[int]:
    """The cases of which a leg that must be answered is late, whatever their own promise says (§2.3-11)."""
    rows = Leg.objects.filter(case__in=cases, round=F("case__round"), required=True, case__suspended=False)
    rows = rows.exclude(state__in=LEG_LEFT)
    open_late = Q(replied_at__isnull=True, ended_at__isnull=True, due__lt=now)
    return set(rows.filter(open_late | Q(replied_at__gt=F("due"))).values_list("case_id", flat=True))
