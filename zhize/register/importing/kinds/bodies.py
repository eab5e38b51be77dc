"""机构名录: bodies to be founded, from a register of organs, of institutions (事业单位台账) or a catalogue of departments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from zhize.kernel.codes import kind_of_uscc
from zhize.kernel.text import fold
from zhize.places.models import Place
from zhize.register.importing import cells
from zhize.register.importing.columns import Field, Table
from zhize.register.importing.desk import Desk
from zhize.register.importing.kinds import base
from zhize.register.importing.kinds.base import Kind, judged
from zhize.register.importing.terms import SKIPPED, WARNING, Judged, Said
from zhize.register.models import Body
from zhize.register.subjects import subject_of

NAME = Field(
    "name", ("机构名称", "单位名称", "部门名称", "机构全称", "单位全称", "名称", "单位", "部门", "机构", "department")
)
SUPERIOR = Field(
    "superior", ("主管部门", "举办单位", "上级机构", "隶属", "隶属关系", "主管单位", "上级部门", "所属部门")
)
TABLE = Table(
    "bodies", "机构名录",
    (base.SERIAL, NAME, Field("short", ("简称", "机构简称", "单位简称")),
     Field("uscc", ("统一社会信用代码", "信用代码", "社会信用代码", "uscc_in_item", "uscc")), SUPERIOR,
     Field("kind", ("机构类别", "机构性质", "单位性质", "机构类型", "单位类别", "性质", "类别", "类型")),
     Field("level", ("层级", "机构层级", "级别", "机构级别", "机构规格", "规格")),
     Field("where", ("行政区划", "区划", "区划代码", "所在地区", "所属区划", "辖区", "地区", "area_code")),
     Field("family", ("条线", "系统", "行业", "行业类别")), Field("phone", ("联系电话", "电话", "办公电话")),
     Field("address", ("地址", "办公地址", "住所", "单位地址")), Field("from", ("成立日期", "设立日期", "批准日期", "成立时间", "设立时间", "批准时间")),
     Field("number", ("批准文号", "设立文号", "文号")), base.NOTE),
    (("name",),),
)  # fmt: skip
KINDS = {
    "党政机关": "机关", "行政机关": "机关", "行政": "机关", "机关": "机关", "工作部门": "机关", "内设机构": "内设", "内设": "内设", "派出机构": "派出", "派出": "派出",
    "派驻机构": "派驻", "派驻": "派驻", "管委会": "管委会", "管理委员会": "管委会", "事业单位": "事业单位", "事业": "事业单位", "公益一类": "事业单位",
    "公益二类": "事业单位", "参公": "事业单位", "生产经营类": "事业单位", "民办事业单位": "民办事业单位", "社会组织": "社会组织", "社会团体": "社会组织",
    "民办非企业": "社会组织", "基金会": "社会组织", "乡镇": "乡镇街道", "街道": "乡镇街道", "乡镇街道": "乡镇街道", "平台": "平台", "群团": "群团",
    "群众团体": "群团", "人民团体": "群团", "党委": "党委", "党委机关": "党委", "政府": "政府", "人民政府": "政府",
}  # fmt: skip
BY_PREFIX = {"11": "机关", "12": "事业单位", "13": "群团", "51": "社会组织", "52": "社会组织", "53": "社会组织"}
COMPATIBLE = {
    "机关": {"机关", "党委", "政府", "乡镇街道", "管委会"}, "事业单位": {"事业单位", "管委会"}, "群团": {"群团"}, "社会组织": {"社会组织"},
}  # fmt: skip
BY_NAME = (
    (r"(街道办事处|镇人民政府|乡人民政府|镇|街道)$", "乡镇街道"), (r"管理委员会$|管委会$", "管委会"), (r"人民政府$", "政府"),
    (r"(委员会办公室|委办公室|宣传部|组织部|统战部|政法委员会|编制委员会办公室|委办|纪律检查委员会)$", "党委"), (r"(残疾人联合会|残联|总工会|妇女联合会|妇联|工商业联合会|科学技术协会)$", "群团"),
    (r"(学校|中学|小学|幼儿园|医院|中心|研究院|研究所|图书馆|博物馆|档案馆|文化馆|站|所|队)$", "事业单位"), (r"(协会|商会|学会|基金会|促进会)$", "社会组织"),
    (r"(局|委员会|办公室|厅|委|办|公安分局|检察院|法院)$", "机关"),
)  # fmt: skip
LEVELS = {"国家": 1, "中央": 1, "省": 2, "市": 3, "厅": 3, "县": 4, "区": 4, "乡": 5, "镇": 5, "街道": 5}


class Bodies(Kind):
    name = "bodies"
    label = "机构名录"
    tables = (TABLE,)
    batch = 200_000  # all at once: a superior may stand below its subordinates

    def __init__(self, desk: Desk, prefix: str) -> None:
        super().__init__(desk, prefix)
        self.prefix = prefix
        self.seen: dict[str, int] = {}  # folded full name → row
        self.codes: dict[str, int] = {}  # credit code → row
        self.made: dict[str, str] = {}  # folded full name → the new body's code
        self.taken: set[str] = set()
        self.written: dict[str, Counter[str]] = {}  # folded full name → the credit codes written beside it

    def judge(self, batch: Sequence[Said]) -> list[Judged]:
        taken = set(
            Body.objects.filter(code__in=[self._slug(cells.name(s.get("name"))) for s in batch]).values_list(
                "code", flat=True
            )
        )
        self.taken |= taken
        named = [self._name(said) for said in batch]
        for said, (name, _) in zip(batch, named, strict=True):
            if name and fold(name) not in self.made and fold(name) not in self.desk.roster.by_name:
                self.made[fold(name)] = self._code(name)
            self._count_code(fold(name), said)
        return [self._judge(said, name, place) for said, (name, place) in zip(batch, named, strict=True)]

    def _count_code(self, name: str, said: Said) -> None:
        code = re.sub(r"\s", "", said.get("uscc")).upper()
        if code:
            self.written.setdefault(name, Counter())[code] += 1

    def _judge(self, said: Said, name: str, place: Place | None) -> Judged:
        if name and fold(name) in self.seen:
            return Judged(said.line, said.sheet, SKIPPED, "与前面的行是同一机构", {}, dict(said.values), [])
        uscc = self._uscc(said, name)
        if said.refused or not name:
            return judged(said, {})
        if self._known(said, name, place, uscc):
            return judged(said, {})
        plan = self._plan(said, name, place, uscc)
        if not said.refused:
            self.seen[fold(name)] = said.no
            if uscc:
                self.codes[uscc] = said.no
        return judged(said, {"found": plan})

    # -- what is it --
    def _name(self, said: Said) -> tuple[str, Place | None]:
        """The full name; a bare 区经信局 gets its place's name (and keeps the bare one as its short name)."""
        name = cells.name(said.get("name"))
        place = self._place(said, name)
        if not name or len(name) < 2 or len(name) > 120:
            said.fault("name", "没有机构名称" if len(name) < 2 else "机构名称超过120字", "请填机构全称")
            return "", place
        if place is not None and name[0] in "市县区" and len(name) > 2 and self.desk.places.find(name[:2]) is None:
            full = self.desk.places.name(place.pk) + name[1:]
            said.fault("name", f"写的是简称，全称按“{full}”登记", "请核对全称", WARNING)
            said.values.setdefault("short", name)
            return full, place
        return name, place

    def _place(self, said: Said, name: str) -> Place | None:
        written = said.get("where").strip()
        if written:
            place = self.desk.places.find(written)
            if place is None:
                said.fault("where", f"登记中没有“{written}”这个地方", "请写区划全称或代码")
            return place
        for size in range(min(len(name) - 1, 9), 1, -1):
            if name[size - 1] in "省市县区镇乡道" and (place := self.desk.places.find(name[:size])):
                return place
        if self.desk.place is None:
            said.fault("where", "看不出机构在哪里", "请补填行政区划，或用 --place 指明")
        return self.desk.place

    def _uscc(self, said: Said, name: str) -> str:
        """The body's code. A catalogue may print another unit's beside it: then an organ's (11…) comes first, then the usual one."""
        codes = self.written.get(fold(name), Counter())
        if len(codes) > 1:
            best = max(codes, key=lambda c: (c[:2] == "11", codes[c]))
            others = "、".join(sorted(set(codes) - {best})[:3])
            said.values["uscc"] = best
            said.fault(
                "uscc",
                f"同一机构写了{len(codes)}个信用代码，取{best}（另有{others}）",
                "请核对哪一个是它自己的",
                WARNING,
            )
        uscc = cells.uscc(said, "uscc")
        if uscc and uscc in self.codes:
            said.fault("uscc", f"与第{self.codes[uscc]}行的信用代码相同而名称不同", "请核对是否同一机构")
        return uscc

    def _known(self, said: Said, name: str, place: Place | None, uscc: str) -> bool:
        """Already registered under this name: nothing to do. A code of another body is refused; a near name is said."""
        roster = self.desk.roster
        if fold(name) in roster.by_name:
            self.seen[fold(name)] = said.no
            return True
        if uscc and uscc in roster.by_code:
            other = roster.known[roster.by_code[uscc]].name
            said.fault("uscc", f"这个信用代码已属于“{other}”", "如为更名，请办理机构更名；否则请改正代码")
            return False
        near = roster.near(name, place.pk if place else None)
        if near and not said.refused:
            said.fault(
                "name",
                f"与登记中的{'、'.join(f'“{n}”' for n in near[:2])}相近，按新机构登记",
                "请核对是否同一机构",
                WARNING,
            )
        return False

    # -- what it becomes --
    def _plan(self, said: Said, name: str, place: Place | None, uscc: str) -> dict[str, Any]:
        kind = self._kind(said, name, uscc)
        level = self._level(said, place, name)
        day = cells.day(said, "from") or self.desk.day
        if place is not None and not self.desk.places.lasts(place.pk, day):
            said.fault(
                "from", f"{self.desk.places.name(place.pk)}在{day}尚未设立或此后撤销（规则第5条）", "请改正日期或区划"
            )
        if kind and level:
            self.desk.competent(
                said, "name", "found", subject_of(Body.Kind(kind), level), place.pk if place else None, day
            )
        plan = {"code": self.made[fold(name)], "kind": kind, "level": level, "name": name, "from": day.isoformat(),
                "place": place.pk if place else None, "short": cells.name(said.get("short"))[:60], "uscc": uscc,
                "family": cells.name(said.get("family"))[:20], "phone": cells.text(said.get("phone"))[:60],
                "address": cells.text(said.get("address"))[:200], **self._superior(said)}  # fmt: skip
        return {k: v for k, v in plan.items() if v not in (None, "")}

    def _kind(self, said: Said, name: str, uscc: str) -> str:
        written = fold(said.get("kind"))
        if found := KINDS.get(written) or next((v for k, v in KINDS.items() if len(k) > 2 and k in written), ""):
            return found
        guess = next((k for pattern, k in BY_NAME if re.search(pattern, name)), "")
        by_code = BY_PREFIX.get(uscc[:2], "")
        surer = by_code if by_code and guess not in COMPATIBLE[by_code] else guess
        if not surer:
            said.fault("kind", "看不出是哪类机构", "请填机关、事业单位、乡镇街道、社会组织等类别")
            return ""
        because = f"信用代码前两位（{kind_of_uscc(uscc)}）" if surer == by_code else "名称"
        said.fault("kind", f"没有写明机构类别，按{because}理解为{surer}", "如不是，请补填", WARNING)
        return surer

    def _level(self, said: Said, place: Place | None, name: str) -> int:
        written = fold(said.get("level"))
        found = next((n for word, n in LEVELS.items() if written.startswith(word)), 0)
        return found or (int(written) if written in "123456" and written else place.level if place else 0)

    def _superior(self, said: Said) -> dict[str, str]:
        text = cells.name(said.get("superior"))
        if not text or fold(text) in ("无", "同级政府"):
            return {}
        if code := self.made.get(fold(text)):
            own = self.made.get(fold(cells.name(said.get("name"))))
            if code == own:
                said.fault("superior", "机构不能隶属于自己", "请改正上级机构")
            return {"superior": code}
        found = self.desk.roster.match(text)
        if len(found.bodies) == 1:
            return {"superior": Body.objects.get(pk=found.bodies[0].id).code}
        said.fault("superior", found.why, f"{found.instead.rstrip('。')}，或把上级机构列入本表")
        return {}

    def _slug(self, name: str) -> str:
        return re.sub(r"[^\w-]", "", name)[:76]

    def _code(self, name: str) -> str:
        code, n = self._slug(name), 2
        while code in self.taken:
            code, n = f"{self._slug(name)}-{n}", n + 1
        self.taken.add(code)
        return code
