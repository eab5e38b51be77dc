"""Questions about editions: which stands, what is in it, and whether the register still says so."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhize.kernel import merkle
from zhize.kernel.errors import BadInput
from zhize.kernel.period import ONE_DAY, Period
from zhize.lists.models import Edition
from zhize.lists.queries.issues import Issue
from zhize.lists.queries.renderers import render
from zhize.lists.queries.sides import passages
from zhize.record.digest import canonical


def find_edition(text: str) -> Edition:
    """An edition by its key. Raises BadInput."""
    found = Edition.objects.filter(key=text.strip()).select_related("body", "place", "instrument", "corrects").first()
    if found is None:
        raise BadInput(
            "没有“{key}”这一版清单",
            why="公布过的版次里没有这个键",
            instead="请用 zhize lists editions 查看全部版次",
            key=text,
            code="unknown_edition",
            field="edition",
        )
    return found


def issue_of(edition: Edition) -> Issue:
    return Issue(edition.kind, edition.body, edition.place)


def editions_of(issue: Issue) -> Any:
    """All editions of a list, the newest first; the bytes are read when they are asked for."""
    rows = Edition.objects.filter(kind=issue.kind, body=issue.body, place=issue.place)
    return rows.order_by("-serial").defer("content")


def latest(issue: Issue, public_on: date | None = None) -> Edition | None:
    """The newest edition; with a day, the newest that may be shown that day."""
    rows = editions_of(issue)
    return (rows.public(public_on) if public_on else rows).first()


def before(edition: Edition) -> Edition | None:
    """The edition before this one."""
    return editions_of(issue_of(edition)).filter(serial__lt=edition.serial).first()


def standing(public_on: date | None = None) -> Any:
    """The newest edition of every list."""
    rows = Edition.objects.public(public_on) if public_on else Edition.objects.all()
    return rows.order_by("kind", "body_id", "place_id", "-serial").distinct("kind", "body_id", "place_id")


def other_sides(edition: Edition, together: Collection[tuple[str, int | None]] = ()) -> set[int]:
    """Bodies that gave or took something since the edition before, and whose own published list does not say so yet."""
    last = before(edition)
    if last is None or last.day >= edition.day or edition.body_id is None:
        return set()
    moved = passages([edition.body_id], Period(last.day + ONE_DAY, edition.day + ONE_DAY), edition.believed)
    sides = {(p.giver, False) if p.taker == edition.body_id else (p.taker, True) for p in moved}
    return {b for b, takes in sides if (edition.kind, b) not in together and _behind(edition, b, takes)}


def _behind(edition: Edition, body_id: int, takes: bool) -> bool:
    """Does its published list speak of an earlier day? Who takes and has published nothing would be seen nowhere."""
    theirs = Edition.objects.filter(kind=edition.kind, body=body_id).order_by("-serial").first()
    return takes if theirs is None else theirs.day < edition.day


def content(edition: Edition) -> dict[str, Any]:
    """What was published, as data."""
    return dict(json.loads(edition.content))


def digest_of(text: bytes, algorithm: str) -> str:
    return merkle.digest(algorithm, text).hex()


@dataclass(frozen=True)
class Proof:
    """An edition made again from the register. `where` names the first difference; empty when both are equal."""

    edition: Edition
    digest: str
    intact: bool
    where: str = ""
    published: str = ""
    register: str = ""

    @property
    def holds(self) -> bool:
        return self.intact and not self.where

    def as_dict(self) -> dict[str, Any]:
        e = self.edition
        return {
            "edition": e.key, "day": e.day.isoformat(), "believed": e.believed.isoformat(), "renderer": e.renderer,
            "algorithm": e.algorithm, "published": e.digest, "derived": self.digest, "intact": self.intact,
            "equal": self.holds,
            "difference": {"where": self.where, "published": self.published, "register": self.register} if self.where else None,
        }  # fmt: skip


def prove(edition: Edition) -> Proof:
    """Render it again, by the renderer that made it, and compare byte for byte."""
    made = render(issue_of(edition), edition.day, edition.believed, edition.renderer)
    again = canonical(made)
    digest = digest_of(again, edition.algorithm)
    intact = digest_of(edition.content.encode(), edition.algorithm) == edition.digest
    if digest == edition.digest and intact:
        return Proof(edition, digest, True)
    where, was, now = first_difference(content(edition), json.loads(again)) or ("", "", "")
    return Proof(edition, digest, intact, where, was, now)


def first_difference(one: Any, two: Any, path: str = "") -> tuple[str, str, str] | None:
    """The first place where two plain values part, in reading order: path, left, right."""
    if isinstance(one, dict) and isinstance(two, dict):
        steps = [(f"{path}.{k}" if path else k, one.get(k), two.get(k)) for k in sorted({*one, *two})]
    elif isinstance(one, list) and isinstance(two, list):
        longer = range(max(len(one), len(two)))
        steps = [(_step(path, n, one, two), _at(one, n), _at(two, n)) for n in longer]
    else:
        return None if one == two else (path, _short(one), _short(two))
    return next((found for where, a, b in steps if (found := first_difference(a, b, where))), None)


def _step(path: str, n: int, one: list[Any], two: list[Any]) -> str:
    """items[3 敲诈] reads better than items[3]."""
    thing = (one[n : n + 1] or two[n : n + 1])[0]
    name = thing.get("name") or thing.get("key") if isinstance(thing, dict) else ""
    return f"{path}[{n}{f' {name}' if name else ''}]"


def _at(rows: list[Any], n: int) -> Any:
    return rows[n] if n < len(rows) else None


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:200]
