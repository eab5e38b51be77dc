"""Acts on a case at the desk: what is asked for and what is answered to each, and the two looks before anything is over."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from zhize.cases import commands
from zhize.cases.forms.acts import ActForm
from zhize.cases.forms.answering import ItemiseForm, ReplyForm
from zhize.cases.models import Case, Leg, Reply
from zhize.cases.views.acts import on_case, on_leg
from zhize.cases.views.sitting import Desk


@on_case
def itemise(at: Desk, case: Case, form: ItemiseForm) -> str:
    commands.itemise(case.pk, form.listed(), by=at.by, now=at.now)
    return gettext_noop("诉求已经逐项列明。")


@on_leg
def reply(at: Desk, leg: Leg, form: ReplyForm) -> str:
    said = form.cleaned_data
    whole = {} if form.demands else {name: said[name] for name in ("text", "solved", "evidence")}
    row = commands.reply(
        leg.pk, **whole, answers=form.answers(), approved_by=said.get("approved_by", ""), by=at.by, now=at.now
    )
    return (
        gettext_noop("答复已经提交。") if isinstance(row, Reply) else gettext_noop("拟复已经提交，等单位负责人审签。")
    )


@on_leg
def sign_off(at: Desk, leg: Leg, form: ActForm) -> str:
    passed = form.cleaned_data["passed"] == "yes"
    commands.sign_off(leg.pk, passed=passed, words=form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("答复已经审签发出。") if passed else gettext_noop("拟复已经退回修改。")


@on_case
def sample_check(at: Desk, case: Case, form: ActForm) -> str:
    passed = form.cleaned_data["passed"] == "yes"
    commands.sample_check(case.pk, passed=passed, words=form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("核查已经记下，可以办结。") if passed else gettext_noop("核查已经记下，请退回重办。")
