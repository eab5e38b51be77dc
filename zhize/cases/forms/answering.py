"""Forms of what leaves a unit: what is asked for, one by one; the reply to each; the unit head's signature; the sample check."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhize.cases.forms.acts import FORMS, ActForm
from zhize.cases.forms.fields import Said
from zhize.cases.queries.routing import chain
from zhize.cases.terms import AnswerGiven
from zhize.kernel.period import day_of
from zhize.policy import queries as policy

UNANSWERED = {"required": _("这一项还没有答；办不了的也要写明理由。")}


class ItemiseForm(ActForm):
    BUTTON = _("逐项列明")
    ASK = _("列明以后，答复须一项一项写；来件人也看得到这几项。")
    demands = Said(
        rows=4, label=_("诉求点，每行一项"), required=False, help_text=_("不要写来件人是谁。全部删去就是不分项。")
    )

    def prepare(self) -> None:
        self.fields["demands"].initial = "\n".join(d.text for d in self.case.demands.filter(dropped_at__isnull=True))

    def listed(self, key: str = "demands") -> list[str]:  # type: ignore[override]
        return [line.strip() for line in self.cleaned_data[key].splitlines() if line.strip()]


class ReplyForm(ActForm):
    """One box a demand; a case that lists none has one box."""

    BUTTON = _("提交答复")
    text = Said(rows=6, label=_("答复"), help_text=_("逐项回答来件人的诉求，来件人会看到这些话。"))
    solved = forms.BooleanField(label=_("问题已经解决"), required=False)
    evidence = Said(
        rows=2,
        label=_("解决的证据"),
        required=False,
        help_text=_("答复为已解决的须写明，例如现场照片编号、整改通知书文号。"),
    )
    approved_by = forms.CharField(label=_("审签人"), max_length=60, required=False)

    def prepare(self) -> None:
        day = day_of(self.now)
        if self.case.kind in policy.value("cases.reply.sign_off", list(chain(self.case.place_id, day)), day).value:
            self.BUTTON, self.ASK = _("提交拟复"), _("这类诉求的答复由单位负责人审签以后才发出。")
            del self.fields["approved_by"]
        self.demands = list(self.case.demands.filter(dropped_at__isnull=True))
        if self.demands:
            self._one_box_each()

    def _one_box_each(self) -> None:
        for name in ("text", "solved", "evidence"):
            del self.fields[name]
        signed = self.fields.pop("approved_by", None)
        for d in self.demands:
            label = gettext("{no}. {text}").format(no=d.no, text=d.text)
            solved, shown = gettext("第{no}项已经解决").format(no=d.no), gettext("第{no}项解决的证据").format(no=d.no)
            self.fields[f"answer_{d.no}"] = Said(rows=3, label=label, error_messages=UNANSWERED)
            self.fields[f"solved_{d.no}"] = forms.BooleanField(label=solved, required=False)
            self.fields[f"evidence_{d.no}"] = Said(rows=2, label=shown, required=False)
        if signed is not None:
            self.fields["approved_by"] = signed

    def answers(self) -> list[AnswerGiven]:
        said: dict[str, Any] = self.cleaned_data
        return [
            AnswerGiven(d.no, said[f"answer_{d.no}"], said[f"solved_{d.no}"], said[f"evidence_{d.no}"])
            for d in self.demands
        ]


class SignOffForm(ActForm):
    passed = forms.ChoiceField(
        label=_("审签意见"), choices=[("yes", _("同意，发出")), ("no", _("退回修改"))], widget=forms.RadioSelect
    )
    words = Said(rows=2, label=_("说明"), required=False, help_text=_("退回修改的须写明理由。"))


class SampleCheckForm(ActForm):
    BUTTON = _("记下核查")
    ASK = _("这一件多次联系不上来件人，被抽中核查：看通话记录和现场，不是再打一次电话。")
    passed = forms.ChoiceField(
        label=_("核查结果"),
        choices=[("yes", _("确实联系过，事情也办了")), ("no", _("没有办好，或者没有真正联系"))],
        widget=forms.RadioSelect,
    )
    words = Said(rows=3, label=_("核查情况"))


FORMS |= {"itemise": ItemiseForm, "reply": ReplyForm, "sign_off": SignOffForm, "sample_check": SampleCheckForm}
