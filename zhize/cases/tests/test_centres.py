"""City and county centres in one installation: a case is at one of them at each moment, and moves up, down and across."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from zhize.cases import passing
from zhize.cases.commands import (
    answer,
    classify,
    dispatch,
    fetch_back,
    follow_up,
    look,
    pass_on,
    receive_many,
    take_over,
    turn_down,
    withdraw,
)
from zhize.cases.invariants import one_body_answers_and_no_deadline_moves_alone
from zhize.cases.models import Case, Passage
from zhize.cases.passing import PASSAGE, PASSAGE_STARTS
from zhize.cases.queries.acts import offers
from zhize.cases.queries.centres import centre_name, centre_of, counted_at, taken_in_by
from zhize.cases.queries.desk import QUEUES, visible
from zhize.cases.queries.figures import figures, span_of
from zhize.cases.queries.reporting import report
from zhize.cases.queries.wall import wall
from zhize.cases.tests import conftest
from zhize.cases.tests.centres import at_centre, offered, told, with_centres
from zhize.cases.tests.conftest import CLERK, SETUP, START, Town, at
from zhize.cases.tests.stories import CITIZEN, TUESDAY, WEDNESDAY, fresh, lead, message, replied
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.policy.commands import one, set_policy
from zhize.record.models import Event

DAY = day_of(TUESDAY)


@pytest.fixture(scope="module")
def parted(built: Town) -> Iterator[Town]:
    with transaction.atomic():
        yield with_centres(built)
        transaction.set_rollback(True)


@pytest.fixture
def town(parted: Town) -> Iterator[Town]:
    conftest.forget()
    with transaction.atomic():
        yield parted
        transaction.set_rollback(True)
    conftest.forget()


def pile(town: Town, who: str, key: str) -> set[str]:
    queue = next(q for q in QUEUES if q.key == key)
    return {row.no for row in queue.rows(town.seats[who], WEDNESDAY)}


def sees(town: Town, who: str, case: Case) -> bool:
    return visible(town.seats[who], WEDNESDAY).filter(pk=case.pk).exists()


# -- which centre ------------------------------------------------------------------------------------------------------
def test_a_centre_is_whoever_holds_the_duty_there(town: Town) -> None:
    street = town.places["330302001"].pk
    assert centre_of(street, DAY) == town.places["330302"].pk
    assert centre_name(centre_of(street, DAY), DAY) == "鹿城区政务热线中心"


def test_a_message_is_first_at_the_centre_that_took_it_down(town: Town) -> None:
    assert at_centre(told(town, by="lc_call"), town) == "330302"
    assert at_centre(told(town, by="taker"), town) == "330300"


def test_what_comes_by_itself_goes_to_one_door_unless_policy_says_otherwise(town: Town) -> None:
    street = town.places["330302001"].pk
    assert at_centre(told(town), town) == "330300"
    [receipt] = receive_many([message(town, "")], by=CITIZEN, now=TUESDAY)
    assert at_centre(Case.objects.get(pk=receipt.case_id), town) == "330300"
    doors = one("cases.centre.one_door", town.places["330302"], False, START)
    set_policy([doors], instrument=town.paper, by=CLERK, now=SETUP)
    conftest.forget()
    assert taken_in_by(street, CITIZEN, DAY) == town.places["330302"].pk
    assert at_centre(told(town), town) == "330302"


# -- each its own ------------------------------------------------------------------------------------------------------
def test_each_centre_sees_its_own(town: Town) -> None:
    ours, theirs = told(town, by="lc_call"), told(town, by="taker")
    assert sees(town, "lc_sort", ours) and not sees(town, "lc_sort", theirs) and not sees(town, "oh_sort", ours)
    assert sees(town, "dispatcher", theirs) and not sees(town, "dispatcher", ours)
    assert pile(town, "lc_sort", "screen") == {ours.no} and pile(town, "dispatcher", "screen") == {theirs.no}


def test_the_walls_show_their_own(town: Town) -> None:
    ours, theirs = told(town, by="lc_call"), told(town, by="taker")
    late = at("2016-04-01 10:00")
    for who, mine in (("lc_watch", ours), ("supervisor", theirs)):
        tile = next(t for t in wall(town.seats[who], late).tiles if t.key == "overdue")
        assert [row.title for row in tile.rows] == [mine.no]


def test_a_case_at_another_centre_is_refused_in_a_sentence(town: Town) -> None:
    case = told(town, by="lc_call")
    with pytest.raises(Refusal) as no:
        answer(case.pk, "请拨打……", by=town.by("taker"), now=TUESDAY)
    assert no.value.code == "other_centre" and "鹿城区政务热线中心" in str(no.value)


def test_the_name_of_who_reported_is_opened_by_the_centre_that_has_the_case(town: Town) -> None:
    case = told(town, by="lc_call", name="王小明", phone="13812345678")
    with pytest.raises(Refusal) as no:
        look(case.pk, "回电", by=town.by("taker"), now=TUESDAY)
    assert no.value.code == "other_centre"
    assert look(case.pk, "回电", by=town.by("lc_call"), now=TUESDAY).phone == "13812345678"


def test_who_rules_and_who_audits_goes_by_the_place(town: Town) -> None:
    """编办 and auditors are no hotline: their reach is the register's."""
    assert sees(town, "approver", told(town, by="lc_call"))


