"""An answer in words: names, papers, legal articles, and why each other candidate does not answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_noop

from zhize.kernel.lawful import GOOD, STATES, Fate, lost_since
from zhize.kernel.period import Period
from zhize.places.models import PlacePath
from zhize.places.queries import chain_of, full_name, place_names
from zhize.record.models import Instrument
from zhize.register.models import Body, BodyContact, Capacity, Duty, DutyBasis, DutyWording, Holding, Segment
from zhize.register.queries.bodies import body_names
from zhize.register.queries.lawful import fates
from zhize.register.queries.matters import matter_name
from zhize.register.queries.resolve import CONFLICT, GAP, Answer, Candidate

WHY = {
    "excluded": gettext_noop("这里在它的范围之外（除外）"),
    "level": gettext_noop("行使层级不同"),
    "segment": gettext_noop("不属于这一部分"),
    "depth": gettext_noop("有更具体地域的机构行使，{place}一级让位"),
    "whole": gettext_noop("职责已按部分划分，部分优先于整体"),
    "capacity": gettext_noop("只是{capacity}，不是以其名义行使"),
    "ended": gettext_noop("{span}期间行使，当日已不再行使"),
    "later": gettext_noop("自{start}起才行使"),
}
KINDS = {
    "one": "由一个机构负责",
    "lead": "牵头与配合",
    "concurrent": "申明的并行行使",
    "conflict": "冲突：多个机构",
    "gap": "空白：无人行使",
}


@dataclass
class Explanation:
    """Everything a page, a paper or the command line needs to show the answer."""

    answer: Answer
    duty_name: str
    matter_name: str
    place: str
    names: dict[int, str]
    codes: dict[int, str]
    papers: dict[int, Instrument]
    phones: dict[int, BodyContact]
    bases: list[dict[str, Any]]
    law: list[str]
    rejected: list[dict[str, Any]]
    segments: dict[int, str]
    suspended: date | None = None  # since when no basis is left: the power may not be used

    @property
    def sentence(self) -> str:
        """The answer in one Chinese sentence."""
        a = self.answer
        if a.kind == GAP:
            return f"{a.day}，{self.place}：{self.duty_name or self.matter_name}目前无人行使。{a.rule}".rstrip()
        if a.kind == CONFLICT:
            return f"{a.day}，{self.place}：{'、'.join(self.names[c.body_id] for c in a.parties)}都行使这项职责，须先裁定。"
        chosen = a.chosen
        assert chosen is not None
        said = f"{a.day}，{self.place}：由{self.names[chosen.body_id]}负责，依据{self.papers[chosen.instrument_id].citation}。"
        return said + (f"法律依据已于{self.suspended}全部失效，暂停行使。" if self.suspended else "")

    def body(self, c: Candidate | None) -> dict[str, str] | None:
        return {"code": self.codes[c.body_id], "name": self.names[c.body_id]} if c else None

    def as_dict(self) -> dict[str, Any]:
        """The command-line contract (issue §6)."""
        a = self.answer
        return {
            "answer": a.kind,
            "holder": self.body(a.holder),
            "performer": self.body(a.performer or a.holder),
            "supervisor": self.body(a.supervisor),
            "assist": [self.body(c) for c in a.assist],
            "parties": [self.body(c) for c in a.parties],
            "basis": self.bases,
            "law": self.law,
            "rejected": self.rejected,
            "duty": self.duty_name,
            "matter": self.matter_name,
            "place": self.place,
            "day": a.day.isoformat(),
            "purpose": a.purpose,
            "believed": a.believed.isoformat() if a.believed else None,
            "rule": a.rule,
            "suspended": self.suspended.isoformat() if self.suspended else None,
            "says": self.sentence,
        }


def explain(answer: Answer) -> Explanation:
    """Read the names, papers and reasons for an answer; one query for each kind of thing."""
    used = [c for c in (answer.holder, answer.performer, answer.supervisor) if c] + answer.assist + answer.parties
    others = [r.candidate for r in answer.rejected] + _absent(answer, used)
    everyone = used + others
    bodies = {c.body_id for c in everyone} | {c.principal_id for c in everyone if c.principal_id}
    names = body_names(bodies, answer.day, answer.believed)
    papers = Instrument.objects.in_bulk({c.instrument_id for c in everyone})
    places = place_names({c.place_id for c in everyone}, answer.day)
    wording = _wording(answer)
    law = fates([answer.duty_id], answer.day, answer.believed).get(answer.duty_id, []) if answer.duty_id else []
    made = Explanation(
        answer,
        wording,
        matter_name(answer.matter_id, answer.day) if answer.matter_id else "",
        full_name(answer.place_id, answer.day),
        names,
        _codes(bodies),
        papers,
        {x.body_id: x for x in BodyContact.objects.as_of(answer.day, answer.believed).filter(body_id__in=bodies)},
        [],
        [_cited(b, fate) for b, fate in law],
        [],
        dict(Segment.objects.filter(pk__in={c.segment_id for c in everyone if c.segment_id}).values_list("pk", "name")),
        _suspended(answer, [fate for _b, fate in law]),
    )
    made.bases = [_basis(c, made) for c in dict.fromkeys(used)]
    made.rejected = [_rejected(r.candidate, r.why, made, places) for r in answer.rejected]
    made.rejected += [
        _rejected(c, "later" if c.from_day > answer.day else "ended", made, places)
        for c in others[len(answer.rejected) :]
    ]
    return made


def _cited(basis: DutyBasis, fate: Fate) -> str:
    """The article as it was cited, with what has become of it since."""
    marks = ["待核"] if basis.unverified else []
    marks += (
        []
        if fate.state == GOOD
        else [STATES[fate.state] + (f"，现为{'、'.join(a for _l, a in fate.now)}" if fate.now else "")]
    )
    return basis.citation + "".join(f"（{m}）" for m in marks)


def _suspended(answer: Answer, weighed: list[Fate]) -> date | None:
    """Main duties and services live by charter too; only a power dies with its law."""
    power = answer.duty_id and Duty.objects.filter(pk=answer.duty_id, kind=Duty.Kind.POWER).exists()
    return lost_since(weighed) if power else None


def _basis(c: Candidate, e: Explanation) -> dict[str, Any]:
    paper = e.papers[c.instrument_id]
    return {
        "instrument": paper.citation,
        "key": paper.key,
        "title": paper.title,
        "article": "；".join(e.law),
        "span": [c.from_day.isoformat(), c.to_day.isoformat() if c.to_day else None],
        "holding": c.id,
        "body": e.names[c.body_id],
        "capacity": str(Capacity(c.capacity).label),
        "mode": c.mode,
        "segment": e.segments.get(c.segment_id or 0, ""),
    }


def _rejected(c: Candidate, why: str, e: Explanation, places: dict[int, str]) -> dict[str, Any]:
    says = WHY[why].format(
        place=places.get(c.place_id, ""),
        capacity=Capacity(c.capacity).label,
        span=Period(c.from_day, c.to_day),
        start=c.from_day,
    )
    return {
        "body": e.names[c.body_id],
        "code": e.codes[c.body_id],
        "why": says,
        "rule": why,
        "capacity": c.capacity,
        "span": [c.from_day.isoformat(), c.to_day.isoformat() if c.to_day else None],
        "holding": c.id,
        "instrument": e.papers[c.instrument_id].citation,
        "place": places.get(c.place_id, ""),
    }


def _absent(answer: Answer, used: list[Candidate]) -> list[Candidate]:
    """Who held the duty here at another time: says why a former or future holder does not answer today."""
    if answer.duty_id is None:
        return []
    rows = (
        Holding.objects.as_believed(answer.believed)
        .filter(duty_id=answer.duty_id, capacity=Capacity.NAME_HOLDER, place__in=chain_of(answer.place_id, answer.day))
        .exclude(pk__in=[c.id for c in used] + [r.candidate.id for r in answer.rejected])
    )
    return [_candidate(h) for h in rows.order_by("-from_day")[:8] if not h.period.contains(answer.day)]


def _candidate(h: Holding) -> Candidate:
    return Candidate(
        h.pk,
        h.duty_id,
        h.place_id,
        h.body_id,
        h.capacity,
        h.mode,
        h.segment_id,
        h.level,
        h.instrument_id,
        h.from_day,
        h.to_day,
        h.principal_id,
        h.concurrent,
        False,
    )


def _codes(bodies: set[int]) -> dict[int, str]:
    return dict(Body.objects.filter(pk__in=bodies).values_list("pk", "code"))


def _wording(answer: Answer) -> str:
    if answer.duty_id is None:
        return ""
    rows = DutyWording.objects.filter(duty_id=answer.duty_id)
    row = (
        rows.as_of(answer.day, answer.believed).first()
        or rows.as_believed(answer.believed).order_by("-from_day").first()
    )
    return row.name if row else ""


def history(duty_id: int, place_id: int, believed: datetime | None = None) -> list[Holding]:
    """Every holding of the duty that ever reached the place, oldest first: the timeline of the answer page."""
    reach = {p for row in PlacePath.objects.filter(place_id=place_id) for p in row.chain}
    rows = Holding.objects.as_believed(believed).filter(duty_id=duty_id, place_id__in=reach)
    return list(rows.select_related("body", "instrument", "ended_by", "place", "segment").order_by("from_day", "pk"))
