"""Rows an act is handed unsaved: a paper to be entered, a seat to be given. Named fields of the model, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from zhize.api.spelling import Schema, an_object, below, known, listed, read, schema
from zhize.register.keys import Caller


def row_schema(model: type[Model], names: Sequence[str]) -> Schema:
    """Rows an act is handed unsaved (a paper to be entered, a seat to be given): these fields of the model."""
    found = [model._meta.get_field(n) for n in names]
    needed = [f.name for f in found if not f.blank and not f.has_default() and not f.null]  # type: ignore[union-attr]
    properties = {f.name: schema(_field_hint(f)) | {"title": str(f.verbose_name)} for f in found}  # type: ignore[union-attr]
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def read_row(model: type[Model], names: Sequence[str], value: Any, at: str, by: Caller) -> Model:
    said = an_object(value, at)
    found: list[Any] = [model._meta.get_field(n) for n in names]
    known(said, list(names), [f.name for f in found if not f.blank and not f.has_default() and not f.null], at)
    row = model(**{f.name: read(_field_hint(f), said[f.name], below(at, f.name), by) for f in found if f.name in said})
    for field in found:
        if getattr(field, "choices", None) and field.name in said:
            listed([value for value, _ in field.flatchoices], said[field.name], below(at, field.name))
    return row


def _field_hint(field: Any) -> Any:
    if field.is_relation:
        return field.related_model | None if field.null else field.related_model
    base: Any = {
        "DateField": date, "DateTimeField": datetime, "BooleanField": bool, "FloatField": float, "JSONField": Any,
        "ArrayField": list[str],
    }.get(field.get_internal_type() if not hasattr(field, "base_field") else "ArrayField")  # fmt: skip
    base = base or (int if "Integer" in field.get_internal_type() else str)
    return base | None if field.null and base is not Any else base
