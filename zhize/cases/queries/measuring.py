"""How each metric is asked of the rows: which rows, which of their moments puts them into a period, what counts, what is left out.

One shape serves all: the figure, its table by body or place or day, and the list of the very cases behind it. Metrics of the
same rows and moment are counted in one pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate, TruncMonth

from zhize.cases.lifecycle import LEG_LEFT
from zhize.cases.models import Case, Exclusion, Extension, Leg, Look, PastRound, Rating, Return, Suspension
from zhize.kernel.period import BEIJING, start_of

Rows = QuerySet[Any]
Key = int | date | None
LEAD = "lead"  # cases know their body by the leg that leads the round


@dataclass(frozen=True)
class Measure:
    """`case`, `body`, `place` are the ways from a row to them; `half` counts for a part of one (基本满意); `still` are those
    of the whole from which nothing came yet."""

    model: Any
    moment: str
    part: Q
    whole: Q = field(default_factory=Q)
    out: dict[str, Q] = field(default_factory=dict)
    half: Q | None = None
    still: Q | None = None
    case: str = "case_id"
    body: str = "body_id"
    place: str = "case__place_id"

    @property
    def source(self) -> tuple[Any, str, str, str]:
        """Measures of one source are counted together."""
        return self.model, self.moment, self.body, self.place

    @property
    def kept(self) -> Q:
        found = self.whole
        for ground in self.out.values():
            found = found & ~ground
        return found


@dataclass
class Counted:
    """What was counted; several are added up."""

    whole: int = 0
    part: int = 0
    half: int = 0
    still: int = 0
    out: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, other: Counted) -> None:
        self.whole += other.whole
        self.part += other.part
        self.half += other.half
        self.still += other.still
        for ground, n in other.out.items():
            self.out[ground] += n


def _exists(model: Any, **said: Any) -> Q:
    return Q(Exists(model.objects.filter(**said)))


VALID = Q(reached=True, refused=False)
LED = Q(capacity="lead")
OVER, GONE = Q(state__in=["merged", "withdrawn"]), Q(state__in=LEG_LEFT)
KEPT = Q(answered_at__lte=F("due")) | Q(answered_at__isnull=True, ended_at__lte=F("due"))
EXCLUDED = _exists(Exclusion, leg=OuterRef("pk"), agreed=True)
STOPPED = ~GONE & Q(case__suspended=True)
SCORED = {"left": GONE, "suspended": STOPPED, "excluded": ~GONE & Q(case__suspended=False) & EXCLUDED}
SAID = {"excluded": VALID & _exists(Exclusion, leg=OuterRef("leg_id"), agreed=True)}


def _case(part: Q, moment: str = "received_at", whole: Q | None = None, **more: Any) -> Measure:
    return Measure(Case, moment, part, whole or Q(), case="pk", body=LEAD, place="place_id", **more)


def _past(part: Q, moment: str) -> Measure:
    return Measure(PastRound, moment, part, body=LEAD)


def _said(part: Q, whole: Q = VALID, **more: Any) -> Measure:
    return Measure(Rating, "at", part, whole, body="leg__body_id", **more)


def _sent(part: Q, whole: Q | None = None) -> Measure:
    return Measure(Leg, "dispatched_at", part, whole or Q())


def _parts_in_time(case: str) -> Q:
    """No body that had to answer this round answered after its own deadline: one late part makes the whole late (§2.3-11)."""
    parts = Leg.objects.filter(case=OuterRef(case), round=OuterRef("round"), required=True, replied_at__gt=F("due"))
    return ~Q(Exists(parts.exclude(state__in=LEG_LEFT)))


NEVER = Q(pk__isnull=True)
KNOWN = Q(matter__isnull=False, caller__digest__gt="")


def _told_before(days: int) -> Q:
    """The same telephone spoke of the same matter within so many days before: by the keyed digest, nobody reads the number."""
    earlier = Case.objects.filter(
        caller__digest=OuterRef("caller__digest"), matter=OuterRef("matter"), received_at__lt=OuterRef("received_at"),
        received_at__gte=OuterRef("received_at") - timedelta(days=days),
    )  # fmt: skip
    return KNOWN & Q(Exists(earlier))


MEASURES: dict[str, tuple[Measure, ...]] = {
    "promise_on_time": (
        _case(KEPT & _parts_in_time("pk"), "due", out={"ended": OVER, "suspended": ~OVER & Q(suspended=True)},
              still=Q(answered_at__isnull=True, ended_at__isnull=True)),
        _past(KEPT & _parts_in_time("case_id"), "due"),
    ),
    "leg_on_time": (
        Measure(Leg, "due", Q(replied_at__lte=F("due")), Q(required=True), SCORED, still=Q(replied_at__isnull=True)),
    ),
    "signed_on_time": (
        Measure(Leg, "sign_due", Q(signed_at__lte=F("sign_due")), Q(required=True), {"left": GONE, "suspended": STOPPED},
                still=Q(signed_at__isnull=True)),
    ),
    "first_response_on_time": (_case(Q(first_responded_at__lte=F("first_due")), "first_due", out={"ended": OVER}),),
    "extended": (_sent(_exists(Extension, leg=OuterRef("pk"), state="granted")),),
    "suspended": (_case(_exists(Suspension, case=OuterRef("pk"))),),
    "answered_directly": (_case(Q(answered_at__isnull=False) & ~_exists(Leg, case=OuterRef("pk"))),),
    "first_dispatch_right": (_sent(~Q(state__in=["returned", "ruled"]), LED & Q(no=1)),),
    "returns": (_sent(_exists(Return, leg=OuterRef("pk")), LED),),
    "returns_upheld": (
        Measure(Return, "leg__dispatched_at", Q(decision="upheld"), ~Q(decision="") & Q(leg__capacity="lead"),
                case="leg__case_id", body="leg__body_id", place="leg__case__place_id"),
    ),
    "disputes": (_sent(_exists(Return, leg=OuterRef("pk"), decision="dispute"), LED),),
    "no_owner": (_case(Q(snag=Case.Snag.NO_OWNER)),),
    "repeated_30": (_case(_told_before(30), out={"unknown": ~KNOWN}),),
    "repeated_90": (_case(_told_before(90), out={"unknown": ~KNOWN}),),
    "cited": (_sent(Q(holding__isnull=False)),),
    "contacted": (_said(Q(contacted=True), out=SAID),),
    "solved": (_said(Q(solved=True), out=SAID),),
    "satisfied": (_said(Q(satisfied="yes"), half=Q(satisfied="partly"), out=SAID),),
    "coverage": (_case(Q(Exists(Rating.objects.filter(VALID, case=OuterRef("pk")))), "answered_at"),),
    "unreached": (_said(Q(reached=False), Q()),),
    "refused": (_said(Q(refused=True), Q()),),
    "reworked": (_case(NEVER, "answered_at"), _past(Q(again="rework"), "answered_at")),
    "reopened": (_case(NEVER, "answered_at"), _past(Q(again="reopen"), "answered_at")),
    "excluded": (Measure(Leg, "due", EXCLUDED, Q(required=True)),),
    "looked_at": (_case(_exists(Look, case=OuterRef("pk")), whole=Q(confidential=True)),),
}  # fmt: skip


# -- counting ----------------------------------------------------------------------------------------------------------
def count(
    names: Iterable[str],
    start: datetime,
    end: datetime,
    *,
    places: Collection[int] | None = None,
    body: int | None = None,
    by: tuple[str, ...] = (),
    public: bool = False,
    centres: Collection[int] | None = None,
) -> dict[str, dict[tuple[Key, ...], Counted]]:
    """Metrics of a period: name → (day, month, body, place as `by` asks) → what was counted. One statement a source.
    `centres`: only what is at one of these hotlines.

    `public`: without what is sealed, so that nobody can tell by subtraction how many reports of wrongdoing there were.
    """
    wanted = list(names)
    found: dict[str, dict[tuple[Key, ...], Counted]] = {name: defaultdict(Counted) for name in wanted}
    for group in _sources(wanted).values():
        first = group[0][1]
        rows = _narrowed(first, within(first, start, end), places, body, centres)
        rows = _grouped(first, rows.filter(_open(first)) if public else rows, by)
        heads = [f"key_{each}" for each in by]
        sums = {f"{name}__{what}": n for name, m in group for what, n in _counts(m).items()}
        for row in _asked(rows, heads, sums):
            key = tuple(row[head] for head in heads)
            for name, m in group:
                found[name][key].add(_counted(row, name, m))
    return found


def within(m: Measure, start: datetime, end: datetime) -> Rows:
    """The rows whose moment lies in the period."""
    rows: Rows = m.model.objects.filter(**{f"{m.moment}__gte": start, f"{m.moment}__lt": end})
    return rows


def behind(
    name: str,
    side: str,
    start: datetime,
    end: datetime,
    places: Collection[int] | None,
    body: int | None,
    centres: Collection[int] | None = None,
) -> Rows:
    """The cases behind a figure: its `part`, the `rest` of the whole, what is `still` open, or a ground it was left out on."""
    ids: Q = Q(pk__in=[])
    for m in MEASURES[name]:
        rows = _narrowed(m, within(m, start, end), places, body, centres).filter(_side(m, side)).order_by()
        ids |= Q(pk__in=rows.values(m.case))
    return Case.objects.filter(ids)


def _side(m: Measure, side: str) -> Q:
    kinds = {"whole": m.kept, "part": m.kept & m.part, "rest": m.kept & ~m.part, "still": m.kept & (m.still or NEVER)}
    return kinds[side] if side in kinds else m.whole & m.out.get(side.removeprefix("out_"), NEVER)


def _sources(names: Iterable[str]) -> dict[Any, list[tuple[str, Measure]]]:
    found: dict[Any, list[tuple[str, Measure]]] = defaultdict(list)
    for name in names:
        for m in MEASURES[name]:
            found[m.source].append((name, m))
    return found


def _counts(m: Measure) -> dict[str, Count]:
    found = {"whole": Count("pk", filter=m.kept), "part": Count("pk", filter=m.kept & m.part)}
    for what, condition in (("half", m.half), ("still", m.still)):
        if condition is not None:
            found[what] = Count("pk", filter=m.kept & condition)
    return found | {f"out_{ground}": Count("pk", filter=m.whole & q) for ground, q in m.out.items()}


def _counted(row: dict[str, Any], name: str, m: Measure) -> Counted:
    said = Counted(
        row[f"{name}__whole"], row[f"{name}__part"], row.get(f"{name}__half", 0), row.get(f"{name}__still", 0)
    )
    said.out.update({ground: row[f"{name}__out_{ground}"] for ground in m.out})
    return said


def _narrowed(
    m: Measure, rows: Rows, places: Collection[int] | None, body: int | None, centres: Collection[int] | None
) -> Rows:
    if centres is not None:
        rows = rows.filter(Q(**{f"{_way(m)}centre__in": centres}) | Q(**{f"{_way(m)}centre__isnull": True}))
    if places is not None:
        rows = rows.filter(**{f"{m.place}__in": places})
    if body is None:
        return rows
    if m.body != LEAD:
        return rows.filter(**{m.body: body})
    return rows.filter(Exists(_leads(m).filter(body=body)))


def _open(m: Measure) -> Q:
    return Q(**{f"{_way(m)}confidential": False}) & ~Q(**{f"{_way(m)}kind": Case.Kind.REPORT})


def _way(m: Measure) -> str:
    """From a row to its case."""
    return "" if m.case == "pk" else m.case.removesuffix("id") + "_"


def _leads(m: Measure) -> QuerySet[Leg]:
    """The leg that led this round and was not taken away: whose the result is."""
    led = Leg.objects.filter(LED, case=OuterRef(m.case), round=OuterRef("round"))
    return led.exclude(state__in=LEG_LEFT)


def _grouped(m: Measure, rows: Rows, by: tuple[str, ...]) -> Rows:
    ways: dict[str, Any] = {
        "day": TruncDate(m.moment, tzinfo=BEIJING),
        "month": TruncMonth(m.moment, tzinfo=BEIJING),
        "place": F(m.place),
        "body": F(m.body) if m.body != LEAD else Subquery(_leads(m).values("body_id")[:1]),
    }
    return rows.annotate(**{f"key_{each}": ways[each] for each in by}) if by else rows


def _asked(rows: Rows, heads: list[str], sums: dict[str, Count]) -> Iterable[dict[str, Any]]:
    """Names with two underscores would be taken for look-ups, so the sums travel under numbers."""
    numbered = {f"n{at}": n for at, n in enumerate(sums.values())}
    back = dict(zip(numbered, sums, strict=True))
    plain = rows.order_by()
    found = plain.values(*heads).annotate(**numbered) if heads else [plain.aggregate(**numbered)]
    return [{back.get(name, name): value for name, value in row.items()} for row in found]


def whole_days(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first day's midnight to the end of the last, in Beijing."""
    return start_of(first), start_of(date.fromordinal(last.toordinal() + 1))
