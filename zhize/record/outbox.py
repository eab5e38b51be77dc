"""The outbox: events that must go out become messages, messages go out, and the event says when it was told.

Each floor declares whom its events concern and in what words (`announcements.py` in the app): the record knows neither cases
nor telephones. Any number of senders may run side by side. A message is claimed by one conditional update and fenced by its
number of attempts; a sender that is killed leaves a claim that runs out, and the next one sends under the same key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils.module_loading import autodiscover_modules

from zhize.kernel.errors import Refusal
from zhize.record.gateways import Undelivered, configured, deliver
from zhize.record.models import Event, Message

LEASE = timedelta(minutes=5)
STALE = timedelta(days=7)  # an outbox that stood still for weeks does not wake people with old news
WAITS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440)]
TRIES = len(WAITS) + 1
AGAIN = (Message.State.FAILED, Message.State.FILED, Message.State.STALE)
CLAIM = """update record_message m set state = 'sending', attempts = attempts + 1, claimed_until = %(until)s
from (select id from record_message
      where state in ('waiting', 'sending') and next_at <= %(now)s
        and (state = 'waiting' or claimed_until < %(now)s)
      order by next_at, id limit %(most)s for update skip locked) due
where m.id = due.id returning m.id"""


@dataclass(frozen=True)
class Draft:
    """Words for one recipient: `to` says who, `masked` what may be shown of him."""

    channel: str
    to: str
    text: str
    subject: str = ""
    masked: str = ""
    language: str = ""


AUDIENCES: dict[str, Callable[[Event], Iterable[Draft]]] = {}
ADDRESSES: dict[str, Callable[[int, str], str]] = {}


def announce(kind: str, audience: Callable[[Event], Iterable[Draft]]) -> None:
    """Whom an event that touched such a thing ("case") concerns, and in what words."""
    AUDIENCES[kind] = audience


def reach(kind: str, address: Callable[[int, str], str]) -> None:
    """Where such a recipient is reached by a channel, opened at the moment of sending; empty where he is not."""
    ADDRESSES[kind] = address


def discover() -> None:
    autodiscover_modules("announcements")


# ---- from events to messages ----------------------------------------------------------------------------------------


def address(now: datetime, most: int = 500) -> int:
    """Events that must go out get their messages, each event by one hand; one that concerns nobody is told at once."""
    with transaction.atomic():
        written = Message.objects.filter(event=OuterRef("pk"))
        waiting = Event.objects.filter(~Exists(written), tell=True, told_at=None).order_by("pk")
        events = list(waiting.select_for_update(skip_locked=True, of=("self",))[:most])
        rows = [row for event in events for row in _messages(event, now)]
        Message.objects.bulk_create(rows, ignore_conflicts=True)
        spoken = {row.event_id for row in rows}
        Event.objects.filter(pk__in=[e.pk for e in events if e.pk not in spoken]).update(told_at=now)
    return len(events)


def _messages(event: Event, now: datetime) -> list[Message]:
    state = Message.State.WAITING if event.at > now - STALE else Message.State.STALE
    return [
        Message(
            event=event, channel=d.channel, to=d.to, masked=d.masked, language=d.language, subject=d.subject,
            text=d.text, key=_key(event, d), state=state, next_at=now,
        )
        for d in _drafts(event)
    ]  # fmt: skip


def _drafts(event: Event) -> list[Draft]:
    kinds = {name.partition(":")[0] for name in event.touched}
    people = [draft for kind in sorted(kinds & AUDIENCES.keys()) for draft in AUDIENCES[kind](event)]
    hooks = [h for h in configured().get("hook", []) if not h.get("acts") or _word(event.act) in h["acts"]]
    return people + [Draft("hook", f"hook:{h['name']}", _said(event), masked=h["name"]) for h in hooks]


def _word(act: str) -> str:
    """Who asked to hear of `urge` hears of `urge_many` too."""
    return act.removesuffix("_many")


def _said(event: Event) -> str:
    """For programs: what happened to which things. What was said stays here; who may read it asks the API."""
    return json.dumps(
        {"event": event.pk, "act": event.act, "at": event.at.isoformat(), "touched": event.touched}, ensure_ascii=False
    )


def _key(event: Event, draft: Draft) -> str:
    said = f"{settings.SECRET_KEY}:{event.pk}:{draft.channel}:{draft.to}"
    return hashlib.sha256(said.encode()).hexdigest()[:40]


# ---- from messages to people ----------------------------------------------------------------------------------------


def send(now: datetime, most: int = 20) -> int:
    """Claim what is due and send it; how many were tried."""
    claimed = _claim(now, most)
    for message in claimed:
        _try(message, now)
    return len(claimed)


def _claim(now: datetime, most: int) -> list[Message]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + LEASE, "most": most})
        ids = [row[0] for row in cursor.fetchall()]
    return list(Message.objects.filter(pk__in=ids).order_by("next_at", "pk"))


def _try(message: Message, now: datetime) -> None:
    try:
        out = deliver(message, _address_of(message))
    except Undelivered as error:
        _failed(message, error, now)
    else:
        _sent(message, now) if out else _filed(message)


def _address_of(message: Message) -> str:
    kind, _, number = message.to.partition(":")
    if kind == "hook":
        return ""
    try:
        found = ADDRESSES[kind](int(number), message.channel) if kind in ADDRESSES else ""
    except Refusal as refusal:  # the key that opens it is on another machine
        raise Undelivered(str(refusal)[:120]) from None
    if not found:
        raise Undelivered("没有可以送到的地址", for_good=True)
    return found


def _failed(message: Message, error: Undelivered, now: datetime) -> None:
    over = error.for_good or message.attempts >= TRIES
    wait = WAITS[min(message.attempts, len(WAITS)) - 1]
    _keep(
        message,
        state=Message.State.FAILED if over else Message.State.WAITING,
        last_error=str(error)[:200],
        next_at=now if over else now + wait,
    )


def _sent(message: Message, now: datetime) -> None:
    """The event was told when the last of its messages was."""
    with transaction.atomic():
        _keep(message, state=Message.State.SENT, told_at=now, last_error="")
        Event.objects.select_for_update(of=("self",)).get(
            pk=message.event_id
        )  # two last ones at once: one after the other
        left = Message.objects.filter(event=message.event_id).exclude(state=Message.State.SENT)
        Event.objects.filter(~Exists(left), pk=message.event_id, told_at=None).update(told_at=now)


def _filed(message: Message) -> None:
    """Nobody was told: the event waits like one whose message failed, until somebody sends it again by a way that leads out."""
    _keep(message, state=Message.State.FILED, last_error="")


def _keep(message: Message, **changes: object) -> None:
    """Only whoever holds the claim: the attempt is the fence."""
    mine = Message.objects.filter(pk=message.pk, state=Message.State.SENDING, attempts=message.attempts)
    mine.update(claimed_until=None, **changes)


def send_again(message_id: int, now: datetime) -> Message:
    """What failed, was only filed, or is too old to go by itself, is tried anew because somebody says so."""
    again = Message.objects.filter(pk=message_id, state__in=AGAIN)
    if not again.update(state=Message.State.WAITING, next_at=now, attempts=F("attempts")):
        raise Refusal("这一件不用重发", why="它已经送出，或者正在等候发送", instead="请刷新后查看", code="not_failed")
    return Message.objects.get(pk=message_id)
