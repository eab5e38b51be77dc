"""Figures on the page: filtered, with what they leave out, and the very cases behind each; who may see which."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import timezone

from zhize.cases.commands import (
    ask_exclusion,
    exclude,
    follow_up,
    look,
    reply,
    request_return,
    sign,
    tally,
)
from zhize.cases.metrics import METRICS
from zhize.cases.models import Case, Leg, Return, Tally
from zhize.cases.queries.figures import Span, counted, figures, span_of
from zhize.cases.queries.league import league
from zhize.cases.queries.measuring import MEASURES, behind
from zhize.cases.queries.spreads import spreads
from zhize.cases.tests.conftest import CLERK, Town, at
from zhize.cases.tests.stories import TUESDAY, WEDNESDAY, everywhere, handler, lead, replied, sent
from zhize.cases.tests.test_pages_desk import Story, story  # noqa: F401

pytestmark = pytest.mark.django_db
MARCH = (date(2016, 3, 1), date(2016, 3, 31))
LATER = at("2016-04-10 09:00")


def test_the_table_of_metrics_and_how_they_are_asked_are_one() -> None:
    assert set(METRICS) == set(MEASURES)
    for name, measures in MEASURES.items():
        grounds = {ground for m in measures for ground in m.out}
        assert grounds == {ground for ground, _ in METRICS[name].out}, name
        assert METRICS[name].whole and METRICS[name].part


def test_the_cases_behind_a_figure_are_as_many_as_it_says(town: Town) -> None:
    everywhere(town)
    _, leg = replied(town)
    ask_exclusion(leg.pk, "beyond", "政策没有", by=town.by("lc"), now=WEDNESDAY)
    exclude(leg.case_id, agreed=True, by=town.by("supervisor"), now=WEDNESDAY)
    span = span_of(*MARCH, LATER)
    for f in figures(span):
        for side, n in [("whole", f.whole), *((f"out_{g}", n) for g, _, n in f.out)]:
            rows = behind(f.name, side, span.start, span.end, None, None)
            assert rows.count() == n, (f.name, side)


# -- the tally ---------------------------------------------------------------------------------------------------------
def asked_every_way(town: Town, span: Span) -> dict[str, object]:
    city, body = town.places["330302"].pk, town.bodies["lc-enforce"].pk
    return {
        "all": [(f.name, f.part, f.whole, f.out, f.still) for f in figures(span)],
        "place": [(f.name, f.part, f.whole, f.out, f.still) for f in figures(span, place_id=city)],
        "body": [(f.name, f.part, f.whole, f.out, f.still) for f in figures(span, body_id=body)],
        "bodies": counted(list(METRICS), span, by=("body",)),
        "days": counted(["leg_on_time"], span, by=("day",)),
    }


def told(said: dict[str, object]) -> dict[str, object]:
    """Groups without anything in them say nothing."""
    for name in ("bodies", "days"):
        said[name] = {
            m: {k: c for k, c in groups.items() if c.whole or any(c.out.values())} for m, groups in said[name].items()
        }  # type: ignore[attr-defined]
        for groups in said[name].values():  # type: ignore[attr-defined]
            for c in groups.values():
                c.out = {g: n for g, n in c.out.items() if n}
    return said


def test_a_year_from_the_tally_is_what_the_rows_say(town: Town) -> None:
    everywhere(town)
    case, leg = replied(town)
    ask_exclusion(leg.pk, "beyond", "政策没有", by=town.by("lc"), now=WEDNESDAY)
    exclude(case.pk, agreed=True, by=town.by("supervisor"), now=WEDNESDAY)
    follow_up(
        case.pk, reached=True, contacted=True, solved=True, satisfied="partly", by=town.by("taker"), now=WEDNESDAY
    )
    span = span_of(date(2016, 1, 1), date(2016, 4, 10), LATER)
    rows = told(asked_every_way(town, span))
    assert tally(by=CLERK, now=LATER) == Tally.objects.count() > 0
    assert told(asked_every_way(town, span)) == rows


def test_what_came_after_the_count_is_added_from_the_rows(town: Town) -> None:
    replied(town)
    tally(by=CLERK, now=at("2016-03-05 02:00"))
    sent(town, now=at("2016-03-07 10:00"))
    span = span_of(*MARCH, LATER)
    [on_time] = figures(span, names=["leg_on_time"])
    assert (on_time.part, on_time.whole, on_time.still) == (1, 2, 1)


def test_the_next_night_knows_what_changed_in_days_gone_by(town: Town) -> None:
    case, leg = replied(town)
    tally(by=CLERK, now=LATER)
    ask_exclusion(leg.pk, "beyond", "政策没有", by=town.by("lc"), now=LATER)
    exclude(case.pk, agreed=True, by=town.by("supervisor"), now=LATER)
    tally(date(2016, 3, 1), by=CLERK, now=LATER)
    [on_time] = figures(span_of(*MARCH, LATER), names=["leg_on_time"])
    assert on_time.whole == 0 and ("excluded", "经热线同意剔除", 1) in on_time.out


def test_only_the_machine_counts_at_night(town: Town) -> None:
    from zhize.kernel.errors import Refusal

    with pytest.raises(Refusal):
        tally(by=town.by("supervisor"), now=LATER)


# -- the league --------------------------------------------------------------------------------------------------------
def rated(town: Town, n: int, satisfied: str = "yes", place: str = "330302001") -> None:
    for _ in range(n):
        case, _leg = replied(town, place=place)
        follow_up(case.pk, reached=True, contacted=True, solved=satisfied != "no", satisfied=satisfied, by=town.by("taker"), now=WEDNESDAY)  # fmt: skip


def test_bodies_are_ranked_among_those_with_as_much_to_do(town: Town) -> None:
    from zhize.policy.commands import one, set_policy

    set_policy(
        [one("cases.league.groups", town.places["330300"], {"large": 6, "medium": 3}, date(2015, 1, 1))],
        instrument=town.paper, by=CLERK, now=TUESDAY,
    )  # fmt: skip
    rated(town, 6, "partly")
    rated(town, 5, "yes", "330304001")
    found = league(span_of(*MARCH, LATER), town.places["330300"].pk, None)
    assert {g.size: [(r.name, r.rank, r.volume) for r in g.rows] for g in found.groups} == {
        "large": [("鹿城区综合行政执法局", 1, 6)], "medium": [("瓯海区综合行政执法局", 1, 5)], "small": [],
    }  # fmt: skip
    scores = {r.name: r.score for r in found.rows}
    assert scores["瓯海区综合行政执法局"] == 100.0
    assert scores["鹿城区综合行政执法局"] == 96.0, "0.1 + 0.5 + 0.4 × 0.9"
    assert found.formula == "10×响应率＋50×解决率＋40×满意率" and found.paper


def test_whoever_has_few_answers_is_not_ranked(town: Town) -> None:
    rated(town, 4)
    [row] = league(span_of(*MARCH, LATER), town.places["330300"].pk, None).rows
    assert row.score is None and row.rank is None and row.answers == 4


# -- the pages ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def answered(story: Story) -> Iterator[Story]:  # noqa: F811
    """A case answered today, by the body that holds its matter."""
    leg = lead(story.case)
    now = timezone.now()
    sign(leg.pk, by=handler(story.town, leg), now=now)
    reply(leg.pk, "已劝离。", by=handler(story.town, leg), now=now)
    yield story


def test_figures_lead_to_their_cases(answered: Story) -> None:
    page = answered.page("supervisor", "/desk/figures/?days=7")
    assert "/desk/figures/cited/?days=7" in page and "有据分派率" in page
    behind_it = answered.page("supervisor", "/desk/figures/cited/?days=7&side=part")
    assert answered.case.no in behind_it
    assert answered.case.no not in answered.page("supervisor", "/desk/figures/cited/?days=7&side=rest")
    assert answered.case.no not in answered.page("oh", "/desk/figures/cited/?days=7"), "another body's seat"
    assert answered.at("supervisor").get("/desk/figures/nothing/").status_code == 404


def test_a_body_sees_its_own_figures_whatever_it_asks_for(answered: Story) -> None:
    page = answered.page("oh", "/desk/figures/?days=7&body=lc-enforce&place=330300")
    assert "瓯海区综合行政执法局" in page and "0 / 0" in page


def test_a_period_that_ends_before_it_begins_is_said_at_its_field(story: Story) -> None:  # noqa: F811
    answer = story.at("supervisor").get("/desk/figures/?first=2016-03-02&last=2016-03-01")
    assert answer.status_code == 400 and "不能早于" in answer.content.decode()


def test_the_league_says_its_weights_and_their_paper(answered: Story) -> None:
    page = answered.page("supervisor", "/desk/league/?days=30")
    assert "10×响应率＋50×解决率＋40×满意率" in page and "不满 5 件的不排名" in page
    assert answered.at("lc").get("/desk/league/").status_code == 200


def test_who_looked_is_for_the_auditor_and_the_supervisor(story: Story) -> None:  # noqa: F811
    look(story.pk, "回访核实", by=story.town.by("taker"), now=timezone.now())
    page = story.page("supervisor", "/desk/looks/")
    assert "回访核实" in page and "taker" in page and "13812345678" not in page
    assert "回访核实" in story.page("supervisor", f"/desk/looks/?no={story.case.no}")
    assert "回访核实" not in story.page("supervisor", "/desk/looks/?who=nobody")
    assert story.at("taker").get("/desk/looks/").status_code == 403


def test_today_is_in_the_last_seven_days(answered: Story) -> None:
    span = span_of(timezone.localdate() - timedelta(days=6), timezone.localdate(), timezone.now())
    [cited] = figures(span, names=["cited"])
    assert cited.whole == Leg.objects.count() and Case.objects.exists()


# -- how values lie ----------------------------------------------------------------------------------------------------
def test_how_long_and_how_often_is_told_with_its_spread(town: Town) -> None:
    """Three cases sent at once, one answered a day later, one disputed and not ruled on, one passed on."""
    replied(town)
    _, leg = sent(town)
    request_return(
        leg.pk, body=town.bodies["lc-env"], duty=town.duties["food"], reason="油烟", by=town.by("lc"), now=TUESDAY
    )
    Return.objects.filter(leg=leg).update(decision="dispute", decided_at=WEDNESDAY)
    found = {x.spread.name: x for x in spreads(span_of(*MARCH, at("2016-03-05 10:00")))}
    assert (found["dispatch_hours"].n, found["dispatch_hours"].p95) == (2, 0.0)
    assert (found["answer_days"].n, found["answer_days"].p50) == (1, 1.0)
    assert (found["hops"].mean, found["hops"].most) == (1.0, 1.0)
    assert (found["dispute_days"].n, found["dispute_days"].most) == (1, 3.0)
    assert (found["open_days"].n, found["open_days"].p50) == (1, 4.0)
    district = spreads(span_of(*MARCH, LATER), [town.places["330304001"].pk])
    assert {x.n for x in district} == {0} and district[0].p50 is None


def test_who_tells_the_same_again_is_counted_by_telephone_and_matter(town: Town) -> None:
    for now, phone in (
        (TUESDAY, "13812345678"),
        (at("2016-03-20 10:00"), "13812345678"),
        (WEDNESDAY, "13900000000"),
        (WEDNESDAY, ""),
    ):
        sent(town, now, phone=phone)
    sent(town, at("2016-03-21 10:00"), phone="13900000000", matter="020101")
    month, found = span_of(*MARCH, LATER), {}
    for f in figures(month, names=["repeated_30", "repeated_90"]):
        found[f.name] = (f.part, f.whole, {g: n for g, _, n in f.out})
    assert found == {"repeated_30": (1, 4, {"unknown": 1}), "repeated_90": (1, 4, {"unknown": 1})}
    early = span_of(date(2016, 3, 1), date(2016, 3, 15), LATER)
    assert figures(early, names=["repeated_30"])[0].part == 0
