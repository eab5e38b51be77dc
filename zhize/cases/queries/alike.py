"""Was this told before? A text against all cases: the rarest pairs of characters first, then the best exactly.

Three questions to the database for one text (how often each pair was said; who said the rarest; what the best said), so
every process and every restart has one truth and nothing to load (decision 0030).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from zhize.cases.models import Case
from zhize.cases.queries.desk import visible
from zhize.kernel import alike
from zhize.kernel.period import day_of
from zhize.register.models import Seat

ENOUGH = 8  # characters before it makes sense to ask
SURE, LIKELY = 0.5, 0.3  # the likeness of near copies; of what is worth a look
SAME_PLACE, SAME_TIME = 0.1, 0.15  # what place and time add
NEAR = timedelta(days=30)
SHOWN = 6

SEEN = "select pair, sum(n)::bigint from cases_alikerow where pair = any(%s) group by pair"
ROWS = "select pair, string_agg(cases, ''::bytea) from cases_alikerow where pair = any(%s) group by pair"
BEST = "select case_id, pairs from cases_alike where case_id = any(%s)"
ALL = "select coalesce(sum(cases), 0)::bigint from cases_alikesegment"


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
    def sure(self) -> bool:
        return self.likeness >= SURE

    @property
    def percent(self) -> int:
        return round(100 * self.likeness)


def told_before(text: str, place: int | None = None, most: int = alike.CANDIDATES) -> list[Found]:
    """Cases like this text, the most alike first; of equals the newer. With a place those said of it are looked through
    far deeper."""
    keys = alike.pairs(text)
    if len(keys) < 2:
        return []
    of = int(_ask(ALL)[0][0])
    seen = _seen(keys, place)
    worth = alike.idf(seen[: len(keys)], of)
    best = _candidates(keys, seen, worth, place, most)
    found = [
        _compared(keys, worth, text, case, np.frombuffer(pairs, "<i8")) for case, pairs in _ask(BEST, best.tolist())
    ]
    return sorted((f for f in found if f.likeness >= LIKELY / 3), key=lambda f: (-f.likeness, -f.case_id))


def _seen(keys: Any, place: int | None) -> Any:
    """How many cases say each pair; and, after them, how many say it of the place."""
    asked = keys if place is None else np.concatenate([keys, alike.within(place, keys)])
    known = dict(_ask(SEEN, asked.tolist()))
    return np.array([known.get(k, 0) for k in asked.tolist()], np.int64)


def _candidates(keys: Any, seen: Any, worth: Any, place: int | None, most: int) -> Any:
    n = len(keys)
    chosen = alike.rarest(seen[:n])
    asked, weights = keys[chosen], worth[chosen]
    if place is not None:
        here = alike.rarest(seen[n:])
        asked, weights = (
            np.concatenate([asked, alike.within(place, keys)[here]]),
            np.concatenate([weights, worth[here]]),
        )
    weight = dict(zip(asked.tolist(), weights.tolist(), strict=True))
    rows = _ask(ROWS, asked.tolist())
    said = [np.frombuffer(cases, "<u4") for _, cases in rows]
    return alike.best(said, np.array([weight[pair] for pair, _ in rows]), most)


def _compared(keys: Any, worth: Any, text: str, case: int, other: Any) -> Found:
    shared = np.isin(keys, other, assume_unique=True)
    said = dict(zip(keys[shared].tolist(), worth[shared].tolist(), strict=True))
    return Found(case, round(alike.likeness(keys, worth, other), 4), text, said)


def _ask(sql: str, *params: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return cursor.fetchall()


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
    ranked = sorted((t for t in shown if _score(t) >= LIKELY), key=lambda t: (-_score(t), -t.case.pk))
    return ranked[:SHOWN]


def _twin(found: Found, case: Case, place: int | None, day: date) -> Twin:
    near = abs(case.occurred_on - day) <= NEAR
    return Twin(case, found.likeness, found.words, place == case.place_id, near)


def _score(twin: Twin) -> float:
    return twin.likeness + SAME_PLACE * twin.same_place + SAME_TIME * twin.near_in_time


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
