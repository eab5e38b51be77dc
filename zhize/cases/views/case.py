"""The page of one case at the desk: everything about it, and exactly the acts of this seat."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhize.cases.forms.acts import FORMS, ActForm
from zhize.cases.forms.files import AttachForm
from zhize.cases.lifecycle import CASE
from zhize.cases.models import Case, NotAccepted, Reporter
from zhize.cases.queries import desk as queries
from zhize.cases.queries import telling
from zhize.cases.queries.acts import Offer, offers
from zhize.cases.queries.alike import twins_of
from zhize.cases.queries.attached import attached_for
from zhize.cases.queries.candidates import options, suggestion
from zhize.cases.queries.centres import elsewhere, passages
from zhize.cases.queries.events import happenings
from zhize.cases.queries.identity import bodies_aside, sealed_from
from zhize.cases.queries.outgoing import outgoing, veil
from zhize.cases.queries.parts import late_parts
from zhize.cases.views.sitting import Desk, desk
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.places.queries import full_name
from zhize.register import access


@dataclass(frozen=True)
class ActShown:
    """An act on the page: its address, its form, open when it was just refused."""

    offer: Offer
    url: str
    form: ActForm
    opened: bool
    name: str


@require_safe
@desk
def case(request: HttpRequest, at: Desk, case_id: int) -> HttpResponse:
    """/desk/cases/4711/"""
    return case_page(request, at, fetch(at, case_id))


def fetch(at: Desk, case_id: int) -> Case:
    """Fetch is authorise: what this seat may not see does not exist for it."""
    rows = queries.visible(at.seat, at.now).select_related("place", "matter", "terms", "reporter", "duplicate_of")
    found = rows.filter(pk=case_id).first()
    if found is None:
        raise Http404("no such case for this seat")
    return found


def case_page(
    request: HttpRequest,
    at: Desk,
    case: Case,
    *,
    tried: str = "",
    form: ActForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """`tried` is the act just refused: its form comes back open, as it was filled in."""
    legs, day = telling.legs(case, at.now), day_of(at.now)
    offered = offers(case, [each.leg for each in legs], at.seat, at.by, at.now)
    title, text = outgoing(case, at.seat)
    veiled = veil(case, at.seat)
    acts = [_shown(o, case, at, tried, form) for o in offered if o.refusal is None]
    context = {
        "case": case,
        "at": at,
        "heading": title or (text[:30] + "…" if len(text) > 30 else text),
        "text": text,
        "redacted": case.confidential and sealed_from(case, at.seat) is not None,
        "recusals": bodies_aside(case, day),
        "exclusions": list(case.exclusions.select_related("leg__body")),
        "legs": legs,
        "state": CASE.states[case.state],
        "tone": telling.CASE_TONES[case.state],
        "now": at.now,
        "promise": telling.promise(case, at.now),
        "first": telling.first_response(case, at.now),
        "story": [replace(each, text=veiled(each.text)) for each in happenings(case, at.now)],
        "replies": list(case.replies.select_related("leg__body").prefetch_related("answers__demand").order_by("-at")),
        "demands": telling.demands(case),
        "drafts": telling.drafts(case, at.seat),
        "samples": list(case.sample_checks.filter(round=case.round)),
        "acts": acts,
        "barred": [o for o in offered if o.refusal is not None],
        **_choices(case, at, acts),
        "tried": tried,
        "place_said": full_name(case.place_id, day),
        "matter_said": queries.matter_names([case.matter_id or 0], day).get(case.matter_id or 0, ""),
        "reporter": reporter(case, at),
        "refused": NotAccepted.objects.filter(case=case).last(),
        "refusal": refusal,
        "past": list(case.past_rounds.order_by("-round")),
        "ratings": _veiled(case.ratings.order_by("-at"), "words", veiled),
        "attached": attached_for(case, at.seat),
        "attach_form": AttachForm(prefix="attach") if may_attach(case, at) else None,
        "urges": list(case.urges.select_related("leg__body").order_by("-at")),
        "orders": list(case.orders.select_related("leg__body").order_by("-pk")),
        "shelvings": list(case.shelvings.prefetch_related("reviews")),
        "pauses": list(case.suspensions.all()),
        "voices": list(queries.visible(at.seat, at.now).filter(duplicate_of=case).order_by("pk")[:50]),
        "twins": twins_of(case, at.seat, at.now) if any(a.name == "merge" for a in acts) else [],
        "extensions": list(case.extensions.select_related("leg__body")),
        "demo": True,
        **passages(case, at.now),
        "reads_only": not acts and elsewhere(case, at.seat, "cases.dispatch", day) is not None,
        "late": (case.late_at(at.now) or case.pk in late_parts([case.pk], at.now)) and not case.over,
        **more,
    }
    response = render(request, "cases/case.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _veiled(rows: Iterable[Any], field: str, veiled: Callable[[str], str]) -> list[Any]:
    """What the reporter wrote into a row, as this seat may read it."""
    shown = list(rows)
    for row in shown:
        setattr(row, field, veiled(getattr(row, field)))
    return shown


def _shown(offer: Offer, case: Case, at: Desk, tried: str, form: ActForm | None) -> ActShown:
    opened = tried == offer.key
    leg = [offer.leg.no] if offer.leg else []
    shown = form if opened and form is not None else make(offer.name, offer.key, case, at)
    return ActShown(offer, reverse(f"cases:{offer.name}", args=[case.pk, *leg]), shown, opened, offer.name)


def make(act: str, key: str, case: Case, at: Desk, data: Any = None) -> ActForm:
    """The act's form, filled with what is known."""
    initial = {"kind": case.kind, "complex": case.complex} if act == "classify" else {}
    if act in ("classify", "dispatch") and case.matter:
        initial |= {"matter": case.matter.code}
    return FORMS[act](data, prefix=key, initial=initial, case=case, now=at.now)


def may_attach(case: Case, at: Desk) -> bool:
    day = day_of(at.now)
    barred = access.refusal(at.by, "cases.attach", case.place_id, day) or elsewhere(case, at.seat, "cases.attach", day)
    return not case.over and barred is None


def _choices(case: Case, at: Desk, acts: list[ActShown]) -> dict[str, Any]:
    """For the dispatcher: what was suggested and by which model, and the matters to choose from, each with its document."""
    if not any(a.name in ("dispatch", "classify") for a in acts):
        return {}
    said = suggestion(case)
    return {"suggested": said, "candidates": options(case, said, day_of(at.now))}


def reporter(case: Case, at: Desk) -> str:
    """Masked, and to the body that handles the case only when it may be known at all."""
    row: Reporter | None = getattr(case, "reporter", None)
    if row is None:
        return _("匿名")
    if sealed_from(case, at.seat):
        return _("对承办机构保密")
    return " ".join(filter(None, [row.name_masked, row.phone_masked]))
