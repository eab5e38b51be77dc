"""A request is a case: taken in by `receive`, shown as GeoReport shows it. The words are for the key that sent them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Greatest

from zhize.cases import commands
from zhize.cases.lifecycle import CASE, CASE_OVER
from zhize.cases.models import Case, Leg, Outside
from zhize.cases.open311.errors import Errors
from zhize.cases.open311.reading import TRUE, Asked, moment, place_of, point, span
from zhize.cases.open311.services import ATTRIBUTES, matter_names, notice
from zhize.cases.open311.writing import moment as said_moment
from zhize.cases.queries.desk import places_of
from zhize.cases.terms import Message, Receipt
from zhize.kernel.period import day_of
from zhize.places.queries import full_names
from zhize.register.keys import Caller
from zhize.register.models import Matter
from zhize.register.queries.bodies import body_names

LONGEST, MOST = 4000, 1000
CLOSED = (*CASE_OVER, "answered")
HTML = re.compile(r"</?[a-zA-Z][^>]*>")
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
ROUGH = 2  # digits of a degree, about a kilometre: for those who did not send it themselves
Row = dict[str, Any]


# -- taken in ----------------------------------------------------------------------------------------------------------
def take(at: Asked) -> Row:
    """POST: the case's number and who answers by which paper; or a token, for a key that asks for tokens."""
    matter = _check(at)
    place = place_of(at)
    at.by.within(place.pk)
    receipt = commands.receive(_message(at, matter, place.pk), by=at.by.by, now=at.by.now)
    kept = _keep(at, receipt)
    account = {"account_id": kept.account} if kept.account else {}
    if at.by.key and "open311.tokens" in at.by.key.scopes:
        return {"token": kept.token, **account}
    return {"service_request_id": receipt.no, "service_notice": _told(receipt.case_id, at.by.day), **account}


def _told(case_id: int, day: date) -> str:
    """Who has it now, by which paper; nothing while nobody has."""
    legs = Leg.objects.filter(case=case_id, capacity=Leg.Capacity.LEAD).select_related("holding__instrument")
    lead = legs.order_by("no").last()
    return _cited(lead, body_names([lead.body_id], day)) if lead else ""


def _check(at: Asked) -> Matter:
    """Everything that is missing or wrong, at once."""
    said, wrong = at.said, []
    code = said.get("service_code", "")
    matter = Matter.objects.filter(code=code).first() if code else None
    if not code:
        wrong.append((400, "没有写 service_code"))
    elif matter is None or code not in matter_names(at.by.day):
        wrong.append((404, f"没有服务 service_code“{code[:40]}”"))
    if not any(name in said for name in ("lat", "long", "address_string", "address_id")):
        wrong.append((400, "没有写地点：lat 和 long、address_string、address_id 至少一项"))
    if len(said.get("description", "")) > LONGEST:
        wrong.append((400, f"description 至多 {LONGEST} 字"))
    if HTML.search(said.get("description", "")):
        wrong.append((400, "description 不能有 HTML"))
    if "media_url" in said and (len(said["media_url"]) > 500 or not ADDRESS.fullmatch(said["media_url"])):
        wrong.append((400, "media_url 不是网址"))
    wrong += _attributes_wrong(said)
    if wrong:
        raise Errors(*sorted(wrong, key=lambda each: each[0] != 404))
    assert matter is not None
    return matter


def _attributes_wrong(said: Mapping[str, str]) -> list[tuple[int, str]]:
    found = []
    for name in said:
        code = _attribute_of(name)
        if code is None:
            continue
        values = [key for key, _ in ATTRIBUTES[code][3]] if code in ATTRIBUTES else []
        if code not in ATTRIBUTES:
            found.append((400, f"没有属性 attribute[{code[:40]}]"))
        elif values and said[name] not in values:
            found.append((400, f"attribute[{code}] 须是 {'、'.join(values)} 之一"))
    return found


def _attribute_of(name: str) -> str | None:
    match = re.fullmatch(r"attribute\[([^\]]*)\](?:\[\])?", name)
    return match[1] if match else None


