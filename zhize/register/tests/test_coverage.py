"""Rule 2: what the catalogue wants a county to do somebody does there, or a reason is on record."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.town import Town, system
from zhize.kernel.errors import Refusal
from zhize.kernel.rule import Finding
from zhize.policy.commands import set_policy
from zhize.policy.models import Setting
from zhize.register import commands
from zhize.register.invariants import BOOK
from zhize.register.models import Absence, DutyLink
from zhize.register.terms import Excused

COVERAGE = next(rule for rule in BOOK if rule.no == 2)


def act(town: Town) -> dict[str, Any]:
    return {"by": system(), "now": town.now}


def gaps(town: Town, duty: str, place: str) -> list[Finding]:
    name = town.place(place).names.live().latest("from_day").name  # type: ignore[attr-defined]
    return [f for f in COVERAGE.run() if f.rows == [f"duty:{town.duty(duty).pk}"] and f.says.startswith(name)]


def excuse(town: Town, place: str, day: date = date(2020, 1, 1)) -> list[Absence]:
    line = Excused(town.duty("gap-indoor-air"), town.place(place), 4, "no_business", day)
    return commands.excuse([line], instrument=town.notice(), **act(town))


def test_a_gap_is_a_warning_until_a_reason_is_recorded(town: Town) -> None:
    assert [f.severity for f in gaps(town, "fin-tax", "330303")] == ["W"]
    assert gaps(town, "fin-tax", "330302") == []  # recorded: 已划转


def test_where_policy_says_lists_must_be_complete_a_gap_is_an_error(town: Town) -> None:
    row = Setting(key="coverage.binding", place=town.place("330303"), value=True, from_day=date(2020, 1, 1))
    set_policy([row], instrument=town.notice(), **act(town))
    assert [f.is_error for f in gaps(town, "fin-tax", "330303")] == [True]
    assert [f.is_error for f in gaps(town, "fin-tax", "330304")] == [False]


def test_what_one_county_laid_down_for_itself_binds_no_other(town: Town) -> None:
    assert gaps(town, "local-330305-boats", "330302") == []


def test_a_second_reason_ends_the_first(town: Town) -> None:
    excuse(town, "330302")
    excuse(town, "330302", date(2021, 1, 1))
    spans = (
        Absence.objects.live().filter(duty__key="gap-indoor-air").order_by("from_day").values_list("from_day", "to_day")
    )
    assert list(spans) == [(date(2020, 1, 1), date(2021, 1, 1)), (date(2021, 1, 1), None)]


def test_a_duty_is_related_once_and_never_to_itself(town: Town) -> None:
    one, two = town.duty("arc-copy"), town.duty("arc-sell")
    said: dict[str, Any] = {"day": date(2016, 1, 1), "instrument": town.notice(), **act(town)}
    commands.relate(one, two, DutyLink.How.DERIVES, **said)
    with pytest.raises(Refusal, match="已经登记"):
        commands.relate(one, two, DutyLink.How.DERIVES, **said)
    with pytest.raises(Refusal, match="自己"):
        commands.relate(one, one, DutyLink.How.DERIVES, **said)
