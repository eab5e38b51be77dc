"""Where a case goes: the register is asked for its matter, place and day, and the answer is kept with its reasons.

Which duties answer a matter, and the words of an explanation, are remembered for a moment; what decides — the holdings —
is read afresh each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from zhize.cases import sql
from zhize.cases.exhibits import name_of
from zhize.cases.fresh import Fresh
from zhize.cases.models import Case
from zhize.cases.queries import towns
from zhize.cases.queries.backstop import backstop
from zhize.cases.queries.backstop import forget as forget_backstop
from zhize.places.queries import chain_of
from zhize.register.models import Matter
from zhize.register.queries.explain import explain
from zhize.register.queries.matters import duties_of
from zhize.register.queries.resolve import (
    CONFLICT,
    GAP,
    NEAREST_FIRST,
    SQL,
    Answer,
    Candidate,
    Rejected,
    candidates_of,
    choose,
)

Link = tuple[int, int | None]  # duty, segment
Question = tuple[int, int]  # matter, place
UNMAPPED, UNHELD = "这类诉求还没有对应到任何职责", "对应的职责在这里没有机构行使"


_links: Fresh[list[Link]] = Fresh(2)
_chains: Fresh[list[int]] = Fresh(2)
_said: Fresh[dict[str, Any]] = Fresh(60)


@dataclass
class Planned:
    """A leg to be made."""

    body_id: int
    capacity: str
    holding_id: int | None
    required: bool = True


@dataclass
class Route:
    """The register's answer for a case, its evidence, and the legs that follow from it."""

    answer: Answer
    evidence: dict[str, Any]
    legs: list[Planned] = field(default_factory=list)

    @property
    def snag(self) -> str:
        """Why a human must look; empty when somebody answers. A body that stands in handles the case, but does not fill the gap."""
        return {GAP: Case.Snag.NO_OWNER.value, CONFLICT: Case.Snag.CONFLICT.value}.get(self.answer.kind, "")

    @property
    def lead(self) -> Planned | None:
        return self.legs[0] if self.legs else None

    @cached_property
    def digest(self) -> str:
        return name_of(self.evidence)


def route(matter_id: int, place_id: int, day: date, purpose: str = "handle") -> Route:
    """Ask the matter's duties in their order, one prepared statement each; the first that somebody holds answers."""
    links = _links_of(matter_id, day)
    return _route(
        first_held(links, (_held(duty, place_id, day) for duty, _ in links), matter_id, place_id, day, purpose)
    )


def routes(questions: Iterable[Question], day: date, purpose: str = "handle") -> dict[Question, Route]:
    """The same for many at once."""
    wanted = list(dict.fromkeys(questions))
    if len(wanted) == 1:
        return {wanted[0]: route(*wanted[0], day, purpose)}
    return {question: _route(answer) for question, answer in answers(wanted, day, purpose).items()}


def answers(questions: Iterable[Question], day: date, purpose: str = "handle") -> dict[Question, Answer]:
    """The register's answers to many (matter, place), read together, nothing explained."""
    wanted = list(dict.fromkeys(questions))
    links = {matter: _links_of(matter, day) for matter, _ in wanted}
    reached = iter(candidates_of([(duty, place) for matter, place in wanted for duty, _ in links[matter]], day))
    return {
        (matter, place): first_held(links[matter], [next(reached) for _ in links[matter]], matter, place, day, purpose)
        for matter, place in wanted
    }


def chain(place_id: int, day: date) -> list[int]:
    """The place and what stands above it, remembered for a moment."""
    return _chains.get((place_id, day), lambda: chain_of(place_id, day))


def forget() -> None:
    """Drop what is remembered; for tests and after a bulk load."""
    for shelf in (_links, _chains, _said):
        shelf.kept.clear()
    towns.forget()
    forget_backstop()


def _links_of(matter_id: int, day: date) -> list[Link]:
    def read() -> list[Link]:
        matter = Matter.objects.select_related("parent__parent").get(pk=matter_id)
        return [(link.duty_id, link.segment_id) for link in duties_of(matter, day)]

    return _links.get((matter_id, day), read)


def _held(duty_id: int, place_id: int, day: date) -> list[Candidate]:
    """The holdings of one duty that reach the place, nearest first: the register's own statement, prepared."""
    rows = sql.run(SQL, {"duty": duty_id, "place": place_id, "day": day})
    return [Candidate._make(row[:-1]) for row in sorted(rows, key=NEAREST_FIRST)]


def first_held(
    links: Sequence[Link], rows: Iterable[list[Candidate]], matter: int, place: int, day: date, purpose: str
) -> Answer:
    """The same choice as the register's `resolve_matter`, on candidates already read."""
    passed: list[Rejected] = []
    answer = Answer(GAP, None, place, day, purpose, matter, rule=UNMAPPED)
    for (duty, segment), reaching in zip(links, rows, strict=False):
        answer = choose(reaching, duty, place, day, segment)
        answer.purpose, answer.matter_id = purpose, matter
        if answer.kind != GAP:
            answer.rejected += passed
            return answer
        passed += answer.rejected
        answer.rule = UNHELD
    answer.rejected = passed
    return answer


def _route(answer: Answer) -> Route:
    evidence, legs = towns.told(evidence_of(answer), answer), legs_of(answer)
    if answer.kind != GAP or (named := backstop(chain(answer.place_id, answer.day), answer.day)) is None:
        return Route(answer, evidence, legs)
    return Route(answer, {**evidence, "backstop": named}, [Planned(named["body"], "lead", None)])


def evidence_of(answer: Answer) -> dict[str, Any]:
    """The explanation; remembered for the same candidates, so that a new holding is always explained anew."""
    used = (answer.holder, answer.performer, answer.supervisor, *answer.assist, *answer.parties)
    key = (
        answer.kind,
        answer.matter_id,
        answer.duty_id,
        answer.place_id,
        answer.day,
        answer.purpose,
        tuple(c.id for c in used if c),
        tuple((r.candidate.id, r.why) for r in answer.rejected),
    )
    return _said.get(key, lambda: explain(answer).as_dict())


def legs_of(answer: Answer) -> list[Planned]:
    """Who handles leads; who assists may answer too. Declared concurrent holders: the first leads, the others stand by."""
    chosen = answer.chosen
    if not answer.answered or chosen is None:
        return []
    legs = {chosen.body_id: Planned(chosen.body_id, "lead", chosen.id)}
    for c in answer.assist:
        legs.setdefault(c.body_id, Planned(c.body_id, "assist", c.id, required=False))
    return list(legs.values())
