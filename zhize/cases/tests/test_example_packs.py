"""Limits as Beijing and Guangdong set them (cases.md §2.3-3, -4): each example is loaded, and cases are reckoned by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from zhize.accounts.models import By
from zhize.cases.commands import classify
from zhize.cases.models import Case
from zhize.cases.queries.clocks import case_lines
from zhize.cases.tests.conftest import CLERK, SETUP, START, Town, at, forget
from zhize.cases.tests.stories import fresh, received
from zhize.kernel.clock import Limit
from zhize.kernel.period import day_of
from zhize.paths import CHECKOUT
from zhize.places.commands import establish
from zhize.places.terms import Dated, PlaceHistory
from zhize.policy.commands import set_policy
from zhize.policy.keys import KEYS
from zhize.record.models import Instrument
from zhize.register.commands import appoint
from zhize.register.loading.packs import Pack, read_packs
from zhize.register.loading.papers import enter_instruments, instruments_of
from zhize.register.loading.rules import settings_of
from zhize.register.models import Seat

FRIDAY = at("2022-09-30 16:00")  # before the national day of 2022: 1–7 October off, 8 and 9 October worked


PROVINCES = {"110000": "北京市", "440000": "广东省"}


@pytest.fixture
def provinces(town: Town, tmp_path: Path) -> Iterator[Town]:
    """The small town, with two provinces that stand by the examples and by the nation's calendar."""
    lives = [
        PlaceHistory(key, 2, lives=[Dated("x", START)], names=[Dated(name, START)], codes=[Dated(key, START)])
        for key, name in PROVINCES.items()
    ]
    town.places |= establish(lives, instrument=town.paper, by=CLERK, now=SETUP)
    packs = beside_the_nation(tmp_path)
    papers = enter_instruments(instruments_of(packs), by=CLERK, now=SETUP)
    at_home = {p.place: town.places.get(p.place, town.places["330000"]) for p in packs}
    for paper, rows in settings_of(packs, papers, at_home).items():
        mine = [row for row in rows if row.key.startswith("calendar.") or row.place.key in PROVINCES]
        mine = [row for row in mine if row.key != "calendar.2016"]  # the small town has its own
        if mine:
            set_policy(mine, instrument=papers[paper], by=CLERK, now=SETUP)
    forget()
    yield town
    for key in PROVINCES:
        del town.places[key]


def beside_the_nation(folder: Path) -> list[Pack]:
    """As a centre would have them."""
    for name in ("national", "examples/beijing", "examples/guangdong"):
        (folder / Path(name).name).symlink_to(CHECKOUT / "packs" / name)
    return read_packs(folder)


def due(town: Town, place: str, **said: Any) -> datetime:
    return received(town, now=FRIDAY, place=place, **said).due


def test_beijing_grades_by_urgency_in_hours_and_calendar_days(provinces: Town) -> None:
    said = {
        "三楼煤气泄漏，老人晕倒了": timedelta(hours=2),
        "小区从早上起停水": timedelta(hours=24),
        "燃气泄漏以后停气了": timedelta(hours=2),  # the first grade that the words name
    }
    assert {text: due(provinces, "110000", text=text) - FRIDAY for text in said} == said
    assert day_of(due(provinces, "110000", text="路面坑洼")) == date(2022, 10, 7), "seven days, holidays among them"


def test_beijing_gives_hard_cases_fifteen_days_but_not_the_urgent_ones(provinces: Town) -> None:
    town = provinces
    seat = Seat(
        officer=town.seats["taker"].officer,
        role="dispatcher",
        body=town.bodies["hotline"],
        place=town.places["110000"],
        from_day=START,
    )
    appoint([seat], instrument=Instrument.objects.get(key="bj-2021-jiesujiban-draft"), by=CLERK, now=SETUP)
    by = By(seat.officer_id, seat.pk, "taker", "web")
    for text, wanted in (("两个街道交界处的路灯", date(2022, 10, 15)), ("整栋楼停电", date(2022, 10, 1))):
        case = received(town, now=FRIDAY, place="110000", text=text)
        classify(case.pk, matter=town.matters["010101"], complex=True, by=by, now=FRIDAY)
        assert day_of(fresh(case).due) == wanted


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [("enquiry", "2022-10-09"), ("help", "2022-10-19"), ("suggestion", "2022-10-19"), ("complaint", "2022-10-26"),
     ("report", "2022-10-26")],
)  # fmt: skip
def test_guangdong_grades_by_kind_in_working_days(provinces: Town, kind: str, wanted: str) -> None:
    """Received on the Friday before the national day: 8 and 9 October are worked, 1–7 are not."""
    assert day_of(due(provinces, "440000", kind=kind)).isoformat() == wanted


def test_a_limit_taken_from_a_draft_says_so_to_whoever_recomputes_it(provinces: Town) -> None:
    case = received(provinces, now=FRIDAY, place="110000", text="小区停电")
    said = case_lines(Case.objects.select_related("terms").get(pk=case.pk))["promise"]
    assert said[0].startswith("承诺办理时限24小时，依据《接诉即办工作规范（征求意见稿）》（待核）")


def test_every_limit_of_the_examples_is_dated_cited_and_owns_its_doubt(tmp_path: Path) -> None:
    for pack in beside_the_nation(tmp_path)[1:]:
        papers = {row["key"] for row in pack.rows("instrument")}
        for row in pack.rows("setting"):
            assert row["since"] and row["instrument"] in papers and "value" in row["unverified"], row["key"]
            KEYS.check(row["key"], row["value"])
        for grade in (g for row in pack.rows("setting") if row["key"] == "cases.limit.grades" for g in row["value"]):
            assert grade["name"] and grade["words"] and Limit.parse(grade["limit"])
