"""receive_many: a batch of messages in one transaction, by COPY. Each row is taken or refused with its sentence.

One event for the batch's receipt and one for the machine's dispatches name every case; sealing loses nothing by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from zhize.accounts.models import By
from zhize.cases import exhibits, sealing, sql
from zhize.cases.commands.intake import MACHINE, number_prefix, open_day, receipt_of, replay
from zhize.cases.commands.preparing import Plan, dispatch_facts, prepare, proposal_kind, reporter_of
from zhize.cases.models import Case, Proposal, ReceiptDay, Recusal
from zhize.cases.terms import Message, Receipt
from zhize.kernel.collecting import collector_at_rest
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.merkle import root
from zhize.kernel.period import day_of
from zhize.record.digest import ALGORITHM, canonical
from zhize.record.models import Event
from zhize.register import access

Outcome = Receipt | Refusal
Row = tuple[Any, ...]


class Moments(dict[datetime, str]):
    """Moments as PostgreSQL reads them. A batch writes the same dozen eight thousand times: told once each, the batch is
    done a tenth sooner."""

    def __missing__(self, moment: datetime) -> str:
        said = self[moment] = moment.isoformat()
        return said


CASE = [
    "no",
    "secret_hash",
    "kind",
    "channel",
    "title",
    "text",
    "place_id",
    "centre_id",
    "address",
    "lat",
    "lon",
    "occurred_on",
    "matter_id",
    "confidence",
    "words",
    "state",
    "snag",
    "urgent",
    "complex",
    "confidential",
    "received_at",
    "round",
    "promised_at",
    "limit",
    "due",
    "first_due",
    "terms_id",
    "suspended",
    "idempotency_key",
    "content_digest",
    "id",
]
LEG = [
    "case_id",
    "no",
    "round",
    "body_id",
    "capacity",
    "required",
    "holding_id",
    "exhibit_id",
    "by_hand",
    "backstop",
    "state",
    "dispatched_at",
    "sign_due",
    "return_until",
    "limit",
    "due",
    "terms_id",
]
CALLER = ["case_id", "digest", "call"]
REPORTER = ["case_id", "sealed", "name_masked", "phone_masked"]
# `offset 0` keeps it a loop over the unique index, whatever the statistics say of a table that is being filled.
ATTEMPTS = 10
KNOWN = """select c.id from unnest(%(keys)s::text[]) as q(key)
 cross join lateral (select id from cases_case where idempotency_key = q.key offset 0) c"""
DRAW = """select nextval(pg_get_serial_sequence('cases_case', 'id')), nextval('cases_receipt')
 from generate_series(1, %(count)s::int)"""


def receive_many(messages: Sequence[Message], *, all_or_none: bool = False, by: By, now: datetime) -> list[Outcome]:
    """Take a batch in, in order: a receipt or a refusal for each. `all_or_none`: the first refusal is raised instead.

    1 prepare · 2 set replays apart · 3 write · 4 answer. Another writer with the same keys makes the batch start over.
    """
    for place in {m.place_id for m in messages}:
        access.require(by, "cases.receive", place, day_of(now))
    with collector_at_rest():
        return _receive(prepare(messages, by, now), all_or_none, by, now)


receive_many.is_act = True  # type: ignore[attr-defined]


def _receive(plans: Sequence[Plan | BadInput], all_or_none: bool, by: By, now: datetime) -> list[Outcome]:
    """Take again what another writer's key has stopped, ten times at most."""
    for left in reversed(range(ATTEMPTS)):
        try:
            return _take(plans, all_or_none, by, now)
        except IntegrityError as error:
            if not left or "idempotency_key" not in str(error):
                raise
    raise AssertionError("the last attempt returns or raises")


@transaction.atomic
def _take(plans: Sequence[Plan | BadInput], all_or_none: bool, by: By, now: datetime) -> list[Outcome]:
    known = _known(p.key for p in plans if isinstance(p, Plan))
    new = _first_of_each_key(plans, known)
    taken = _write(new, by, now) if new else {}
    return [_answer(plan, known, taken, all_or_none) for plan in plans]


def _known(keys: Iterable[str | None]) -> dict[str, Case]:
    wanted = [key for key in keys if key]
    found = [row[0] for row in sql.run(KNOWN, {"keys": "{" + ",".join(wanted) + "}"})] if wanted else []
    return {str(c.idempotency_key): c for c in Case.objects.filter(pk__in=found)} if found else {}


def _first_of_each_key(plans: Sequence[Plan | BadInput], known: Mapping[str, Case]) -> list[Plan]:
    new: dict[str | int, Plan] = {}
    for plan in plans:
        if isinstance(plan, Plan) and (plan.key is None or plan.key not in known):
            new.setdefault(plan.key or id(plan), plan)
    return list(new.values())


def _answer(plan: Plan | BadInput, known: Mapping[str, Case], taken: Mapping[int, Receipt], strict: bool) -> Outcome:
    refusal: Refusal
    try:
        if isinstance(plan, BadInput):
            raise plan
        if id(plan) in taken:
            return taken[id(plan)]
        assert plan.key is not None  # only a key makes a message the twin of another
        return replay(plan, known.get(plan.key) or Case.objects.get(idempotency_key=plan.key))
    except Refusal as error:
        if strict:
            raise
        refusal = error
    return refusal


