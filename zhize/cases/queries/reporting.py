"""The hotline's daily, weekly and monthly report: what came, what was due, what people said of it, whose it was.

Content only, as `record.papers` sets it; the same numbers go into the workbook. Every rate has its numerator, its
denominator and what it leaves out in the same line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext_noop

from zhize.cases.metrics import METRICS
from zhize.cases.models import Case
from zhize.cases.queries.figures import Figure, Span, before, figures, narrowed, span_of
from zhize.cases.queries.league import League, Score, league
from zhize.cases.queries.trend import Column, trend
from zhize.kernel.errors import BadInput
from zhize.kernel.period import ONE_DAY, day_of
from zhize.places.queries import place_name
from zhize.policy import queries as policy
from zhize.record.papers import Annex, Bar, Cell, Paper, chinese_day

DAILY, WEEKLY, MONTHLY, YEARLY = "daily", "weekly", "monthly", "yearly"
KINDS = {
    DAILY: gettext_noop("日报"),
    WEEKLY: gettext_noop("周报"),
    MONTHLY: gettext_noop("月报"),
    YEARLY: gettext_noop("热线看职责"),
}
NUMBERS = "一二三四五六七八九十"
BODIES = 30  # on paper; the workbook has all


@dataclass(frozen=True)
class Report:
    """Everything a report says, counted once."""

    kind: str
    place: int
    name: str
    span: Span
    received: list[tuple[str, int, int]]  # kind of case, now, the period before
    figures: list[tuple[Figure, Figure]]
    league: League
    days: list[Column]
    number: str = "12345"
    bodies: list[Score] = field(default_factory=list)

    @property
    def first(self) -> date:
        return day_of(self.span.start)

    @property
    def last(self) -> date:
        return day_of(self.span.end - timedelta(microseconds=1))

    @property
    def period(self) -> str:
        if self.kind == DAILY:
            return chinese_day(self.first)
        if self.kind == MONTHLY:
            return f"{self.first.year}年{self.first.month}月"
        return f"{chinese_day(self.first)}至{chinese_day(self.last)}"

    @property
    def title(self) -> str:
        return f"{self.name}{self.number}热线{KINDS[self.kind]}\n（{self.period}）"

    @property
    def total(self) -> tuple[int, int]:
        return sum(n for _, n, _ in self.received), sum(n for _, _, n in self.received)


def period_of(kind: str, day: date) -> tuple[date, date]:
    """The day, the week from Monday, the month or the year that a day lies in."""
    if kind not in KINDS:
        raise BadInput(
            "没有“{kind}”这种报告",
            instead="请选择{all}之一",
            kind=kind,
            all="、".join(KINDS),
            code="unknown_report",
            field="kind",
        )
    if kind == WEEKLY:
        monday = day - ONE_DAY * day.weekday()
        return monday, monday + ONE_DAY * 6
    if kind == MONTHLY:
        first = day.replace(day=1)
        return first, date(first.year + first.month // 12, first.month % 12 + 1, 1) - ONE_DAY
    return (day, day) if kind == DAILY else (date(day.year, 1, 1), date(day.year, 12, 31))


def report(kind: str, place: int, day: date, now: datetime, centres: frozenset[int] | None = None) -> Report:
    """A period's report as the rows say now, of some hotline centres or of all. Whoever wants what was said then keeps the file."""
    span = replace(span_of(*period_of(kind, day), now), centres=centres)
    places, then = narrowed(place, span), before(span)
    names = [name for name in METRICS if name != "looked_at"]
    table = league(span, place, places)
    return Report(
        kind,
        place,
        place_name(place, day),
        span,
        _received(span, then, places),
        list(zip(figures(span, place_id=place, names=names), figures(then, place_id=place, names=names), strict=True)),
        table,
        trend(span, place, None).columns,
        policy.value("hotline.number", [place], day).value,
        sorted((r for r in table.rows if r.volume), key=lambda r: (-r.volume, r.name)),
    )


def _received(span: Span, then: Span, places: list[int] | None) -> list[tuple[str, int, int]]:
    now_, before_ = _kinds(span, places), _kinds(then, places)
    return [(str(label), now_.get(kind, 0), before_.get(kind, 0)) for kind, label in Case.Kind.choices]


def _kinds(span: Span, places: list[int] | None) -> dict[str, int]:
    rows = Case.objects.filter(received_at__gte=span.start, received_at__lt=span.end)
    rows = rows if places is None else rows.filter(place__in=places)
    rows = rows if span.centres is None else rows.filter(Q(centre__in=span.centres) | Q(centre__isnull=True))
    return dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))


