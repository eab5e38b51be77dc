"""The third renderer. As the second, but what the register kept back at the moment of rendering is not in the list of an
earlier day either: publishing that day's list today would show it today.

What it shares with the others is shared for good: none is edited any more.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from zhize.kernel.period import day_of
from zhize.lists.queries.issues import Issue
from zhize.lists.queries.renderers import two
from zhize.register.models import Body
from zhize.register.queries.opened import kept_back_somewhere, kept_back_then


def render(issue: Issue, day: date, believed: datetime | None) -> dict[str, Any]:
    made = two.render(issue, day, believed) | {"renderer": 3}
    return without(made, day_of(believed), believed) if believed else made


def without(rendered: dict[str, Any], day: date, believed: datetime | None) -> dict[str, Any]:
    """The list less what was kept back then; a government's counts what it leaves out."""
    duties = kept_back_somewhere(day, believed)
    codes = {i["body"]["code"] for i in rendered["items"] if i["key"] in duties}
    bodies = dict(Body.objects.filter(code__in=codes).values_list("code", "pk"))
    spots = [(duties.get(i["key"], 0), bodies.get(i["body"]["code"], 0)) for i in rendered["items"]]
    shut = kept_back_then({spot for spot in spots if all(spot)}, day, believed)
    shown = [i for i, spot in zip(rendered["items"], spots, strict=True) if spot not in shut]
    kept = {"kept_back": rendered["kept_back"] + len(spots) - len(shown)} if "kept_back" in rendered else {}
    return rendered | kept | {"items": shown}
