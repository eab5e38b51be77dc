"""resolve(): who is responsible for a duty or matter, in a place, on a day — and why (spec §10, §10.5).

One SQL statement reads every holding of the duty that reaches the place, through the B-tree on (duty, place, from_day);
the choice among them is plain Python below, in the order of the rule: part of the duty > depth of place; two holders left at
one place are a conflict unless the register says which goes first (docs/decisions). `explain.py` turns the answer into names and papers.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import islice, repeat
from operator import itemgetter
from typing import Any, NamedTuple

import psycopg
from django.db import connection
from django.utils.translation import gettext_noop

from zhize.kernel.collecting import collector_at_rest
from zhize.kernel.errors import BadInput
from zhize.register.models import Segment

PURPOSES = ("handle", "decide", "complain")
ONE, LEAD, CONCURRENT, CONFLICT, GAP = "one", "lead", "concurrent", "conflict", "gap"


class Candidate(NamedTuple):
    """A holding that reaches the place. Candidates are always listed in the order of the place's chain, nearest first."""

    id: int
    duty_id: int
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
    excluded: bool | list[int] | None  # True, or for many questions read together: the places left out


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


Question = tuple[int, int]  # duty, place
Cells = dict[int, list[Candidate]]  # of one duty, by place
Portion = dict[int, list[int]]  # duty, the numbers of its questions
PORTION = 400  # questions read at a time: their rows fit the socket, so that PostgreSQL need not wait to be heard
_COLUMNS = """h.id, h.duty_id, h.place_id, h.body_id, h.capacity, h.mode, h.segment_id, h.level,
 h.instrument_id, h.from_day, h.to_day, h.principal_id, h.concurrent, {excluded} as excluded"""
_ON = "h.from_day <= %(day)s and (h.to_day is null or h.to_day > %(day)s)"
_NOW = "h.withdrawn_at is null"
_THEN = "h.recorded_at <= %(believed)s and (h.withdrawn_at is null or h.withdrawn_at > %(believed)s)"
_ALIVE = "p.from_day <= %(day)s and (p.to_day is null or p.to_day > %(day)s)"


def _sql(known: str) -> str:
    columns = _COLUMNS.format(excluded="h.excludes && p.chain")
    return f"""select {columns}, array_position(p.chain, h.place_id) as depth from places_placepath p
 join register_holding h on h.duty_id = %(duty)s and h.place_id = any(p.chain) and {_ON} and {known}
 where p.place_id = %(place)s and {_ALIVE}"""


NEAREST_FIRST = itemgetter(-1, 0)  # depth, then id: an answer is told in one order, however PostgreSQL read it
SQL, SQL_BELIEVED = _sql(_NOW), _sql(_THEN)
SQL_CHAINS = f"select p.place_id, p.chain from places_placepath p where p.place_id = any(%(places)s) and {_ALIVE}"
# `offset 0` keeps the look-up a loop over the index: planned as a join, PostgreSQL reads the whole table for 30,000 cells.
# One look-up a duty, in all its places: the B-tree steps from place to place without starting again at its root.
SQL_CELLS = f"""select {_COLUMNS.format(excluded="nullif(h.excludes, '{}')")}
 from unnest(%(duties)s::bigint[], %(places)s::text[]) as q(duty, places)
 cross join lateral (select * from register_holding h
  where h.duty_id = q.duty and h.place_id = any(q.places::bigint[]) and {_ON} and {_NOW} offset 0) h"""


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
        raise BadInput(
            "不认识的用途“{purpose}”", why="用途只有 handle、decide、complain", purpose=purpose, field="purpose"
        )
    asked: dict[str, Any] = {"duty": duty_id, "place": place_id, "day": day}
    with connection.cursor() as cursor:
        if believed is None:
            cursor.execute(SQL, asked)
        else:
            cursor.execute(SQL_BELIEVED, asked | {"believed": believed})
        rows = sorted(cursor.fetchall(), key=NEAREST_FIRST)
    answer = choose([Candidate._make(r[:-1]) for r in rows], duty_id, place_id, day, segment_id, level)
    answer.purpose, answer.believed = purpose, believed
    return answer


