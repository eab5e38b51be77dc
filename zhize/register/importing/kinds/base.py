"""What every kind of table has: its tables' fields, and how a batch of rows is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from zhize.register.importing import cells
from zhize.register.importing.columns import Field, Table
from zhize.register.importing.desk import Desk
from zhize.register.importing.items import Items
from zhize.register.importing.ledger import Ledger
from zhize.register.importing.terms import LABELS, REFUSED, TAKEN, Judged, Said

SERIAL = Field("serial", ("序号", "顺序号", "行号", "No", "序"))
CODE = Field("code", ("事项编码", "事项代码", "基本编码", "权力编码", "职权编码", "目录编码", "主项编码", "主项代码", "事项基本编码",
                      "项目编码", "职权编号", "事项编号", "主项编号", "编码", "代码", "编号", "item_code", "code"))  # fmt: skip
NAME = Field("name", ("事项名称", "权力事项名称", "职权名称", "权力名称", "主项名称", "项目名称", "职权事项", "权力事项", "权责事项", "处罚事项",
                      "执法事项", "行政权力名称", "事项", "名称", "职责", "职责名称", "name"), "sub_name")  # fmt: skip
BODY = Field("body", ("实施主体", "行使主体", "实施机关", "行使机关", "实施部门", "实施单位", "责任主体", "执法主体", "权力主体", "责任部门",
                      "责任单位", "主管部门", "行使部门", "部门名称", "机构名称", "单位名称", "部门", "单位", "机构", "department"), "name", True)  # fmt: skip
UNIT = Field(
    "unit", ("承办机构", "承办处室", "承办科室", "责任处室", "责任科室", "内设机构", "承办部门", "处室", "科室")
)
TYPE = Field(
    "type",
    ("权力类型", "事项类型", "职权类型", "权力类别", "职权类别", "事项类别", "事项性质", "类别", "类型", "task_type"),
    "name",
    True,
)
BASIS = Field(
    "basis",
    (
        "实施依据",
        "设定依据",
        "法律依据",
        "法定依据",
        "职权依据",
        "权力依据",
        "行使依据",
        "处罚依据",
        "执法依据",
        "依据",
    ),
)
LEVELS = Field("levels", ("行使层级", "实施层级", "权力层级", "职权层级", "执法层级", "层级"))
LEGAL = Field("legal_days", ("法定时限", "法定办结时限", "法定期限", "法定办理时限", "法定"))
PROMISED = Field("promised_days", ("承诺时限", "承诺办结时限", "承诺期限", "承诺办理时限", "承诺"))
WHERE = Field("where", ("区域", "行使区域", "实施区域", "适用区域", "地域范围", "区域范围", "管辖范围"))
FROM = Field("from", ("生效日期", "施行日期", "生效时间", "起始日期", "实施日期", "自"))
NOTE = Field("note", ("备注", "说明", "附注"))


class Kind:
    """A kind of import. A subclass reads rows (`judge`) at a desk it is given once."""

    name: ClassVar[str]
    label: ClassVar[str]
    batch: ClassVar[int] = 2000  # rows judged together
    tables: ClassVar[tuple[Table, ...]]

    def __init__(self, desk: Desk, prefix: str) -> None:
        self.desk = desk
        self.items = Items(desk.day, prefix)
        self.ledger = Ledger(desk)
        self.tentative = [*self.items.tentative, *self.ledger.tentative]

    def judge(self, batch: Sequence[Said]) -> list[Judged]:
        raise NotImplementedError

    def one(self, said: Said, decide: Callable[[], dict[str, Any]]) -> Judged:
        """Decide one row; what it brought is forgotten if it is refused, so that no later row stands on it."""
        for memory in self.tentative:
            memory.begin()
        row = judged(said, {} if said.refused else decide())
        if row.verdict == REFUSED:
            for memory in self.tentative:
                memory.take_back()
        return row

    def labels(self) -> dict[str, str]:
        return {name: label for t in self.tables for name, label in t.labels.items()}


def judged(said: Said, plan: dict[str, Any]) -> Judged:
    """The verdict: an E keeps the row out, and a row kept out does nothing."""
    shown = {f: v for f, v in said.values.items() if v}
    if said.refused:
        return Judged(said.line, said.sheet, REFUSED, "", {}, shown, said.findings)
    return Judged(said.line, said.sheet, TAKEN, "", {k: v for k, v in plan.items() if v}, shown, said.findings)


def required(said: Said, column: str) -> str:
    """A name that must be there and must fit."""
    text = cells.name(said.get(column))
    if not text:
        said.fault(column, "这一格不能空着", "请补填")
    elif len(text) > 300:
        said.fault(column, f"有{len(text)}个字，超过300字", "请核对是否把别的内容填进了名称列")
        return ""
    return text


def remember(tables: Sequence[Table]) -> None:
    """Let findings name a field by its usual heading where the table has no such column."""
    for table in tables:
        for name, label in table.labels.items():
            LABELS.setdefault(name, label)
