"""Who holds what already: a row that repeats it changes nothing, a row that contradicts it is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from zhize.register.importing.desk import Desk, subject
from zhize.register.importing.items import Ref, Settled
from zhize.register.importing.names import Known
from zhize.register.importing.terms import WARNING, Said, Tentative
from zhize.register.models import Capacity, Holding

NAME = Capacity.NAME_HOLDER
EXCLUSIVE = {f"{n:02}" for n in range(1, 10)}
NEVER_SOCIAL = {"01", "02", "03", "04", "09"}


class Ledger:
    """Holdings of the register for a batch of duties, and those of the file so far."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.held: dict[int, list[Holding]] = defaultdict(list)
        self.file: Tentative[tuple[Ref, int, int], tuple[int, int]] = Tentative()  # duty, level, place → body, row
        self.lines: Tentative[tuple[Ref, int, int, int, str], int] = (
            Tentative()
        )  # duty, level, place, body, capacity → row

    def prepare(self, ids: Iterable[int]) -> None:
        self.held = defaultdict(list)
        for h in Holding.objects.live().from_day_on(self.desk.day).filter(duty_id__in=set(ids)):
            self.held[h.duty_id].append(h)

    def hold(
        self, said: Said, item: Settled, body: Known, places: list[int], *, type_: str, power: bool, column: str = "body",
        capacity: str = NAME, mode: str = "法定", out: list[int] | None = None, start: date | None = None,
        until: date | None = None, **more: Any,
    ) -> dict[str, Any] | None:  # fmt: skip
        """The line of an assignment, or None: refused (the row says why) or held already."""
        begin = start or self.desk.day
        if not self._allowed(said, item, body, places, type_, power, column, begin):
            return None
        free = [p for p in places if not self._repeats(said, item, body, p, column, capacity, begin)]
        clash = [p for p in free if self._clashes(said, item, body, p, type_, column, capacity)]
        if clash or not free:
            return None
        for place in free:
            self._enter(said, item, body, place, capacity)
        line = {
            "duty": item.ref, "body": body.id, "level": body.level, "in": free, "out": out or [], "as": capacity,
            "mode": mode, "from": begin.isoformat(), "to": self._until(said, body, column, until), **more,
        }  # fmt: skip
        return {k: v for k, v in line.items() if v not in (None, [], "")}

    def _allowed(
        self, said: Said, item: Settled, body: Known, places: list[int], type_: str, power: bool, column: str, day: date
    ) -> bool:  # fmt: skip
        """What rules 3, 5, 9 and 15 and the table of competence would refuse on acceptance, said of the very row."""
        paper = self.desk.paper
        if not places:
            said.fault(column, f"“{body.name}”没有登记辖区，也没有写明区域", "请补填区域，或先登记机构的辖区")
        if power and paper is not None and paper.effective and day < paper.effective:
            said.fault("from", f"自{day}起早于依据文件的施行日{paper.effective}（规则第3条）", "请改正生效日期")
        if type_ in NEVER_SOCIAL and body.kind == "社会组织":
            said.fault(column, "许可、处罚、强制、征收、裁决不能交由社会组织行使（规则第9条）", "请改正实施主体")
        if item.old is not None and item.old.divided:
            said.fault("name", "这项职责已按部分划分，不能再作整体归属（规则第15条）", "请用 holdings 导入并写明部分")
        if day < body.since:
            said.fault(column, f"“{body.name}”{body.since}才设立，晚于{day}（规则第5条）", "请改正生效日期或机构")
        for place in places:
            if not self.desk.places.lasts(place, day):
                said.fault(
                    column, f"{self.desk.places.name(place)}在{day}之后不再存续或尚未设立（规则第5条）", "请改正区域"
                )
        self.desk.competent(said, column, "assign", subject(body), places[0] if places else None, day)
        return not said.refused

    def _repeats(
        self, said: Said, item: Settled, body: Known, place: int, column: str, capacity: str, day: date
    ) -> bool:
        """The same line again: in the file it is an error, in the register it is nothing new."""
        key = (item.ref, body.level, place, body.id, capacity)
        if key in self.lines:
            said.fault(column, f"与第{self.lines[key]}行重复（同一事项、同一机构、同一地方）", "请删去其中一行")
            return True
        return any(
            h.body_id == body.id and h.place_id == place and h.level == body.level and h.capacity == capacity
            and h.segment_id is None and h.from_day <= day
            for h in self._held(item)
        )  # fmt: skip

    def _clashes(
        self, said: Said, item: Settled, body: Known, place: int, type_: str, column: str, capacity: str
    ) -> bool:
        if capacity not in (NAME, Capacity.LEAD):
            return False
        seen = self.file.get((item.ref, body.level, place)) if capacity == NAME else None
        if seen is not None and seen[0] != body.id:
            other = self.desk.roster.known[seen[0]].name
            where = f"第{seen[1]}行" if seen[1] != said.no else "本行"
            why = f"同一层级同一地方，{where}已写“{other}”以自己名义行使（规则第1条）"
            said.fault(column, why, "请只留一个；共同办理的写成“某某会同某某”")
            return True
        for h in self._held(item):
            same_cell = h.capacity == capacity and h.level == body.level and h.body_id != body.id and not h.concurrent
            if same_cell and h.segment_id is None and self._meet(h, place, type_):
                holder = self.desk.roster.known.get(h.body_id)
                why = f"登记中由“{holder.name if holder else '另一机构'}”行使，自{h.from_day}起"
                said.fault(column, f"{why}（规则第1条）", "属于划转的请用 transfer 导入；登记有误的请先更正")
                return True
        return False

    def _meet(self, h: Holding, place: int, type_: str) -> bool:
        if h.place_id == place:
            return True
        if type_ not in EXCLUSIVE:
            return False
        over, under = self.desk.places.chain(place), self.desk.places.chain(h.place_id)
        return (h.place_id in over and not set(h.excludes) & set(over)) or place in under

    def _until(self, said: Said, body: Known, column: str, until: date | None) -> str | None:
        """No later than the body itself."""
        if body.until is not None and (until is None or until > body.until):
            why = f"“{body.name}”{body.until}终止，归属登记到这一天为止"
            said.fault(column, why, "此后由谁承接，请另行登记", WARNING)
            return body.until.isoformat()
        return until.isoformat() if until else None

    def _enter(self, said: Said, item: Settled, body: Known, place: int, capacity: str) -> None:
        self.lines.enter((item.ref, body.level, place, body.id, capacity), said.no)
        if capacity == NAME:
            self.file.enter((item.ref, body.level, place), (body.id, said.no))

    @property
    def tentative(self) -> list[Tentative[Any, Any]]:
        return [self.file, self.lines]

    def _held(self, item: Settled) -> list[Holding]:
        return self.held[item.ref] if isinstance(item.ref, int) else []
