"""A hand-over conserves cells, whatever is handed over (property)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.town import Town, system
from zhize.kernel.errors import Refusal
from zhize.places.queries import children, leaves
from zhize.places.terms import Expression
from zhize.record.models import Event
from zhize.register import commands
from zhize.register.invariants import a_transfer_conserves_cells
from zhize.register.models import Holding
from zhize.register.terms import Share, Transfer

DAY = date(2016, 9, 1)
STALLS = "urb-street-trading"


def cells(town: Town) -> dict[int, int]:
    """leaf → the body that holds street trading there at county level."""
    found: dict[int, int] = {}
    for h in Holding.objects.as_of(DAY).filter(duty=town.duty(STALLS), level=4, capacity="NAME_HOLDER"):
        for leaf in leaves(Expression((h.place_id,), tuple(h.excludes)), DAY):
            assert leaf not in found, "two holders in one cell"
            found[leaf] = h.body_id
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_leaves_arrives_or_nothing_happens(town: Town, data: st.DataObject) -> None:
    from django.db import transaction

    streets = [p.pk for p in children(town.place("330302").pk, DAY)]
    leaving = data.draw(st.sets(st.sampled_from(streets), min_size=1))
    arriving = data.draw(st.one_of(st.just(leaving), st.sets(st.sampled_from(streets), min_size=1)))
    to = data.draw(st.sampled_from(["zhujian-330302", "jiaoyu-330302", "gongan-330302"]))
    giver, receiver = town.body("zhifa-330302"), town.body(to)
    transfer = Transfer(
        town.duty(STALLS),
        (Share(giver, Expression(tuple(sorted(leaving)))),),
        (Share(receiver, Expression(tuple(sorted(arriving)))),),
        4,
    )
    before = cells(town)
    with transaction.atomic():
        point = transaction.savepoint()
        if leaving == arriving:
            commands.hand_over([transfer], day=DAY, instrument=town.notice(effective=DAY), by=system(), now=town.now)
            after = cells(town)
            assert set(after) == set(before)
            assert {leaf for leaf in after if after[leaf] != before[leaf]} == leaving
        else:
            with pytest.raises(Refusal) as refused:
                commands.hand_over(
                    [transfer], day=DAY, instrument=town.notice(effective=DAY), by=system(), now=town.now
                )
            assert refused.value.code == "not_conserved"
            assert cells(town) == before
        transaction.savepoint_rollback(point)


def test_what_a_transfer_took_and_gave_is_derived_again_from_its_rows(town: Town) -> None:
    """Rule 4 every night: all transfers of the town balance; a row that is lost behind the back of the acts is found."""
    assert list(a_transfer_conserves_cells(None)) == []
    event = Event.objects.filter(act="hand_over").earliest("id")
    arrived = Holding.objects.filter(recorded_by=event, capacity="NAME_HOLDER", to_day=None, segment=None)
    lost = arrived.filter(place__level=4)[0]
    with connection.cursor() as cursor:
        cursor.execute("alter table register_holding disable trigger user")
        cursor.execute("update register_holding set capacity = 'ASSIST' where id = %s", [lost.pk])
    (found,) = a_transfer_conserves_cells(None)
    assert found[0] == [f"event:{event.pk}"]
    assert (found[1]["duty_id"], found[1]["day"]) == (lost.duty_id, lost.from_day)
    assert found[1]["gone"] - found[1]["come"] == len(leaves(Expression((lost.place_id,)), lost.from_day))


def test_one_street_less_is_found_too(town: Town) -> None:
    event = Event.objects.filter(act="hand_over").earliest("id")
    short = Holding.objects.filter(
        recorded_by=event, capacity="NAME_HOLDER", to_day=None, segment=None, place__level=4
    )[0]
    street = (
        town.place("五马街道").pk
        if short.place.key == "330302"
        else min(leaves(Expression((short.place_id,)), short.from_day))
    )
    with connection.cursor() as cursor:
        cursor.execute("alter table register_holding disable trigger user")
        cursor.execute("update register_holding set excludes = %s where id = %s", [[street], short.pk])
    (found,) = a_transfer_conserves_cells(None)
    assert found[1]["gone"] == found[1]["come"] + 1 and found[1]["place"]
