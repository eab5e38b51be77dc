"""实施依据: what offices write, and what it means."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhize.kernel.citing import parse_basis
from zhize.kernel.numerals import to_han, to_int


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("《城乡规划法》第六十四条", ["《城乡规划法》第六十四条"]),
        ("《城乡规划法》第64条第1款第（二）项", ["《城乡规划法》第六十四条第一款第二项"]),
        (
            "《城乡规划法》第六十四条、第六十五条、第六十六条第一款第（一）、（二）项",
            ["《城乡规划法》第六十四条", "《城乡规划法》第六十五条", "《城乡规划法》第六十六条第一款第一项", "《城乡规划法》第六十六条第一款第二项"],
        ),
        ("《行政处罚法》第十六条及第十八条第三款", ["《行政处罚法》第十六条", "《行政处罚法》第十八条第三款"]),
        ("《水法》第四十八、四十九条，第六十九条第一、三款", ["《水法》第四十八条", "《水法》第四十九条", "《水法》第六十九条第一款", "《水法》第六十九条第三款"]),
        ("《甲法》第二十条至第二十三条", [f"《甲法》第二十{n}条" for n in ("", "一", "二", "三")]),
        ("《甲法》第30-32条", ["《甲法》第三十条", "《甲法》第三十一条", "《甲法》第三十二条"]),
        ("《刑法》第一百三十三条之一", ["《刑法》第一百三十三条之一"]),
        ("《甲法》第十二条（一）项", ["《甲法》第十二条第一项"]),
        ("《建筑法》", ["《建筑法》"]),
        ("依据《甲法》第三条，《乙办法》第四条", ["《甲法》第三条", "《乙办法》第四条"]),
        ("1.《甲法》第九条；2.《乙条例》第六条", ["《甲法》第九条", "《乙条例》第六条"]),
        ("【法律】《甲法》第九条：应当办理。\n【地方性法规】《乙条例》第六条", ["《甲法》第九条", "《乙条例》第六条"]),
        ("《甲法》第九条 县级以上人民政府依照《丙法》第一条处理", ["《甲法》第九条"]),
        ("《甲法》第九条规定，由主管部门依照本法第三十条责令改正。《乙条例》第六条", ["《甲法》第九条", "《乙条例》第六条"]),
        ("《甲法》（2020年修订）第四十八条：依照《丙法》第五条处理；第四十九条第二款。", ["《甲法》第四十八条", "《甲法》第四十九条第二款"]),
        ("《某决定》（国务院令第412号）附件第45项", ["《某决定》附件第四十五项"]),
        ("《浙江省实施〈中华人民共和国水法〉办法》第三条", ["《浙江省实施〈中华人民共和国水法〉办法》第三条"]),
        ("《浙江省实施《中华人民共和国水法》办法》第三条", ["《浙江省实施〈中华人民共和国水法〉办法》第三条"]),
        ("《中華人民共和國檔案法》第２４條", ["《中华人民共和国档案法》第二十四条"]),
        ("《宗教事务条例》（2017年6月14日国务院第176次常务会议修订，国务院令第686号公布）第二十一条", ["《宗教事务条例》第二十一条"]),
        ("", []),
        ("依法行使", []),
    ],
)  # fmt: skip
def test_a_citation_means(written: str, meant: list[str]) -> None:
    assert [str(c) for c in parse_basis(written).cites] == meant


@pytest.mark.parametrize(
    ("written", "meant", "flag"),
    [
        ("档案法第24条", "《档案法》第二十四条", "没有加书名号"),
        ("《档案法第24条", "《档案法》第二十四条", "书名号没有写完整"),
        ("档案法》第24条", "《档案法》第二十四条", "没有加书名号"),
        ("浙政发[2015]4号第二条", "《浙政发〔2015〕4号》第二条", "文号写法不规范"),
        ("《某意见》（浙政辦法〔2015〕110號）", "《某意见》", "浙政办发〔2015〕110号"),
        ("《甲法》第三条至第九百条", "《甲法》第三条", "跨度过大"),
    ],
)
def test_what_was_guessed_is_flagged(written: str, meant: str, flag: str) -> None:
    parsed = parse_basis(written)
    assert str(parsed.cites[0]) == meant
    assert any(flag in f.why for f in parsed.flags)


def test_an_article_of_no_law_is_flagged_and_not_guessed() -> None:
    parsed = parse_basis("第二十条")
    assert (parsed.cites, parsed.flags[0].why) == ([], "没有写明是哪部法律的条文")


@given(st.integers(1, 9999))
def test_numbers_come_back(number: int) -> None:
    assert to_int(to_han(number)) == number


PIECES = st.sampled_from(
    [
        *"《》〈〉()（）、，；：。\n第条款项之至-及和 123一二十百〔〕[]",
        "《甲法》",
        "第三条",
        "国发〔2002〕17号",
        "条例",
        "附件",
        "规定",
    ]
)


@settings(max_examples=300, deadline=2000)
@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=200))
def test_anything_is_read_without_failing(written: str) -> None:
    parsed = parse_basis(written)
    assert all(c.law for c in parsed.cites)
