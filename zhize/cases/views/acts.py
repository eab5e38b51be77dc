"""The acts of the desk: one view an act, one form, one call. The URL, the view and the command are one word.

`POST /desk/cases/4711/dispatch/` → `dispatch` here → `commands.dispatch`. A refusal comes back on the page of the case, the
form open and as it was filled in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from zhize.cases import commands
from zhize.cases.forms.acts import ActForm
from zhize.cases.models import Case, Leg
from zhize.cases.queries.desk import visible
from zhize.cases.queries.likely import matter_by_code
from zhize.cases.views.acting import carry_out
from zhize.cases.views.case import case_page, fetch, make
from zhize.cases.views.sitting import Desk, desk
from zhize.kernel.errors import BadInput, Refusal

Do = Callable[..., str]


def on_case(do: Do) -> Callable[..., HttpResponseBase]:
    """An act on the case: `do(at, case, form)` calls the command and says what was done."""

    @require_POST
    @desk
    @wraps(do)
    def view(request: HttpRequest, at: Desk, case_id: int) -> HttpResponse:
        case = fetch(at, case_id)
        return _act(request, at, case, do.__name__, do.__name__, lambda form: do(at, case, form))

    return view


def on_leg(do: Do) -> Callable[..., HttpResponseBase]:
    """An act on one leg of it."""

    @require_POST
    @desk
    @wraps(do)
    def view(request: HttpRequest, at: Desk, case_id: int, no: int) -> HttpResponse:
        case = fetch(at, case_id)
        leg = Leg.objects.filter(case=case, no=no).first()
        if leg is None:
            raise Http404("no such leg")
        return _act(request, at, case, do.__name__, f"{do.__name__}-{no}", lambda form: do(at, leg, form))

    return view


def _act(request: HttpRequest, at: Desk, case: Case, act: str, key: str, do: Callable[[ActForm], str]) -> HttpResponse:
    """On the page of the case; then on to it, or to the worklist when the case is no longer this seat's."""
    form = make(act, key, case, at, request.POST)

    def again(refusal: Refusal | None, status: int) -> HttpResponse:
        return case_page(request, at, fetch(at, case.pk), tried=key, form=form, refusal=refusal, status=status)

    def onward() -> HttpResponse:
        still = visible(at.seat, at.now).filter(pk=case.pk).exists()
        return redirect("cases:case", case.pk) if still else redirect("cases:worklist")

    return carry_out(request, form, lambda: do(form), again, onward)


# -- screening ---------------------------------------------------------------------------------------------------------
@on_case
def classify(at: Desk, case: Case, form: ActForm) -> str:
    said = form.cleaned_data
    commands.classify(
        case.pk,
        matter=form.found["matter"],
        kind=said["kind"],
        place=form.found["place"],
        complex=said["complex"],
        by=at.by,
        now=at.now,
    )
    return gettext_noop("事项已经确定。")


@on_case
def answer(at: Desk, case: Case, form: ActForm) -> str:
    said = form.cleaned_data
    commands.answer(case.pk, said["text"], knowledge=list(said["knowledge"]), by=at.by, now=at.now)
    return gettext_noop("已经直接答复。")


