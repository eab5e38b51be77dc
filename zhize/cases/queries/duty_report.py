"""热线看职责: what a year of cases says of the lists of duties, for the establishment office (cases.md §2.4, §4.4).

Whose return was upheld most, what was disputed, where nobody answers, what was sent by hand, what a list names and nobody
ever asked for. Each line is evidence for amending the register, with its count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Count, Exists, OuterRef, Q

from zhize.cases.models import Case, Leg, Proposal, Return
from zhize.cases.queries.desk import matter_names
from zhize.cases.queries.figures import Span, narrowed, span_of
from zhize.cases.queries.register_health import Health, health
from zhize.cases.queries.reporting import YEARLY, numbered, period_of, said_at
from zhize.kernel.period import day_of
from zhize.places.queries import full_names, place_name
from zhize.record.papers import Annex, Cell, Paper
from zhize.register.models import Duty, Holding, MatterDuty
from zhize.register.queries.duties import duty_names

LINES = 40


@dataclass(frozen=True)
class DutyLine:
    """A duty as the hotline met it."""

    key: str
    name: str
    legs: int
    returns: int
    upheld: int
    disputes: int
    by_hand: int

    @property
    def rate(self) -> float:
        """How many of all that were sent stood rightly refused."""
        return round(100 * self.upheld / self.legs, 1)

    @property
    def weight(self) -> tuple[int, int, int]:
        return self.disputes, self.upheld, self.returns


@dataclass(frozen=True)
class DutyReport:
    place: int
    name: str
    span: Span
    cases: int
    cited: int
    duties: list[DutyLine]
    gaps: list[tuple[str, str, str, int]]  # kind, matter, place, cases
    rulings: int
    amended: int
    days: float | None  # from ruling to list, in the middle
    unused: list[tuple[str, str]]
    unused_count: int
    health: Health


def duty_report(place: int, day: date, now: datetime) -> DutyReport:
    """A year, read off legs, returns and proposals."""
    span = span_of(*period_of(YEARLY, day), now)
    places = narrowed(place, span)
    legs = _at(Leg.objects.filter(dispatched_at__gte=span.start, dispatched_at__lt=span.end), "case__place", places)
    cases = _at(Case.objects.filter(received_at__gte=span.start, received_at__lt=span.end), "place", places)
    asked = _at(Proposal.objects.filter(opened_at__gte=span.start, opened_at__lt=span.end), "place", places)
    rulings = asked.filter(kind=Proposal.Kind.RULING)
    waits = [
        (end - start) / timedelta(days=1)
        for start, end in rulings.exclude(settled_at=None).values_list("opened_at", "settled_at")
        if end
    ]
    unused = _unused(legs, places, day_of(span.end))
    return DutyReport(
        place, place_name(place, day), span, cases.count(),
        cases.filter(Exists(Leg.objects.filter(case=OuterRef("pk"), holding__isnull=False))).count(),
        _duties(legs, day_of(span.end)), _gaps(asked, span), rulings.count(), len(waits),
        round(median(waits), 1) if waits else None, _named(unused[:LINES], day_of(span.end)), len(unused),
        health(span, places, day_of(span.end)),
    )  # fmt: skip


def _at(rows, way: str, places):  # type: ignore[no-untyped-def]
    return rows if places is None else rows.filter(**{f"{way}__in": places})


def _duties(legs, day: date) -> list[DutyLine]:  # type: ignore[no-untyped-def]
    """By the duty the leg stood on; a leg sent by hand without one stands on none."""

    def asked(**said: object) -> Q:
        return Q(Exists(Return.objects.filter(leg=OuterRef("pk"), **said)))

    rows = legs.exclude(holding=None).order_by().values("holding__duty").annotate(
        n=Count("pk"), returns=Count("pk", filter=asked()), upheld=Count("pk", filter=asked(decision="upheld")),
        disputes=Count("pk", filter=asked(decision="dispute")), hand=Count("pk", filter=Q(by_hand=True)),
    )  # fmt: skip
    found = list(rows)
    ids = [row["holding__duty"] for row in found]
    names, keys = duty_names(set(ids), day), dict(Duty.objects.filter(pk__in=ids).values_list("pk", "key"))
    lines = [
        DutyLine(keys[d], names.get(d, keys[d]), r["n"], r["returns"], r["upheld"], r["disputes"], r["hand"])
        for r in found
        for d in [r["holding__duty"]]
    ]
    return sorted(lines, key=lambda x: (*(-w for w in x.weight), -x.legs, x.key))


def _gaps(asked: Iterable[Proposal], span: Span) -> list[tuple[str, str, str, int]]:
    """Where nobody answers or several do, with the cases of the year that met with it."""
    rows = [p for p in asked if p.kind in (Proposal.Kind.GAP, Proposal.Kind.CONFLICT, Proposal.Kind.HAND)]
    counts: dict[tuple[int | None, int], int] = defaultdict(int)
    met = Case.objects.filter(
        received_at__gte=span.start, received_at__lt=span.end, place__in={p.place_id for p in rows}
    )
    for matter, place, n in met.order_by().values_list("matter", "place").annotate(n=Count("pk")):
        counts[matter, place] = n
    day = day_of(span.end)
    matters, places = (
        matter_names({p.matter_id for p in rows if p.matter_id}, day),
        full_names({p.place_id for p in rows}, day),
    )
    lines = [
        (str(p.get_kind_display()), matters.get(p.matter_id or 0, "事项未定"), places.get(p.place_id, ""), counts[p.matter_id, p.place_id])
        for p in rows
    ]  # fmt: skip
    return sorted(lines, key=lambda x: (-x[3], x))


def _unused(legs, places, day: date) -> list[int]:  # type: ignore[no-untyped-def]
    """Duties that a matter leads to and somebody holds here, which no case of the year needed."""
    linked = set(MatterDuty.objects.as_of(day).values_list("duty", flat=True))
    held = Holding.objects.as_of(day).filter(duty__in=linked)
    used = set(legs.exclude(holding=None).values_list("holding__duty", flat=True))
    return sorted(set(held.values_list("duty", flat=True)) - used)


def _named(ids: list[int], day: date) -> list[tuple[str, str]]:
    names, keys = duty_names(set(ids), day), dict(Duty.objects.filter(pk__in=ids).values_list("pk", "key"))
    return [(keys[i], names.get(i, keys[i])) for i in ids]


# -- as a paper --------------------------------------------------------------------------------------------------------
def paper(r: DutyReport) -> Paper:
    year = day_of(r.span.start).year
    return Paper(
        f"{r.name}热线看职责\n（{year}年）",
        annexes=numbered([_whole(r), _contested(r), _open(r), _unmapped(r), _shared(r), _never(r)]),
        imprint=f"截至{said_at(r.span.now)}　报机构编制部门",
    )


def _whole(r: DutyReport) -> Annex:
    cited = f"{100 * r.cited / r.cases:.1f}%" if r.cases else "—"
    pace = f"{r.amended}件已经办结，从裁定到办结中位数{r.days:g}天" if r.days is not None else "都还没有办结"
    lead = [
        f"全年收到诉求{r.cases}件，其中{r.cited}件（{cited}）的分派引用了登记的职责归属。",
        f"用到的职责{len(r.duties)}项；有事项对应、有机构行使而全年没有用到的{r.unused_count}项。",
        f"职责争议裁定{r.rulings}件" + (f"，{pace}。" if r.rulings else "。"),
    ]
    return Annex("总的情况", [], [], [], lead=lead)


def _contested(r: DutyReport) -> Annex:
    rows: list[list[Cell]] = [
        [str(at), x.name, str(x.legs), str(x.returns), str(x.upheld), f"{x.rate}%", str(x.disputes), str(x.by_hand)]
        for at, x in enumerate([x for x in r.duties if any(x.weight) or x.by_hand][:LINES], 1)
    ]
    lead = (
        ["下列职责的分派被退回、争议或者由人工指定，建议核对清单的表述和归属。"]
        if rows
        else ["全年没有职责被退回或者争议。"]
    )
    return Annex("退回和争议集中的职责", ["序号", "职责", "分派", "申请退回", "成立", "成立率", "争议", "人工"], rows, [1, 6, 1.2, 1.5, 1.1, 1.3, 1.1, 1.1], "成立率是退回成立的占分派的比例。", lead=lead)  # fmt: skip


def _open(r: DutyReport) -> Annex:
    rows: list[list[Cell]] = [[str(at), *line[:3], str(line[3])] for at, line in enumerate(r.gaps[:LINES], 1)]
    lead = (
        ["下列事项在登记上无人负责、多头或者靠人工指定，建议明确归属。"]
        if rows
        else ["全年没有无人负责或者多头的事项。"]
    )
    return Annex("没有着落的事项", ["序号", "情形", "事项", "地方", "诉求"], rows, [1, 1.6, 4, 5, 1.2], lead=lead)


def _unmapped(r: DutyReport) -> Annex:
    rows: list[list[Cell]] = [[str(at), matter, str(n)] for at, (matter, n) in enumerate(r.health.unmapped[:LINES], 1)]
    lead = (
        ["下列事项有诉求，登记中却没有职责与它对应，建议补上对应或者新增职责。"]
        if rows
        else ["有诉求的事项都对应到了职责。"]
    )
    return Annex("有诉求而没有职责的事项", ["序号", "事项", "诉求"], rows, [1, 8, 1.5], lead=lead)


def _shared(r: DutyReport) -> Annex:
    rows: list[list[Cell]] = [
        [str(at), x.matter, x.place, x.first, "；".join(x.others), str(x.cases)]
        for at, x in enumerate(r.health.overlaps[:LINES], 1)
    ]
    lead = (
        ["下列事项在同一地方对应几个机构的职责，先问的承办，其余的也说得上，建议划清边界或者写明分工。"]
        if rows
        else ["没有这样的事项。"]
    )
    return Annex(
        "几个机构的职责都对得上的事项",
        ["序号", "事项", "地方", "先问", "也对得上", "诉求"],
        rows,
        [1, 2.5, 3, 3.5, 3.5, 1.1],
        lead=lead,
    )


def _never(r: DutyReport) -> Annex:
    rows: list[list[Cell]] = [[str(at), key, name] for at, (key, name) in enumerate(r.unused, 1)]
    note = f"共{r.unused_count}项，列出{len(rows)}项。" if r.unused_count > len(rows) else ""
    return Annex("全年没有用到的职责", ["序号", "代号", "职责"], rows, [1, 3, 8], note, lead=[] if rows else ["没有。"])
