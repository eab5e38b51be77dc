"""调整对照表: what became of a list, line by line, with the act and the paper of each."""

from __future__ import annotations

from datetime import date, timedelta

from tests.town import Town
from zhize.lists.queries.changes import Point, between, since
from zhize.lists.queries.editions import content
from zhize.lists.queries.issues import Issue
from zhize.lists.tests.test_editions import LATER, MAY, deciding, one, published
from zhize.register.commands import describe, withdraw
from zhize.register.models import Holding
from zhize.register.terms import Described

JULY = date(2016, 7, 1)


def test_what_was_handed_over_is_one_line_with_giver_taker_and_notice(town: Town) -> None:
    found = since(Issue("power", town.body("wz-zhujian")), Point(MAY), Point(JULY))
    passed = [c for c in found if c.how == "passed"]
    assert passed
    assert {(c.giver, c.taker) for c in passed} == {("温州市住房和城乡建设委员会", "温州市综合行政执法局")}
    assert all(c.causes and c.causes[0][0].kind in ("notice", "reply", "decision") for c in passed)
    assert {e.act for c in passed for _, e in c.causes} == {"hand_over"}


def test_a_government_s_table_tells_a_transfer_once(town: Town) -> None:
    found = since(Issue("power", place=town.place("330300")), Point(MAY), Point(JULY))
    moved = [c.item["key"] for c in found if c.how == "passed" and c.taker == "温州市综合行政执法局"]
    assert moved and len(moved) == len(set(moved))


def test_a_changed_field_is_shown_before_and_after_with_its_paper(town: Town) -> None:
    body = town.body("wz-zhujian")
    first = one(town, "wz-zhujian")
    key = content(first)["items"][0]["key"]
    paper = deciding(town, number="温政办发〔2016〕99号")
    describe([Described(town.duty(key), {"unit": "法规处"}, MAY, body)],
             instrument=paper, by=town.seat("dengji"), now=town.now + LATER)  # fmt: skip
    second = one(town, "wz-zhujian", now=town.now + 2 * LATER)
    (change,) = between(first, second)
    assert (change.how, change.item["key"]) == ("changed", key)
    assert [(p.label, p.before, p.after) for p in change.parts] == [("承办机构", "", "法规处")]
    assert [(p.citation, e.act) for p, e in change.causes] == [("温政办发〔2016〕99号", "describe")]


def test_a_correction_s_table_names_the_act_that_corrected(town: Town) -> None:
    wrong = one(town, "wz-zhujian")
    row = Holding.objects.as_of(MAY).filter(body=town.body("wz-zhujian"), duty__kind="power").order_by("pk")[0]
    withdraw([row], why="误登", instrument=deciding(town, number="温政发〔2016〕9号"), by=town.seat("dengji"), now=town.now + LATER)  # fmt: skip
    right = one(town, "wz-zhujian", now=town.now + 2 * LATER, corrects=wrong, reason="误登")
    (change,) = between(wrong, right)
    assert change.how == "removed"
    assert [(p.citation, e.act) for p, e in change.causes] == [("温政发〔2016〕9号", "withdraw")]


def test_the_table_between_editions_does_not_change_when_the_register_learns_more(town: Town) -> None:
    first = one(town, "wz-zhujian")
    body, key = town.body("wz-zhujian"), content(first)["items"][0]["key"]
    for n, unit in ((1, "甲处"), (3, "乙处")):
        describe([Described(town.duty(key), {"unit": unit}, MAY, body)],
                 instrument=deciding(town), by=town.seat("dengji"), now=town.now + n * LATER)  # fmt: skip
        if n == 1:
            second = published(town, "wz-zhujian", now=town.now + 2 * LATER)[0]
    said = [c.as_dict() for c in between(first, second)]
    assert said[0]["parts"][0]["after"] == "甲处"
    assert len(said[0]["causes"]) == 1


def test_two_days_of_the_same_list_without_change_have_an_empty_table(town: Town) -> None:
    assert since(Issue("power", town.body("wz-zhujian")), Point(MAY), Point(MAY + timedelta(days=1))) == []
