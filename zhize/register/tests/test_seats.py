"""Giving seats."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.town import Town
from zhize.accounts.models import By
from zhize.kernel.errors import BadInput
from zhize.record.models import Event, Instrument
from zhize.register.commands import appoint


def test_naming_no_seat_is_refused_in_a_sentence_and_leaves_no_event(open_town: Town) -> None:
    before = Event.objects.count()
    with pytest.raises(BadInput, match="没有写明要安排哪个席位"):
        appoint([], instrument=Instrument.objects.all()[0], by=By.system("装载"), now=datetime.now(UTC))
    assert Event.objects.count() == before