def _write(plans: Sequence[Plan], by: By, now: datetime) -> dict[int, Receipt]:
    """Numbers drawn, exhibits kept, rows copied, two events left."""
    day = plans[0].spot.day
    if not ReceiptDay.objects.filter(day=day).exists():
        open_day(day)
    first = ReceiptDay.objects.get(day=day).first
    kept = exhibits.keep({name: content for plan in plans for name, content in plan.exhibits.items()})
    drawn = sql.run(DRAW, {"count": len(plans)})
    when = Moments()
    numbered = [(p, pk, f"{number_prefix(p)}{at - first:06}") for p, (pk, at) in zip(plans, drawn, strict=True)]
    _copy("cases_case", CASE, (_case(p, pk, no, kept, now, when) for p, pk, no in numbered))
    _copy("cases_leg", LEG, (leg for p, pk, _ in numbered for leg in _legs(p, pk, kept, now, when)))
    _copy("cases_reporter", REPORTER, (_reporter(p, pk) for p, pk, _ in numbered if p.message.name or p.message.phone))
    _copy("cases_caller", CALLER, (c for p, pk, _ in numbered if (c := _caller(p, pk)) is not None))
    with sql.checked_meanwhile():
        events = _events(numbered, by, now)
        receipts = {id(p): receipt_of(p, pk, no) for p, pk, no in numbered}
        _propose(numbered, now)
        about = [(p.message.about, pk) for p, pk, _ in numbered if p.message.about is not None]
        Recusal.objects.bulk_create([Recusal(case_id=pk, body_id=body, at=now) for body, pk in about])
        Event.objects.bulk_create(events)
    return receipts


def _copy(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    named = ", ".join(f'"{name}"' for name in columns)
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        connection.connection.cursor() as cursor,
        cursor.copy(f"copy {table} ({named}) from stdin") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _case(p: Plan, pk: int, no: str, kept: Mapping[str, int], now: datetime, when: Moments) -> Row:
    m, clock = p.message, p.clock
    return (
        no, sealing.hash_secret(p.secret), m.kind, m.channel, m.title, m.text, m.place_id, p.spot.centre, m.address, m.lat, m.lon,
        m.occurred_on or p.spot.day, m.matter_id, m.confidence, canonical(m.words).decode() if m.words else "[]", p.state, p.snag, p.urgent,
        False, p.confidential, when[now], 1, when[now], clock.terms.limit("promise"), when[clock.due], when[clock.first_due],
        kept[clock.terms.digest], False, p.key, p.digest, pk,
    )  # fmt: skip


def _legs(p: Plan, pk: int, kept: Mapping[str, int], now: datetime, when: Moments) -> list[Row]:
    if p.route is None:
        return []
    clock = p.clock
    limit, terms = clock.terms.limit("promise"), kept[clock.terms.digest]
    return [
        (pk, no, 1, x.body_id, x.capacity, x.required, x.holding_id, kept[p.route.digest], False, x.holding_id is None, "dispatched", when[now],
         when[clock.sign_due], when[clock.return_until], limit, when[clock.due], terms)
        for no, x in enumerate(p.legs, 1)
    ]  # fmt: skip


def _reporter(p: Plan, pk: int) -> Row:
    said = reporter_of(p)
    return pk, said["sealed"], said["name_masked"], said["phone_masked"]


def _caller(p: Plan, pk: int) -> Row | None:
    digest = sealing.caller_digest(p.message.phone) if p.message.phone else ""
    return (pk, digest, p.message.call) if digest or p.message.call else None


def _propose(numbered: Sequence[tuple[Plan, int, str]], now: datetime) -> None:
    """One line a matter and place, however many cases wait for it."""
    rows = {
        (kind, p.message.matter_id, p.message.place_id): Proposal(
            kind=kind,
            matter_id=p.message.matter_id,
            place_id=p.message.place_id,
            case_id=pk,
            opened_at=now,
            words=p.route.evidence["says"],
        )
        for p, pk, _ in reversed(numbered)
        if (kind := proposal_kind(p)) and p.route
    }
    Proposal.objects.bulk_create([rows[key] for key in sorted(rows, key=str)], ignore_conflicts=True)


def _events(numbered: Sequence[tuple[Plan, int, str]], by: By, now: datetime) -> list[Event]:
    """The receipt names every case and seals the words of all by one root; the dispatch says which cases went where on
    which evidence."""
    sent = [(p, pk, no) for p, pk, no in numbered if p.legs]
    span = {"first": numbered[0][2], "last": numbered[-1][2], "root": _root(p for p, _, _ in numbered)}
    events = [_event("receive_many", by, numbered, span, now)]
    if sent:
        grounds: dict[str, dict[str, Any]] = {}
        for p, pk, _ in sent:
            assert p.route is not None
            if p.route.digest not in grounds:  # said once for all that rest on it
                facts = dispatch_facts(p)
                grounds[p.route.digest] = {"cases": [], "legs": facts["legs"], "terms": facts["terms"]}
            grounds[p.route.digest]["cases"].append(pk)
        event = _event("dispatch", MACHINE, sent, {"by_evidence": grounds}, now)
        event.touched += sorted({f"body:{x.body_id}" for p, _, _ in sent for x in p.legs})
        event.tell = True
        events.append(event)
    return events


def _event(act: str, by: By, rows: Sequence[tuple[Plan, int, str]], payload: dict[str, Any], now: datetime) -> Event:
    return Event(
        act=act,
        at=now,
        officer_id=by.officer_id,
        seat_id=by.seat_id,
        who=by.name,
        via=by.via,
        touched=[f"case:{pk}" for _, pk, _ in rows],
        payload={"count": len(rows), **payload},
    )


def _root(plans: Iterable[Plan]) -> str:
    """One digest over all the messages' digests, in order."""
    return root([bytes.fromhex(p.digest) for p in plans], ALGORITHM).hex()
