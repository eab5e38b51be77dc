"""The hard histories of spec §12 as lists tell them: a merger, a law repealed mid-year, 龙港市除外, one day's chain of acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction

from tests.town import Town, system
from zhize.lists.formats import export
from zhize.lists.queries.changes import Point, since
from zhize.lists.queries.editions import content, prove
from zhize.lists.queries.issues import Issue
from zhize.lists.queries.renderers import render
from zhize.lists.tests.test_editions import LATER, deciding, one
from zhize.lists.wording import place_word
from zhize.places.terms import Expression
from zhize.record.digest import canonical
from zhize.register import commands
from zhize.register.models import Body
from zhize.register.terms import Described, LawChanged, Line, Share, Transfer

MERGED = date(2019, 1, 31)  # 环境保护局 and others became 生态环境局
BEFORE = date(2019, 1, 30)
DAY = date(2018, 3, 1)


def test_a_merged_body_s_published_list_stays_readable_and_provable(town: Town) -> None:
    """§12.1: who is gone holds nothing, and its page of the day before still says what it held."""
    edition = one(town, "wz-huanbao", day=BEFORE, paper=deciding(town, date(2016, 1, 1)))
    assert edition.count and prove(edition).holds
    assert render(Issue("power", town.body("wz-huanbao")), MERGED)["items"] == []


def test_what_a_merger_moved_is_told_from_whom_to_whom(town: Town) -> None:
    found = since(Issue("power", town.body("wz-huanbao")), Point(BEFORE), Point(MERGED))
    assert found and {c.how for c in found} == {"passed"}
    assert {(c.giver, c.taker) for c in found} == {("温州市环境保护局", "温州市生态环境局")}


def test_a_law_repealed_mid_year_suspends_its_items_in_the_list_of_that_day(town: Town) -> None:
    """§12.9: the list flips on the day even if the paperwork is late, and the edition of the day before does not."""
    body = town.who("arc-copy", "330300", date(2023, 3, 1)).answer.holder.body_id

    issue = Issue("power", Body.objects.get(pk=body))
    paper = town.notice(
        kind="law", issuer_class="人大", issuer_level="nation", number="", title="废止决定", effective=date(2023, 3, 1)
    )
    commands.change_law(
        LawChanged("档案法", "repealed", date(2023, 3, 1), ()), instrument=paper, by=town.seat("dengji"), now=town.now
    )
    days = {
        day: {i["key"]: i["suspended"] for i in render(issue, day)["items"]}
        for day in (date(2023, 2, 28), date(2023, 3, 1))
    }
    assert [d["arc-copy"] for d in days.values()] == [None, "2023-03-01"]
    sheet = b"".join(export(render(issue, date(2023, 3, 1)), "csv")).decode()
    assert "自2023-03-01起暂停行使" in sheet


def test_a_list_says_which_city_is_left_out(town: Town) -> None:
    """§12.4: 苍南县（龙港市除外）."""
    day = date(2020, 1, 1)
    body = town.body("wz-zhifa", day)
    duty = town.duty("arc-copy")
    where = Expression((town.place("330300", day).pk,), (town.place("330383", day).pk,))
    line = Line(duty, body, 3, where, day, capacity="PERFORMER")
    commands.assign([line], instrument=deciding(town, day), by=system(), now=town.now)
    item = next(i for i in render(Issue("power", body), day)["items"] if i["key"] == duty.key)
    assert [place_word(h) for h in item["held"]] == ["温州市（龙港市除外）"]
    assert prove(one(town, "wz-zhifa", day=day, paper=deciding(town, day), now=town.now + LATER)).holds


def test_one_day_s_acts_give_the_same_list_in_whatever_order_they_were_entered(town: Town) -> None:
    """§12.21: two papers of one day, entered forwards and backwards."""
    key = content(one(town, "wz-zhujian", day=DAY, paper=deciding(town)))["items"][0]["key"]
    housing, other = town.body("wz-zhujian"), town.body("wz-shuili")
    kept = render(Issue("power", housing), DAY)["items"][0]
    place = town.place(kept["held"][0]["place"]["key"])
    share = Expression((place.pk,))
    moved = Transfer(town.duty(key), (Share(housing, share),), (Share(other, share),), level=kept["held"][0]["level"])
    papers = [deciding(town, DAY, number=f"温政发〔2018〕{n}号") for n in (1, 2)]

    def hand_over(n: int) -> None:
        commands.hand_over([moved], day=DAY, instrument=papers[0], by=system(), now=town.now + n * LATER)

    def describe(n: int) -> None:
        said = [Described(town.duty(key), {"unit": "水政处"}, DAY, other)]
        commands.describe(said, instrument=papers[1], by=system(), now=town.now + n * LATER)

    lists = [_entered(acts, housing, other) for acts in ((hand_over, describe), (describe, hand_over))]
    assert lists[0] == lists[1]


def _entered(acts: tuple[Callable[[int], None], ...], *bodies: Any) -> list[bytes]:
    """The lists these acts lead to; taken back."""
    with transaction.atomic():
        for n, act in enumerate(acts, 1):
            act(n)
        made = [canonical(render(Issue("power", body), DAY)) for body in bodies]
        transaction.set_rollback(True)
    return made
