"""The office's letters teach the model; it says what it thinks, how sure it is and why."""

import json
import random

import numpy as np
import pytest

from zhize.cases.suggest import Message, Suggester
from zhize.cases.suggest.evaluate import cross_validate
from zhize.cases.suggest.tests.town_letters import LETTERS, UNSEEN, letters
from zhize.kernel.errors import BadInput


def test_a_letter_it_never_saw_gets_the_label_a_clerk_would_give(model):
    assert [suggestion.label for suggestion in model.suggest(UNSEEN)] == [message.label for message in UNSEEN]


def test_the_same_letters_make_the_same_model(model):
    assert Suggester.train(letters(), trained_on="2016-09-15").dump() == model.dump()


def test_a_kept_model_says_what_the_fresh_one_said(model):
    kept = Suggester.load(model.dump())
    assert kept.suggest(UNSEEN) == model.suggest(UNSEEN)
    assert kept.card == model.card
    assert kept.dump() == model.dump()


def test_one_by_one_or_together_makes_no_difference(model):
    together = model.suggest(UNSEEN)
    for message, suggestion in zip(UNSEEN, together, strict=True):
        alone = model.suggest([message])[0]
        assert (alone.label, alone.words) == (suggestion.label, suggestion.words)
        assert alone.confidence == pytest.approx(suggestion.confidence)


def test_the_words_that_weighed_stand_in_the_letter(model):
    for message, suggestion in zip(UNSEEN, model.suggest(UNSEEN), strict=True):
        assert suggestion.words
        assert all(word in message.title or word in message.text for word in suggestion.words)
    assert "工资" in "".join(model.suggest(UNSEEN)[1].words)


def test_traditional_script_full_width_and_cut_text_are_read_the_same(model):
    plain = Message("公交车班次太少", "公交车票价贵，ETC收费站也堵。")
    other = Message("公交車班次太少", "公交车 票价 贵 ，ＥＴＣ 收费站 也 堵 。")
    one, two = model.suggest([plain, other])
    assert (one.label, one.confidence) == (two.label, pytest.approx(two.confidence))
    assert all(word in other.title or word in other.text for word in two.words)


def test_confidence_is_a_chance_and_the_runners_up_come_after(model):
    chances = model.confidences([*letters(), *UNSEEN, Message("", ""), Message("abc", "１２３")])
    assert np.isfinite(chances).all() and (chances >= 0).all() and (chances.sum(axis=1) <= 1 + 1e-9).all()
    for suggestion in model.suggest(UNSEEN):
        assert suggestion.confidence >= suggestion.runners_up[0][1] >= suggestion.runners_up[1][1]


def test_a_letter_of_unknown_words_leaves_the_model_unsure(model):
    known, unknown = model.suggest([UNSEEN[1], Message("zzz", "qqq")])
    assert known.confidence > unknown.confidence == pytest.approx(1 / len(LETTERS)) and unknown.words == []


def test_the_card_says_on_what_when_and_how_good(model):
    card = json.loads(json.dumps(model.card, ensure_ascii=False))
    assert (card["messages"], card["trained_on"]) == (60, "2016-09-15")
    assert {row["label"]: row["messages"] for row in card["labels"]} == dict.fromkeys(LETTERS, 12)
    assert 0.5 < card["accuracy"] <= 1 and 0.5 < card["macro_f1"] <= 1


def test_the_less_goes_out_by_itself_the_surer_it_is(model):
    curve = model.card["coverage"]
    thresholds = [row["threshold"] for row in curve]
    assert [row["coverage"] for row in curve] == sorted(row["coverage"] for row in curve)
    assert thresholds == sorted(thresholds, reverse=True)
    assert curve[4]["accuracy"] >= curve[-1]["accuracy"] == model.card["accuracy"]
    reachable = model.threshold_for(curve[-1]["accuracy"])
    assert reachable is not None and reachable <= thresholds[0]
    assert model.threshold_for(1.01) is None


def test_progress_is_told_stage_by_stage():
    heard = []
    Suggester.train(letters(), progress=lambda stage, done, of: heard.append((stage, done, of)))
    assert ("folds", 4, 4) in heard and heard[-1] == ("weights", 1, 1)


@pytest.mark.parametrize(
    "messages",
    [[], letters()[:10], [Message("题", "文", "一类", str(n)) for n in range(50)], [Message("题", "文")] * 99],
)
def test_too_few_sorted_letters_are_refused_with_what_is_missing(messages):
    with pytest.raises(BadInput, match=r"还不能训练.*至少要有两类"):
        Suggester.train(messages)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda data: b"", "标记"),
        (lambda data: b"PK\x03\x04" + data, "标记"),
        (lambda data: data[:15] + b"\x00\x63" + data[17:], "第99版"),
        (lambda data: data[:-1], "校验码"),
        (lambda data: data[:400] + bytes([data[400] ^ 1]) + data[401:], "校验码"),
    ],
)
def test_a_damaged_or_foreign_model_is_refused(model, damage, why):
    with pytest.raises(BadInput, match=f"不是可用的事项建议模型.*{why}"):
        Suggester.load(damage(model.dump()))


def test_a_model_with_wrong_contents_is_refused(model):
    from zhize.cases.suggest import store

    facts, arrays = store.unpack(model.dump())
    for wrong in (
        {**arrays, "offsets": arrays["offsets"][:-1]},
        {**arrays, "idf": arrays["idf"].astype("float64")},
        {**arrays, "offsets": arrays["offsets"] * np.nan},
    ):
        with pytest.raises(BadInput, match="不是可用的事项建议模型"):
            Suggester.load(store.pack(facts, wrong))
    for bare in ({"labels": []}, [], {"labels": ["甲"]}):
        with pytest.raises(BadInput, match="缺少分类名称"):
            Suggester.load(store.pack(bare, arrays))


def test_a_group_never_stands_on_both_sides_of_the_measure():
    """Every letter sent three times: were a copy seen in training, the measure would be perfect."""
    copies = [Message(m.title, m.text, m.label, group=m.id, id=f"{m.id}/{n}") for m in letters() for n in range(3)]
    random.Random(7).shuffle(copies)
    measured = cross_validate(copies, folds=3, reference=True)
    for name in ("suggester", "reference"):
        assert 0.4 < measured[name]["accuracy"] < 1
        assert {"macro_f1", "accuracy_at_80", "train_seconds", "ms_per_message"} <= set(measured[name])
