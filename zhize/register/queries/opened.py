"""What may be shown to everybody: what the register keeps back (内部, 涉密) is in no public page, search, feed or file.

What a body says of itself goes before what the catalogue says, as everywhere. Every public page asks here, where it fetches;
desks and the command line are the office's own and see all of it. 政府信息公开条例第十四条、第十六条; spec §12.22.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q

from zhize.kernel.errors import BadInput
from zhize.record.models import StatementQuerySet
from zhize.register.fields import KEPT_BACK
from zhize.register.models import DutyWording, Holding, Particulars
from zhize.register.queries.duties import search_duties
from zhize.register.queries.items import Item
from zhize.register.queries.resolve import Answer, Candidate

Spot = tuple[int, int]  # duty, body
WIDE = 200


def is_open(item: Item) -> bool:
    return item.said.get("openness") not in KEPT_BACK


def kept_back(spots: Iterable[Spot], day: date, believed: datetime | None = None) -> set[Spot]:
    """Those of the spots that are kept back that day."""
    wanted = set(spots)
    said = _openness({d for d, _ in wanted}, day, believed)
    return {(d, b) for d, b in wanted if said.get((d, b), said.get((d, None))) in KEPT_BACK}


def kept_back_of(body_id: int, day: date, believed: datetime | None = None) -> set[int]:
    """The duties a body's public list leaves out. One query where nothing is kept back."""
    rows = _shut(day, believed).filter(Q(body=body_id) | Q(body=None))
    spots = {(duty, body_id) for duty in rows.values_list("duty_id", flat=True)}
    return {duty for duty, _ in kept_back(spots, day, believed)} if spots else set()


def open_only(held: StatementQuerySet, day: date, believed: datetime | None = None) -> StatementQuerySet:
    """The holdings that may be shown. Little is kept back, so it is looked up and left out row by row."""
    suspects = set(_shut(day, believed).values_list("duty_id", flat=True))
    if not suspects:
        return held
    rows = list(held.order_by().filter(duty__in=suspects).values_list("pk", "duty_id", "body_id"))
    shut = kept_back({(d, b) for _, d, b in rows}, day, believed)
    return held.exclude(pk__in=[pk for pk, d, b in rows if (d, b) in shut])


def closed(duties: Collection[int] | None, day: date, believed: datetime | None = None) -> set[int]:
    """Duties of which nothing may be shown, not even the name: no body that holds them has them open. None: of all."""
    rows = _shut(day, believed)
    suspects = set((rows if duties is None else rows.filter(duty__in=duties)).values_list("duty_id", flat=True))
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
    """One query where nothing is kept back, which is nearly always."""
    suspects = set(_shut(day, believed).filter(duty__in=duties).values_list("duty_id", flat=True))
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


def _shut(day: date, believed: datetime | None) -> StatementQuerySet:
    """Who keeps something back. An index holds just these rows: its condition is this filter, word for word."""
    return Particulars.objects.as_of(day, believed).filter(said__openness__in=KEPT_BACK)
