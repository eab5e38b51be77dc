"""A township's three lists as dispatching reads them: what was taken back never reaches the township, and the evidence says so."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhize.cases.fresh import Fresh
from zhize.cases.models import Case
from zhize.kernel.errors import Refusal
from zhize.places.queries import chain_of
from zhize.register.models import Body, TownshipItem
from zhize.register.queries.bodies import body_name
from zhize.register.queries.duties import duty_name
from zhize.register.queries.matters import duties_of
from zhize.register.queries.resolve import Answer
from zhize.register.queries.townships import is_township, township_item, townships_in

K = TownshipItem.Kind
SAYS = {
    K.BASIC: "{paper}把它列为乡镇街道的基本履职事项",
    K.ASSIST: "{paper}把它列为乡镇街道的配合履职事项，由{superior}牵头",
    K.WITHDRAWN: "{paper}已把它从乡镇街道收回，由{superior}承接",
}
_listed: Fresh[frozenset[int]] = Fresh(2)
_items: Fresh[dict[str, Any] | None] = Fresh(2)


def told(evidence: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """The evidence with what the township's list says; where it was taken back, the township is among those rejected."""
    said = _said(answer.duty_id, answer.place_id, answer.day) if answer.duty_id else None
    if said is None:
        return evidence
    rejected = [*evidence["rejected"], *said["rejected"]]
    return {**evidence, "township": said["township"], "rejected": rejected}


def not_taken_back(case: Case, body: Body, day: date) -> None:
    """Nobody sends a township what was taken back from it, by hand or by ruling either."""
    if case.matter is None or not is_township(body):
        return
    chain = chain_of(case.place_id, day)
    for link in duties_of(case.matter, day):
        item = township_item(link.duty_id, chain, day)
        if item is not None and item.kind == K.WITHDRAWN:
            raise _taken_back(item, body, day)


def _taken_back(item: TownshipItem, body: Body, day: date) -> Refusal:
    superior = body_name(item.superior_id, day) if item.superior_id else ""
    return Refusal(
        "不能派给{body}",
        why="“{duty}”已由{paper}从乡镇街道收回",
        rule="收回的事项不派乡镇街道",
        instead="请派给承接的{superior}",
        code="taken_back",
        field="body",
        body=body_name(body.pk, day),
        duty=duty_name(item.duty_id, day),
        paper=item.instrument.citation,
        superior=superior,
    )


def _said(duty: int, place: int, day: date) -> dict[str, Any] | None:
    """Asked for every case, so first whether any list knows the duty at all."""
    if duty not in _listed.get(day, lambda: _duties(day)):
        return None
    return _items.get((duty, place, day), lambda: _read(duty, place, day))


def _duties(day: date) -> frozenset[int]:
    return frozenset(TownshipItem.objects.as_of(day).values_list("duty_id", flat=True).distinct())


def _read(duty: int, place: int, day: date) -> dict[str, Any] | None:
    chain = chain_of(place, day)
    item = township_item(duty, chain, day)
    if item is None:
        return None
    paper, superior = item.instrument, body_name(item.superior_id, day) if item.superior_id else ""
    says = SAYS[K(item.kind)].format(paper=paper.citation, superior=superior)
    town = next((b for p, b in townships_in(item.place_id, day).items() if p in chain), None)
    span = [item.from_day.isoformat(), item.to_day.isoformat() if item.to_day else None]
    rejected = [
        {
            "body": body_name(town.pk, day), "code": town.code, "why": says, "rule": "taken_back", "capacity": "", "span": span,
            "holding": None, "instrument": paper.citation, "place": "",
        }
    ] if town and item.kind == K.WITHDRAWN else []  # fmt: skip
    township = {
        "kind": item.kind, "label": str(K(item.kind).label), "superior": superior, "instrument": paper.citation,
        "key": paper.key, "span": span, "says": says,
    }  # fmt: skip
    return {"township": township, "rejected": rejected}


def forget() -> None:
    """Drop what is remembered; for tests."""
    for shelf in (_listed, _items):
        shelf.kept.clear()
