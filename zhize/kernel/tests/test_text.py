"""Folding, grams and document numbers; the examples are those of spec domain §0."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhize.kernel.errors import BadInput
from zhize.kernel.text import STRICT, docnumber, fold, grams, looks_like_docnumber, read_docnumber, similarity

words = st.text("温州市綜合行政執法局「」《》 ａ１审批不出区", max_size=12)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("「審批不出區」", "审批不出区"),
        ("《浙江省 檔案條例》", "浙江省档案条例"),
        ("ＡＢＣ１２３（试行）", "ABC123(试行)"),
        ("“四张清单”\u3000一张网", "四张清单一张网"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(words)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_grams_find_a_two_character_word() -> None:
    assert set(grams("执法")) <= set(grams("溫州市綜合行政執法局"))
    assert grams("") == []


@given(words, words)
def test_similarity_is_symmetric_and_between_nought_and_one(one: str, two: str) -> None:
    assert similarity(one, two) == similarity(two, one)
    assert 0 <= similarity(one, two) <= 1
    assert similarity(one, one) == 1


def test_similar_names_score_higher_than_strangers() -> None:
    name = "温州市综合行政执法局"
    assert similarity(name, "溫州市綜合行政執法局") == 1
    assert similarity(name, "温州市行政执法局") > similarity(name, "温州市档案局") > similarity(name, "绿化")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("温政办[2016]42号", "温政办〔2016〕42号"),
        ("温政办(2016)42号", "温政办〔2016〕42号"),
        ("温政办（2016）42号", "温政办〔2016〕42号"),
        ("温政办【2016】42号", "温政办〔2016〕42号"),
        (" 温政办〔２０１６〕 42 号 ", "温政办〔2016〕42号"),
        ("溫政辦發〔2016〕第042號", "温政办发〔2016〕42号"),
        ("浙政发〔2015〕4号", "浙政发〔2015〕4号"),
        ("中办发〔2015〕21号", "中办发〔2015〕21号"),
        ("国办发明电〔2015〕18号", "国办发明电〔2015〕18号"),
        ("国发〔2002〕17", "国发〔2002〕17号"),
    ],
)
def test_document_numbers_are_kept_in_one_spelling(written: str, kept: str) -> None:
    assert docnumber(written) == kept
    assert STRICT.match(kept)
    assert docnumber(kept) == kept and read_docnumber(kept).flags == ()


def test_the_misprint_of_the_plan_is_tolerated_and_flagged() -> None:
    read = read_docnumber("浙政辦法〔2015〕110號")
    assert read.text == "浙政办法〔2015〕110号"
    assert (read.year, read.serial) == (2015, 110)
    assert read.suggestion == "浙政办发〔2015〕110号"
    assert any("疑为误印" in flag and read.suggestion in flag for flag in read.flags)
    assert any("繁体" in flag for flag in read.flags)


def test_what_was_put_right_is_said() -> None:
    flags = " ".join(read_docnumber("温政办〔2016〕第042").flags)
    assert "第" in flags and "0" in flags and "号" in flags


@pytest.mark.parametrize(
    "text",
    ["", "国务院令第486号", "温政办42号", "温政办〔16〕42号", "温政办〔2016〕0号", "A〔2016〕1号", "温〔2016〕1号"],
)
def test_what_is_no_document_number_is_refused(text: str) -> None:
    assert not looks_like_docnumber(text)
    with pytest.raises(BadInput, match="不是发文字号"):
        docnumber(text)


def test_the_dictionaries_are_loaded_only_when_chinese_text_comes() -> None:
    """A command that meets none should not pay for them."""
    code = (
        "import sys; from zhize.kernel import text; text.fold('abc');"
        "assert 'opencc' not in sys.modules; text.fold('執法'); assert 'opencc' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
