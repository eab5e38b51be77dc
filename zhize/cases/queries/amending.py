"""A proposal to the register: the cases that speak for it, whose it is to convene, and whether the register now says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhize.cases.lifecycle import LEG_IN_CHARGE
from zhize.cases.models import Case, Leg, Proposal, Return
from zhize.cases.queries.proposals import SPEAKS
from zhize.cases.queries.routing import chain, route
from zhize.cases.supervising.lifecycle import ProposalFacts
from zhize.kernel.period import day_of
from zhize.places.queries import full_name
from zhize.policy import queries as policy
from zhize.record.models import Event
from zhize.register.models import Body, Matter
from zhize.register.queries.bodies import body_name, body_names
from zhize.register.queries.duties import duty_name
from zhize.register.queries.matters import duties_of, matter_name

K = Proposal.Kind
CONTESTED = (K.CONFLICT, K.RETURNS)
MOST = 100


def facts(row: Proposal, now: datetime) -> ProposalFacts:
    """What the guards look at."""
    above, day = chain(row.place_id, day_of(now)), day_of(now)
    questions = list(row.questions.order_by("round"))
    last = questions[-1].round if questions else 0
    waiting = [q for q in questions if q.round == last and q.answered_at is None]
    return ProposalFacts(
        now=now,
        rounds=last,
        rounds_allowed=policy.value("cases.proposal.rounds", above, day).value,
        waiting=len(waiting),
        answers_due=max((q.due for q in waiting), default=None),
        contested=row.kind in CONTESTED,
        decided=row.state == "decided",
        unchanged=unchanged(row, now),
    )


# -- does the register say so now? -------------------------------------------------------------------------------------
def unchanged(row: Proposal, now: datetime) -> str:
    """Why the register cannot be said to have been amended; empty when it has."""
    if row.matter_id is None:
        return "" if changed_by(row, now) else "登记没有任何改动"
    day = day_of(now)
    found = route(row.matter_id, row.place_id, day)
    said = f"{full_name(row.place_id, day)}的“{matter_name(row.matter_id, day)}”"
    if found.lead is None:
        return f"按登记，{said}今天仍然定不下由谁负责"
    if row.body_id and found.lead.body_id != row.body_id:
        return f"按登记，{said}今天由{body_name(found.lead.body_id, day)}负责，不是决定的{body_name(row.body_id, day)}"
    return "" if changed_by(row, now) or row.body_id else "提出建议以来，登记没有改动过这件事"


def changed_by(row: Proposal, now: datetime) -> Event | None:
    """The act on the register that carried it: the last one since then on the matter or a duty that answers it, by the
    decision's own paper if there is one."""
    about = [f"matter:{row.matter_id}"]
    if row.matter_id:
        matter = Matter.objects.select_related("parent__parent").get(pk=row.matter_id)
        about += [f"duty:{link.duty_id}" for link in duties_of(matter, day_of(now))]
    rows = Event.objects.filter(touched__overlap=about, at__gte=row.opened_at, instrument__isnull=False)
    rows = rows.exclude(act__in=("rule", "decide")).order_by("-pk")
    return rows.filter(instrument=row.instrument_id).first() or (None if row.instrument_id else rows.first())


# -- the evidence ------------------------------------------------------------------------------------------------------
def cases_behind(row: Proposal) -> QuerySet[Case]:
    """The cases of its matter and place that speak for it, newest first; the first is always among them."""
    asked = Exists(Return.objects.filter(leg__case=OuterRef("pk")))
    speaks = SPEAKS.get(K(row.kind), Q(asked))
    same = Q(matter=row.matter_id, place=row.place_id) & speaks if row.matter_id else Q(pk=row.case_id)
    return Case.objects.filter(Q(pk=row.case_id) | same).order_by("-pk")


def evidence(row: Proposal, now: datetime) -> dict[str, Any]:
    """What is pinned when the proposal goes to be decided: the cases, each with what was said back and forth."""
    cases = list(cases_behind(row)[:MOST])
    asked = returns_of([c.pk for c in cases], now)
    return {
        "matter": row.matter.code if row.matter else "",
        "place": full_name(row.place_id, day_of(now)),
        "count": cases_behind(row).count(),
        "cases": [{"no": c.no, "received": c.received_at.isoformat(), "returns": asked.get(c.pk, [])} for c in cases],
    }


def returns_of(cases: list[int], now: datetime) -> dict[int, list[dict[str, Any]]]:
    """By case: who sent it back, to whom, by which duty, whether the register found it to hold, and the decision."""
    rows = Return.objects.filter(leg__case__in=cases).select_related("leg", "ruling").order_by("pk")
    names = body_names({r.leg.body_id for r in rows} | {r.body_id for r in rows}, day_of(now))
    found: dict[int, list[dict[str, Any]]] = {}
    for r in rows:
        said = {
            "by": names.get(r.leg.body_id, ""), "to": names.get(r.body_id, ""), "duty": duty_name(r.duty_id, day_of(now)),
            "article": r.article, "covers": r.judgement.get("covers"), "says": r.judgement.get("says", ""),
            "decision": r.get_decision_display() or "未决定", "ruling": r.ruling.citation if r.ruling else "",
        }  # fmt: skip
        found.setdefault(r.leg.case_id, []).append(said)
    return found


# -- who takes part ----------------------------------------------------------------------------------------------------
def lead_of(row: Proposal) -> Body | None:
    """Who convenes: the body that has the first case in charge for the time being (暂由其牵头)."""
    legs = Leg.objects.filter(case=row.case_id, capacity=Leg.Capacity.LEAD).select_related("body").order_by("-no")
    return next((leg.body for leg in legs if leg.state in LEG_IN_CHARGE), legs[0].body if legs else None)


def parties(row: Proposal) -> list[Body]:
    """The bodies concerned: those that had its cases and those that were cited."""
    cases = list(cases_behind(row).values_list("pk", flat=True)[:MOST])
    legs = Leg.objects.filter(case__in=cases).values_list("body_id", flat=True)
    cited = Return.objects.filter(leg__case__in=cases).values_list("body_id", flat=True)
    return list(Body.objects.filter(pk__in={*legs, *cited}).order_by("pk"))