# -- figures -----------------------------------------------------------------------------------------------------------
def received_of(town: Town, who: str) -> int:
    """How many cases the seat's figures of March speak of."""
    span = replace(span_of(date(2016, 3, 1), date(2016, 3, 31), at("2016-04-05 10:00")), centres=seen_by(town, who))
    return figures(span, place_id=town.seats[who].place_id, names=["first_response_on_time"])[0].whole


def seen_by(town: Town, who: str) -> frozenset[int] | None:
    return counted_at(town.seats[who], DAY)


def test_a_centres_figures_are_its_own_and_the_city_sees_below_as_policy_says(town: Town) -> None:
    told(town, by="lc_call")
    told(town, by="taker")
    told(town, by="taker")
    assert (received_of(town, "lc_watch"), received_of(town, "supervisor")) == (1, 3)
    alone = one("cases.centre.sees_below", town.places["330300"], False, START)
    set_policy([alone], instrument=town.paper, by=CLERK, now=SETUP)
    conftest.forget()
    assert (received_of(town, "lc_watch"), received_of(town, "supervisor")) == (1, 2)
    assert received_of(town, "approver") == 3, "the establishment office's reach is the register's"


def test_the_report_of_a_district_speaks_of_its_own_centre(town: Town) -> None:
    told(town, by="lc_call")
    told(town, by="taker")
    said = report(
        "monthly", town.places["330302"].pk, date(2016, 3, 1), at("2016-04-05 10:00"), seen_by(town, "lc_watch")
    )
    assert said.total == (1, 0)


# -- down, up, across --------------------------------------------------------------------------------------------------
def test_down_the_clocks_run_on_and_the_register_is_followed(town: Town) -> None:
    case = told(town, by="taker")
    classify(case.pk, matter=town.matters["010101"], by=town.by("taker"), now=TUESDAY)
    promise = fresh(case).due
    row = offered(town, case)
    assert (row.way, fresh(case).state, at_centre(case, town)) == ("down", "passing", "330300")
    assert row.due == at("2016-03-02 10:30") and "接收" in row.reckoning[0]
    take_over(case.pk, by=town.by("lc_sort"), now=WEDNESDAY)
    case = fresh(case)
    assert (case.state, at_centre(case, town), case.due) == ("dispatched", "330302", promise)
    assert lead(case).body.code == "lc-enforce" and not lead(case).by_hand


def test_up_the_register_is_asked_for_the_place_above(town: Town) -> None:
    """鹿城 had answered for the street; what is reported to the city is the city's to find a body for."""
    case = told(town, by="lc_call")
    classify(case.pk, matter=town.matters["0203"], by=town.by("lc_call"), now=TUESDAY)
    assert offered(town, case, "330300", "lc_sort").way == "up"
    take_over(case.pk, by=town.by("dispatcher"), now=WEDNESDAY)
    case = fresh(case)
    assert (at_centre(case, town), case.place.pk) == ("330300", town.places["330302001"].pk)
    assert (case.state, case.snag) == ("to_dispatch", "no_owner"), "no body holds it for the whole city"
    dispatch(case.pk, body=town.bodies["lc-market"], why="市里定", by=town.by("dispatcher"), now=WEDNESDAY)
    assert fresh(case).state == "dispatched"


