"""Forms of supervision and of proposals: on a case's page, and on the pages of an order, a notice, a proposal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhize.cases.forms.acts import FORMS, ActForm
from zhize.cases.forms.fields import Pick, PickForm, Said, Words
from zhize.cases.forms.public import YES_NO
from zhize.cases.models import Order, Urge

DATE = {"type": "date"}


# -- on a case's page --------------------------------------------------------------------------------------------------
class UrgeForm(ActForm):
    kind = forms.ChoiceField(
        label=_("种类"),
        choices=[c for c in Urge.Kind.choices if c[0] != "order"],
        initial="remind",
        widget=forms.RadioSelect,
        help_text=_("要求限期答复的，请发督办单。"),
    )
    words = Said(rows=2, label=_("内容"))


class OrderForm(ActForm):
    BUTTON = _("发督办单")
    ground = forms.ChoiceField(label=_("督办事由"), choices=Order.Ground.choices, widget=forms.RadioSelect)
    words = Said(rows=3, label=_("督办要求"), help_text=_("要查清什么、办到什么程度；答复期限按政策自动推算。"))


class ContestForm(ActForm):
    BUTTON = _("提出异议")
    ASK = _("提出异议以后由机构编制部门裁定；裁定以前由您单位继续办理。")
    reason = Said(rows=3, label=_("异议理由"))


class InvolveForm(ActForm):
    BUTTON = _("增派协办")
    PICKS = {"body": Pick(label=_("协办单位"))}
    required = forms.BooleanField(
        label=_("必须答复"),
        required=False,
        initial=True,
        help_text=_("它不答复，这一件就没有答复；它超期，这一件就超期。"),
    )
    why = Said(rows=2, label=_("请其协办的理由"))


class ShelveForm(ActForm):
    BUTTON = _("挂账")
    ASK = _("眼下办不了的才挂账；挂账的不算解决。")
    ground = forms.ChoiceField(label=_("事由"), widget=forms.RadioSelect)
    evidence = Said(rows=2, label=_("证据"))
    plan = Said(rows=2, label=_("打算怎么解决"))
    review_on = forms.DateField(label=_("复核日"), widget=forms.DateInput(attrs=DATE))

    def prepare(self) -> None:
        self.fields["ground"].choices = self.listed("cases.shelving.grounds")  # type: ignore[attr-defined]


class ReviewShelvedForm(ActForm):
    BUTTON = _("记下复核")
    words = Said(rows=2, label=_("复核情况"))
    review_on = forms.DateField(label=_("下次复核日"), widget=forms.DateInput(attrs=DATE))


class UnshelveForm(ActForm):
    BUTTON = _("销账续办")
    because = Said(rows=2, label=_("销账的原因"))


FORMS |= {
    "urge": UrgeForm, "order": OrderForm, "contest": ContestForm, "involve": InvolveForm, "shelve": ShelveForm,
    "review_shelved": ReviewShelvedForm, "unshelve": UnshelveForm,
}  # fmt: skip


# -- on pages of their own ---------------------------------------------------------------------------------------------
class DeskForm(PickForm):
    """A form of an act that is not a case's."""

    BUTTON: Words = _("确定")
    ASK: Words = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)


class AnswerOrderForm(DeskForm):
    BUTTON = _("提交答复")
    text = Said(rows=5, label=_("答复"), help_text=_("逐项回答督办要求。"))
    evidence = Said(rows=2, label=_("证据"), required=False)
    approved_by = forms.CharField(label=_("审签的单位负责人"), max_length=60)


class CheckOrderForm(DeskForm):
    passed = forms.ChoiceField(
        label=_("核销吗"), choices=[("yes", _("核销")), ("no", _("退回再答"))], widget=forms.RadioSelect
    )
    words = Said(rows=2, label=_("意见"), required=False, help_text=_("退回的须写明理由。"))


class WhyForm(DeskForm):
    why = Said(rows=2, label=_("理由"))


