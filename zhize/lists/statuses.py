"""What a comparison can say of one item in one area: one table for the run, the picture, the work list and the documents.

Spec domain §5d.2. `mark` is the character that stands in the cell (print and colour-blind readers need no colour) and in
the stored row; `rank` orders them: of several things wrong with a cell the greatest rank is shown. `weight` adds up to
the area's score: nought is a list without a remark.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    Status("EXTRA_LEVEL", "越", "层级超出", "error", 10, "目录没有把这项权力放到这一层级", "取消本级事项，或者报上级调整行使层级", _LAWFUL),
    Status("EXTRA", "增", "自设存疑", "error", 9, "目录里没有，也不是依据本地法规规章设定的", "说明设定依据，或者取消", "中办发〔2015〕21号（没有法定依据的一律取消）"),
    Status("TYPE", "型", "类型不同", "error", 8, "权力类型与目录不一致", "按目录改正权力类型", _UNIFORM),
    Status("BASIS_DEAD", "废", "依据失效", "error", 8, "引用的法律或者条文已经失效", "更换依据；没有依据的取消", "行政处罚法第四条、行政许可法第四条"),
    Status("MISSING", "缺", "缺项", "error", 6, "目录要求本层级行使，当地没有，也没有登记原因", "补列事项，或者登记未行使原因", "中办发〔2015〕21号（不留空白）"),
    Status("RECODED", "码", "疑似同项（改码）", "doubt", 4, "编码不在目录，内容与目录中的一项相同", "认定为同一项后按目录换码", "GB/T 39554.1-2020"),
    Status("BASIS", "据", "依据不同", "doubt", 4, "设定依据与目录不一致", "按目录补正设定依据", _UNIFORM),
    Status("PENALTY", "罚", "罚则不同", "doubt", 4, "处罚的种类或者幅度与目录不一致", "按目录改正处罚种类和幅度", "行政处罚法第九条、第十六条"),
    Status("NAME", "名", "名称不同", "doubt", 2, "名称与目录不一致", "采用目录名称", _UNIFORM),
    Status("SUBITEM", "子", "主项子项不一", "doubt", 2, "目录分列子项而当地合并，或者相反", "按目录分列或者合并子项", _UNIFORM),
    Status("BODY", "主", "主体不同", "doubt", 2, "承担的部门与多数地方不是同一条线", "核对主体；依据划转文件的，作出认定"),
    Status("LEVEL", "层", "层级写法不同", "doubt", 2, "当地写的行使层级与目录不一致", "按目录改正行使层级", _UNIFORM),
    Status("TIME", "时", "时限不同", "doubt", 2, "法定时限与目录不一致", "按目录改正法定时限", "行政许可法第四十二条"),
    Status("FEE", "费", "收费不同", "doubt", 2, "收费与目录不一致", "按目录改正收费", "行政许可法第五十八条"),
    Status("LOCAL", "地", "地方设定", "note", 0, "依据本地法规规章设定", "", "立法法第八十二条"),
    Status("NOT_EXERCISED", "免", "未行使", "note", 0, "当地不行使，原因已登记"),
    Status("RULED", "认", "差异已认定", "note", 0, "差异已经认定为可以存在"),
    Status("CONSISTENT", "同", "一致", "fine", 0, "与目录一致"),
    Status("NOT_APPLICABLE", "·", "不适用", "none", 0, "目录不要求这一层级行使"),
)  # fmt: skip
STATUSES: dict[str, Status] = {s.name: s for s in _TABLE}
BY_MARK: dict[str, Status] = {s.mark: s for s in _TABLE}
RANK: dict[str, int] = {s.name: len(_TABLE) - n for n, s in enumerate(_TABLE)}
FLAGS = ("TYPE", "BASIS_DEAD", "BASIS", "PENALTY", "NAME", "SUBITEM", "BODY", "LEVEL", "TIME", "FEE")
OPEN = tuple(s.name for s in _TABLE if s.weight)  # somebody has to do something

BASIS_KINDS = {
    "fewer": "少引", "more": "多引", "other": "不同", "outdated": "引旧版", "dead": "已失效",
}  # fmt: skip


def dominant(names: list[str]) -> str:
    """The one that is shown."""
    return max(names, key=RANK.__getitem__)