def resolve_many(questions: Sequence[Question], day: date) -> list[Answer]:
    """The same for many (duty, place) at once, answers in the order asked."""
    answers: dict[int, Answer] = {}
    with collector_at_rest():
        for at, rows in _found(questions, day):
            duty, place = questions[at]
            answers[at] = choose(rows, duty, place, day)
    return [answers[at] for at in range(len(questions))]


def candidates_of(questions: Sequence[Question], day: date) -> list[list[Candidate]]:
    """The candidates of many questions: each place's chain and each (duty, place above it) is read once, however many
    questions pass through it."""
    found = dict(_found(questions, day))
    return [found[at] for at in range(len(questions))]


def _found(questions: Sequence[Question], day: date) -> Iterator[tuple[int, list[Candidate]]]:
    """(which question, its candidates), a portion of the duties at a time."""
    chains = _chains(questions, day)
    portions = list(_portions(questions))
    wanted = [_cells(portion, questions, chains) | {"day": day} for portion in portions]
    for portion, rows in zip(portions, _read_ahead(SQL_CELLS, wanted), strict=True):
        held = _by_cell(map(_CANDIDATE, rows))
        for duty, numbers in portion.items():
            cells = held.get(duty)
            for at in numbers:
                yield at, _reached(cells, chains.get(questions[at][1], ()))


