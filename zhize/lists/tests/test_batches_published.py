"""A batch takes effect, and on the same day its lists are published: by the calendar, once, both sides of what it moves."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from tests.town import Town
from zhize.kernel.period import day_of
from zhize.lists import commands
from zhize.lists.commands.adjusting.calendar import turn_over
from zhize.lists.models import Adjustment, Batch, Edition
from zhize.lists.queries.editions import content, prove
from zhize.lists.queries.lag import of_edition
from zhize.lists.queries.planned import planned
from zhize.lists.terms import Asked, Draft
from zhize.lists.tests.test_adjusting import asked, decided, paper, some_item, through
from zhize.lists.tests.test_adjusting_pages import desk
from zhize.lists.tests.test_editions import published
from zhize.record.models import Event
from zhize.register.models import Body

DAYS = timedelta(days=10)


@pytest.fixture
def body(town: Town) -> Body:
    return town.body("wz-zhujian")


@pytest.fixture
def day(town: Town) -> date:
    """The day of taking effect, ten days on."""
    return day_of(town.now + DAYS)


@pytest.fixture
def standing(town: Town, body: Body) -> Edition:
    edition = published(town, "wz-zhujian", day=day_of(town.now) - timedelta(days=1))[0]
    town.now += timedelta(milliseconds=1)  # nothing may be recorded behind it
    return edition


def addition(town: Town, body: Body) -> Adjustment:
    return through(town, commands.draft(asked(town, body), by=town.seat("qingdan"), now=town.now))


def of(batch: Batch) -> list[Edition]:
    return list(Edition.objects.filter(instrument=batch.instrument).order_by("pk"))


def test_the_list_is_published_on_the_day_and_not_before(town: Town, body: Body, day: date, standing: Edition) -> None:
    a = addition(town, body)
    batch = decided(town, a, day=day)
    assert batch.publish and [x.body for x in planned(batch)] == [body]
    assert turn_over(town.now)["published"] == [] and of(batch) == []
    assert turn_over(town.now + DAYS)["published"] == [batch.no]
    edition = of(batch)[0]
    assert (edition.day, edition.public_from, edition.serial) == (day, day, standing.serial + 1)
    assert a.name in {i["name"] for i in content(edition)["items"]} and prove(edition).holds
    lags = of_edition(edition)
    assert lags and not any(lag.late for lag in lags)


def test_it_is_published_once_however_often_the_calendar_comes_round(
    town: Town, body: Body, day: date, standing: Edition
) -> None:
    batch = decided(town, addition(town, body), day=day)
    for hours in range(3):
        turn_over(town.now + DAYS + timedelta(hours=hours))
    assert len(of(batch)) == 1


def test_the_event_goes_out_and_names_whose_lists_should_follow(
    town: Town, body: Body, day: date, standing: Edition
) -> None:
    batch = decided(town, addition(town, body), day=day)
    turn_over(town.now + DAYS)
    event = Event.objects.filter(act="publish").order_by("-pk")[0]
    assert event.tell and event.payload["batch"] == batch.no and len(event.payload["next_level"]) >= 11


def test_both_sides_of_what_is_moved_are_published_together(
    town: Town, body: Body, day: date, standing: Edition
) -> None:
    duty, to = some_item(town, body), town.body("wz-zhifa")
    a = commands.draft(Asked(body, "move", Draft(mode="划转"), "改", duty, to), by=town.seat("qingdan"), now=town.now)
    batch = decided(town, through(town, a), day=day, kind="notice")
    turn_over(town.now + DAYS)
    made = of(batch)
    assert {e.body_id for e in made} == {body.pk, to.pk} and len({(e.day, e.event_id) for e in made}) == 1
    mine, theirs = ({i["key"] for i in content(e)["items"]} for e in sorted(made, key=lambda e: e.body_id != body.pk))
    assert duty.key not in mine and duty.key in theirs


def test_what_somebody_published_meanwhile_is_not_published_again(
    town: Town, body: Body, day: date, standing: Edition
) -> None:
    batch = decided(town, addition(town, body), day=day)
    commands.effect(batch.pk, by=town.seat("dengji"), now=town.now + DAYS)
    by_hand = published(town, "wz-zhujian", day=day, now=town.now + DAYS + timedelta(minutes=1))[0]
    assert turn_over(town.now + DAYS + timedelta(hours=1))["published"] == [batch.no]
    assert Edition.objects.filter(kind="power", body=body).order_by("-serial")[0] == by_hand


def test_a_first_edition_is_left_to_a_person_and_the_page_says_so(town: Town, body: Body, day: date) -> None:
    batch = decided(town, addition(town, body), day=day)
    assert turn_over(town.now + DAYS)["unpublished"] == [batch.no]
    assert turn_over(town.now + DAYS + timedelta(hours=1))["unpublished"] == []
    batch.refresh_from_db()
    assert "还没有公布过" in batch.unpublished and not of(batch)


def test_whoever_decides_may_leave_publishing_to_people(town: Town, body: Body, standing: Edition) -> None:
    batch = commands.gather([addition(town, body).pk], by=town.seat("dengji"), now=town.now)
    address, now = f"/desk/batches/{batch.pk}/", datetime.now(town.now.tzinfo)
    page = desk("shenpi").get(address).content.decode()
    assert "施行当天公布所涉清单" in page and "温州市住房和城乡建设局权力清单" in page and "checked" in page
    said = {"enact-instrument": paper(town).key, "enact-day": f"{now.date()}"}
    assert desk("shenpi").post(f"{address}enact/", said).status_code == 302
    turn_over(now + timedelta(days=1))
    batch.refresh_from_db()
    assert batch.state == "effective" and not batch.publish and not of(batch)
    assert "现在公布" in desk("dengji").get(address).content.decode()


def test_the_page_leads_to_what_was_published(town: Town, body: Body, standing: Edition) -> None:
    batch = decided(town, addition(town, body))
    turn_over(town.now + timedelta(seconds=1))
    page, edition = desk("dengji").get(f"/desk/batches/{batch.pk}/").content.decode(), of(batch)[0]
    assert edition.get_absolute_url() in page and "现在公布" not in page
    assert Client(headers={"host": "localhost"}).get(edition.get_absolute_url()).status_code == 200
