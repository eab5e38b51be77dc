"""Columns that are fields of an item (清单要素): read into their shape, kept for `describe`; what does not fit stays words.

A sheet's cell is often looser than the field; nothing is lost and nothing is bent to fit: what cannot be read as the field
stays in the item's content under its own heading, as everything did before there were fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zhize.kernel.errors import Refusal
from zhize.register.fields import CATALOGUE, FIELDS, read
from zhize.register.importing import cells
from zhize.register.importing.columns import Field
from zhize.register.importing.terms import Said

SUPERVISED = "监督"  # a telephone to complain at, not to ask at


def told(said: Said, columns: Mapping[str, str], type_: str) -> dict[str, Any]:
    """What the row's columns (import field → register field) say, in shape; a column that does not fit is left out."""
    found: dict[str, Any] = {}
    for column, name in columns.items():
        text = cells.text(said.get(column))
        if text and FIELDS[_meant(said, column, name)].concerns(type_):
            found |= _read(_meant(said, column, name), text, type_)
    return found


def _meant(said: Said, column: str, name: str) -> str:
    return "complain" if name == "consult" and SUPERVISED in said.headers.get(column, "") else name


def _read(name: str, text: str, type_: str) -> dict[str, Any]:
    try:
        return read({name: text}, type_)
    except Refusal:
        return {}


def left(said: Said, fields: Sequence[Field], columns: Mapping[str, str], taken: Mapping[str, Any]) -> list[str]:
    """The columns nobody took, as `heading：words`."""
    kept = [f for f in fields if f.name in said.values and _meant(said, f.name, columns.get(f.name, "")) not in taken]
    rows = [(said.headers.get(f.name, f.label), cells.text(said.get(f.name))) for f in kept]
    return [f"{heading}：{words}" for heading, words in rows if words]


def split(taken: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(of the catalogue, of the organ)."""
    catalogue = {n: v for n, v in taken.items() if FIELDS[n].said_by == CATALOGUE}
    return catalogue, {n: v for n, v in taken.items() if n not in catalogue}
