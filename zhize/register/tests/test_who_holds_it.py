"""Stories of the standing town: who is responsible, and by which paper."""

from __future__ import annotations

from datetime import date

import pytest

from tests.town import Town
from zhize.kernel.errors import BadInput

STALLS, STREET = "摆摊", "五马街道"


def test_street_trading_was_the_city_management_bureaus_until_the_notice_took_effect(town: Town) -> None:
    before, after = town.who(STALLS, STREET, date(2016, 5, 31)), town.who(STALLS, STREET, date(2016, 6, 1))
    assert before.as_dict()["holder"]["name"] == "鹿城区城市管理行政执法局"
    assert after.as_dict()["holder"]["name"] == "鹿城区综合行政执法局"
    assert after.as_dict()["basis"][0]["span"] == ["2016-06-01", None]


def test_the_answer_cites_the_paper_that_makes_it_so_and_says_why_others_are_not(town: Town) -> None:
    said = town.who(STALLS, STREET, date(2016, 6, 1)).as_dict()
    assert said["answer"] == "one"
    assert said["basis"][0]["instrument"] == "温演〔2016〕1号"
    assert "更具体" in next(r["why"] for r in said["rejected"] if r["body"] == "温州市综合行政执法局")
    assert "当日已不再行使" in next(r["why"] for r in said["rejected"] if r["body"] == "鹿城区城市管理行政执法局")


@pytest.mark.parametrize(
    ("day", "above"),
    [
        (date(2000, 6, 1), "瓯海区"), (date(2002, 6, 1), "龙湾区"), (date(2014, 6, 1), "龙湾区"),
        (date(2016, 6, 1), "洞头区"), (date(2020, 12, 1), "洞头区"),
    ],
)  # fmt: skip
def test_lingkun_had_three_legal_parents(town: Town, day: date, above: str) -> None:
    from zhize.places.queries import chain_of, place_name

    names = [place_name(p, day) for p in chain_of(town.place("330305002", day).pk, day)]
    assert above in names


def test_a_retired_code_still_finds_its_place(town: Town) -> None:
    assert town.place("330322", date(2016, 1, 1)) == town.place("330305", date(2016, 1, 1))


def test_longgang_is_its_own_leaf_without_townships(town: Town) -> None:
    from zhize.places.queries import leaves
    from zhize.places.terms import Expression

    place = town.place("330383", date(2019, 12, 1))
    assert leaves(Expression((place.pk,)), date(2019, 12, 1)) == {place.pk}


def test_before_longgangs_own_bodies_stood_cangnans_answered_for_it(town: Town) -> None:
    interim, own = (town.who(STALLS, "330383", day).as_dict() for day in (date(2019, 9, 1), date(2019, 10, 1)))
    assert interim["holder"]["name"] == "苍南县综合行政执法局"
    assert own["holder"]["name"].startswith("龙港市")


def test_the_urban_area_had_three_districts_and_then_four(town: Town) -> None:
    from zhize.places.models import GroupMember

    group = town.place("市区")
    counts = [GroupMember.objects.as_of(d).filter(group=group).count() for d in (date(2015, 9, 1), date(2015, 9, 2))]
    assert counts == [3, 4]


def test_a_duty_nobody_holds_is_a_gap_and_says_so(town: Town) -> None:
    said = town.who("gap-indoor-air", STREET, date(2016, 6, 1)).as_dict()
    assert said["answer"] == "gap"
    assert said["holder"] is None
    assert "无人行使" in said["says"]


def test_an_unknown_matter_is_refused_with_what_to_do(town: Town) -> None:
    with pytest.raises(BadInput, match="找不到诉求事项"):
        town.who("吃火锅找不到座位", STREET, date(2016, 6, 1))


def test_concurrent_holders_are_shown_with_their_rule(town: Town) -> None:
    said = town.who("pol-square-dance", STREET, date(2016, 7, 1)).as_dict()
    assert said["answer"] in ("concurrent", "lead")
    assert said["rule"]


def test_the_citys_assistant_does_not_join_a_countys_holder(town: Town) -> None:
    said = town.who("餐饮油烟", STREET, date(2016, 7, 1)).as_dict()
    assert said["holder"]["name"] == "鹿城区综合行政执法局"
    assert [a["name"] for a in said["assist"]] == ["鹿城区市场监督管理局"]
    assert "温州市市场监督管理局" in {r["body"] for r in said["rejected"]}


def test_what_became_of_a_place_cites_the_paper_that_made_it_so(town: Town) -> None:
    from zhize.places.models import Succession

    split = Succession.objects.live().get(
        before=town.place("330305002"), after=town.place("330305006", date(2021, 1, 1))
    )
    assert split.instrument == town.paper("zj-2020-lingkun")
