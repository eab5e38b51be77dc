"""Reporters are kept encrypted, receipts' secrets hashed; the keys are files beside the data, never in the database.

`reporter_key` may hold several lines: the first encrypts, all decrypt, so a key is changed by adding a line on top.
ZHIZE_REPORTER_KEY and ZHIZE_RECEIPT_KEY (lines separated by commas) stand in for the files where several machines serve.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import re
import secrets
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from zhize.kernel.errors import Refusal

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O 1 I L U: read out over the telephone without mistakes
SECRET_LENGTH = 12  # 58 bits
_LETTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))


def seal(name: str, phone: str) -> str:
    """The reporter's name and telephone as one token."""
    return _reporters().encrypt(json.dumps([name, phone], ensure_ascii=False).encode()).decode()


def unseal(token: str) -> tuple[str, str]:
    """Name and telephone again."""
    try:
        name, phone = json.loads(_reporters().decrypt(token.encode()))
    except InvalidToken:
        raise Refusal(
            "来件人信息读不出来",
            why="保存时用的密钥不在这台机器上",
            instead="请管理员把原密钥加入 reporter_key 文件",
            code="key_missing",
        ) from None
    return name, phone


def mask_name(name: str) -> str:
    """张三丰 → 张**"""
    return name[:1] + "*" * min(len(name) - 1, 2) if name else ""


def mask_phone(phone: str) -> str:
    """13812345678 → 138****5678"""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else "*" * len(phone)


def new_secret(seed: str = "") -> str:
    """A secret to read out: random, or (for a message that may be sent twice) always the same from the same seed."""
    if not seed:
        return "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))
    drawn = hmac.digest(_receipt_key(), f"secret:{seed}".encode(), "sha256")
    return drawn[:SECRET_LENGTH].translate(_LETTERS).decode()


def hash_secret(secret: str) -> str:
    """What is stored; useless without the key."""
    said = secret.strip().upper().replace("-", "").replace(" ", "")
    return hmac.digest(_receipt_key(), said.encode(errors="replace"), "sha256").hex()


def door_of_address(address: str) -> str:
    """An address that can be recognised and not read."""
    return hmac.digest(_receipt_key(), f"door:{address}".encode(), "sha256").hex()


def caller_digest(phone: str) -> str:
    """A telephone that can be recognised and not read: digits only, without the country's own prefix; empty for none."""
    digits = re.sub(r"\D", "", phone)
    plain = re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits)
    return hmac.digest(_receipt_key(), f"caller:{plain}".encode(), "sha256").hex() if len(plain) >= 7 else ""


def rating_link(no: str, round_no: int) -> str:
    """A word that lets its bearer rate this round of this case, and nothing else."""
    drawn = hmac.digest(_receipt_key(), f"rate:{no}:{round_no}".encode(), "sha256")
    return drawn[:SECRET_LENGTH].translate(_LETTERS).decode()


def public_name(no: str) -> str:
    """A case's name in open data: the same every time, and not its receipt number."""
    return hmac.digest(_receipt_key(), f"open:{no}".encode(), "sha256").hex()[:16]


def fits(secret: str, hashed: str) -> bool:
    return hmac.compare_digest(hash_secret(secret), hashed)


@cache
def _reporters() -> MultiFernet:
    return MultiFernet([Fernet(line.encode()) for line in _lines("reporter_key")])


@cache
def _receipt_key() -> bytes:
    return _lines("receipt_key")[0].encode()


def _lines(name: str) -> list[str]:
    given = os.environ.get(f"ZHIZE_{name.upper()}", "")
    text = given.replace(",", "\n") or _file(Path(settings.DATA_DIR) / name)
    return [line.strip() for line in text.splitlines() if line.strip()]


def _file(place: Path) -> str:
    """Made on first use; of two processes that start together the second reads the first one's."""
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = place.with_name(f"{place.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(Fernet.generate_key().decode())
        with contextlib.suppress(FileExistsError):
            os.link(draft, place)
        draft.unlink()
    return place.read_text()
