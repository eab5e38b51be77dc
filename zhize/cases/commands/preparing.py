"""What a message becomes before anything is written: checked, routed, clocked, numbered. Reads little, writes nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from zhize.accounts.models import By
from zhize.cases import sealing
from zhize.cases.commands.base import said, tidy
from zhize.cases.limits import FIRST, PROMISE, RETURN, SIGN, Terms, graded, terms_for
from zhize.cases.models import Case
from zhize.cases.queries.centres import taken_in_by
from zhize.cases.queries.routing import Fresh, Planned, Question, Route, chain, routes
from zhize.cases.terms import Message
from zhize.kernel.errors import BadInput
from zhize.kernel.merkle import digest
from zhize.kernel.period import day_of
from zhize.places.models import Place, PlaceCode
from zhize.policy import queries as policy
from zhize.record.digest import ALGORITHM, canonical

WHOLE_LETTER = 100_000  # what another office has taken down already is not cut to our own form's limit
_KINDS, _CHANNELS = set(Case.Kind.values), set(Case.Channel.values)
_PROPOSES = {str(Case.Snag.NO_OWNER): "gap", str(Case.Snag.CONFLICT): "conflict"}
_LETTERS = {str(Case.Channel.IMPORT), str(Case.Channel.LETTER)}  # may be as long as a letter is
_PHONE = re.compile(r"\+?[0-9][0-9 \-]{2,24}")
_prefixes: Fresh[str] = Fresh(60)


@dataclass(slots=True)
class Plan:
    """Everything that will be written for one message."""

    message: Message
    spot: Spot
    clock: Clock
    state: str
    snag: str
    urgent: bool
    confidential: bool
    route: Route | None
    key: str | None
    digest: str
    secret: str

    @property
    def legs(self) -> list[Planned]:
        return self.route.legs if self.state == "dispatched" and self.route else []

    @property
    def exhibits(self) -> dict[str, Mapping[str, Any]]:
        """What must be kept with the case, by digest."""
        kept: dict[str, Mapping[str, Any]] = {self.clock.terms.digest: self.clock.terms.content}
        return kept | ({self.route.digest: self.route.evidence} if self.route and self.legs else {})


def prepare(messages: Sequence[Message], by: By, now: datetime) -> list[Plan | BadInput]:
    """A plan or a refusal for each, in order. The register is asked once for all of them."""
    spots = _Spots(by, now)
    clean = [_attempt(message, spots) for message in messages]
    asked: list[Question] = [
        (m.matter_id, m.place_id) for m in clean if isinstance(m, Message) and m.matter_id is not None
    ]
    found = routes(asked, spots.day) if asked else {}
    return [m if isinstance(m, BadInput) else _plan(m, spots.of(m.place_id), found, by) for m in clean]


READ = (
    "cases.text.max",
    "cases.dispatch.threshold",
    "cases.emergency",
    "cases.limit.grades",
    "cases.confidential.kinds",
)


@dataclass
class Spot:
    """What policy says of intake in one place today; read once a batch."""

    above: list[int]
    day: date
    now: datetime
    most: int
    threshold: float
    emergency: list[str]
    grades: list[dict[str, Any]]
    secret_kinds: list[str]
    prefix: str
    centre: int | None
    _clocks: dict[tuple[str, bool, str], Clock] = field(default_factory=dict)

    def clock(self, kind: str, urgent: bool, grade: str) -> Clock:
        if (kind, urgent, grade) not in self._clocks:
            terms = terms_for(kind, self.above, self.day, urgent=urgent, grade=grade)
            dues = [terms.due(name, self.now) for name in (PROMISE, FIRST, SIGN, RETURN)]
            self._clocks[kind, urgent, grade] = Clock(terms, *dues)
        return self._clocks[kind, urgent, grade]


@dataclass(frozen=True)
class Clock:
    """The terms of a kind today and the four deadlines that follow for what is received now."""

    terms: Terms
    due: datetime
    first_due: datetime
    sign_due: datetime
    return_until: datetime


class _Spots(dict[int, Spot]):
    def __init__(self, by: By, now: datetime) -> None:
        super().__init__()
        self.by, self.now, self.day = by, now, day_of(now)

    def of(self, place_id: int) -> Spot:
        if place_id not in self:
            self[place_id] = self._read(place_id)
        return self[place_id]

    def _read(self, place_id: int) -> Spot:
        above, day = chain(place_id, self.day), self.day
        if not above:
            raise BadInput(
                "没有选定地点",
                why="登记中没有这个地方，或者它在{day}不存在",
                instead="请从地点列表中选择",
                field="place",
                code="unknown_place",
                day=day,
            )
        most, threshold, emergency, grades, secret = (policy.value(name, above, day).value for name in READ)
        prefix = _prefixes.get((place_id, day), lambda: _prefix(above, day))
        centre = taken_in_by(place_id, self.by, day)
        return Spot(above, day, self.now, most, threshold, emergency["words"], grades, secret, prefix, centre)


def content_digest(message: Message) -> str:
    """What the message says, so that a replay can be told from another message under the same key.

    Nothing of the reporter: eleven digits could be guessed back from an open digest.
    """
    words = [message.kind, message.title, message.text, message.place_id, message.address]
    return digest(ALGORITHM, canonical(words)).hex()


def stored_key(key: str, by: By) -> str | None:
    """The key within its door and its officer: nobody's key meets another's."""
    return digest(ALGORITHM, f"{by.via}:{by.officer_id or ''}:{key}".encode()).hex() if key else None


def _attempt(message: Message, spots: _Spots) -> Message | BadInput:
    try:
        return check(message, spots.of(message.place_id))
    except BadInput as refusal:
        return refusal


def check(message: Message, spot: Spot) -> Message:
    """1 words · 2 choices · 3 point · 4 who · 5 day: each refusal names its field."""
    most = WHOLE_LETTER if message.channel in _LETTERS else spot.most
    text, title, address, name, phone, call = (
        said(message.text, "诉求内容", "text", most),
        _short(message.title, "标题", "title", 120),
        _short(message.address, "详细地址", "address", 200),
        _short(message.name, "姓名", "name", 40),
        _short(message.phone, "电话", "phone", 26),
        _short(message.call, "通话编号", "call", 40),
    )
    _choices(message)
    _point(message)
    if phone and not _PHONE.fullmatch(phone):
        raise BadInput(
            "电话号码读不出来",
            why="号码由数字组成，可以有区号和连字符",
            instead="请填写手机号，或带区号的固定电话；也可以不填",
            field="phone",
            code="bad_phone",
        )
    if message.occurred_on is not None and message.occurred_on > spot.day:
        raise BadInput(
            "发生日期{day}还没有到",
            instead="请填写今天或以前的日期",
            field="occurred_on",
            code="future_day",
            day=message.occurred_on,
        )
    words = tuple(tidy(word) for word in message.words[:20])
    clean: dict[str, Any] = {
        "text": text,
        "title": title,
        "address": address,
        "name": name,
        "phone": phone,
        "call": call,
        "words": words,
    }
    return message if all(getattr(message, k) == v for k, v in clean.items()) else replace(message, **clean)


def _short(text: str, what: str, field: str, most: int) -> str:
    return said(text, what, field, most) if text and tidy(text) else ""


def _choices(message: Message) -> None:
    if message.kind not in _KINDS:
        raise BadInput(
            "没有“{kind}”这种诉求类型",
            instead="请选择{all}之一",
            field="kind",
            code="unknown_kind",
            kind=message.kind,
            all="、".join(str(label) for label in Case.Kind.labels),
        )
    if message.channel not in _CHANNELS:
        raise BadInput(
            "没有“{channel}”这种渠道",
            instead="请选择{all}之一",
            field="channel",
            code="unknown_channel",
            channel=message.channel,
            all="、".join(str(label) for label in Case.Channel.labels),
        )
    if message.confidence is not None and not 0 <= message.confidence <= 1:
        raise BadInput("把握度须在0到1之间", field="confidence", code="bad_confidence")


def _point(message: Message) -> None:
    """Both or neither, on the globe; NaN is neither."""
    if (message.lat is None) != (message.lon is None):
        raise BadInput(
            "经纬度不完整", why="经度和纬度须同时给出", instead="请重新在地图上点选", field="lat", code="half_a_point"
        )
    if message.lat is not None and message.lon is not None:
        finite = math.isfinite(message.lat) and math.isfinite(message.lon)
        if not (finite and abs(message.lat) <= 90 and abs(message.lon) <= 180):
            raise BadInput("经纬度不在地球上", instead="请重新在地图上点选", field="lat", code="bad_point")


def _plan(message: Message, spot: Spot, found: Mapping[Question, Route], by: By) -> Plan:
    words = f"{message.title}\n{message.text}"
    urgent = any(map(words.__contains__, spot.emergency))
    clock = spot.clock(message.kind, urgent, graded(words, spot.grades))
    state, snag, route = _where_to(message, spot, found)
    key, content = stored_key(message.idempotency_key, by), content_digest(message)
    secret = sealing.new_secret(f"{key}:{content}" if key else "")
    confidential = message.confidential or message.about is not None or message.kind in spot.secret_kinds
    return Plan(message, spot, clock, state, snag, urgent, confidential, route, key, content, secret)


def _where_to(message: Message, spot: Spot, found: Mapping[Question, Route]) -> tuple[str, str, Route | None]:
    """How far the case may go by itself. A person's choice counts as sure; a machine's must reach the threshold."""
    if message.matter_id is None:
        return "registered", Case.Snag.NO_MATTER.value, None
    if message.confidence is not None and message.confidence < spot.threshold:
        return "registered", Case.Snag.UNSURE.value, None
    route = found[message.matter_id, message.place_id]
    if message.about is not None and any(leg.body_id == message.about for leg in route.legs):
        return "to_dispatch", Case.Snag.RECUSED.value, None  # 信访条例第二十三条: not to the body complained of
    return ("dispatched" if route.legs else "to_dispatch"), route.snag, route


def _prefix(above: list[int], day: date) -> str:
    """The first four digits of the city's code; of the nearest code where there is no city."""
    levels = dict(Place.objects.filter(pk__in=above, kind=Place.Kind.DIVISION).values_list("pk", "level"))
    order = sorted(levels, key=lambda p: (levels[p] != Place.Level.CITY, above.index(p)))
    codes = dict(PlaceCode.objects.as_of(day).filter(place_id__in=order).values_list("place_id", "code"))
    return next((codes[p][:4] for p in order if p in codes), "0000")


