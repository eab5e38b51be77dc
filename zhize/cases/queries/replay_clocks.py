"""What a draft's limits would do to a period's clocks: which limits change for how many, and which promises would be broken or kept.

A draft that sets no limit moves no clock: passing a case on never resets the promise (limits.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef

from zhize.cases.limits import COUNTING, FIRST, NAMES, PROMISE, RETURN, SIGN, counting, graded
from zhize.cases.models import Case, Extension, Suspension
from zhize.cases.queries.figures import Span
from zhize.kernel.clock import Limit, derive
from zhize.kernel.period import day_of
from zhize.places.queries import chain_of
from zhize.policy import queries as policy
from zhize.policy.models import Setting

Sort = tuple[str, int, bool]  # kind, place, complex
KEYS = {SIGN: "cases.limit.sign", RETURN: "cases.limit.return_window", FIRST: "cases.first_response"}


def clocks(span: Span, places: Collection[int] | None, settings: Sequence[Setting], day: date) -> dict[str, Any]:
    """`limits`: what would be another limit, and for how many cases; `kept`, `broken`: promises that the new limit would turn."""
    if not settings:
        return {"limits": [], "kept": 0, "broken": 0, "unchanged": 0, "not_reckoned": 0}
    rows = _rows(span, places)
    sorts = rows.order_by().values_list("kind", "place_id", "complex").annotate(n=Count("pk"))
    chains: dict[int, list[int]] = {}
    limits: Counter[tuple[str, str, str, str]] = Counter()
    promises: dict[Sort, Any] = {}
    for kind, place, complex_, n in sorts:
        above = chains.setdefault(place, chain_of(place, day))
        for name, key in {PROMISE: "cases.limit.complex" if complex_ else f"cases.limit.{kind}", **KEYS}.items():
            now, then = _both(key, above, day, settings)
            if now != then:
                limits[NAMES[name], _said(name, kind, complex_), _words(now), _words(then)] += n
        promises[kind, place, complex_] = _promise(kind, complex_, above, day, settings)
    grades = {place: policy.value("cases.limit.grades", above, day).value for place, above in chains.items()}
    lines = [{"limit": a, "kind": b, "from": c, "to": d, "cases": n} for (a, b, c, d), n in sorted(limits.items())]
    return {"limits": lines, **_turned(rows, {s: p for s, p in promises.items() if p}, grades, span.now)}


def _rows(span: Span, places: Collection[int] | None) -> Any:
    rows = Case.objects.filter(received_at__gte=span.start, received_at__lt=span.end).exclude(state="merged")
    return rows if places is None else rows.filter(place__in=places)


def _both(key: str, above: list[int], day: date, settings: Iterable[Setting]) -> tuple[Any, Any]:
    """What policy says now, and with the draft: as everywhere, the nearest place has the word."""
    now = policy.value(key, above, day)
    rank = above.index(now.place_id) if now.place_id in above else len(above)
    drafted = [s for s in settings if s.key == key and s.place_id in above and above.index(s.place_id) <= rank]
    return now.value, min(drafted, key=lambda s: above.index(s.place_id)).value if drafted else now.value


@dataclass(frozen=True)
class _Promise:
    """How long, counted how, under the draft."""

    limit: str
    rules: tuple[Any, ...]

    def due(self, start: datetime, known: dict[Any, datetime]) -> datetime:
        limit = Limit.parse(self.limit)
        key = self, day_of(start) if limit.in_days else start
        if key not in known:
            first, close, hours = self.rules
            known[key] = derive(start, limit, policy.calendar(), **counting(first, close, hours)).due
        return known[key]


def _promise(kind: str, complex_: bool, above: list[int], day: date, settings: Sequence[Setting]) -> _Promise | None:
    """None where the draft says nothing new."""
    keys = ("cases.limit.complex" if complex_ else f"cases.limit.{kind}", *COUNTING)
    pairs = [_both(key, above, day, settings) for key in keys]
    if all(now == then for now, then in pairs):
        return None
    limit, first, close, hours = (then for _, then in pairs)
    return _Promise(limit, (first, close, tuple(tuple(span) for span in hours)))


def _turned(rows: Any, promises: dict[Sort, _Promise], grades: dict[int, Any], now: datetime) -> dict[str, int]:
    """Each promise reckoned again from its own start. Those that stood still or were extended, later rounds, and those whose
    words give them a grade's limit, are left alone and counted."""
    found = Counter({"kept": 0, "broken": 0, "unchanged": 0, "not_reckoned": 0})
    moved = Exists(Suspension.objects.filter(case=OuterRef("pk"))) | Exists(
        Extension.objects.filter(case=OuterRef("pk"), state="granted")
    )
    asked = rows.filter(kind__in={kind for kind, _, _ in promises}).annotate(moved=moved)
    known: dict[Any, datetime] = {}
    wanted = ("kind", "place_id", "complex", "round", "promised_at", "due", "answered_at", "ended_at", "moved")
    words = ("title", "text") if any(grades.values()) else ()
    for row in asked.values_list(*wanted, *words).iterator(chunk_size=5000):
        kind, place, complex_, round_, start, due, answered, ended, stood, *said = row
        if (promise := promises.get((kind, place, complex_))) is None:
            continue
        if stood or round_ > 1 or (said and graded("\n".join(said), grades[place])):
            found["not_reckoned"] += 1
            continue
        until, new = answered or ended or now, promise.due(start, known)
        late, later = until > due, until > new
        found["unchanged" if late == later else "broken" if later else "kept"] += 1
    return dict(found)


def _words(limit: str) -> str:
    return Limit.parse(limit).words


def _said(name: str, kind: str, complex_: bool) -> str:
    if name != PROMISE:
        return "各类诉求"
    return "疑难" if complex_ else str(Case.Kind(kind).label)
