"""What the database itself refuses in this app; the triggers are the record's, read off this app's tables."""

from __future__ import annotations

from functools import partial

from zhize.record import schema
from zhize.record.schema import steps, steps_function

kept_function = partial(schema.kept_function, "cases")
kept = partial(schema.kept, app="cases")

__all__ = ["kept", "kept_function", "steps", "steps_function"]
