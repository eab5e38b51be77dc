"""Is a draft fit to be filed? The rules of spec §5b on an item before it is one: errors bar the way, warnings are shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from zhize.kernel.citing import Cite
from zhize.kernel.errors import Refusal
from zhize.kernel.text import similarity
from zhize.lists.models import Adjustment
from zhize.lists.queries.citing import basis_fault
from zhize.lists.queries.reference import Reference
from zhize.lists.terms import Draft
from zhize.register.fields import CATALOGUE, FIELDS, lacking, read
from zhize.register.models import Duty, DutyWording
from zhize.register.queries.duties import search_duties

ERROR, WARNING = "E", "W"
ALIKE = 0.85


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field of a draft: by which rule and article, what to do instead."""

    field: str
    why: str
    rule: str = ""
    article: str = ""
    instead: str = ""
    severity: str = ERROR

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR


def faults(a: Adjustment, day: date, known: Reference | None = None) -> list[Fault]:
    """Everything to be said of the draft on that day, in the order of the form. Whoever has many drafts reads `known` first."""
    known = known or Reference([a], day)
    if a.op in (Adjustment.Op.DROP, Adjustment.Op.MOVE):
        return list(_still_held(a, known))
    draft = Draft.of(a.draft)
    found = [f for check in CHECKS for f in check(a, draft, known)]
    return sorted(found, key=lambda f: f.severity != ERROR)


def _still_held(a: Adjustment, known: Reference) -> Iterator[Fault]:
    if a.body_id not in known.holders(a.duty_id):
        yield Fault("duty", "这一事项不在本机构的清单里", "第4条", instead="请核对事项")
    if a.op == Adjustment.Op.MOVE and a.to_id == a.body_id:
        yield Fault("to", "接收机构就是本机构", "第4条", instead="请另选接收机构")


def _name(a: Adjustment, d: Draft, known: Reference) -> Iterator[Fault]:
    if not d.name.strip():
        yield Fault("name", "没有写事项名称", "清单要素表", instead="请填写事项名称")
        return
    table = known.names(a.place_id)
    shapes = table.get(d.type, [])
    if shapes and not any(re.fullmatch(re.escape(s).replace("…", ".+"), d.name) for s in shapes):
        sure = ERROR if d.type in table.get("sure", []) else WARNING
        yield Fault(
            "name",
            f"“{d.name}”不合这类事项名称的写法",
            "清单要素表",
            "中办发〔2015〕21号",
            f"请写成“{shapes[0]}”的样子",
            sure,
        )


def _type(a: Adjustment, d: Draft, known: Reference) -> Iterator[Fault]:
    if d.kind in (Duty.Kind.POWER, Duty.Kind.SERVICE) and d.type not in Duty.Type.values:
        yield Fault("type", "没有选权力类型", "清单要素表", instead="请选择一种类型")
    if a.op == Adjustment.Op.CHANGE and a.duty is not None and d.type != a.duty.type:
        yield Fault("type", "事项的类型不能修改", "清单要素表", instead="类型错了的，请取消这一项，另外新增")


def _fields(a: Adjustment, d: Draft, known: Reference) -> Iterator[Fault]:
    try:
        read(d.said, d.type)
    except Refusal as no:
        yield Fault(no.field, no.sentence(), no.rule or "第11条", no.article, no.instead)
    for f in lacking(d.type, d.said):
        yield Fault(f.name, f"没有写“{f.label}”", "第11条", f.article, f"请填写{f.label}")
    if d.type == Duty.Type.OTHER and not d.said.get("other_kind"):
        return  # said by `lacking`
    if d.said.get("fees") and not d.said.get("law_in_force") and not d.bases:
        yield Fault("fees", "收费须有依据", "第11条", FIELDS["fees"].article, "请补上收费依据")


def _codes(a: Adjustment, d: Draft, known: Reference) -> Iterator[Fault]:
    for c in known.codes(d):
        if c.duty_id == a.duty_id or c.key == d.duty:
            continue
        whose = "本机构" if a.body_id in known.holders(c.duty_id) else "登记中"
        yield Fault(
            "codes",
            f"代码{c.value}{whose}已经用于“{c.name}”",
            "第7条",
            "GB/T 39554.1-2020",
            "请核对代码",
        )


def _bases(a: Adjustment, d: Draft, known: Reference) -> Iterator[Fault]:
    if d.kind == Duty.Kind.POWER and not d.bases:
        yield Fault("bases", "权力事项没有设定依据", "第10条", "行政处罚法第四条（法定）", "请写明法律和条款")
    for key, article, paragraph, item in d.bases:
        law = known.laws.by_key.get(key)
        cite = Cite(law.name if law else key, article, paragraph, item)
        if no := basis_fault(law, cite, known.laws):
            yield Fault("bases", no.why, "第10条", "行政处罚法第四条（法定）", no.instead, no.severity)


