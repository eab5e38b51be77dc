"""One form an act of the desk; its fields are the command's arguments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhize.cases.forms.fields import Pick, PickForm, Said, Words
from zhize.cases.forms.public import YES_NO
from zhize.cases.models import Case, KnowledgeText, Rating, Return, Urge
from zhize.cases.queries.centres import receivers
from zhize.cases.queries.knowledge import entries, searched, valid_in
from zhize.cases.queries.likely import matter_by_code
from zhize.cases.queries.outgoing import blotted
from zhize.cases.queries.routing import chain
from zhize.kernel.period import day_of
from zhize.policy import queries as policy


class ActForm(PickForm):
    """`case` and `now` are handed in: the closed lists of some acts come from the policy of the case's place."""

    BUTTON: Words = _("确定")
    ASK: Words = ""  # said before an act without fields

    def __init__(self, *args: Any, case: Case, now: datetime, **kwargs: Any) -> None:
        self.case, self.now = case, now
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the place and the day."""

    def listed(self, key: str) -> list[tuple[str, str]]:
        rows = policy.value(key, list(chain(self.case.place_id, day_of(self.now))), day_of(self.now)).value
        return [(row["code"], row["name"]) for row in rows]


class ClassifyForm(ActForm):
    """One of the matters likely, or another one typed: what is typed counts."""

    BUTTON = _("确定事项")
    PICKS = {
        "matter": Pick(label=_("事项"), help_text=_("打几个字，或者直接打代码。"), needed=False),
        "place": Pick(label=_("改正地点"), help_text=_("不填就是原来的地点。"), needed=False),
    }
    kind = forms.ChoiceField(label=_("类型"), choices=Case.Kind.choices)
    complex = forms.BooleanField(label=_("疑难或者跨部门，按疑难时限计"), required=False)
    likely = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.found["matter"] is None and "matter" not in self.errors:
            self.found["matter"] = matter_by_code(cleaned.get("likely", ""))
            if self.found["matter"] is None:
                self.add_error("matter", gettext("请打几个字，从列表里选"))
        return cleaned


class DispatchForm(ActForm):
    """The register's answers to choose from; or by hand, with the reason."""

    BUTTON = _("分派")
    PICKS = {"body": Pick(label=_("主办单位"), needed=False), "assist_body": Pick(label=_("协办单位"), needed=False)}
    matter = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    why = Said(rows=2, label=_("人工指定的理由"), required=False)


class AnswerForm(ActForm):
    """In one's own words, or in those of the entries chosen."""

    BUTTON = _("直接答复")
    text = Said(
        rows=5,
        label=_("答复"),
        required=False,
        help_text=_("来件人会看到这些话。选了知识条目而不另写的，照它的口径答复。"),
    )
    knowledge = forms.ModelMultipleChoiceField(
        KnowledgeText.objects.none(), required=False, widget=forms.MultipleHiddenInput
    )

    def prepare(self) -> None:
        rows = valid_in(self.case.place_id, day_of(self.now))
        self.fields["knowledge"].queryset = rows  # type: ignore[attr-defined]
        self.near = entries(searched(rows, self.case.text, 5), day_of(self.now))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["text"] = cleaned.get("text") or "\n\n".join(t.answer for t in cleaned.get("knowledge") or [])
        return cleaned


class NotAcceptForm(ActForm):
    BUTTON = _("提出不予受理")
    reason = forms.ChoiceField(label=_("事由"), widget=forms.RadioSelect)
    words = Said(rows=2, label=_("说明"), required=False, help_text=_("只有工作人员看得到。"))

    def prepare(self) -> None:
        self.fields["reason"].choices = self.listed("cases.not_accepted.reasons")  # type: ignore[attr-defined]


class ConfirmNotAcceptForm(ActForm):
    agreed = forms.ChoiceField(
        label=_("同意不予受理吗"),
        choices=[("yes", _("同意，告知来件人另行途径")), ("no", _("不同意，予以受理"))],
        widget=forms.RadioSelect,
    )
    words = Said(rows=2, label=_("说明"), required=False)


class MergeForm(ActForm):
    BUTTON = _("并案")
    into = forms.CharField(label=_("并入哪一件"), max_length=40, help_text=_("填受理编号。"))


class WhyActForm(ActForm):
    why = Said(rows=3, label=_("理由"))


class UnmergeForm(WhyActForm):
    BUTTON = _("撤销并案")
    ASK = _("这一件恢复并案以前的样子，分派和计时照旧；两个编号一直都能查。")


