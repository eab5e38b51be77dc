"""The picture of a vertical run, a page at a time: lines, columns, cells; and what each area comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Substr

from zhize.lists.models import ComparedItem, Comparison
from zhize.lists.statuses import BY_MARK, MATRIX, STATUSES, Status
from zhize.places.models import Place
from zhize.places.queries import place_names
from zhize.record.paging import Page, page
from zhize.register.models import DutyWording
from zhize.register.queries.duties import duty_names

LINES, COLUMNS = 40, 14


@dataclass(frozen=True)
class Column:
    """An area of the run: where its mark stands in a line, and what it comes to."""

    id: int
    key: str
    name: str
    at: int  # the place of its mark, from nought
    level: int
    counts: Mapping[str, int]

    @property
    def score(self) -> int:
        return sum(STATUSES[s].weight * n for s, n in self.counts.items())

    @property
    def concerned(self) -> int:
        """Items that should or do stand in its list."""
        return sum(n for s, n in self.counts.items() if s != "NOT_APPLICABLE")

    @property
    def consistent(self) -> int:
        return sum(self.counts.get(s, 0) for s in ("CONSISTENT", "RULED", "NOT_EXERCISED", "LOCAL"))

    @property
    def parts(self) -> list[tuple[str, int, str]]:
        """(label, how many, tone) of what is open, the gravest first."""
        return [
            (STATUSES[s].label, self.counts[s], STATUSES[s].tone)
            for s in MATRIX
            if self.counts.get(s) and STATUSES[s].weight
        ]


@dataclass(frozen=True)
class Filters:
    """What of the picture is looked at."""

    status: str = ""
    type: str = ""
    family: str = ""
    area: str = ""
    words: str = ""
    everything: bool = False  # also lines without a remark

    @staticmethod
    def read(params: Mapping[str, str]) -> Filters:
        said = {name: params.get(name, "").strip() for name in ("status", "type", "family", "area")}
        if said["status"] not in STATUSES:
            said["status"] = ""
        return Filters(**said, words=params.get("q", "").strip(), everything=bool(params.get("everything")))


def columns(run: Comparison) -> list[Column]:
    """The run's areas with their counts: one pass over its lines."""
    counted = _by_area(run)
    places = Place.objects.in_bulk(run.areas)
    names = place_names(set(run.areas), run.day)
    return [
        Column(a, places[a].key, names[a], at, places[a].level, counted[at])
        for at, a in enumerate(run.areas)
        if a in places
    ]


def _by_area(run: Comparison) -> list[dict[str, int]]:
    """Column by column: 1.4 million marks of a city are counted in a tenth of a second."""
    columns_ = zip(*run.items.values_list("marks", flat=True), strict=True)
    counted = [{BY_MARK[m].name: n for m, n in Counter(column).items()} for column in columns_]
    return counted or [{} for _area in run.areas]


def lines(run: Comparison, asked: Filters, area: Column | None, params: Mapping[str, str]) -> Page:
    """A page of lines, those with the most to do first."""
    return page(_filtered(run, asked, area), ("-score", "-pk"), params, LINES)


def _filtered(run: Comparison, asked: Filters, area: Column | None) -> QuerySet[ComparedItem]:
    rows = run.items.select_related("duty")
    mark = STATUSES[asked.status].mark if asked.status else ""
    if area is not None:
        rows = rows.annotate(here=Substr(F("marks"), area.at + 1, 1))
        rows = rows.filter(here=mark) if mark else rows.exclude(here__in=_quiet(asked))
    elif mark:
        rows = rows.filter(marks__contains=mark)
    elif not asked.everything:
        rows = rows.filter(score__gt=0)
    for name in ("type", "family"):
        if getattr(asked, name):
            rows = rows.filter(**{name: getattr(asked, name)})
    if asked.words:
        named = DutyWording.objects.as_of(run.day, run.believed).filter(name__contains=asked.words)
        rows = rows.filter(duty__in=named.values("duty_id"))
    return rows


def _quiet(asked: Filters) -> list[str]:
    """Marks that are no remark: left out unless everything is wanted, when only 不适用 is."""
    names = ["NOT_APPLICABLE"] if asked.everything else [s.name for s in STATUSES.values() if not s.weight]
    return [STATUSES[n].mark for n in names]


@dataclass(frozen=True)
class Shown:
    """A line on the page."""

    item: ComparedItem
    name: str
    cells: list[tuple[Column, Status]]


def shown(run: Comparison, rows: Sequence[ComparedItem], wanted: Sequence[Column]) -> list[Shown]:
    names = duty_names([r.duty_id for r in rows], run.day, run.believed)
    return [Shown(r, names.get(r.duty_id, r.duty.key), [(c, BY_MARK[r.marks[c.at]]) for c in wanted]) for r in rows]


def choices(run: Comparison) -> dict[str, list[Any]]:
    """What the filters offer: the types and families there are."""
    rows = run.items.order_by().values_list("type", "family").distinct()
    types, families = {t for t, _f in rows if t}, {f for _t, f in rows if f}
    return {"types": sorted(types), "families": sorted(families)}
