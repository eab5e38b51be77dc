"""The reporter's own page: by number and secret, without an account. What is internal is not here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhize.accounts.models import By
from zhize.cases import commands, rights, tries  # noqa: F401  (declares the rights)
from zhize.cases.forms.files import AttachForm
from zhize.cases.forms.public import RateForm, TrackForm, UrgeOwnForm, WhyForm
from zhize.cases.lifecycle import CASE, act_of
from zhize.cases.models import Case, NotAccepted
from zhize.cases.queries import telling
from zhize.cases.queries.attached import attached
from zhize.cases.queries.centres import centre_name
from zhize.cases.queries.facts import facts
from zhize.cases.queries.followed import followed
from zhize.cases.queries.tracking import track as find
from zhize.cases.serving import served
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.middleware import client_address
from zhize.places.queries import full_name
from zhize.register import access
from zhize.register.queries.matters import matter_name

KEPT = 20  # cases one browser keeps open


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("secret")
@never_cache
def track(request: HttpRequest) -> HttpResponse:
    """/track/: number and secret open the page; ?format=json gives the same as data."""
    if request.method != "POST":
        return render(
            request,
            "cases/track.html",
            {"form": TrackForm(initial={"no": request.GET.get("no", "")[:40]}), "demo": True},
        )
    form = TrackForm(request.POST)
    if not form.is_valid():
        return render(request, "cases/track.html", {"form": form, "demo": True}, status=400)
    try:
        case = _opened(request, form.cleaned_data["no"], form.cleaned_data["secret"])
    except Refusal as refusal:
        if request.GET.get("format") == "json":
            raise
        return render(
            request, "cases/track.html", {"form": form, "refusal": refusal, "demo": True}, status=refusal.http_status
        )
    if request.GET.get("format") == "json":
        return as_json(case, timezone.now())
    request.session["cases"] = [case.pk, *(pk for pk in request.session.get("cases", []) if pk != case.pk)][:KEPT]
    return redirect("cases:tracked", case.no)


def _opened(request: HttpRequest, no: str, secret: str) -> Case:
    """The case, or one sentence that does not tell whether the number exists. Wrong tries are counted by address."""
    door = tries.door_of(client_address(request))
    if tries.barred(door, timezone.now()):
        raise TooMany(
            "暂时不能查询",
            why="从这里连续多次填错",
            instead="请过 15 分钟再试，或者拨打热线查询",
            code="too_many_tries",
        )
    try:
        return find(no, secret)
    except BadInput:
        tries.miss(door, timezone.now())
        raise


class TooMany(Refusal):
    http_status = 429


@require_safe
@never_cache
def tracked(request: HttpRequest, no: str) -> HttpResponse:
    """/track/NO/: opened before with the secret, in this browser."""
    case = _own(request, no)
    if case is None:
        return redirect(f"/track/?no={no}")
    now = timezone.now()
    return as_json(case, now) if request.GET.get("format") == "json" else page(request, case, now)


def _own(request: HttpRequest, no: str) -> Case | None:
    rows = Case.objects.select_related("terms", "matter", "place")
    return rows.filter(no=no, pk__in=request.session.get("cases", [])).first()


def page(request: HttpRequest, case: Case, now: datetime, status: int = 200, **forms: Any) -> HttpResponse:
    legs = telling.legs(case, now)
    ahead = followed(case)
    answers = CASE.states[case.state]
    context = {
        "case": case,
        "legs": legs,
        "state": answers,
        "tone": telling.CASE_TONES[case.state],
        "story": telling.story(case, legs),
        "promise": telling.promise(case, now),
        "first": telling.first_response(case, now),
        "replies": telling.replies(ahead or case),
        "demands": telling.demands(ahead or case),
        "followed": ahead,
        "followed_state": CASE.states[ahead.state] if ahead else "",
        "followed_legs": telling.legs(ahead, now) if ahead else [],
        "now": now,
        "place_said": full_name(case.place_id, day_of(now)),
        "matter_said": matter_name(case.matter_id, day_of(now)) if case.matter_id else "",
        "refused": NotAccepted.objects.filter(case=case, agreed=True).last() if case.state == "not_accepted" else None,
        "acts": own_acts(case, now),
        "rate_form": RateForm(),
        "reopen_form": WhyForm(prefix="reopen"),
        "urge_form": UrgeOwnForm(prefix="urge"),
        "demo": True,
        "document_of": legs[0].document if legs else None,
        "centre": centre_name(case.centre_id, day_of(now)),
        "waiting": WAITING.get(case.snag, ""),
        "attached": attached(case),
        "attach_form": None if case.over else AttachForm(prefix="attach"),
        **forms,
    }
    return render(request, "cases/tracked.html", context, status=status)


WAITING = {
    "no_matter": gettext_noop("工作人员正在看您说的是哪一类事。"),
    "unsure": gettext_noop("工作人员正在看您说的是哪一类事。"),
    "no_owner": gettext_noop(
        "登记中这件事在这里还没有单位负责。它已列入“职责空白”，由机构编制部门确定归谁，您不用另找部门。"
    ),
    "conflict": gettext_noop("登记中有几个单位都负责这件事，正在确定由谁来办。"),
    "passed": gettext_noop("受理您这一件的热线中心刚刚换了，正在分派承办单位；承诺的期限不变。"),
    "returned": gettext_noop("原来的承办单位认为应由别的单位负责，正在重新分派。"),
}


def own_acts(case: Case, now: datetime) -> dict[str, Any]:
    """What the reporter may do now: each with the sentence why not, or None. What the table does not give citizens is absent."""
    known, found = facts(case, now), {}
    for step in ("rate", "reopen", "withdraw", "urge:own"):
        act = act_of(step)
        barred = access.refusal(By.citizen(), f"cases.{act}", case.place_id, day_of(now))
        if barred is None:
            found[act] = {
                "refusal": CASE.refusal(case.state, step, on=known),
                "open": case.state in CASE.steps[step].sources,
            }
    return found


# -- what the reporter does --------------------------------------------------------------------------------------------
@require_POST
def rate(request: HttpRequest, no: str) -> HttpResponse:
    """Contacted? Solved? Satisfied?"""
    form = RateForm(request.POST)

    def say(case: Case, now: datetime) -> None:
        said = form.cleaned_data
        commands.rate(
            case.pk,
            contacted=said["contacted"] == "yes",
            solved=said["solved"] == "yes",
            satisfied=said["satisfied"],
            words=said["words"],
            by=By.citizen(),
            now=now,
        )

    return _act(request, no, "rate_form", form, say, gettext_noop("评价收到了，谢谢您。"))


@require_POST
def reopen_own(request: HttpRequest, no: str) -> HttpResponse:
    """Not solved: once more, with a new promise."""
    form = WhyForm(request.POST, prefix="reopen")
    return _act(
        request,
        no,
        "reopen_form",
        form,
        lambda case, now: commands.reopen(case.pk, form.cleaned_data["why"], by=By.citizen(), now=now),
        gettext_noop("已经重新办理。"),
    )


@require_POST
def urge_own(request: HttpRequest, no: str) -> HttpResponse:
    """Remind whoever has it."""
    form = UrgeOwnForm(request.POST, prefix="urge")

    def remind(case: Case, now: datetime) -> None:
        leg = case.legs.filter(capacity="lead").order_by("-no").first()
        if leg is None:
            raise Refusal("还不能催办", why="还没有分派给承办单位", instead="分派后再催办", code="no_leg")
        commands.urge(leg.pk, form.cleaned_data["words"] or _("来件人催办"), by=By.citizen(), now=now)

    return _act(request, no, "urge_form", form, remind, gettext_noop("已经催办。"))


@require_POST
def withdraw(request: HttpRequest, no: str) -> HttpResponse:
    """The reporter takes it back."""
    form = UrgeOwnForm(request.POST, prefix="withdraw")
    return _act(
        request,
        no,
        "withdraw_form",
        form,
        lambda case, now: commands.withdraw(case.pk, form.cleaned_data["words"], by=By.citizen(), now=now),
        gettext_noop("已经撤回。"),
    )


@require_POST
def attach_own(request: HttpRequest, no: str) -> HttpResponse:
    """What was forgotten: a photo more."""
    form = AttachForm(request.POST, request.FILES, prefix="attach")

    def put(case: Case, now: datetime) -> None:
        for found in form.cleaned_data["sent"]:
            commands.attach(case.pk, found, by=By.citizen(), now=now)

    return _act(request, no, "attach_form", form, put, gettext_noop("附件收到了。"))


@require_safe
@never_cache
def attachment_own(request: HttpRequest, no: str, number: int) -> HttpResponseBase:
    """/track/NO/attachments/1/: what the reporter sent himself."""
    case = _own(request, no)
    found = attached(case).filter(no=number).first() if case else None
    if found is None:
        raise Http404("no such attachment of one's own")
    return served(found)


def _act(request: HttpRequest, no: str, name: str, form: Any, do: Any, done: str) -> HttpResponse:
    """1 own case · 2 the form · 3 the act; a refusal comes back on the page with what was written."""
    case, now = _own(request, no), timezone.now()
    if case is None:
        return redirect(f"/track/?no={no}")
    if not form.is_valid():
        return page(request, case, now, 400, **{name: form})
    try:
        do(case, now)
    except Refusal as refusal:
        return page(
            request,
            Case.objects.select_related("terms", "matter", "place").get(pk=case.pk),
            now,
            refusal.http_status,
            **{name: form, "refusal": refusal},
        )
    messages.success(request, _(done))
    return redirect("cases:tracked", case.no)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the cases opened in this browser: it may be somebody else's."""
    request.session.pop("cases", None)
    return redirect("cases:track")


