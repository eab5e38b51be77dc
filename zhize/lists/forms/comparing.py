"""Forms of the comparison: what to compare, and what is decided about a difference."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhize.accounts.forms import Form
from zhize.lists.models import Comparison, Ruling
from zhize.lists.queries.ground import Scope
from zhize.lists.queries.horizontal import KINDS
from zhize.lists.statuses import STATUSES
from zhize.places.models import Place
from zhize.places.queries import find_place
from zhize.record.queries import find_instrument
from zhize.register.forms import Day, Found, today

LEVELS = [(str(value), label) for value, label in Place.Level.choices if 2 <= value <= 5]


class Compare(Form):
    """A run: which kind, where, as of which day, at which levels."""

    kind = forms.ChoiceField(label=_("比什么"), choices=Comparison.Kind.choices)
    place = Found("places", lambda text: find_place(text, today()), label=_("范围"))
    day = Day(label=_("以哪一天为准"))
    levels = forms.MultipleChoiceField(
        label=_("哪些层级"), choices=LEVELS, widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("纵向比对用：勾选的层级各成一列。"),
    )  # fmt: skip
    whole = forms.BooleanField(label=_("全部重新计算（平时只算有变动的）"), required=False)

    def scope(self) -> Scope:
        said = self.cleaned_data
        levels = tuple(sorted(int(x) for x in said["levels"])) or (3, 4)
        if said["kind"] == Comparison.Kind.VERTICAL:
            return Scope(said["place"], said["day"], None, levels)
        return Scope(said["place"], said["day"], None, levels, KINDS)


class Decide(Form):
    """What is decided about one difference of a cell."""

    about = forms.ChoiceField(label=_("关于哪一点"))
    verdict = forms.ChoiceField(label=_("认定"), choices=Ruling.Verdict.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    instrument = Found(
        "papers", find_instrument, label=_("依据文件"), required=False, help_text=_("有文件的写文号或者标题。")
    )

    def __init__(self, *args: Any, about: list[str], **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [(a, STATUSES[a].label) for a in about]  # type: ignore[attr-defined]
        if "RECODED" not in about:
            choices = [c for c in Ruling.Verdict.choices if c[0] not in (Ruling.Verdict.SAME, Ruling.Verdict.DIFFERENT)]
            self.fields["verdict"].choices = choices  # type: ignore[attr-defined]
