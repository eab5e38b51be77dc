"""责任清单, 机构名录, 职责归属表, 划转目录: what each becomes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.town import Town
from zhize.register.importing.tests.reader import DAY, accepted, at_desk, data, errors, lists, says, tried
from zhize.register.importing.tests.tables import workbook
from zhize.register.models import BodyCode, BodyName, BodySuperior, DutyLink, DutyWording, Holding, Segment

STALLS = "urb-street-trading"


# -- 责任清单 ----------------------------------------------------------------------------------------------------------
def duty_list(path: Path) -> Path:
    """Four tabs, the department named in the titles only."""
    title = ["温州市水利局责任清单"]
    return workbook(
        path,
        {
            "部门职责": [
                title,
                ["序号", "主要职责", "具体工作事项", "年度重点目标", "承办处室"],
                [1, "（一）负责测试河道的管理", "1.编制测试河道名录", "完成甲河测试", "河道处"],
                [2, None, "2.巡查测试河道", None, "河道处"],
                [3, "（二）承办市政府交办的其他事项", None, None, "办公室"],
            ],
            "职责边界": [
                title,
                ["序号", "管理事项", "相关部门", "职责分工", "相关依据", "案例"],
                [
                    1,
                    "测试河道采砂管理",
                    "市水利局",
                    "负责采砂许可",
                    "《中华人民共和国水法》第三十九条",
                    "某年某河道采砂案",
                ],
                [2, None, "市公安局", "负责查处阻碍执法行为", None, None],
            ],
            "监管制度": [
                title,
                [
                    "序号",
                    "监管制度名称",
                    "监督检查对象",
                    "监督检查内容",
                    "监督检查方式",
                    "监督检查措施",
                    "监督检查程序",
                    "监督检查处理",
                ],
                [1, "测试河道监管制度", "采砂单位", "采砂情况", "抽查", "现场检查", "立案、调查", "责令改正"],
            ],
            "公共服务": [
                title,
                ["序号", "服务事项", "主要内容", "承办机构", "联系电话"],
                [1, "测试水情查询", "提供水情", "水文处", "0577-12345678"],
            ],
        },
        {"部门职责": ["A1:E1", "B3:B4"], "职责边界": ["A1:F1", "B3:B4"], "监管制度": ["A1:H1"], "公共服务": ["A1:E1"]},
    )


def test_the_four_tabs_of_a_duty_list(town: Town, tmp_path: Path) -> None:
    draft = accepted("duty", duty_list(tmp_path / "d.xlsx"), at_desk(town), town)
    assert draft.counts["refused"] == 0, draft.findings
    assert [m["table"] for m in draft.mapping] == ["部门职责", "职责边界", "事中事后监管制度", "公共服务事项"]
    body = town.body("温州市水利局")
    held = Holding.objects.filter(instrument=draft.instrument).select_related("duty")
    kinds = sorted((h.duty.kind, h.capacity, h.body == body) for h in held)
    assert kinds == [
        ("goal", "NAME_HOLDER", True),
        ("main", "NAME_HOLDER", True),
        ("main", "NAME_HOLDER", True),
        ("service", "NAME_HOLDER", True),
        ("supervision", "NAME_HOLDER", True),
        ("work", "ASSIST", False),
        ("work", "LEAD", True),
        ("work", "NAME_HOLDER", True),
        ("work", "NAME_HOLDER", True),
    ]
    names = {w.name: w.duty for w in DutyWording.objects.filter(instrument=draft.instrument)}
    main = names["负责测试河道的管理"]
    parts = DutyLink.objects.filter(to=main, how="part_of").values_list("duty__wordings__name", flat=True)
    assert sorted(parts) == ["完成甲河测试", "巡查测试河道", "编制测试河道名录"]
    boundary = DutyWording.objects.get(duty=names["测试河道采砂管理"])
    assert "职责分工：负责采砂许可" in boundary.detail


def test_the_same_words_in_two_departments_lists_are_two_duties(town: Town, tmp_path: Path) -> None:
    accepted("duty", duty_list(tmp_path / "d.xlsx"), at_desk(town), town)
    rows = [["部门", "主要职责", "具体工作事项"], ["市教育局", "承办市政府交办的其他事项", "办理交办件"]]
    draft = accepted("duty", workbook(tmp_path / "e.xlsx", {"a": rows}), at_desk(town), town)
    assert draft.counts["refused"] == 0
    assert DutyWording.objects.filter(
        name="承办市政府交办的其他事项", duty__holdings__body=town.body("温州市教育局")
    ).exists()


def test_a_list_that_names_no_department(town: Town, tmp_path: Path) -> None:
    rows = [["序号", "主要职责", "具体工作事项"], [1, "负责某事", "办某事"]]
    _, judged = tried("duty", workbook(tmp_path / "f.xlsx", {"Sheet1": rows}), at_desk(town))
    assert "看不出是哪个部门的清单" in errors(judged)[0].why
    _, judged = tried("duty", workbook(tmp_path / "f.xlsx", {"Sheet1": rows}), at_desk(town, own_name="市教育局"))
    assert [j.verdict for j in data(judged)] == ["taken"]


def test_two_tables_below_each_other_on_one_sheet(town: Town, tmp_path: Path) -> None:
    rows = [
        ["部门", "主要职责", "具体工作事项", None, None],
        ["市教育局", "负责测试学校的管理", "核准测试学校", None, None],
        [None] * 5,
        ["序号", "服务事项", "主要内容", "承办机构", "联系电话"],
        [1, "测试学籍查询", "提供学籍信息", "基教处", "12345"],
    ]
    desk = at_desk(town, own_name="市教育局")
    reading, judged = tried("duty", workbook(tmp_path / "g.xlsx", {"a": rows}), desk)
    assert [m["table"] for m in reading.mapping] == ["部门职责", "公共服务事项"]
    assert [j.plan["duties"][-1]["kind"] for j in data(judged)] == ["work", "service"], says(judged)


# -- 机构名录 ----------------------------------------------------------------------------------------------------------
def test_institutions_under_their_department(town: Town, tmp_path: Path) -> None:
    rows = [
        ["事业单位台账"],
        ["序号", "名称", "统一社会信用代码", "举办单位", "类别", "成立日期", "地址", "电话"],
        [1, "温州市测试学校分校", None, "温州市测试学校", "公益一类", "2016年7月1日", "学院路1号", "88881111"],
        [2, "温州市测试学校", "12330300MB0000000X", "市教育局", "公益一类", 42552, "学院路2号", "88882222"],
        [3, "温州市教育局", None, None, "行政机关", None, None, None],
        [4, "温州市测试学校", None, None, None, None, None, None],
    ]
    paper = lists(town, kind="notice", issuer="温州市机构编制委员会", issuer_class="编委")
    draft = accepted("bodies", workbook(tmp_path / "h.xlsx", {"台账": rows}), at_desk(town, paper), town)
    assert draft.counts["refused"] == 0, [r.findings for r in draft.rows.filter(verdict="refused")]
    assert (draft.counts["taken"], draft.counts["unchanged"], draft.counts["skips"]["与前面的行是同一机构"]) == (
        3,
        1,
        1,
    )
    school = BodyName.objects.get(name="温州市测试学校").body
    assert (school.kind, school.level) == ("事业单位", 3)
    assert BodyCode.objects.get(body=school).value == "12330300MB0000000X"
    assert BodySuperior.objects.get(body=school).superior == town.body("温州市教育局")
    branch = BodyName.objects.get(name="温州市测试学校分校")
    assert (branch.from_day, BodySuperior.objects.get(body=branch.body).superior) == (DAY, school)


def test_bodies_with_wrong_codes_unknown_superiors_and_near_names(town: Town, tmp_path: Path) -> None:
    rows = [
        ["机构名称", "统一社会信用代码", "主管部门", "性质"],
        ["温州市测试中心", "1.23303E+17", None, "事业单位"],
        ["温州市测试馆", "12330300MB0000001X", None, "事业单位"],
        ["温州市测试所", None, "温州市不存在局", "事业单位"],
        ["温州市教育一局", None, None, "机关"],
    ]
    paper = lists(town, kind="reply", issuer="浙江省人民政府", issuer_level="province", issuer_area="330000")
    _, judged = tried("bodies", workbook(tmp_path / "i.xlsx", {"a": rows}), at_desk(town, paper))
    assert {(f.row, f.column) for f in errors(judged)} >= {
        (2, "统一社会信用代码"),
        (3, "统一社会信用代码"),
        (4, "主管部门"),
    }
    near = next(f for row in judged for f in row.findings if f.row == 5 and "相近" in f.why)
    assert "“温州市教育局”" in near.why
    assert near.severity == "W"


# -- 职责归属表 --------------------------------------------------------------------------------------------------------
def test_holdings_of_duties_the_register_has(town: Town, tmp_path: Path) -> None:
    rows = [
        ["事项名称", "责任单位", "身份", "方式", "委托机关", "生效日期", "期限", "区域"],
        ["测试水情查询", "瓯海区水利局", "配合", None, None, None, None, None],
        ["测试水情查询", "温州市生态园管理委员会", None, "委托", "市水利局", "2016-08-01", "2018-08-01", "三垟街道"],
        ["测试水情查询", "市教育局", None, "划转", None, None, None, None],
        ["没有登记的事", "市教育局", None, None, None, None, None, None],
        ["测试水情查询", "市教育局", "随便", None, None, None, None, None],
    ]
    accepted("duty", duty_list(tmp_path / "d.xlsx"), at_desk(town), town)
    _, judged = tried("holdings", workbook(tmp_path / "j.xlsx", {"a": rows}), at_desk(town))
    assert {(f.row, f.column) for f in errors(judged)} >= {(4, "方式"), (5, "事项名称"), (6, "身份")}
    assert judged[1].plan["hold"][0]["as"] == "ASSIST", says(judged[:2])


def test_an_entrustment_from_a_table(town: Town, tmp_path: Path) -> None:
    accepted("duty", duty_list(tmp_path / "d.xlsx"), at_desk(town), town)
    rows = [
        ["事项名称", "承接主体", "实施主体", "方式", "委托机关", "生效日期", "终止日期"],
        ["测试水情查询", None, "瓯海区水利局", "委托", "市水利局", "2016-08-01", "2018-08-01"],
    ]
    paper = lists(town, kind="entrustment", issuer="温州市水利局", issuer_class="部门")
    draft = accepted("holdings", workbook(tmp_path / "k.xlsx", {"a": rows}), at_desk(town, paper), town)
    row = Holding.objects.get(instrument=paper)
    assert (row.mode, row.capacity, row.principal, row.to_day) == (
        "委托", "PERFORMER", town.body("温州市水利局"), date(2018, 8, 1),
    )  # fmt: skip
    assert draft.counts["written"] == {"entrusted": 1}


# -- 划转目录 ----------------------------------------------------------------------------------------------------------
def transfer(path: Path, *rows: list[object]) -> Path:
    heads = ["序号", "事项代码", "事项名称", "法律依据", "划出部门", "划转范围", "具体职责边界", "接收部门"]
    return workbook(
        path,
        {"目录": [["温州市综合行政执法事项目录"], heads, ["一、测试（共1项）"], *rows]},
        {"目录": ["A1:H1", "A3:H3"]},
    )


def stalls(town: Town) -> str:
    return DutyWording.objects.as_of(DAY).get(duty=town.duty(STALLS)).name


def test_a_transfer_moves_each_place_to_its_own_receiver(town: Town, tmp_path: Path) -> None:
    """The stalls go back from two districts' enforcement bureaus to their housing bureaus."""
    giver = "鹿城区综合行政执法局、瓯海区综合行政执法局"
    row = [
        1,
        None,
        stalls(town),
        "《某法》第一条",
        giver,
        "全部",
        None,
        "鹿城区住房和城乡规划建设局，瓯海区住房和城乡规划建设局",
    ]
    paper = lists(town, kind="notice")
    draft = accepted("transfer", transfer(tmp_path / "l.xlsx", row), at_desk(town, paper), town)
    assert draft.counts["refused"] == 0, [r.findings for r in draft.rows.filter(verdict="refused")]
    now = Holding.objects.filter(instrument=paper, to_day=None, mode="划转").select_related("body")
    assert {h.body for h in now} == {town.body("鹿城区住房和城乡规划建设局"), town.body("瓯海区住房和城乡规划建设局")}
    assert draft.counts["written"] == {"transfers": 2}


