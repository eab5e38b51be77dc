"""Messages to learn from or to sort, and how they are read from a file of one JSON object a line."""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhize.kernel.errors import BadInput
from zhize.kernel.text import simplified

LONGEST = 4000  # characters of a message that are read; what matters is said before
BROKEN: dict[type[Exception], str] = {  # the first that fits is said
    FileNotFoundError: "没有这个文件",
    IsADirectoryError: "这是一个目录",
    PermissionError: "没有读它的权限",
    UnicodeDecodeError: "它不是 UTF-8 文本",
    EOFError: "压缩文件残缺，后半截没有了",
    zlib.error: "压缩文件损坏",
    OSError: "磁盘或者压缩格式有误",
}
_BLANKS = re.compile(r"\s+|\x00+")


@dataclass(frozen=True, slots=True)
class Message:
    """`label` is empty when nobody has sorted it yet; an empty `group` means: like no other message."""

    title: str = ""
    text: str = ""
    label: str = ""
    group: str = ""
    id: str = ""


def read_messages(path: str | Path) -> Iterator[Message]:
    """Fields id, label, title, text, group of each line; others are left alone."""
    for row in read_rows(path):
        yield Message(*(_words(row.get(name)) for name in ("title", "text", "label", "group", "id")))


def read_rows(path: str | Path) -> Iterator[dict[str, Any]]:
    """Each line's object, with a title or a text in it. Compressed files are known by their first bytes, whatever they
    are called."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rt", encoding="utf-8-sig") if packed else path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _row(line, number, path.name)
    except tuple(BROKEN) as error:
        why = next(says for kind, says in BROKEN.items() if isinstance(error, kind))
        raise BadInput("“{file}”读不出来", why=why, file=path.name, code="unreadable_file") from error


def _row(line: str, number: int, file: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise _unreadable(number, file, "这一行不是一个 JSON 对象")
    if not (row.get("title") or row.get("text")):
        raise _unreadable(number, file, "title 和 text 都是空的")
    return row


def _words(value: Any) -> str:
    return "" if value is None else str(value)


def _unreadable(number: int, file: str, why: str) -> BadInput:
    return BadInput(
        "“{file}”第{number}行读不懂",
        why=why,
        instead="每行应当是一个含有 title、text 的 JSON 对象",
        code="bad_message_line",
        file=file,
        number=number,
    )


def fold(text: str) -> str:
    """One spelling: NFKC, small letters, traditional to simplified, no blanks (some offices keep texts cut in words)."""
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", text[: 2 * LONGEST])).lower()[:LONGEST]
    return plain if plain.isascii() else simplified(plain)
