"""What changed in a month, by the paper that made it so: items that came into lists and left them, read off the holdings'
own days. Nothing kept back is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from zhize.kernel.period import ONE_DAY
from zhize.record.models import Instrument
from zhize.register.models import Body, Capacity, Holding
from zhize.register.queries import body_names
from zhize.register.queries.duties import duty_names
from zhize.register.queries.opened import kept_back

Cell = tuple[int, int]
OWN = (Capacity.NAME_HOLDER, Capacity.PERFORMER, Capacity.LEAD)
TONES = {"划转": "info", "部分划转": "info", "取消": "stop"}
LINES, PAPERS = 60, 40  # shown of one paper; papers of a month


@dataclass(frozen=True)
class Line:
    label: str
    name: str
    who: str
    body: str
    key: str
    day: date

    @property
    def tone(self) -> str:
        return TONES.get(self.label, "ok")


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
    cells: dict[Cell, dict[str, list[Holding]]] = defaultdict(lambda: {"went": [], "came": []})
    for side, found in zip(("went", "came"), rows, strict=True):
        for h in found:
            cells[h.duty_id, h.place_id][side].append(h)
    lines = _lines(cells, day)
    return Group(paper, day, lines[:LINES], len(lines) > LINES) if lines else None


def _open(rows: list[Holding], day: date) -> list[Holding]:
    hidden = kept_back(((h.duty_id, h.body_id) for h in rows), day)
    return [h for h in rows if (h.duty_id, h.body_id) not in hidden]


def _lines(cells: dict[Cell, dict[str, list[Holding]]], day: date) -> list[Line]:
    rows = [h for sides in cells.values() for found in sides.values() for h in found]
    names, bodies = duty_names({h.duty_id for h in rows}, day), body_names({h.body_id for h in rows}, day)
    codes = dict(Body.objects.filter(pk__in=bodies).values_list("pk", "code"))
    told = (
        Line(
            label, names.get(row.duty_id, row.duty.key), _who(row, giver, bodies), codes[row.body_id], row.duty.key, day
        )
        for sides in cells.values()
        for label, row, giver in _told(sides["went"], sides["came"])
    )
    return list(dict.fromkeys(told))


def _who(row: Holding, giver: int | None, bodies: dict[int, str]) -> str:
    return f"{bodies[giver]} → {bodies[row.body_id]}" if giver else bodies[row.body_id]


def _told(went: list[Holding], came: list[Holding]) -> Iterator[tuple[str, Holding, int | None]]:
    """What happened to a duty in a place: passed whole, passed in part (the giver keeps the rest), added, ended, changed."""
    before, after = {h.body_id: h for h in went}, {h.body_id: h for h in came}
    givers = [b for b in before if b not in after] or list(before)
    for body, row in after.items():
        if body in before:
            if len(after) == 1:
                yield "变更", row, None
        elif givers:
            yield ("部分划转" if givers[0] in after else "划转"), row, givers[0]
        else:
            yield "新增", row, None
    if not after:
        yield from (("取消", row, None) for row in before.values())
