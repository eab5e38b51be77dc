"""What changed in a month, by the paper that made it so: items that came into lists and left them, read off the holdings'
own days. Nothing kept back is told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from zhize.kernel.period import ONE_DAY
from zhize.lists.queries.opened import kept_back
from zhize.record.models import Instrument
from zhize.register.models import Body, Capacity, Holding
from zhize.register.queries import body_names
from zhize.register.queries.duties import duty_names

Cell = tuple[int, int, int | None]
OWN = (Capacity.NAME_HOLDER, Capacity.PERFORMER, Capacity.LEAD)
LINES, PAPERS = 60, 40  # shown of one paper; papers of a month


@dataclass(frozen=True)
class Line:
    label: str
    name: str
    who: str
    body: str
    key: str
    day: date


@dataclass
class Group:
    """What one paper did on one day."""

    paper: Instrument
    day: date
    lines: list[Line]
    more: bool = False

    @property
    def anchor(self) -> str:
        return f"p{self.paper.pk}-{self.day:%Y%m%d}"

    @property
    def summary(self) -> str:
        counted: dict[str, int] = defaultdict(int)
        for line in self.lines:
            counted[line.label] += 1
        return "，".join(f"{label}{n}项" for label, n in counted.items()) + ("……" if self.more else "")


def month(first: date) -> list[Group]:
    """The papers that took effect in the month, the newest first, each with what it did; the highest places first."""
    end = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    papers = Instrument.objects.filter(effective__gte=first, effective__lt=end).order_by("-effective", "-pk")[:PAPERS]
    return [group for paper in papers if (group := _group(paper))]


def _group(paper: Instrument) -> Group | None:
    """What the paper ended and what it began. A handover is one line: it left one body and came to another that day."""
    live = Holding.objects.live().filter(capacity__in=OWN).exclude(duty__kind="transferable").select_related("duty")
    day = paper.effective
    assert day is not None
    went = list(live.filter(ended_by=paper, to_day=day).order_by("level", "pk")[: LINES + 1])
    came = list(live.filter(instrument=paper, from_day=day, duty__in={h.duty_id for h in went}))
    came += (
        live.filter(instrument=paper, from_day=day)
        .exclude(pk__in=[h.pk for h in came])
        .order_by("level", "pk")[: LINES + 1]
    )
    rows = _open(went, day - ONE_DAY), _open(came, day)
    cells: dict[Cell, dict[str, Holding]] = defaultdict(dict)
    for side, found in zip(("went", "came"), rows, strict=True):
        for h in found:
            cells[h.duty_id, h.place_id, h.segment_id][side] = h
    lines = _lines(cells, day)
    return Group(paper, day, lines[:LINES], len(lines) > LINES) if lines else None


def _open(rows: list[Holding], day: date) -> list[Holding]:
    hidden = kept_back(((h.duty_id, h.body_id) for h in rows), day)
    return [h for h in rows if (h.duty_id, h.body_id) not in hidden]


def _lines(cells: dict[Cell, dict[str, Holding]], day: date) -> list[Line]:
    rows = [h for sides in cells.values() for h in sides.values()]
    names, bodies = duty_names({h.duty_id for h in rows}, day), body_names({h.body_id for h in rows}, day)
    codes = dict(Body.objects.filter(pk__in=bodies).values_list("pk", "code"))
    return list(dict.fromkeys(_line(sides, names, bodies, codes, day) for sides in cells.values()))


def _line(
    sides: dict[str, Holding], names: dict[int, str], bodies: dict[int, str], codes: dict[int, str], day: date
) -> Line:
    came, went = sides.get("came"), sides.get("went")
    row = came or went
    assert row is not None
    who = bodies[row.body_id]
    if came and went and came.body_id != went.body_id:
        label, who = "划转", f"{bodies[went.body_id]} → {bodies[came.body_id]}"
    else:
        label = "变更" if came and went else "新增" if came else "取消"
    return Line(label, names.get(row.duty_id, row.duty.key), who, codes[row.body_id], row.duty.key, day)
