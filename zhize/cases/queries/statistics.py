"""Statistics anybody may read, place by place and month by month: nothing in them points at a person.

Reports of wrongdoing and sealed cases are in none of it, nor in the open data, or their number could be had by subtracting
one from the other; what there were of them is told for the whole installation only. A number below the least a policy sets
is not shown; where one number of a column is hidden the next smallest is hidden too. Only whole months that are over are
told: of two periods that overlap by all but a day the difference would be that day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count
from django.db.models.functions import TruncDate

from zhize.cases.metrics import METRICS
from zhize.cases.models import Case
from zhize.cases.queries import measuring
from zhize.cases.queries.figures import Figure, Span, above, figure_of, narrowed, of_groups, partly, span_of
from zhize.cases.queries.measuring import Counted, Key
from zhize.cases.queries.opendata import open_cases
from zhize.kernel.period import BEIJING, ONE_DAY, day_of
from zhize.places.models import PlacePath
from zhize.places.queries import children, place_names
from zhize.policy import queries as policy

OPEN = ("promise_on_time", "leg_on_time", "first_response_on_time", "answered_directly", "first_dispatch_right", "returns",
        "no_owner", "contacted", "solved", "satisfied", "coverage", "unreached", "refused", "reworked", "reopened",
        "excluded")  # fmt: skip
PER_PLACE = ("leg_on_time", "solved", "satisfied", "coverage")
Groups = dict[tuple[Key, ...], Counted]


@dataclass(frozen=True)
class PlaceRow:
    """A place below: how many came in (None: hidden), and its rates (None: too few)."""

    place: int
    name: str
    key: str
    received: int | None
    figures: list[Figure | None]


@dataclass(frozen=True)
class Statistics:
    received: int
    kinds: list[tuple[str, str, int | None]]
    sealed: int | None
    figures: list[Figure | None]
    places: list[PlaceRow]
    days: list[tuple[str, int]]
    least: int
    labels: list[str] = field(default_factory=list)


def statistics(span: Span, place_id: int) -> Statistics:
    """A place and what lies directly below it, in a month."""
    least = smallest(place_id, span)
    places = narrowed(place_id, span)
    came = open_cases(span, places).order_by()
    kinds = dict(came.values_list("kind").annotate(n=Count("pk")))
    asked = [k for k in Case.Kind if k != Case.Kind.REPORT]
    numbers = hidden([kinds.get(k.value, 0) for k in asked], least)
    days = came.annotate(day=TruncDate("received_at", tzinfo=BEIJING)).values_list("day").annotate(n=Count("pk"))
    return Statistics(
        sum(kinds.values()),
        [(k.value, str(k.label), n) for k, n in zip(asked, numbers, strict=True)],
        _sealed(span, least) if places is None else None,
        _figures(span, place_id, places, least),
        _places(span, place_id, dict(came.values_list("place").annotate(n=Count("pk"))), least),
        [(day.isoformat(), n) for day, n in days.order_by("day") if n >= least],
        least,
        [METRICS[name].label for name in PER_PLACE],
    )


def months(now: datetime, text: str = "") -> tuple[date, date]:
    """First and last day of the month asked for (2016-03), the last that is over when none is or it is not over yet."""
    this = day_of(now).replace(day=1)
    try:
        first = date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        first = this
    first = min(first, (this - ONE_DAY).replace(day=1))
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1) - ONE_DAY


def month_of(now: datetime, text: str = "") -> Span:
    return span_of(*months(now, text), now)


def smallest(place_id: int, span: Span) -> int:
    """The smallest number public statistics show."""
    least: int = policy.value("cases.public.least", above(place_id, span.end), day_of(span.end)).value
    return least


def _sealed(span: Span, least: int) -> int | None:
    """How many there were of what is told nowhere else."""
    rows = Case.objects.filter(received_at__gte=span.start, received_at__lt=span.end)
    n = rows.count() - open_cases(span).count()
    return n if n == 0 or n >= least else None


def _figures(span: Span, place_id: int, places: list[int] | None, least: int) -> list[Figure | None]:
    table = measuring.count(OPEN, span.start, span.end, places=places, public=True)
    half = partly(place_id, span.end)
    return [shy(figure_of(METRICS[name], table[name].get((), Counted()), half), least) for name in OPEN]


def _places(span: Span, place_id: int, came: dict[int, int], least: int) -> list[PlaceRow]:
    """What lies in each child is added up; a place that is no more counts where it lay."""
    day = day_of(span.end)
    kids = children(place_id, day)
    within = _within([k.pk for k in kids])
    sums: dict[int, int] = defaultdict(int)
    for leaf, n in came.items():
        sums[within.get(leaf, place_id)] += n
    table = measuring.count(PER_PLACE, span.start, span.end, places=list(within), by=("place",), public=True)
    rolled = {name: _rolled(groups, within) for name, groups in table.items()}
    by_place = of_groups(rolled, PER_PLACE, partly(place_id, span.end))
    names = place_names({k.pk for k in kids}, day)
    numbers = hidden([sums.get(k.pk, 0) for k in kids], least)
    return [
        PlaceRow(k.pk, names[k.pk], k.key, n, [shy(f, least) if (f := by_place.get(k.pk, {}).get(m)) else None for m in PER_PLACE])
        for k, n in zip(kids, numbers, strict=True)
    ]  # fmt: skip


def _rolled(groups: Groups, within: dict[int, int]) -> Groups:
    found: Groups = defaultdict(Counted)
    for (leaf,), c in groups.items():
        found[within[leaf],].add(c)  # type: ignore[index]
    return found


def _within(kids: list[int]) -> dict[int, int]:
    """Place → the child it lies in."""
    rows = PlacePath.objects.filter(chain__overlap=kids).values_list("place_id", "chain")
    wanted = set(kids)
    return {place: next(p for p in chain if p in wanted) for place, chain in rows}


# -- small numbers -----------------------------------------------------------------------------------------------------
def hidden(numbers: list[int], least: int) -> list[int | None]:
    """Numbers of one column with a known sum: those below the least hidden, and a second where only one would be."""
    small = {at for at, n in enumerate(numbers) if 0 < n < least}
    if len(small) == 1:
        others = [at for at, n in enumerate(numbers) if n >= least]
        small |= {min(others, key=lambda at: numbers[at])} if others else set()
    return [None if at in small else n for at, n in enumerate(numbers)]


def shy(figure: Figure, least: int) -> Figure | None:
    """A rate over too few says who they were; so does one of which nearly nobody, or nearly everybody, is part."""
    few = 0 < figure.whole < least
    return None if few else figure
