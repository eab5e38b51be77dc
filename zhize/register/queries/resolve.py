"""resolve(): who is responsible for a duty or matter, in a place, on a day — and why (spec §10, §10.5).

One SQL statement reads every holding of the duty that reaches the place, through the B-tree on (duty, place, from_day);
the choice among them is plain Python below, in the order of the rule: part of the duty > depth of place > later paper of
equal or higher rank. `explain.py` turns the answer into names and papers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from zhize.kernel.errors import BadInput

PURPOSES = ("handle", "decide", "complain")
ONE, LEAD, CONCURRENT, CONFLICT, GAP = "one", "lead", "concurrent", "conflict", "gap"


class Candidate(NamedTuple):
    """A holding that reaches the place. `depth` 1 is the place itself."""

    duty_id: int
    asked: int
    depth: int
    id: int
    place_id: int
    body_id: int
    capacity: str
    mode: str
    segment_id: int | None
    level: int
    instrument_id: int
    from_day: date
    to_day: date | None
    principal_id: int | None
    concurrent: str
    excluded: bool
    rest: bool = False


class Rejected(NamedTuple):
    """A candidate that does not answer, and why."""

    candidate: Candidate
    why: str


@dataclass(slots=True)
class Answer:
    """What resolve() found: one, lead (with assistants), concurrent, conflict or gap."""

    kind: str
    duty_id: int | None
    place_id: int
    day: date
    purpose: str = "handle"
    matter_id: int | None = None
    believed: datetime | None = None
    holder: Candidate | None = None
    performer: Candidate | None = None
    supervisor: Candidate | None = None
    assist: list[Candidate] = field(default_factory=list)
    parties: list[Candidate] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    rule: str = ""

    @property
    def answered(self) -> bool:
        return self.kind in (ONE, LEAD, CONCURRENT)

    @property
    def chosen(self) -> Candidate | None:
        """The holding that answers for this purpose: who decides is the name holder, who handles the performer, who is
        complained to the supervisor."""
        if self.purpose == "complain":
            return self.supervisor or self.holder
        return self.holder if self.purpose == "decide" else self.performer or self.holder


_COLUMNS = """h.duty_id, {asked} as asked, c.depth, h.id, h.place_id, h.body_id, h.capacity, h.mode, h.segment_id, h.level,
 h.instrument_id, h.from_day, h.to_day, h.principal_id, h.concurrent, h.excludes && p.chain as excluded,
 case when h.segment_id is null then false
 else (select s.rest from register_segment s where s.id = h.segment_id) end as rest"""
_ON = "h.from_day <= {day} and (h.to_day is null or h.to_day > {day})"
_NOW = "h.withdrawn_at is null"
_THEN = "h.recorded_at <= %(believed)s and (h.withdrawn_at is null or h.withdrawn_at > %(believed)s)"


def _sql(known: str) -> str:
    day = "%(day)s"
    return f"""select {_COLUMNS.format(asked="0")} from places_placepath p
 cross join lateral unnest(p.chain) with ordinality as c(place, depth)
 join register_holding h on h.duty_id = %(duty)s and h.place_id = c.place and {_ON.format(day=day)} and {known}
 where p.place_id = %(place)s and p.from_day <= {day} and (p.to_day is null or p.to_day > {day})"""


SQL, SQL_BELIEVED = _sql(_NOW), _sql(_THEN)
SQL_MANY = f"""select {_COLUMNS.format(asked="q.no")}
 from unnest(%(duties)s::bigint[], %(places)s::bigint[]) with ordinality as q(duty, place, no)
 join places_placepath p on p.place_id = q.place and p.from_day <= %(day)s and (p.to_day is null or p.to_day > %(day)s)
 cross join lateral unnest(p.chain) with ordinality as c(place, depth)
 join register_holding h on h.duty_id = q.duty and h.place_id = c.place and {_ON.format(day="%(day)s")} and {_NOW}"""


def resolve(
    duty_id: int,
    place_id: int,
    day: date,
    purpose: str = "handle",
    *,
    believed: datetime | None = None,
    segment_id: int | None = None,
    level: int | None = None,
) -> Answer:
    """Who is responsible for this duty, there, that day. Read through one SQL statement."""
    if purpose not in PURPOSES:
        raise BadInput("不认识的用途“{purpose}”", why="用途只有 handle、decide、complain", purpose=purpose, field="purpose")
    asked: dict[str, Any] = {"duty": duty_id, "place": place_id, "day": day}
    with connection.cursor() as cursor:
        if believed is None:
            cursor.execute(SQL, asked)
        else:
            cursor.execute(SQL_BELIEVED, asked | {"believed": believed})
        rows = cursor.fetchall()
    answer = choose(map(Candidate._make, rows), duty_id, place_id, day, segment_id, level)
    answer.purpose, answer.believed = purpose, believed
    return answer


def resolve_many(questions: Sequence[tuple[int, int]], day: date) -> list[Answer]:
    """The same for many (duty, place) at once: one statement, answers in the order asked."""
    duties, places = [q[0] for q in questions], [q[1] for q in questions]
    reached: list[list[Candidate]] = [[] for _ in questions]
    with connection.cursor() as cursor:
        cursor.execute(SQL_MANY, {"duties": duties, "places": places, "day": day})
        for row in cursor.fetchall():
            reached[row[1] - 1].append(Candidate._make(row))
    return [choose(rows, d, p, day) for rows, (d, p) in zip(reached, questions, strict=True)]


def choose(
    rows: Iterable[Candidate], duty_id: int, place_id: int, day: date, segment_id: int | None = None, level: int | None = None
) -> Answer:
    """The rule itself, on candidates already read. Stages: what reaches · who may answer · the most specific · ties ·
    who performs, assists, supervises."""
    answer = Answer(GAP, duty_id, place_id, day)
    reaching = _reaching(rows, answer, segment_id, level)
    holders = [c for c in reaching if c.capacity == "NAME_HOLDER" or c.capacity == "LEAD"]
    if not holders:
        answer.rejected += [Rejected(c, "capacity") for c in reaching]
        return answer
    best = _most_specific(holders, answer)
    _settle(best, reaching, answer)
    _company(reaching, answer)
    return answer


def _reaching(rows: Iterable[Candidate], answer: Answer, segment_id: int | None, level: int | None) -> list[Candidate]:
    kept = []
    for c in rows:
        if c.excluded:
            answer.rejected.append(Rejected(c, "excluded"))
        elif level is not None and c.level != level:
            answer.rejected.append(Rejected(c, "level"))
        elif segment_id is not None and c.segment_id not in (None, segment_id):
            answer.rejected.append(Rejected(c, "segment"))
        else:
            kept.append(c)
    return kept


def _most_specific(holders: list[Candidate], answer: Answer) -> list[Candidate]:
    """Per part of the duty, the holders nearest to the place. A part speaks before the whole."""
    if len(holders) == 1:
        return holders
    parts: dict[int | None, list[Candidate]] = {}
    for c in sorted(holders, key=lambda c: c.depth):
        near = parts.setdefault(c.segment_id, [])
        if not near or near[0].depth == c.depth:
            near.append(c)
        else:
            answer.rejected.append(Rejected(c, "depth"))
    if len(parts) > 1 and None in parts:
        answer.rejected += [Rejected(c, "whole") for c in parts.pop(None)]
    return [c for near in parts.values() for c in near]


def _settle(best: list[Candidate], reaching: list[Candidate], answer: Answer) -> None:
    """One body, several parts, declared concurrent, or a conflict."""
    if len({c.body_id for c in best}) == 1:
        answer.kind, answer.holder = ONE, _name_holder_first(best)
    elif len({c.segment_id for c in best}) > 1:
        _by_parts(best, answer)
    elif (lead := [c for c in best if c.capacity == "LEAD"]) and len({c.body_id for c in lead}) == 1:
        answer.kind, answer.holder = LEAD, lead[0]
        answer.assist += [c for c in best if c.body_id != lead[0].body_id]
    elif all(c.concurrent for c in best):
        first = min(best, key=lambda c: (c.from_day, c.id))
        answer.kind, answer.holder, answer.parties, answer.rule = CONCURRENT, first, best, first.concurrent
    else:
        answer.kind, answer.parties, answer.rule = CONFLICT, best, "同一职责同一地方有多个机构以自己名义行使，又未申明并行规则"


def _by_parts(best: list[Candidate], answer: Answer) -> None:
    """The part was not said and parts have different holders: who holds 其余 leads until the facts are in (spec §12.6)."""
    by_part: dict[int | None, set[int]] = {}
    for c in best:
        by_part.setdefault(c.segment_id, set()).add(c.body_id)
    if any(len(bodies) > 1 for bodies in by_part.values()):
        answer.kind, answer.parties, answer.rule = CONFLICT, best, "同一部分有多个机构以自己名义行使"
        return
    rest = next((c for c in best if c.rest), best[0])
    answer.kind, answer.holder, answer.rule = LEAD, rest, "职责分部分行使，尚未确认属于哪一部分，由“其余”部分的机构牵头"
    answer.assist += [c for c in best if c.body_id != rest.body_id]


def _company(reaching: list[Candidate], answer: Answer) -> None:
    """Who performs (one hop from the holder), assists and supervises."""
    holder = answer.holder
    if holder is None:
        return
    near = sorted(reaching, key=lambda c: c.depth)
    answer.performer = next(
        (c for c in near if c.capacity == "PERFORMER" and c.principal_id in (None, holder.body_id)), None
    )
    answer.supervisor = next((c for c in near if c.capacity == "SUPERVISOR"), None)
    for c in near:
        if c.capacity == "ASSIST" and c.body_id != holder.body_id:
            answer.assist.append(c)
    if answer.assist and answer.kind == ONE:
        answer.kind = LEAD


def _name_holder_first(best: list[Candidate]) -> Candidate:
    return next((c for c in best if c.capacity == "NAME_HOLDER"), best[0])
