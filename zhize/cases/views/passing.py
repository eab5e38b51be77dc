"""The acts between hotline centres: one view an act, as in `acts.py`."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from zhize.cases import commands
from zhize.cases.forms.acts import ActForm
from zhize.cases.models import Case
from zhize.cases.views.acts import on_case
from zhize.cases.views.sitting import Desk
from zhize.places.models import Place


@on_case
def pass_on(at: Desk, case: Case, form: ActForm) -> str:
    said = form.cleaned_data
    commands.pass_on(case.pk, Place.objects.get(pk=said["to"]), said["why"], by=at.by, now=at.now)
    return gettext_noop("已经转送，等对方接收；接收以前仍由本中心负责。")


@on_case
def take_over(at: Desk, case: Case, form: ActForm) -> str:
    done = commands.take_over(case.pk, place=form.found["place"], by=at.by, now=at.now)
    if done.state == "dispatched":
        return gettext_noop("已经接收，并按登记分派。")
    return gettext_noop("已经接收，等本中心分派。")


@on_case
def turn_down(at: Desk, case: Case, form: ActForm) -> str:
    commands.turn_down(case.pk, form.cleaned_data["why"], by=at.by, now=at.now)
    return gettext_noop("没有接收，已经退还转出中心。")


@on_case
def fetch_back(at: Desk, case: Case, form: ActForm) -> str:
    commands.fetch_back(case.pk, form.cleaned_data["why"], by=at.by, now=at.now)
    return gettext_noop("已经撤回转送。")
