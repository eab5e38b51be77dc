"""What a message becomes before anything is written: checked, routed, clocked, numbered. Reads little, writes nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from zhize.accounts.models import By
from zhize.cases import sealing
from zhize.cases.commands.base import said, tidy
from zhize.cases.limits import FIRST, PROMISE, RETURN, SIGN, Terms, terms_for
from zhize.cases.models import Case
from zhize.cases.queries.routing import Fresh, Question, Route, chain, routes
from zhize.cases.terms import Message
from zhize.kernel.errors import BadInput
from zhize.kernel.merkle import digest
from zhize.kernel.period import day_of
from zhize.places.models import Place, PlaceCode
from zhize.policy import queries as policy
from zhize.record.digest import ALGORITHM, canonical

WHOLE_LETTER = 100_000  # what another office has taken down already is not cut to our own form's limit
_KINDS, _CHANNELS = set(Case.Kind.values), set(Case.Channel.values)
_PHONE = re.compile(r"\+?[0-9][0-9 \-]{2,24}")
_prefixes: Fresh[str] = Fresh(60)


@dataclass(slots=True)
class Plan:
    """Everything that will be written for one message."""

    message: Message
    day: date
    state: str
    snag: str
    urgent: bool
    confidential: bool
    terms: Terms
    due: datetime
    first_due: datetime
    sign_due: datetime
    return_until: datetime
    route: Route | None
    prefix: str
    key: str | None
    digest: str
    secret: str

    @property
    def sent(self) -> bool:
        return self.state == "dispatched"


def prepare(messages: Sequence[Message], by: By, now: datetime) -> list[Plan | BadInput]:
    """A plan or a refusal for each, in order. The register is asked once for all of them."""
    day = day_of(now)
    clean = [_attempt(message, by, day) for message in messages]
    asked: list[Question] = [
        (m.matter_id, m.place_id) for m in clean if isinstance(m, Message) and m.matter_id is not None
    ]
    found = routes(asked, day) if asked else {}
    return [m if isinstance(m, BadInput) else _plan(m, found, by, now, day) for m in clean]


def content_digest(message: Message) -> str:
    """What the message says, so that a replay can be told from another message under the same key.

    Nothing of the reporter: eleven digits could be guessed back from an open digest.
    """
    words = [message.kind, message.title, message.text, message.place_id, message.address]
    return digest(ALGORITHM, canonical(words)).hex()


def stored_key(key: str, by: By) -> str | None:
    """The key within its door and its officer: nobody's key meets another's."""
    return digest(ALGORITHM, f"{by.via}:{by.officer_id or ''}:{key}".encode()).hex() if key else None


def _attempt(message: Message, by: By, day: date) -> Message | BadInput:
    try:
        return check(message, by, day)
    except BadInput as refusal:
        return refusal


def check(message: Message, by: By, day: date) -> Message:
    """1 words · 2 choices · 3 place and point · 4 day · 5 who: each refusal names its field."""
    above = chain(message.place_id, day)
    if not above:
        raise BadInput("没有选定地点", why="登记中没有这个地方，或者它在{day}不存在", instead="请从地点列表中选择", field="place",
                       code="unknown_place", day=day)
    most = WHOLE_LETTER if message.channel == Case.Channel.IMPORT else policy.value("cases.text.max", above, day).value
    text, title, address, name, phone = (
        said(message.text, "诉求内容", "text", most), _short(message.title, "标题", "title", 120),
        _short(message.address, "详细地址", "address", 200), _short(message.name, "姓名", "name", 40),
        _short(message.phone, "电话", "phone", 26))
    _choices(message)
    _point(message)
    if phone and not _PHONE.fullmatch(phone):
        raise BadInput("电话号码读不出来", why="号码由数字组成，可以有区号和连字符", instead="请填写手机号，或带区号的固定电话；也可以不填", field="phone",
                       code="bad_phone")
    if message.occurred_on is not None and message.occurred_on > day:
        raise BadInput("发生日期{day}还没有到", instead="请填写今天或以前的日期", field="occurred_on", code="future_day", day=message.occurred_on)
    return replace(message, text=text, title=title, address=address, name=name, phone=phone,
                   words=[tidy(word) for word in message.words][:20])


def _short(text: str, what: str, field: str, most: int) -> str:
    return said(text, what, field, most) if tidy(text) else ""


def _choices(message: Message) -> None:
    if message.kind not in _KINDS:
        raise BadInput("没有“{kind}”这种诉求类型", instead="请选择{all}之一", field="kind", code="unknown_kind", kind=message.kind,
                       all="、".join(str(label) for label in Case.Kind.labels))
    if message.channel not in _CHANNELS:
        raise BadInput("没有“{channel}”这种渠道", instead="请选择{all}之一", field="channel", code="unknown_channel",
                       channel=message.channel, all="、".join(str(label) for label in Case.Channel.labels))
    if message.confidence is not None and not 0 <= message.confidence <= 1:
        raise BadInput("把握度须在0到1之间", field="confidence", code="bad_confidence")


def _point(message: Message) -> None:
    """Both or neither, on the globe; NaN is neither."""
    if (message.lat is None) != (message.lon is None):
        raise BadInput("经纬度不完整", why="经度和纬度须同时给出", instead="请重新在地图上点选", field="lat", code="half_a_point")
    if message.lat is not None and message.lon is not None:
        finite = math.isfinite(message.lat) and math.isfinite(message.lon)
        if not (finite and abs(message.lat) <= 90 and abs(message.lon) <= 180):
            raise BadInput("经纬度不在地球上", instead="请重新在地图上点选", field="lat", code="bad_point")


def _plan(message: Message, found: Mapping[Question, Route], by: By, now: datetime, day: date) -> Plan:
    above = chain(message.place_id, day)
    emergency = policy.value("cases.emergency", above, day).value
    urgent = any(word in message.text or word in message.title for word in emergency["words"])
    secret_kinds = policy.value("cases.confidential.kinds", above, day).value
    terms = terms_for(message.kind, above, day, urgent=urgent)
    state, snag, route = _where_to(message, found, above, day)
    key, said_ = stored_key(message.idempotency_key, by), content_digest(message)
    return Plan(
        message, day, state, snag, urgent, message.confidential or message.kind in secret_kinds, terms,
        terms.due(PROMISE, now), terms.due(FIRST, now), terms.due(SIGN, now), terms.due(RETURN, now), route,
        _prefixes.get((message.place_id, day), lambda: _prefix(above, day)), key, said_,
        sealing.new_secret(f"{key}:{said_}" if key else ""))


def _where_to(
    message: Message, found: Mapping[Question, Route], above: list[int], day: date
) -> tuple[str, str, Route | None]:
    """How far the case may go by itself. A person's choice counts as sure; a machine's must reach the threshold."""
    if message.matter_id is None:
        return "registered", Case.Snag.NO_MATTER, None
    threshold = policy.value("cases.dispatch.threshold", above, day).value
    if message.confidence is not None and message.confidence < threshold:
        return "registered", Case.Snag.UNSURE, None
    route = found[message.matter_id, message.place_id]
    return ("to_dispatch", route.snag, route) if route.snag else ("dispatched", "", route)


def _prefix(above: list[int], day: date) -> str:
    """The first four digits of the city's code; of the nearest code where there is no city."""
    levels = dict(Place.objects.filter(pk__in=above, kind=Place.Kind.DIVISION).values_list("pk", "level"))
    order = sorted(levels, key=lambda p: (levels[p] != Place.Level.CITY, above.index(p)))
    codes = dict(PlaceCode.objects.as_of(day).filter(place_id__in=order).values_list("place_id", "code"))
    return next((codes[p][:4] for p in order if p in codes), "0000")


def dispatch_facts(plan: Plan, legs: Sequence[Any]) -> dict[str, Any]:
    """What the event of a dispatch says: to whom, on which holding, on which evidence, until when."""
    route = plan.route
    return {
        "legs": [{"body": x.body_id, "capacity": x.capacity, "holding": x.holding_id} for x in legs],
        "evidence": route.digest if route else "", "terms": plan.terms.digest, "due": plan.due.isoformat(),
    }
