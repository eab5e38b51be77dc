"""Who may see and do what with a case: every address of a case × every seat (role × body × level) × every kind of case, generated
from the map of addresses and the table of rights. Nothing is listed by hand, so a new act cannot be forgotten.

Three things hold in every cell: what a seat may not see is answered exactly as what is not there; what it may see but not do
changes nothing; what it may do is offered on the page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from zhize.cases.commands import receive, recuse, reply, sign
from zhize.cases.models import Case, Leg
from zhize.cases.queries.desk import visible
from zhize.cases.terms import Message
from zhize.cases.tests.conftest import SEATS, Town
from zhize.cases.tests.stories import CITIZEN, handler, lead, message
from zhize.record.models import Event
from zhize.register.access import RIGHTS

pytestmark = pytest.mark.django_db
ABSENT = 987_654_321
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=|nonce=|"X-CSRFToken": ?)"?[^"]*"|hx-headers=\'[^\']*\'')


@dataclass(frozen=True)
class Cell:
    """One address of a case, asked in one way."""

    name: str
    method: str
    kwargs: dict[str, Any]

    def path(self, case: int) -> str:
        return reverse(f"cases:{self.name}", kwargs=self.kwargs | {"case_id": case})


def addresses() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every named address of the hotline that is about one case, with what else it takes."""
    for found in get_resolver("zhize.cases.urls").url_patterns:
        converters = tuple(found.pattern.converters)
        if "case_id" in converters and getattr(found, "name", None):
            yield found.name, converters


def cells() -> list[Cell]:
    return [
        Cell(name, method, {k: 1 for k in converters if k != "case_id"})
        for name, converters in addresses()
        for method in ("get", "post")
    ]


# -- the cases: one of each kind that differs for who may see it -------------------------------------------------------
def plain(town: Town) -> Case:
    return taken(town)


def handled(town: Town) -> Case:
    case = taken(town)
    sign(lead(case).pk, by=handler(town, lead(case)), now=timezone.now())
    return case


def answered(town: Town) -> Case:
    case = handled(town)
    reply(lead(case).pk, "已劝离。", by=handler(town, lead(case)), now=timezone.now())
    return case


def elsewhere(town: Town) -> Case:
    return taken(town, place="330304001")


def sealed(town: Town) -> Case:
    return taken(town, kind="report", name="欧阳明月", phone="13812345678")


def against_it(town: Town) -> Case:
    """A report against the very body whose seats then ask for it."""
    return taken(town, kind="report", about=town.bodies["lc-enforce"].pk)


def taken_back(town: Town) -> Case:
    """Found out later: the body had it, and stands aside now."""
    case = taken(town)
    recuse(case.pk, town.bodies["lc-enforce"], by=town.by("taker"), now=timezone.now())
    return case


def waiting(town: Town) -> Case:
    return taken(town, matter="03")


KINDS: list[Callable[[Town], Case]] = [plain, handled, answered, elsewhere, sealed, against_it, taken_back, waiting]


def taken(town: Town, **said: Any) -> Case:
    """Received now: seats are those of today."""
    more = {"matter": "010101", "place": "330302001"} | said
    words: Message = message(town, **more)
    return Case.objects.get(pk=receive(words, by=CITIZEN, now=timezone.now()).case_id)


# -- what is compared --------------------------------------------------------------------------------------------------
def client(town: Town, username: str) -> Client:
    found = Client(headers={"host": "localhost"}, raise_request_exception=False)
    found.force_login(town.seats[username].officer, backend="django.contrib.auth.backends.ModelBackend")
    return found


def said(answer: Any, path: str) -> tuple[int, str]:
    """Status and page, without its own address and its token."""
    page = unquote(unquote(answer.content.decode("utf-8", "replace"))).replace(path, "")
    return answer.status_code, TOKEN.sub("", page)


def state() -> tuple[Any, ...]:
    """Everything an act could change, short: the events, and each case and leg with where it stands."""
    cases = tuple(Case.objects.order_by("pk").values_list("pk", "state", "snag", "due", "round", "confidential"))
    legs = tuple(Leg.objects.order_by("pk").values_list("pk", "state", "due"))
    return Event.objects.count(), cases, legs


def role_of(town: Town, username: str) -> str:
    return town.seats[username].role


# -- the matrix --------------------------------------------------------------------------------------------------------
def test_the_map_of_a_case_is_what_it_should_be() -> None:
    """Every act on a case that a seat may take stands in it."""
    acts = {right.split(".")[1] for right in RIGHTS if right.startswith("cases.")}
    on_cases = {name for name, _ in addresses()}
    assert len(on_cases & acts) >= 25
    assert len(cells()) * len(SEATS) * len(KINDS) > 4000, "cells asked below"