def received_facts(plan: Plan) -> dict[str, Any]:
    """What the event of a receipt says: no words of the message and nothing of the reporter, but the digest of the words."""
    m = plan.message
    return {
        "kind": m.kind,
        "channel": m.channel,
        "place": m.place_id,
        "centre": plan.spot.centre,
        "matter": m.matter_id,
        "confidence": m.confidence,
        "state": plan.state,
        "snag": plan.snag,
        "content": plan.digest,
        "due": plan.clock.due.isoformat(),
        "terms": plan.clock.terms.digest,
    }


def dispatch_facts(plan: Plan) -> dict[str, Any]:
    """What the event of a dispatch says: to whom, on which holding, on which evidence, until when."""
    return {
        "legs": [{"body": x.body_id, "capacity": x.capacity, "holding": x.holding_id} for x in plan.legs],
        "evidence": plan.route.digest if plan.route else "",
        "terms": plan.clock.terms.digest,
        "due": plan.clock.due.isoformat(),
    }


def reporter_of(plan: Plan) -> dict[str, str]:
    """The three columns of a reporter, and by what the caller is recognised; empty for the anonymous."""
    m = plan.message
    sealed = sealing.seal(m.name, m.phone) if m.name or m.phone else ""
    caller = {"caller": sealing.caller_digest(m.phone) if m.phone else "", "call": m.call}
    return caller | {
        "sealed": sealed,
        "name_masked": sealing.mask_name(m.name),
        "phone_masked": sealing.mask_phone(m.phone),
    }


def proposal_kind(plan: Plan) -> str:
    """A gap or a conflict goes on the register's worklist; nothing is dropped in silence."""
    return _PROPOSES.get(plan.snag, "")
