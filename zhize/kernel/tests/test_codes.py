"""Code schemes: every example of spec domain §0.1, and each way to get one wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from zhize.kernel import codes
from zhize.kernel.errors import BadInput

VALID_USCC = ["12100000400000624D", "12100000470095016Q", "113307277559109857"]


@pytest.mark.parametrize(("code", "kind"), list(zip(VALID_USCC, ["事业单位", "事业单位", "机关"], strict=True)))
def test_the_three_credit_codes_of_the_spec_pass(code: str, kind: str) -> None:
    assert codes.check_uscc(code) == code
    assert codes.kind_of_uscc(code) == kind


def test_a_credit_code_is_kept_in_capitals_without_spaces() -> None:
    assert codes.check_uscc(" 1210 0000 4000 0062 4d ") == VALID_USCC[0]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("12100000400000624E", "校验码应为 D，写的是 E"),
        ("12100000400000624", "应为 18 位"),
        ("I2100000400000624D", "不用 I、O、S、V、Z"),
        ("1210000O400000624D", "第 3 至 8 位是区划数字"),
        ("", "应为 18 位"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_the_reason(code: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        codes.check_uscc(code)


def _with_check(seventeen: str) -> str:
    return seventeen + uscc.calc_check_digit(seventeen)


def test_the_inner_organisation_code_and_division_are_checked_too() -> None:
    with pytest.raises(BadInput, match="组织机构代码"):
        codes.check_uscc(_with_check("11330727755910986"))
    with pytest.raises(BadInput, match="行政区划代码"):
        codes.check_uscc(_with_check("11990000755910985"))


@given(st.sampled_from(VALID_USCC), st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_never_passes(code: str, at: int, char: str) -> None:
    changed = code[:at] + char + code[at + 1 :]
    if changed != code:
        with pytest.raises(BadInput):
            codes.check_uscc(changed)


@pytest.mark.parametrize("code", ["400000624", "470095016", "755910985", "40000062-4"])
def test_organisation_codes(code: str) -> None:
    assert codes.check_orgcode(code) == code.replace("-", "")


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8))
def test_an_organisation_code_with_its_own_check_character_passes(eight: str) -> None:
    assert codes.check_orgcode(eight + codes.orgcode_check(eight)) == eight + codes.orgcode_check(eight)


def test_the_check_character_ten_is_written_x() -> None:
    eight = next(f"{n:08d}" for n in range(100) if codes.orgcode_check(f"{n:08d}") == "X")
    assert codes.check_orgcode(eight + "x") == eight + "X"


# -- people --------------------------------------------------------------------------------------------------
ID = "11010519491231002X"  # the sample number printed in GB 11643-1999


def test_a_citizen_number_tells_division_birth_and_sex() -> None:
    read = codes.read_citizen_id(ID)
    assert (read.area, read.born, read.male) == ("110105", date(1949, 12, 31), False)
    assert codes.check_citizen_id(ID.lower()) == ID


def test_the_old_fifteen_digits_widen_to_the_same_person() -> None:
    assert codes.widen_citizen_id("110105491231002") == ID
    with pytest.raises(BadInput):
        codes.widen_citizen_id("1101054912310021")


def _person(seventeen: str) -> str:
    return seventeen + ric.calc_check_digit(seventeen + "0")


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("110105194912310021", "校验码不符"),
        ("1101051949123100", "应为 17 位数字加 1 位校验码"),
        (_person("11010519490231002"), "不是历法上的日期"),
        (_person("99010519491231002"), "行政区划代码"),
    ],
)
def test_a_wrong_citizen_number_is_refused_and_not_repeated(number: str, why: str) -> None:
    with pytest.raises(BadInput, match=why) as no:
        codes.check_citizen_id(number)
    assert number not in str(no.value)  # a refusal may be logged


def test_the_right_check_character_of_a_person_is_not_given_away() -> None:
    with pytest.raises(BadInput) as no:
        codes.check_citizen_id("110105194912310021")
    assert "X" not in str(no.value)


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_of_a_person_never_passes(at: int, by: int) -> None:
    changed = ID[:at] + str((int(ID[at]) + by) % 10) + ID[at + 1 :]
    with pytest.raises(BadInput):
        codes.check_citizen_id(changed)


# -- places --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("000000", "nation"),
        ("100000", "nation"),
        ("330000", "province"),
        ("330300", "city"),
        ("330303", "county"),
        ("330383", "county"),  # 龙港, a city at county level
        ("422800", "city"),  # an autonomous prefecture
        ("429004", "county"),  # directly under the province
        ("110101", "county"),
        ("500243", "county"),
        ("330303009", "town"),
        ("441900003", "town"),  # a prefecture city without counties
        ("330303009001", "village"),
        ("330303009201", "village"),
        ("330303000", "county"),
        ("330303009000", "town"),
        ("330300000000", "city"),
    ],
)
def test_levels_of_division_codes(code: str, level: str) -> None:
    assert codes.level_of_area_code(code) == level
    assert codes.check_area_code(code) == code
    assert level in codes.AREA_LEVELS


@pytest.mark.parametrize(
    "code",
    [
        "",
        "33",
        "3303",
        "33030",
        "AB0300",
        "990000",
        "330001",
        "337501",
        "330303600",
        "330303009600",
        "330000001",
        "330303000001",
    ],
)
def test_codes_that_no_place_can_have_are_refused(code: str) -> None:
    with pytest.raises(BadInput, match="行政区划代码"):
        codes.check_area_code(code)


# -- power items ---------------------------------------------------------------------------------------------
def test_the_item_code_of_the_spec_is_taken_apart() -> None:
    read = codes.read_item_code("330275012000")
    assert (read.area, read.type, read.department, read.main, read.sub) == ("33", "02", "75", "012", "000")
    assert read.type_name == "行政处罚"
    assert not read.has_sub


@pytest.mark.parametrize(
    "code", ["33027501200", "3302750120000", "990275012000", "331175012000", "330275000000", "33027501200X"]
)
def test_wrong_item_codes_are_refused(code: str) -> None:
    with pytest.raises(BadInput, match="事项基本编码"):
        codes.read_item_code(code)


def test_national_items_begin_with_two_noughts() -> None:
    assert codes.read_item_code("000175012001").has_sub


def test_an_implementation_code_is_credit_code_level_and_item_code() -> None:
    read = codes.read_implementation_code("113307277559109857" + "4" + "330275012000")
    assert (read.uscc, read.level, read.item.code, read.serial) == (VALID_USCC[2], "4", "330275012000", "")
    assert codes.read_implementation_code("113307277559109857" + "4" + "330275012000" + "01").serial == "01"
    for wrong in (
        "113307277559109857" + "7" + "330275012000",
        "113307277559109857",
        "113307277559109857433027501200001x",
    ):
        with pytest.raises(BadInput):
            codes.read_implementation_code(wrong)


def test_the_tables_are_those_of_the_spec() -> None:
    assert list(codes.POWER_TYPES) == [*(f"{n:02d}" for n in range(1, 11)), "20"]
    assert codes.POWER_TYPES["02"] == "行政处罚" and codes.POWER_TYPES["20"] == "公共服务"
    assert codes.POWER_SOURCES["5"] == "上级委托" and codes.ACTING_BODIES["3"] == "受委托组织"
    assert codes.EXERCISE_LEVELS["4"] == "县" and codes.SERVED["9"] == "其他" and codes.HANDLING_KINDS["2"] == "承诺件"
    assert len(codes.PROVINCES) == 34