@on_case
def not_accept(at: Desk, case: Case, form: ActForm) -> str:
    commands.not_accept(case.pk, form.cleaned_data["reason"], words=form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("已经提出，等另一位同事确认。")


@on_case
def confirm_not_accept(at: Desk, case: Case, form: ActForm) -> str:
    agreed = form.cleaned_data["agreed"] == "yes"
    commands.confirm_not_accept(case.pk, agreed=agreed, words=form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("已经确认不予受理，来件人会看到另行途径。") if agreed else gettext_noop("予以受理，等待分派。")


@on_case
def merge(at: Desk, case: Case, form: ActForm) -> str:
    wanted = form.cleaned_data["into"].strip().upper()
    into = visible(at.seat, at.now).filter(no=wanted).values_list("pk", flat=True).first()
    if into is None:
        raise BadInput("没有这一件诉求", instead="请核对受理编号", code="unknown_case", field="into")
    commands.merge(case.pk, into, by=at.by, now=at.now)
    return gettext_noop("已经并案。")


# -- to whom -----------------------------------------------------------------------------------------------------------
@on_case
def dispatch(at: Desk, case: Case, form: ActForm) -> str:
    """By the register, or by hand; another matter chosen among the candidates is set first, in the same transaction."""
    chosen, body = matter_by_code(form.cleaned_data["matter"]), form.found["body"]
    assist = [form.found["assist_body"]] if form.found["assist_body"] else []
    with transaction.atomic():
        if chosen is not None and chosen != case.matter:
            commands.classify(case.pk, matter=chosen, by=at.by, now=at.now)
        done = commands.dispatch(case.pk, body=body, assist=assist, why=form.cleaned_data["why"], by=at.by, now=at.now)
    return (
        gettext_noop("已经分派。")
        if done.state == "dispatched"
        else gettext_noop("登记中定不下由谁负责，已列入登记建议；可以人工指定。")
    )


@on_case
def recall(at: Desk, case: Case, form: ActForm) -> str:
    commands.recall(case.pk, form.cleaned_data["why"], by=at.by, now=at.now)
    return gettext_noop("已经收回，等待重新分派。")


@on_leg
def request_return(at: Desk, leg: Leg, form: ActForm) -> str:
    said = form.cleaned_data
    asked = commands.request_return(
        leg.pk,
        body=form.found["body"],
        duty=form.found["duty"],
        article=said["article"],
        reason=said["reason"],
        by=at.by,
        now=at.now,
    )
    return (
        gettext_noop("已经申请退回；登记认为引用成立。")
        if asked.judgement["covers"]
        else gettext_noop("已经申请退回；登记认为引用不成立，由热线审核。")
    )


@on_leg
def decide_return(at: Desk, leg: Leg, form: ActForm) -> str:
    asked = commands.decide_return(
        leg.pk, form.cleaned_data["decision"], words=form.cleaned_data["words"], by=at.by, now=at.now
    )
    return {
        "upheld": gettext_noop("已经同意退回。"),
        "refused": gettext_noop("已经决定不同意退回。"),
        "dispute": gettext_noop("已经转为职责争议，裁定以前由原单位继续办理。"),
    }[asked.decision]


@on_leg
def rule(at: Desk, leg: Leg, form: ActForm) -> str:
    commands.rule(
        leg.pk,
        body=form.found["body"],
        instrument=form.found["paper"],
        words=form.cleaned_data["words"],
        by=at.by,
        now=at.now,
    )
    return gettext_noop("已经裁定，并列入登记建议。")


# -- at the body -------------------------------------------------------------------------------------------------------
@on_leg
def sign(at: Desk, leg: Leg, form: ActForm) -> str:
    commands.sign(leg.pk, by=at.by, now=at.now)
    return gettext_noop("已经签收。")


@on_case
def review(at: Desk, case: Case, form: ActForm) -> str:
    passed = form.cleaned_data["passed"] == "yes"
    commands.review(case.pk, passed=passed, words=form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("审核通过。") if passed else gettext_noop("已经退回承办单位重办。")


# -- the clock ---------------------------------------------------------------------------------------------------------
@on_leg
def extend(at: Desk, leg: Leg, form: ActForm) -> str:
    commands.extend(leg.pk, f"{form.cleaned_data['days']}wd", form.cleaned_data["reason"], by=at.by, now=at.now)
    return gettext_noop("已经申请延期，等督办员决定。")


@on_case
def grant(at: Desk, case: Case, form: ActForm) -> str:
    granted = form.cleaned_data["granted"] == "yes"
    commands.grant(case.pk, granted=granted, words=form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("已经批准延期。") if granted else gettext_noop("没有批准延期。")


@on_case
def suspend(at: Desk, case: Case, form: ActForm) -> str:
    said = form.cleaned_data
    commands.suspend(case.pk, said["ground"], said["evidence"], resume_on=said["resume_on"], by=at.by, now=at.now)
    return gettext_noop("计时已经中止。")


@on_case
def resume(at: Desk, case: Case, form: ActForm) -> str:
    commands.resume(case.pk, form.cleaned_data["because"], by=at.by, now=at.now)
    return gettext_noop("计时已经恢复。")


@on_leg
def urge(at: Desk, leg: Leg, form: ActForm) -> str:
    commands.urge(leg.pk, form.cleaned_data["words"], kind=form.cleaned_data["kind"], by=at.by, now=at.now)
    return gettext_noop("已经发出。")


# -- the end -----------------------------------------------------------------------------------------------------------
@on_case
def follow_up(at: Desk, case: Case, form: ActForm) -> str:
    said = form.cleaned_data
    yes = {"yes": True, "no": False}
    reached = said["reached"] != "no"
    commands.follow_up(
        case.pk,
        reached=reached,
        refused=said["reached"] == "refused",
        way=said["way"],
        contacted=yes.get(said["contacted"]),
        solved=yes.get(said["solved"]),
        satisfied=said["satisfied"],
        words=said["words"],
        by=at.by,
        now=at.now,
    )
    if said["reached"] == "refused":
        return gettext_noop("已经记下：联系上了，不愿评价。")
    return gettext_noop("回访已经记下。") if reached else gettext_noop("已经记下：没有联系上。")


@on_case
def close(at: Desk, case: Case, form: ActForm) -> str:
    commands.close(case.pk, by=at.by, now=at.now)
    return gettext_noop("已经办结。")


@on_case
def reopen(at: Desk, case: Case, form: ActForm) -> str:
    commands.reopen(case.pk, form.cleaned_data["why"], by=at.by, now=at.now)
    return gettext_noop("已经重新办理。")


@on_case
def rework(at: Desk, case: Case, form: ActForm) -> str:
    commands.rework(case.pk, form.cleaned_data["why"], by=at.by, now=at.now)
    return gettext_noop("已经退回重办，按重办的时限重新计时。")


@on_case
def invite(at: Desk, case: Case, form: ActForm) -> str:
    commands.invite(case.pk, form.cleaned_data["way"], by=at.by, now=at.now)
    return gettext_noop("邀请已经列入待发。")


# -- what counts -------------------------------------------------------------------------------------------------------
@on_leg
def ask_exclusion(at: Desk, leg: Leg, form: ActForm) -> str:
    commands.ask_exclusion(leg.pk, form.cleaned_data["ground"], form.cleaned_data["reason"], by=at.by, now=at.now)
    return gettext_noop("已经申请剔除，等督办员决定。")


@on_case
def exclude(at: Desk, case: Case, form: ActForm) -> str:
    agreed = form.cleaned_data["agreed"] == "yes"
    commands.exclude(case.pk, agreed=agreed, words=form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("已经同意剔除。") if agreed else gettext_noop("已经决定不剔除。")


# -- who reported ------------------------------------------------------------------------------------------------------
@on_case
def recuse(at: Desk, case: Case, form: ActForm) -> str:
    commands.recuse(case.pk, form.found["body"], form.cleaned_data["why"], by=at.by, now=at.now)
    return gettext_noop("已经登记回避，它看不到这一件。")


@on_case
def redact(at: Desk, case: Case, form: ActForm) -> str:
    commands.redact(case.pk, form.cleaned_data["text"], by=at.by, now=at.now)
    return gettext_noop("脱敏件已经保存，承办机构看到的是它。")


@require_POST
@desk
def look(request: HttpRequest, at: Desk, case_id: int) -> HttpResponse:
    """Who sent it: shown once, on this page, and the look is on record."""
    case = fetch(at, case_id)
    form = make("look", "look", case, at, request.POST)
    if not form.is_valid():
        return case_page(request, at, case, tried="look", form=form, status=400)
    try:
        identity = commands.look(
            case.pk, form.cleaned_data["purpose"], form.cleaned_data["field"], by=at.by, now=at.now
        )
    except Refusal as refusal:
        return case_page(request, at, case, tried="look", form=form, refusal=refusal, status=refusal.http_status)
    return case_page(request, at, case, identity=identity)
