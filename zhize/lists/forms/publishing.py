"""The form for publishing lists: which, as of when, by which paper; or what an earlier edition got wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhize.accounts.forms import Form
from zhize.kernel.errors import Refusal
from zhize.lists.kinds import LISTS
from zhize.lists.queries.editions import find_edition
from zhize.lists.queries.issues import Issue
from zhize.places.queries import find_place
from zhize.register.forms import Day, Found, paper_field, today
from zhize.register.queries import find_body

MOST = 200  # lists published at once


class Publish(Form):
    """Several bodies' lists of one kind, or a government's whole; both sides of a transfer belong into one publication."""

    kind = forms.ChoiceField(label=_("哪种清单"), choices=[(k.name, k.label) for k in LISTS.values()])
    bodies = forms.CharField(
        label=_("哪些机关"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("每行一个，写名称或代号。划转的双方要一起公布。公布一级政府的清单时不写。"),
    )
    place = Found("places", lambda text: find_place(text, today()), label=_("哪一级政府"), required=False)
    day = Day(label=_("截至哪一天"), help_text=_("可以是以后的日子：到那一天才对外公开。"))
    instrument = paper_field()
    corrects = forms.CharField(
        label=_("更正哪一版"), required=False, max_length=160, help_text=_("更正公告才写：有误的那一版的键。")
    )
    reason = forms.CharField(label=_("更正了什么"), required=False, max_length=400)

    def clean_corrects(self) -> Any:
        return self._read(
            lambda: find_edition(self.cleaned_data["corrects"]) if self.cleaned_data["corrects"] else None
        )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if {"kind", "day"} <= said.keys():
            said["issues"] = self._read(lambda: self._issues(said))
        return said

    def _issues(self, said: dict[str, Any]) -> list[Issue]:
        names = [line.strip() for line in said.get("bodies", "").splitlines() if line.strip()][:MOST]
        whole = [Issue(said["kind"], place=said["place"])] if said.get("place") else []
        return [*whole, *(Issue(said["kind"], body=find_body(name, said["day"])) for name in names)]

    def _read(self, make: Any) -> Any:
        try:
            return make()
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence(gettext)) from refusal
