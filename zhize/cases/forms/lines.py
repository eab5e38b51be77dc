"""Forms of the hotlines there are beside this one: entered, merged, counted; each by its paper."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from zhize.cases.forms.fields import Pick
from zhize.cases.forms.supervising import DATE, DESK_FORMS, DeskForm
from zhize.cases.models import LineStanding

PAPER = Pick(label=_("依据的文件"), help_text=_("文号，或者从列表里选。"))


class LineForm(DeskForm):
    """An act on a line rests on a paper, and holds from a day."""

    FIRST = False
    PICKS = {"paper": PAPER}


class ListLineForm(LineForm):
    BUTTON = _("登记热线号码")
    PICKS = {"owner_body": Pick(label=_("主管机构")), "paper": PAPER}
    number = forms.CharField(label=_("号码"), max_length=20)
    name = forms.CharField(label=_("名称"), max_length=80)
    day = forms.DateField(label=_("从哪一天起"), widget=forms.DateInput(attrs=DATE))


class MergeLineForm(LineForm):
    BUTTON = _("办理归并")
    mode = forms.ChoiceField(label=_("怎样归并"), choices=LineStanding.Mode.choices, widget=forms.RadioSelect)
    day = forms.DateField(label=_("从哪一天起"), widget=forms.DateInput(attrs=DATE))


class CountLineForm(LineForm):
    BUTTON = _("登记话务量")
    calls = forms.IntegerField(label=_("来电多少件"), min_value=0)
    first = forms.DateField(label=_("自"), widget=forms.DateInput(attrs=DATE))
    last = forms.DateField(label=_("至（含当日）"), widget=forms.DateInput(attrs=DATE))


DESK_FORMS |= {"list_line": ListLineForm, "merge_line": MergeLineForm, "count_line": CountLineForm}
