"""Who calls with a key: asked of the database on every request, so that a revoked key opens nothing from that moment on.

The counterpart of `seats.py`: there an officer sits down in a browser, here a program says its key.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.places.queries import chain_of
from zhize.record import sql
from zhize.register.access import sit
from zhize.register.models import ApiKey, Seat

MARK = "zhize_"
SEEN = timedelta(minutes=1)  # how often a key's last use is written down
COLUMNS = (
    "id", "name", "prefix", "digest", "seat_id", "place_id", "scopes", "rate", "expires", "revoked_at", "used_at",
)  # fmt: skip
FOUND = f"select {', '.join(COLUMNS)} from register_apikey where prefix = %(prefix)s"
# A twentieth of what is left, one at least: few writes while there is much, none too many let through at the end.
DRAWN = """
insert into register_keyuse as u (key_id, minute, drawn, lot)
 values (%(key)s, %(minute)s::bigint, greatest(1, %(rate)s::int / 20), greatest(1, %(rate)s::int / 20))
on conflict (key_id) do update set minute = greatest(u.minute, excluded.minute),
 drawn = case when u.minute >= excluded.minute then u.drawn + greatest(1, (%(rate)s::int - u.drawn) / 20) else excluded.drawn end,
 lot = case when u.minute >= excluded.minute then greatest(1, (%(rate)s::int - u.drawn) / 20) else excluded.lot end
 where u.minute < excluded.minute or u.drawn < %(rate)s::int
returning lot"""
_permits: dict[int, tuple[int, int]] = {}  # key → minute, permits this process has left


class NoKey(Refusal):
    http_status = 401


class Shut(Refusal):
    """The key is good, but does not open this."""

    http_status = 403


class TooFast(Refusal):
    http_status = 429


@dataclass(frozen=True)
class Caller:
    """Who acts, by which key, from which seat (None: an outside partner, or anybody)."""

    by: By
    now: datetime
    key: ApiKey | None = None
    seat: Seat | None = None
    looked_up: dict[Any, Any] = field(
        default_factory=dict, compare=False, repr=False
    )  # in this request: a batch names the same places

    @property
    def day(self) -> date:
        return day_of(self.now)

    def open(self, act: str, label: str = "") -> None:
        """Does the key open this act? Raises Shut."""
        if self.key is None:
            raise _no_key("没有密钥")
        if not self.key.opens(act):
            raise Shut(
                "这把密钥不能用来“{act}”",
                why="它的范围是{scopes}",
                rule="密钥只开写明的门",
                instead="请向登记员申请范围相符的密钥",
                code="out_of_scope",
                act=label or act,
                scopes="、".join(self.key.scopes),
            )

    def within(self, place_id: int) -> None:
        """A partner acts within its place; a seat's reach is the act's own question. Raises Shut."""
        if self.key is None or self.key.place_id is None or self.key.place_id == place_id:
            return
        if place_id not in self.looked_up:
            self.looked_up[place_id] = self.key.place_id in chain_of(place_id, self.day)
        if not self.looked_up[place_id]:
            raise Shut(
                "地点不在这把密钥的辖区之内",
                rule="密钥只开写明的门",
                instead="请核对地点，或者向登记员申请辖区相符的密钥",
                code="other_place",
                field="place",
            )


def nobody(now: datetime) -> Caller:
    """Anybody: what is public needs no key."""
    return Caller(By.citizen(via="api"), now)


def caller(text: str, now: datetime) -> Caller:
    """Whose key this is. Raises NoKey when it opens nothing, TooFast when it is used too often."""
    key = _found(text)
    if key is None or not key.alive(day_of(now)):
        raise _no_key("密钥不对，已经吊销，或者过期")
    _count(key, now)
    _seen(key, now)
    if key.seat_id is None:
        return Caller(By(None, None, key.name[:60], "api"), now, key)
    seat = _still(key.seat_id, day_of(now))
    if seat is None:
        raise _no_key("密钥所代表的席位已经终止")
    return Caller(sit(seat, f"{seat.officer}（{key.name}）"[:120], "api"), now, key, seat)


def digest_of(text: str) -> str:
    """A key has 192 random bits: a plain digest tells nobody anything."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _found(text: str) -> ApiKey | None:
    said = text.strip()[:80]
    prefix = said.removeprefix(MARK).partition("_")[0]
    if not said.startswith(MARK) or not prefix.isalnum():
        return None
    rows = sql.run(FOUND, {"prefix": prefix[:8]})
    key = ApiKey.from_db("default", COLUMNS, rows[0]) if rows else None
    return key if key and hmac.compare_digest(key.digest, digest_of(said)) else None


def _still(seat_id: int, day: date) -> Seat | None:
    """The seat as it stands that day: a row restated (another end, a correction) is the same seat."""
    given = Seat.objects.filter(pk=seat_id)
    same = {f"{name}__in": given.values(name) for name in ("officer", "role", "body", "place")}
    return Seat.objects.as_of(day).filter(**same).select_related("officer", "body", "place").first()


def _count(key: ApiKey, now: datetime) -> None:
    """A key's rate holds for all processes together: each draws permits from the row they share (`DRAWN`) and spends them itself.
    Raises TooFast."""
    minute = int(now.timestamp() // 60)
    since, left = _permits.get(key.pk, (minute, 0))
    if since != minute or left < 1:
        left = next(iter(sql.run(DRAWN, {"key": key.pk, "minute": minute, "rate": key.rate})), (0,))[0]
    if left < 1:
        raise TooFast(
            "这把密钥用得太快",
            why="每分钟至多{rate}次",
            instead="请过一分钟再试，或者改用批量接口",
            code="too_fast",
            rate=key.rate,
        )
    _permits[key.pk] = minute, left - 1


def _seen(key: ApiKey, now: datetime) -> None:
    if key.used_at is None or now - key.used_at > SEEN:
        ApiKey.objects.filter(pk=key.pk).update(used_at=now)


def _no_key(why: str) -> NoKey:
    return NoKey(
        "没有密钥，不能办理",
        why=why,
        rule="凭密钥办理",
        instead="请在 Authorization: Bearer 后写明登记员发放的密钥",
        code="no_key",
    )


__all__ = ["Caller", "NoKey", "Shut", "TooFast", "caller", "digest_of", "nobody"]
