"""Sub-legs with their own clocks: who is brought in answers in its own time, and who must answer holds the case (§2.3-11)."""

from __future__ import annotations

from datetime import date

import pytest

from zhize.cases.commands import involve, reply, sign
from zhize.cases.models import Case, Leg
from zhize.cases.queries.clocks import leg_clock
from zhize.cases.queries.parts import late_parts
from zhize.cases.tests.conftest import CLERK, SETUP, Town, at
from zhize.cases.tests.stories import TUESDAY, WEDNESDAY, fresh, handler, signed
from zhize.kernel.errors import Refusal
from zhize.policy.commands import one, set_policy

END = "23:59:59.999999"


def joined(town: Town, *, required: bool = True) -> tuple[Case, Leg, Leg]:
    """The lead has five working days, whom it needs has two."""
    set_policy(
        [one("cases.limit.assist", town.places["330300"], "2wd", date(2016, 1, 1))],
        instrument=town.paper, by=CLERK, now=SETUP,
    )  # fmt: skip
    case, leading = signed(town)
    (part,) = involve(
        case.pk, [town.bodies["lc-env"]], "涉及油烟", required=required, by=town.by("dispatcher"), now=TUESDAY
    )
    return case, leading, part


def test_each_has_its_own_clock_and_prints_it(town: Town) -> None:
    case, leading, part = joined(town)
    assert (part.due, leading.due) == (at(f"2016-03-03 {END}"), at(f"2016-03-08 {END}"))
    terms, found = leg_clock(Leg.objects.select_related("terms", "case").get(pk=part.pk))
    assert found.due == part.due and town.paper.citation in terms.lines("promise", found)[0]
    assert fresh(case).due == case.due


def test_the_case_has_no_answer_until_everybody_who_must_has_answered(town: Town) -> None:
    case, leading, part = joined(town)
    reply(leading.pk, "已劝离", by=handler(town, leading), now=WEDNESDAY)
    assert fresh(case).state == "handling"
    sign(part.pk, by=town.by("env"), now=WEDNESDAY)
    reply(part.pk, "油烟达标", by=town.by("env"), now=WEDNESDAY)
    assert (fresh(case).state, fresh(case).answered_at) == ("replied", WEDNESDAY)


def test_who_only_helps_holds_nothing_up(town: Town) -> None:
    case, leading, _ = joined(town, required=False)
    reply(leading.pk, "已劝离", by=handler(town, leading), now=WEDNESDAY)
    assert fresh(case).state == "replied"


def test_the_case_is_late_when_a_required_part_is(town: Town) -> None:
    case, _, part = joined(town)
    friday = at("2016-03-04 09:00")
    assert not fresh(case).late_at(friday) and late_parts([case.pk], friday) == {case.pk}
    Leg.objects.filter(pk=part.pk).update(required=False)
    assert late_parts([case.pk], friday) == set()


def test_nobody_is_brought_in_twice_and_not_without_a_reason(town: Town) -> None:
    case, _, _ = joined(town)
    for bodies, why, code in ((["lc-env"], "再请", "already_in"), (["lc-market"], " ", "empty")):
        with pytest.raises(Refusal) as no:
            involve(case.pk, [town.bodies[b] for b in bodies], why, by=town.by("dispatcher"), now=TUESDAY)
        assert no.value.code == code
