"""The second factor: a code that changes every half minute (RFC 6238), made from a secret only the officer's device and we hold.

The secret stands encrypted under a key that is not in the database, recovery codes only as digests; a code serves once. Five wrong ones shut
the account's second door for a quarter of an hour, whichever process they were told to.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime, timedelta

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from zhize.accounts.models import Officer, SecondFactor

STEP, AROUND = 30, (0, -1, 1)  # seconds; a clock may be one step off (RFC 6238 §5.2)
WRONG, SHUT = 5, timedelta(minutes=15)
CODES = 8  # recovery codes, each for one sign-in
SESSION = "second_factor"


def begin(officer: Officer) -> SecondFactor:
    """A new secret, without force until a code from it has been told; what was confirmed before stays until then."""
    factor, _ = SecondFactor.objects.get_or_create(officer=officer)
    factor.draft = _sealer().encrypt(secrets.token_bytes(20)).decode()
    factor.save(update_fields=["draft"])
    return factor


def drafted(officer: Officer) -> SecondFactor:
    """The one under way, begun again where none is."""
    return SecondFactor.objects.filter(officer=officer).exclude(draft="").first() or begin(officer)


def confirm(officer: Officer, said: str, now: datetime) -> list[str]:
    """The device holds the secret: from now on it is asked for. Gives the recovery codes, this once; none where the code is wrong."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().get(officer=officer)
        step = _step(factor.draft, said, now)
        if not factor.draft or step is None:
            return []
        codes = [secrets.token_hex(5) for _ in range(CODES)]
        factor.secret, factor.draft, factor.confirmed_at, factor.last_step = factor.draft, "", now, step
        factor.recovery, factor.wrong, factor.shut_until = [_digest(code) for code in codes], 0, None
        factor.save()
    return codes


def check(officer_id: int, said: str, now: datetime) -> bool:
    """Is this the code of the moment, or a recovery code not used yet? Each is good once; while shut, nothing is."""
    with transaction.atomic():
        factor = (
            SecondFactor.objects.select_for_update().filter(officer_id=officer_id, confirmed_at__isnull=False).first()
        )
        if factor is None or is_shut(factor, now):
            return False
        good = _used(factor, said.replace(" ", ""), now)
        factor.wrong = 0 if good else factor.wrong + 1
        if factor.wrong >= WRONG:
            factor.wrong, factor.shut_until = 0, now + SHUT
        factor.save()
    return good


def of(officer_id: int) -> SecondFactor | None:
    """The factor in force."""
    return SecondFactor.objects.filter(officer_id=officer_id, confirmed_at__isnull=False).first()


def is_shut(factor: SecondFactor, now: datetime) -> bool:
    return factor.shut_until is not None and factor.shut_until > now


def spelled(factor: SecondFactor) -> str:
    """The secret under way, as an authenticator takes it."""
    return base64.b32encode(_open(factor.draft)).decode()


def address(factor: SecondFactor, issuer: str) -> str:
    """otpauth://… for the QR code."""
    return _totp(factor.draft).get_provisioning_uri(factor.officer.username, issuer)


def code_at(sealed: str, now: datetime) -> str:
    """The code of this moment."""
    return _totp(sealed).generate(int(now.timestamp())).decode()


def _used(factor: SecondFactor, said: str, now: datetime) -> bool:
    step = _step(factor.secret, said, now)
    if step is not None and step > factor.last_step:  # a code looked over somebody's shoulder is used up
        factor.last_step = step
        return True
    if _digest(said) in factor.recovery:
        factor.recovery = [kept for kept in factor.recovery if kept != _digest(said)]
        return True
    return False


def _step(sealed: str, said: str, now: datetime) -> int | None:
    if not sealed or not said.isascii():
        return None
    for away in AROUND:
        moment = int(now.timestamp()) + away * STEP
        try:
            _totp(sealed).verify(said.encode(), moment)
        except InvalidToken:
            continue
        return moment // STEP
    return None


def _totp(sealed: str) -> TOTP:
    return TOTP(_open(sealed), 6, SHA1(), STEP)  # noqa: S303  what authenticators know: HMAC, where SHA-1 is sound


def _open(sealed: str) -> bytes:
    return _sealer().decrypt(sealed.encode())


def _sealer() -> Fernet:
    key = hashlib.sha256(b"second factor\n" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _digest(code: str) -> str:
    return salted_hmac("recovery", code, algorithm="sha256").hexdigest()
