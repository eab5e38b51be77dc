"""What a newcomer's desk shows the first day: four weeks of the hotline, in every state, made by its people's own acts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.conf import settings

from tests.town import Town
from zhize.cases import demonstration
from zhize.cases.invariants import BOOK
from zhize.cases.models import Case, Leg, Rating, Topic
from zhize.register.loading.packs import read_packs
from zhize.register.models import Holding


@pytest.fixture
def weeks(town: Town) -> datetime:
    """Four weeks after the standing town was recorded."""
    recorded = Holding.objects.live().order_by("-recorded_at").values_list("recorded_at", flat=True)[0]
    now = recorded + timedelta(weeks=4)
    demonstration.build(read_packs(settings.PACKS_DIR), began=recorded, now=now)
    return now


def test_there_is_a_case_at_each_desk(weeks: datetime) -> None:
    found = Counter(Case.objects.values_list("state", flat=True))
    assert found.keys() >= {"registered", "dispatched", "handling", "replied", "done", "closed"}
    assert Case.objects.filter(suspended=True).exists() and Leg.objects.filter(case__state="dispatched").exists()


def test_every_route_rests_on_what_was_known_then(weeks: datetime) -> None:
    assert BOOK.run(touched=None) == []


def test_some_are_late_some_were_done_again_and_rated(weeks: datetime) -> None:
    assert Case.objects.filter(due__lt=weeks, answered_at=None).exists()
    assert Rating.objects.filter(reached=False).exists()
    assert Case.objects.filter(round=2, state="closed").exists()


def test_two_affairs_are_hot_and_supervisors_were_told_of_the_larger(weeks: datetime) -> None:
    water, noise = Topic.objects.order_by("-recent")
    assert "发黄" in water.words and (water.recent, water.callers) == (6, 5) and water.told_at == weeks
    assert "施工" in noise.words and (noise.recent, noise.before, noise.callers) == (4, 2, 6) and noise.told_at is None
