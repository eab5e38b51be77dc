"""A counter-citation, judged mechanically: does the cited duty cover this matter, this place, this day, held by that body?"""

from __future__ import annotations

from datetime import date
from typing import Any

from zhize.cases.models import Case, Leg
from zhize.cases.queries.routing import chain
from zhize.places.queries import full_name
from zhize.register.models import Body, Duty, Holding, TownshipItem
from zhize.register.queries.bodies import body_name
from zhize.register.queries.duties import duty_name
from zhize.register.queries.matters import duties_of
from zhize.register.queries.resolve import Answer, resolve
from zhize.register.queries.townships import is_township, township_item


def judge(case: Case, leg: Leg, body: Body, duty: Duty, holding: Holding | None, day: date) -> dict[str, Any]:
    """Each test with its sentence; `covers` when all hold. The manager decides, the register only says what it knows."""
    answer = resolve(duty.pk, case.place_id, day)
    names = {"body": body_name(body.pk, day), "duty": duty_name(duty.pk, day), "place": full_name(case.place_id, day)}
    tests = {
        "holds": _holds(answer, body),
        "matter": _answers_the_matter(case, duty, day),
        "place": holding is None or _reaches(holding, case.place_id, day),
        "day": holding is None or (holding.withdrawn_at is None and holding.period.contains(day)),
        "same": holding is None or (holding.body_id == body.pk and holding.duty_id == duty.pk),
    }
    if taken_back := _taken_back(case, duty, body, day):
        tests["town"] = False
        names["taken_back"] = taken_back
    covers = all(tests.values())
    return {"covers": covers, "tests": tests, "day": day.isoformat(), "says": _says(tests, covers, day, names), **names}


def _holds(answer: Answer, body: Body) -> bool:
    """Is the cited body the one the register names for the cited duty here?"""
    named = [answer.holder, answer.performer, *answer.parties]
    return any(c is not None and c.body_id == body.pk for c in named)


def _answers_the_matter(case: Case, duty: Duty, day: date) -> bool:
    """Is the cited duty among those that answer the matter (or a matter above it)?"""
    node = case.matter
    while node is not None:
        if any(link.duty_id == duty.pk for link in duties_of(node, day)):
            return True
        node = node.parent
    return False


def _reaches(holding: Holding, place_id: int, day: date) -> bool:
    above = chain(place_id, day)
    return holding.place_id in above and not set(holding.excludes) & set(above)


def _taken_back(case: Case, duty: Duty, body: Body, day: date) -> str:
    """The paper that took the duty back from the township cited; empty where none did."""
    item = township_item(duty.pk, chain(case.place_id, day), day) if is_township(body) else None
    return item.instrument.citation if item and item.kind == TownshipItem.Kind.WITHDRAWN else ""


WHY_NOT = {
    "town": "“{duty}”已由{taken_back}从乡镇街道收回",
    "holds": "{body}当日并不在{place}行使“{duty}”",
    "matter": "“{duty}”与本件的诉求事项没有对应关系",
    "place": "引用的归属不及于{place}",
    "day": "引用的归属在{day}不生效",
    "same": "引用的归属不是该机构的这项职责",
}


def _says(tests: dict[str, bool], covers: bool, day: date, names: dict[str, str]) -> str:
    said = {**names, "day": day.isoformat()}
    if covers:
        return "{day}，{body}在{place}行使“{duty}”，对应本件事项".format(**said)
    return "；".join(WHY_NOT[name].format(**said) for name, holds in tests.items() if not holds)
