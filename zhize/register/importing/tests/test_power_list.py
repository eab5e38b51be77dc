"""权力清单 as they come: titled, merged, reordered, renamed, in traditional script, with broken codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.town import Town
from zhize.register.importing.tests.reader import accepted, at_desk, data, errors, lists, says, tried
from zhize.register.importing.tests.tables import POWER, power_row, text, workbook
from zhize.register.models import DutyBasis, DutyCode, DutyWording, Holding, Particulars

NEW = "对违反规定组织测试活动行为的处罚"


def test_a_clean_list_becomes_duties_and_holdings(town: Town, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", {"权力清单": [POWER, power_row(1, "330299901000", NEW, legal="20个工作日", promised="7")]}
    )
    draft = accepted("power", path, at_desk(town), town)
    assert (draft.counts["rows"], draft.counts["taken"], draft.counts["refused"]) == (1, 1, 0)
    wording = DutyWording.objects.get(name=NEW)
    assert (wording.levels, wording.legal_days, wording.promised_days) == ([3], 20, 7)
    assert DutyCode.objects.get(duty=wording.duty).scheme == "catalogue"
    told = Particulars.objects.get(duty=wording.duty)
    assert told.said["unit"] == "法规处" and told.body == town.body("温州市教育局")
    holding = Holding.objects.get(duty=wording.duty)
    assert (holding.body, holding.place, holding.level, holding.clause) == (
        town.body("温州市教育局"), town.place("330300"), 3, "第1项",
    )  # fmt: skip
    assert holding.instrument == draft.instrument
    basis = DutyBasis.objects.get(duty=wording.duty)
    assert (basis.law.key, basis.article, basis.unverified) == ("教育法", "第七十五条", False)
    assert town.who("330299901000", "330300", holding.from_day).as_dict()["holder"]["name"] == "温州市教育局"


def test_a_list_as_offices_send_it(town: Town, tmp_path: Path) -> None:
    """Title and unit above, a heading of two rows, columns in another order and under other names, sections with their
    numbers, merged bodies, a page's repeated heading, a total, a note."""
    head1 = ["职权事项", "类别", "实施机关", "时限（工作日）", None, "设定依据", "职权编号", "序号"]
    head2 = [None, None, None, "法定办结时限", "承诺办结时限", None, None, None]
    rows = [
        ["附件1"],
        ["温州市市级部门权力清单（2016年版）"],
        ["填报单位：市编委办", None, None, "日期：2016年7月1日"],
        head1,
        head2,
        ["一、教育（共2项）"],
        ["对甲行为的处罚", "行政处罚", "温州市教育局", 20, 10, "《教育法》第七十五条", 330299902000, 1],
        ["对乙行为的处罚", "行政处罚", None, 20, 10, "《教育法》第七十五条", 330299903000, 2],
        ["二、水利（共3项）"],
        head1,
        ["对丙行为的处罚", "行政处罚", "温州市水利局", None, None, "《中华人民共和国水法》第六十五条", 330299904000, 3],
        [None] * 8,
        ["合计", None, None, None, None, None, None, 3],
        ["注：本清单自公布之日起施行"],
    ]
    merged = {"Sheet1": ["A2:H2", "A4:A5", "B4:B5", "C4:C5", "D4:E4", "F4:F5", "G4:G5", "H4:H5", "A6:H6", "C7:C8"]}
    reading, judged = tried("power", workbook(tmp_path / "b.xlsx", {"Sheet1": rows}, merged), at_desk(town))
    assert says(errors_only := [j for j in judged if j.verdict == "refused"]) == []
    assert not errors_only
    assert [j.verdict for j in data(judged)] == ["taken"] * 3
    counts = reading.counts()
    assert counts["lines"] == counts["taken"] + counts["refused"] + counts["skipped"] + counts["headings"] == 14
    assert counts["skips"] == {"标题行": 3, "表头": 3, "分组标题": 2, "空行": 1, "合计行": 1, "附注行": 1}
    fields = {c["header"]: c["field"] for c in reading.mapping[0]["columns"]}
    assert fields == {
        "职权事项": "name", "类别": "type", "实施机关": "body", "时限（工作日）/法定办结时限": "legal_days",
        "时限（工作日）/承诺办结时限": "promised_days",
        "设定依据": "basis", "职权编号": "code", "序号": "serial",
    }  # fmt: skip
    assert [j.plan["duties"][0]["field"] for j in data(judged)] == ["教育", "教育", "水利"]
    assert [f.why for f in reading.findings] == ["分组标题写3项，其下实有1行"]


