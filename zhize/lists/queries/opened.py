"""What may be shown: an item the register keeps back (内部, 涉密) is in no page, search, feed or file (spec §12.22). What the
body says of itself goes before what the catalogue says, as everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import F, Q

from zhize.record.models import StatementQuerySet
from zhize.register.fields import KEPT_BACK
from zhize.register.models import Particulars
from zhize.register.queries.items import Item

Spot = tuple[int, int]  # duty, body


def is_open(item: Item) -> bool:
    return item.said.get("openness") not in KEPT_BACK


def kept_back(spots: Iterable[Spot], day: date, believed: datetime | None = None) -> set[Spot]:
    """Those of the spots that are kept back that day."""
    wanted = set(spots)
    said = _openness({d for d, _ in wanted}, day, believed)
    return {(d, b) for d, b in wanted if said.get((d, b), said.get((d, None))) in KEPT_BACK}


def kept_back_of(body_id: int, day: date, believed: datetime | None = None) -> set[int]:
    """The duties a body's public list leaves out. One query; of what nobody said anything there is nothing to read."""
    rows = _said(day, believed).filter(Q(body=body_id) | Q(body=None)).order_by(F("body").asc(nulls_first=True))
    said = dict(rows.values_list("duty_id", "said__openness"))  # the body's word comes last
    return {duty for duty, word in said.items() if word in KEPT_BACK}


def _openness(duties: set[int], day: date, believed: datetime | None) -> dict[tuple[int, int | None], str]:
    rows = _said(day, believed).filter(duty__in=duties)
    return {(d, b): word for d, b, word in rows.values_list("duty_id", "body_id", "said__openness")}


def _said(day: date, believed: datetime | None) -> StatementQuerySet:
    return Particulars.objects.as_of(day, believed).filter(said__has_key="openness")
