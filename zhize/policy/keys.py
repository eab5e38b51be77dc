"""The policy keys: what a jurisdiction may set, each with its type, unit, default and article. `docs/policy-keys.md` is
generated from here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zhize.kernel.clock import Limit
from zhize.kernel.errors import BadInput


@dataclass(frozen=True)
class Key:
    """One thing that may differ between places."""

    name: str
    says: str
    type: str
    default: Any
    article: str = ""


class Keys(dict[str, Key]):
    def get(self, name: str, default: Key | None = None) -> Key | None:  # type: ignore[override]
        """A key by name; `calendar.2016` is found under `calendar.*`."""
        return super().get(name) or super().get(re.sub(r"\.\d{4}$", ".*", name), default)

    def check(self, name: str, value: Any) -> None:
        """Refuse an unknown key or a value of the wrong type."""
        key = self.get(name)
        if key is None:
            raise BadInput("没有政策项“{key}”", why="这个键没有登记", instead="请查看 docs/policy-keys.md 中的键名",
                           key=name, code="unknown_key")
        if not _TYPES[key.type](value):
            raise BadInput("政策项“{key}”的值“{value}”不对", why="须是{type}", instead="请按 docs/policy-keys.md 填写",
                           key=name, value=value, type=key.type, code="bad_value")


def _is_limit(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        Limit.parse(value)
    except BadInput:
        return False
    return True


_TYPES: dict[str, Callable[[Any], bool]] = {
    "时限": _is_limit,
    "整数": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "比例": lambda v: isinstance(v, int | float) and 0 <= v <= 1,
    "是否": lambda v: isinstance(v, bool),
    "文字": lambda v: isinstance(v, str),
    "清单": lambda v: isinstance(v, list),
    "表": lambda v: isinstance(v, dict),
}

KEYS = Keys()


def _key(name: str, says: str, type_: str, default: Any, article: str = "") -> None:
    KEYS[name] = Key(name, says, type_, default, article)


_key("calendar.*", "某年的工作日安排：off 放假的工作日，work 上班的周末", "表", {"off": [], "work": []}, "国务院办公厅年度放假通知")