def test_traditional_script_wide_digits_and_spaces_inside_names(town: Town, tmp_path: Path) -> None:
    rows = [
        ["序號", "主項編碼", "事項名稱", "權力類型", "實施依據", "行使層級", "實施主體"],
        [
            "１",
            "３３０２９９９０５０００",
            "對違反規定組織 測試活動\n行為的處罰",
            "行政處罰",
            "《中華人民共和國教育法》第７５條",
            "市級",
            "溫州市 教育局",
        ],
    ]
    _, judged = tried("power", workbook(tmp_path / "c.xlsx", {"權力清單": rows}), at_desk(town))
    (row,) = data(judged)
    assert says([row]) == []
    duty = row.plan["duties"][0]
    assert (duty["name"], duty["codes"]) == (NEW, {"catalogue": "330299905000"})
    assert duty["bases"] == [["教育法", "第七十五条", "", "", False]]
    assert row.plan["hold"][0]["body"] == town.body("温州市教育局").pk


@pytest.mark.parametrize(
    ("written", "verdict", "why"),
    [
        ("3.30E+11", "refused", "科学记数"),
        ("330299906000.0", "taken", ""),
        ("3.30299906000E+11", "taken", "科学记数"),
        (299906000, "taken", "丢了前面的 0"),
        ("339999906000", "refused", "不是事项类型"),
        ("处罚-00253-001", "taken", ""),
        (113303001234567890, "refused", "科学记数"),
    ],
)
def test_codes_broken_by_spreadsheets(town: Town, tmp_path: Path, written: object, verdict: str, why: str) -> None:
    path = workbook(tmp_path / "d.xlsx", {"a": [POWER, power_row(1, written, NEW)]})
    _, judged = tried("power", path, at_desk(town))
    (row,) = data(judged)
    assert row.verdict == verdict, says([row])
    assert why in "".join(says([row]))


def test_each_fault_names_row_column_value_and_remedy(town: Town, tmp_path: Path) -> None:
    rows = [
        POWER,
        power_row(1, "330299907000", NEW, "温州市教肓局"),
        power_row(2, "330299908000", NEW + "二", type="非行政许可审批"),
        power_row(3, "330299909000", NEW + "三", basis="依法行使"),
        power_row(4, "330299910000", NEW + "四", legal="5个工作日", promised="10个工作日"),
        power_row(5, "330299911000", ""),
    ]
    _, judged = tried("power", workbook(tmp_path / "e.xlsx", {"a": rows}), at_desk(town))
    found = {(f.row, f.column) for f in errors(judged)}
    assert found == {(2, "实施主体"), (3, "权力类型"), (4, "实施依据"), (5, "承诺时限"), (6, "事项名称")}
    near = next(f for f in errors(judged) if f.row == 2)
    assert "“温州市教育局”" in near.instead
    assert near.sentence().startswith("“a”第2行实施主体“温州市教肓局”：登记中没有这个机构")


