"""划转目录: duties that leave one body and arrive at another on a day (spec §3b; columns of a published catalogue).

划出部门 is a city's department and those of its counties in one cell, with exceptions (龙港市除外); the receiver is often
not in the table at all. Giver and receiver are paired by place: what leaves in a county arrives in that county.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from zhize.kernel.text import fold
from zhize.register.importing import cells
from zhize.register.importing.columns import Field, Table
from zhize.register.importing.items import Old, Settled, Want
from zhize.register.importing.kinds import base
from zhize.register.importing.kinds.holdings import Holdings
from zhize.register.importing.names import Known
from zhize.register.importing.places import excepted
from zhize.register.importing.terms import WARNING, Said
from zhize.register.models import Segment

MODES = {"划转": "hand_over", "转": "hand_over", "下放": "devolve", "授权": "authorise"}
TABLE = Table(
    "transfer", "划转目录",
    (base.SERIAL, base.CODE, base.NAME, base.BASIS,
     Field("giver", ("划出部门", "划出单位", "原实施主体", "原行使部门", "移出部门", "转出部门", "划出机关", "原主管部门", "原实施部门"), "name", True),
     Field("receiver", ("接收部门", "划入部门", "承接部门", "接收单位", "承接主体", "划入单位", "移入部门", "现实施主体", "接收主体"), "name", True),
     Field("extent", ("划转范围", "划转程度", "划转内容", "划转方式", "全部/部分")),
     Field("boundary", ("具体职责边界", "职责边界", "具体边界", "边界", "划转边界", "职责分工")),
     base.WHERE, base.FROM, Field("holder", ("实施主体", "行使主体", "实施机关", "责任单位")), base.NOTE),
    (("code", "name"), ("giver",)),
)  # fmt: skip


class Transfer(Holdings):
    name = "transfer"
    label = "划转目录"
    tables = (TABLE,)

    def _plan(self, want: Want, item: Settled) -> dict[str, Any]:
        said = want.said
        day = cells.day(said, "from") or self.desk.day
        givers = self._bodies(said, "giver")
        segment = self._segment(want, item.old) if item.old is not None else ""
        subject = "penalty_transfer" if want.type == "02" else "duty_transfer"
        self.desk.competent(said, "giver", "hand_over", subject, givers[0].place if givers else None, day)
        moves = [m for g in givers if (m := self._move(want, item, g, day, segment))]
        if givers and not moves and not said.refused:
            said.fault("giver", "没有一家划出部门需要划转", "请核对划出部门与接收部门")
        return {"move": moves}

    def _move(self, want: Want, item: Settled, giver: Known, day: date, segment: str) -> dict[str, Any] | None:
        said = want.said
        if not self._gives(want, item, giver, day, segment):
            return None
        receiver = self._receiver(said, giver)
        if receiver is None or said.refused:
            return None
        key = (item.ref, giver.level, giver.place or 0, giver.id, f"out {segment}")
        if key in self.ledger.lines:
            said.fault("giver", f"与第{self.ledger.lines[key]}行重复（同一事项、同一划出部门）", "请删去其中一行")
            return None
        self.ledger.lines.enter(key, said.no)
        where = self.desk.places.read(said.get("where"), giver.place)
        for name in where.unknown:
            said.fault("where", f"登记中没有“{name}”这个地方", "请写区划全称或代码")
        out = [*where.exclude, *self._left_out(said, giver)]
        move = {"duty": item.ref, "from_body": giver.id, "to_body": receiver.id, "level": giver.level, "in": where.include,
                "out": sorted(set(out)), "day": day.isoformat(), "segment": segment,
                "clause": f"第{said.get('serial')}项" if said.get("serial").isdigit() else ""}  # fmt: skip
        return {k: v for k, v in move.items() if v not in ("", None, [])}

    def _gives(self, want: Want, item: Settled, giver: Known, day: date, segment: str) -> bool:
        """Does the giver hold it on the day? Told row by row what the act would refuse as a whole (rule 4)."""
        mine = [
            h for h in self.ledger.held[int(item.ref)]
            if h.body_id == giver.id and h.level == giver.level and h.capacity == "NAME_HOLDER"
            and h.from_day <= day and (h.to_day is None or h.to_day > day)
        ]  # fmt: skip
        if segment and item.old is not None and item.old.divided:
            mine = [h for h in mine if h.segment_id and fold(self.segments.get(h.segment_id, "")) == fold(segment)]
        if not mine:
            why = f"“{giver.name}”在{day}并不以自己名义行使这项职责（规则第4条：划出等于划入）"
            want.said.fault("giver", why, "请查看这项职责现由谁行使（zhize who），再改正划出部门")
        return bool(mine)

    def _receiver(self, said: Said, giver: Known) -> Known | None:
        """The receiver in the giver's own place; named in the table, else by --receiver."""
        text = said.get("receiver").strip() or self.desk.receiver
        if not text:
            said.fault("receiver", "没有写明接收部门", "请补填，或用 --receiver 指明（例如 综合行政执法局）")
            return None
        found, lost = self.desk.roster.all_of(text)
        here = [b for b, _ in found if b.place == giver.place] or self._same_core(text, giver)
        if not here and len(found) == 1 and not said.get("receiver").strip().startswith("各"):
            here = [found[0][0]]
        if not here:
            place = self.desk.places.name(giver.place) if giver.place else giver.name
            hints = [m.instead for m in lost if m.instead]
            said.fault(
                "receiver", f"{place}没有登记接收部门“{text}”", hints[0] if hints else "请先设立接收部门", value=text
            )
            return None
        if here[0].id == giver.id:
            said.fault("receiver", "划出部门与接收部门是同一机构", "请改正其中之一", value=text)
            return None
        return here[0]

    def _same_core(self, text: str, giver: Known) -> list[Known]:
        """综合行政执法局 → the one of the giver's own place."""
        ids = self.desk.roster.by_core.get((giver.place, fold(text).lstrip("市县区")), set())
        return [self.desk.roster.known[i] for i in ids] if len(ids) == 1 else []

    def _bodies(self, said: Said, column: str) -> list[Known]:
        found, lost = self.desk.roster.all_of(said.get(column)) if said.get(column).strip() else ([], [])
        for match in lost:
            said.fault(column, match.why, match.instead)
        if not found and not lost:
            said.fault(column, "没有写明划出部门", "请补填")
        return list({b.id: b for b, _ in found}.values())

    def _left_out(self, said: Said, giver: Known) -> list[int]:
        """（龙港市除外） beside a city's department takes the place out of what leaves."""
        places = [p for n in excepted(said.get("giver")) if (p := self.desk.places.find(n))]
        return [
            p.pk
            for p in places
            if giver.place and p.pk != giver.place and giver.place in self.desk.places.chain(p.pk)[1:]
        ]

    def _segment(self, want: Want, old: Old) -> str:
        """部分: the boundary's words name the segment that leaves; 全部 needs none."""
        said = want.said
        extent, boundary = fold(said.get("extent")), cells.text(said.get("boundary"))
        if "部分" not in extent:
            if old.divided:
                said.fault("extent", "这项职责已按部分划分，不能整体划转（规则第15条）", "请写明划转哪一部分")
            return ""
        if not boundary:
            said.fault("boundary", "写了“部分”划转，却没有写明划转哪一部分", "请在具体职责边界中写明")
            return ""
        name = boundary.replace("\n", "")[:120]
        if len(boundary) > 120:
            said.fault("boundary", "职责边界超过120字，部分的名称只取前120字", "请写得简短些", WARNING)
        if old.divided:
            self._segment_of(said, old, name)
        return name

    def _segment_of(self, said: Said, old: Old, name: str) -> None:
        found = {s.pk: s.name for s in Segment.objects.filter(duty_id=old.id)}
        self.segments |= found
        if fold(name) not in {fold(n) for n in found.values()}:
            parts = "、".join(f"“{n}”" for n in found.values())
            said.fault("boundary", f"这项职责已划分为{parts}，没有这一部分", "请写成其中之一")

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.segments: dict[int, str] = {}
