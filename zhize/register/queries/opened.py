"""What may be shown to everybody: what the register keeps back (内部, 涉密) is in no public page, search, feed or file.

What a body says of itself goes before what the catalogue says, as everywhere. Every public page asks here, where it fetches;
desks and the command line are the office's own and see all of it. 政府信息公开条例第十四条、第十六条; spec §12.22.

Whoever asks about an earlier day is shown it today: so what is kept back today is shown for no day, and what was kept back
on the day asked about stays so. That is why this file, alone among queries, looks at the clock: no page can forget to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of
from zhize.record.models import StatementQuerySet
from zhize.register.fields import KEPT_BACK
from zhize.register.models import Duty, DutyWording, Holding, Particulars
from zhize.register.queries.duties import search_duties
from zhize.register.queries.resolve import Answer, Candidate

Spot = tuple[int, int]  # duty, body
Moment = tuple[date, datetime | None]  # a day, as believed when
WIDE = 200


def kept_back(spots: Iterable[Spot], day: date, believed: datetime | None = None) -> set[Spot]:
    """Those of the spots that are kept back that day, or today."""
    wanted = set(spots)
    return {spot for at in _moments(day, believed) for spot in kept_back_then(wanted, *at)}


def kept_back_then(spots: set[Spot], day: date, believed: datetime | None) -> set[Spot]:
    """Whatever holds today: for what has to come out the same at any time, an edition."""
    said = _openness({d for d, _ in spots}, day, believed)
    return {(d, b) for d, b in spots if said.get((d, b), said.get((d, None))) in KEPT_BACK}


def kept_back_by(spots: set[Spot], day: date) -> dict[Spot, Particulars]:
    """The statement that keeps each of them back that day; those that are open are left out."""
    rows = Particulars.objects.as_of(day).filter(duty__in={d for d, _ in spots}, said__has_key="openness")
    said = {(row.duty_id, row.body_id): row for row in rows.select_related("instrument")}
    found = {(d, b): said.get((d, b)) or said.get((d, None)) for d, b in spots}
    return {spot: row for spot, row in found.items() if row and row.said["openness"] in KEPT_BACK}


def kept_back_of(body_id: int, day: date, believed: datetime | None = None) -> set[int]:
    """The duties a body's public list leaves out. Little is asked where nothing is kept back."""
    spots = {(duty, body_id) for duty in _suspects(day, believed, Q(body=body_id) | Q(body=None))}
    return {duty for duty, _ in kept_back(spots, day, believed)} if spots else set()


def kept_back_somewhere(day: date, believed: datetime | None) -> dict[str, int]:
    """Duties somebody kept back then, by key."""
    return dict(Duty.objects.filter(pk__in=_shut(day, believed).values("duty")).values_list("key", "pk"))


def open_only(held: StatementQuerySet, day: date, believed: datetime | None = None) -> StatementQuerySet:
    """The holdings that may be shown. Little is kept back, so it is looked up and left out row by row."""
    suspects = _suspects(day, believed)
    if not suspects:
        return held
    rows = list(held.order_by().filter(duty__in=suspects).values_list("pk", "duty_id", "body_id"))
    shut = kept_back({(d, b) for _, d, b in rows}, day, believed)
    return held.exclude(pk__in=[pk for pk, d, b in rows if (d, b) in shut])


def closed(duties: Collection[int] | None, day: date, believed: datetime | None = None) -> set[int]:
    """Duties of which nothing may be shown, not even the name: no body that holds them has them open. None: of all."""
    suspects = _suspects(day, believed, Q() if duties is None else Q(duty__in=duties))
    if not suspects:
        return set()
    held = set(Holding.objects.as_of(day, believed).filter(duty__in=suspects).values_list("duty_id", "body_id"))
    return suspects - {duty for duty, _ in held - kept_back(held, day, believed)}


def found_openly(text: str, day: date, limit: int = 20) -> list[DutyWording]:
    """`search_duties` for everybody."""
    rows = search_duties(text, day, WIDE)
    shut = closed({w.duty_id for w in rows}, day)
    return [w for w in rows if w.duty_id not in shut][:limit]


class Veil(NamedTuple):
    """What of these duties is not for everybody: the bodies that keep one back, and the duties kept back altogether."""

    spots: set[Spot]
    duties: set[int]

    def hides(self, row: Candidate | Holding) -> bool:
        return (row.duty_id, row.body_id) in self.spots


def veil_of(duties: Collection[int], day: date, believed: datetime | None = None) -> Veil:
    """Nothing more is asked where nothing is kept back, which is nearly always."""
    suspects = _suspects(day, believed, Q(duty__in=duties))
    if not suspects:
        return Veil(set(), set())
    ever = set(Holding.objects.as_believed(believed).filter(duty__in=suspects).values_list("duty_id", "body_id"))
    return Veil(kept_back(ever, day, believed), closed(suspects, day, believed))


def told_openly(answer: Answer, text: str) -> Veil:
    """Take those who keep it back out of the answer, and say what else has to be left out. Refused, as if nobody had heard
    of it, when that is who answers."""
    veil = veil_of([answer.duty_id], answer.day, answer.believed) if answer.duty_id else Veil(set(), set())
    if veil.duties or (answer.holder and veil.hides(answer.holder)):
        raise BadInput("找不到诉求事项“{text}”", why="事项分类中没有这个代码、名称或俗称", instead="请换一个说法，或用首页检索",
                       text=text.strip(), code="unknown_matter", field="matter")  # fmt: skip
    if veil.spots:
        performer, supervisor = answer.performer, answer.supervisor
        answer.performer = performer if performer and not veil.hides(performer) else None
        answer.supervisor = supervisor if supervisor and not veil.hides(supervisor) else None
        answer.assist = [c for c in answer.assist if not veil.hides(c)]
        answer.parties = [c for c in answer.parties if not veil.hides(c)]
        answer.rejected = [r for r in answer.rejected if not veil.hides(r.candidate)]
    return veil


def _openness(duties: set[int], day: date, believed: datetime | None) -> dict[tuple[int, int | None], str]:
    rows = Particulars.objects.as_of(day, believed).filter(duty__in=duties, said__has_key="openness")
    return {(d, b): word for d, b, word in rows.values_list("duty_id", "body_id", "said__openness")}


def _moments(day: date, believed: datetime | None) -> set[Moment]:
    """When it is asked about, and now; mostly the same."""
    return {(day, believed), (day_of(timezone.now()), None)}


def _suspects(day: date, believed: datetime | None, which: Q = Q()) -> set[int]:  # noqa: B008
    """Duties of which somebody keeps something back; both moments in one question, for every public page asks it."""
    first, *more = [_shut(*at).filter(which).values_list("duty_id", flat=True) for at in _moments(day, believed)]
    return set(first.union(*more))


def _shut(day: date, believed: datetime | None) -> StatementQuerySet:
    """Who keeps something back. An index holds just these rows: its condition is this filter, word for word."""
    return Particulars.objects.as_of(day, believed).filter(said__openness__in=KEPT_BACK)