def test_across_the_place_is_mended_by_who_knows_it(town: Town) -> None:
    case = told(town, by="lc_call", matter="")
    assert offered(town, case, "330304", "lc_sort").way == "across"
    with pytest.raises(BadInput) as no:
        take_over(case.pk, place=town.places["330302001"], by=town.by("oh_sort"), now=TUESDAY)
    assert no.value.code == "place_of_another_centre"
    take_over(case.pk, place=town.places["330304001"], by=town.by("oh_sort"), now=TUESDAY)
    case = fresh(case)
    assert (case.state, case.snag, case.place.pk) == ("registered", "no_matter", town.places["330304001"].pk)
    assert sees(town, "oh_sort", case) and sees(town, "lc_sort", case) and not sees(town, "dispatcher", case)


def test_the_sender_reads_and_the_receiver_acts(town: Town) -> None:
    case = told(town, by="taker")
    offered(town, case)
    assert pile(town, "lc_sort", "offered") == {case.no} == pile(town, "dispatcher", "passed_on")
    assert not pile(town, "oh_sort", "offered") and not sees(town, "oh_sort", case)
    open_ = {who: names(town, who, case) for who in ("dispatcher", "lc_sort")}
    assert open_["dispatcher"] & passing_acts() == {"fetch_back"} and open_["lc_sort"] & passing_acts() == {
        "take_over",
        "turn_down",
    }
    take_over(case.pk, by=town.by("lc_sort"), now=WEDNESDAY)
    assert sees(town, "dispatcher", case) and names(town, "dispatcher", case) == set()
    assert pile(town, "dispatcher", "passed_on") == {case.no} and not pile(town, "dispatcher", "screen")
    with pytest.raises(Refusal, match="鹿城区政务热线中心"):
        classify(case.pk, matter=town.matters["03"], by=town.by("dispatcher"), now=WEDNESDAY)


def names(town: Town, who: str, case: Case) -> set[str]:
    case = Case.objects.select_related("terms", "matter", "place").get(pk=case.pk)
    return {o.name for o in offers(case, [], town.seats[who], town.by(who), WEDNESDAY) if o.refusal is None}


def passing_acts() -> set[str]:
    return {"pass_on", *PASSAGE.steps}


# -- not taken ---------------------------------------------------------------------------------------------------------
def test_turned_down_it_is_the_senders_again_with_the_reason(town: Town) -> None:
    case = told(town, by="taker")
    offered(town, case)
    with pytest.raises(BadInput):
        turn_down(case.pk, " ", by=town.by("lc_sort"), now=TUESDAY)
    turn_down(case.pk, "地点在瓯海区", by=town.by("lc_sort"), now=TUESDAY)
    case = fresh(case)
    assert (case.state, at_centre(case, town)) == ("registered", "330300")
    assert not sees(town, "lc_sort", case)
    assert Passage.objects.get(case=case).words == "地点在瓯海区"
    assert Event.objects.filter(act="turn_down").last().payload["why"] == "地点在瓯海区"  # type: ignore[union-attr]


def test_fetched_back_while_nobody_has_taken_it_over(town: Town) -> None:
    case = told(town, by="taker")
    classify(case.pk, matter=town.matters["010101"], by=town.by("taker"), now=TUESDAY)
    offered(town, case)
    fetch_back(case.pk, by=town.by("dispatcher"), now=TUESDAY)
    assert (fresh(case).state, fresh(case).snag) == ("to_dispatch", "turned")
    with pytest.raises(Refusal) as no:
        take_over(case.pk, by=town.by("lc_sort"), now=TUESDAY)
    assert no.value.code in ("other_centre", "nothing_offered")


def test_only_the_centre_offered_takes_it_over(town: Town) -> None:
    case = told(town, by="taker")
    offered(town, case, by="taker")
    for who, code in (("dispatcher", "other_centre"), ("oh_sort", "other_place")):
        with pytest.raises(Refusal) as no:
            take_over(case.pk, by=town.by(who), now=TUESDAY)
        assert no.value.code == code
    with pytest.raises(Refusal) as no:
        fetch_back(case.pk, by=town.by("lc_sort"), now=TUESDAY)
    assert no.value.code == "other_centre"