def _chains(questions: Sequence[Question], day: date) -> dict[int, list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(SQL_CHAINS, {"places": list({place for _, place in questions}), "day": day})
        return dict(cursor.fetchall())


def _portions(questions: Sequence[Question]) -> Iterator[Portion]:
    """The questions by duty, so many duties to a portion that it holds about PORTION questions."""
    numbers: defaultdict[int, list[int]] = defaultdict(list)
    for at, (duty, _) in enumerate(questions):
        numbers[duty].append(at)
    each = max(1, PORTION * len(numbers) // max(1, len(questions)))
    duties = iter(numbers.items())
    while portion := dict(islice(duties, each)):
        yield portion


def _read_ahead(sql: str, wanted: Sequence[dict[str, Any]]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of each statement. PostgreSQL is given the next one before the rows at hand are given out: it reads while
    Python tells, and both together take as long as the slower of them."""
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        reading: psycopg.Cursor | None = None
        for then in [*wanted, None]:
            rows = reading.fetchall() if reading else None
            if then:
                reading = psycopg.Cursor(connection.connection).execute(sql, then)
            if rows is not None:
                yield rows


def _cells(portion: Portion, questions: Sequence[Question], chains: Mapping[int, Sequence[int]]) -> dict[str, str]:
    """Each duty with all the places its questions pass through, as array literals: four times faster than handing the
    driver lists of 26,000 numbers."""
    cells = {d: {p for at in numbers for p in chains.get(questions[at][1], ())} for d, numbers in portion.items()}
    sets = ",".join(f'"{places}"' for places in cells.values() if places)
    return {"duties": _array(d for d, places in cells.items() if places), "places": f"{{{sets}}}"}


def _array(ids: Iterable[int]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"


def _by_cell(candidates: Iterable[Candidate]) -> dict[int, Cells]:
    """By duty and place. `excluded` is the places left out, until a question says whether its own is among them."""
    held: defaultdict[int, Cells] = defaultdict(dict)
    for c in candidates:
        cells = held[c.duty_id]
        if c.place_id in cells:
            insort(cells[c.place_id], c)  # by id, as one question has them
        else:
            cells[c.place_id] = [c]
    return held


def _reached(cells: Cells | None, chain: Sequence[int]) -> list[Candidate]:
    """The candidates of one question, nearest first; `excluded` is said for this place's chain."""
    if not cells:
        return []
    found = [c for above in chain if above in cells for c in cells[above]]
    if any(map(_EXCLUDED, found)):
        here = set(chain)
        return [c._replace(excluded=isinstance(c.excluded, list) and not here.isdisjoint(c.excluded)) for c in found]
    return found


_EXCLUDED, _SEGMENT = (itemgetter(Candidate._fields.index(name)) for name in ("excluded", "segment_id"))
# `_make` without its checks and its call: 60,000 times in a call for 10,000 questions
_CANDIDATE, _REJECTED = partial(tuple.__new__, Candidate), partial(tuple.__new__, Rejected)


def choose(
    rows: Sequence[Candidate],
    duty_id: int,
    place_id: int,
    day: date,
    segment_id: int | None = None,
    level: int | None = None,
) -> Answer:
    """The rule itself, on candidates already read. Stages: what reaches · who may answer · the most specific · ties ·
    who performs, assists, supervises."""
    answer = Answer(GAP, duty_id, place_id, day)
    reaching = _reaching(rows, answer, segment_id, level)
    holders = [c for c in reaching if c.capacity in _ANSWERING]
    if not holders:
        answer.rejected += [Rejected(c, "capacity") for c in reaching]
        return answer
    best = _most_specific(holders, answer)
    _settle(best, answer)
    if len(holders) < len(reaching):
        _company(reaching, answer)
    return answer


_ANSWERING = ("NAME_HOLDER", "LEAD")


def _reaching(
    rows: Sequence[Candidate], answer: Answer, segment_id: int | None, level: int | None
) -> Sequence[Candidate]:
    if level is None and segment_id is None and not any(map(_EXCLUDED, rows)):
        return rows
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
    if not any(map(_SEGMENT, holders)):
        near = holders[0].place_id
        best = [c for c in holders if c.place_id == near]
        answer.rejected += map(_REJECTED, zip(holders[len(best) :], repeat("depth")))
        return best
    nearest: dict[int | None, int] = {}
    for c in holders:
        nearest.setdefault(c.segment_id, c.place_id)
    by_parts = len(nearest) > 1
    best = []
    for c in holders:
        if by_parts and c.segment_id is None:
            answer.rejected.append(Rejected(c, "whole"))
        elif c.place_id != nearest[c.segment_id]:
            answer.rejected.append(Rejected(c, "depth"))
        else:
            best.append(c)
    return best


def _settle(best: list[Candidate], answer: Answer) -> None:
    """One body, several parts, declared concurrent, or a conflict."""
    if len(best) == 1 or len({c.body_id for c in best}) == 1:
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
        answer.kind, answer.parties, answer.rule = (
            CONFLICT,
            best,
            gettext_noop("同一职责同一地方有多个机构以自己名义行使，又未申明并行规则"),
        )


def _by_parts(best: list[Candidate], answer: Answer) -> None:
    """The part was not said and parts have different holders: who holds 其余 leads until the facts are in (spec §12.6)."""
    by_part: dict[int | None, set[int]] = {}
    for c in best:
        by_part.setdefault(c.segment_id, set()).add(c.body_id)
    if any(len(bodies) > 1 for bodies in by_part.values()):
        answer.kind, answer.parties, answer.rule = CONFLICT, best, gettext_noop("同一部分有多个机构以自己名义行使")
        return
    leading = Segment.objects.filter(pk__in=[p for p in by_part if p], rest=True).values_list("pk", flat=True).first()
    rest = next((c for c in best if c.segment_id == leading), best[0])
    answer.kind, answer.holder, answer.rule = (
        LEAD,
        rest,
        gettext_noop("职责分部分行使，尚未确认属于哪一部分，由“其余”部分的机构牵头"),
    )
    answer.assist += [c for c in best if c.body_id != rest.body_id]


def _company(reaching: Sequence[Candidate], answer: Answer) -> None:
    """Who performs (one hop from the holder), assists and supervises."""
    holder = answer.holder
    if holder is None:
        return
    answer.performer = next(
        (c for c in reaching if c.capacity == "PERFORMER" and c.principal_id in (None, holder.body_id)), None
    )
    answer.supervisor = next((c for c in reaching if c.capacity == "SUPERVISOR"), None)
    order: dict[int, int] = {}
    for c in reaching:
        order.setdefault(c.place_id, len(order))
    for c in reaching:
        if c.capacity == "ASSIST" and c.body_id != holder.body_id:
            if order[c.place_id] > order[holder.place_id]:  # the city's assistant helps the city, not a county's holder
                answer.rejected.append(Rejected(c, "depth"))
            else:
                answer.assist.append(c)
    if answer.assist and answer.kind == ONE:
        answer.kind = LEAD


def _name_holder_first(best: list[Candidate]) -> Candidate:
    return best[0] if len(best) == 1 else next((c for c in best if c.capacity == "NAME_HOLDER"), best[0])
