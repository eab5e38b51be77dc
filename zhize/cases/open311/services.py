"""Services: the matters the register answers for, there, today — with the body and the paper behind each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhize.cases.models import Case
from zhize.cases.queries.routing import Fresh, first_held
from zhize.record.models import Instrument
from zhize.register.models import Holding, MatterDuty, MatterName
from zhize.register.queries.bodies import body_names
from zhize.register.queries.resolve import Answer, candidates_of


@dataclass(frozen=True)
class Service:
    """One thing to report. `notice` is the citation: who, by which paper, since when."""

    matter_id: int
    code: str
    name: str
    group: str
    keywords: tuple[str, ...]
    body: str
    notice: str

    def as_dict(self, extended: bool = False) -> dict[str, Any]:
        said = {
            "service_code": self.code, "service_name": self.name, "description": f"{self.name}。{self.notice}",
            "metadata": True, "type": "realtime", "keywords": ",".join(self.keywords), "group": self.group,
        }  # fmt: skip
        return said | ({"agency_responsible": self.body, "service_notice": self.notice} if extended else {})


def services(place_id: int, day: date) -> dict[str, Service]:
    """By code; remembered for a minute, so that a client that lists them all asks the register once."""
    return _kept.get((place_id, day), lambda: _services(place_id, day))


def matter_names(day: date) -> dict[str, MatterName]:
    return {n.matter.code: n for n in MatterName.objects.as_of(day).select_related("matter").order_by("matter__code")}


def _services(place_id: int, day: date) -> dict[str, Service]:
    """1 the scheme · 2 its duties · 3 the register, once for all · 4 names and papers."""
    named = matter_names(day)
    groups = {code[:n] for code in named for n in range(2, len(code), 2)}
    leaves = {code: row for code, row in named.items() if code not in groups}  # what can be reported
    answers = dict(_answers(leaves, place_id, day))
    chosen = {code: a.chosen for code, a in answers.items() if a.answered and a.chosen}
    names = body_names({c.body_id for c in chosen.values()}, day)
    papers = Instrument.objects.in_bulk({c.instrument_id for c in chosen.values()})
    clauses = dict(Holding.objects.filter(pk__in=[c.id for c in chosen.values()]).values_list("pk", "clause"))
    return {
        code: Service(
            leaves[code].matter_id, code, leaves[code].name, _group(code, named), tuple(leaves[code].synonyms),
            names[c.body_id], notice(names[c.body_id], papers[c.instrument_id], clauses.get(c.id, ""), c.from_day),
        )
        for code, c in chosen.items()
    }  # fmt: skip


def _answers(leaves: dict[str, MatterName], place_id: int, day: date) -> Iterable[tuple[str, Answer]]:
    links: dict[str, list[tuple[int, int | None]]] = {}
    for link in MatterDuty.objects.as_of(day).select_related("matter").order_by("matter__code", "rank"):
        links.setdefault(link.matter.code, []).append((link.duty_id, link.segment_id))
    asked = [(code, links.get(code, [])) for code in leaves]
    reached = iter(candidates_of([(duty, place_id) for _, parts in asked for duty, _ in parts], day))
    for code, parts in asked:
        rows = [next(reached) for _ in parts]
        yield code, first_held(parts, rows, leaves[code].matter_id, place_id, day, "handle")


def _group(code: str, named: dict[str, MatterName]) -> str:
    return named[code[:2]].name if code[:2] in named else ""


def notice(body: str, paper: Instrument | None, clause: str = "", since: date | None = None) -> str:
    """由某局负责，依据某文件某条，自某日起。"""
    parts = [
        f"由{body}负责",
        f"依据{paper.citation}{clause}" if paper else "",
        f"自{since:%Y-%m-%d}起" if since else "",
    ]
    return "，".join(p for p in parts if p) + "。"


# -- the definition ----------------------------------------------------------------------------------------------------
def definition(code: str) -> dict[str, Any]:
    """What more may be said with a request; nothing of it must be."""
    return {"service_code": code, "attributes": [_attribute(n, *row) for n, row in enumerate(ATTRIBUTES.items(), 1)]}


ATTRIBUTES: dict[str, tuple[str, str, str, list[tuple[str, str]]]] = {
    "kind": ("来意", "singlevaluelist", "不填就是投诉", list(Case.Kind.choices)),
    "occurred_on": ("哪一天发生的", "datetime", "不填就是今天", []),
    "confidential": (
        "请对承办单位保密我的身份",
        "singlevaluelist",
        "不填就是不要求",
        [("true", "是"), ("false", "否")],
    ),
    "external_id": ("对方系统的编号", "string", "同一编号只登记一次，再次提交得到同一件", []),
}


def _attribute(order: int, code: str, row: tuple[str, str, str, list[tuple[str, str]]]) -> dict[str, Any]:
    label, datatype, hint, values = row
    return {
        "variable": True, "code": code, "datatype": datatype, "required": False, "datatype_description": hint,
        "order": order, "description": label, "values": [{"key": key, "name": name} for key, name in values],
    }  # fmt: skip


_kept: Fresh[dict[str, Service]] = Fresh(60, 2_000)
