"""Invariants 26 and 27 of spec §11: one responsible body and one hotline centre at each instant, nobody judges his own case, no deadline moves by
itself; and every route rests on a holding that was in force, and known, when the case was sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db import connection

from zhize.cases.lifecycle import LEG_OPEN
from zhize.cases.limits import PROMISE, Terms
from zhize.cases.models import Case, Extension, Leg, Suspension
from zhize.cases.queries.clocks import leg_clock, promise_clock
from zhize.kernel.period import day_of
from zhize.kernel.rule import Hit, RuleBook

BOOK = RuleBook()
Touched = Collection[str] | None
BATCH = 2000

NO_LEAD = """select c.id, c.no, '没有主办机构' as why from cases_case c where c.state in ('dispatched', 'handling')
 and not exists (select 1 from cases_leg l where l.case_id = c.id and l.round = c.round and l.capacity = 'lead'
  and l.state in ('dispatched', 'signed', 'return_requested', 'in_dispute', 'replied', 'accepted'))"""
DEAD_BODY = """select c.id, c.no, '主办机构已不存在' as why from cases_leg l join cases_case c on c.id = l.case_id
 where l.capacity = 'lead' and l.state in ('dispatched', 'signed', 'return_requested', 'in_dispute')
 and not exists (select 1 from register_bodylife b where b.body_id = l.body_id and b.withdrawn_at is null
  and b.from_day <= current_date and (b.to_day is null or b.to_day > current_date))"""
OWN_CASE = """select c.id, c.no, '由承办机构自己评价或办结' as why from record_event e join register_seat s on s.id = e.seat_id
 join cases_leg l on e.touched @> array['case:' || l.case_id]::varchar[] and l.body_id = s.body_id
  and l.state in ('replied', 'accepted') join cases_case c on c.id = l.case_id
 where e.act in ('follow_up', 'review', 'close', 'grant', 'decide_return', 'confirm_not_accept')"""
ASTRAY = """select c.id, c.no, '所在热线中心与转送的记录不符' as why from cases_case c
 where (c.state = 'passing' or c.id in (select case_id from cases_passage))
 and ((c.state = 'passing') <> exists (select from cases_passage p where p.case_id = c.id and p.state = 'offered')
  or c.centre_id is distinct from coalesce((select p.receiver_id from cases_passage p where p.case_id = c.id
   and p.state = 'taken' order by p.id desc limit 1), c.centre_id))"""
NO_HOLDING = """select l.id, c.no, '所引用的职责归属当时不生效' as why from cases_leg l join cases_case c on c.id = l.case_id
 join register_holding h on h.id = l.holding_id
 where not (h.from_day <= (l.dispatched_at at time zone 'Asia/Shanghai')::date
   and (h.to_day is null or h.to_day > (l.dispatched_at at time zone 'Asia/Shanghai')::date)
   and h.recorded_at <= l.dispatched_at and (h.withdrawn_at is null or h.withdrawn_at > l.dispatched_at))"""
OTHER_BODY = """select l.id, c.no, '引用的归属是别的机构的' as why from cases_leg l join cases_case c on c.id = l.case_id
 join register_holding h on h.id = l.holding_id where h.body_id <> l.body_id"""
NOT_EXPLAINED = """select l.id, c.no, '留存的依据没有引用这项归属' as why from cases_leg l join cases_case c on c.id = l.case_id
 join cases_exhibit x on x.id = l.exhibit_id
 where l.holding_id is not null and not x.content -> 'basis' @> jsonb_build_array(jsonb_build_object('holding', l.holding_id))"""


@BOOK.rule(
    26,
    "one_body_answers_and_no_deadline_moves_alone",
    "E",
    article="浙政办发〔2015〕127号；登记不变式第26条",
    says="诉求{no}：{why}",
)
def one_body_answers_and_no_deadline_moves_alone(touched: Touched) -> Iterator[Hit]:
    for sql in (NO_LEAD, DEAD_BODY, OWN_CASE, ASTRAY):
        yield from _hits(sql, "case", "c.id", touched)
    yield from _moved_alone(touched)


@BOOK.rule(
    27,
    "every_route_rests_on_a_live_holding",
    "E",
    article="浙政办发〔2015〕127号（按责转办）；登记不变式第27条",
    says="诉求{no}：{why}",
)
def every_route_rests_on_a_live_holding(touched: Touched) -> Iterator[Hit]:
    for sql in (NO_HOLDING, OTHER_BODY, NOT_EXPLAINED):
        yield from _hits(sql, "leg", "c.id", touched)


def _hits(sql: str, kind: str, column: str, touched: Touched) -> Iterator[Hit]:
    """Run over everything, or over the cases an act touched."""
    ids = _ids(touched)
    if ids == []:
        return
    narrowed = sql if ids is None else f"{sql} and {column} = any(%(ids)s)"
    with connection.cursor() as cursor:
        cursor.execute(narrowed + " limit 500", {"ids": ids} if ids else None)
        for row, no, why in cursor.fetchall():
            yield [f"{kind}:{row}"], {"no": no, "why": why}


def _moved_alone(touched: Touched) -> Iterator[Hit]:
    """Every open deadline is reckoned again from its pinned terms; a difference is a deadline nobody moved."""
    ids = _ids(touched)
    cases = Case.objects.exclude(state__in=("closed", "withdrawn", "merged", "not_accepted")).select_related("terms")
    legs = Leg.objects.filter(state__in=LEG_OPEN).select_related("terms", "case__terms")
    if ids is not None:
        cases, legs = cases.filter(pk__in=ids), legs.filter(case__in=ids)
    moved = _with_changes()
    known: dict[int, Terms] = {}
    for case in cases.order_by("pk").iterator(BATCH):
        terms = known.setdefault(case.terms_id, Terms(case.terms.content))
        due = promise_clock(case)[1].due if case.pk in moved else terms.due(PROMISE, case.promised_at)
        if due != case.due and not case.suspended:
            yield [f"case:{case.pk}"], {"no": case.no, "why": f"承诺期限{day_of(case.due)}不是由延期、中止得来的"}
    for leg in legs.order_by("pk").iterator(BATCH):
        terms = known.setdefault(leg.terms_id, Terms(leg.terms.content))
        due = leg_clock(leg)[1].due if leg.case_id in moved else terms.due(PROMISE, leg.dispatched_at)
        if due != leg.due and not leg.case.suspended:
            yield [f"leg:{leg.pk}"], {"no": leg.case.no, "why": f"办理期限{day_of(leg.due)}不是由延期、中止得来的"}


def _with_changes() -> set[int]:
    """The cases whose clocks were moved by an act; all others are reckoned from memory."""
    granted = Extension.objects.filter(state=Extension.State.GRANTED).values_list("case_id", flat=True)
    return set(granted) | set(Suspension.objects.values_list("case_id", flat=True))


def _ids(touched: Touched) -> list[int] | None:
    return None if touched is None else [int(key.split(":")[1]) for key in touched if key.startswith("case:")]
