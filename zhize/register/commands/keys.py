"""Acts on keys: issue_key, revoke_key."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.places.models import Place
from zhize.record.acts import current, note, touch
from zhize.register.access import RIGHTS
from zhize.register.commands.base import act, allow
from zhize.register.keys import digest_of
from zhize.register.models import ApiKey, Seat

LONGEST = timedelta(days=731)
MOST_A_MINUTE = 60_000
OTHER_DOORS = ("cases.read", "open311", "open311.tokens")  # reading at a seat's desk; GeoReport; GeoReport by token


@dataclass(frozen=True)
class Issued:
    """The key's row, and the key itself: it is shown once and kept nowhere."""

    key: ApiKey
    text: str


@act
def issue_key(
    name: str,
    scopes: Iterable[str],
    *,
    seat: Seat | None = None,
    place: Place | None = None,
    expires: date,
    rate: int = 600,
    by: By,
    now: datetime,
) -> Issued:
    """Give a program a key: it acts from this seat, or as an outside partner within this place. Nobody gives one to himself."""
    where = seat.place_id if seat else place.pk if place else None
    allow(by, "register.issue_key", [where] if where else [], now, other_than=seat.officer_id if seat else None)
    opened = sorted(set(scopes))
    _check(name, opened, seat, place, expires, rate, day_of(now))
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(24)
    text = f"zhize_{prefix}_{secret}"
    key = ApiKey(
        name=name.strip(),
        prefix=prefix,
        digest=digest_of(text),
        seat=seat,
        place=None if seat else place,
        scopes=opened,
        rate=rate,
        expires=expires,
        issued_at=now,
        issued_by_id=current().event_id,
    )
    key.save()
    touch(f"key:{key.pk}", *([f"officer:{seat.officer_id}"] if seat else []))
    note(name=key.name, prefix=prefix, scopes=opened, seat=seat.pk if seat else None, expires=expires.isoformat())
    return Issued(key, text)


@act
def revoke_key(key_id: int, why: str, *, by: By, now: datetime) -> ApiKey:
    """The key opens nothing from this moment on."""
    key = ApiKey.objects.select_for_update(of=("self",)).select_related("seat").filter(pk=key_id).first()
    if key is None:
        raise BadInput("没有这把密钥", instead="请从列表里选", code="unknown_key", field="key_id")
    allow(by, "register.revoke_key", [key.seat.place_id if key.seat else key.place_id or 0], now)
    if key.revoked_at is not None:
        raise Refusal("这把密钥已经吊销", rule="吊销一次为限", code="revoked_before")
    if not why.strip():
        raise BadInput("没有写明吊销的理由", instead="请写明理由", code="empty", field="why")
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    touch(f"key:{key.pk}")
    note(prefix=key.prefix, why=why.strip())
    return key


def known_scopes() -> list[str]:
    """What a key may open: a floor with all its acts, one act, or a door of its own."""
    return sorted({*RIGHTS, *(name.split(".")[0] for name in RIGHTS), *OTHER_DOORS})


def _check(
    name: str, scopes: list[str], seat: Seat | None, place: Place | None, expires: date, rate: int, today: date
) -> None:
    if not name.strip() or len(name.strip()) > 80:
        raise BadInput("没有写明是哪个系统", why="名称1到80字", instead="请写明系统名称", code="empty", field="name")
    if (seat is None) == (place is None):
        raise BadInput(
            "密钥归谁用不明确",
            why="或者代表一个席位，或者是外部系统在一个辖区之内，二者取一",
            instead="请选席位，或者选辖区",
            code="seat_or_place",
            field="place",
        )
    if not scopes or (strange := sorted(set(scopes) - set(known_scopes()))):
        raise BadInput(
            "范围“{scope}”不在可选之列" if scopes else "没有选范围",
            why="密钥只开写明的门",
            instead="请从列出的范围中选",
            code="unknown_scope",
            field="scopes",
            scope=strange[0] if scopes else "",
        )
    if not today < expires <= today + LONGEST:
        raise BadInput(
            "失效日须在今天以后、两年以内", rule="密钥有期限", instead="请改失效日", code="bad_expiry", field="expires"
        )
    if not 1 <= rate <= MOST_A_MINUTE:
        raise BadInput("每分钟次数须在1到{most}之间", code="bad_rate", field="rate", most=MOST_A_MINUTE)
