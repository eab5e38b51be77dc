"""What was published and is kept back since (不再公开): the edition stays as it is, to the byte; its readers are shown the rest,
and told how many lines are missing, by which article and, where that may be said, by which paper (decision 0032).

Asked anew at every reading, of today: what is opened again stands there again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from zhize.lists.queries.changes import Change
from zhize.record.models import Instrument
from zhize.register.models import Body, Duty, Particulars
from zhize.register.queries.opened import Spot, kept_back, kept_back_by, kept_back_somewhere

Said = dict[str, Any]


class Ground(NamedTuple):
    """Why lines of an edition are not shown."""

    article: str
    paper: Instrument | None = None

    @property
    def citation(self) -> str:
        return f"{self.paper.citation}（{self.article}）" if self.paper else self.article


ARTICLES = {"内部": "政府信息公开条例第十六条", "涉密": "政府信息公开条例第十四条"}
NAMED = {"内部"}  # the paper that makes something a secret would tell what the secret is


def for_everybody(said: Said, day: date) -> Said:
    """An edition's content as the public may read it that day; `withheld` says what is missing and why."""
    grounds = grounds_of(said, day)
    if not grounds:
        return said
    counted = Counter(grounds.values())
    told = [
        {"article": g.article, "paper": g.paper.citation if g.paper else None, "count": n} for g, n in counted.items()
    ]
    return said | {"items": [i for i in said["items"] if _key(i) not in grounds], "withheld": told}


def grounds_of(said: Said, day: date) -> dict[tuple[str, str], Ground]:
    """(body's code, duty's key) of the lines that are kept back that day, each with its ground."""
    spots = _spots(said, day)
    rows = kept_back_by(set(spots.values()), day)
    return {key: _ground(rows[spot]) for key, spot in spots.items() if spot in rows}


def _spots(said: Said, day: date) -> dict[tuple[str, str], Spot]:
    """The few lines whose duty somebody keeps back."""
    duties = kept_back_somewhere(day, None)
    keys = [_key(i) for i in said["items"] if i["key"] in duties]
    bodies = dict(Body.objects.filter(code__in={code for code, _ in keys}).values_list("code", "pk"))
    return {(code, key): (duties[key], bodies[code]) for code, key in keys if code in bodies}


def _key(item: Said) -> tuple[str, str]:
    return item["body"]["code"], item["key"]


def _ground(row: Particulars) -> Ground:
    word = row.said["openness"]
    return Ground(ARTICLES[word], row.instrument if word in NAMED else None)


def openly(table: Iterable[Change], day: date) -> tuple[list[Change], int]:
    """The lines of a 调整对照表 that may be shown that day, and how many may not; neither side of a passage may be kept back."""
    rows = list(table)
    duties = dict(Duty.objects.filter(key__in={c.item["key"] for c in rows}).values_list("key", "pk"))
    bodies = dict(Body.objects.filter(code__in={c.item["body"]["code"] for c in rows}).values_list("code", "pk"))
    sides = [
        {(duties.get(c.item["key"], 0), b) for b in (bodies.get(c.item["body"]["code"], 0), *c.sides) if b}
        for c in rows
    ]
    shut = kept_back({spot for each in sides for spot in each}, day)
    shown = [c for c, each in zip(rows, sides, strict=True) if not each & shut]
    return shown, len(rows) - len(shown)
