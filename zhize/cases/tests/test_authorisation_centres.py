"""Who may see and do what where there are several hotline centres: every address of a case × every seat × where the case is.

What is expected is written down here, cell by cell, and not read off the query that answers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.utils import timezone

from zhize.cases.commands import receive, take_over
from zhize.cases.models import Case
from zhize.cases.queries.acts import offers
from zhize.cases.queries.desk import visible
from zhize.cases.tests import conftest
from zhize.cases.tests.centres import offered, with_centres
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.stories import message
from zhize.cases.tests.test_authorisation import ABSENT, cells, client, filled, lists, said, state
from zhize.register.access import RIGHTS

READ, ACT, NOTHING = "read", "act", ""


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


def taken_by(town: Town, who: str, place: str = "330302001") -> Case:
    receipt = receive(message(town, "", place), by=town.by(who), now=timezone.now())
    return Case.objects.get(pk=receipt.case_id)


def at_the_city(town: Town) -> Case:
    return taken_by(town, "taker")


def at_the_district(town: Town) -> Case:
    return taken_by(town, "lc_call")


def offered_down(town: Town) -> Case:
    case = taken_by(town, "taker")
    offered(town, case, "330302", "taker2", now=timezone.now())
    return case


def offered_up(town: Town) -> Case:
    case = taken_by(town, "lc_call")
    offered(town, case, "330300", "lc_call", now=timezone.now())
    return case


def gone_down(town: Town) -> Case:
    case = offered_down(town)
    take_over(case.pk, by=town.by("lc_sort"), now=timezone.now())
    return case


def gone_across(town: Town) -> Case:
    case = taken_by(town, "lc_call")
    offered(town, case, "330304", "lc_call", now=timezone.now())
    take_over(case.pk, place=town.places["330304001"], by=town.by("oh_sort"), now=timezone.now())
    return case


Kind = Callable[[Town], Case]
CITY, DISTRICT, OTHER = ("taker", "dispatcher", "supervisor"), ("lc_call", "lc_sort", "lc_watch"), ("oh_sort",)
EXPECTED: dict[Kind, tuple[str, str, str]] = {  # the city's seats, the district's, the other district's
    at_the_city: (ACT, NOTHING, NOTHING),
    at_the_district: (NOTHING, ACT, NOTHING),
    offered_down: (ACT, ACT, NOTHING),  # the sender may fetch it back, the receiver take it over
    offered_up: (ACT, ACT, NOTHING),
    gone_down: (READ, ACT, NOTHING),
    gone_across: (NOTHING, READ, ACT),
}
BETWEEN = {"pass_on", "take_over", "turn_down", "fetch_back"}
ONES_OWN_STEP = {
    offered_down: ({"fetch_back"}, {"take_over", "turn_down"}), offered_up: ({"take_over", "turn_down"}, {"fetch_back"}),
}  # fmt: skip
SEATS = (*CITY, *DISTRICT, *OTHER)
ONE_OF_EACH = (
    "dispatcher",
    "lc_sort",
    "oh_sort",
)  # role by address is tried in test_authorisation; here it is the centre that counts


def expected(who: str, kind: Kind) -> str:
    return EXPECTED[kind][next(n for n, seats in enumerate((CITY, DISTRICT, OTHER)) if who in seats)]


@pytest.mark.parametrize("who", SEATS)
def test_a_seat_sees_what_is_at_its_centre_was_passed_on_or_is_offered(town: Town, who: str) -> None:
    cases = {kind: kind(town).pk for kind in EXPECTED}
    seen = set(visible(town.seats[who], timezone.now()).values_list("pk", flat=True))
    assert {kind.__name__ for kind, pk in cases.items() if pk in seen} == {
        k.__name__ for k in EXPECTED if expected(who, k)
    }


@pytest.mark.parametrize("who", ONE_OF_EACH)
def test_what_is_at_another_centre_is_answered_as_what_is_not_there(town: Town, who: str) -> None:
    hidden = [kind(town) for kind in EXPECTED if not expected(who, kind)]
    here, before, leaks = client(town, who), state(), []
    for cell in cells():
        nothing = said(getattr(here, cell.method)(cell.path(ABSENT)), cell.path(ABSENT))
        for case in hidden:
            path = cell.path(case.pk)
            if said(getattr(here, cell.method)(path), path) != nothing:
                leaks.append((cell.name, cell.method, case.no))
    assert not leaks and state() == before


@pytest.mark.parametrize("who", ("dispatcher", "lc_sort"))
def test_what_was_passed_on_can_be_read_and_not_touched(town: Town, who: str) -> None:
    """Every act there is on a case, with a value in every field."""
    reads = [kind(town) for kind in EXPECTED if expected(who, kind) == READ]
    here, before = client(town, who), state()
    for case in reads:
        assert here.get(f"/desk/cases/{case.pk}/").status_code == 200
        for cell in (c for c in cells() if c.method == "post" and f"cases.{c.name}" in RIGHTS):
            answer = here.post(cell.path(case.pk), filled(cell))
            assert answer.status_code in (400, 403, 404, 405, 409), (cell.name, answer.status_code)
    assert state() == before


@pytest.mark.parametrize("kind", ONES_OWN_STEP)
def test_on_the_way_the_sender_fetches_back_and_the_receiver_takes_over(town: Town, kind: Kind) -> None:
    case = Case.objects.select_related("terms", "matter", "place").get(pk=kind(town).pk)
    for who, steps in zip(("dispatcher", "lc_sort"), ONES_OWN_STEP[kind], strict=True):
        offered_ = offers(case, [], town.seats[who], town.by(who), timezone.now())
        assert {o.name for o in offered_ if o.refusal is None} & BETWEEN == steps


@pytest.mark.parametrize("who", ONE_OF_EACH)
def test_every_list_of_the_desk_shows_only_what_the_seat_may_open(town: Town, who: str) -> None:
    made = {kind(town).no: kind for kind in EXPECTED}
    here = client(town, who)
    for path in [
        *lists(),
        "/desk/worklist/?queue=offered",
        "/desk/worklist/?queue=passed_on",
        "/desk/worklist/?queue=screen",
    ]:
        page = here.get(path).content.decode()
        assert not [no for no, kind in made.items() if no in page and not expected(who, kind)], path
