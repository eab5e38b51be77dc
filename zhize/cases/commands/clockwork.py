"""What the calendar does to many cases at once: it shows cards, orders an answer, lets clocks run on. One act, one event naming all.

A batch is claimed by the statement that locks it: cases in somebody else's hands are skipped, what is no longer due falls out, and
the row written (a card a leg and kind, an open order a leg, a suspension not yet ended) can be written once only. So any number of
workers stand side by side; a killed one loses its transaction and nothing else, and the next round finds the same legs again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from zhize.accounts.models import By
from zhize.cases import rights, sql  # noqa: F401  (declares the rights)
from zhize.cases.commands.reckoning import reckon_many
from zhize.cases.lifecycle import AT_WORK, LEG_OPEN
from zhize.cases.models import Case, Order, Urge
from zhize.cases.queries.routing import chain
from zhize.cases.supervising.windows import reckoned
from zhize.kernel.period import day_of
from zhize.record.acts import act, note, tell, touch
from zhize.register import access

Row = tuple[int, int, int, int]  # leg, case, body, place
_STILL = """
 select l.id, l.case_id, l.body_id, c.place_id from cases_leg l join cases_case c on c.id = l.case_id
 where l.id = any(%(legs)s) and l.state = any(%(open)s) and c.state = any(%(at_work)s) and not c.suspended
  and (l.due < %(now)s) = %(late)s
 order by l.case_id, l.id for no key update of c, l skip locked"""
CARDS = f"""with still as materialized ({_STILL}), shown as (
 insert into cases_urge (case_id, leg_id, kind, own, words, at)
 select case_id, id, %(kind)s, false, %(words)s, %(now)s from still
 on conflict (leg_id, kind) where kind in ('yellow', 'red') do nothing returning leg_id)
select s.id, s.case_id, s.body_id, s.place_id from still s join shown on shown.leg_id = s.id order by s.id"""
NEVER_ORDERED = f"""with still as materialized ({_STILL})
select * from still where not exists (select from cases_order o where o.leg_id = still.id)"""
ORDERS = """insert into cases_order (case_id, leg_id, issued_at, ground, words, state, due, reckoning)
 select q.case_id, q.leg_id, %(now)s, %(ground)s, %(words)s, 'issued', q.due, q.reckoning::jsonb
 from unnest(%(cases)s::bigint[], %(legs)s::bigint[], %(dues)s::timestamptz[], %(said)s::text[]) as q(case_id, leg_id, due, reckoning)
 on conflict (leg_id) where state in ('issued', 'answered') do nothing returning id, leg_id"""
RUN_ON = """with due as materialized (
 select u.id, u.case_id from cases_suspension u join cases_case c on c.id = u.case_id
 where c.id = any(%(cases)s) and c.suspended and c.state = any(%(at_work)s) and u.to_at is null and u.resume_on <= %(day)s
 order by c.id for no key update of c, u skip locked),
ended as (update cases_suspension s set to_at = %(now)s, resumed_because = %(because)s from due where s.id = due.id)
update cases_case c set suspended = false from due where c.id = due.case_id returning c.id"""


@act
def urge_many(legs: Sequence[int], words: str, *, kind: str, by: By, now: datetime) -> list[int]:
    """Show these legs a card: yellow while they are in time, red once they are late. The legs that got one."""
    access.allow(by, "cases.urge_many", [], now)
    late = {Urge.Kind.YELLOW: False, Urge.Kind.RED: True}[Urge.Kind(kind)]
    shown = sql.run(CARDS, _claim(legs, now, late=late) | {"kind": str(kind), "words": words})
    _concern(shown)
    note(kind=str(kind), words=words, count=len(shown))
    return [leg for leg, *_ in shown]


@act
def order_many(legs: Sequence[int], words: str, *, by: By, now: datetime) -> list[int]:
    """Order the bodies of these late legs to answer, each within the limit of its place; one order a leg. The legs ordered."""
    access.allow(by, "cases.order_many", [], now)
    claimed = {row[0]: row for row in sql.run(NEVER_ORDERED, _claim(legs, now, late=True))}
    told = {place: reckoned("cases.supervise.limit", chain(place, day_of(now)), now) for *_, place in claimed.values()}
    fixed = {"now": now, "words": words, "ground": Order.Ground.OVERDUE.value}
    made = {leg: pk for pk, leg in sql.run(ORDERS, _orders(claimed.values(), told) | fixed)}
    _concern(claimed[leg] for leg in made)
    touch(*(f"order:{pk}" for pk in made.values()))
    note(words=words, count=len(made))
    return list(made)


@act
def resume_many(cases: Sequence[int], because: str, *, by: By, now: datetime) -> list[int]:
    """Clocks whose day of resumption has come run on; every deadline moves by what stood still, and the event says from where."""
    access.allow(by, "cases.resume_many", [], now)
    fixed = {"now": now, "day": day_of(now), "because": because, "at_work": list(AT_WORK)}
    running = [pk for (pk,) in sql.run(RUN_ON, {"cases": list(cases), **fixed})]
    rows = list(Case.objects.filter(pk__in=running).select_related("terms").order_by("pk"))
    before = reckon_many(rows)
    touch(*(f"case:{pk}" for pk in running))
    note(count=len(rows), due_before={c.no: before[c.pk] for c in rows}, due={c.no: c.due.isoformat() for c in rows})
    tell()
    return running


def _claim(legs: Sequence[int], now: datetime, *, late: bool) -> dict[str, Any]:
    return {"legs": list(legs), "now": now, "late": late, "open": list(LEG_OPEN), "at_work": list(AT_WORK)}


def _orders(claimed: Iterable[Row], told: Mapping[int, tuple[datetime, list[str]]]) -> dict[str, list[Any]]:
    """The columns of the orders, each with its limit and how it was reckoned."""
    rows = list(claimed)
    said = {place: json.dumps(lines, ensure_ascii=False) for place, (_, lines) in told.items()}
    return {
        "legs": [leg for leg, *_ in rows],
        "cases": [case for _, case, *_ in rows],
        "dues": [told[place][0] for *_, place in rows],
        "said": [said[place] for *_, place in rows],
    }


def _concern(rows: Iterable[Row]) -> None:
    """Name cases, legs and bodies for the event, and let it go out."""
    for leg, case, body, *_ in rows:
        touch(f"case:{case}", f"leg:{leg}", f"body:{body}")
    tell()