def _levels(a: Adjustment, d: Draft, known: Reference) -> Iterator[Fault]:
    """A body exercises a duty only at a level the catalogue allows it."""
    if not d.where:
        yield Fault("where", "没有写在哪里行使", "清单要素表", instead="请填写地方")
    if set(d.where) - known.within(a.place_id):
        yield Fault("where", "写了本机构辖区以外的地方", "辖区", instead="请只写本机构辖区以内的地方")
    allowed = _catalogue_levels(a, d, known)
    if d.level and allowed and d.level not in allowed:
        yield Fault(
            "levels",
            "目录没有把这一事项放在本层级行使",
            "目录行使层级",
            "中办发〔2015〕21号",
            "请核对行使层级，或者先请目录机关调整",
        )


def _catalogue_levels(a: Adjustment, d: Draft, known: Reference) -> set[int]:
    """Of the item itself as it stands, or of the catalogue's item with the same code; else what the draft says."""
    taken = known.duties.get(d.duty)
    return known.levels(a.duty_id or (taken.pk if taken else None)) or set(d.levels)


def _common(a: Adjustment, d: Draft, known: Reference) -> Iterator[Fault]:
    """共性权力: what every department has is taken up as it stands in the catalogue, never written out again."""
    if a.op != Adjustment.Op.ADD or d.duty:
        return
    alike = [
        w for w in search_duties(d.name, known.day, 5) if similarity(w.name, d.name) >= ALIKE and w.duty.type == d.type
    ]
    for w in alike:
        common = _common_power(w)
        says = "是共性权力，只能引用，不能照抄" if common else "与它几乎同名，可能重复"
        yield Fault("name", f"“{w.name}”已在登记中：{says}", "共性权力只引用" if common else "第30条", "中办发〔2015〕21号",
                    "请在“引用目录事项”里选它", ERROR if common else WARNING)  # fmt: skip


def _common_power(w: DutyWording) -> bool:
    """Said so by the catalogue, or held at one level in one place by several departments in their own name."""
    return w.field == "共性"


def _shared(a: Adjustment, d: Draft, known: Reference) -> Iterator[Fault]:
    """Words, bases and catalogue fields are said once for all who hold the duty; the organ's own fields concern nobody else."""
    if a.op != Adjustment.Op.CHANGE or _of_everybody(Draft.of(a.was)) == _of_everybody(d):
        return
    others = sorted(known.holders(a.duty_id) - {a.body_id})
    if others:
        some = "、".join(known.body_name(b) for b in others[:3])
        yield Fault("name", f"另有{len(others)}个机构行使同一事项（{some}等），改名称、依据和目录栏目会一并改到它们的清单", "同一事项只说一次",
                    instead="请在征求意见时问到它们", severity=WARNING)  # fmt: skip


def _of_everybody(d: Draft) -> tuple[object, ...]:
    catalogue = {n: v for n, v in d.said.items() if n in FIELDS and FIELDS[n].said_by == CATALOGUE}
    return d.name, d.detail, d.field, sorted(d.bases), sorted(d.levels), d.codes, catalogue


def _main(a: Adjustment, d: Draft, known: Reference) -> Iterator[Fault]:
    if d.kind == Duty.Kind.POWER and not d.main and not d.duty:
        yield Fault(
            "main",
            "没有写属于哪一项主要职责",
            "第12条",
            "登记不变式第12条（三定对应）",
            "请选择三定规定里的主要职责",
            WARNING,
        )
    if d.main and d.main not in known.duties:
        yield Fault("main", f"登记中没有主要职责“{d.main}”", "第12条", instead="请从列表里选")


def _reference(a: Adjustment, d: Draft, known: Reference) -> Iterator[Fault]:
    if not d.duty:
        return
    duty = known.duties.get(d.duty)
    if duty is None:
        yield Fault("duty", f"目录里没有“{d.duty}”", "共性权力只引用", instead="请从列表里选")
    elif known.places_of(a.body_id, duty.pk).intersection(d.where):
        yield Fault("duty", "这一事项已经在本机构的清单里", "一件事只说一次", instead="要改它的，请选“修改”")


CHECKS: tuple[Callable[[Adjustment, Draft, Reference], Iterator[Fault]], ...] = (
    _name, _type, _codes, _bases, _levels, _fields, _reference, _common, _shared, _main,
)  # fmt: skip
