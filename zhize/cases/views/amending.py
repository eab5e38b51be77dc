"""The page of one proposal to the register: what cases speak for it, how far it has come, what this seat may do."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from zhize.cases import commands
from zhize.cases.forms.supervising import DeskForm
from zhize.cases.models import Proposal
from zhize.cases.queries import supervising as queries
from zhize.cases.queries.amending import MOST, cases_behind, facts, lead_of, parties, returns_of
from zhize.cases.queries.desk import matter_names, visible
from zhize.cases.queries.proposals import STEP_TONES, TONES
from zhize.cases.supervising.lifecycle import PROPOSAL
from zhize.cases.views.acting import Tried, acts_on, frame
from zhize.cases.views.sitting import Desk, desk
from zhize.kernel.period import day_of
from zhize.places.queries import full_name
from zhize.register.models import Body, Seat
from zhize.register.queries.bodies import body_names

SHOWN = 30


def fetch_proposal(at: Desk, number: int) -> Proposal:
    """Fetch is authorise: the office and the centre of its place, the bodies that take part."""
    if at.seat.role not in READING:
        raise Http404("not for this seat")
    found = queries.proposals(at.seat, at.now).filter(pk=number).first()
    if found is None:
        raise Http404("no such proposal for this seat")
    return found


READING = (
    Seat.Role.DISPATCHER,
    Seat.Role.SUPERVISOR,
    Seat.Role.REGISTER_EDITOR,
    Seat.Role.APPROVER,
    Seat.Role.AUDITOR,
    Seat.Role.HANDLER,
)


def proposal_page(
    request: HttpRequest, at: Desk, row: Proposal, tried: Tried | None = None, status: int = 200
) -> HttpResponse:
    """Its way so far, the cases with what was said back and forth, the bodies and their opinions."""
    lead, day = lead_of(row), day_of(at.now)
    convened = row.path.filter(step="convene").last()
    bodies = {"convene": lead.pk if lead else None, "file_minutes": convened.body_id if convened else None}
    asked = queries.Asked(
        row.place_id, at.seat.body_id if _is_asked(row, at) else None, bodies=bodies | _opines(row, at)
    )
    offered = (
        queries.offers(PROPOSAL, row.state, facts(row, at.now), asked, at.by, at.now) if not row.settled_at else []
    )
    context = frame(at, row, offered, tried or Tried()) | {
        "kind_tone": TONES[Proposal.Kind(row.kind)],
        "tone": STEP_TONES[row.state],
        "state": PROPOSAL.states[row.state],
        "matter": matter_names([row.matter_id or 0], day).get(row.matter_id or 0, ""),
        "place": full_name(row.place_id, day),
        "path": _path(row, at),
        "behind": _behind(row, at),
        "count": cases_behind(row).count(),
        "parties": _named(parties(row), at),
        "lead": _named([lead] if lead else [], at),
        "decided_for": _named([row.body] if row.body else [], at),
        "questions": _questions(row, at),
    }
    return render(request, "cases/proposal.html", context, status=status)


@require_safe
@desk
def proposal(request: HttpRequest, at: Desk, number: int) -> HttpResponse:
    """/desk/gaps/12/"""
    return proposal_page(request, at, fetch_proposal(at, number))


on_proposal = acts_on(fetch_proposal, proposal_page, "cases:proposal")


@on_proposal
def convene(at: Desk, row: Proposal, form: DeskForm) -> str:
    commands.convene(row.pk, _picked(form), form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("已经召集会商，会后请报备纪要。")


@on_proposal
def file_minutes(at: Desk, row: Proposal, form: DeskForm) -> str:
    agreed = form.cleaned_data["agreed"] == "yes"
    commands.file_minutes(
        row.pk, agreed=agreed, instrument=form.found["paper"], body=form.found["body"], words=form.cleaned_data["words"],
        by=at.by, now=at.now,
    )  # fmt: skip
    return (
        gettext_noop("纪要已经报备。") if agreed else gettext_noop("已经记下会商不一致，由机构编制部门书面征求意见。")
    )


@on_proposal
def consult(at: Desk, row: Proposal, form: DeskForm) -> str:
    commands.consult(row.pk, _picked(form), form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("征求意见函已经发出。")


@on_proposal
def opine(at: Desk, row: Proposal, form: DeskForm) -> str:
    agreed = form.cleaned_data["agreed"] == "yes"
    commands.opine(row.pk, agreed=agreed, words=form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("意见已经答复。")


@on_proposal
def submit(at: Desk, row: Proposal, form: DeskForm) -> str:
    commands.submit(row.pk, form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("已经提请审议，办件证据一并留存。")


@on_proposal
def decide(at: Desk, row: Proposal, form: DeskForm) -> str:
    commands.decide(
        row.pk,
        form.found["body"],
        instrument=form.found["paper"],
        words=form.cleaned_data["words"],
        by=at.by,
        now=at.now,
    )
    return gettext_noop("决定已经记下；请按决定文件修改登记。")


@on_proposal
def settle(at: Desk, row: Proposal, form: DeskForm) -> str:
    said = form.cleaned_data
    commands.settle(row.pk, said["outcome"], carried=said["carried"] == "yes", by=at.by, now=at.now)
    return gettext_noop("这条建议已经办结。")


# -- parts -------------------------------------------------------------------------------------------------------------
def _picked(form: DeskForm) -> list[Body]:
    return [form.found[name] for name in ("first_body", "second_body", "third_body") if form.found.get(name)]


def _is_asked(row: Proposal, at: Desk) -> bool:
    return row.questions.filter(body=at.seat.body_id, answered_at__isnull=True).exists()


def _opines(row: Proposal, at: Desk) -> dict[str, int | None]:
    return {"opine": at.seat.body_id if _is_asked(row, at) else None}


def _named(bodies: list[Body], at: Desk) -> list[dict[str, str]]:
    names = body_names({b.pk for b in bodies}, day_of(at.now))
    return [{"name": names.get(b.pk, b.code), "url": b.get_absolute_url()} for b in bodies]


def _path(row: Proposal, at: Desk) -> list[dict[str, Any]]:
    steps = list(row.path.select_related("instrument"))
    names = body_names({s.body_id for s in steps if s.body_id}, day_of(at.now))
    return [{"row": s, "label": PROPOSAL.steps[s.step].label, "body": names.get(s.body_id or 0, "")} for s in steps]


def _questions(row: Proposal, at: Desk) -> list[tuple[Any, str]]:
    rows = list(row.questions.all())
    names = body_names({q.body_id for q in rows}, day_of(at.now))
    return [(q, names[q.body_id]) for q in rows]


def _behind(row: Proposal, at: Desk) -> list[dict[str, Any]]:
    """The newest cases; a link only where the seat may open it."""
    cases = list(cases_behind(row)[: min(SHOWN, MOST)])
    asked = returns_of([c.pk for c in cases], at.now)
    may = set(visible(at.seat, at.now).filter(pk__in=[c.pk for c in cases]).values_list("pk", flat=True))
    return [{"case": c, "returns": asked.get(c.pk, []), "open": c.pk in may} for c in cases]