class DraftNoticeForm(DeskForm):
    BUTTON = _("拟通报")
    title = forms.CharField(label=_("标题"), max_length=120)
    words = Said(rows=4, label=_("通报内容"))
    cases = Said(rows=3, label=_("通报哪几件"), help_text=_("每行一个受理编号，后面空一格写事由。"))


class ExtendNoticeForm(DeskForm):
    BUTTON = _("列入通报")
    cases = Said(rows=3, label=_("再列哪几件"), help_text=_("每行一个受理编号，后面空一格写事由。"))


class IssueNoticeForm(DeskForm):
    BUTTON = _("签发通报")
    number = forms.CharField(label=_("文号"), max_length=60, required=False)


class AnswerNoticeForm(DeskForm):
    BUTTON = _("报送整改")
    text = Said(rows=4, label=_("整改情况"), help_text=_("您单位被通报的几件一并答复。"))


class CloseNoticeForm(DeskForm):
    BUTTON = _("办结通报")
    ASK = _("被通报的单位都已经报送整改情况。")


BODIES = {"first_body": Pick(label=_("机构")), "second_body": Pick(label=_("机构"), needed=False), "third_body": Pick(label=_("机构"), needed=False)}  # fmt: skip


class ConveneForm(DeskForm):
    BUTTON = _("召集会商")
    PICKS = BODIES
    words = Said(rows=2, label=_("会商的时间和事项"), required=False)


class ConsultForm(DeskForm):
    BUTTON = _("发出征求意见函")
    PICKS = BODIES
    words = Said(rows=3, label=_("征求意见的内容"))


class FileMinutesForm(DeskForm):
    BUTTON = _("报备纪要")
    PICKS = {
        "paper": Pick(label=_("会商纪要"), help_text=_("文号，或者从列表里选。")),
        "body": Pick(label=_("商定由谁负责"), needed=False),
    }
    agreed = forms.ChoiceField(label=_("会商一致吗"), choices=YES_NO, widget=forms.RadioSelect)
    words = Said(rows=2, label=_("说明"), required=False)


class OpineForm(DeskForm):
    BUTTON = _("答复意见")
    agreed = forms.ChoiceField(
        label=_("同意由您单位负责吗"), choices=[("yes", _("同意")), ("no", _("不同意"))], widget=forms.RadioSelect
    )
    words = Said(rows=3, label=_("意见"), required=False, help_text=_("不同意的须写明理由和依据的条文。"))


class SubmitForm(DeskForm):
    BUTTON = _("提请审议")
    words = Said(rows=2, label=_("说明"), required=False)


class DecideForm(DeskForm):
    BUTTON = _("作出决定")
    PICKS = {
        "body": Pick(label=_("由哪个单位负责")),
        "paper": Pick(label=_("决定文件"), help_text=_("文号，或者从列表里选。")),
    }
    words = Said(rows=2, label=_("说明"), required=False)


class SettleForm(DeskForm):
    BUTTON = _("办结")
    carried = forms.ChoiceField(
        label=_("登记改了吗"),
        choices=[("yes", _("已经按决定改了登记")), ("no", _("不改登记"))],
        widget=forms.RadioSelect,
    )
    outcome = Said(rows=2, label=_("怎么处理的"))


DESK_FORMS: dict[str, type[DeskForm]] = {
    "answer_order": AnswerOrderForm, "check_order": CheckOrderForm, "lift_order": WhyForm, "draft_notice": DraftNoticeForm,
    "extend_notice": ExtendNoticeForm, "issue_notice": IssueNoticeForm, "drop_notice": WhyForm, "answer_notice": AnswerNoticeForm,
    "close_notice": CloseNoticeForm, "convene": ConveneForm, "consult": ConsultForm, "file_minutes": FileMinutesForm, "opine": OpineForm,
    "submit": SubmitForm, "decide": DecideForm, "settle": SettleForm,
}  # fmt: skip
