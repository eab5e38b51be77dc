"""政务服务事项目录: a published catalogue of service items, often without a word on whose they are or by which law.

An item whose department the register does not know is taken all the same, without a holder, and the row says so: the
catalogue shows that the item exists, and resolve() will answer GAP until the department is founded.
"""

from __future__ import annotations

import re
from typing import Any

from zhize.kernel.codes import check_area_code, check_orgcode, check_uscc
from zhize.kernel.errors import BadInput
from zhize.register.importing import cells
from zhize.register.importing.columns import Field, Table
from zhize.register.importing.items import Settled, Want
from zhize.register.importing.kinds import base
from zhize.register.importing.kinds.power import KEPT, MAIN_ITEM, SUB_CODE, SUB_NAME, Power
from zhize.register.importing.names import Known
from zhize.register.importing.terms import WARNING, Said

CREDIT = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}(?![0-9A-Z])")
AREA = re.compile(r"-(\d{12})-")
AREA_CODE = Field("area_code", ("区划代码", "行政区划代码", "区域代码", "行政区划", "area_code"))
DEPT_CODE = Field("dept_code", ("部门代码", "机构代码", "组织机构代码", "部门编码", "dept_code"))
USCC = Field("uscc", ("统一社会信用代码", "部门统一社会信用代码", "信用代码", "uscc_in_item", "uscc"))
CHECKED = Field("uscc_ok", ("信用代码校验", "uscc_ok"))


class Service(Power):
    name = "service"
    label = "政务服务事项目录"
    duty_kind = "service"
    needs_basis = False
    tables = (
        Table(
            "service", "政务服务事项目录",
            (base.SERIAL, base.CODE, SUB_CODE, base.NAME, SUB_NAME, base.TYPE, base.BASIS, base.LEVELS, base.BODY,
             base.LEGAL, base.PROMISED, base.WHERE, base.FROM, MAIN_ITEM, AREA_CODE, DEPT_CODE, USCC, CHECKED, *KEPT),
            (("name",), ("code", "type", "body")),
        ),
    )  # fmt: skip

    def read(self, said: Said) -> Want:
        want = super().read(said)
        self._look_at_code(said)
        self._look_at_area(said)
        self._look_at_department(said)
        return want

    def _look_at_code(self, said: Said) -> None:
        """An implementation code carries its body's credit code (GB/T 39554.1); many of a real catalogue's do not."""
        code = said.get("code").strip()
        if not code or cells.code(_copy(said), "code")[0] == "catalogue":
            return
        if doubt := _doubt(code):
            why = f"事项编码里没有规范的18位统一社会信用代码（{doubt}）"
            said.fault("code", why, "请向发布单位核对实施编码", WARNING)

    def _look_at_area(self, said: Said) -> None:
        area = said.get("area_code").strip()
        if not area:
            return
        try:
            check_area_code(area)
        except BadInput as error:
            said.fault("area_code", cells.why_of(error), "请改正区划代码", WARNING)
            return
        inside = AREA.search(said.get("code"))
        if inside and inside[1] != area.ljust(12, "0"):
            said.fault("code", f"编码里的区划是{inside[1]}，与区划代码列的{area}不同", "请核对编码", WARNING)

    def _look_at_department(self, said: Said) -> None:
        code = re.sub(r"_\d+$", "", said.get("dept_code").strip())
        if len(code) == 18:
            cells.uscc(said, "dept_code", WARNING)
        elif len(code.replace("-", "")) == 9:
            try:
                check_orgcode(code)
            except BadInput as error:
                said.fault("dept_code", cells.why_of(error), "请对照证书核对", WARNING)
        if said.get("uscc"):
            cells.uscc(said, "uscc", WARNING)

    def bodies(self, said: Said) -> list[Known]:
        """By name in the catalogue's own place, or by credit code; unknown is said, not refused."""
        code = cells.uscc(_copy(said), "uscc")
        by_code = self.desk.roster.by_code.get(code) if code else None
        found, lost = self.desk.roster.all_of(said.get("body")) if said.get("body").strip() else ([], [])
        bodies = list({b.id: b for b, _ in found}.values())
        if not bodies and by_code is not None:
            known = self.desk.roster.known[by_code]
            said.fault("body", f"按信用代码认作“{known.name}”", "请核对名称", WARNING)
            return [known]
        for match in lost if not bodies else []:
            why = f"{match.why}，事项照登，暂无归属"
            said.fault("body", why, f"{match.instead.rstrip('。')}，再补登归属", WARNING)
        return bodies

    def plan(self, want: Want, item: Settled) -> dict[str, Any]:
        plan = super().plan(want, item)
        if not item.new and not plan.get("hold") and isinstance(item.ref, str):
            want.said.fault("code", "与前面一行是同一事项，又没有新的归属", "请删去重复的行")
        return plan


def _copy(said: Said) -> Said:
    """The same row for a reading whose findings are not wanted twice."""
    return Said(said.line, said.sheet, said.table, said.values, said.headers)


def _doubt(code: str) -> str:
    """What is wrong with the body's part of an implementation code; "" when it stands in its place and is valid."""
    found = CREDIT.search(code)
    if found is not None:
        try:
            check_uscc(found[0])
        except BadInput as error:
            return cells.why_of(error)
        return "" if AREA.search(code) else "前面缺区划等几段"
    if re.search(r"(\d)\1{9,}", code):
        return "主体代码像是占位的数字"
    if re.search(r"[0-9A-Z]{17}[a-z]", code):
        return "字母应为大写"
    if re.search(r"(?<![0-9A-Z])\d{14,17}[0-9A-Z]{0,3}(?![0-9A-Z])", code):
        return "主体代码位数不对"
    return "用的是组织机构代码" if re.search(r"-\d{7,8}-?[0-9X](?![0-9A-Z])", code) else "没有主体代码"
