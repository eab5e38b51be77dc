"""Wrong receipts counted by where they came from, in the database: whichever process is asked, the door is the same.

An address is kept as a digest under the receipts' key, for a quarter of an hour at most after the first wrong try: the next
one that comes, or the worker's round, forgets it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import connection

from zhize.cases.models import WrongTry
from zhize.cases.sealing import door_of_address

TRIES, WITHIN = 10, timedelta(minutes=15)

MISSED = """
insert into cases_wrongtry as kept (door, since, times) values (%s, %s, 1)
on conflict (door) do update set times = kept.times + 1"""


def door_of(address: str) -> str:
    """Who has one IPv6 address has the other addresses of its /64 too: they are one door."""
    try:
        known = ip_address(address)
    except ValueError:
        return door_of_address(address)
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return door_of_address(str(ip_network((known, 64), strict=False)))
    return door_of_address(str(getattr(known, "ipv4_mapped", None) or known))


def barred(door: str, now: datetime) -> bool:
    """Too many wrong ones from here, too short a time ago."""
    return WrongTry.objects.filter(door=door, since__gt=now - WITHIN, times__gte=TRIES).exists()


def miss(door: str, now: datetime) -> None:
    """One more wrong one from here."""
    forget(now)
    with connection.cursor() as cursor:
        cursor.execute(MISSED, [door, now])


def forget(now: datetime) -> None:
    """What has run out is nobody's business any more."""
    WrongTry.objects.filter(since__lte=now - WITHIN).delete()
