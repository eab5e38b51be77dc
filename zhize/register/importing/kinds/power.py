"""权力清单: items with their type, basis, levels and the bodies that hold them (spec §10.7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from zhize.kernel.text import fold
from zhize.register.importing import cells
from zhize.register.importing.columns import Field, Table
from zhize.register.importing.items import Settled, Want
from zhize.register.importing.kinds import base
from zhize.register.importing.kinds.base import Kind, required
from zhize.register.importing.names import Known
from zhize.register.importing.particulars import left, told
from zhize.register.importing.terms import WARNING, Judged, Said
from zhize.register.models import Capacity

SUB_CODE = Field("sub_code", ("子项编码", "子项代码", "子项编号", "业务办理项编码"))
SUB_NAME = Field("sub_name", ("子项名称", "子项", "业务办理项名称", "业务办理项", "办理项名称"))
MAIN_ITEM = Field("main_item", ("主项", "目录名称", "事项大类", "大项", "大项名称", "main_item", "主项名称"))
KEPT = (
    Field("unit", base.UNIT.headings),
    Field("fee", ("收费依据", "收费标准", "是否收费", "收费依据及标准")),
    Field("blame", ("追责情形", "追责情形及依据", "追责依据", "问责依据", "责任追究")),
    Field("tasks", ("责任事项", "对应责任事项", "责任事项及依据")),
    Field("source", ("权力来源", "职权来源", "来源")),
    Field("scope", ("实施主体性质", "主体性质")),
    Field("handling", ("办件类型", "办理类型", "办理形式", "办理方式")),
    Field("served", ("服务对象", "办理对象", "对象类型")),
    Field("phone", ("咨询电话", "联系电话", "监督电话", "咨询方式")),
    Field("note", base.NOTE.headings),
)

FIELDS = {
    "unit": "unit", "fee": "fees", "blame": "blame", "tasks": "stages", "handling": "handling", "served": "served",
    "phone": "consult",
}  # fmt: skip


class Power(Kind):
    name = "power"
    label = "权力清单"
    duty_kind: ClassVar[str] = "power"
    needs_basis = True
    tables = (
        Table(
            "power", "权力清单",
            (base.SERIAL, base.CODE, SUB_CODE, base.NAME, SUB_NAME, base.TYPE, base.BASIS, base.LEVELS, base.BODY,
             base.LEGAL, base.PROMISED, base.WHERE, base.FROM, MAIN_ITEM, *KEPT),
            (("name",), ("code", "type", "basis", "body")),
        ),
    )  # fmt: skip

    def judge(self, batch: Sequence[Said]) -> list[Judged]:
        """1 read each row by itself · 2 ask the register about all of them · 3 decide each in order."""
        wants = [self.read(said) for said in batch]
        self.items.prepare(w for w in wants if not w.said.refused)
        self.ledger.prepare(self.items.olds)
        for want in wants:
            if want.said.refused:
                self.bodies(want.said)  # so that everything wrong with a row is said at once
        return [self.one(w.said, partial(self.decide, w)) for w in wants]

    def decide(self, want: Want) -> dict[str, Any]:
        item = self.items.settle(want)
        return self.plan(want, item) if item is not None else {}

    # -- one row by itself --
    def read(self, said: Said) -> Want:
        want = Want(said, self.duty_kind, self.item_name(said))
        want.scheme, want.code = self.item_code(said)
        want.type = self.item_type(said, want)
        want.levels = cells.levels(said, "levels")
        want.bases = self.desk.laws.read(said, "basis", self.needs_basis)
        want.legal_days, want.promised_days = cells.days(said, "legal_days"), cells.days(said, "promised_days")
        if want.legal_days is not None and want.promised_days is not None and want.promised_days > want.legal_days:
            said.fault(
                "promised_days", f"承诺时限长于法定时限（{want.legal_days}工作日，规则第11条）", "请改正承诺时限"
            )
        want.told = told(said, FIELDS, want.type)
        want.detail = self.detail(said, want.told)
        want.domain = cells.name(said.section)
        return want

    def item_name(self, said: Said) -> str:
        """The sub-item's name where there is one: it is what is done."""
        main, sub = cells.name(said.get("name")), cells.name(said.get("sub_name"))
        return required(said, "sub_name" if sub and sub != main else "name")

    def item_code(self, said: Said) -> tuple[str, str]:
        """The sub-item's own code; a bare 子项 number goes in the last three places of the main item's."""
        main = cells.code(said, "code")
        sub = re.sub(r"\D", "", said.get("sub_code")) if len(said.get("sub_code").strip()) <= 3 else ""
        if sub and main[0] == "catalogue" and main[1].endswith("000"):
            return "catalogue", main[1][:9] + sub.zfill(3)
        return cells.code(said, "sub_code") if said.get("sub_code") and not sub else main

    def item_type(self, said: Said, want: Want) -> str:
        """As written, by the classes of the paper's day; else what the code or the heading above says, which the row is told."""
        word = fold(said.get("type"))
        if word in cells.ABOLISHED and (then := self.desk.classes.get(word)):
            said.fault("type", f"当时的分类，按现行分类作{cells.POWER_TYPES[then]}", "请核对清理结果", WARNING)
            return then
        if written := cells.power_type(said, "type"):
            return written
        guess = want.code[2:4] if want.scheme == "catalogue" else ""
        guess = guess or cells.type_from(said.section, said.sheet, want.name)
        if guess:
            said.fault(
                "type", f"没有写权力类型，按代码、分组或名称理解为{cells.POWER_TYPES[guess]}", "如不是，请补填", WARNING
            )
        elif self.needs_basis and not said.refused:
            said.fault("type", "没有写权力类型，也推不出来", "请填行政许可、行政处罚、行政强制等类别名称或01–10")
        return guess

    def detail(self, said: Said, taken: dict[str, Any]) -> str:
        """Columns that are no field of the item, or did not fit, kept word for word under their own headings."""
        main = cells.name(said.get("main_item")) or (cells.name(said.get("name")) if said.get("sub_name") else "")
        return "\n".join(([f"主项：{main}"] if main else []) + left(said, KEPT, FIELDS, taken))[:20000]

    # -- with the register at hand --
    def plan(self, want: Want, item: Settled) -> dict[str, Any]:
        said = want.said
        bodies = self.bodies(said)
        start = cells.day(said, "from")
        lines = [line for n, body in enumerate(bodies) if (line := self.line(want, item, body, n, start))]
        return {"duties": [item.new] if item.new else [], "codes": [[item.ref, *item.add_code]] if item.add_code else [],
                "hold": lines, "told": self.items.told(want, item, [b.id for b in bodies])}  # fmt: skip

    def bodies(self, said: Said) -> list[Known]:
        return self.desk.bodies(said, "body")

    def line(self, want: Want, item: Settled, body: Known, nth: int, start: Any) -> dict[str, Any] | None:
        said = want.said
        where = self.desk.places.read(said.get("where"), body.place)
        for name in where.unknown:
            said.fault("where", f"登记中没有“{name}”这个地方", "请写区划全称或代码")
        if want.levels and body.level not in want.levels:
            said.fault(
                "levels", f"“{body.name}”是{body.level}级机构，不在所写的行使层级之内", "请核对层级或实施主体", WARNING
            )
        joint = nth > 0 and "会同" in said.get("body")
        capacity = Capacity.ASSIST if joint else Capacity.NAME_HOLDER
        return self.ledger.hold(
            said, item, body, where.include, type_=want.type, power=self.needs_basis, out=where.exclude, start=start,
            capacity=capacity, clause=f"第{said.get('serial')}项" if said.get("serial").isdigit() else "",
        )  # fmt: skip
