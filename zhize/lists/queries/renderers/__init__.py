"""Renderers: a list as canonical plain data. An edition names the one that made it, so none is ever edited: what should
read differently from now on is a new module and a new number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from zhize.lists.queries.issues import Issue
from zhize.lists.queries.renderers import one, three, two
from zhize.places.asking import Asked

Render = Callable[[Issue, date, datetime | None], dict[str, Any]]
RENDERERS: dict[int, Render] = {1: one.render, 2: two.render, 3: three.render}
NEWEST = max(RENDERERS)


def render(issue: Issue, day: date, believed: datetime | None = None, renderer: int = NEWEST) -> dict[str, Any]:
    """The list as of a day, as known at a moment."""
    return RENDERERS[renderer](issue, day, believed)


def shown(issue: Issue, on: Asked) -> dict[str, Any]:
    """The list as everybody may have it today, of whatever day and as known whenever: what is kept back today is left out."""
    return three.without(render(issue, on.day, on.believed), on.today, None)