def test_a_partial_transfer_divides_the_duty(town: Town, tmp_path: Path) -> None:
    row = [1, None, stalls(town), "", "鹿城区综合行政执法局", "部分", "在学校周边设摊的", "鹿城区住房和城乡规划建设局"]
    paper = lists(town, kind="notice")
    accepted("transfer", transfer(tmp_path / "m.xlsx", row), at_desk(town, paper), town)
    part = Segment.objects.get(name="在学校周边设摊的")
    assert Holding.objects.live().get(segment=part, place=town.place("鹿城区"), to_day=None, level=4).mode == "划转"
    rest = Segment.objects.get(duty=part.duty, rest=True)
    kept = Holding.objects.live().filter(segment=rest, place=town.place("鹿城区"), to_day=None, level=4)
    assert [h.body for h in kept] == [town.body("鹿城区综合行政执法局")]


def test_a_giver_that_does_not_hold_it_and_a_receiver_nobody_knows(town: Town, tmp_path: Path) -> None:
    rows = [
        [1, None, stalls(town), "", "鹿城区教育局", "全部", None, "鹿城区住房和城乡规划建设局"],
        [2, None, stalls(town), "", "瓯海区综合行政执法局", "全部", None, "瓯海区不存在局"],
        [3, None, stalls(town), "", "龙湾区综合行政执法局", "部分", None, "龙湾区住房和城乡规划建设局"],
        [4, None, stalls(town), "", "洞头区综合行政执法局", "全部", None, None],
    ]
    rows[3][7] = ""
    _, judged = tried("transfer", transfer(tmp_path / "n.xlsx", *rows), at_desk(town, lists(town, kind="notice")))
    found = {(f.row, f.column) for f in errors(judged)}
    assert found >= {(4, "划出部门"), (5, "接收部门"), (6, "具体职责边界")}
    assert "并不以自己名义行使" in next(f.why for f in errors(judged) if f.row == 4)
