"""A township's three lists: what it does itself, what it helps with, what was taken back from it — each by a paper."""

from __future__ import annotations

from datetime import date

import pytest

from tests.town import Town, system
from zhize.kernel.errors import Refusal
from zhize.places.terms import Expression
from zhize.register.commands import assign, list_township
from zhize.register.models import Capacity, Duty, Holding, TownshipItem
from zhize.register.queries import resolve
from zhize.register.queries.townships import township_items
from zhize.register.terms import Line, TownshipLine

DAY = date(2016, 7, 1)
K = TownshipItem.Kind


@pytest.fixture
def duty(town: Town) -> Duty:
    """An item a county department holds, and the township of 五马街道 does not."""
    at = town.place("五马街道", DAY).pk
    rows = Holding.objects.as_of(DAY).filter(capacity="NAME_HOLDER", place=town.place("330302", DAY), level=4)
    return next(h.duty for h in rows.select_related("duty") if resolve(h.duty_id, at, DAY).kind == "one")


def listed(town: Town, duty: Duty, kind: str, day: date = DAY, where: str = "五马街道") -> TownshipItem:
    superior = resolve(duty.pk, town.place("五马街道", DAY).pk, DAY).chosen
    assert superior is not None
    row = TownshipLine(
        duty, town.place(where, DAY), kind, day, town_body(superior.body_id) if kind != "basic" else None
    )
    return list_township([row], instrument=paper(town), by=system(), now=town.now)[0]


def paper(town: Town):  # type: ignore[no-untyped-def]
    return town.notice(kind="list", effective=DAY, issuer_level="county", issuer_area="330302", issuer="鹿城区人民政府")


def town_body(pk: int):  # type: ignore[no-untyped-def]
    from zhize.register.models import Body

    return Body.objects.get(pk=pk)


def office(town: Town):  # type: ignore[no-untyped-def]
    return town.body("五马街道办事处", DAY)


def test_what_it_helps_with_makes_it_assist_the_department_that_leads(town: Town, duty: Duty) -> None:
    listed(town, duty, K.ASSIST)
    answer = resolve(duty.pk, town.place("五马街道", DAY).pk, DAY)
    assert answer.kind == "lead" and office(town).pk in {c.body_id for c in answer.assist}
    assert answer.holder is not None and answer.holder.body_id != office(town).pk


def test_what_is_taken_back_is_answered_by_the_superior_alone(town: Town, duty: Duty) -> None:
    listed(town, duty, K.ASSIST)
    listed(town, duty, K.WITHDRAWN, date(2016, 9, 1))
    before, after = (
        resolve(duty.pk, town.place("五马街道", DAY).pk, day) for day in (date(2016, 8, 31), date(2016, 9, 1))
    )
    assert office(town).pk in {c.body_id for c in before.assist}
    assert after.kind == "one" and not after.assist


def test_nobody_gives_it_back_to_the_township_behind_the_list(town: Town, duty: Duty) -> None:
    listed(town, duty, K.WITHDRAWN)
    where = Expression((town.place("五马街道", DAY).pk,))
    line = Line(duty, office(town), 5, where, DAY, capacity=Capacity.ASSIST)
    with pytest.raises(Refusal) as no:
        assign([line], instrument=paper(town), by=system(), now=town.now)
    assert no.value.code == "no_township_holds_what_was_taken_back" and "收回" in str(no.value)


def test_a_basic_item_must_be_held_by_the_township(town: Town, duty: Duty) -> None:
    with pytest.raises(Refusal) as no:
        listed(town, duty, K.BASIC)
    assert no.value.code == "basic_but_not_held"


def test_nothing_is_taken_back_to_nobody(town: Town, duty: Duty) -> None:
    row = TownshipLine(duty, town.place("五马街道", DAY), K.WITHDRAWN, DAY, office(town))
    with pytest.raises(Refusal) as no:
        list_township([row], instrument=paper(town), by=system(), now=town.now)
    assert no.value.code == "nobody_takes_over"


def test_the_countys_list_speaks_for_every_township_until_one_has_its_own(town: Town, duty: Duty) -> None:
    listed(town, duty, K.WITHDRAWN, where="330302")
    street = town.place("五马街道", DAY).pk
    assert [x.kind for x in township_items(street, DAY) if x.duty_id == duty.pk] == [K.WITHDRAWN]
    listed(town, duty, K.ASSIST, date(2016, 8, 1))
    assert [x.kind for x in township_items(street, date(2016, 8, 1)) if x.duty_id == duty.pk] == [K.ASSIST]


def test_a_new_line_ends_the_old_one_and_both_stay_readable(town: Town, duty: Duty) -> None:
    first = listed(town, duty, K.ASSIST)
    listed(town, duty, K.WITHDRAWN, date(2016, 9, 1))
    rows = TownshipItem.objects.live().filter(duty=duty).order_by("from_day")
    assert [(r.kind, r.to_day) for r in rows] == [(K.ASSIST, date(2016, 9, 1)), (K.WITHDRAWN, None)]
    first.refresh_from_db()
    assert first.withdrawn_at is not None


def test_everybody_reads_the_three_lists_with_their_papers(town: Town, duty: Duty) -> None:
    from django.test import Client

    listed(town, duty, K.ASSIST)
    listed(town, duty, K.WITHDRAWN, date(2016, 9, 1))
    client, here = Client(headers={"host": "localhost"}), f"/bodies/{office(town).code}/"
    assert f"{here}township/?day=2016-08-01" in client.get(f"{here}?day=2016-08-01").content.decode()
    before, after = (client.get(f"{here}township/?day=2016-{m}-01").content.decode() for m in ("08", "09"))
    assert "牵头部门" in before and "测试公告" in before and "承接部门" not in before
    assert "承接部门" in after and "牵头部门" not in after
    assert "还没有登记它的三张清单" in client.get(f"{here}township/?day=2016-06-01").content.decode()
    assert client.get("/bodies/wz-xinfang/township/").status_code == 404