def as_json(case: Case, now: datetime) -> JsonResponse:
    """The reporter's page as data: no internal words, no reporter."""
    ahead = followed(case)
    legs = telling.legs(ahead or case, now)
    clock = telling.promise(case, now)
    said = {
        "no": case.no,
        "state": case.state,
        "state_label": CASE.states[case.state],
        "merged_into": {"no": ahead.no, "state": ahead.state} if ahead else None,
        "kind": case.kind,
        "round": case.round,
        "received_at": case.received_at.isoformat(),
        "due": clock.due.isoformat(),
        "derivation": clock.lines,
        "provisional": clock.provisional,
        "snag": case.snag,
        "centre": centre_name(case.centre_id, day_of(now)),
        "legs": [_leg_json(each) for each in legs],
        "replies": [
            {"at": r.at.isoformat(), "text": r.text, "solved": r.solved} for r in telling.replies(ahead or case)
        ],
        "story": [{"at": h.at.isoformat(), "what": h.title, "text": h.text} for h in telling.story(case, legs)],
    }
    response = JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Cache-Control"] = "no-store"
    return response


def _leg_json(each: telling.LegShown) -> dict[str, Any]:
    evidence = {k: v for k, v in each.leg.evidence.items() if k != "by_hand"}
    return {
        "body": {"code": each.leg.body.code, "name": each.name},
        "capacity": each.leg.capacity,
        "state": each.leg.state,
        "by_hand": each.leg.by_hand,
        "dispatched_at": each.leg.dispatched_at.isoformat(),
        "due": each.clock.due.isoformat(),
        "derivation": each.clock.lines,
        "evidence": evidence,
    }
