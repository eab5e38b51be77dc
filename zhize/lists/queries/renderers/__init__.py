"""Renderers: a list as canonical plain data. An edition names the one that made it, so none is ever edited: what should
read differently from now on is a new module and a new number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from zhize.lists.queries.issues import Issue
from zhize.lists.queries.renderers import one, two

Render = Callable[[Issue, date, datetime | None], dict[str, Any]]
RENDERERS: dict[int, Render] = {1: one.render, 2: two.render}
NEWEST = max(RENDERERS)


def render(issue: Issue, day: date, believed: datetime | None = None, renderer: int = NEWEST) -> dict[str, Any]:
    """The list as of a day, as known at a moment."""
    return RENDERERS[renderer](issue, day, believed)
