"""Figures with honest denominators (cases.md §2.4): each says what was divided by what, and nobody drops out unseen.

On time is judged over everything that fell due in the period — what is still open and late included; leaving it out is
the usual trick. Rates of satisfaction stand beside their coverage.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from zhize.cases.lifecycle import LEG_LEFT
from zhize.cases.models import Case, Leg, PastRound, Rating, Return
from zhize.cases.queries.routing import chain
from zhize.kernel.period import day_of
from zhize.places.models import PlacePath
from zhize.policy import queries as policy


@dataclass(frozen=True)
class Figure:
    """A share: `part` of `whole`, in words."""

    name: str
    label: str
    part: float
    whole: int
    says: str

    @property
    def rate(self) -> float | None:
        """None when there was nothing to divide by: no case is not 100 %."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Span:
    """From a moment until before another, as seen at `now`."""

    start: datetime
    end: datetime
    now: datetime


def figures(span: Span, *, place_id: int | None = None, body_id: int | None = None) -> list[Figure]:
    """The figures of a place (and all below it), of a body, or of everything."""
    cases, legs = _cases(place_id, body_id), _legs(place_id, body_id)
    return [*_promises(cases, span), *_leg_figures(legs, span), *_hops(legs, span), *_said(cases, span, place_id)]


def _promises(cases: QuerySet[Case], s: Span) -> list[Figure]:
    """Promises that fell due in the period, past rounds included; a standing clock has not fallen due."""
    due = Q(due__gte=s.start, due__lt=s.end)
    kept = Q(answered_at__lte=F("due")) | Q(answered_at__isnull=True, ended_at__lte=F("due"))
    now = cases.filter(due, suspended=False).exclude(state__in=["merged", "withdrawn"])
    past = PastRound.objects.filter(due, case__in=cases)
    part, whole = (now.filter(kept).count() + past.filter(kept).count(), now.count() + past.count())
    first = cases.filter(first_due__gte=s.start, first_due__lt=s.end).exclude(state__in=["merged", "withdrawn"])
    received = cases.filter(received_at__gte=s.start, received_at__lt=s.end)
    return [
        Figure("promise_on_time", "按期办结率", part, whole, "期内到期的承诺中按期答复的；到期未答复的计入分母"),
        Figure("first_response_on_time", "按期首次回应率", first.filter(first_responded_at__lte=F("first_due")).count(), first.count(),
               "期内应当首次回应的诉求中按期回应的"),
        Figure("answered_directly", "直接答复率", received.filter(legs__isnull=True, answered_at__isnull=False).count(),
               received.count(), "期内收到的诉求中不经分派直接答复的"),
        Figure("no_owner", "无人负责占比", received.filter(snag=Case.Snag.NO_OWNER).count(), received.count(),
               "期内收到的诉求中至今登记上无人负责的"),
    ]  # fmt: skip


def _leg_figures(legs: QuerySet[Leg], s: Span) -> list[Figure]:
    """A body's legs: those taken away (returned, ruled, recalled) are not its to answer."""
    mine = legs.exclude(state__in=LEG_LEFT).filter(required=True, case__suspended=False)
    due = mine.filter(due__gte=s.start, due__lt=s.end)
    sign = mine.filter(sign_due__gte=s.start, sign_due__lt=s.end)
    late_open = due.filter(replied_at__isnull=True, due__lt=s.now).count()
    return [
        Figure("leg_on_time", "按期答复率", due.filter(replied_at__lte=F("due")).count(), due.count(),
               f"期内到期的分派中按期答复的；其中{late_open}件到期未答复，计入分母"),
        Figure("signed_on_time", "按期签收率", sign.filter(signed_at__lte=F("sign_due")).count(), sign.count(),
               "期内应签收的分派中按期签收的；至今未签收的计入分母"),
    ]  # fmt: skip


def _hops(legs: QuerySet[Leg], s: Span) -> list[Figure]:
    sent = legs.filter(dispatched_at__gte=s.start, dispatched_at__lt=s.end, capacity="lead")
    asked = Return.objects.filter(leg__in=sent)
    first = sent.filter(no=1)
    wrong = first.filter(state__in=["returned", "ruled"]).count()
    total = first.count()
    upheld = asked.filter(decision=Return.Decision.UPHELD).count()
    return [
        Figure("first_dispatch_right", "首派准确率", total - wrong, total, "期内首次分派中没有被同意退回或裁定改派的"),
        Figure("returns", "退回申请率", asked.count(), sent.count(), "期内主办分派中申请退回的"),
        Figure(
            "returns_upheld", "退回成立率", upheld, asked.exclude(decision="").count(), "已决定的退回申请中同意退回的"
        ),
    ]


def _said(cases: QuerySet[Case], s: Span, place_id: int | None) -> list[Figure]:
    """Response, solution, satisfaction over those reached, and how many were reached at all."""
    rows = Rating.objects.filter(case__in=cases, at__gte=s.start, at__lt=s.end)
    reached = rows.filter(reached=True).aggregate(
        n=Count("pk"),
        contacted=Count("pk", Q(contacted=True)),
        solved=Count("pk", Q(solved=True)),
        yes=Count("pk", Q(satisfied="yes")),
        partly=Count("pk", Q(satisfied="partly")),
    )
    n, half = reached["n"], _partly(place_id, s)
    answered = cases.filter(answered_at__gte=s.start, answered_at__lt=s.end)
    asked = answered.filter(ratings__reached=True).distinct().count()
    attempts = rows.count()
    return [
        Figure("contacted", "响应率", reached["contacted"], n, "有效评价和回访中承办机构联系过来件人的"),
        Figure("solved", "解决率", reached["solved"], n, "有效评价和回访中来件人认为已解决的"),
        Figure("satisfied", "满意率", reached["yes"] + half * reached["partly"], n, f"满意的加上{half}×基本满意的"),
        Figure("coverage", "评价覆盖率", asked, answered.count(), "期内答复的诉求中有评价或有效回访的；上面三个比率只说明这一部分"),
        Figure("unreached", "未联系上占比", rows.filter(reached=False).count(), attempts, "评价和回访记录中没有联系上的"),
    ]  # fmt: skip


def _partly(place_id: int | None, s: Span) -> float:
    day = day_of(s.end)
    found: float = policy.value("cases.score.partly_satisfied", chain(place_id, day) if place_id else [], day).value
    return found


def _cases(place_id: int | None, body_id: int | None) -> QuerySet[Case]:
    rows = Case.objects.all()
    if body_id is not None:
        rows = rows.filter(pk__in=Leg.objects.filter(body_id=body_id, capacity="lead").values("case_id"))
    return rows if place_id is None else rows.filter(place_id__in=_below(place_id))


def _legs(place_id: int | None, body_id: int | None) -> QuerySet[Leg]:
    rows = Leg.objects.all() if body_id is None else Leg.objects.filter(body_id=body_id)
    return rows if place_id is None else rows.filter(case__place_id__in=_below(place_id))


def _below(place_id: int) -> QuerySet[PlacePath, dict[str, int]]:
    return PlacePath.objects.filter(chain__contains=[place_id]).values("place_id")  # type: ignore[return-value]
