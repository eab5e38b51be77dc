"""list_township: an item goes on one of a township's three lists, and the holdings follow it in the same act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.policy.queries import require_competence
from zhize.record.acts import end, note, state, touch, withdraw
from zhize.record.models import Instrument
from zhize.register.commands.base import act, allow
from zhize.register.models import Body, Capacity, Holding, Mode, TownshipItem
from zhize.register.queries.bodies import body_name
from zhize.register.queries.duties import duty_name
from zhize.register.queries.resolve import resolve
from zhize.register.queries.townships import is_township, townships_in
from zhize.register.subjects import subject_of
from zhize.register.terms import TownshipLine

K = TownshipItem.Kind
LEVEL = 5


@act
def list_township(
    lines: Sequence[TownshipLine], *, instrument: Instrument, by: By, now: datetime
) -> list[TownshipItem]:
    """Put items on a township's lists from a day on (基本、配合、收回).

    1 an earlier line of the item there ends · 2 taken back: the township's holdings end that day · 3 helped with: the
    township assists. What is taken back must be held by the superior named, or the township's people would have nobody.
    """
    where = {x.place.pk for x in lines}
    allow(by, "register.list_township", where, now)
    for day in {x.from_day for x in lines}:
        require_competence("assign", subject_of(Body.Kind.TOWN, LEVEL), instrument, day, where)
    for line in lines:
        _make_room(line)
        {K.BASIC: _basic, K.ASSIST: _assist, K.WITHDRAWN: _take_back}[K(line.kind)](line)
    touch(*sorted({f"duty:{x.duty.pk}" for x in lines})[:500])
    note(listed=len(lines), kinds=sorted({x.kind for x in lines}))
    return state(_row(line) for line in lines)


def _row(line: TownshipLine) -> TownshipItem:
    return TownshipItem(
        duty=line.duty,
        place=line.place,
        kind=line.kind,
        superior=line.superior,
        how=line.how,
        from_day=line.from_day,
        clause=line.clause,
    )


def _make_room(line: TownshipLine) -> None:
    rows = TownshipItem.objects.live().from_day_on(line.from_day).filter(duty=line.duty, place=line.place)
    _close(list(rows.select_for_update().order_by("pk")), line.from_day)


def _basic(line: TownshipLine) -> None:
    """What the township does itself it must hold: the list says so, an assignment or a devolution makes it so."""
    for place, town in _towns(line).items():
        chosen = resolve(line.duty.pk, place, line.from_day).chosen
        if chosen is None or chosen.body_id != town.pk:
            raise Refusal(
                "“{duty}”不能列为{town}的基本履职事项",
                why="当日它并不行使这项职责",
                rule="清单以登记为准",
                instead="请先办理登记职责归属或者下放，再列入清单",
                code="basic_but_not_held",
                duty=duty_name(line.duty.pk, line.from_day),
                town=body_name(town.pk, line.from_day),
            )


def _assist(line: TownshipLine) -> None:
    """The township assists whoever leads; what it held in its own name ends with the list."""
    _end_own(line, NAMED)
    have = set(_own(line).filter(capacity=Capacity.ASSIST).values_list("body_id", "place_id"))
    new = [
        Holding(
            duty=line.duty, level=LEVEL, place_id=place, body=town, capacity=Capacity.ASSIST, mode=Mode.STATUTORY, from_day=line.from_day,
            clause=line.clause,
        )
        for place, town in _towns(line).items()
        if (town.pk, place) not in have
    ]  # fmt: skip
    state(new)


def _take_back(line: TownshipLine) -> None:
    """Nothing of it is the township's any more; the superior that takes it over answers there."""
    _end_own(line, list(Capacity.values))
    for place in _towns(line):
        chosen = resolve(line.duty.pk, place, line.from_day).holder
        if chosen is None or line.superior is None or chosen.body_id != line.superior.pk:
            raise Refusal(
                "“{duty}”不能收回",
                why="收回以后，当地没有由{superior}行使这项职责",
                rule="收回不能无主",
                instead="请先把这项职责登记给承接机构，或者改正承接机构",
                code="nobody_takes_over",
                duty=duty_name(line.duty.pk, line.from_day),
                superior=body_name(line.superior.pk, line.from_day) if line.superior else "承接机构",
            )


NAMED = [Capacity.NAME_HOLDER, Capacity.LEAD, Capacity.PERFORMER]


def _towns(line: TownshipLine) -> dict[int, Body]:
    return townships_in(line.place.pk, line.from_day)


def _own(line: TownshipLine):  # type: ignore[no-untyped-def]
    bodies = [b.pk for b in _towns(line).values()]
    return Holding.objects.live().from_day_on(line.from_day).filter(duty=line.duty, body__in=bodies)


def _end_own(line: TownshipLine, capacities: Iterable[str]) -> None:
    rows = [h for h in _own(line).filter(capacity__in=list(capacities)).select_related("body").select_for_update(of=("self",))
            if is_township(h.body)]  # fmt: skip
    touch(*(f"body:{h.body_id}" for h in rows))
    _close(sorted(rows, key=lambda h: h.pk), line.from_day)


def _close(rows: Sequence[TownshipItem] | Sequence[Holding], day: date) -> None:
    withdraw([r for r in rows if r.from_day >= day])
    end([r for r in rows if r.from_day < day], day)
