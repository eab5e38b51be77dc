"""What a difference becomes when its owner follows the catalogue: an adjustment, ready to be drafted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from zhize.lists.models import Adjustment, Divergence
from zhize.lists.queries.adjusting import as_draft, drafted, reasons, site_of
from zhize.lists.terms import Asked, Draft
from zhize.register.models import Body, Duty, Holding, Particulars
from zhize.register.queries.items import read_items

ADOPTED = {"NAME": ("name",), "TYPE": ("type",), "BASIS": ("bases",), "BASIS_DEAD": ("bases",), "LEVEL": ("levels",)}
SAID = {"TIME": ("legal_limit",), "FEE": ("fees",), "PENALTY": ("penalty", "range")}
DROPPED = ("EXTRA", "EXTRA_LEVEL")


def adopted(found: Divergence, day: date) -> Asked | None:
    """The adjustment that would mend it; None where a person has to think first (another department, an item probably the same)."""
    body, duty = found.body, found.duty
    if body is None or duty is None or found.status == "RECODED":
        return None
    if found.status == "MISSING":
        return _asked(body, Adjustment.Op.ADD, day, Draft(where=_where(found), level=body.level, duty=duty.key))
    if found.status in DROPPED:
        return _asked(body, Adjustment.Op.DROP, day, Draft(), found.other if found.status == "EXTRA_LEVEL" else duty)
    own = found.other or duty
    was = drafted(body, own, day)
    if was is None or not {*ADOPTED, *SAID}.intersection(found.flags):
        return None
    return _asked(body, Adjustment.Op.CHANGE, day, _followed(was, found, duty, day), own)


def _where(found: Divergence) -> list[int]:
    return [found.place_id] if found.place_id else []


def _followed(was: Draft, found: Divergence, duty: Duty, day: date) -> Draft:
    """The list's text with what differs said as the catalogue says it."""
    theirs = _catalogue(duty, day)
    changes: dict[str, Any] = {}
    said = dict(was.said)
    for flag in found.flags:
        changes |= {name: getattr(theirs, name) for name in ADOPTED.get(flag, ())}
        for name in SAID.get(flag, ()):
            said.pop(name, None)
            if theirs.said.get(name):
                said[name] = theirs.said[name]
    if "LEVEL" in found.flags:
        changes["levels"] = sorted({*was.levels} & {*theirs.levels}) or theirs.levels
    return replace(was, said=said, **changes)


def _catalogue(duty: Duty, day: date) -> Draft:
    """The catalogue's own words, whoever holds the item."""
    rows = Holding.objects.as_of(day).filter(duty=duty).order_by("pk")[:1]
    item = next(read_items(Holding.objects.filter(pk__in=[h.pk for h in rows]), day), None)
    draft = as_draft(item) if item else Draft()
    own = Particulars.objects.as_of(day).filter(duty=duty, body=None).first()
    limit = {"legal_limit": f"{item.legal_days}wd"} if item and item.legal_days else {}
    return replace(draft, said=limit | (own.said if own else {}))


def _asked(body: Body, op: str, day: date, draft: Draft, duty: Duty | None = None) -> Asked | None:
    """With the first reason policy allows for it; the clerk may write another before filing."""
    fitting = [r for r in reasons(site_of(body, day) or 0, day) if op in r["ops"]]
    return Asked(body, op, draft, fitting[0]["code"], duty) if fitting else None
