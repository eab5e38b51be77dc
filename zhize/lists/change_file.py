"""A change of law as a file a jurist writes (TOML): law, kind, effective, and what became of each article."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from zhize.kernel.errors import BadInput
from zhize.record.models import Law, LawChange, ProvisionMove
from zhize.register.terms import LawChanged, Moved

LARGEST = 2_000_000  # bytes
KINDS = {str(label): value for value, label in LawChange.Kind.choices}
HOWS = {str(label): value for value, label in ProvisionMove.How.choices}
ABOUTS = {str(label): value for value, label in ProvisionMove.About.choices}
KNOWN = {"law", "name", "level", "author", "kind", "effective", "note", "moved", "text", "instrument"}
KNOWN_MOVED = {"from", "to", "how", "about", "to_law", "note"}


def read_change(path: Path) -> LawChanged:
    """Read the file; raises BadInput with the line's own word when something is missing or unknown."""
    try:
        if path.stat().st_size > LARGEST:
            raise _bad("文件太大", "法律变动文件不会超过2MB")
        said = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise _bad(f"没有“{path}”这个文件", "请核对文件名") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _bad(f"“{path.name}”读不出来：{error}", "请写成 TOML，UTF-8 编码") from error
    return change_from(said)


def change_from(said: dict[str, Any]) -> LawChanged:
    """The same from a table already read."""
    if strange := sorted(set(said) - KNOWN):
        raise _bad(f"不认识“{strange[0]}”", "可写的项：" + "、".join(sorted(KNOWN)))
    law, day = str(said.get("law", "")), said.get("effective")
    if not law or not isinstance(day, date):
        raise _bad("缺 law 或 effective", 'law = "档案法"，effective = 2021-01-01（不加引号）')
    kind = _one(said.get("kind", "改"), KINDS, "kind")
    moves = tuple(_moved(n, m) for n, m in enumerate(_rows(said, "moved"), 1))
    texts = {str(t.get("article", "")): str(t.get("text", "")) for t in _rows(said, "text")}
    name, level, author = (str(said.get(k, "")) for k in ("name", "level", "author"))
    return LawChanged(key_of(law), kind, day, moves, texts, name, level, author, str(said.get("note", "")))


def _rows(said: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = said.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise _bad(f"“{name}”须是一组表", f"请写成 [[{name}]]")
    return rows


def _moved(n: int, m: dict[str, Any]) -> Moved:
    if strange := sorted(set(m) - KNOWN_MOVED):
        raise _bad(f"第{n}条变动不认识“{strange[0]}”", "可写的项：" + "、".join(sorted(KNOWN_MOVED)))
    old, new = str(m.get("from", "")), m.get("to", [])
    new = (new,) if isinstance(new, str) else tuple(str(a) for a in new)
    how = _one(m.get("how") or ("新增" if not old else "修改" if new else "删除"), HOWS, f"第{n}条变动的 how")
    about = m.get("about", [])
    about = [about] if isinstance(about, str) else about
    kinds = tuple(_one(a, ABOUTS, f"第{n}条变动的 about") for a in about)
    if bool(old) == (how == ProvisionMove.How.ADDED) or bool(new) == (how == ProvisionMove.How.DELETED):
        raise _bad(f"第{n}条变动前后不配", "新增只写 to，删除只写 from，其余两个都写")
    to_law = key_of(str(m["to_law"])) if m.get("to_law") else ""
    return Moved(old, new, how, kinds, to_law, str(m.get("note", "")))


def key_of(text: str) -> str:
    """A law's key, also by its full name, with or without 《》 and 中华人民共和国."""
    word = text.strip().strip("《》")
    for wanted in (
        {"key": word},
        {"name": word},
        {"name": f"中华人民共和国{word}"},
        {"key": word.removeprefix("中华人民共和国")},
    ):
        found = Law.objects.filter(**wanted).values_list("key", flat=True).first()
        if found:
            return str(found)
    return word


def _one(said: Any, offered: dict[str, str], what: str) -> str:
    word = str(said)
    if word in offered.values():
        return word
    if word not in offered:
        raise _bad(f"{what} 不能是“{word}”", "可选：" + "、".join(offered))
    return offered[word]


def _bad(what: str, instead: str) -> BadInput:
    return BadInput("法律变动文件有误：{what_is}", rule="立改废释", instead=instead, code="bad_change", what_is=what)


_ARROW = re.compile(r"\s*(?:→|->|⇒|=>)\s*")
_ARTICLES = re.compile(r"[、，,；;]\s*")


def read_moves(text: str) -> tuple[Moved, ...]:
    """A line an article, as a clerk writes it: 第二十四条 → 第四十八条、第四十九条 修改 行为、幅度. Nothing before the arrow is
    a new article, nothing behind it a deleted one; without a word for what happened a changed number is 重排."""
    return tuple(_line(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip())


def _line(n: int, line: str) -> Moved:
    parts = _ARROW.split(line)
    if len(parts) != 2:
        raise BadInput(
            "第{line}行没有箭头",
            why="看不出原来是哪一条、现在是哪一条",
            instead="请写成：第二十四条 → 第四十八条、第四十九条 修改 行为、幅度",
            code="no_arrow",
            line=n,
        )
    words = [w for w in parts[1].split() if w]
    new = [a for w in words if w not in HOWS and w[0] == "第" for a in _ARTICLES.split(w) if a]
    how = next((w for w in words if w in HOWS), "")
    about = [a for w in words if w not in HOWS and w[0] != "第" for a in _ARTICLES.split(w) if a]
    said: dict[str, Any] = {"from": parts[0].strip(), "to": new, "about": about}
    said["how"] = how or ("重排" if parts[0].strip() and new and not about else "")
    return _moved(n, said)
