"""How values lie, where a share would hide it: half at most p50, nineteen of twenty at most p95, with how many there were
(`metrics.SPREADS`). One statement each, read off the rows; who is not counted is said beside it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from zhize.cases.metrics import SPREADS, Spread
from zhize.cases.queries.figures import Span

_HERE = "(%(places)s::bigint[] is null or c.place_id = any(%(places)s))"
_HOURS, _DAYS = "extract(epoch from {}) / 3600", "extract(epoch from {}) / 86400"
_LED = """(%(body)s::bigint is null or exists (select from cases_leg b where b.case_id = c.id and b.capacity = 'lead' and b.round = c.round
 and b.body_id = %(body)s))"""
_PERIOD = "{} >= %(start)s and {} < %(end)s"


def _in(moment: str) -> str:
    return _PERIOD.format(moment, moment)


VALUES = {
    "dispatch_hours": f"""select {_HOURS.format("l.dispatched_at - c.received_at")} from cases_leg l join cases_case c on c.id = l.case_id
 where l.no = 1 and l.capacity = 'lead' and {_in("l.dispatched_at")} and {_HERE} and (%(body)s::bigint is null or l.body_id = %(body)s)""",
    "answer_days": f"""select {_DAYS.format("c.answered_at - c.promised_at")} from cases_case c
 where {_in("c.answered_at")} and {_HERE} and {_LED}""",
    "hops": f"""select (select count(*) from cases_leg l where l.case_id = c.id and l.round = c.round and l.capacity = 'lead') from cases_case c
 where {_in("c.answered_at")} and {_HERE} and {_LED} and exists (select from cases_leg l where l.case_id = c.id and l.capacity = 'lead')""",
    "dispute_days": f"""select {_DAYS.format("coalesce(p.opened_at, l.ended_at, %(now)s) - r.decided_at")}
 from cases_return r join cases_leg l on l.id = r.leg_id join cases_case c on c.id = l.case_id
 left join lateral (select min(p.opened_at) as opened_at from cases_proposal p where p.case_id = c.id and p.kind = 'ruling'
  and p.opened_at >= r.decided_at) p on true
 where r.decision = 'dispute' and {_in("r.asked_at")} and {_HERE} and (%(body)s::bigint is null or l.body_id = %(body)s)""",
    "open_days": f"""select {_DAYS.format("%(now)s - c.received_at")} from cases_case c
 where c.answered_at is null and c.ended_at is null and {_HERE} and {_LED}""",
}  # fmt: skip
_OF = """select count(v), avg(v), percentile_disc(0.5) within group (order by v), percentile_disc(0.95) within group (order by v), max(v)
 from ({}) x(v)"""


@dataclass(frozen=True)
class Lie:
    """How the values of one spread lie; nothing but `n` when there are none."""

    spread: Spread
    n: int
    mean: float | None
    p50: float | None
    p95: float | None
    most: float | None


def spreads(span: Span, places: Collection[int] | None = None, body: int | None = None) -> list[Lie]:
    said = {
        "start": span.start,
        "end": span.end,
        "now": span.now,
        "places": None if places is None else list(places),
        "body": body,
    }
    found = []
    with connection.cursor() as cursor:
        for spread in SPREADS:
            cursor.execute(_OF.format(VALUES[spread.name]), said)
            n, *values = cursor.fetchone()
            found.append(Lie(spread, n, *(None if v is None else round(float(v), 1) for v in values)))
    return found
