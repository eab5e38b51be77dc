"""League tables: bodies measured against those with as much to do, by weights a paper set for that day (cases.md §2.4).

A street with nine cases and a bureau with nine hundred are not on one list; who has too few answers is not ranked at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from zhize.cases.metrics import SCORED
from zhize.cases.queries.figures import Figure, Span, above, counted, of_groups, partly
from zhize.kernel.period import day_of
from zhize.policy import queries as policy
from zhize.policy.queries import Value
from zhize.record.models import Instrument
from zhize.register.queries.bodies import body_names

ON_PAGE = (*SCORED, "coverage", "leg_on_time", "excluded")
SHOWN = (*ON_PAGE, "signed_on_time", "returns_upheld")
SIZES = (
    ("large", gettext_noop("办件多的")),
    ("medium", gettext_noop("办件中等的")),
    ("small", gettext_noop("办件少的")),
)


@dataclass(frozen=True)
class Score:
    """A body's line. `rank` and `score` are None when its valid answers are too few to say anything."""

    body: int
    name: str
    volume: int
    answers: int
    figures: dict[str, Figure]
    score: float | None
    rank: int | None = None

    def of(self, name: str) -> Figure | None:
        return self.figures.get(name)

    @property
    def on_page(self) -> list[Figure | None]:
        return [self.figures.get(name) for name in ON_PAGE]

    @property
    def cells(self) -> list[Figure | None]:
        return [self.figures.get(name) for name in SHOWN]


@dataclass(frozen=True)
class Group:
    """Bodies with about as much to do."""

    size: str
    label: str
    from_: int
    rows: list[Score]


@dataclass(frozen=True)
class League:
    groups: list[Group]
    weights: Value
    least: int
    half: float
    paper: str

    @property
    def rows(self) -> list[Score]:
        return [row for group in self.groups for row in group.rows]

    @property
    def formula(self) -> str:
        """How a score comes about, so that anybody can add it up again."""
        w = {name: round(100 * float(self.weights.value[name]), 2) for name in SCORED}
        return f"{w['contacted']:g}×响应率＋{w['solved']:g}×解决率＋{w['satisfied']:g}×满意率"


def league(span: Span, place_id: int | None, places: Collection[int] | None) -> League:
    """Every body that had something due or was rated in the period; `places` narrows to cases there."""
    chain, day = above(place_id, span.end), day_of(span.end)
    weights = policy.value("cases.score.weights", chain, day)
    sizes = policy.value("cases.league.groups", chain, day).value
    least, half = policy.value("cases.score.least", chain, day).value, partly(place_id, span.end)
    found = of_groups(counted(list(SHOWN), span, places=places, by=("body",)), SHOWN, half)
    bodies = {key: said for key, said in found.items() if isinstance(key, int)}
    names = body_names(bodies, day)
    rows = [_score(body, names.get(body, ""), said, weights.value, least) for body, said in bodies.items()]
    return League(list(_groups(rows, sizes)), weights, least, half, _paper(weights))


def _score(body: int, name: str, said: dict[str, Figure], weights: dict[str, float], least: int) -> Score:
    due, asked = said.get("leg_on_time"), said.get("contacted")
    answers = asked.whole if asked else 0
    rates = [said[each].rate if each in said else None for each in SCORED]
    score = None
    if answers >= least:
        score = round(100 * sum(weights[n] * (r or 0) for n, r in zip(SCORED, rates, strict=True)), 2)
    return Score(body, name, due.whole if due else 0, answers, said, score)


def _groups(rows: list[Score], sizes: dict[str, int]) -> Iterator[Group]:
    above_ = None
    for size, label in SIZES:
        least = sizes.get(size, 0)
        mine = [r for r in rows if r.volume >= least and (above_ is None or r.volume < above_)]
        above_ = least
        yield Group(size, label, least, _ranked(mine))


def _ranked(rows: list[Score]) -> list[Score]:
    """Equal scores, equal rank; the unranked after them, by how much they have to do."""
    scores = sorted((r.score for r in rows if r.score is not None), reverse=True)
    rank = {score: at for at, score in reversed(list(enumerate(scores, 1)))}
    placed = [Score(**(_plain(r) | {"rank": rank.get(r.score) if r.score is not None else None})) for r in rows]
    return sorted(placed, key=lambda r: (r.rank is None, r.rank or 0, -r.volume, r.name))


def _plain(row: Score) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def _paper(value: Value) -> str:
    """The paper the weights stand on, as one would cite it; the days they hold from."""
    if value.instrument_id is None:
        return "系统默认值"
    said = Instrument.objects.get(pk=value.instrument_id).citation
    return said + ("（待核）" if value.unverified else "")
