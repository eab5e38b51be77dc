"""What holds at every address there is and will be: read off the map, so that a new page cannot forget it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from tests.town import Town
from zhize.accounts.models import By
from zhize.cases.commands import receive
from zhize.cases.models import Case
from zhize.cases.terms import Message
from zhize.register.models import Seat

OPEN_TO_ALL = re.compile(
    r"^(cases:(report|likely|track|tracked|rate|rate_by_link|reopen_own|urge_own|withdraw|leave|told_lately|attach_own)|lists:comment|set_language|accounts:)"
)
KEYED = re.compile(
    r"^(api:|cases:open311_)"
)  # no cookie is read there: the key is the proof, so there is no form to forge


def addresses() -> list[tuple[str, str]]:
    """Every named address with its name, any number or word in its places."""
    return [(name, reverse(name, kwargs=kwargs)) for name, kwargs in _patterns(get_resolver("zhize.urls").url_patterns)]


def _patterns(below: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, dict[str, str | int]]]:
    for entry in below:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else space)
        elif entry.name:
            kinds = entry.pattern.converters.items()
            yield space + entry.name, {k: 1 if type(c).__name__ == "IntConverter" else "x" for k, c in kinds}


DESK = [(name, path) for name, path in addresses() if path.startswith("/desk/")]
PUBLIC = [(name, path) for name, path in addresses() if not path.startswith("/desk/")]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_desk_opens_to_nobody_who_has_not_signed_in(method: str) -> None:
    citizen = Client(headers={"host": "localhost"})
    for name, path in DESK:
        answer = getattr(citizen, method)(path)
        assert answer.status_code == 405 or answer["Location"].startswith("/sign-in/?next="), name


@pytest.mark.django_db
def test_nothing_is_taken_from_a_form_that_is_not_ours() -> None:
    """Another site's page can make a browser post, but it does not have the token."""
    lured = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    assert not [name for name, path in addresses() if not KEYED.match(name) and lured.post(path).status_code != 403]


@pytest.mark.django_db
def test_where_keys_are_shown_nothing_is_taken_without_one() -> None:
    """Whoever is signed in in the same browser: a cookie opens nothing there."""
    lured = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    keyed = [(name, path) for name, path in addresses() if KEYED.match(name)]
    assert keyed and not [name for name, path in keyed if lured.post(path).status_code not in (401, 403, 404, 405)]


@pytest.mark.django_db
def test_the_public_side_takes_only_what_is_meant_for_it() -> None:
    """A page outside the desk is read; what it takes by POST is named here, so that one more is a decision."""
    citizen = Client(headers={"host": "localhost"}, raise_request_exception=False)
    taken = [name for name, path in PUBLIC if citizen.post(path).status_code != 405]
    assert not [name for name in taken if not OPEN_TO_ALL.match(name) and not KEYED.match(name)]


# -- the menu ----------------------------------------------------------------------------------------------------------
def test_no_menu_leads_a_seat_to_a_closed_door(town: Town) -> None:
    """One seat of each role opens everything its own menu offers; what is not offered is not for it."""
    seats = {s.role: s for s in Seat.objects.as_of(town.now.date()).select_related("officer")}
    offered: dict[str, set[str]] = {}
    for role, seat in seats.items():
        client = seated(seat)
        home = client.get("/desk/worklist/", follow=True).content.decode()
        offered[role] = set(re.findall(r'href="(/[^"]*)"', _menu(home)))
        shut = {path: code for path in offered[role] if (code := client.get(path, follow=True).status_code) != 200}
        assert not shut, (role, shut)
    assert "/desk/keys/" in offered["register_editor"] and "/desk/keys/" not in offered["call_taker"]
    assert "/desk/wall/" in offered["supervisor"] and "/desk/wall/" not in offered["handler"]


def _menu(page: str) -> str:
    return page[page.index('<nav class="desk-nav') :].split("</nav>")[0]


def test_a_page_for_other_seats_says_for_whom_it_is(town: Town) -> None:
    handler = Seat.objects.as_of(town.now.date()).filter(role=Seat.Role.HANDLER).select_related("officer")[0]
    said = seated(handler).get("/desk/wall/")
    assert said.status_code == 403 and "它是给督办员、分派员、审计员用的" in said.content.decode()


# -- who reported ------------------------------------------------------------------------------------------------------
NAME, PHONE = "欧阳金丝雀", "13987651234"


def test_who_reported_stands_nowhere_in_the_clear(town: Town) -> None:
    """A name nobody else has: no table holds it, no page shows it, whoever looks."""
    place = town.place("五马街道")
    said = Message("店外占道摆摊。", place.pk, kind="report", name=NAME, phone=PHONE, matter_id=None)
    case = Case.objects.get(pk=receive(said, by=By.citizen(), now=timezone.now()).case_id)
    assert not [table for table in tables() if holds(table, NAME) or holds(table, PHONE)]
    for seat in Seat.objects.as_of(town.now.date()).select_related("officer"):
        for path in (f"/desk/cases/{case.pk}/", "/desk/worklist/", "/desk/cases/", "/desk/events/", "/desk/gaps/"):
            page = seated(seat).get(path).content.decode()
            assert NAME not in page and PHONE not in page, (seat, path)


def tables() -> list[str]:
    return connection.introspection.table_names()


def holds(table: str, words: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f'select exists (select 1 from "{table}" t where t::text like %s)', [f"%{words}%"])
        return bool(cursor.fetchone()[0])


def seated(seat: Seat) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(seat.officer, "django.contrib.auth.backends.ModelBackend")
    kept = client.session
    kept["seat"] = seat.pk
    kept.save()
    return client
