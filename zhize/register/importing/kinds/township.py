"""乡镇（街道）履行职责事项清单: 基本, 配合 and 上级收回, in one table or a sheet each, for one township or all of a county."""

from __future__ import annotations

from typing import Any

from zhize.kernel.text import fold
from zhize.register.importing import cells
from zhize.register.importing.columns import Field, Table
from zhize.register.importing.items import Settled, Want
from zhize.register.importing.kinds import base
from zhize.register.importing.kinds.holdings import Holdings
from zhize.register.importing.terms import Said
from zhize.register.models import TownshipItem

K = TownshipItem.Kind
TABLE = Table(
    "township", "乡镇履行职责事项清单",
    (base.SERIAL, base.CODE, base.NAME,
     Field("kind", ("清单类别", "履职类别", "事项类别", "职责类型", "类别", "清单")),
     Field("where", ("乡镇街道", "乡镇（街道）", "乡镇", "街道", "适用乡镇", "区域", "适用区域")),
     Field("superior", ("承接部门", "对应上级部门", "上级部门", "牵头部门", "承接机构", "牵头机构", "主管部门", "责任部门", "部门")),
     Field("how", ("承接部门及工作方式", "履职方式", "工作方式", "配合职责", "乡镇街道配合职责", "承接方式", "配合事项")),
     base.FROM, Field("clause", ("条款", "依据条款")), base.NOTE),
    (("code", "name"),),
)  # fmt: skip
WORDS = {"基本": K.BASIC, "配合": K.ASSIST, "收回": K.WITHDRAWN, "上收": K.WITHDRAWN}


class Township(Holdings):
    name = "township"
    label = "乡镇履行职责事项清单"
    tables = (TABLE,)

    def _plan(self, want: Want, item: Settled) -> dict[str, Any]:
        said = want.said
        kind, day = self._kind(said), cells.day(said, "from") or self.desk.day
        where = self._where(said)
        superior = self._superior(said, kind)
        if said.refused:
            return {}
        line = {"duty": item.ref, "in": where, "kind": kind, "from": day.isoformat(), "how": cells.text(said.get("how"))[:300],
                "clause": cells.text(said.get("clause"))[:60]}  # fmt: skip
        return {"town": [line | ({"superior": superior} if superior else {})]}

    def _kind(self, said: Said) -> str:
        """What the column says, else what the sheet or the section is called."""
        for text in (said.get("kind"), said.section, said.sheet):
            for word, kind in WORDS.items():
                if word in fold(text or ""):
                    return str(kind)
        said.fault("kind", "看不出是基本、配合还是收回", "请填类别，或者按三张清单分页")
        return ""

    def _where(self, said: Said) -> list[int]:
        found = self.desk.places.read(said.get("where"), self.desk.place.pk if self.desk.place else None)
        for name in found.unknown:
            said.fault("where", f"登记中没有“{name}”这个地方", "请写乡镇街道全称或代码")
        if not found.include and not found.unknown:
            said.fault("where", "没有写是哪个乡镇街道的清单", "请补填，或者导入时指明地方")
        return found.include

    def _superior(self, said: Said, kind: str) -> int | None:
        if not said.get("superior").strip():
            if kind in (K.ASSIST, K.WITHDRAWN):
                said.fault("superior", "没有写上级部门", "配合的请填牵头部门，收回的请填承接部门")
            return None
        found = self.desk.bodies(said, "superior")
        if len(found) > 1:
            said.fault("superior", "上级部门只能写一个", "请分行填写")
        return found[0].id if found else None
