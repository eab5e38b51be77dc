"""The rule book: numbered, in order, findings in sentences."""

from collections.abc import Iterable

import pytest

from zhize.kernel.rule import Hit, Rule, RuleBook, Touched

HOLDERS = {"档案处罚": ["档案局"], "市容处罚": ["城管局", "执法局"], "绿化处罚": []}


def book() -> RuleBook:
    rules = RuleBook()

    @rules.rule(2, "coverage", "W", article="§11-2", says="“{duty}”没有人负责")
    def uncovered(touched: Touched) -> Iterable[Hit]:
        for duty, bodies in HOLDERS.items():
            if not bodies and (touched is None or duty in touched):
                yield [duty], {"duty": duty}

    @rules.rule(1, "exclusive", "E", article="§11-1", says="“{duty}”同时由{bodies}负责")
    def exclusive(touched: Touched) -> Iterable[Hit]:
        for duty, bodies in HOLDERS.items():
            if len(bodies) > 1 and (touched is None or duty in touched):
                yield [duty, *bodies], {"duty": duty, "bodies": "、".join(bodies)}

    return rules


def test_rules_run_in_the_order_of_their_numbers() -> None:
    found = book().run()
    assert [finding.rule.no for finding in found] == [1, 2]
    assert found[0].says == "“市容处罚”同时由城管局、执法局负责"
    assert found[0].rows == ["市容处罚", "城管局", "执法局"]
    assert found[0].is_error and not found[1].is_error
    assert found[1].as_dict()["article"] == "§11-2"


def test_only_what_was_touched_is_looked_at() -> None:
    assert [finding.says for finding in book().run(touched={"绿化处罚"})] == ["“绿化处罚”没有人负责"]
    assert book().run(touched=set()) == []


def test_a_name_is_given_once_and_one_number_may_ask_two_things() -> None:
    both = book()
    both.append(Rule(1, "another", "E", "", "", lambda touched: []))
    assert [rule.no for rule in both] == [1, 1, 2]
    with pytest.raises(ValueError, match="in the book already"):
        book().append(Rule(9, "coverage", "E", "", "", lambda touched: []))


def test_a_book_is_made_of_a_list() -> None:
    assert [rule.no for rule in RuleBook(reversed(book()))] == [1, 2]
