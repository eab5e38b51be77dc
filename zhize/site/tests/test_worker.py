"""Stories of the work behind: sealing, the nightly check, the watch over cases."""

from __future__ import annotations

from tests.town import Town, system
from zhize.record.models import Event
from zhize.site.commands import check
from zhize.site.tasks import nightly_check, watch_cases


def test_the_nightly_check_leaves_one_event_with_its_counts(town: Town) -> None:
    check(by=system(), now=town.now)
    event = Event.objects.latest("id")
    assert event.act == "check"
    assert event.payload["counts"]["broken"] == 0
    assert event.payload["counts"]["errors"] == 0
    assert event.payload["counts"]["warnings"] == len(event.payload["findings"]) > 0


def test_the_check_names_what_was_altered(town: Town) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("alter table record_event disable trigger user")
        cursor.execute("update record_event set who = '别人' where act = 'hand_over'")
    found = check(by=system(), now=town.now)
    assert [b["what"] for b in found["broken"]] == ["event"]


def test_the_periodic_work_can_be_run_any_number_of_times(town: Town) -> None:
    before = Event.objects.filter(act__in=["resume", "urge"]).count()
    for _ in range(2):
        watch_cases(timestamp=0)
    nightly_check(timestamp=0)
    assert Event.objects.filter(act__in=["resume", "urge"]).count() == before
    assert Event.objects.latest("id").act == "check"
