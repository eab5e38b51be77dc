"""A period's cases asked of the register again: counted by matter, place, month and who had them, and routed as `dispatch` would.

Cases are never read one by one: everything a route depends on is matter and place, so 100,000 cases are a few thousand questions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from zhize.cases.queries.figures import Span
from zhize.cases.queries.routing import Question, first_held, legs_of
from zhize.register.importing.terms import Progress
from zhize.register.queries.links import Link, links_on
from zhize.register.queries.resolve import GAP, Candidate, candidates_of

PORTION = 2000  # questions between two looks at whether to stop

_GROUPS = """
select c.matter_id, c.place_id, to_char(c.received_at at time zone 'Asia/Shanghai', 'YYYY-MM') as month, l.body_id,
 count(*), count(*) filter (where c.confidential), count(*) filter (where c.answered_at is null and c.ended_at is null),
 count(*) filter (where not c.suspended and coalesce(c.answered_at, c.ended_at, %(now)s) > c.due)
from cases_case c left join lateral (
 select body_id from cases_leg l where l.case_id = c.id and l.capacity = 'lead' order by l.no desc limit 1) l on true
where c.received_at >= %(start)s and c.received_at < %(end)s and (%(places)s::bigint[] is null or c.place_id = any(%(places)s))
 and c.state <> 'merged' and c.matter_id is not null and (l.body_id is not null or (c.answered_at is null and c.ended_at is null))
group by 1, 2, 3, 4"""
_LEFT_OUT = """
select count(*), count(*) filter (where c.confidential), count(*) filter (where c.state = 'merged'),
 count(*) filter (where c.state <> 'merged' and c.matter_id is null),
 count(*) filter (where c.state <> 'merged' and c.matter_id is not null and (c.answered_at is not null or c.ended_at is not null)
  and not exists (select from cases_leg l where l.case_id = c.id and l.capacity = 'lead'))
from cases_case c
where c.received_at >= %(start)s and c.received_at < %(end)s and (%(places)s::bigint[] is null or c.place_id = any(%(places)s))"""


class Group(NamedTuple):
    """Cases of one matter, place and month that ended with one body (None: with nobody)."""

    matter: int
    place: int
    month: str
    was: int | None
    cases: int
    sealed: int
    open: int
    late: int

    @property
    def question(self) -> Question:
        return self.matter, self.place


class LeftOut(NamedTuple):
    """All cases of the period, and those a route says nothing of: merged into others, of no matter yet, answered without one."""

    whole: int
    sealed: int
    merged: int
    no_matter: int
    direct: int


@dataclass(frozen=True)
class Routed:
    """Where a question leads: to a body with those who assist, or to nobody and why."""

    kind: str
    body: int | None = None
    assist: tuple[int, ...] = ()
    paper: int | None = None
    rule: str = ""

    @property
    def bodies(self) -> frozenset[int]:
        return frozenset((self.body, *self.assist)) if self.body else frozenset()

    def same(self, other: Routed) -> bool:
        """The same bodies in the same parts: the paper may be another one."""
        return (self.body, set(self.assist), self.kind if not self.body else "") == (
            other.body, set(other.assist), other.kind if not other.body else "",
        )  # fmt: skip


Routes = Mapping[Question, Routed]


def groups(span: Span, places: Collection[int] | None) -> list[Group]:
    return [Group._make(row) for row in _asked(_GROUPS, span, places)]


def left_out(span: Span, places: Collection[int] | None) -> LeftOut:
    return LeftOut._make(_asked(_LEFT_OUT, span, places)[0])


def routed(questions: Sequence[Question], day: date, stage: str, progress: Progress) -> dict[Question, Routed]:
    """The register's answers on the day, a portion at a time; whoever waits may stop it between two of them."""
    links = links_on(day)
    found: dict[Question, Routed] = {}
    for at in range(0, len(questions), PORTION):
        found |= _portion(questions[at : at + PORTION], links, day)
        progress(stage, min(at + PORTION, len(questions)), len(questions))
    return found


def _portion(
    questions: Sequence[Question], links: Mapping[int, list[Link]], day: date
) -> Iterator[tuple[Question, Routed]]:
    asked = [(duty, place) for matter, place in questions for duty, _ in links.get(matter, ())]
    reached = iter(candidates_of(asked, day))
    for matter, place in questions:
        mine = links.get(matter, [])
        rows = [next(reached) for _ in mine]
        yield (matter, place), _routed(mine, rows, matter, place, day)


def _routed(mine: list[Link], rows: list[list[Candidate]], matter: int, place: int, day: date) -> Routed:
    answer = first_held(mine, rows, matter, place, day, "handle")
    legs, chosen = legs_of(answer), answer.chosen
    if not legs or chosen is None:
        return Routed(answer.kind, rule=answer.rule, paper=None if answer.kind == GAP else _paper(answer.parties))
    return Routed(
        answer.kind, legs[0].body_id, tuple(leg.body_id for leg in legs[1:]), chosen.instrument_id, answer.rule
    )


def _paper(parties: list[Candidate]) -> int | None:
    return max(parties, key=lambda c: (c.from_day, c.id)).instrument_id if parties else None


def _asked(sql: str, span: Span, places: Collection[int] | None) -> list[tuple[Any, ...]]:
    said: dict[str, list[int] | datetime | None] = {
        "start": span.start, "end": span.end, "now": span.now, "places": None if places is None else list(places),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, said)
        return cursor.fetchall()