def _message(at: Asked, matter: Matter, place_id: int) -> Message:
    said = at.said
    more = {code: said[name] for name in said if (code := _attribute_of(name)) is not None}
    where = point(said) or (None, None)
    named = matter_names(at.by.day)[matter.code].name
    return Message(
        text=said.get("description", "") or named, place_id=place_id, kind=more.get("kind", Case.Kind.COMPLAINT), channel=Case.Channel.API,
        address=said.get("address_string", "")[:200], lat=where[0], lon=where[1], occurred_on=_day(more.get("occurred_on", "")),
        matter_id=matter.pk, name=_name(said)[:40], phone=said.get("phone", ""), confidential=more.get("confidential", "") in TRUE,
        idempotency_key=f"{at.by.key.pk}:{more['external_id']}" if at.by.key and "external_id" in more else "",
    )  # fmt: skip


def _day(text: str) -> date | None:
    return day_of(moment("attribute[occurred_on]", text)) if text else None


def _name(said: Mapping[str, str]) -> str:
    """A Chinese name is written last name first, without a blank."""
    last, first = said.get("last_name", ""), said.get("first_name", "")
    return f"{first} {last}".strip() if (first + last).isascii() else f"{last}{first}"


def _keep(at: Asked, receipt: Receipt) -> Outside:
    assert at.by.key is not None
    made = {
        "key": at.by.key, "token": secrets.token_hex(16), "account": at.said.get("account_id", "")[:80],
        "media": at.said.get("media_url", ""),
    }  # fmt: skip
    return Outside.objects.get_or_create(case_id=receipt.case_id, defaults=made)[0]


def token(at: Asked, text: str) -> Row:
    """The number behind a token."""
    found = Outside.objects.filter(token=text[:32].replace("\x00", "")).select_related("case").first()
    if found is None:
        raise Errors((404, f"没有凭证 token“{text[:40]}”"))
    return {"service_request_id": found.case.no, "token": found.token}


# -- shown -------------------------------------------------------------------------------------------------------------
def wanted(at: Asked) -> QuerySet[Case]:
    """GET: the requests asked for, newest first."""
    if numbers := at.listed("service_request_id"):
        found = public(at.by).filter(no__in=numbers[:MOST])
        if not found.exists():
            raise Errors((404, "没有这些 service_request_id"))
        return found.order_by("-pk")
    return _window(at, _narrowed(at, _inside(at, public(at.by)))).order_by("-pk")


def public(by: Caller) -> QuerySet[Case]:
    """What may be shown: nothing confidential, no reports of wrongdoing — but to a key everything it sent itself."""
    openly = Q(confidential=False) & ~Q(kind=Case.Kind.REPORT)
    return Case.objects.filter(openly | Q(outside__key=by.key) if by.key else openly)


def _inside(at: Asked, rows: QuerySet[Case]) -> QuerySet[Case]:
    places = places_of(at.place.pk, at.by.day)
    return rows if places is None else rows.filter(place__in=places)


def _narrowed(at: Asked, rows: QuerySet[Case]) -> QuerySet[Case]:
    codes, states = at.listed("service_code"), set(at.listed("status"))
    if strange := states - {"open", "closed"}:
        raise Errors((400, f"status“{sorted(strange)[0][:20]}”须是 open 或 closed"))
    if codes:
        known = set(Matter.objects.filter(code__in=codes).values_list("code", flat=True))
        if missing := [c for c in codes if c not in known]:
            raise Errors((404, f"没有服务 service_code“{missing[0][:40]}”"))
        rows = rows.filter(matter__code__in=codes)
    if len(states) == 1:
        rows = rows.filter(state__in=CLOSED) if "closed" in states else rows.exclude(state__in=CLOSED)
    return _box(at, rows) if at.extended else rows


def _window(at: Asked, rows: QuerySet[Case]) -> QuerySet[Case]:
    """Received within the span; with extensions the last change may be asked about instead (uReport)."""
    names = [n for n in ("updated_after", "updated_before") if at.extended and n in at.said]
    if names and "start_date" not in at.said and "end_date" not in at.said:
        rows = rows.annotate(changed=Greatest("received_at", "first_responded_at", "answered_at", "ended_at"))
        how = {"updated_after": "changed__gte", "updated_before": "changed__lte"}
        return rows.filter(**{how[n]: moment(n, at.said[n]) for n in names})
    begin, end = span(at)
    return rows.filter(received_at__gte=begin, received_at__lte=end)


def _box(at: Asked, rows: QuerySet[Case]) -> QuerySet[Case]:
    """bbox=west,south,east,north"""
    if "bbox" not in at.said:
        return rows
    try:
        west, south, east, north = (float(part) for part in at.said["bbox"].split(","))
    except ValueError:
        raise Errors((400, "bbox 须是 west,south,east,north 四个数")) from None
    return rows.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)


