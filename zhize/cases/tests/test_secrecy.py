"""Whoever reports wrongdoing: never routed to whom he complains of, read only without his traces, opened field by field."""

from __future__ import annotations

import pytest

from zhize.cases.commands import dispatch, look, receive, receive_many, recuse, redact, request_return
from zhize.cases.models import Case, Leg, Look, Recusal
from zhize.cases.queries.desk import lines, searched, visible
from zhize.cases.queries.outgoing import BLOT, blotted, outgoing
from zhize.cases.terms import Receipt
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.stories import CITIZEN, TUESDAY, fresh, message, received, sent
from zhize.kernel.errors import Refusal

NAME, PHONE = "欧阳明月", "13812345678"


def against(town: Town, body: str = "lc-enforce", **more: object) -> Case:
    """A report against the very body that the matter would go to."""
    said = message(town, kind="report", about=town.bodies[body].pk, name=NAME, phone=PHONE, **more)
    return Case.objects.get(pk=receive(said, by=CITIZEN, now=TUESDAY).case_id)


# -- never to whom it complains of -------------------------------------------------------------------------------------
def test_a_report_never_goes_to_the_body_it_complains_of(town: Town) -> None:
    case = against(town)
    assert (case.state, case.snag, case.confidential) == ("to_dispatch", "recused", True)
    assert not Leg.objects.filter(case=case).exists()
    dispatch(case.pk, by=town.by("dispatcher"), now=TUESDAY)
    assert fresh(case).state == "to_dispatch", "the register still names it"
    with pytest.raises(Refusal) as no:
        dispatch(case.pk, body=town.bodies["lc-enforce"], why="就近", by=town.by("dispatcher"), now=TUESDAY)
    assert no.value.code == "complained_of" and "上级" in str(no.value)
    dispatch(case.pk, body=town.bodies["lc-env"], why="由别的机构核查", by=town.by("dispatcher"), now=TUESDAY)
    assert Leg.objects.get(case=case).body.code == "lc-env"


def test_nor_as_an_assistant(town: Town) -> None:
    case = against(town)
    with pytest.raises(Refusal):
        dispatch(
            case.pk,
            body=town.bodies["lc-env"],
            assist=[town.bodies["lc-enforce"]],
            why="核查",
            by=town.by("dispatcher"),
            now=TUESDAY,
        )


def test_an_assisting_body_complained_of_is_left_out(town: Town) -> None:
    case = received(town, "")
    recuse(case.pk, town.bodies["lc-env"], by=town.by("taker"), now=TUESDAY)
    from zhize.cases.commands import classify

    classify(case.pk, matter=town.matters["020101"], by=town.by("taker"), now=TUESDAY)
    dispatch(case.pk, by=town.by("dispatcher"), now=TUESDAY)
    assert [leg.body.code for leg in Leg.objects.filter(case=case)] == ["lc-enforce"]


def test_a_batch_protects_as_a_form_does(town: Town) -> None:
    said = message(town, kind="report", about=town.bodies["lc-enforce"].pk)
    [taken] = receive_many([said], by=CITIZEN, now=TUESDAY)
    assert isinstance(taken, Receipt) and taken.snag == "recused"
    assert Recusal.objects.get(case=taken.case_id).body.code == "lc-enforce"


def test_nobody_of_it_sees_that_there_is_such_a_case(town: Town) -> None:
    """Its supervisor sits over the place and sees everything else there."""
    case, other = against(town), received(town, "03")
    assert set(visible(town.seats["lc_boss"], TUESDAY)) == {other}
    assert case in set(visible(town.seats["supervisor"], TUESDAY))
    with pytest.raises(Refusal) as no:
        look(case.pk, "核实", by=town.by("lc_boss"), now=TUESDAY)
    assert no.value.code == "confidential"


def test_what_turns_out_later_takes_the_case_back(town: Town) -> None:
    case, leg = sent(town)
    recuse(case.pk, leg.body, "电话里说的就是它的队员", by=town.by("taker"), now=TUESDAY)
    again = fresh(case)
    assert (again.state, again.snag, again.confidential) == ("to_dispatch", "recused", True)
    assert Leg.objects.get(pk=leg.pk).state == "recalled"
    assert case not in set(visible(town.seats["lc"], TUESDAY))


