"""责任清单 in its four tabs: main duties down to goals, boundaries with other bodies, supervision rules, public services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from zhize.lists.queries.lists import OWN, items
from zhize.record.models import Instrument
from zhize.register.models import Body, Capacity, Duty, DutyLink, DutySegment, Holding, Particulars
from zhize.register.queries import body_names
from zhize.register.queries.duties import duty_names
from zhize.register.queries.items import Item
from zhize.register.queries.opened import kept_back_of

TABS = {"duties": "部门职责", "boundaries": "职责边界", "supervision": "事中事后监管", "services": "公共服务事项"}


@dataclass
class Branch:
    """A main duty, with the work that carries it out, the goals of the year, and how many powers stand on it."""

    item: Item | None
    name: str
    work: list[Branch] = field(default_factory=list)
    goals: list[Item] = field(default_factory=list)
    powers: int = 0


def tree(body: Body, day: date) -> list[Branch]:
    """Main duties in the order of their keys; what belongs to none stands last, under no name."""
    shown = _shown(body, day)
    mains = {i.duty_id: Branch(i, i.name) for i in shown if i.kind == Duty.Kind.MAIN}
    rest = Branch(None, "")
    works = {i.duty_id: Branch(i, i.name) for i in shown if i.kind == Duty.Kind.WORK}
    for work in works.values():
        mains.get(work.item.main_id or 0, rest).work.append(work)  # type: ignore[union-attr]
    for goal in (i for i in shown if i.kind == Duty.Kind.GOAL):
        (works.get(goal.main_id or 0) or mains.get(goal.main_id or 0, rest)).goals.append(goal)
    for main, n in _powers(body, set(mains), day).items():
        mains[main].powers = n
    found = sorted(mains.values(), key=lambda b: b.item.key if b.item else "")
    return [*found, rest] if rest.work or rest.goals else found


def of_kind(body: Body, kind: str, day: date) -> list[Item]:
    return [i for i in _shown(body, day) if i.kind == kind]


def _shown(body: Body, day: date) -> list[Item]:
    hidden = kept_back_of(body.pk, day)
    return [i for i in items(body, "duty", day) if i.duty_id not in hidden]


def _powers(body: Body, mains: set[int], day: date) -> dict[int, int]:
    held = Holding.objects.as_of(day).filter(body=body, capacity__in=OWN, duty__kind=Duty.Kind.POWER).values("duty_id")
    rows = DutyLink.objects.as_of(day).filter(to_id__in=mains, how=DutyLink.How.PART_OF, duty_id__in=held)
    counted: dict[int, int] = defaultdict(int)
    for main in rows.values_list("to_id", flat=True):
        counted[main] += 1
    return dict(counted)


# -- boundaries --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Part:
    """One side of a boundary: which part of the matter, who has it as what, by which paper."""

    name: str
    bodies: str
    capacity: str
    document: Instrument | None
    own: bool


@dataclass(frozen=True)
class Boundary:
    duty: Duty
    name: str
    parts: list[Part]
    case: str = ""


def boundaries(body: Body, day: date) -> list[Boundary]:
    """Duties divided between this body and others, and work it leads or joins others in; with the case that illustrates it."""
    mine = Holding.objects.as_of(day).filter(body=body).values("duty_id")
    divided = set(DutySegment.objects.as_of(day).filter(duty_id__in=mine).values_list("duty_id", flat=True))
    joint = set(
        Holding.objects.as_of(day).filter(duty_id__in=mine, capacity__in=(Capacity.LEAD, Capacity.ASSIST)).values_list("duty_id", flat=True)
    )  # fmt: skip
    wanted = (divided | joint) - kept_back_of(body.pk, day)
    duties = Duty.objects.in_bulk(wanted)
    names, cases = duty_names(wanted, day), _cases(wanted, body, day)
    parts = _parts(wanted, body, day)
    found = [Boundary(duties[d], names.get(d, duties[d].key), parts[d], cases.get(d, "")) for d in wanted if parts[d]]
    return sorted(found, key=lambda b: b.name)


def _parts(duties: set[int], body: Body, day: date) -> dict[int, list[Part]]:
    """Who has each part where this body works; its own parts first."""
    places = Holding.objects.as_of(day).filter(body=body, duty_id__in=duties).values("place_id")
    rows = (
        Holding.objects.as_of(day)
        .filter(duty_id__in=duties, place_id__in=places)
        .select_related("segment", "instrument")
        .order_by("duty_id", "segment__rest", "segment__name", "capacity", "pk")
    )
    held = list(rows)
    names = body_names({h.body_id for h in held}, day)
    grouped: dict[int, dict[tuple[str, str], list[Holding]]] = defaultdict(lambda: defaultdict(list))
    for h in held:
        grouped[h.duty_id][(h.segment.name if h.segment else "", h.capacity)].append(h)
    found: dict[int, list[Part]] = defaultdict(list)
    for duty, groups in grouped.items():
        if len({h.body_id for some in groups.values() for h in some}) > 1:
            found[duty] = [_part(name, capacity, some, names, body) for (name, capacity), some in groups.items()]
    return found


def _part(name: str, capacity: str, rows: list[Holding], names: dict[int, str], body: Body) -> Part:
    who = "、".join(dict.fromkeys(names.get(h.body_id, "") for h in rows))
    return Part(name, who, str(Capacity(capacity).label), rows[0].instrument, any(h.body_id == body.pk for h in rows))


def _cases(duties: Iterable[int], body: Body, day: date) -> dict[int, str]:
    rows = Particulars.objects.as_of(day).filter(duty_id__in=set(duties), said__has_key="case").order_by("body_id")
    return {d: str(said["case"]) for d, said in rows.values_list("duty_id", "said")}
