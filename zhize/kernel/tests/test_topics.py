"""Letters about one affair are found together, whatever order they come in."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from zhize.kernel.period import BEIJING
from zhize.kernel.topics import Told, counties, topics

MAY = datetime(2016, 5, 3, 9, tzinfo=BEIJING)
LIFT = "锦华花园三号楼的电梯又坏了，老人被困在里面，请派人检查。"
SMOKE = "碧湖新村楼下的饭店油烟直排，熏得住户不能开窗，请来看看。"
OTHERS = [
    "路灯不亮，走夜路害怕。",
    "公交车一个小时才来一班。",
    "图书馆周末能不能晚一点关门？",
    "井盖响了一夜。",
    "人行道的砖松了。",
]


def told() -> list[Told]:
    lifts = [Told(f"a{n}", "锦华花园电梯坏了", f"{LIFT}{'一二三四'[n]}", MAY + timedelta(days=n)) for n in range(4)]
    smoke = [Told(f"b{n}", "碧湖新村油烟扰民", f"{SMOKE}{'甲乙丙'[n]}", MAY + timedelta(days=40 + n)) for n in range(3)]
    return [*lifts, *smoke, *(Told(f"c{n}", "", text, MAY) for n, text in enumerate(OTHERS))]


def test_each_affair_is_one_topic_and_the_hottest_comes_first() -> None:
    lift, smoke = topics(told())
    assert (lift.members, smoke.members) == (["a0", "a1", "a2", "a3"], ["b0", "b1", "b2"])
    assert (lift.first_seen, lift.peak, lift.growth) == (MAY, 4, 4.0) and "电梯" in lift.words
    assert list(lift.days) == ["2016-05-03", "2016-05-04", "2016-05-05", "2016-05-06"]


def test_the_order_of_the_letters_changes_nothing() -> None:
    letters, wanted = told(), topics(told())
    for seed in range(5):
        random.Random(seed).shuffle(letters)
        assert topics(letters) == wanted


def test_what_is_said_again_after_the_window_is_another_topic() -> None:
    late = [Told(f"d{n}", t.title, t.text, MAY + timedelta(days=90 + n)) for n, t in enumerate(told()[:3])]
    assert [t.members for t in topics([*told(), *late])] == [
        ["a0", "a1", "a2", "a3"],
        ["b0", "b1", "b2"],
        ["d0", "d1", "d2"],
    ]


def test_counties_are_told_from_estates() -> None:
    assert counties("鹿城区和A7县的小区、工业园区") == {"鹿城区", "A7县"}
