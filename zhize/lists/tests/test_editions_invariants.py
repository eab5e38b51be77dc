"""Rules 16, 17 and 18: made again, in time, untouched."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from tests.town import Town
from zhize.lists.invariants import BOOK
from zhize.lists.queries.editions import content
from zhize.lists.queries.lag import figure, of_edition, waiting, working_days
from zhize.lists.tests.test_editions import LATER, deciding, one
from zhize.register.commands import describe
from zhize.register.terms import Described


def found(no: int) -> list[str]:
    rule = next(r for r in BOOK if r.no == no)
    return [f.says for f in rule.run(None)]


def said_anew(town: Town, edition, day: date, **paper: object) -> None:  # type: ignore[no-untyped-def]
    duty = town.duty(content(edition)["items"][0]["key"])
    describe([Described(duty, {"unit": "法规处"}, day, town.body("wz-zhujian"))],
             instrument=deciding(town, day, **paper), by=town.seat("dengji"), now=town.now + LATER)  # fmt: skip


def test_what_stands_published_breaks_no_rule(town: Town) -> None:
    one(town, "wz-zhujian", day=town.now.date(), paper=deciding(town))
    assert [found(no) for no in (16, 17, 18)] == [[], [], []]


def test_a_text_edited_by_hand_is_found(town: Town) -> None:
    edition = one(town, "wz-zhujian", day=town.now.date(), paper=deciding(town))
    with connection.cursor() as cursor:  # somebody with the database's own rights
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table lists_edition disable trigger lists_edition_never_edited")
        cursor.execute(
            "update lists_edition set content = replace(content, '许可', '准许') where id = %s", [edition.pk]
        )
        cursor.execute("alter table lists_edition enable trigger lists_edition_never_edited")
    assert "正文与公布时的摘要不符" in found(18)[0]


def test_a_row_slipped_behind_an_edition_is_found(town: Town) -> None:
    """Past the acts and past the trigger: the edition no longer comes out the same, and the first difference is named."""
    edition = one(town, "wz-zhujian", day=town.now.date(), paper=deciding(town))
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table register_dutywording disable trigger user")
        cursor.execute("update register_dutywording set name = '假的' || name where duty_id = "
                       "(select id from register_duty where key = %s)", [content(edition)["items"][0]["key"]])  # fmt: skip
        cursor.execute("alter table register_dutywording enable trigger user")
    assert "第一处在items[0" in found(16)[0]


def test_what_changed_long_ago_and_is_not_published_is_late(town: Town) -> None:
    day, before = town.now.date() - timedelta(days=60), figure(town.now.date())
    edition = one(town, "wz-zhujian", day=day, paper=deciding(town))
    said_anew(town, edition, day + timedelta(days=1))
    (lag,) = waiting(edition, town.now.date())
    assert lag.late and lag.days > 20
    assert "还没有公布" in found(17)[0]
    after = figure(town.now.date())
    assert {n: after[n] - before[n] for n in after} == {"lists": 1, "behind": 1, "late": 1, "median": 0, "measured": 0}


def test_the_lag_of_an_edition_is_counted_in_working_days_from_the_paper(town: Town) -> None:
    first = one(town, "wz-zhujian", day=town.now.date() - timedelta(days=30), paper=deciding(town))
    made = town.now.date() - timedelta(days=14)
    said_anew(town, first, made, published=made)
    second = one(town, "wz-zhujian", day=town.now.date(), paper=deciding(town), now=town.now + 2 * LATER)
    (lag,) = of_edition(second)
    assert (lag.made, lag.days, lag.late) == (made, working_days(made, town.now.date()), False)


@pytest.mark.parametrize(("start", "end", "days"), [
    (date(2016, 9, 30), date(2016, 10, 9), 2),  # 国庆 1–7 off, Saturday 8 and Sunday 9 worked
    (date(2016, 7, 1), date(2016, 7, 1), 0),
])  # fmt: skip
def test_make_up_days_count(town: Town, start: date, end: date, days: int) -> None:
    assert working_days(start, end) == days
