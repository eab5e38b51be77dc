"""How Python's types are said in JSON, both ways at once: the schema of a type, and a value read by it.

An act's own signature is its description, so the description cannot differ from the act. What is wrong is refused with
the place where it stands (`lines.2.body`), in the words the pages use.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from django.db.models import Model
from django.utils.dateparse import parse_datetime

from zhize.kernel.errors import BadInput
from zhize.kernel.period import BEIJING, parse_day
from zhize.places.models import Place
from zhize.places.terms import Expression
from zhize.register.keys import Caller
from zhize.register.serving import THINGS, thing_named

LONGEST, MOST, DEEPEST = 200_000, 5_000, 9
MANY = (list, Sequence, Collection, Iterable, set, frozenset)
MAPS = (dict, Mapping)
Schema = dict[str, Any]


class Unspeakable(TypeError):
    """A type JSON has no word for."""


# -- the schema --------------------------------------------------------------------------------------------------------
def schema(hint: Any) -> Schema:
    """What JSON Schema says of the type. Raises Unspeakable."""
    kind, parts = get_origin(hint), get_args(hint)
    if kind in (Union, types.UnionType):
        return _either(parts)
    if kind is Literal:
        return {"type": "string", "enum": list(parts)}
    if kind in MANY:
        return {"type": "array", "items": schema(parts[0]), "maxItems": MOST}
    if kind is tuple:
        return _tuple(parts)
    if kind in MAPS:
        return {"type": "object", "additionalProperties": schema(parts[1])}
    return _plain(hint)


_PLAIN: dict[Any, Schema] = {
    str: {"type": "string", "maxLength": LONGEST}, bool: {"type": "boolean"}, int: {"type": "integer", "format": "int64"},
    float: {"type": "number"}, date: {"type": "string", "format": "date"}, datetime: {"type": "string", "format": "date-time"},
    Any: {}, dict: {"type": "object"}, list: {"type": "array"}, type(None): {"type": "null"},
}  # fmt: skip


def _plain(hint: Any) -> Schema:
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"type": "string", "enum": [each.value for each in hint]}
    if isinstance(hint, type) and issubclass(hint, Model):
        thing = THINGS.get(hint)
        return (
            {"type": "string", "description": thing.says}
            if thing
            else {"type": "integer", "description": f"{hint._meta.verbose_name}的编号"}
        )
    if dataclasses.is_dataclass(hint):
        return _fields(hint)
    raise Unspeakable(str(hint))


def _either(parts: Sequence[Any]) -> Schema:
    kinds = [schema(part) for part in parts if part is not type(None)]
    return (
        kinds[0]
        if len(kinds) == 1 and type(None) not in parts
        else {"anyOf": [*kinds, *([{"type": "null"}] if type(None) in parts else [])]}
    )


def _tuple(parts: Sequence[Any]) -> Schema:
    if len(parts) == 2 and parts[1] is Ellipsis:
        return {"type": "array", "items": schema(parts[0]), "maxItems": MOST}
    return {"type": "array", "prefixItems": [schema(p) for p in parts], "minItems": len(parts), "maxItems": len(parts)}


def _fields(hint: Any) -> Schema:
    found = fields_of(hint)
    needed = [f.name for f in found if f.needed]
    said: Schema = {
        "title": hint.__name__,
        "type": "object",
        "properties": {f.name: schema(f.hint) for f in found},
        "additionalProperties": False,
    }
    return said | ({"required": needed} if needed else {}) | ({"description": _doc(hint)} if _doc(hint) else {})


def _doc(hint: Any) -> str:
    text = (hint.__doc__ or "").strip()
    return "" if text.startswith(f"{hint.__name__}(") else text.split("\n")[0]


@dataclasses.dataclass(frozen=True)
class Asked:
    """A field as JSON has it: `place` stands for the `place_id` of the dataclass."""

    name: str
    attribute: str
    hint: Any
    needed: bool
    by_id: bool = False  # the dataclass holds the id of the thing


@cache
def fields_of(hint: Any) -> tuple[Asked, ...]:
    hints = get_type_hints(hint)
    made = []
    for each in dataclasses.fields(hint):
        needed = each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
        made.append(_field(each.name, hints[each.name], needed, hint is Expression))
    return tuple(made)


def _field(name: str, hint: Any, needed: bool, places: bool) -> Asked:
    """`place_id: int` is said as `place`, by its code; a place expression holds the ids of places."""
    if places:
        return Asked(name, name, tuple[Place, ...], needed, True)
    thing = thing_named(name.removesuffix("_id")) if name.endswith("_id") else None
    if thing is None:
        return Asked(name, name, hint, needed)
    return Asked(thing.name, name, thing.model | None if type(None) in get_args(hint) else thing.model, needed, True)


# -- reading -----------------------------------------------------------------------------------------------------------
def read(hint: Any, value: Any, at: str, by: Caller) -> Any:
    """The value as the act takes it. Raises BadInput naming the place."""
    kind, parts = get_origin(hint), get_args(hint)
    if kind in (Union, types.UnionType):
        return _one_of(parts, value, at, by)
    if kind is Literal:
        return listed(list(parts), value, at)
    if kind in MANY:
        return [read(parts[0], each, f"{at}.{n}", by) for n, each in enumerate(_array(value, at))]
    if kind is tuple:
        return _read_tuple(parts, _array(value, at), at, by)
    if kind in MAPS:
        return {_key(parts[0], k, at): read(parts[1], v, f"{at}.{k}", by) for k, v in an_object(value, at).items()}
    return _read_plain(hint, value, at, by)


def _read_plain(hint: Any, value: Any, at: str, by: Caller) -> Any:
    if hint is Any:
        return value
    if isinstance(hint, type) and issubclass(hint, Enum):
        return listed([each.value for each in hint], value, at)
    if isinstance(hint, type) and issubclass(hint, Model):
        return _thing(hint, value, at, by)
    if dataclasses.is_dataclass(hint):
        return build(hint, an_object(value, at), at, by)
    return _READ[hint](value, at)


def build(hint: Any, value: Mapping[str, Any], at: str, by: Caller) -> Any:
    """A dataclass from an object: unknown names refused, missing ones named."""
    found = fields_of(hint)
    known(value, [f.name for f in found], [f.name for f in found if f.needed], at)
    said = {f.attribute: _kept(f, read(f.hint, value[f.name], below(at, f.name), by)) for f in found if f.name in value}
    return hint(**said)


def _kept(asked: Asked, value: Any) -> Any:
    if not asked.by_id or value is None:
        return value
    return tuple(each.pk for each in value) if isinstance(value, tuple) else value.pk


def known(value: Mapping[str, Any], names: Collection[str], needed: Collection[str], at: str) -> None:
    for name in value:
        if name not in names:
            raise bad(below(at, name), "没有这一项", "可以有：" + "、".join(names), "unknown_field")
    for name in needed:
        if name not in value:
            raise bad(below(at, name), "没有写", "请补上", "missing_field")


def below(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _one_of(parts: Sequence[Any], value: Any, at: str, by: Caller) -> Any:
    if value is None and type(None) in parts:
        return None
    kinds = [part for part in parts if part is not type(None)]
    for part in kinds[:-1]:
        try:
            return read(part, value, at, by)
        except BadInput:
            continue
    return read(kinds[-1], value, at, by)


def _thing(model: type[Model], value: Any, at: str, by: Caller) -> Model:
    thing = THINGS.get(model)
    if thing is not None:
        try:
            text = _text(value, at)[:300]
            if (model, text) not in by.looked_up:
                by.looked_up[model, text] = thing.find(text, by)
            found: Model = by.looked_up[model, text]
            return found
        except BadInput as refusal:
            refusal.field = at
            raise
    rows = model._default_manager.filter(pk=_number(value, at))
    live = rows.filter(withdrawn_at__isnull=True) if "withdrawn_at" in {f.name for f in model._meta.fields} else rows
    row = live.first()
    if row is None:
        raise bad(at, f"没有这个编号的{model._meta.verbose_name}", "请核对编号", "unknown_id")
    return row


def _read_tuple(parts: Sequence[Any], value: list[Any], at: str, by: Caller) -> tuple[Any, ...]:
    if len(parts) == 2 and parts[1] is Ellipsis:
        return tuple(read(parts[0], each, f"{at}.{n}", by) for n, each in enumerate(value))
    if len(value) != len(parts):
        raise bad(at, f"须有{len(parts)}项", "请核对", "wrong_length")
    return tuple(read(part, each, f"{at}.{n}", by) for n, (part, each) in enumerate(zip(parts, value, strict=True)))


def _array(value: Any, at: str) -> list[Any]:
    if not isinstance(value, list):
        raise bad(at, "须是一列", "请写成 [ … ]", "not_a_list")
    if len(value) > MOST:
        raise bad(at, f"至多{MOST}项", "请分几次", "too_many")
    return value


def an_object(value: Any, at: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise bad(at, "须是一组名称和值", "请写成 { … }", "not_an_object")
    return value


def _key(hint: Any, value: str, at: str) -> Any:
    return _number(int(value) if value.isdecimal() else value, at) if hint is int else _text(value, at)


def _text(value: Any, at: str) -> str:
    if not isinstance(value, str):
        raise bad(at, "须是文字", "请加引号", "not_text")
    if len(value) > LONGEST:
        raise bad(at, f"至多{LONGEST}字", "请精简", "too_long")
    return value.replace("\x00", "").encode("utf-8", "ignore").decode()


def _number(value: Any, at: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise bad(at, "须是整数", "请核对", "not_a_number")
    if not -(2**63) < value < 2**63:
        raise bad(at, "数太大", "请核对", "not_a_number")
    return int(value)


def _real(value: Any, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300 or value != value:
        raise bad(at, "须是数", "请核对", "not_a_number")
    return float(value)


def _truth(value: Any, at: str) -> bool:
    if not isinstance(value, bool):
        raise bad(at, "须是 true 或 false", "请核对", "not_a_truth")
    return value


def _date(value: Any, at: str) -> date:
    try:
        found = parse_day(_text(value, at))
    except BadInput as refusal:
        refusal.field = at
        raise
    if not 1000 <= found.year <= 2200:
        raise bad(at, "不在登记的年代之内", "请核对年份", "bad_day")
    return found


def _moment(value: Any, at: str) -> datetime:
    try:
        said = parse_datetime(_text(value, at))
    except ValueError:
        said = None
    if said is None or not 1000 < said.year < 2200:
        raise bad(at, "须是时刻，例如 2016-05-01T08:00:00+08:00", "请核对", "bad_moment")
    return said if said.tzinfo else said.replace(tzinfo=BEIJING)


def listed(values: Sequence[Any], value: Any, at: str) -> Any:
    if value not in values:
        raise bad(at, "不在可选之列", "请选：" + "、".join(map(str, values)), "unknown_choice")
    return value


_READ: dict[Any, Any] = {
    str: _text, bool: _truth, int: _number, float: _real, date: _date, datetime: _moment, dict: an_object, list: _array,
}  # fmt: skip


def bad(at: str, why: str, instead: str, code: str) -> BadInput:
    return BadInput("“{at}”读不懂", why=why, instead=instead, field=at, code=code, at=at or "内容")
