"""The ways out: mail, an SMS gateway spoken to by HTTP, webhooks; and files, where an office has set up none of them.

Set up in a file of TOML beside the data (`outbox.toml`, or where ZHIZE_OUTBOX says); never in the database, for it holds passwords:

    [mail]  host, port, user, password, tls, from          [[hook]]  name, url, secret, acts = [] (all), private = false
    [sms]   url, body with {to} {text} {key}, headers, private = false

Only addresses written there are ever called: no redirect is followed, and a name that leads into a private network is
refused unless the office says `private`.
"""

from __future__ import annotations

import hmac
import http.client
import ipaddress
import json
import os
import secrets
import smtplib
import socket
import ssl
import time
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from zhize.record.models import Message

SECONDS = 10
LATER = {408, 425, 429}


class Undelivered(Exception):
    """It did not go out. The sentence is kept, so it never holds whom it was for. `for_good`: trying again is no use."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


def configured() -> dict[str, Any]:
    """The office's set-up, read anew when the file changes; nothing where there is none."""
    place = Path(os.environ.get("ZHIZE_OUTBOX") or Path(settings.DATA_DIR) / "outbox.toml")
    return _read(place, place.stat().st_mtime_ns) if place.exists() else {}


def deliver(message: Message, address: str) -> bool:
    """Hand it over by its channel: did it go out? Where the office has set up no such way it is only filed.

    The same key twice is the same message: receivers can tell, and files do (decision 0032).
    """
    setup = configured()
    if message.channel == Message.Channel.HOOK:
        by_hook(setup, message)
    elif message.channel in setup:
        {"mail": by_mail, "sms": by_sms}[message.channel](setup[message.channel], message, address)
    else:
        by_file(message)
        return False
    return True


def unset() -> list[str]:
    """The ways to people that the office has not set up yet, by their names on the screen."""
    return [str(way.label) for way in (Message.Channel.SMS, Message.Channel.MAIL) if way not in configured()]


def by_mail(setup: Mapping[str, Any], message: Message, address: str) -> None:
    """SMTP; the message's key is its Message-ID, so that a second copy is recognised as one."""
    sender = setup["from"]
    mail = EmailMessage(
        message.subject, message.text, sender, [address],
        headers={"Message-ID": f"<{message.key}@{sender.rpartition('@')[2].rstrip('>')}>", "Auto-Submitted": "auto-generated"},
        connection=get_connection(
            setup.get("backend"), host=setup.get("host", "localhost"), port=setup.get("port", 25),
            username=setup.get("user", ""), password=setup.get("password", ""), use_tls=setup.get("tls", False),
            timeout=SECONDS,
        ),
    )  # fmt: skip
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _ in error.recipients.values())
        raise Undelivered(f"邮件服务器不收这个地址（{code}）", for_good=code >= 500) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Undelivered(f"邮件服务器：{type(error).__name__}") from None


def by_sms(setup: Mapping[str, Any], message: Message, address: str) -> None:
    """The gateway's own form, filled in. Values are written as JSON writes them, so that words cannot break out of theirs."""
    body = setup["body"]
    for name, value in {"to": address, "text": message.text, "key": message.key}.items():
        body = body.replace(f"{{{name}}}", json.dumps(value, ensure_ascii=False)[1:-1])
    headers = {"Content-Type": "application/json"} | setup.get("headers", {})
    _post(setup, body.encode(), headers | {"Idempotency-Key": message.key})


def by_hook(setup: Mapping[str, Any], message: Message) -> None:
    """Signed over the moment and the body, so that neither can be changed nor an old one sent again unnoticed."""
    hook = next((h for h in setup.get("hook", []) if f"hook:{h['name']}" == message.to), None)
    if hook is None:
        raise Undelivered("这个推送地址已经不在配置里", for_good=True)
    body, at = message.text.encode(), str(int(time.time()))
    headers = {"Content-Type": "application/json", "Idempotency-Key": message.key}
    _post(hook, body, headers | {"X-Zhize-Signature": f"t={at},v1={signature(hook['secret'], at, body)}"})


def signature(secret: str, at: str, body: bytes) -> str:
    return hmac.digest(secret.encode(), at.encode() + b"." + body, "sha256").hex()


def by_file(message: Message) -> None:
    """One file a message, named by its key, for an office that has not set up the way yet. It says who, never his number."""
    folder = Path(settings.DATA_DIR) / "outbox"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    said = {n: getattr(message, n) for n in ("key", "channel", "to", "masked", "subject", "text")}
    draft, place = folder / f".{message.key}.{secrets.token_hex(4)}", folder / f"{message.key}.json"
    draft.write_text(json.dumps(said, ensure_ascii=False))
    try:
        os.link(draft, place)  # whole or not at all, and only once
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _post(setup: Mapping[str, Any], body: bytes, headers: Mapping[str, str]) -> None:
    """POST to the configured address; anything but 2xx is said with its number only: answers may repeat what was sent."""
    url = urlsplit(setup["url"])
    make: Callable[..., http.client.HTTPConnection] = {
        "https": http.client.HTTPSConnection, "http": http.client.HTTPConnection,
    }[url.scheme]  # fmt: skip
    try:
        line = make(url.hostname or "", url.port, timeout=SECONDS)
        reach = _checked(url.hostname or "", line.port, private=setup.get("private", False))
        line._create_connection = lambda _where, *rest: socket.create_connection(reach, *rest)  # type: ignore[attr-defined]  # the address checked is the one called
        line.request("POST", (url.path or "/") + (f"?{url.query}" if url.query else ""), body, dict(headers))
        status = line.getresponse().status
        line.close()
    except (OSError, http.client.HTTPException, ssl.SSLError) as error:
        raise Undelivered(f"对方没有应答：{type(error).__name__}") from None
    if not 200 <= status < 300:
        raise Undelivered(f"对方回答 {status}", for_good=300 <= status < 500 and status not in LATER)


def _checked(host: str, port: int, *, private: bool) -> tuple[str, int]:
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not private and not all(ipaddress.ip_address(address).is_global for address in found):
        raise Undelivered("配置的地址在内部网络里，配置没有写明 private", for_good=True)
    return found[0], port


@cache
def _read(place: Path, _changed: int) -> dict[str, Any]:
    return tomllib.loads(place.read_text())
