"""Items that may be the one being typed, shown so that nothing is entered twice, never merged by itself.

Found by the rarest of its words (the planner's own statistics say which are rare), weighed by the matcher's first look:
synonyms, clauses turned round, the same basis. No process of the office loads a compiler for it.
"""

from __future__ import annotations

import heapq
import math
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from django.db import connection

from zhize.kernel.compare.basis import law_name
from zhize.kernel.compare.single import Said
from zhize.kernel.text import similarity
from zhize.lists.queries.lists import OWN
from zhize.lists.weighing import log_odds, shipped_weights
from zhize.register.models import Duty, DutyBasis, DutyWording, Holding
from zhize.register.queries import body_names

LEAST, MOST = 0.5, 5
RARE = 3  # different pairs of characters to be typed before names are compared
BUDGET = 3_000  # rows looked at for one name
HEARD, KEPT = 24, 12  # names weighed word by word, and those laid side by side
BARE = 30  # where no basis is typed the words themselves count so much more
FRESH_SECONDS = 600


@dataclass(frozen=True)
class Alike:
    duty: Duty
    name: str
    score: int  # of a hundred
    holders: str


def alike(name: str, type_: str, day: date, other_than: int | None = None, bases: str = "") -> list[Alike]:
    """The likeliest items, the nearest first."""
    wanted = Said.of([name], [bases], [type_])[0]
    if len(wanted.pairs) < RARE:
        return []
    names = {duty: said for duty, said in _near(wanted, day) if duty != other_than}
    found = [(d, s) for d, s, sure in _weighed(wanted, name, names, day) if sure or s >= LEAST][:MOST]
    held, duties = _holders([d for d, _ in found], day), Duty.objects.in_bulk([d for d, _ in found])
    return [Alike(duties[d], names[d], round(100 * s), held.get(d, "")) for d, s in found]


def _near(wanted: Said, day: date) -> Iterable[tuple[int, str]]:
    """Whatever shares its rarest words. No limit in SQL: it would make the planner read the whole table for its first rows."""
    words = DutyWording.objects.as_of(day).filter(grams__overlap=_rarest(wanted.pairs))
    return islice(words.values_list("duty_id", "name"), BUDGET)


def _rarest(pairs: Iterable[str]) -> list[str]:
    """As many as the budget allows, two at least."""
    shares, taken, rows = _shares(), list[str](), 0.0
    for pair in sorted(pairs, key=lambda p: (shares.of(p), p)):
        rows += shares.of(pair) * shares.size
        if len(taken) >= 2 and rows > BUDGET:
            break
        taken.append(pair)
    return taken


def _weighed(wanted: Said, typed: str, names: dict[int, str], day: date) -> list[tuple[int, float, bool]]:
    """(duty, how similar, beyond doubt?), the likeliest first."""
    shares, weights = _shares(), [(p, _shares().worth(p)) for p in wanted.pairs]
    heard = heapq.nlargest(
        HEARD, names, key=lambda d: sum(w for p, w in weights if p in names[d]) / math.sqrt(4 + len(names[d]))
    )
    rows = zip(heard, _said_of(heard, names, day), strict=True)
    ranked = []
    for duty, row in heapq.nlargest(
        KEPT, rows, key=lambda r: len(r[1].pairs & wanted.pairs) / math.sqrt(1 + len(r[1].pairs))
    ):
        odds, same = log_odds(row, wanted, shares.worth), similarity(names[duty], typed)
        ranked.append((odds + (0 if wanted.laws else BARE * same), duty, same, odds))
    doubtful = shipped_weights().doubtful
    return [(d, same, odds > math.log(doubtful / (1 - doubtful))) for _, d, same, odds in sorted(ranked, reverse=True)]


def _said_of(duties: list[int], names: dict[int, str], day: date) -> list[Said]:
    """As a list says them: the articles stand in the register already taken apart."""
    kinds = dict(Duty.objects.filter(pk__in=duties).values_list("pk", "type"))
    plain = Said.of([names[d] for d in duties], [""] * len(duties), [kinds.get(d, "") for d in duties])
    cited: dict[int, set[tuple[str, str]]] = {}
    rows = DutyBasis.objects.as_of(day).filter(duty_id__in=duties).values_list("duty_id", "law__name", "article")
    for duty, law, article in rows:
        cited.setdefault(duty, set()).add((law_name(law), article))
    return [_citing(said, cited.get(d, set())) for d, said in zip(duties, plain, strict=True)]


def _citing(said: Said, cites: set[tuple[str, str]]) -> Said:
    laws, articles = frozenset(law for law, _ in cites), frozenset(c for c in cites if c[1])
    return replace(said, laws=laws, articles=articles)


# -- what is rare ------------------------------------------------------------------------------------------------------
class Shares:
    """In how many names of a hundred a pair of characters stands, as the planner knows it; of rare ones it knows nothing."""

    def __init__(self, known: dict[str, float], size: float) -> None:
        self.known, self.size, self.read_at = known, max(size, 1.0), time.monotonic()

    def of(self, pair: str) -> float:
        return self.known.get(pair, 0.0)

    def worth(self, pair: str) -> float:
        return math.log(1 + 1 / max(self.of(pair), 0.1 / self.size, 1e-5))


_kept: list[Shares] = []
_STATISTICS = """select most_common_elems::text, most_common_elem_freqs,
 (select reltuples from pg_class where oid = 'register_dutywording'::regclass) from pg_stats
 where schemaname = current_schema() and tablename = 'register_dutywording' and attname = 'grams'"""


def _shares() -> Shares:
    if not _kept or time.monotonic() - _kept[0].read_at > FRESH_SECONDS:
        _kept[:] = [_read_shares()]
    return _kept[0]


def _read_shares() -> Shares:
    with connection.cursor() as cursor:
        cursor.execute(_STATISTICS)
        row = cursor.fetchone()
    if row is None or not row[0]:
        return Shares({}, 0)
    words = re.findall(r'"((?:[^"\\]|\\.)*)"|([^,{}"]+)', row[0])
    return Shares(dict(zip((a or b for a, b in words), row[1], strict=False)), row[2])


def _holders(duties: list[int], day: date) -> dict[int, str]:
    rows = list(
        Holding.objects.as_of(day)
        .filter(duty_id__in=duties, capacity__in=OWN)
        .values_list("duty_id", "body_id")
        .distinct()
    )
    names = body_names({b for _d, b in rows}, day)
    told: dict[int, list[str]] = {}
    for duty, body in rows:
        told.setdefault(duty, []).append(names.get(body, ""))
    return {d: "、".join(some[:3]) + (f"等{len(some)}个机构" if len(some) > 3 else "") for d, some in told.items()}
