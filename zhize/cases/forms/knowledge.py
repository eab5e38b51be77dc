"""Forms of the knowledge base: an entry with the duties it stands on; why it is put away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhize.accounts.forms import Form
from zhize.cases.forms.fields import Pick, PickForm, Said
from zhize.register.models import Duty

DUTIES = ("duty", "second_duty", "third_duty")


class EntryForm(PickForm):
    PICKS = {
        "place": Pick(label=_("适用地方"), help_text=_("下辖各地也适用。")),
        "duty": Pick(label=_("依据的职责"), help_text=_("它的表述或者所依据的条文一变，这一条当天列入待核对。")),
        "second_duty": Pick(label=_("依据的职责（二）"), needed=False),
        "third_duty": Pick(label=_("依据的职责（三）"), needed=False),
    }
    FIRST = False
    question = forms.CharField(label=_("问题"), max_length=200, help_text=_("照来电的人会怎么问来写。"))
    answer = Said(rows=7, label=_("答复口径"))
    public = forms.BooleanField(label=_("公开，来件人也可以查到"), required=False, initial=True)

    def duties(self) -> list[Duty]:
        return [d for d in dict.fromkeys(self.found[name] for name in DUTIES) if d is not None]


class RetireForm(Form):
    why = forms.CharField(label=_("停用的理由"), max_length=300)


class FindForm(Form):
    """What is looked for; never an error."""

    q = forms.CharField(required=False, max_length=80, label=_("找什么"))

    def words(self) -> str:
        said: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        return said.get("q", "").replace("\x00", "")
