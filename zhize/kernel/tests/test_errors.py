"""Refusals: one sentence, every part of it, in any language."""

import pickle

import pytest

from zhize.kernel.errors import BadInput, Refusal


def test_a_refusal_says_what_why_by_which_article_and_what_to_do_instead() -> None:
    no = Refusal(
        "不能把“{item}”委托给{body}",
        why="限制人身自由的处罚只能由公安机关行使",
        article="《行政处罚法》第十六条",
        rule="划转-3",
        instead="请从划转清单中删去这一项",
        item="行政拘留",
        body="综合行政执法局",
    )
    assert str(no) == (
        "不能把“行政拘留”委托给综合行政执法局：限制人身自由的处罚只能由公安机关行使"
        "（依据《行政处罚法》第十六条，规则划转-3）。请从划转清单中删去这一项。"
    )


def test_the_shortest_refusal_is_still_a_sentence() -> None:
    assert str(Refusal("案件已经归档")) == "案件已经归档。"
    assert str(Refusal("案件已经归档。")) == "案件已经归档。"


def test_the_template_is_translated_before_it_is_filled() -> None:
    english = {"没有{n}号案件": "There is no case {n}", "请核对编号": "Please check the number"}
    no = Refusal("没有{n}号案件", instead="请核对编号", n=4711)
    assert no.sentence(lambda text: english.get(text, text)) == "There is no case 4711。Please check the number。"


def test_as_dict_gives_the_parts_filled_and_the_sentence() -> None:
    told = BadInput(
        "“{text}”读不出来", why="不是日期", field="from_day", code="bad_day", details=[1], text="昨天"
    ).as_dict()
    assert told["what"] == "“昨天”读不出来"
    assert (told["field"], told["code"], told["details"]) == ("from_day", "bad_day", [1])
    assert told["sentence"] == "“昨天”读不出来：不是日期。"


@pytest.mark.parametrize("template", ["字段{missing}", "括号{", "{0}"])
def test_saying_a_refusal_never_fails(template: str) -> None:
    assert str(Refusal(template)) == template + "。"


def test_a_place_without_a_value_stays_visible() -> None:
    assert str(Refusal("{a}和{b}", a="甲")) == "甲和{b}。"


def test_bad_input_has_its_own_exit_code_and_status() -> None:
    assert (BadInput.exit_code, BadInput.http_status) == (2, 400)
    assert issubclass(BadInput, Refusal)


def test_a_refusal_travels_between_processes() -> None:
    no = Refusal("没有{n}", why="不在册", n=3)
    assert str(pickle.loads(pickle.dumps(no))) == str(no)  # noqa: S301
