"""The same affair told twice is merged, and taken apart again without loss."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from zhize.cases.commands import merge, rate, unmerge
from zhize.cases.models import Case, Extension, Leg, Merge, Suspension
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.stories import TUESDAY, WEDNESDAY, fresh, received, replied, sent
from zhize.cases.tests.test_screening import sent_back_while_standing
from zhize.kernel.errors import BadInput, Refusal
from zhize.record.models import Event


def stand(case: Case) -> dict[str, Any]:
    """Everything of a case and what hangs on it."""
    return {
        "case": Case.objects.filter(pk=case.pk).values().get(),
        "legs": list(Leg.objects.filter(case=case).order_by("no").values()),
        "suspensions": list(Suspension.objects.filter(case=case).order_by("pk").values()),
        "extensions": list(Extension.objects.filter(case=case).order_by("pk").values()),
    }


def test_merging_and_taking_apart_leaves_everything_as_it_was(town: Town) -> None:
    """The clock stands, an assistant is at work: merging ends both, taking apart gives both back."""
    case, master = sent_back_while_standing(town), received(town)
    before = stand(case)
    merge(case.pk, master.pk, by=town.by("taker"), now=TUESDAY)
    assert stand(case) != before and fresh(case).state == "merged"
    unmerge(case.pk, "不是同一个路口", by=town.by("dispatcher"), now=WEDNESDAY)
    assert stand(case) == before
    row = Merge.objects.get()
    assert (row.into, row.why, row.undone_at) == (master, "不是同一个路口", WEDNESDAY)


def test_time_asked_for_by_an_assistant_is_asked_for_again(town: Town) -> None:
    case = sent_back_while_standing(town)
    leg = Leg.objects.filter(case=case, state="dispatched").get()
    Leg.objects.filter(pk=leg.pk).update(state="signed", signed_at=TUESDAY)
    Extension.objects.create(
        case=case, leg=leg, round=1, asked_at=TUESDAY, asked_by=1, reason="检测", limit="1wd", state="asked"
    )
    before = stand(case)
    merge(case.pk, received(town).pk, by=town.by("taker"), now=TUESDAY)
    assert Extension.objects.get().state == "refused"
    unmerge(case.pk, "两回事", by=town.by("taker"), now=WEDNESDAY)
    assert stand(case) == before


def test_a_case_nobody_has_sorted_waits_to_be_sorted_again(town: Town) -> None:
    master, _ = sent(town)
    case = received(town)
    before = stand(case)
    merge(case.pk, master.pk, by=town.by("taker"), now=TUESDAY)
    unmerge(case.pk, "两回事", by=town.by("taker"), now=WEDNESDAY)
    assert stand(case) == before and fresh(case).state == "registered"


def test_what_is_taken_apart_can_be_merged_again_and_each_time_is_kept(town: Town) -> None:
    master, case = received(town), received(town)
    for _ in range(2):
        merge(case.pk, master.pk, by=town.by("taker"), now=TUESDAY)
        unmerge(case.pk, "两回事", by=town.by("taker"), now=WEDNESDAY)
    assert Merge.objects.filter(case=case, undone_at__isnull=False).count() == 2


def test_what_became_of_the_other_meanwhile_stays_its_own(town: Town) -> None:
    """The master's answer and rating are the master's; the one taken apart has none."""
    master, _ = replied(town)
    case = received(town)
    merge(case.pk, master.pk, by=town.by("taker"), now=WEDNESDAY)
    rate(master.pk, contacted=True, solved=True, satisfied="yes", by=town_citizen(), now=WEDNESDAY)
    unmerge(case.pk, "两回事", by=town.by("taker"), now=WEDNESDAY + timedelta(days=1))
    assert master.ratings.count() == 1 and case.ratings.count() == 0 and fresh(case).duplicate_of is None


def town_citizen() -> Any:
    from zhize.cases.tests.stories import CITIZEN

    return CITIZEN


def test_what_was_never_merged_is_not_taken_apart(town: Town) -> None:
    with pytest.raises(Refusal) as no:
        unmerge(received(town).pk, "两回事", by=town.by("taker"), now=TUESDAY)
    assert no.value.code == "not_merged"


def test_taking_apart_needs_a_reason_and_the_place(town: Town) -> None:
    master, case = received(town, place="330304001"), received(town, place="330304001")
    merge(case.pk, master.pk, by=town.by("taker"), now=TUESDAY)
    with pytest.raises(BadInput):
        unmerge(case.pk, " ", by=town.by("taker"), now=WEDNESDAY)
    with pytest.raises(Refusal) as no:
        unmerge(case.pk, "两回事", by=town.by("lc_taker"), now=WEDNESDAY)
    assert no.value.code == "other_place" and fresh(case).state == "merged"


def test_the_event_names_both(town: Town) -> None:
    master, case = received(town), received(town)
    merge(case.pk, master.pk, by=town.by("taker"), now=TUESDAY)
    unmerge(case.pk, "两回事", by=town.by("taker"), now=WEDNESDAY)
    event = Event.objects.get(act="unmerge")
    assert {f"case:{case.pk}", f"case:{master.pk}"} <= set(event.touched) and event.payload["into"] == master.no