def paged(at: Asked, rows: QuerySet[Case]) -> QuerySet[Case]:
    """The first thousand; with extensions the page asked for."""
    if not at.extended:
        return rows[:MOST]
    page, size = (_number(at, n, default) for n, default in (("page", 1), ("page_size", 100)))
    size = min(size, MOST)
    return rows[(page - 1) * size : page * size]


def _number(at: Asked, name: str, default: int) -> int:
    text = at.said.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= 100_000:
        raise Errors((400, f"{name} 须是正整数"))
    return int(text)


def shown(at: Asked, rows: QuerySet[Case]) -> list[Row]:
    """As GeoReport has them, the names read once for all."""
    legs = Leg.objects.select_related("holding__instrument").order_by("no")
    found = list(rows.select_related("place", "matter", "outside").prefetch_related(Prefetch("legs", legs)))
    day = at.by.day
    places = full_names({c.place_id for c in found}, day)
    bodies = body_names({leg.body_id for c in found for leg in c.legs.all()}, day)
    named = {code: row.name for code, row in matter_names(day).items()} if found else {}
    return [_row(at, c, places.get(c.place_id, ""), bodies, named) for c in found]


def _row(at: Asked, case: Case, place: str, bodies: Mapping[int, str], named: Mapping[str, str]) -> Row:
    own = at.by.key is not None and getattr(case, "outside", None) is not None and case.outside.key_id == at.by.key.pk
    lead = _lead(case)
    service = named.get(case.matter.code, "") if case.matter else ""
    digits = 6 if own else ROUGH
    row: Row = {
        "service_request_id": case.no, "status": "closed" if case.state in CLOSED else "open",
        "status_notes": CASE.states[case.state], "service_name": service, "service_code": case.matter.code if case.matter else "",
        "description": case.text if own else service, "agency_responsible": bodies.get(lead.body_id, "") if lead else "",
        "service_notice": _cited(lead, bodies), "requested_datetime": said_moment(case.received_at),
        "updated_datetime": said_moment(changed_at(case)), "expected_datetime": said_moment(case.due),
        "address": f"{place}{case.address}" if own else place, "address_id": case.place.key, "zipcode": "",
        "lat": _rounded(case.lat, digits), "long": _rounded(case.lon, digits), "media_url": case.outside.media if own else "",
    }  # fmt: skip
    return row | _extended(case, bodies) if at.extended else row


def _lead(case: Case) -> Leg | None:
    return next((leg for leg in reversed(case.legs.all()) if leg.capacity == Leg.Capacity.LEAD), None)


def _cited(lead: Leg | None, bodies: Mapping[int, str]) -> str:
    if lead is None:
        return ""
    held = lead.holding
    return notice(
        bodies.get(lead.body_id, ""),
        held.instrument if held else None,
        held.clause if held else "",
        held.from_day if held else None,
    )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def changed_at(case: Case) -> datetime:
    """When it last moved; of a closed one when it was closed."""
    ended = case.ended_at or (case.answered_at if case.state in CLOSED else None)
    said = [m for m in (case.received_at, case.first_responded_at, case.answered_at) if m]
    return ended or max(said)


def _extended(case: Case, bodies: Mapping[int, str]) -> Row:
    return {
        "notes": list(_notes(case, bodies)),
        "attributes": [],
        "extended_attributes": {"channel": case.channel, "photos": []},
    }


def _notes(case: Case, bodies: Mapping[int, str]) -> Iterable[Row]:
    """What may be told to everybody: who had it when, and when it was answered. No words of anybody's."""
    yield {"datetime": said_moment(case.received_at), "description": "收到诉求", "type": "receive"}
    for leg in case.legs.all():
        name = bodies.get(leg.body_id, "")
        steps = [
            (leg.dispatched_at, f"分派给{name}", "dispatch"),
            (leg.signed_at, f"{name}签收", "sign"),
            (leg.replied_at, f"{name}答复", "reply"),
        ]
        yield from ({"datetime": said_moment(m), "description": says, "type": kind} for m, says, kind in steps if m)
    if case.ended_at:
        yield {"datetime": said_moment(case.ended_at), "description": CASE.states[case.state], "type": "end"}
