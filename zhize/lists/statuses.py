"""What a comparison can say of one item in one area: one table for the run, the picture, the work list and the documents.

Spec domain §5d.2. `mark` is the character that stands in the cell (print and colour-blind readers need no colour) and in
the stored row; `rank` orders them: of several things wrong with a cell the greatest rank is shown. `weight` adds up to
the area's score: nought is a list without a remark.
"""

from __future__ import annotations

from dataclasses import dataclass


def _(text: str) -> str:
    """Marks a word for the catalogue of translations; it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class Status:
    """One outcome. `tone`: error, doubt, note, fine or none, for the colour; `fix`: what the owner is proposed to do."""

    name: str
    mark: str
    label: str
    tone: str
    weight: int
    says: str
    fix: str = ""
    article: str = ""


_LAWFUL = "地方组织法、行政处罚法第二十三条、行政许可法第二十二条（依法定层级行使）"
_UNIFORM = "中办发〔2015〕21号（同一层级名称、类型、依据相统一）"
_TABLE = (
    Status("EXTRA_LEVEL", "越", _("层级超出"), "error", 10, _("目录没有把这项权力放到这一层级"), _("取消本级事项，或者报上级调整行使层级"), _LAWFUL),
    Status("EXTRA", "增", _("自设存疑"), "error", 9, _("目录里没有，也不是依据本地法规规章设定的"), _("说明设定依据，或者取消"), "中办发〔2015〕21号（没有法定依据的一律取消）"),
    Status("TYPE", "型", _("类型不同"), "error", 8, _("权力类型与目录不一致"), _("按目录改正权力类型"), _UNIFORM),
    Status("BASIS_DEAD", "废", _("依据失效"), "error", 8, _("引用的法律或者条文已经失效"), _("更换依据；没有依据的取消"), "行政处罚法第四条、行政许可法第四条"),
    Status("MISSING", "缺", _("缺项"), "error", 6, _("目录要求本层级行使，当地没有，也没有登记原因"), _("补列事项，或者登记未行使原因"), "中办发〔2015〕21号（不留空白）"),
    Status("RECODED", "码", _("疑似同项（改码）"), "doubt", 4, _("编码不在目录，内容与目录中的一项相同"), _("认定为同一项后按目录换码"), "GB/T 39554.1-2020"),
    Status("BASIS", "据", _("依据不同"), "doubt", 4, _("设定依据与目录不一致"), _("按目录补正设定依据"), _UNIFORM),
    Status("PENALTY", "罚", _("罚则不同"), "doubt", 4, _("处罚的种类或者幅度与目录不一致"), _("按目录改正处罚种类和幅度"), "行政处罚法第九条、第十六条"),
    Status("NAME", "名", _("名称不同"), "doubt", 2, _("名称与目录不一致"), _("采用目录名称"), _UNIFORM),
    Status("SUBITEM", "子", _("主项子项不一"), "doubt", 2, _("目录分列子项而当地合并，或者相反"), _("按目录分列或者合并子项"), _UNIFORM),
    Status("BODY", "主", _("主体不同"), "doubt", 2, _("承担的部门与多数地方不是同一条线"), _("核对主体；依据划转文件的，作出认定")),
    Status("LEVEL", "层", _("层级写法不同"), "doubt", 2, _("当地写的行使层级与目录不一致"), _("按目录改正行使层级"), _UNIFORM),
    Status("TIME", "时", _("时限不同"), "doubt", 2, _("法定时限与目录不一致"), _("按目录改正法定时限"), "行政许可法第四十二条"),
    Status("FEE", "费", _("收费不同"), "doubt", 2, _("收费与目录不一致"), _("按目录改正收费"), "行政许可法第五十八条"),
    Status("LOCAL", "地", _("地方设定"), "note", 0, _("依据本地法规规章设定"), "", "立法法第八十二条"),
    Status("NOT_EXERCISED", "免", _("未行使"), "note", 0, _("当地不行使，原因已登记")),
    Status("RULED", "认", _("差异已认定"), "note", 0, _("差异已经认定为可以存在")),
    Status("CONSISTENT", "同", _("一致"), "fine", 0, _("与目录一致")),
    Status("NOT_APPLICABLE", "·", _("不适用"), "none", 0, _("目录不要求这一层级行使")),
)  # fmt: skip
_BESIDE = (  # lists beside each other (§5d.3), and who answers for what with whom (§5d.4)
    Status("OVERLAP", "叉", _("职责交叉"), "error", 10, _("两个机构以自己名义做同一件事，没有划界，也没有申明并行规则"), _("划分职责部分、明确牵头，或者申明并行规则"), "地方组织法；登记不变式第1条、第14条"),
    Status("GAP", "空", _("职责空白"), "error", 8, _("法律要求这一层级行使，当地没有机构负责"), _("登记归属，或者登记未行使原因"), "中办发〔2015〕21号（不留空白）"),
    Status("DUPLICATE", "重", _("重复"), "error", 6, _("两个部门的两项内容相同，都是牵头"), _("合并为一项，明确由谁牵头"), "中办发〔2015〕21号"),
    Status("CROSSING", "交", _("交叉"), "doubt", 3, _("两个部门的职责依据同一条文或者写法相近"), _("写明职责边界和案例"), "浙政办发〔2015〕110号（职责边界）"),
    Status("COPIED", "抄", _("共性照抄"), "doubt", 2, _("把各部门共有的权力另列了一项"), _("改为引用共性权力")),
    Status("UNLIKE", "异", _("与模板不同"), "doubt", 2, _("共性权力的要素与模板不一致"), _("改与模板一致")),
    Status("ABSENT", "少", _("多数有此处无"), "doubt", 2, _("多数县（市、区）都有这一项，此处没有"), _("补列，或者登记未行使原因")),
    Status("SLOW", "慢", _("承诺偏长"), "note", 1, _("承诺时限明显长于多数地方"), _("压缩承诺时限")),
    Status("COUNT", "数", _("数量偏离"), "note", 1, _("同一条线的事项数量明显偏离多数地方"), _("核对是否漏列或者拆分过细")),
    Status("CUT", "粒", _("粒度异常"), "note", 1, _("每一条文拆出的事项明显多于或者少于其他部门"), _("按目录的主项子项规则合并或者拆分")),
)  # fmt: skip
STATUSES: dict[str, Status] = {s.name: s for s in (*_TABLE, *_BESIDE)}
BY_MARK: dict[str, Status] = {s.mark: s for s in _TABLE}
RANK: dict[str, int] = {name: len(STATUSES) - n for n, name in enumerate(STATUSES)}
MATRIX = tuple(s.name for s in _TABLE)
FLAGS = ("TYPE", "BASIS_DEAD", "BASIS", "PENALTY", "NAME", "SUBITEM", "BODY", "LEVEL", "TIME", "FEE")
OPEN = tuple(s.name for s in STATUSES.values() if s.weight)  # somebody has to do something

BASIS_KINDS = {
    "fewer": _("少引"), "more": _("多引"), "other": _("不同"), "outdated": _("引旧版"), "dead": _("已失效"),
}  # fmt: skip


def dominant(names: list[str]) -> str:
    """The one that is shown."""
    return max(names, key=RANK.__getitem__)
