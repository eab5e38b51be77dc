"""The nightly count: whole days added up once, so that a year is read in moments. Never patched, always counted again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from zhize.accounts.models import By
from zhize.cases import rights  # noqa: F401  (declares the rights)
from zhize.cases.metrics import METRICS
from zhize.cases.models import Case, Tally
from zhize.cases.queries.measuring import Counted, Key, count
from zhize.kernel.period import day_of, start_of
from zhize.record.acts import act, note
from zhize.register import access


@act
def tally(since: date | None = None, *, by: By, now: datetime) -> int:
    """Count the whole days since a day (all there are, when none is given) up to yesterday, by body and by place.

    What was counted before is thrown away: a late answer, a granted extension or an exclusion changes days gone by.
    """
    access.require(by, "cases.tally", None, day_of(now))
    first, today = since or _first(), day_of(now)
    if first is None or first >= today:
        return 0
    Tally.objects.filter(day__gte=first).delete()
    for side in Tally.Side.values:
        table = count(METRICS, start_of(first), start_of(today), by=("day", side))
        Tally.objects.bulk_create(_rows(table, side), batch_size=5000)
    written = Tally.objects.filter(day__gte=first).count()
    note(since=first.isoformat(), until=today.isoformat(), rows=written)
    return written


def _first() -> date | None:
    """The day of the earliest case; receipt is the first moment anything of it is counted by."""
    moment = Case.objects.order_by("pk").values_list("received_at", flat=True).first()
    return day_of(moment) if moment else None


def _rows(table: dict[str, dict[tuple[Key, ...], Counted]], side: str) -> Iterator[Tally]:
    for name, groups in table.items():
        grounds = [ground for ground, _ in METRICS[name].out]
        for (day, key), c in groups.items():
            assert isinstance(day, date)  # nothing without a moment is in a period
            if not (c.whole or any(c.out.values())):
                continue
            outs = dict(zip(("out_a", "out_b", "out_c"), (c.out.get(g, 0) for g in grounds), strict=False))
            counts = {"whole": c.whole, "part": c.part, "half": c.half, "still": c.still, **outs}
            yield Tally(side=side, metric=name, day=day, **{f"{side}_id": key}, **counts)
