"""The forms of the adjustment procedure: one an act; its fields are the act's arguments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from zhize.accounts.forms import NEEDED, Form
from zhize.kernel.errors import Refusal
from zhize.lists.models import Consultation
from zhize.register.forms import Day, paper_field, today
from zhize.register.models import Body
from zhize.register.queries import find_body

PASS = [("passed", _("通过")), ("returned", _("退回"))]


def words(label: Any, *, needed: bool = False, rows: int = 3, hint: Any = "", why: Any = NEEDED) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    field = forms.CharField(label=label, required=needed, widget=widget, help_text=hint, max_length=20_000)
    field.why = why  # type: ignore[attr-defined]
    return field


class ActForm(Form):
    BUTTON: Any = _("确定")
    ASK: Any = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False  # the server says what is missing, in its own sentence
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                given: Any = field.choices
                field.choices = [(value, gettext(str(label))) for value, label in given]

    def refused(self, refusal: Refusal) -> bool:
        """What a command refused, at the field it named; False when the form has no such field."""
        if refusal.field not in self.fields:
            return False
        self.add_error(refusal.field, refusal.sentence(gettext))
        return True


class FileForm(ActForm):
    BUTTON = _("报送")
    words = words(_("报送说明"), rows=2)


class RetractForm(ActForm):
    BUTTON = _("撤回")
    words = words(_("撤回理由"), rows=2, hint=_("还没有报送的草稿可以不写。"))


class VetForm(ActForm):
    BUTTON = _("提交审核意见")
    verdict = forms.ChoiceField(label=_("审核结论"), choices=PASS, widget=forms.RadioSelect)
    words = words(_("审核意见"), hint=_("退回的须写明理由。"))


class ExamineForm(ActForm):
    BUTTON = _("提交审核意见")
    verdict = forms.ChoiceField(
        label=_("审核结论"), widget=forms.RadioSelect,
        choices=[("passed", _("通过")), ("announced", _("通过，先公示")), ("returned", _("退回"))],
    )  # fmt: skip
    words = words(_("审核意见"), hint=_("退回的须写明理由。"))


class BodyLines(forms.Textarea):
    """A line a body; the typeahead above it, where there is script, adds one. Read without it just the same."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        url, id_ = reverse("register:suggest", args=["bodies"]), (attrs or {}).get("id", name)
        finder = render_to_string("lists/adjusting/parts/body_finder.html", {"url": url, "lines": id_})
        return format_html("{}{}", finder, super().render(name, value, attrs, renderer))


class Bodies(forms.CharField):
    """Several bodies, one a line, by name or code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=BodyLines(attrs={"rows": 3}), max_length=5000, **kwargs)

    def clean(self, value: Any) -> list[Body]:
        names = [n for n in str(super().clean(value) or "").replace("、", "\n").splitlines() if n.strip()]
        try:
            return list(dict.fromkeys(find_body(n, today()) for n in names))
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence(gettext)) from refusal


class ConsultForm(ActForm):
    BUTTON = _("发出")
    bodies = Bodies(label=_("征求哪些机构的意见"), help_text=_("每行一个，写全称、简称或者代号。"))
    words = words(_("征求什么"), rows=2)


class AnswerForm(ActForm):
    BUTTON = _("提交答复")
    answer = forms.ChoiceField(
        label=_("同意吗"),
        choices=[c for c in Consultation.Answer.choices if c[0] != "silent"],
        widget=forms.RadioSelect,
    )
    words = words(_("意见"), hint=_("不同意的须写明理由。"))


class MediateForm(ActForm):
    BUTTON = _("记下协调结果")
    settled = forms.ChoiceField(
        label=_("协调一致了吗"),
        choices=[("yes", _("一致，继续办理")), ("no", _("不成，退回申报机构"))],
        widget=forms.RadioSelect,
    )
    words = words(_("协调结果"), needed=True)


class ConcludeForm(ActForm):
    BUTTON = _("结束公示")
    upheld = forms.ChoiceField(
        label=_("公众意见怎么处理"),
        choices=[("no", _("没有要修改的")), ("yes", _("采纳，退回申报机构修改"))],
        widget=forms.RadioSelect,
    )
    words = words(_("处理意见"), hint=_("退回的须写明理由。"))


class CommentForm(ActForm):
    BUTTON = gettext_lazy("提交意见")
    words = words(_("您的意见"), needed=True, rows=5)
    name = forms.CharField(
        label=_("署名"), max_length=60, required=False, help_text=_("可以不写。意见公示期满后由编办处理。")
    )


class GatherForm(ActForm):
    BUTTON = _("编入批次")
    title = forms.CharField(
        label=_("新批次的名称"), max_length=120, required=False, help_text=_("编入已有批次的不用写。")
    )


class EnactForm(ActForm):
    BUTTON = _("审定")
    instrument = paper_field()
    day = Day(label=_("自哪一天起施行"))
    publish = forms.BooleanField(
        label=_("施行当天公布所涉清单"),
        required=False,
        initial=True,
        help_text=_("划转的双方同一天公布；施行日以前不对外公开。"),
    )
    words = words(_("说明"), rows=2)


class RefuseForm(ActForm):
    BUTTON = _("不予批准")
    words = words(_("理由"), needed=True, why=_("申报机构据此修改，公文里也要写明"))


class EffectForm(ActForm):
    BUTTON = _("现在施行")
    ASK = _("到施行日由系统自动办理；没有办成的，看过原因以后可以在这里再办。")


class ReleaseForm(ActForm):
    BUTTON = _("移出选中的调整")


FORMS: dict[str, type[ActForm]] = {
    "file": FileForm, "retract": RetractForm, "vet": VetForm, "examine": ExamineForm, "consult": ConsultForm,
    "answer": AnswerForm, "mediate": MediateForm, "conclude": ConcludeForm, "comment": CommentForm, "gather": GatherForm,
    "enact": EnactForm, "refuse": RefuseForm, "effect": EffectForm, "release": ReleaseForm,
}  # fmt: skip
