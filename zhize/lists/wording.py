"""A rendered list in words: what its keys and codes are called on pages, in sheets and on paper. One column a field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from zhize.lists.kinds import LISTS
from zhize.places.models import Place
from zhize.register.fields import FIELDS, say
from zhize.register.models import Capacity, Duty

Said = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a printed list: its heading, and what an item says in it. `width` is in characters."""

    name: str
    label: str
    of: Callable[[Said], str]
    width: int = 12


def type_word(item: Said) -> str:
    return str(Duty.Type(item["type"]).label if item["type"] else Duty.Kind(item["kind"]).label)


def basis_word(basis: Said) -> str:
    mark = "（待核）" if basis["unverified"] else ""
    return f"《{basis['name']}》{basis['article']}{basis['paragraph']}{basis['item']}{mark}"


def code_word(codes: Said) -> str:
    """The catalogue's code; another scheme's where there is none."""
    return str(codes.get("catalogue") or next(iter(codes.values()), ""))


def levels_word(levels: Iterable[int]) -> str:
    return "、".join(str(Place.Level(n).label) for n in levels)


def place_word(held: Said) -> str:
    """苍南县（龙港市除外）."""
    left_out = "、".join(p["name"] for p in held["excludes"])
    return held["place"]["name"] + (f"（{left_out}除外）" if left_out else "")


def held_word(held: Said) -> str:
    """Where, which part, as what, how, since when, by which paper."""
    part = f"（{held['segment']}）" if held["segment"] else ""
    until = f"，至{date.fromisoformat(held['to']) - timedelta(days=1)}" if held["to"] else ""
    whose = f"，受{held['principal']['name']}委托" if held["principal"] else ""
    as_what = f"{Capacity(held['capacity']).label}，{held['mode']}{whose}"
    return f"{place_word(held)}{part}：{as_what}，自{held['from']}{until}，{held['instrument']['citation']}"


def suspended_word(since: str | None) -> str:
    return f"自{since}起暂停行使（依据失效）" if since else ""


def where_word(item: Said) -> str:
    return "、".join(dict.fromkeys(place_word(h) for h in item["held"]))


def papers_word(item: Said) -> str:
    return "、".join(dict.fromkeys(h["instrument"]["citation"] for h in item["held"]))


BASE: tuple[Column, ...] = (
    Column("code", "事项编码", lambda i: code_word(i["codes"]), 16),
    Column("name", "事项名称", lambda i: i["name"], 36),
    Column("type", "权力类型", type_word, 10),
    Column("bases", "设定依据", lambda i: "\n".join(basis_word(b) for b in i["bases"]), 40),
    Column("levels", "行使层级", lambda i: levels_word(i["levels"]), 10),
    Column("body", "实施主体", lambda i: i["body"]["name"], 24),
    Column("nature", "主体性质", lambda i: i["nature"], 10),
    Column("source", "权力来源", lambda i: i["source"], 12),
    Column("main", "主要职责", lambda i: (i["main"] or {}).get("name", ""), 24),
    Column("where", "行使地域", where_word, 16),
    Column("detail", "内容", lambda i: i["detail"], 40),
)
TAIL: tuple[Column, ...] = (
    Column("suspended", "状态", lambda i: suspended_word(i["suspended"]), 14),
    Column("papers", "依据文件", papers_word, 20),
)


def _field(name: str) -> Column:
    field = FIELDS[name]
    return Column(name, field.label, lambda i: say(field, i["said"].get(name)), 20)


def columns(items: Iterable[Said]) -> list[Column]:
    """The base, and every field somebody says something in; a column nobody fills is left out."""
    rows = list(items)
    said = {name for i in rows for name, value in i["said"].items() if value}
    base = [c for c in BASE if c.name in ("name", "type", "body") or any(c.of(i) for i in rows)]
    tail = [c for c in TAIL if c.name == "papers" or any(c.of(i) for i in rows)]
    return [*base, *(_field(f) for f in FIELDS if f in said), *tail]


PARTS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "name": ("事项名称", str),
    "detail": ("内容", str),
    "type": ("权力类型", lambda t: str(Duty.Type(t).label) if t else ""),
    "field": ("领域", str),
    "levels": ("行使层级", levels_word),
    "codes": ("事项编码", lambda codes: "\n".join(f"{scheme} {code}" for scheme, code in sorted(codes.items()))),
    "bases": ("设定依据", lambda bases: "\n".join(basis_word(b) for b in bases)),
    "source": ("权力来源", str),
    "nature": ("主体性质", str),
    "main": ("主要职责", lambda main: (main or {}).get("name", "")),
    "suspended": ("状态", suspended_word),
    "held": ("行使范围", lambda rows: "\n".join(held_word(h) for h in rows)),
}  # what two renders of an item can differ in, besides its fields


def part_word(name: str, value: Any) -> tuple[str, str]:
    """The label and the words of one part of an item; `said.unit` is a field of the table."""
    if name.startswith("said."):
        field = FIELDS.get(name.removeprefix("said."))
        return (field.label, say(field, value)) if field else (name, str(value or ""))
    label, word = PARTS[name]
    return label, word(value) if value is not None else ""


def title(rendered: Said) -> str:
    """温州市住房和城乡建设委员会权力清单."""
    head = rendered["list"]
    return (head.get("body") or head["place"])["name"] + LISTS[head["kind"]].label


def left_out(rendered: Said) -> list[str]:
    """What the list does not show, and why: how many a government keeps back, and what was published and is kept back since."""
    kept = rendered.get("kept_back")
    said = [f"另有{kept}项依法不予公开。"] if kept else []
    return said + [withheld_word(w) for w in rendered.get("withheld", [])]


def withheld_word(ground: Said) -> str:
    """公布以后依法不再公开."""
    paper = f"，依据文件{ground['paper']}" if ground["paper"] else ""
    return f"有{ground['count']}项公布以后依法不再公开（{ground['article']}{paper}）。"