def test_after_so_many_passages_the_only_way_is_up(town: Town) -> None:
    """踢皮球: whoever is at the top keeps it."""
    case = told(town, by="lc_call")
    offered(town, case, "330304", "lc_sort")
    turn_down(case.pk, "不在本区", by=town.by("oh_sort"), now=TUESDAY)
    offered(town, case, "330304", "lc_sort")
    turn_down(case.pk, "仍不在本区", by=town.by("oh_sort"), now=TUESDAY)
    with pytest.raises(Refusal) as no:
        offered(town, case, "330304", "lc_sort")
    assert no.value.code == "passed_enough" and "上级" in str(no.value)
    offered(town, case, "330300", "lc_sort")
    take_over(case.pk, by=town.by("dispatcher"), now=TUESDAY)
    with pytest.raises(Refusal) as no:
        offered(town, case, "330302", "dispatcher")
    assert no.value.code == "passed_enough" and "分派" in str(no.value)


def test_one_cannot_pass_it_to_oneself_or_to_nobody(town: Town) -> None:
    case = told(town, by="taker")
    for to in ("330300", "330302001"):
        with pytest.raises(BadInput) as no:
            pass_on(case.pk, town.places[to], "应由该中心办理", by=town.by("taker"), now=TUESDAY)
        assert no.value.code == "no_centre"


def test_the_reporter_may_take_it_back_on_the_way(town: Town) -> None:
    case = told(town, by="taker")
    offered(town, case)
    withdraw(case.pk, by=CITIZEN, now=WEDNESDAY)
    assert fresh(case).state == "withdrawn" and Passage.objects.get(case=case).state == "fetched"


def test_the_follow_up_is_made_where_the_case_is(town: Town) -> None:
    case, _ = replied(town, by=town.by("lc_call"), name="王小明", phone="13812345678")
    with pytest.raises(Refusal):
        follow_up(case.pk, reached=False, by=town.by("taker"), now=WEDNESDAY)
    follow_up(case.pk, reached=False, by=town.by("lc_call"), now=WEDNESDAY)


# -- the table and the database ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", PASSAGE.states)
@pytest.mark.parametrize("step", PASSAGE.steps)
def test_every_state_and_every_step_of_a_passage(state: str, step: str) -> None:
    if state in PASSAGE.steps[step].sources:
        assert PASSAGE.take(state, step) == PASSAGE.steps[step].target
    else:
        with pytest.raises(Refusal):
            PASSAGE.take(state, step)


@pytest.mark.parametrize(
    ("sender", "receiver", "leads"),
    [("330302", "330300", "up"), ("330300", "330302", "down"), ("330302", "330304", "across")],
)
def test_up_down_and_across_are_read_off_the_tree(town: Town, sender: str, receiver: str, leads: str) -> None:
    from zhize.places.queries import chain_of

    a, b = town.places[sender].pk, town.places[receiver].pk
    assert passing.way(a, b, list(chain_of(a, DAY)), list(chain_of(b, DAY))) == leads


def test_the_database_knows_one_offer_at_a_time(town: Town) -> None:
    case = told(town, by="taker")
    row = offered(town, case)
    wrong = {
        "a_case_is_offered_to_one_centre_at_a_time": {},
        "a_passage_leads_to_another_centre": {"receiver_id": row.sender_id},
        "a_passage_says_why": {"why": ""},
        "a_passage_over_has_its_moment": {"ended_at": TUESDAY},
    }
    for sentence, more in wrong.items():
        same = {f.attname: getattr(row, f.attname) for f in Passage._meta.concrete_fields if f.attname != "id"}
        with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
            Passage.objects.create(**(same | more))


def test_the_database_holds_the_table_of_passages(town: Town) -> None:
    from django.db import connection

    from zhize.cases import schema

    with connection.cursor() as cursor:
        cursor.execute("select prosrc from pg_proc where proname = 'cases_passage_steps'")
        installed = cursor.fetchone()[0]
    assert installed.strip() == schema.steps_function("cases_passage", PASSAGE, PASSAGE_STARTS).split("$$")[1].strip()


def test_a_case_that_is_not_where_its_passages_led_is_found(town: Town) -> None:
    case = told(town, by="taker")
    offered(town, case)
    take_over(case.pk, by=town.by("lc_sort"), now=WEDNESDAY)
    touched = [f"case:{case.pk}"]
    assert not list(one_body_answers_and_no_deadline_moves_alone(touched))
    Case.objects.filter(pk=case.pk).update(centre=town.places["330304"])
    assert [hit[1]["no"] for hit in one_body_answers_and_no_deadline_moves_alone(touched)] == [case.no]
