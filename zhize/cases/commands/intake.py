"""receive: a message becomes a case — numbered, routed, clocked, told — in one statement; receive_many: the same in bulk.

One act leaves its event in the same statement (sealing is the worker's, later). When the register answers, the machine's
`dispatch` is a second event with the evidence's digest; when it does not, a proposal stands on the register's worklist.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from zhize.accounts.models import By
from zhize.cases import exhibits, sealing, sql
from zhize.cases.commands.preparing import Plan, dispatch_facts, prepare, proposal_kind, received_facts, reporter_of
from zhize.cases.models import Case, Recusal
from zhize.cases.terms import Message, Receipt
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.record.digest import canonical
from zhize.register import access

MACHINE = By.system("按登记自动分派")

NUMBER = "%(prefix)s || lpad(n.text, greatest(6, length(n.text)), '0')"
RECEIVE = f"""
with day as (select first from cases_receiptday where day = %(day)s::date),
n as materialized (select (nextval('cases_receipt') - first)::text as text from day),
new as (
  insert into cases_case (no, secret_hash, kind, channel, title, text, place_id, centre_id, address, lat, lon, occurred_on, matter_id,
    confidence, words, state, snag, urgent, complex, confidential, received_at, round, promised_at, "limit", due, first_due,
    terms_id, suspended, idempotency_key, content_digest)
  select {NUMBER.replace("%(prefix)s", "%(prefix)s::text")}, %(secret_hash)s, %(kind)s, %(channel)s, %(title)s, %(text)s,
    %(place)s::bigint, %(centre)s::bigint, %(address)s, %(lat)s::float8, %(lon)s::float8, %(occurred_on)s::date, %(matter)s::bigint,
    %(confidence)s::float8, %(words)s::jsonb, %(state)s, %(snag)s, %(urgent)s::bool, false, %(confidential)s::bool,
    %(now)s::timestamptz, 1, %(now)s::timestamptz, %(limit)s, %(due)s::timestamptz, %(first_due)s::timestamptz,
    %(terms)s::bigint, false, %(key)s, %(digest)s
  from n on conflict (idempotency_key) do nothing returning id, no),
reporter as (
  insert into cases_reporter (case_id, sealed, name_masked, phone_masked)
  select id, %(sealed)s, %(name_masked)s, %(phone_masked)s from new where %(sealed)s::text <> ''),
caller as (
  insert into cases_caller (case_id, digest, call)
  select id, %(caller)s, %(call)s from new where %(caller)s::text <> '' or %(call)s::text <> ''),
leg as (
  insert into cases_leg (case_id, no, round, body_id, capacity, required, holding_id, exhibit_id, by_hand, backstop, state,
    dispatched_at, sign_due, return_until, "limit", due, terms_id)
  select new.id, l.no, 1, l.body, l.capacity, l.required, l.holding, %(evidence)s::bigint, false, l.holding is null, 'dispatched',
    %(now)s::timestamptz, %(sign_due)s::timestamptz, %(return_until)s::timestamptz, %(limit)s, %(due)s::timestamptz,
    %(terms)s::bigint
  from new cross join unnest(%(bodies)s::bigint[], %(capacities)s::text[], %(required)s::bool[], %(holdings)s::bigint[])
    with ordinality as l(body, capacity, required, holding, no)),
proposal as (
  insert into cases_proposal (kind, matter_id, place_id, case_id, opened_at, words, outcome)
  select %(proposal)s, %(matter)s::bigint, %(place)s::bigint, id, %(now)s::timestamptz, %(proposal_words)s, '' from new
  where %(proposal)s::text <> '' on conflict (kind, matter_id, place_id) where settled_at is null do nothing),
said as (
  insert into record_event (act, at, officer_id, seat_id, who, via, touched, payload, rows_root, tell)
  select e.act, %(now)s::timestamptz, e.officer, e.seat, e.who, e.via,
    array['case:' || new.id] || case when e.act = 'dispatch' then %(touched)s::text[] else '{{}}'::text[] end,
    e.payload || jsonb_build_object('no', new.no), '', e.act = 'dispatch'
  from new cross join (values
    ('receive', %(officer)s::bigint, %(seat)s::bigint, %(who)s, %(via)s, %(received)s::jsonb, true),
    ('dispatch', null, null, %(machine)s, 'system', %(sent)s::jsonb, %(is_sent)s::bool)
  ) as e(act, officer, seat, who, via, payload, happened) where e.happened)
