"""Where mail is taken from: a Maildir, or a box over IMAP. A message is marked as seen only after it was taken; one taken
by a run that was killed before is met again, known by its Message-ID, and only marked."""

from __future__ import annotations

import imaplib
import mailbox
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from zhize.kernel.errors import BadInput

WAIT = 60  # seconds for a server that says nothing


class Box(Protocol):
    """Messages not seen yet, and how one is marked."""

    def unseen(self) -> Iterator[tuple[str, bytes]]: ...
    def seen(self, key: str) -> None: ...


class Maildir:
    """A folder of messages as most mail servers on Linux keep them."""

    def __init__(self, path: Path) -> None:
        if not (path / "new").is_dir() or not (path / "cur").is_dir():
            raise BadInput("“{path}”不是 Maildir", why="里面没有 new 和 cur 两个目录", instead="请核对路径", code="no_maildir", path=str(path))  # fmt: skip
        self.box = mailbox.Maildir(str(path), create=False)

    def unseen(self) -> Iterator[tuple[str, bytes]]:
        for key in sorted(self.box.keys()):
            if "S" not in self.box.get_message(key).get_flags():
                yield key, self.box.get_bytes(key)

    def seen(self, key: str) -> None:
        message = self.box.get_message(key)
        message.set_subdir("cur")
        message.add_flag("S")
        self.box[key] = message


class Imap:
    """A box on a server: `imaps://user@host/INBOX` (or `imap://` on this machine); the password comes apart."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self.server = server

    def unseen(self) -> Iterator[tuple[str, bytes]]:
        for key in _ok(self.server.uid("SEARCH", "UNSEEN"))[0].split():
            told = _ok(self.server.uid("FETCH", key.decode(), "(BODY.PEEK[])"))
            body = next((part[1] for part in told if isinstance(part, tuple)), None)
            if body is not None:
                yield key.decode(), body

    def seen(self, key: str) -> None:
        _ok(self.server.uid("STORE", key, "+FLAGS.SILENT", r"(\Seen)"))


@contextmanager
def opened(where: str, password: str = "") -> Iterator[Box]:
    """A Maildir's path, or an address of IMAP."""
    said = urlsplit(where)
    if said.scheme not in ("imap", "imaps"):
        yield Maildir(Path(where))
        return
    host, port = said.hostname or "", said.port
    if said.scheme == "imaps":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host, port or 993, ssl_context=ssl.create_default_context(), timeout=WAIT
        )
    else:
        server = imaplib.IMAP4(host, port or 143, timeout=WAIT)
        if host not in ("127.0.0.1", "localhost", "::1"):  # a password does not cross the net in the clear
            server.starttls(ssl.create_default_context())
    try:
        server.login(unquote(said.username or ""), password)
        _ok(server.select(said.path.strip("/") or "INBOX"))
        yield Imap(server)
    except imaplib.IMAP4.error as error:
        raise BadInput("邮箱打不开", why="服务器回答：{said}", instead="请核对地址、用户名和密码", code="mailbox", said=str(error)) from error  # fmt: skip
    finally:
        server.shutdown()


def _ok(answer: tuple[str, list]) -> list:
    word, told = answer
    if word != "OK":
        raise imaplib.IMAP4.error(str(told))
    return told
