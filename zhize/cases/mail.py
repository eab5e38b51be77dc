"""A message of the mailbox as a letter: its words, its files, whom to answer; and whether it is a letter from a person at all.

Whatever a message holds, reading it raises nothing: mail is written by anybody and by worse programs than ours.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import cast

from zhize.cases.attaching import FILES, Found, examine
from zhize.kernel.errors import Refusal

LARGEST = 40_000_000  # bytes of one message
OURS = "X-Zhize-Sent"  # on everything that goes out: what comes back with it is our own voice
ROBOTS = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+@]|$)", re.IGNORECASE)
REASONS = {
    "auto": "自动回复",
    "bounce": "退信",
    "loop": "本平台自己发出的邮件",
    "list": "群发邮件",
    "empty": "没有正文",
    "too_big": "邮件过大",
}


@dataclass(frozen=True)
class Letter:
    """What is taken from a message. `refused`: why it is no letter; `left_out`: files not taken, with the reason."""

    key: str  # the Message-ID by its digest: a stranger's words are no key of ours
    title: str = ""
    text: str = ""
    name: str = ""
    address: str = ""
    files: tuple[Found, ...] = ()
    left_out: tuple[dict[str, str], ...] = field(default=())
    refused: str = ""


def read(raw: bytes, own: frozenset[str] = frozenset()) -> Letter:
    """1 who and under which Message-ID · 2 is it a letter · 3 its words · 4 its files. `own`: this mailbox's addresses."""
    message = message_from_bytes(raw[:LARGEST], policy=policy.default)
    name, address = parseaddr(_header(message, "From"))
    key = _key(message, raw)
    if refused := _no_letter(message, raw, address.lower(), own):
        return Letter(key, address=address, refused=refused)
    title, text = _header(message, "Subject")[:120].strip(), _words(message)
    if not (text or title):
        return Letter(key, address=address, refused="empty")
    files, left_out = _files(message)
    return Letter(key, title, text or title, name[:40], address, files, left_out)


def _key(message: EmailMessage, raw: bytes) -> str:
    said = _header(message, "Message-ID").strip()
    return hashlib.sha256(said.encode(errors="replace") if said else raw).hexdigest()


def _no_letter(message: EmailMessage, raw: bytes, address: str, own: frozenset[str]) -> str:
    """RFC 3834: what a program sent by itself is not answered, or two programs write to each other for ever."""
    if len(raw) > LARGEST:
        return "too_big"
    if _header(message, OURS) or address in own:
        return "loop"
    if message.get_content_type() == "multipart/report" or _header(message, "Return-Path").strip() == "<>":
        return "bounce"
    if ROBOTS.match(address):
        return "bounce" if address.startswith(("mailer", "post", "bounce")) else "auto"
    if _header(message, "Auto-Submitted").strip().lower() not in ("", "no") or _header(message, "X-Autoreply"):
        return "auto"
    if _header(message, "Precedence").strip().lower() in ("bulk", "junk", "list", "auto_reply"):
        return "list"
    return "list" if _header(message, "List-Id") else ""


def _header(message: EmailMessage, name: str) -> str:
    with contextlib.suppress(Exception):
        return str(message.get(name, "") or "")
    return ""


def _words(message: EmailMessage) -> str:
    """The plain words; of a message that has only HTML, its text."""
    with contextlib.suppress(Exception):
        part = message.get_body(("plain", "html"))
        if part is not None:
            said = _decoded(cast(EmailMessage, part))
            return _tidy(from_html(said) if part.get_content_type() == "text/html" else said)
    return ""


def _decoded(part: EmailMessage) -> str:
    """As declared; a wrong or missing declaration is common, so the encodings people here write in are tried."""
    data = part.get_payload(decode=True)
    data = data if isinstance(data, bytes) else str(data or "").encode()
    declared = part.get_content_charset() or "utf-8"
    for charset in (declared, "utf-8", "gb18030"):
        with contextlib.suppress(LookupError, UnicodeDecodeError):
            return data.decode(charset)
    return data.decode("utf-8", "replace")


class _Text(HTMLParser):
    """Words only: nothing of scripts, styles and heads; blocks end lines."""

    SILENT, BLOCKS = {"script", "style", "head", "title", "template"}, {"p", "div", "br", "tr", "li", "h1", "h2", "h3"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.silent += tag in self.SILENT
        if tag in self.BLOCKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in self.SILENT))

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(re.sub(r"\s+", " ", data))


def from_html(text: str) -> str:
    reader = _Text()
    reader.feed(text)
    reader.close()
    return "".join(reader.said)


def _tidy(text: str) -> str:
    lines = [line.strip() for line in text.replace("\x00", "").replace("\r", "").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _files(message: EmailMessage) -> tuple[tuple[Found, ...], tuple[dict[str, str], ...]]:
    taken: dict[str, Found] = {}
    left: list[dict[str, str]] = []
    with contextlib.suppress(Exception):
        for part in message.iter_attachments():
            name, data = _name(part), part.get_payload(decode=True)
            try:
                found = examine(name, data if isinstance(data, bytes) else b"")
            except Refusal as refusal:
                left.append({"name": name[:80], "why": refusal.code or ""})
                continue
            if len(taken) < FILES:
                taken[found.sent_digest] = found
            else:
                left.append({"name": name[:80], "why": "too_many_files"})
    return tuple(taken.values()), tuple(left)


def _name(part: object) -> str:
    with contextlib.suppress(Exception):
        return str(part.get_filename() or "")  # type: ignore[attr-defined]
    return ""