# -- as a paper --------------------------------------------------------------------------------------------------------
def paper(r: Report) -> Paper:
    """日报、周报 say what came and how it went; 月报 also ranks."""
    parts = [_came(r), _on_time(r), *_rates(r)]
    parts += _ranking(r) if r.kind == MONTHLY else []
    return Paper(r.title, annexes=numbered(parts), imprint=f"截至{said_at(r.span.now)}　由登记数据自动生成")


def numbered(parts: Sequence[Annex]) -> list[Annex]:
    """一、二、三、"""
    return [Annex(f"{NUMBERS[at]}、{a.title}", a.heads, a.rows, a.widths, a.note, a.lead) for at, a in enumerate(parts)]


def said_at(now: datetime) -> str:
    day = day_of(now)
    return chinese_day(day)


def _came(r: Report) -> Annex:
    total, then = r.total
    most = max((n for _, n, _ in r.received), default=0) or 1
    rows: list[list[Cell]] = [
        [label, str(n), str(old), moved(n, old), Bar([("plain", n / most)])] for label, n, old in r.received
    ]
    compared = f"上一期{then}件，{moved(total, then)}" if then else "上一期没有"
    lead = [f"{r.period}，共收到诉求{total}件，{compared}。"]
    return Annex("受理情况", ["类型", "本期", "上期", "增减", "本期多少"], rows, [2, 1.4, 1.4, 1.6, 5], lead=lead)


def _on_time(r: Report) -> Annex:
    on_time = next(f for f, _ in r.figures if f.name == "leg_on_time")
    late = on_time.whole - round(on_time.part) - on_time.still
    lead = [
        f"期内到期须答复的分派{on_time.whole}件，按时答复{on_time.part:g}件，逾期答复{late}件，到期未答复{on_time.still}件；"
        f"{_out(on_time)}"
    ]
    rows: list[list[Cell]] = []
    for score in r.bodies[:BODIES]:
        f = score.figures["leg_on_time"]
        over = f.whole - round(f.part) - f.still
        bar = Bar([("on", f.part / f.whole), ("late", over / f.whole), ("open", f.still / f.whole)])
        rows.append([score.name, str(f.whole), f"{f.part:g}", str(over), str(f.still), share(f), bar])
    note = "绿为按时，黄为逾期答复，红为到期未答复。" + (
        f"另有{len(r.bodies) - BODIES}个机构见附表。" if len(r.bodies) > BODIES else ""
    )
    heads = ["承办机构", "到期", "按时", "逾期", "未答复", "按时率", "图示"]
    return Annex("按时答复", heads, rows, [4.4, 1.1, 1.1, 1.1, 1.3, 1.5, 3.4], note if rows else "", lead)


def _rates(r: Report) -> Iterable[Annex]:
    """One table a heading of the metrics."""
    groups: dict[str, list[list[Cell]]] = {}
    for f, old in r.figures:
        left = "、".join(f"{label}{n}" for _, label, n in f.out if n) or "—"
        groups.setdefault(f.metric.heading, []).append(
            [f.label, share(f), f"{f.part:g} / {f.whole}", share(old), left, f.says]
        )
    heads = ["指标", "本期", "分子 / 分母", "上期", "不计入", "怎么算的"]
    for heading, rows in groups.items():
        yield Annex(f"{heading}指标", heads, rows, [2.2, 1.3, 1.8, 1.3, 2.4, 4.6])


def _ranking(r: Report) -> Iterable[Annex]:
    w = r.league
    lead = [f"综合得分＝{w.formula}，基本满意按{w.half:g}计；权重依据{w.paper}。有效评价不满{w.least}件的不排名。"]
    for group in w.groups:
        rows: list[list[Cell]] = [
            [str(s.rank or "—"), s.name, f"{s.score:g}" if s.score is not None else "—", str(s.volume), str(s.answers),
             *(share(s.of(name)) for name in ("contacted", "solved", "satisfied", "coverage"))]
            for s in group.rows
        ]  # fmt: skip
        if rows:
            heads = ["名次", "机构", "得分", "到期", "有效评价", "响应率", "解决率", "满意率", "覆盖率"]
            yield Annex(f"分组排名：{group.label}", heads, rows, [1, 3.8, 1.3, 1.1, 1.3, 1.4, 1.4, 1.4, 1.4], lead=lead)
            lead = []


def share(f: Figure | None) -> str:
    return "—" if f is None or f.percent is None else f"{f.percent}%"


def moved(now: int, then: int) -> str:
    if not then:
        return "上期没有"
    change = round(100 * (now - then) / then, 1)
    return "持平" if not change else f"{'增' if change > 0 else '减'}{abs(change):g}%"


def _out(f: Figure) -> str:
    said = [f"{label}{n}件" for _, label, n in f.out if n]
    return f"另有{'、'.join(said)}，不计入。" if said else "没有不计入的。"
