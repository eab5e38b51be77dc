"""What a GeoReport request says: whose jurisdiction, which moments, whose key. An empty parameter is an absent one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, TextField, Value
from django.http import HttpRequest
from django.utils import timezone

from zhize.cases.open311.errors import Errors
from zhize.kernel.errors import BadInput
from zhize.kernel.period import BEIJING
from zhize.places.models import Place, PlaceBoundary, PlaceName, PlacePath
from zhize.places.queries import chain_of, find_place, find_place_at, root_place
from zhize.register.keys import Caller, caller, nobody

SPAN = timedelta(days=90)
TRUE = ("true", "1", "yes")


@dataclass(frozen=True)
class Asked:
    """One request: what it says, the place it speaks of, who asks."""

    said: Mapping[str, str]
    place: Place
    by: Caller

    @property
    def extended(self) -> bool:
        return self.said.get("extensions", "").lower() in TRUE

    def listed(self, name: str) -> list[str]:
        """A comma list."""
        return [part.strip() for part in self.said.get(name, "").split(",") if part.strip()]


def asked(request: HttpRequest, *, key: bool = False) -> Asked:
    """Read the request; `key`: it must show one that opens this door. Raises Errors (404 jurisdiction, 403 key)."""
    now = timezone.now()
    pairs = [*request.GET.items(), *request.POST.items()]
    said = {name: words for name, value in pairs if (words := str(value).replace("\x00", "").strip())}
    shown = said.get("api_key", "") or request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    by = caller(shown, now) if shown or key else nobody(now)
    if key:
        by.open("open311")
    return Asked(said, _jurisdiction(said.get("jurisdiction_id", ""), by), by)


def _jurisdiction(text: str, by: Caller) -> Place:
    """A division or zone we serve; the whole installation when none is named."""
    root = root_place(by.day)
    if not text:
        return root
    place = Place.objects.filter(key=text).first()
    if place is None or (place != root and root.pk not in chain_of(place.pk, by.day)):
        raise Errors((404, f"没有辖区 jurisdiction_id“{text}”"))
    return place


# -- moments -----------------------------------------------------------------------------------------------------------
def moment(name: str, text: str) -> datetime:
    """W3C, with a zone; without one it is Beijing time. A `+` that an address has turned into a blank is a plus."""
    try:
        said = datetime.fromisoformat(re.sub(r" (?=\d\d:?\d\d$)", "+", text))
    except ValueError:
        raise Errors((400, f"{name}“{text}”不是 W3C 时刻，例如 2016-05-01T08:00:00+08:00")) from None
    whole = said if said.tzinfo else said.replace(tzinfo=BEIJING)
    if not 1900 < whole.year < 2200:
        raise Errors((400, f"{name}“{text}”不在登记的年代之内"))
    return whole.astimezone(BEIJING)


def span(at: Asked) -> tuple[datetime, datetime]:
    """start_date to end_date: at most 90 days, the last 90 when nothing is said."""
    begin, end = (moment(n, at.said[n]) if n in at.said else None for n in ("start_date", "end_date"))
    if begin and end and end - begin > SPAN:
        raise Errors((400, "start_date 到 end_date 不能超过 90 天"))
    if begin and end and end < begin:
        raise Errors((400, "end_date 早于 start_date"))
    last = end or (begin + SPAN if begin else at.by.now)
    return begin or last - SPAN, last


# -- places ------------------------------------------------------------------------------------------------------------
def point(said: Mapping[str, str]) -> tuple[float, float] | None:
    """lat and long, both or neither."""
    if "lat" not in said and "long" not in said:
        return None
    try:
        lat, lon = float(said["lat"]), float(said["long"])
    except (KeyError, ValueError):
        raise Errors((400, "lat 和 long 须同时给出，且是 WGS84 的度数")) from None
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise Errors((400, "lat、long 不在地球上"))
    return lat, lon


def place_of(at: Asked) -> Place:
    """Where it is: the place's code, the point, the address's words, else the whole jurisdiction."""
    place = _said_place(at)
    if place != at.place and at.place.pk not in chain_of(place.pk, at.by.day):
        raise Errors((400, "地点不在这个辖区之内"))
    return place


def _said_place(at: Asked) -> Place:
    where = point(at.said)
    if "address_id" in at.said:
        return _by_code(at.said["address_id"], at.by.day)
    if where and PlaceBoundary.objects.as_of(at.by.day).exists():
        return find_place_at(*where, at.by.day)
    return by_address(at.said.get("address_string", ""), at.place, at.by.day) or at.place


def _by_code(text: str, day: date) -> Place:
    try:
        return find_place(text[:40], day)
    except BadInput as refusal:
        raise Errors((400, f"address_id：{refusal}")) from None


def by_address(address: str, within: Place, day: date) -> Place | None:
    """The deepest place whose whole name stands in the address; None when two of one depth do, or none does."""
    if not address:
        return None
    inside = PlacePath.objects.as_of(day).filter(chain__contains=[within.pk]).values("place_id")
    words = Value(address[:400], output_field=TextField())
    rows = PlaceName.objects.as_of(day).annotate(words=words).filter(place__in=inside, words__contains=F("name"))
    found = sorted(rows.select_related("place"), key=lambda r: (-(r.place.level or 0), r.place.key))
    if not found or (len(found) > 1 and found[0].place.level == found[1].place.level):
        return None
    return found[0].place
