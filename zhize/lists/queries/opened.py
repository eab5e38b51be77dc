"""What may be shown: an item the register keeps back (内部, 涉密) is in no page, search, feed or file (spec §12.22). What the
body says of itself goes before what the catalogue says, as everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q

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
    """The duties a body's public list leaves out. One query where nothing is kept back."""
    rows = _shut(day, believed).filter(Q(body=body_id) | Q(body=None))
    spots = {(duty, body_id) for duty in rows.values_list("duty_id", flat=True)}
    return {duty for duty, _ in kept_back(spots, day, believed)} if spots else set()


def open_only(held: StatementQuerySet, day: date, believed: datetime | None = None) -> StatementQuerySet:
    """The holdings that may be shown. Little is kept back, so it is looked up and left out row by row."""
    suspects = set(_shut(day, believed).values_list("duty_id", flat=True))
    if not suspects:
        return held
    rows = list(held.order_by().filter(duty__in=suspects).values_list("pk", "duty_id", "body_id"))
    shut = kept_back({(d, b) for _, d, b in rows}, day, believed)
    return held.exclude(pk__in=[pk for pk, d, b in rows if (d, b) in shut])


def _openness(duties: set[int], day: date, believed: datetime | None) -> dict[tuple[int, int | None], str]:
    rows = Particulars.objects.as_of(day, believed).filter(duty__in=duties, said__has_key="openness")
    return {(d, b): word for d, b, word in rows.values_list("duty_id", "body_id", "said__openness")}


def _shut(day: date, believed: datetime | None) -> StatementQuerySet:
    """Who keeps something back. An index holds just these rows: its condition is this filter, word for word."""
    return Particulars.objects.as_of(day, believed).filter(said__openness__in=KEPT_BACK)
