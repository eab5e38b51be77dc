"""The first renderer. It speaks in keys and codes, never in row numbers or labels: rows may be loaded anew elsewhere, and
labels belong to the page. Every name is asked as of the day and as believed at the moment, like the items themselves.

The tables below repeat `kinds.py` and `register/fields.py` on purpose: when those change, editions made by this renderer
must still come out the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhize.lists.queries.issues import Issue
from zhize.places.models import Place
from zhize.places.queries import place_names
from zhize.record.models import Instrument
from zhize.register.models import Body, Duty, Holding, Segment
from zhize.register.queries import body_names
from zhize.register.queries.duties import duty_names
from zhize.register.queries.items import Held, Item, read_items
from zhize.register.queries.lawful import without_basis

KINDS = {
    "power": ["power"],
    "duty": ["main", "work", "goal", "supervision", "service"],
    "service": ["service"],
    "basic_service": ["service"],
    "town": ["power", "service"],
    "zone": ["power", "service"],
}
OWN = ["NAME_HOLDER", "PERFORMER", "LEAD"]
KEPT_BACK = ("内部", "涉密")
SOURCES = (("委托", "上级委托"), ("授权", "上级授权"), ("下放", "上级下放"), ("托管", "上级授权"))


def render(issue: Issue, day: date, believed: datetime | None) -> dict[str, Any]:
    """Items in the order lists are printed: body, type, catalogue code, name. What is kept back is not shown; a
    government's list says how many it keeps back, a body's own does not (spec §12.22: only in aggregate)."""
    bodies = issue.bodies(day, believed)
    held = Holding.objects.as_of(day, believed).filter(
        body_id__in=bodies, duty__kind__in=KINDS[issue.kind], capacity__in=OWN
    )
    found = list(read_items(held, day, believed))
    shown = [i for i in found if i.said.get("openness") not in KEPT_BACK]
    names = Names.of(shown, issue, day, believed)
    head = {"kind": issue.kind, "day": day.isoformat(), **names.scope(issue)}
    kept = {"kept_back": len(found) - len(shown)} if issue.place else {}
    return {"renderer": 1, "list": head, **kept, "items": sorted((names.item(i) for i in shown), key=printed_order)}


def printed_order(item: dict[str, Any]) -> tuple[str, ...]:
    return (item["body"]["code"], item["type"], item["codes"].get("catalogue", "~"), item["name"], item["key"])


@dataclass
class Names:
    """Everything the items point at, as keys and the names of that day."""

    bodies: dict[int, dict[str, str]]
    places: dict[int, dict[str, str]]
    papers: dict[int, dict[str, Any]]
    duties: dict[int, dict[str, str]]
    segments: dict[int, str]
    suspended: dict[int, date]  # every basis has lapsed: 暂停行使, whether or not the paperwork is done (spec §12.9)

    @classmethod
    def of(cls, items: list[Item], issue: Issue, day: date, believed: datetime | None) -> Names:
        held = [h for i in items for h in i.held]
        bodies = {i.body_id for i in items} | {h.principal_id for h in held if h.principal_id}
        places = {p for h in held for p in (h.place_id, *h.excludes)}
        bodies |= {issue.body.pk} if issue.body else set()
        places |= {issue.place.pk} if issue.place else set()
        mains = {i.main_id for i in items if i.main_id}
        return cls(
            _keyed(Body, "code", bodies, body_names(bodies, day, believed)),
            _keyed(Place, "key", places, place_names(places, day, believed)),
            {p.pk: _paper(p) for p in Instrument.objects.filter(pk__in={h.instrument_id for h in held})},
            _keyed(Duty, "key", mains, duty_names(mains, day, believed)),
            dict(Segment.objects.filter(pk__in={h.segment_id for h in held}).values_list("pk", "name")),
            without_basis({i.duty_id for i in items}, day, believed),
        )

    def scope(self, issue: Issue) -> dict[str, Any]:
        return {"body": self.bodies[issue.body.pk]} if issue.body else {"place": self.places[issue.place.pk]}  # type: ignore[union-attr]

    def item(self, i: Item) -> dict[str, Any]:
        modes = {h.mode for h in i.held}
        return {
            "key": i.key,
            "body": self.bodies[i.body_id],
            "kind": i.kind,
            "type": i.type,
            "name": i.name,
            "detail": i.detail,
            "field": i.field,
            "levels": sorted(i.levels),
            "codes": i.codes,
            "bases": sorted(({"law": b.law, "name": b.name, "article": b.article, "paragraph": b.paragraph,
                              "item": b.item, "unverified": b.unverified} for b in i.bases), key=_basis_order),
            "source": next((said for mode, said in SOURCES if mode in modes), "法定本级行使"),
            "nature": "受委托组织" if "委托" in modes else "授权组织" if "授权" in modes else "法定机关",
            "main": self.duties.get(i.main_id or 0),
            "suspended": self.suspended[i.duty_id].isoformat() if i.duty_id in self.suspended else None,
            "said": {k: v for k, v in i.said.items() if k != "openness"},
            "held": sorted((self.held(h) for h in i.held), key=_held_order),
        }  # fmt: skip

    def held(self, h: Held) -> dict[str, Any]:
        return {
            "place": self.places[h.place_id],
            "excludes": sorted((self.places[p] for p in h.excludes), key=lambda p: p["key"]),
            "level": h.level,
            "capacity": h.capacity,
            "mode": h.mode,
            "segment": self.segments.get(h.segment_id or 0, ""),
            "principal": self.bodies.get(h.principal_id or 0),
            "instrument": self.papers[h.instrument_id],
            "clause": h.clause,
            "from": h.from_day.isoformat(),
            "to": h.to_day.isoformat() if h.to_day else None,
        }


def _keyed(model: Any, word: str, ids: set[int], names: dict[int, str]) -> dict[int, dict[str, str]]:
    """Key and name of each; its key alone where nothing was known of it at that moment."""
    keys = model.objects.filter(pk__in=ids).values_list("pk", word)
    return {pk: {word: key, "name": names.get(pk, key)} for pk, key in keys}


def _paper(p: Instrument) -> dict[str, Any]:
    return {"key": p.key, "citation": p.citation}


def _basis_order(b: dict[str, Any]) -> tuple[str, ...]:
    return (b["law"], b["article"], b["paragraph"], b["item"])


def _held_order(h: dict[str, Any]) -> tuple[str, ...]:
    return (
        str(h["level"]),
        h["place"]["key"],
        h["segment"],
        h["capacity"],
        h["mode"],
        h["from"],
        h["instrument"]["key"],
    )