@pytest.mark.parametrize("username", SEATS)
def test_what_may_not_be_seen_is_answered_as_what_is_not_there(town: Town, username: str) -> None:
    cases = {kind(town): kind.__name__ for kind in KINDS}
    here, sight = client(town, username), visible(town.seats[username], timezone.now())
    seen, before, leaks = set(sight.filter(pk__in=[c.pk for c in cases])), state(), []
    for cell in cells():
        nothing = said(getattr(here, cell.method)(cell.path(ABSENT)), cell.path(ABSENT))
        assert nothing[0] in (404, 405), (cell, nothing[0])
        for case, kind in cases.items():
            path = cell.path(case.pk)
            if case not in seen and said(getattr(here, cell.method)(path), path) != nothing:
                leaks.append((cell.name, cell.method, kind))
            if case in seen and cell.method == "get" and cell.name != "case":
                assert here.get(path).status_code < 500, cell
    assert not leaks
    assert state() == before


@pytest.mark.parametrize("username", SEATS)
def test_what_a_role_may_not_do_changes_nothing(town: Town, username: str) -> None:
    """A value in every field does not get a seat without the right past the door. Who may is a matter of the role, and a refusal
    draws the whole page: each cell is asked on one kind of case, the kinds in turn over seats and cells. ZHIZE_MATRIX=whole: on all."""
    here, role = client(town, username), role_of(town, username)
    cases = [kind(town) for kind in (plain, answered, sealed, waiting)]
    barred = [c for c in cells() if c.method == "post" and (r := RIGHTS.get(f"cases.{c.name}")) and role not in r.roles]
    assert barred
    before = state()
    for turn, cell in enumerate(barred, list(SEATS).index(username)):
        if cell.name == "look":  # a body looks by a right of its own
            continue
        for case in cases if os.environ.get("ZHIZE_MATRIX") == "whole" else [cases[turn % len(cases)]]:
            answer = here.post(cell.path(case.pk), filled(cell))
            assert answer.status_code in (400, 403, 404, 405, 409), (cell.name, answer.status_code)
    assert state() == before


def filled(cell: Cell) -> dict[str, str]:
    """Plausible words in every field of the act's form."""
    from zhize.cases.forms.acts import FORMS

    if cell.name not in FORMS:
        return {}
    front = f"{cell.name}-1" if "no" in cell.kwargs else cell.name
    fields = {**FORMS[cell.name].base_fields, **dict.fromkeys(FORMS[cell.name].PICKS)}
    known = {"body": "lc-env", "matter": "010101", "kind": "complaint", "days": "1", "purpose": "试一试"}
    return {f"{front}-{name}": known.get(name, _choice(field)) for name, field in fields.items()}


def _choice(field: Any) -> str:
    choices = [c for c in getattr(field, "choices", []) if c[0]]
    return str(choices[0][0]) if choices else "试一试"


@pytest.mark.parametrize("username", SEATS)
def test_lists_show_a_seat_only_what_it_may_open(town: Town, username: str) -> None:
    """Queues, the list of all, searches and the cases behind every figure: each number shown can be opened."""
    made = {kind(town).no: kind.__name__ for kind in KINDS}
    seen = set(visible(town.seats[username], timezone.now()).values_list("no", flat=True))
    here = client(town, username)
    for path in lists():
        answer = here.get(path)
        shown = {no for no in made if no in unquote(answer.content.decode())}
        assert shown <= seen, (path, [made[no] for no in shown - seen])


def lists() -> list[str]:
    """Every page of the hotline's desk that takes no more than words: read off the map."""
    from zhize.cases.metrics import METRICS

    found = [
        reverse(f"cases:{p.name}")
        for p in get_resolver("zhize.cases.urls").url_patterns
        if getattr(p, "name", None) and not p.pattern.converters and str(p.pattern).startswith("desk/")
    ]
    behind = [f"/desk/figures/{name}/?days=7&side={side}" for name in METRICS for side in ("whole", "part")]
    return [*found, "/desk/cases/?q=占道", "/desk/cases/?kind=report", *behind]


def test_nobody_signed_out_sees_that_there_is_a_case(town: Town) -> None:
    case, nobody = plain(town), Client(headers={"host": "localhost"})
    for cell in cells():
        answer = getattr(nobody, cell.method)(cell.path(case.pk))
        assert answer.status_code == 405 or "/sign-in/" in answer["Location"], cell


def test_rows_are_guarded_without_the_application_too(town: Town) -> None:
    """What was looked at, who stands aside and what went out cannot be unsaid by SQL."""
    from django.db import DatabaseError, transaction

    case = taken_back(town)
    for statement in ("delete from cases_recusal", "update cases_recusal set why = 'x'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert case.recusals.count() == 1