class SignForm(ActForm):
    BUTTON = _("签收")
    ASK = _("签收就是接下这一件；不签收也照样计时。")


class RequestReturnForm(ActForm):
    """“Not ours” alone cannot be said: whose, and by which duty."""

    BUTTON = _("申请退回")
    PICKS = {
        "body": Pick(label=_("应由哪个单位负责")),
        "duty": Pick(label=_("依据哪一项职责"), help_text=_("打几个字，从职责里选。")),
    }
    article = forms.CharField(label=_("条文"), max_length=200, required=False, help_text=_("例如“某某条例第十二条”。"))
    reason = Said(rows=3, label=_("退回理由"))


class DecideReturnForm(ActForm):
    BUTTON = _("作出决定")
    decision = forms.ChoiceField(
        label=_("决定"), choices=[c for c in Return.Decision.choices if c[0] != "dispute"], widget=forms.RadioSelect
    )
    words = Said(rows=2, label=_("决定理由"), required=False, help_text=_("不同意退回的须写明理由。"))


class RuleForm(ActForm):
    BUTTON = _("裁定")
    PICKS = {
        "body": Pick(label=_("裁定由哪个单位负责")),
        "paper": Pick(label=_("裁定文件"), help_text=_("文号，或者从列表里选。")),
    }
    FIRST = True
    words = Said(rows=2, label=_("裁定意见"), required=False)


class ExtendForm(ActForm):
    BUTTON = _("申请延期")
    days = forms.IntegerField(label=_("延长几个工作日"), min_value=1, max_value=366)
    reason = Said(rows=2, label=_("延期理由"), help_text=_("批准以后告知来件人。"))


class GrantForm(ActForm):
    granted = forms.ChoiceField(
        label=_("批准延期吗"), choices=[("yes", _("批准")), ("no", _("不批准"))], widget=forms.RadioSelect
    )
    words = Said(rows=2, label=_("决定说明"), required=False)


