"""The desk's lists: what is to be done, all cases, what cases teach the register, the figures; and taking a call."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from zhize.cases.forms.public import IntakeForm, new_key
from zhize.cases.lifecycle import CASE
from zhize.cases.models import Case, Leg
from zhize.cases.public.report import receipt_page, suggested, take
from zhize.cases.queries import desk as queries
from zhize.cases.queries.judging import judge
from zhize.cases.queries.proposals import proposals
from zhize.cases.views.case import fetch, make
from zhize.cases.views.sitting import Desk, desk, desk_of
from zhize.kernel.period import day_of
from zhize.record.paging import page
from zhize.register.models import Seat
from zhize.register.queries import queues

SIZE = 50
GAPS = next(q for q in queries.QUEUES if q.key == "gaps")


@require_safe
@desk
def worklist(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/?queue=: the seat's queues with their counts, one of them open."""
    counts = queues.counted(queries.QUEUES, at.seat, at.now)
    wanted = request.GET.get("queue", "")
    lists = [c for c in counts if c.queue.key != "gaps"]
    if counts and (wanted == "gaps" or not lists):
        return redirect("cases:gaps")
    named = (c for c in lists if c.queue.key == wanted)
    return _list(
        request, at, counts, next(named, None) or next((c for c in lists if c.count), lists[0] if lists else None)
    )


def _list(request: HttpRequest, at: Desk, counts: list[queues.Counted], here: queues.Counted | None) -> HttpResponse:
    shown = page(_with_names(here.queue.rows(at.seat, at.now)), here.queue.order, request.GET, SIZE) if here else None
    lines = queries.lines(shown.rows, at.now, at.seat) if shown else []
    return render(
        request,
        "cases/worklist.html",
        {"at": at, "counts": counts, "here": here, "page": shown, "lines": lines, "demo": True},
    )


def _with_names(rows: queues.Rows) -> queues.Rows:
    return rows.select_related("case", "case__place") if rows.model is Leg else rows


@require_safe
@desk
def cases(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/cases/?q=&state=&kind="""
    said = {name: request.GET.get(name, "")[:80] for name in ("q", "state", "kind")}
    state, kind = (
        (said["state"] if said["state"] in CASE.states else ""),
        (said["kind"] if said["kind"] in Case.Kind.values else ""),
    )
    shown = queries.searched(at.seat, at.now, said["q"], state, kind, request.GET, SIZE)
    if len(shown.rows) == 1 and said["q"].strip().upper() == shown.rows[0].no:
        return redirect("cases:case", shown.rows[0].pk)
    context = {
        "at": at,
        "page": shown,
        "lines": queries.lines(shown.rows, at.now, at.seat),
        "said": said,
        "states": CASE.states.items(),
        "kinds": Case.Kind.choices,
        "demo": True,
    }
    return render(request, "cases/cases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("name", "phone")
@desk_of(Seat.Role.CALL_TAKER)
def intake(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/intake/: the call-taker's form; after one case the next, empty."""
    form = (
        IntakeForm(request.POST, request.FILES)
        if request.method == "POST"
        else IntakeForm(initial={"key": new_key(), **_of_the_call(request)})
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and (receipt := take(form, form.message(form.cleaned_data["channel"]), at.by, at.now))
    ):
        return receipt_page(request, receipt, at.now, "cases/taken.html", at=at)
    context = {"at": at, "form": form, "demo": True, **suggested(form, at.now)}
    return render(request, "cases/intake.html", context, status=400 if form.is_bound else 200)


def _of_the_call(request: HttpRequest) -> dict[str, str]:
    """The exchange opens the form with the number of the call; the telephone is typed, or sent by the exchange in POST."""
    return {"call": request.GET.get("call", "")[:40]}


@require_safe
@desk
def judgement(request: HttpRequest, at: Desk, case_id: int, no: int) -> HttpResponse:
    """While the handler fills in a return: what the register says of the duty cited."""
    case = fetch(at, case_id)
    leg = Leg.objects.filter(case=case, no=no).first()
    if leg is None:
        raise Http404("no such leg")
    form = make("request_return", f"request_return-{no}", case, at, request.GET)
    form.is_valid()
    body, duty = form.found.get("body"), form.found.get("duty")
    said = judge(case, leg, body, duty, None, day_of(leg.dispatched_at)) if body and duty else None
    return render(request, "cases/parts/judgement.html", {"judgement": said})


@require_safe
@desk_of(*GAPS.roles)
def gaps(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/gaps/: what cases have shown the register to lack, with the cases behind each line. A body sees what it takes
    part in."""
    rows = GAPS.rows(at.seat, at.now).select_related("matter", "place", "case", "instrument")
    shown = page(rows, GAPS.order, request.GET, SIZE)
    context = {"at": at, "page": shown, "rows": proposals(shown.rows, at.now), "demo": True}
    return render(request, "cases/gaps.html", context)
