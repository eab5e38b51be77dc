"""An act is named by what it touched: one word may be said of bodies and of cases."""

from zhize.record.tellings import name_of_act


def test_merging_bodies_is_not_merging_cases() -> None:
    assert name_of_act("merge", ["body:1"]) != name_of_act("merge", ["case:1"])


def test_the_hotlines_acts_have_chinese_names() -> None:
    assert name_of_act("dispatch", ["case:1", "body:2"]) == "分派"
    assert name_of_act("nobody_named_this") == "nobody_named_this"
