"""A case in the words of a page: why it went there, until when and how that is reckoned, what has happened so far.

Two readers: the reporter, who never sees internal notes, and the desk, which never sees the reporter by this road.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from zhize.cases.limits import FIRST, PROMISE, Terms
from zhize.cases.models import Case, Demand, Leg, Reply, ReplyDraft, Return
from zhize.cases.queries.centres import centre_names
from zhize.cases.queries.clocks import leg_clock, promise_clock
from zhize.kernel.clock import Derivation
from zhize.kernel.period import day_of
from zhize.record.models import Instrument
from zhize.register.models import Body, BodyContact, Seat
from zhize.register.queries.bodies import body_names

CASE_TONES = {
    "registered": "wait", "to_dispatch": "wait", "refusing": "wait", "not_accepted": "stop", "answered": "ok", "merged": "stop",
    "dispatched": "info", "handling": "info", "replied": "ok", "done": "ok", "closed": "ok", "withdrawn": "stop",
    "shelved": "wait", "passing": "wait",
}  # fmt: skip
LEG_TONES = {
    "dispatched": "wait", "signed": "info", "return_requested": "wait", "in_dispute": "wait", "replied": "ok", "accepted": "ok",
    "returned": "stop", "ruled": "stop", "recalled": "stop",
}  # fmt: skip


@dataclass(frozen=True)
class Clock:
    """What `{% deadline %}` draws."""

    title: str
    due: datetime
    lines: list[str]
    provisional: bool
    calendar_version: str
    state: str = "running"
    now: datetime | None = None


@dataclass
class LegShown:
    """A leg with its body, its evidence and its clock."""

    leg: Leg
    name: str
    body: dict[str, str]
    tone: str
    reasons: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    clock: Clock
    document: Instrument | None = None
    asked: Return | None = None
    by_hand_why: str = ""
    replies: list[Reply] = field(default_factory=list)


# -- the clocks --------------------------------------------------------------------------------------------------------
def promise(case: Case, now: datetime) -> Clock:
    """The promise to the reporter."""
    terms, found = promise_clock(case)
    state = "done" if case.answered_at or case.ended_at else "suspended" if case.suspended else "running"
    return _clock(_("承诺办结期限"), PROMISE, terms, found, state, now)


def first_response(case: Case, now: datetime) -> Clock:
    """Until when the reporter hears something at all."""
    terms = Terms(case.terms.content)
    found = terms.derive(FIRST, case.promised_at)
    return _clock(
        _("首次回应期限"), FIRST, terms, found, "done" if case.first_responded_at or case.ended_at else "running", now
    )


def leg_due(leg: Leg, now: datetime) -> Clock:
    terms, found = leg_clock(leg)
    state = "done" if not leg.open else "suspended" if leg.case.suspended else "running"
    return _clock(_("承办机构办理期限"), PROMISE, terms, found, state, now)


def _clock(title: str, name: str, terms: Terms, found: Derivation, state: str, now: datetime) -> Clock:
    return Clock(title, found.due, terms.lines(name, found), found.provisional, found.calendar_version, state, now)


# -- the legs ----------------------------------------------------------------------------------------------------------
def legs(case: Case, now: datetime) -> list[LegShown]:
    """The newest first; each with why it went there and who was not chosen."""
    rows = list(case.legs.select_related("body", "exhibit", "terms", "holding__instrument").order_by("-no"))
    names = body_names({leg.body_id for leg in rows}, day_of(now))
    asked = {r.leg_id: r for r in Return.objects.filter(leg__in=rows).select_related("body", "duty", "ruling")}
    replies: dict[int | None, list[Reply]] = {}
    for reply in case.replies.order_by("at"):
        replies.setdefault(reply.leg_id, []).append(reply)
    papers = _papers(leg.evidence for leg in rows)
    shown = []
    for leg in rows:
        leg.case = case
        shown.append(_leg(leg, names[leg.body_id], papers, asked.get(leg.pk), replies.get(leg.pk, []), now))
    return shown


def _leg(
    leg: Leg, name: str, papers: dict[str, Instrument], asked: Return | None, replies: list[Reply], now: datetime
) -> LegShown:
    evidence = leg.evidence
    basis = next((b for b in evidence.get("basis", []) if b["holding"] == leg.holding_id), None)
    paper = papers.get((basis or evidence.get("backstop", {})).get("key", "")) or (
        leg.holding.instrument if leg.holding else None
    )
    why = evidence.get("by_hand", {}).get("why", "") if leg.by_hand else ""
    body = {"name": name, "url": leg.body.get_absolute_url()}
    return LegShown(
        leg,
        name,
        body,
        LEG_TONES[leg.state],
        reasons(evidence, basis, paper, leg),
        rejected(evidence, papers),
        leg_due(leg, now),
        paper,
        asked,
        why,
        replies,
    )


def reasons(
    evidence: dict[str, Any], basis: dict[str, Any] | None, paper: Instrument | None, leg: Leg | None = None
) -> list[dict[str, Any]]:
    """Matter → duty → who holds it → the legal articles → the rule that chose."""
    found: list[dict[str, Any]] = []
    if leg is not None and leg.by_hand:
        found.append({"says": _("由工作人员指定，登记当时的答案一并留存。")})
    if evidence.get("matter") and evidence.get("duty"):
        found.append(
            {"says": _("“{matter}”对应的职责是“{duty}”。").format(**{k: evidence[k] for k in ("matter", "duty")})}
        )
    if basis:
        says = _("{place}：自{start}起，由{body}行使（{capacity}）。").format(
            place=evidence.get("place", ""), start=basis["span"][0], body=basis["body"], capacity=basis["capacity"]
        )
        clause = leg.holding.clause if leg and leg.holding else ""
        found.append({"says": says, "document": paper, "clause": clause})
    if leg is not None and leg.backstop:
        found.append(_stands_in(evidence["backstop"], paper))
    found += [{"says": _("法律依据：{law}").format(law=law)} for law in evidence.get("law", [])]
    return found + ([{"says": evidence["rule"]}] if evidence.get("rule") else [])


def _stands_in(said: dict[str, Any], paper: Instrument | None) -> dict[str, Any]:
    says = _("登记中没有机构负责这类诉求，由{body}兜底承办；缺谁负责已经列入登记建议。").format(body=said["name"])
    return {"says": says, "document": paper, "clause": said["article"]}


def rejected(evidence: dict[str, Any], papers: dict[str, Instrument]) -> list[dict[str, Any]]:
    """Who was looked at and not chosen; one line a body and reason."""
    cited = {p.citation: p for p in papers.values()}
    lines = {(r["body"], r["why"]): r for r in evidence.get("rejected", [])}
    return [
        {"body": {"name": name}, "why": why, "document": cited.get(r.get("instrument", ""))}
        for (name, why), r in lines.items()
    ]


def _papers(evidences: Iterable[dict[str, Any]]) -> dict[str, Instrument]:
    keys = {b["key"] for e in evidences for b in [*e.get("basis", []), e.get("backstop", {"key": ""})]}
    return {p.key: p for p in Instrument.objects.filter(key__in=keys)}


def contact(body: Body, name: str, day: date) -> dict[str, str]:
    """The body of a card, with its telephone."""
    row = BodyContact.objects.as_of(day).filter(body=body).first()
    return {
        "name": name,
        "url": body.get_absolute_url(),
        "phone": row.phone if row else "",
        "address": row.address if row else "",
    }


def holder_card(shown: LegShown, day: date) -> dict[str, Any]:
    """The card of who has the case now."""
    leg = shown.leg
    holding = leg.holding
    return {
        "body": contact(leg.body, shown.name, day),
        "capacity": leg.get_capacity_display(),
        "document": shown.document,
        "clause": holding.clause if holding else "",
        "span": holding.period if holding else None,
    }


# -- what has happened -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Happening:
    """One line of the story."""

    at: datetime
    title: str
    text: str = ""
    tone: str = "plain"


def story(case: Case, shown: list[LegShown]) -> list[Happening]:
    """What the reporter may know of the way of the case, newest first; nothing internal."""
    found = [
        Happening(
            case.received_at, _("收到诉求"), _("渠道：{channel}").format(channel=_(case.get_channel_display())), "ok"
        )
    ]
    for each in shown:
        found += _of_leg(each)
    found += _of_clock(case) + _of_voices(case) + _of_centres(case)
    for past in case.past_rounds.order_by("round"):
        found.append(
            Happening(past.ended_at or past.answered_at or past.promised_at, _("第{n}轮结束").format(n=past.round))
        )
    if case.round > 1:
        found.append(Happening(case.promised_at, _("重新办理（第{n}轮）").format(n=case.round), tone="info"))
    if case.ended_at:
        found.append(Happening(case.ended_at, _(case.get_state_display()), tone=CASE_TONES[case.state]))
    return sorted(found, key=lambda h: h.at)[::-1]  # of one moment, what came first stands below


def _of_leg(each: LegShown) -> list[Happening]:
    leg, name = each.leg, each.name
    found = [Happening(leg.dispatched_at, _("分派给{body}").format(body=name), _(leg.get_capacity_display()), "info")]
    if leg.signed_at:
        found.append(Happening(leg.signed_at, _("{body}签收").format(body=name)))
    if each.asked:
        other = body_names({each.asked.body_id}, day_of(each.asked.asked_at))[each.asked.body_id]
        found.append(
            Happening(
                each.asked.asked_at,
                _("{body}申请退回").format(body=name),
                _("认为应由{other}负责").format(other=other),
                "wait",
            )
        )
        if each.asked.decided_at:
            found.append(
                Happening(each.asked.decided_at, _("对退回申请作出决定"), _(each.asked.get_decision_display()))
            )
    if leg.state == "recalled" and leg.ended_at:
        found.append(Happening(leg.ended_at, _("从{body}收回").format(body=name)))
    return found


def _of_clock(case: Case) -> list[Happening]:
    found = []
    for pause in case.suspensions.all():
        found.append(Happening(pause.from_at, _("计时中止"), pause.name, "wait"))
        if pause.to_at:
            found.append(Happening(pause.to_at, _("恢复计时")))
    for more in case.extensions.filter(state="granted"):
        found.append(Happening(more.decided_at or more.asked_at, _("批准延期"), more.reason, "wait"))
    return found


def _of_centres(case: Case) -> list[Happening]:
    """Only where it went: what centres say to each other is between them."""
    rows = list(case.passages.filter(state__in=("offered", "taken")))
    names = centre_names([row.receiver_id for row in rows], day_of(rows[-1].at)) if rows else {}
    return [
        Happening(row.ended_at or row.at, _("{centre}接收").format(centre=names[row.receiver_id]), tone="info")
        if row.state == "taken"
        else Happening(row.at, _("转送{centre}，等待接收").format(centre=names[row.receiver_id]), tone="wait")
        for row in rows
    ]


def _of_voices(case: Case) -> list[Happening]:
    found = [Happening(r.at, _("答复"), "", "ok") for r in replies(case)]
    found += [Happening(u.at, _(u.get_kind_display()), "", "wait") for u in case.urges.all()]
    for r in case.ratings.all():
        said = _(r.get_satisfied_display()) if r.satisfied else _("没有联系上")
        found.append(Happening(r.at, _(r.get_source_display()), said))
    return found


def replies(case: Case) -> list[Reply]:
    """The replies that stand: of this round once the case is answered, and of the rounds before."""
    rows = case.replies.select_related("leg__body").prefetch_related("answers__demand").order_by("-at")
    return list(rows if case.answered_at else rows.filter(round__lt=case.round))


def demands(case: Case) -> list[Demand]:
    """What was asked for, one by one; none where it is one thing."""
    return list(case.demands.filter(dropped_at__isnull=True))


def drafts(case: Case, seat: Seat) -> list[ReplyDraft]:
    """The last draft of a body that has not left it: for the body's own seats alone."""
    if not seat.of_a_body:
        return []
    rows = ReplyDraft.objects.filter(leg__case=case, leg__round=case.round, leg__body=seat.body_id).order_by("-pk")[:1]
    return [row for row in rows if not row.passed]
