"""What is kept back (内部, 涉密) is on no page of the register that everybody can open, whatever way leads there."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import Count
from django.test import Client

from tests.town import Town
from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of
from zhize.lists.tests.test_editions import deciding
from zhize.register.commands import describe
from zhize.register.models import Body, Duty, Holding
from zhize.register.queries import who
from zhize.register.queries.duties import duty_name
from zhize.register.queries.opened import told_openly
from zhize.register.terms import Described

JULY = date(2016, 7, 1)
ON = {"day": "2016-07-01"}


@pytest.fixture
def anybody(town: Town) -> Client:
    return Client(headers={"host": "localhost"})


@pytest.fixture
def held(town: Town) -> Holding:
    """A power only one body has."""
    alone = Holding.objects.as_of(JULY).order_by().values("duty").annotate(n=Count("pk")).filter(n=1).values("duty")
    rows = Holding.objects.as_of(JULY).filter(
        duty__in=alone, place__key="330300", capacity="NAME_HOLDER", duty__kind="power"
    )
    return rows.select_related("duty", "body", "instrument").order_by("pk")[0]


def keep_back(town: Town, duty: Duty, body: Body | None, word: str = "涉密", since: date = date(2016, 5, 1)) -> None:
    describe([Described(duty, {"openness": word}, since, body)],
             instrument=deciding(town), by=town.seat("dengji"), now=town.now)  # fmt: skip


def text(client: Client, address: str, **params: str) -> str:
    return client.get(address, ON | params).content.decode()


@pytest.mark.parametrize("by_the_catalogue", [True, False])
@pytest.mark.parametrize("only_today", [True, False])
def test_what_its_only_body_or_the_catalogue_keeps_back_is_nowhere(
    town: Town, anybody: Client, held: Holding, by_the_catalogue: bool, only_today: bool
) -> None:
    """Nor on a day on which it was open: whoever asks is shown it today."""
    duty, body = held.duty, held.body
    name, paper = duty_name(duty.pk, JULY), held.instrument
    ways = [
        ("/search/", {"q": name}), ("/search/suggest/", {"q": name}), (f"/bodies/{body.code}/", {"q": name}),
        (f"/duties/{duty.key}/", {}), ("/who/", {"q": duty.key, "place": "330300"}),
        (f"/instruments/{paper.key}/", {"what": "holding"}),
    ]  # fmt: skip
    before = [duty.key in text(anybody, way, **params) for way, params in ways]
    assert all(before[:5]), before
    since = day_of(town.now) if only_today else date(2016, 5, 1)
    keep_back(town, duty, None if by_the_catalogue else body, since=since)
    for way, params in ways:
        answer = anybody.get(way, ON | params)
        shown = answer.content.decode()
        assert answer.status_code == (404 if way.startswith(("/duties/", "/who/")) else 200), way
        if "q" not in params or params["q"] != name:  # the page gives back what was typed
            assert name not in shown, way
        if answer.status_code == 200:
            assert duty.key not in shown, way
    refused, unheard = (
        anybody.get("/who/", ON | {"q": q, "place": "330300", "format": "json"}) for q in (duty.key, "x-y-z")
    )
    assert refused.status_code == unheard.status_code
    assert refused.content.decode().replace(duty.key, "x-y-z") == unheard.content.decode()


def test_the_body_s_count_does_not_count_it(town: Town, anybody: Client, held: Holding) -> None:
    address = f"/bodies/{held.body.code}/"
    before = anybody.get(address, ON).context["total"]
    keep_back(town, held.duty, held.body, "内部")
    assert anybody.get(address, ON).context["total"] == before - 1


def test_the_office_itself_is_still_answered(town: Town, held: Holding) -> None:
    """Dispatching and the command line ask the register, not the page."""
    keep_back(town, held.duty, held.body)
    answer = who(held.duty.key, town.place("330300").pk, JULY)
    assert answer.holder is not None and answer.holder.body_id == held.body_id
    with pytest.raises(BadInput):
        told_openly(answer, held.duty.key)  # and the page does not say that there is something to be kept back


def test_one_body_s_secret_is_not_the_others(town: Town, anybody: Client) -> None:
    """Of a power many bodies have, one keeps its own back: the others still answer, and it is not even named as rejected."""
    place, key = "330302", "env-noise"
    answer = who(key, town.place(place).pk, JULY)
    assert answer.holder is not None
    rows = Holding.objects.as_of(JULY).filter(duty__key=key).exclude(body=answer.holder.body_id).select_related("body")
    other = next(h for h in rows if h.duty_id == answer.duty_id)
    keep_back(town, other.duty, other.body)
    page = anybody.get("/who/", ON | {"q": key, "place": place})
    assert page.status_code == 200 and f"/bodies/{other.body.code}/" not in page.content.decode()
    duty = anybody.get(f"/duties/{key}/", ON)
    assert duty.status_code == 200 and f"/bodies/{other.body.code}/" not in duty.content.decode()


def test_what_the_body_opens_is_open_whatever_the_catalogue_says(town: Town, anybody: Client, held: Holding) -> None:
    keep_back(town, held.duty, None, "内部")
    keep_back(town, held.duty, held.body, "公开")
    assert anybody.get(f"/duties/{held.duty.key}/", ON).status_code == 200
    assert held.duty.key in text(anybody, f"/bodies/{held.body.code}/", q=duty_name(held.duty_id, JULY))
