"""责任清单, its four tabs (spec §5b, §10.7): duties and work · boundaries with others · supervision · public services.

A boundary names several departments with what each does: the list's own body leads, the others assist, and the words of
the division stay with the duty. Which facts fall to whom (segments) is a ruling's business, not a table's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from zhize.kernel.text import fold
from zhize.register.importing import cells
from zhize.register.importing.columns import Field, Table
from zhize.register.importing.desk import Desk
from zhize.register.importing.items import Settled, Want
from zhize.register.importing.kinds import base
from zhize.register.importing.kinds.base import Kind, required
from zhize.register.importing.names import Known
from zhize.register.importing.particulars import left, told
from zhize.register.importing.terms import WARNING, Judged, Said, Tentative
from zhize.register.models import Capacity

OWNER = Field("body", ("部门", "部门名称", "单位", "责任部门", "责任单位", "责任主体", "实施主体"), "always", True)
WORK = Table(
    "work", "部门职责",
    (base.SERIAL, OWNER, Field("main", ("主要职责", "职责", "部门主要职责", "职责名称", "主要职能"), "always"),
     Field("work", ("具体工作事项", "工作事项", "具体事项", "具体工作", "细化工作事项", "工作职责")),
     Field("goal", ("年度重点目标", "重点目标", "年度目标", "年度重点工作", "年度工作目标")), base.UNIT, base.NOTE, base.FROM),
    (("main",), ("work", "unit", "goal")),
)  # fmt: skip
BOUNDARY = Table(
    "boundary", "职责边界",
    (base.SERIAL, OWNER, Field("matter", ("管理事项", "管理职责", "边界事项", "涉及事项", "职责事项"), "always"),
     Field("other", ("相关部门", "涉及部门", "有关部门", "配合部门", "职责部门")),
     Field("share", ("职责分工", "部门分工", "分工", "职责边界", "具体分工")), Field("basis", ("相关依据", "划分依据", "依据", "法律依据")),
     Field("case", ("案例", "典型案例", "相关案例")), base.NOTE, base.FROM),
    (("matter",), ("other",), ("share",)),
)  # fmt: skip
SUPERVISION = Table(
    "supervision", "事中事后监管制度",
    (base.SERIAL, OWNER, Field("name", ("监管制度名称", "监管制度", "制度名称", "监管事项", "监督制度")),
     Field("object", ("监督检查对象", "监管对象", "检查对象", "对象")), Field("content", ("监督检查内容", "监管内容", "检查内容", "内容")),
     Field("way", ("监督检查方式", "监管方式", "检查方式", "方式")), Field("measure", ("监督检查措施", "监管措施", "检查措施", "措施")),
     Field("procedure", ("监督检查程序", "监管程序", "检查程序", "程序")),
     Field("outcome", ("监督检查处理", "处理措施", "监管处理", "处理", "结果处理")), base.UNIT, base.NOTE, base.FROM),
    (("name",), ("object", "content"), ("way", "measure", "procedure", "outcome")),
)  # fmt: skip
SERVICES = Table(
    "services", "公共服务事项",
    (base.SERIAL, OWNER, Field("name", ("服务事项", "公共服务事项", "服务事项名称", "公共服务", "事项名称", "服务名称")),
     Field("content", ("主要内容", "服务内容", "内容", "服务主要内容")), Field("unit", ("承办机构", "承办处室", "承办单位", "承办科室", "责任处室")),
     Field("phone", ("联系电话", "电话", "咨询电话", "服务电话")), base.NOTE, base.FROM),
    (("name",), ("content",), ("unit", "phone")),
)  # fmt: skip
FIELDS = {
    "work": {"unit": "unit"}, "boundary": {"case": "case", "unit": "unit"},
    "supervision": {"object": "object", "measure": "measures", "procedure": "procedure", "outcome": "handled", "unit": "unit"},
    "services": {"unit": "unit", "phone": "consult"},
}  # fmt: skip
WORDS = ("object", "content", "way", "measure", "procedure", "outcome", "case", "unit", "phone", "note")


class DutyList(Kind):
    name = "duty"
    label = "责任清单"
    tables = (WORK, BOUNDARY, SUPERVISION, SERVICES)

    def __init__(self, desk: Desk, prefix: str) -> None:
        super().__init__(desk, prefix)
        self.boundaries: Tentative[tuple[int, str], int] = (
            Tentative()
        )  # a boundary's rows after its first add a body each
        self.tentative.append(self.boundaries)

    def judge(self, batch: Sequence[Said]) -> list[Judged]:
        """1 the duties each row speaks of · 2 what the register has of them · 3 who holds them."""
        owners = [self._owner(s) for s in batch]
        wants = [self._wants(s) for s in batch]
        self.items.prepare(w for row in wants for w in row)
        self.ledger.prepare(self.items.olds)
        rows = zip(batch, owners, wants, strict=True)
        return [self.one(said, partial(self._decide, owner, row)) for said, owner, row in rows]

    def _decide(self, owner: Known | None, wants: list[Want]) -> dict[str, Any]:
        items = self._settle(wants, owner)
        return self._plan(wants[0].said, owner, wants, items) if owner is not None and items else {}

    def _owner(self, said: Said) -> Known | None:
        found = self.desk.bodies(said, "body")
        return found[0] if found else None

    # -- what a row speaks of --
    def _wants(self, said: Said) -> list[Want]:
        if said.table == "work":
            return self._work(said)
        column = "matter" if said.table == "boundary" else "name"
        kind = {"boundary": "work", "supervision": "supervision", "services": "service"}[said.table]
        want = Want(said, kind, required(said, column), column=column)
        want.type = "20" if kind == "service" else ""
        want.told = told(said, FIELDS[said.table], want.type)
        want.detail = self._words(said, ("share", *WORDS) if said.table == "boundary" else WORDS, want.told)
        if said.table == "boundary":
            want.bases = self.desk.laws.read(said, "basis", needed=False)
        return [want]

    def _work(self, said: Said) -> list[Want]:
        """A main duty (repeated down its merged cell), one piece of work, perhaps one goal of the year."""
        main = _unnumbered(required(said, "main"))
        wants = [Want(said, "main", main[:300], column="main")] if main else []
        for column in ("work", "goal"):
            text = _unnumbered(cells.name(said.get(column)))
            if text and len(text) > 300:
                said.fault(column, f"有{len(text)}个字，超过300字", "请分成几行，一行一项")
            elif text:
                want = Want(said, column, text, told=told(said, FIELDS["work"], ""), column=column)
                want.detail = self._words(said, ("unit", "note"), want.told)
                wants.append(want)
        return wants

    def _words(self, said: Said, columns: Sequence[str], taken: dict[str, Any]) -> str:
        fields = [f for t in self.tables if t.key == said.table for f in t.fields if f.name in columns]
        return "\n".join(left(said, fields, FIELDS[said.table], taken))[:20000]

    def _settle(self, wants: list[Want], owner: Known | None) -> list[Settled]:
        """The main duty first: the others are part of it. The same words in another department's list are its own duty."""
        settled: list[Settled] = []
        for want in wants:
            if owner is not None:
                want.owner, want.barred = owner.id, self._others(owner)
            if settled:
                first = settled[0]
                want.main = first.old.key if first.old is not None else str(first.ref)
            item = None if want.said.refused else self.items.settle(want)
            if item is not None:
                settled.append(item)
        return settled if len(settled) == len(wants) else []

    def _others(self, owner: Known) -> set[int]:
        """Duties that another body holds in its own name where the owner stands."""
        return {
            duty
            for duty, held in self.ledger.held.items()
            for h in held
            if (h.level, h.place_id) == (owner.level, owner.place)
            and h.body_id != owner.id
            and h.capacity == "NAME_HOLDER"
        }

    # -- who holds it --
    def _plan(self, said: Said, owner: Known, wants: list[Want], items: list[Settled]) -> dict[str, Any]:
        pairs = list(zip(wants, items, strict=True))
        lines = self._boundary(said, owner, *pairs[0]) if said.table == "boundary" else self._own(said, owner, pairs)
        codes = [[i.ref, *i.add_code] for i in items if i.add_code]
        words = [t for want, item in pairs for t in self.items.told(want, item, [owner.id])]
        return {
            "duties": [i.new for i in items if i.new],
            "codes": codes,
            "hold": [line for line in lines if line],
            "told": words,
        }

    def _own(self, said: Said, owner: Known, pairs: list[tuple[Want, Settled]]) -> list[dict[str, Any] | None]:
        """A main duty stands on many rows and is held once; the same work twice is a mistake."""
        lines: list[dict[str, Any] | None] = []
        start = cells.day(said, "from")
        for want, item in pairs:
            held = (item.ref, owner.level, owner.place or 0, owner.id, Capacity.NAME_HOLDER)
            if want.kind == "main" and held in self.ledger.lines:
                continue
            lines.append(self._hold(said, item, owner, want, start, Capacity.NAME_HOLDER))
        return lines

    def _boundary(self, said: Said, owner: Known, want: Want, item: Settled) -> list[dict[str, Any] | None]:
        key = (owner.id, fold(want.name))
        start = cells.day(said, "from")
        lines: list[dict[str, Any] | None] = []
        if key not in self.boundaries:
            self.boundaries.enter(key, said.no)
            lines.append(self._hold(said, item, owner, want, start, Capacity.LEAD))
        others, lost = self.desk.roster.all_of(said.get("other")) if said.get("other").strip() else ([], [])
        for match in lost:
            said.fault("other", match.why, match.instead)
        for body, match in others:
            if match.note:
                said.fault("other", match.note, "请核对是否同一机构", WARNING)
            if body.id != owner.id:
                lines.append(self._hold(said, item, body, want, start, Capacity.ASSIST, "other", owner.place))
        return lines

    def _hold(
        self, said: Said, item: Settled, body: Known, want: Want, start: Any, capacity: str, column: str = "body",
        place: int | None = None,
    ) -> dict[str, Any] | None:  # fmt: skip
        at = place or body.place
        return self.ledger.hold(
            said,
            item,
            body,
            [at] if at else [],
            type_=want.type,
            power=False,
            column=column,
            capacity=capacity,
            start=start,
        )


def _unnumbered(text: str) -> str:
    """（一）贯彻执行… and 1.贯彻执行… without their numbers."""
    return re.sub(r"^(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）.、．]|[①-⑳])\s*(?=\D)", "", text)
