"""Was this told before? A text against all cases: the rarest pairs of characters first, then the best exactly.

Two questions to the database for one text (how often each pair was said and who said the rarest; what the best said), so
every process and every restart has one truth and nothing to load (decision 0030).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from zhize.cases.models import Case
from zhize.cases.queries.desk import visible
from zhize.kernel import alike
from zhize.kernel.period import day_of
from zhize.record.sql import read
from zhize.register.models import Seat

ENOUGH = 8  # characters before it makes sense to ask
SURE, LIKELY = 0.5, 0.3  # the likeness of near copies; of what is worth a look
SAME_PLACE, SAME_TIME = 0.1, 0.15  # what place and time add
NEAR = timedelta(days=30)
SHOWN = 6

WHO = """with seen as materialized (
    select pair, sum(n)::bigint n from cases_alikerow where pair = any(%(pairs)s::bigint[]) group by pair
), read as (
    select pair, n, sum(n) over (partition by pair >> 32 > 0 order by n, pair) <= %(budget)s rare from seen
)
select pair, n, case when rare then (select string_agg(cases, ''::bytea) from cases_alikerow r where r.pair = read.pair) end,
    (select sum(cases) from cases_alikesegment)::bigint
from read"""  # a budget for what is said anywhere, and one for what is said of the place
SAID = "select case_id, pairs from cases_alike where case_id = any(%(cases)s::bigint[])"


@dataclass(frozen=True)
class Found:
    """A case told before: how like, and by which words."""

    case_id: int
    likeness: float
    asked: str
    shared: dict[int, float]

    @property
    def words(self) -> list[str]:
        """What both say; looked for only where it is shown."""
        return alike.phrases(self.asked, self.shared)


@dataclass(frozen=True)
class Twin:
    """What a seat is shown of it."""

    case: Case
    likeness: float
    words: list[str]
    same_place: bool
    near_in_time: bool

    @property
    def score(self) -> float:
        return score(self.likeness, self.same_place, self.near_in_time)

    @property
    def sure(self) -> bool:
        return self.likeness >= SURE

    @property
    def percent(self) -> int:
        return round(100 * self.likeness)


def told_before(text: str, place: int | None = None, most: int = alike.CANDIDATES) -> list[Found]:
    """Cases like this text, the most alike first; of equals the newer. With a place those said of it are looked through
    far deeper."""
    said, keys = alike.in_order(text), alike.pairs(text)
    if len(keys) < 2:
        return []
    worth, best = _candidates(said, keys, place, most)
    others = read(SAID, {"cases": best.tolist()})
    found = [_compared(keys, worth, text, case, np.frombuffer(pairs, "<i8")) for case, pairs in others]
    return sorted((f for f in found if f.likeness >= LIKELY / 3), key=lambda f: (-f.likeness, -f.case_id))


def _candidates(said: Any, keys: Any, place: int | None, most: int) -> tuple[Any, Any]:
    """What each pair is worth, and the cases worth comparing: a row that was read speaks for all cases in it."""
    here = alike.within(place, keys) if place is not None else keys[:0]
    meet = alike.bands(keys)
    asked = np.concatenate([keys, here, meet]).tolist()
    rows = read(WHO, {"pairs": asked, "budget": alike.BUDGET})
    seen, of = {pair: n for pair, n, *_ in rows}, rows[0][3] if rows else 0
    rare = {pair: np.frombuffer(cases, "<u4") for pair, _, cases, _ in rows if cases is not None}
    worth = alike.idf(np.array([seen.get(k, 0) for k in asked]), of)
    new = alike.news(said, seen, rare)
    worth[: len(keys)] *= np.array([new[k] for k in keys.tolist()])
    worth[len(keys) : len(keys) + len(here)] = worth[: len(here)]  # of the place or not, a pair is worth the same
    weight = dict(zip(asked, worth.tolist(), strict=True))
    best = alike.best(list(rare.values()), np.array([weight[pair] for pair in rare]), most)
    return worth[: len(keys)], best


def _compared(keys: Any, worth: Any, text: str, case: int, other: Any) -> Found:
    both = alike.shared(keys, other)
    said = dict(zip(keys[both].tolist(), worth[both].tolist(), strict=True))
    return Found(case, round(alike.likeness(worth, both, len(other)), 4), text, said)


# -- what is shown -----------------------------------------------------------------------------------------------------
def twins(text: str, place: int | None, day: date, seat: Seat, now: datetime, leave: int | None = None) -> list[Twin]:
    """For the desk: cases this seat may see, with why each is thought alike. A person decides, here nothing is merged."""
    if len(text.strip()) < ENOUGH:
        return []
    found = {f.case_id: f for f in told_before(text, place) if f.case_id != leave}
    rows = (
        visible(seat, now).filter(pk__in=found).exclude(duplicate_of=leave)
        if leave
        else visible(seat, now).filter(pk__in=found)
    )
    shown = [_twin(found[c.pk], c, place, day) for c in rows.select_related("place", "matter")]
    ranked = sorted((t for t in shown if t.score >= LIKELY), key=lambda t: (-t.score, -t.case.pk))
    return ranked[:SHOWN]


def _twin(found: Found, case: Case, place: int | None, day: date) -> Twin:
    near = abs(case.occurred_on - day) <= NEAR
    return Twin(case, found.likeness, found.words, place == case.place_id, near)


def score(likeness: float, same_place: bool, near_in_time: bool) -> float:
    """What the desk goes by."""
    return likeness + SAME_PLACE * same_place + SAME_TIME * near_in_time


def told_lately(text: str, place: int | None, now: datetime) -> int:
    """For the public form: how many like it of this place came in the last month. Never which, and never a case whose
    teller is to stay unknown: that one asked may not learn that it exists."""
    if place is None or len(text.strip()) < ENOUGH:
        return 0
    found = [f.case_id for f in told_before(text, place) if f.likeness >= LIKELY + SAME_PLACE]
    lately = Case.objects.filter(pk__in=found, place=place, confidential=False, received_at__gte=now - NEAR)
    return lately.exclude(kind=Case.Kind.REPORT).exclude(state__in=("withdrawn", "not_accepted")).count()


def twins_of(case: Case, seat: Seat, now: datetime) -> list[Twin]:
    """Those of a case that waits at the desk; of a case whose teller is to stay unknown nothing is asked."""
    if case.over or case.confidential:
        return []
    return twins(f"{case.title} {case.text}", case.place_id, day_of(case.received_at), seat, now, leave=case.pk)
