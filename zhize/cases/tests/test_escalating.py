"""催办 → 督办单 → 通报, by the calendar: yellow a working day before, red when late, an order after that, a draft notice after
that — each once, by the policy of the place."""

from __future__ import annotations

import pytest

from zhize.cases.commands import answer_order, reply, suspend, watch
from zhize.cases.models import Notice, Order, Urge
from zhize.cases.tests.conftest import Town, at
from zhize.cases.tests.stories import WEDNESDAY, handler, signed


def test_each_step_comes_once_and_in_its_time(town: Town) -> None:
    _, leg = signed(town)
    story = [
        ("2016-03-07 09:00", {"urged": 1, "red": 0, "ordered": 0, "named": 0}),
        ("2016-03-08 23:00", {"urged": 0, "red": 0, "ordered": 0, "named": 0}),
        ("2016-03-09 00:01", {"urged": 0, "red": 1, "ordered": 0, "named": 0}),
        ("2016-03-09 12:00", {"urged": 0, "red": 0, "ordered": 0, "named": 0}),
        ("2016-03-10 00:01", {"urged": 0, "red": 0, "ordered": 1, "named": 0}),
        ("2016-03-10 12:00", {"urged": 0, "red": 0, "ordered": 0, "named": 0}),
        ("2016-03-16 00:01", {"urged": 0, "red": 0, "ordered": 0, "named": 1}),
        ("2016-03-16 12:00", {"urged": 0, "red": 0, "ordered": 0, "named": 0}),
    ]
    for moment, wanted in story:
        done = watch(at(moment))
        assert {k: done[k] for k in wanted} == wanted, moment
    assert [u.kind for u in leg.urges.order_by("at")] == ["yellow", "red"]
    assert Order.objects.get().issuer is None and Order.objects.get().ground == "overdue"
    notice = Notice.objects.get()
    assert (notice.state, notice.place, notice.lines.get().body) == (
        "drafted", town.places["330300"], town.bodies["lc-enforce"],
    )  # fmt: skip


def test_a_body_does_not_supervise_itself_so_the_city_drafts(town: Town) -> None:
    """The district's own supervisor sits in the body that is late."""
    signed(town)
    watch(at("2016-03-16 00:01"))
    assert Notice.objects.get().place == town.places["330300"]


def test_two_late_bodies_stand_in_one_draft(town: Town) -> None:
    signed(town)
    watch(at("2016-03-16 00:01"))
    signed(town, place="330304001")
    watch(at("2016-03-16 00:02"))
    assert [(n.state, n.lines.count()) for n in Notice.objects.all()] == [("drafted", 2)]


def test_what_is_answered_goes_no_further(town: Town) -> None:
    _, leg = signed(town)
    watch(at("2016-03-09 00:01"))
    reply(leg.pk, "办好了", by=handler(town, leg), now=at("2016-03-09 09:00"))
    watch(at("2016-03-20 00:01"))
    assert not Order.objects.exists() and not Notice.objects.exists()


def test_a_standing_clock_shows_no_card(town: Town) -> None:
    case, _ = signed(town)
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=WEDNESDAY)
    watch(at("2016-04-20 00:01"))
    assert not Urge.objects.exists() and not Order.objects.exists()


def test_an_order_answered_does_not_answer_the_reporter(town: Town) -> None:
    """Who answers only the supervisor is still late to the citizen, and is named."""
    signed(town)
    watch(at("2016-03-10 00:01"))
    answer_order(Order.objects.get().pk, "正在办", approved_by="王局长", by=town.by("lc"), now=at("2016-03-11 09:00"))
    watch(at("2016-03-16 00:01"))
    assert Notice.objects.get().lines.count() == 1


@pytest.mark.parametrize("kind", ["yellow", "red"])
def test_a_reminder_by_others_does_not_spare_the_card(town: Town, kind: str) -> None:
    from zhize.cases.commands import urge

    _, leg = signed(town)
    urge(leg.pk, "请尽快", by=town.by("taker"), now=WEDNESDAY)
    watch(at("2016-03-07 09:00") if kind == "yellow" else at("2016-03-09 00:01"))
    assert Urge.objects.filter(leg=leg, kind=kind).count() == 1