def test_a_return_does_not_hand_it_over_either(town: Town) -> None:
    """The cited body is the one complained of: upheld or not, it does not get the case."""
    case, leg = sent(town, kind="report")
    recuse(case.pk, town.bodies["lc-env"], by=town.by("taker"), now=TUESDAY)
    from zhize.cases.commands import decide_return

    request_return(
        leg.pk, body=town.bodies["lc-env"], duty=town.duties["food"], reason="油烟", by=town.by("lc"), now=TUESDAY
    )
    decide_return(leg.pk, "upheld", by=town.by("dispatcher"), now=TUESDAY)
    assert not Leg.objects.filter(case=case, body=town.bodies["lc-env"]).exists()


# -- the copy that goes out --------------------------------------------------------------------------------------------
LETTER = (
    f"我叫{NAME}，电话 138 1234 5678，身份证 330302199001011234，邮箱 ouyang@example.com。三楼的作坊偷排废水。{NAME}"
)


def test_the_handler_reads_the_case_without_its_reporter(town: Town) -> None:
    case, _ = sent(town, kind="report", text=LETTER, title=f"{NAME}的举报", name=NAME, phone=PHONE)
    title, text = outgoing(case, town.seats["lc"])
    for trace in (NAME, "1234 5678", "330302199001011234", "ouyang"):
        assert trace not in title + text
    assert "三楼的作坊偷排废水" in text and BLOT in text
    assert outgoing(case, town.seats["dispatcher"])[1] == LETTER
    open_case, _ = sent(town, text=LETTER, name=NAME)
    assert outgoing(open_case, town.seats["lc"])[1] == LETTER, "a plain complaint is read as it was written"


def test_the_centre_may_write_the_copy_itself(town: Town) -> None:
    case, _ = sent(town, kind="report", text=LETTER, name=NAME)
    redact(case.pk, "某作坊偷排废水，请查。", by=town.by("taker"), now=TUESDAY)
    assert outgoing(case, town.seats["lc"])[1] == "某作坊偷排废水，请查。"
    with pytest.raises(Refusal) as no:
        redact(sent(town)[0].pk, "随便", by=town.by("taker"), now=TUESDAY)
    assert no.value.code == "not_confidential"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("联系人：王小明，请回电", f"联系人：{BLOT}，请回电"),
        ("本人是李雷，住在附近", f"本人是{BLOT}，住在附近"),
        ("打 0577-88123456 找我", f"打 {BLOT} 找我"),
        ("全角１３８１２３４５６７８也一样", f"全角{BLOT}也一样"),
        ("微信号：wx_20160301", BLOT),
        ("第 20160301 号通知、门牌 1388 号", "第 20160301 号通知、门牌 1388 号"),
    ],
)
def test_traces_are_blotted_and_the_facts_left(said: str, left: str) -> None:
    assert blotted(said) == left


def test_a_list_shows_no_words_of_it_and_a_search_finds_none(town: Town) -> None:
    case, leg = sent(town, kind="report", title=f"{NAME}举报", text=LETTER)
    [line] = lines([leg], TUESDAY, town.seats["lc"])
    assert NAME not in line.title
    assert not searched(town.seats["lc"], TUESDAY, NAME, "", "", {}).rows, "or the body could ask the search who it was"
    assert set(searched(town.seats["dispatcher"], TUESDAY, NAME, "", "", {}).rows) == {case}
    assert set(searched(town.seats["lc"], TUESDAY, case.no, "", "", {}).rows) == {case}


# -- field by field ----------------------------------------------------------------------------------------------------
def test_whoever_calls_back_opens_the_number_and_not_the_name(town: Town) -> None:
    case = against(town)
    seen = look(case.pk, "回访", by=town.by("taker"), now=TUESDAY)
    assert (seen.phone, seen.name) == (PHONE, "")
    row = Look.objects.get(case=case)
    assert (row.field, row.purpose, row.who, row.body) == ("phone", "回访", "taker", town.bodies["hotline"])
    look(case.pk, "核对身份", "name", by=town.by("supervisor"), now=TUESDAY)
    assert list(case.looks.values_list("who", "field")) == [("supervisor", "name"), ("taker", "phone")]
    with pytest.raises(Refusal):
        look(case.pk, "好奇", "bank_account", by=town.by("taker"), now=TUESDAY)
