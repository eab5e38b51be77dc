"""Pages by key, not by number: the hundredth page costs what the first does, and rows added meanwhile shift nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet

from zhize.kernel.errors import BadInput

JOINT = "~"


@dataclass(frozen=True)
class Page:
    """The rows shown, and the cursors `{% pager %}` hands on as ?before= (further down) and ?after= (back up)."""

    rows: list[Any]
    older: str = ""
    newer: str = ""


def page(rows: QuerySet[Any], order: Sequence[str], params: Mapping[str, str], size: int = 50) -> Page:
    """One page of `rows` in `order` (all ascending, or all with "-"; the last name unique). ?before=/?after= move."""
    down, up = params.get("before", ""), params.get("after", "")
    names, falling = [n.lstrip("-") for n in order], order[0].startswith("-")
    if up:
        near = rows.filter(_beyond(rows.model, names, up, not falling)).order_by(*[_turned(n) for n in order])
        found = list(near[: size + 1])
        more, shown = len(found) > size, found[:size][::-1]
        return Page(shown, _cursor(shown, names, -1), _cursor(shown, names, 0) if more else "")
    here = rows.filter(_beyond(rows.model, names, down, falling)) if down else rows
    found = list(here.order_by(*order)[: size + 1])
    shown = found[:size]
    return Page(shown, _cursor(shown, names, -1) if len(found) > size else "", _cursor(shown, names, 0) if down else "")


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _beyond(model: type[Model], names: list[str], cursor: str, falling: bool) -> Q:
    """Rows after the cursor, in the order's direction: (a, b) > (x, y) written out."""
    values = cursor.split(JOINT)
    if len(values) != len(names):
        raise _unreadable(cursor)
    past, wanted = "lt" if falling else "gt", Q(pk__in=[])
    for n, name in enumerate(names):
        same = {before: _read(model, before, text, cursor) for before, text in zip(names[:n], values, strict=False)}
        wanted |= Q(**same, **{f"{name}__{past}": _read(model, name, values[n], cursor)})
    return wanted


def _read(model: type[Model], name: str, text: str, cursor: str) -> Any:
    """The text as the field reads it; an annotation is taken as it stands."""
    field: Any = None
    try:
        for part in ("id" if name == "pk" else name).split("__"):
            field = (field.related_model if field is not None else model)._meta.get_field(part)
        return field.to_python(text)
    except FieldDoesNotExist:
        return text
    except ValidationError as error:
        raise _unreadable(cursor) from error


def _unreadable(cursor: str) -> BadInput:
    return BadInput(
        "翻页的位置“{cursor}”读不懂",
        why="地址可能被改动过",
        instead="请回到第一页重新翻",
        cursor=cursor,
        code="bad_cursor",
    )


def _cursor(rows: Sequence[Any], names: list[str], at: int) -> str:
    return JOINT.join(str(_value(rows[at], name)) for name in names) if rows else ""


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row