def test_a_near_name_is_suggested_and_never_taken(town: Town, tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", {"a": [POWER, power_row(1, "330299912000", NEW, "温州市教育委员会")]})
    _, judged = tried("power", path, at_desk(town))
    assert [j.verdict for j in data(judged)] == ["refused"]


@pytest.mark.parametrize("written", ["市教育局", "温州市教育局", "教育局", "溫州市教育局", "温州 市教育局"])
def test_the_citys_name_before_a_body_may_be_missing(town: Town, tmp_path: Path, written: str) -> None:
    path = workbook(tmp_path / "g.xlsx", {"a": [POWER, power_row(1, "330299913000", NEW, written)]})
    _, judged = tried("power", path, at_desk(town))
    assert [j.plan["hold"][0]["body"] for j in data(judged)] == [town.body("温州市教育局").pk], says(judged)


def test_bodies_of_each_county_and_joint_bodies(town: Town, tmp_path: Path) -> None:
    rows = [
        POWER,
        power_row(1, "330299914000", NEW, "市教育局，各县（市、区）教育局（洞头区除外）", levels="市、县"),
        power_row(2, "330299915000", NEW + "二", "市教育局会同市水利局"),
        power_row(3, "330299916000", NEW + "三", "市教育局、市水利局"),
    ]
    _, judged = tried("power", workbook(tmp_path / "h.xlsx", {"a": rows}), at_desk(town))
    each, joint, two = data(judged)
    levels = [h["level"] for h in each.plan["hold"]]
    assert levels == [3] + [4] * 10, says([each])
    assert town.place("洞头区").pk not in [p for h in each.plan["hold"] for p in h["in"]]
    assert [h["as"] for h in joint.plan["hold"]] == ["NAME_HOLDER", "ASSIST"]
    assert two.verdict == "refused"
    assert "规则第1条" in "".join(says([two]))


def test_what_the_register_has_is_not_written_twice(town: Town, tmp_path: Path) -> None:
    path = workbook(tmp_path / "i.xlsx", {"a": [POWER, power_row(1, "330299917000", NEW)]})
    accepted("power", path, at_desk(town), town)
    more = [POWER, power_row(1, "330299917000", NEW), power_row(2, "330299918000", NEW + "二")]
    draft = accepted("power", workbook(tmp_path / "j.xlsx", {"a": more}), at_desk(town, lists(town)), town)
    assert (draft.counts["taken"], draft.counts["unchanged"]) == (2, 1)
    assert draft.counts["written"]["duties"] == draft.counts["written"]["holdings"] == 1


def test_a_row_that_contradicts_the_register_is_refused(town: Town, tmp_path: Path) -> None:
    path = workbook(tmp_path / "k.xlsx", {"a": [POWER, power_row(1, "330299919000", NEW)]})
    accepted("power", path, at_desk(town), town)
    other = [
        POWER,
        power_row(1, "330299919000", NEW, "温州市水利局"),
        power_row(2, "330299919000", "对毫不相干的另一件事的确认"),
    ]
    _, judged = tried("power", workbook(tmp_path / "l.xlsx", {"a": other}), at_desk(town))
    holder, renamed = (f for f in errors(judged))
    assert "登记中由“温州市教育局”行使" in holder.why
    assert "已登记为" in renamed.why


def test_rows_that_repeat_each_other(town: Town, tmp_path: Path) -> None:
    rows = [
        POWER,
        power_row(1, "330299920000", NEW),
        power_row(2, "330299920000", NEW),
        power_row(3, "330299920000", NEW + "二"),
    ]
    _, judged = tried("power", workbook(tmp_path / "m.xlsx", {"a": rows}), at_desk(town))
    assert [j.verdict for j in data(judged)] == ["taken", "refused", "refused"]
    assert [f.why.split("（")[0] for f in errors(judged)] == ["与第2行重复", "与第2行代码相同而名称不同"]


def test_an_incompetent_paper_is_said_on_the_row(town: Town, tmp_path: Path) -> None:
    paper = lists(town, issuer="鹿城区教育局", issuer_class="部门", issuer_level="county", issuer_area="330302")
    path = workbook(tmp_path / "n.xlsx", {"a": [POWER, power_row(1, "330299921000", NEW)]})
    _, judged = tried("power", path, at_desk(town, paper))
    assert "不能作为这项操作的依据" in errors(judged)[0].why or "管不到" in errors(judged)[0].why


def test_an_unknown_law_is_entered_as_unverified(town: Town, tmp_path: Path) -> None:
    row = power_row(1, "330299922000", NEW, basis="《温州市测试活动管理办法》第十条、第十二条第二款")
    draft = accepted("power", workbook(tmp_path / "o.xlsx", {"a": [POWER, row]}), at_desk(town), town)
    bases = DutyBasis.objects.filter(duty__wordings__name=NEW).order_by("pk")
    assert [(b.law.name, b.law.level, b.citation, b.unverified) for b in bases] == [
        ("温州市测试活动管理办法", "待核", "《温州市测试活动管理办法》第十条", True),
        ("温州市测试活动管理办法", "待核", "《温州市测试活动管理办法》第十二条第二款", True),
    ]
    assert draft.counts["written"]["laws"] == 1


def test_blanks_left_by_merged_cells_in_a_csv(town: Town, tmp_path: Path) -> None:
    second = power_row(2, "330299924000", NEW + "二")
    second[3] = second[6] = ""
    path = text(
        tmp_path / "p.csv", [["温州市权力清单"], POWER, power_row(1, "330299923000", NEW), second], "gb18030", "\t"
    )
    _, judged = tried("power", path, at_desk(town))
    assert [j.verdict for j in data(judged)] == ["taken", "taken"]
    assert [s for s in says(judged) if "按上一行理解" in s]


def test_main_and_sub_items(town: Town, tmp_path: Path) -> None:
    heads = ["主项编码", "子项编码", "事项名称", "子项名称", "权力类型", "实施依据", "实施主体"]
    rows = [
        heads,
        ["330199925000", "001", "测试许可", "测试许可（新办）", "行政许可", "《教育法》第七十五条", "市教育局"],
        ["330199925000", "002", "测试许可", "测试许可（变更）", "行政许可", "《教育法》第七十五条", "市教育局"],
    ]
    _, judged = tried("power", workbook(tmp_path / "q.xlsx", {"a": rows}, {"a": ["A2:A3", "C2:C3"]}), at_desk(town))
    duties = [j.plan["duties"][0] for j in data(judged)]
    assert [d["codes"]["catalogue"] for d in duties] == ["330199925001", "330199925002"]
    assert [d["name"] for d in duties] == ["测试许可(新办)", "测试许可(变更)"] or [d["name"] for d in duties] == [
        "测试许可（新办）", "测试许可（变更）",
    ]  # fmt: skip
