"""The form for a change of law: which law, what happened, from when, by which paper, article by article."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhize.accounts.forms import Form
from zhize.kernel.errors import Refusal
from zhize.lists.change_file import key_of, read_moves
from zhize.record.models import Law, LawChange
from zhize.register.forms import Day, Found, paper_field
from zhize.register.terms import LawChanged

LONGEST = 50_000


def _law(text: str) -> Law:
    found = Law.objects.filter(key=key_of(text)).first()
    if found is None:
        raise Refusal(
            "登记中没有《{name}》", instead="请从列出的法律中选择；新制定的法律，请先登记", name=text.strip("《》")
        )
    return found


class ChangeLaw(Form):
    """立改废释 of a law the register knows."""

    law = Found("laws", _law, label=_("哪部法律"), help_text=_("写全称或者通用的简称。"))
    kind = forms.ChoiceField(
        label=_("变动"), choices=[c for c in LawChange.Kind.choices if c[0] != LawChange.Kind.ENACTED]
    )
    day = Day(label=_("自哪一天起施行"))
    instrument = paper_field()
    moves = forms.CharField(
        label=_("条文对照"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_(
            "每行一条：第二十四条 → 第四十八条、第四十九条 修改 行为、幅度。箭头前空着是新增，箭头后空着是删除；只换序号的不用写别的。"
        ),
    )
    note = forms.CharField(label=_("说明"), required=False, max_length=1000)

    def clean_moves(self) -> Any:
        try:
            return read_moves(self.cleaned_data["moves"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence(gettext)) from refusal

    def change(self) -> LawChanged:
        said = self.cleaned_data
        return LawChanged(said["law"].key, said["kind"], said["day"], said["moves"], note=said["note"])
