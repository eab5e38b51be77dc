"""What is told twice: taking two cases apart again."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from zhize.cases import commands
from zhize.cases.forms.acts import ActForm
from zhize.cases.models import Case
from zhize.cases.views.acts import on_case
from zhize.cases.views.sitting import Desk


@on_case
def unmerge(at: Desk, case: Case, form: ActForm) -> str:
    commands.unmerge(case.pk, form.cleaned_data["why"], by=at.by, now=at.now)
    return gettext_noop("并案已经撤销，这一件恢复原来的样子。")