class SuspendForm(ActForm):
    BUTTON = _("中止计时")
    ground = forms.ChoiceField(label=_("事由"), widget=forms.RadioSelect)
    evidence = Said(rows=2, label=_("证据"))
    resume_on = forms.DateField(label=_("预定恢复日"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def prepare(self) -> None:
        self.fields["ground"].choices = self.listed("cases.suspension.grounds")  # type: ignore[attr-defined]


class ResumeForm(ActForm):
    BUTTON = _("恢复计时")
    because = Said(rows=2, label=_("恢复原因"))


class UrgeForm(ActForm):
    kind = forms.ChoiceField(
        label=_("种类"),
        choices=Urge.Kind.choices,
        initial="remind",
        widget=forms.RadioSelect,
        help_text=_("督办另有答复期限。"),
    )
    words = Said(rows=2, label=_("内容"))


class ReviewForm(ActForm):
    passed = forms.ChoiceField(
        label=_("审核结论"), choices=[("yes", _("通过")), ("no", _("退回承办单位重办"))], widget=forms.RadioSelect
    )
    words = Said(rows=2, label=_("审核意见"), required=False, help_text=_("退回重办的须写明理由。"))


class FollowUpForm(ActForm):
    BUTTON = _("记下回访")
    way = forms.ChoiceField(
        label=_("怎样联系的"), choices=Rating.Way.choices[:2], initial="call", widget=forms.RadioSelect
    )
    reached = forms.ChoiceField(
        label=_("联系上了吗"),
        choices=[("yes", _("联系上了，愿意评价")), ("refused", _("联系上了，不愿评价")), ("no", _("没有联系上"))],
        widget=forms.RadioSelect,
    )
    contacted = forms.ChoiceField(
        label=_("承办单位联系过来件人吗"), choices=YES_NO, widget=forms.RadioSelect, required=False
    )
    solved = forms.ChoiceField(label=_("问题解决了吗"), choices=YES_NO, widget=forms.RadioSelect, required=False)
    satisfied = forms.ChoiceField(
        label=_("来件人满意吗"), choices=Rating.Satisfied.choices, widget=forms.RadioSelect, required=False
    )
    words = Said(rows=2, label=_("来件人说"), required=False)


class InviteForm(ActForm):
    BUTTON = _("邀请评价")
    ASK = _("来件人凭链接评价这一轮，不用查询码，也看不到别的内容。")
    way = forms.ChoiceField(
        label=_("怎样发出"), choices=Rating.Way.choices[1:3], initial="sms", widget=forms.RadioSelect
    )


class AskExclusionForm(ActForm):
    BUTTON = _("申请剔除")
    ASK = _("同意以后，这一次分派不计入考核，但会列在不计入的件数里，写明事由。")
    ground = forms.ChoiceField(label=_("事由"), widget=forms.RadioSelect)
    reason = Said(rows=3, label=_("剔除理由"))

    def prepare(self) -> None:
        self.fields["ground"].choices = self.listed("cases.exclusion.grounds")  # type: ignore[attr-defined]


class ExcludeForm(ActForm):
    agreed = forms.ChoiceField(
        label=_("同意不计入考核吗"), choices=[("yes", _("同意")), ("no", _("不同意"))], widget=forms.RadioSelect
    )
    words = Said(rows=2, label=_("决定说明"), required=False, help_text=_("不同意的须写明理由。"))


class RecuseForm(ActForm):
    BUTTON = _("登记回避")
    ASK = _("反映的就是某个机构的，它看不到这一件，也不能承办。")
    PICKS = {"body": Pick(label=_("被反映的机构"))}
    why = Said(rows=2, label=_("理由"), required=False)


class PassOnForm(ActForm):
    """To one of the centres there are: above, below, beside."""

    BUTTON = _("转送")
    ASK = _("对方接收以前仍由本中心负责；对来件人承诺的期限照常计算。")
    to = forms.ChoiceField(label=_("转给哪个热线中心"), widget=forms.RadioSelect)
    why = Said(rows=2, label=_("转送理由"), help_text=_("对方看得到。"))

    def prepare(self) -> None:
        self.fields["to"].choices = receivers(self.case, day_of(self.now))  # type: ignore[attr-defined]


class TakeOverForm(ActForm):
    BUTTON = _("接收")
    ASK = _("接收以后由本中心负责，事项已经确定的马上按登记分派。")
    PICKS = {
        "place": Pick(
            label=_("改正地点"), help_text=_("不填就是原来的地点；原来的地点不在本辖区的，记为本辖区。"), needed=False
        )
    }


class TurnDownForm(ActForm):
    BUTTON = _("不接收")
    why = Said(rows=2, label=_("不接收的理由"), help_text=_("退还转出中心，对方看得到。"))


class FetchBackForm(ActForm):
    BUTTON = _("撤回转送")
    why = Said(rows=2, label=_("撤回的原因"), required=False)


class RedactForm(ActForm):
    BUTTON = _("保存脱敏件")
    text = Said(rows=6, label=_("承办机构看到的内容"), help_text=_("去掉能认出来件人的话；原文不改。"))

    def prepare(self) -> None:
        self.fields["text"].initial = blotted(self.case.text)


class CloseForm(ActForm):
    BUTTON = _("办结")
    ASK = _("办结后来件人仍可以在期限内申请重办。")


class LookForm(ActForm):
    BUTTON = _("查看")
    field = forms.ChoiceField(
        label=_("查看哪一项"),
        choices=[("phone", _("电话")), ("name", _("姓名"))],
        initial="phone",
        widget=forms.RadioSelect,
    )
    purpose = forms.CharField(
        label=_("查看的用途"), max_length=200, help_text=_("每次查看都留下记录：谁、什么时候、为什么。")
    )


FORMS: dict[str, type[ActForm]] = {
    "classify": ClassifyForm, "dispatch": DispatchForm, "answer": AnswerForm, "not_accept": NotAcceptForm,
    "confirm_not_accept": ConfirmNotAcceptForm, "merge": MergeForm, "unmerge": UnmergeForm, "recall": WhyActForm, "sign": SignForm,
    "request_return": RequestReturnForm, "decide_return": DecideReturnForm, "rule": RuleForm, "extend": ExtendForm, "grant": GrantForm,
    "suspend": SuspendForm, "resume": ResumeForm, "urge": UrgeForm, "review": ReviewForm, "follow_up": FollowUpForm, "close": CloseForm,
    "reopen": WhyActForm, "look": LookForm, "invite": InviteForm, "rework": WhyActForm, "ask_exclusion": AskExclusionForm,
    "pass_on": PassOnForm, "take_over": TakeOverForm, "turn_down": TurnDownForm, "fetch_back": FetchBackForm,
    "exclude": ExcludeForm, "recuse": RecuseForm, "redact": RedactForm,
}  # fmt: skip