select id, no from new"""


OPEN_DAY = "insert into cases_receiptday (day, first) values (%s, nextval('cases_receipt')) on conflict do nothing"


def receive(message: Message, *, by: By, now: datetime) -> Receipt:
    """Take a message in. The hot path: policy and calendar from memory, one question to the register, one statement."""
    access.require(by, "cases.receive", message.place_id, day_of(now))
    plan = prepare([message], by, now)[0]
    if isinstance(plan, BadInput):
        raise plan
    if message.about is None:
        return _write(plan, by, now)
    with transaction.atomic():  # whom it must not reach is kept before anybody can see the case
        receipt = _write(plan, by, now)
        Recusal.objects.get_or_create(case_id=receipt.case_id, body_id=message.about, defaults={"at": now})
    return receipt


receive.is_act = True  # type: ignore[attr-defined]


def _write(plan: Plan, by: By, now: datetime) -> Receipt:
    params = _params(plan, by, now)
    rows = sql.run(RECEIVE, params)
    if not rows:
        if (again := first_answer(plan)) is not None:
            return again
        open_day(plan.spot.day)
        rows = sql.run(RECEIVE, params)
    if rows:
        return receipt_of(plan, *rows[0])
    return _twin(plan)


def receipt_of(plan: Plan, case_id: int, no: str) -> Receipt:
    body = plan.legs[0].body_id if plan.legs else None
    return Receipt(case_id, no, plan.secret, plan.state, plan.snag, plan.clock.due, body)


def open_day(day: date) -> None:
    """The first message of a day notes where the sequence stands; a second writer waits for it this once."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_DAY, [day])


def first_answer(plan: Plan) -> Receipt | None:
    """The first answer again, or a refusal when the key was used for other words."""
    if plan.key is None:
        return None
    first = Case.objects.filter(idempotency_key=plan.key).first()
    return None if first is None else replay(plan, first)


def replay(plan: Plan, first: Case) -> Receipt:
    if first.content_digest != plan.digest:
        raise BadInput(
            "这个提交标识已用于另一件诉求",
            why="同一标识的两次提交内容不同",
            rule="一个标识一件诉求",
            instead="请换一个标识重新提交",
            code="key_reused",
            field="idempotency_key",
        )
    lead = first.legs.order_by("no").values_list("body_id", flat=True).first()
    return Receipt(first.pk, first.no, plan.secret, first.state, first.snag, first.due, lead, replayed=True)


def _twin(plan: Plan) -> Receipt:
    """The same message came in while the day was being opened."""
    again = first_answer(plan)
    if again is None:
        raise Refusal("没有登记成功", why="编号没有取到", instead="请稍后再提交一次", code="not_received")
    return again


def number_prefix(plan: Plan) -> str:
    return f"{plan.spot.prefix}-{plan.spot.day:%Y%m%d}-"


def _params(plan: Plan, by: By, now: datetime) -> dict[str, Any]:
    m, legs, clock, kept = plan.message, plan.legs, plan.clock, exhibits.keep(plan.exhibits)
    return {
        "day": plan.spot.day, "prefix": number_prefix(plan), "secret_hash": sealing.hash_secret(plan.secret),
        "kind": m.kind, "channel": m.channel, "title": m.title, "text": m.text, "place": m.place_id, "centre": plan.spot.centre, "address": m.address,
        "lat": m.lat, "lon": m.lon, "occurred_on": m.occurred_on or plan.spot.day, "matter": m.matter_id,
        "confidence": m.confidence, "words": canonical(list(m.words)).decode(), "state": plan.state, "snag": plan.snag,
        "urgent": plan.urgent, "confidential": plan.confidential, "now": now, "limit": clock.terms.limit("promise"),
        "due": clock.due, "first_due": clock.first_due, "terms": kept[clock.terms.digest], "key": plan.key,
        "digest": plan.digest, **reporter_of(plan), "evidence": kept[plan.route.digest] if plan.route and legs else None,
        "sign_due": clock.sign_due, "return_until": clock.return_until, "bodies": [x.body_id for x in legs],
        "capacities": [x.capacity for x in legs], "required": [x.required for x in legs],
        "holdings": [x.holding_id for x in legs], "proposal": proposal_kind(plan),
        "proposal_words": plan.route.evidence["says"] if plan.route else "", "touched": [f"body:{x.body_id}" for x in legs],
        "officer": by.officer_id, "seat": by.seat_id, "who": by.name, "via": by.via, "machine": MACHINE.name,
        "received": canonical(received_facts(plan)).decode(), "sent": canonical(dispatch_facts(plan)).decode(),
        "is_sent": bool(legs),
    }  # fmt: skip
