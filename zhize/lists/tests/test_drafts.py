"""A batch that is not in force yet is a draft: it can be tried, decided or not, and nothing stays of it."""

from __future__ import annotations

import pytest

from tests.town import Town
from zhize.kernel.errors import BadInput
from zhize.lists import commands
from zhize.lists.models import Adjustment, Batch
from zhize.lists.tests.test_adjusting import asked, body, decided, through  # noqa: F401
from zhize.record.models import Event, Instrument
from zhize.register.drafts import find, open_drafts, supposing
from zhize.register.models import Body, Holding


def test_a_batch_is_tried_before_and_after_it_is_decided(town: Town, body: Body) -> None:  # noqa: F811
    """Not decided: on a paper of its government, as of the day asked for. Decided: on its own paper and day."""
    a = through(town, commands.draft(asked(town, body), by=town.seat("qingdan"), now=town.now))
    batch = commands.gather([a.pk], by=town.seat("dengji"), now=town.now)
    before = (Holding.objects.count(), Event.objects.count(), Instrument.objects.count())
    tried(town, batch)
    assert (Holding.objects.count(), Event.objects.count(), Instrument.objects.count()) == before
    assert Adjustment.objects.get(pk=a.pk).state == "gathered"
    assert f"batch:{batch.pk}" in {key for _, some in open_drafts() for key, _ in some}


def tried(town: Town, batch: Batch) -> None:
    with supposing(find(f"batch:{batch.no}", town.now.date()), town.now) as changed:
        assert (changed.begun, changed.day) == (1, town.now.date())
        assert (
            Holding.objects.live()
            .filter(body=batch.adjustments.get().body, duty__wordings__name="对擅自占用演示绿道行为的处罚")
            .exists()
        )


def test_a_batch_of_another_city_or_none_is_not_found(town: Town) -> None:
    with pytest.raises(BadInput):
        find("batch:999999", town.now.date())
