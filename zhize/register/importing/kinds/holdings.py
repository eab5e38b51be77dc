"""职责归属表: who holds duties the register already has — as what, by which way, where, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from zhize.kernel.text import fold
from zhize.register.importing import cells
from zhize.register.importing.columns import Field, Table
from zhize.register.importing.items import Settled, Want
from zhize.register.importing.kinds import base
from zhize.register.importing.kinds.base import Kind
from zhize.register.importing.names import Known
from zhize.register.importing.terms import WARNING, Judged, Said
from zhize.register.models import Capacity, DutyWording, Mode

TABLE = Table(
    "holdings", "职责归属",
    (base.SERIAL, base.CODE, base.NAME, base.BODY,
     Field("capacity", ("身份", "角色", "职责身份", "承担方式", "责任类型")),
     Field("mode", ("方式", "行使方式", "取得方式", "下放方式", "委托/下放", "权力来源", "职权来源")),
     base.WHERE, base.FROM, Field("to", ("终止日期", "截止日期", "失效日期", "期限", "到期日期", "至")),
     Field("principal", ("委托机关", "委托部门", "委托单位", "委托主体")), Field("clause", ("条款", "依据条款")), base.LEVELS, base.NOTE),
    (("code", "name"), ("body",)),
)  # fmt: skip
CAPACITIES = {
    "以其名义": "NAME_HOLDER", "主体": "NAME_HOLDER", "责任主体": "NAME_HOLDER", "行使主体": "NAME_HOLDER", "实施主体": "NAME_HOLDER",
    "权力主体": "NAME_HOLDER", "实际承办": "PERFORMER", "承办": "PERFORMER", "受托": "PERFORMER", "承接": "PERFORMER", "牵头": "LEAD", "主责": "LEAD",
    "牵头部门": "LEAD", "配合": "ASSIST", "协办": "ASSIST", "会办": "ASSIST", "协助": "ASSIST", "配合部门": "ASSIST", "监管": "SUPERVISOR",
    "监督": "SUPERVISOR", "审批": "APPROVER",
}  # fmt: skip
MODES = {
    "法定本级行使": "法定", "1": "法定", "本级行使": "法定", "法定行使": "法定", "2": "下放", "上级下放": "下放", "3": "授权", "4": "授权", "上级授权": "授权",
    "同级授权": "授权", "5": "委托", "6": "委托", "上级委托": "委托", "同级委托": "委托", "购买服务": "购买", "职能转移": "转移",
}  # fmt: skip
MOVED = {"划转", "下放", "授权"}


class Holdings(Kind):
    name = "holdings"
    label = "职责归属表"
    tables = (TABLE,)

    def judge(self, batch: Sequence[Said]) -> list[Judged]:
        wants = [self._want(s) for s in batch]
        self.items.prepare(wants)
        self._prepare_names(wants)
        self.ledger.prepare(self.items.olds)
        return [self.one(w.said, partial(self._decide, w)) for w in wants]

    def _decide(self, want: Want) -> dict[str, Any]:
        item = self._settle(want)
        return self._plan(want, item) if item is not None else {}

    def _want(self, said: Said) -> Want:
        want = Want(said, "", cells.name(said.get("name")))
        want.scheme, want.code = cells.code(said, "code")
        if not want.name and not want.code and not said.refused:
            said.fault("name", "没有写事项代码或名称", "请补填其中之一")
        return want

    def _prepare_names(self, wants: list[Want]) -> None:
        """A holding names its duty whatever the duty's kind."""
        self.named: dict[str, set[int]] = {}
        rows = DutyWording.objects.as_of(self.desk.day).filter(name__in={w.name for w in wants if w.name})
        for duty, name in rows.values_list("duty_id", "name"):
            self.named.setdefault(fold(name), set()).add(duty)

    def _settle(self, want: Want) -> Settled | None:
        """Only duties the register has; by code, else by name where that is one duty's alone."""
        said = want.said
        if said.refused:
            return None
        old = self.items.by_code.get(want.code) if want.code else None
        if old is None:
            ids = self.named.get(fold(want.name), set()) if want.name else set()
            olds = [o for o in self.items.olds.values() if o.id in ids]
            if len(olds) > 1:
                said.fault("name", f"登记中有{len(olds)}项职责都叫这个名字", "请补填事项代码")
                return None
            old = olds[0] if olds else None
        if old is None:
            said.fault(
                "code" if want.code else "name",
                "登记中没有这项职责",
                "请先登记职责（权力清单用 power 导入），再登记归属",
            )
            return None
        if want.name and fold(want.name) != fold(old.name):
            said.fault("name", f"与登记的名称“{old.name}”不同，按代码认定", "请核对", WARNING)
        want.type, want.kind = old.type, old.kind
        return Settled(old.id, old=old)

    def _plan(self, want: Want, item: Settled) -> dict[str, Any]:
        said = want.said
        capacity, mode = self._capacity(said), self._mode(said)
        start, until = cells.day(said, "from"), cells.day(said, "to")
        bodies = self.desk.bodies(said, "body")
        if start and until and until <= start:
            said.fault("to", "终止日期不晚于生效日期，期间为空", "请改正日期")
        if mode == Mode.ENTRUSTED:
            return {"entrust": [t for b in bodies if (t := self._entrusted(want, item, b, start, until))]}
        if said.refused:
            return {}
        return {"hold": [h for b in bodies if (h := self._held(want, item, b, start, until, capacity, mode))]}

    def _held(
        self, want: Want, item: Settled, body: Known, start: date | None, until: date | None, capacity: str, mode: str
    ) -> dict[str, Any] | None:  # fmt: skip
        where = self.desk.places.read(want.said.get("where"), body.place)
        for name in where.unknown:
            want.said.fault("where", f"登记中没有“{name}”这个地方", "请写区划全称或代码")
        return self.ledger.hold(
            want.said, item, body, where.include, type_=want.type, power=want.kind == "power", capacity=capacity, mode=mode,
            out=where.exclude, start=start, until=until, clause=cells.text(want.said.get("clause"))[:60],
        )  # fmt: skip

    def _entrusted(
        self, want: Want, item: Settled, body: Known, start: date | None, until: date | None
    ) -> dict[str, Any] | None:  # fmt: skip
        """委托 needs a principal who holds the duty, and a term (行政许可法第二十四条)."""
        said = want.said
        principals, lost = self.desk.roster.all_of(said.get("principal")) if said.get("principal") else ([], [])
        for match in lost:
            said.fault("principal", match.why, match.instead)
        if len(principals) != 1 and not lost:
            said.fault("principal", "委托须写明一个委托机关（行政许可法第二十四条）", "请补填委托机关")
        if until is None:
            said.fault("to", "委托须有期限", "请补填终止日期")
        if want.type == "03":
            said.fault("mode", "行政强制措施权不得委托（行政强制法第十七条）", "请改正方式")
        where = self.desk.places.read(said.get("where"), body.place)
        if said.refused or until is None or not where.include:
            return None
        self.desk.competent(said, "mode", "entrust", "entrustment", None, start or self.desk.day)
        principal = principals[0][0]
        return {"duty": item.ref, "body": body.id, "principal": principal.id, "level": principal.level, "in": where.include,
                "out": where.exclude, "from": (start or self.desk.day).isoformat(), "to": until.isoformat()}  # fmt: skip

    def _capacity(self, said: Said) -> str:
        text = fold(said.get("capacity"))
        if not text:
            return Capacity.NAME_HOLDER
        if text.upper() in Capacity.values:
            return text.upper()
        found = CAPACITIES.get(text) or next((c for word, c in CAPACITIES.items() if word in text), "")
        if not found:
            said.fault("capacity", "看不出以什么身份行使", "请填以其名义、实际承办、牵头、配合、监管或审批")
        return found

    def _mode(self, said: Said) -> str:
        text = fold(said.get("mode"))
        if not text:
            return Mode.STATUTORY
        found = MODES.get(text) or next((m for m in Mode.values if m in text), "")
        if not found:
            said.fault("mode", "看不出怎样取得", "请填法定、委托、托管、派驻、转移、购买或联合")
        if found in MOVED:
            said.fault(
                "mode", f"{found}要同时写明从哪里划出（规则第4条：划出等于划入）", "请用 transfer 导入，写明划出部门"
            )
        return found
