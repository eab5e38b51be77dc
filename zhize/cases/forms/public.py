"""What the public fills in: the report, the look-up, the rating."""

from __future__ import annotations

import math
import uuid
from dataclasses import replace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhize.accounts.forms import Form
from zhize.cases.forms.fields import Pick, PickForm, Said, SpokenForm
from zhize.cases.forms.files import Files
from zhize.cases.models import Case, Rating
from zhize.cases.terms import Message
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.places.queries import find_place_at
from zhize.register.models import Matter

YES_NO = [("yes", _("是")), ("no", _("否"))]


class ReportForm(PickForm):
    """A report: words and a place are all that is needed."""

    PICKS = {
        "place": Pick(label=_("在哪里")),
        "about_body": Pick(label=_("反映的是哪个机构（可以不填）"), needed=False),
    }

    text = Said(
        rows=6,
        label=_("发生了什么事"),
        error_messages={"required": _("请写明发生了什么事。")},
        help_text=_("写清什么时候、在哪里、什么情况。不必知道归哪个部门管，我们来找。"),
    )
    matter = forms.CharField(required=False, max_length=12)
    address = forms.CharField(
        required=False, max_length=200, label=_("详细地址"), help_text=_("例如路名、门牌、小区名，方便工作人员找到。")
    )
    kind = forms.ChoiceField(
        label=_("您的来意"), choices=Case.Kind.choices, initial=Case.Kind.COMPLAINT, widget=forms.RadioSelect
    )
    occurred_on = forms.DateField(
        required=False,
        label=_("哪一天发生的"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("不填就是今天。"),
    )
    name = forms.CharField(
        required=False, max_length=40, label=_("怎么称呼您"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        required=False,
        max_length=26,
        label=_("联系电话"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    confidential = forms.BooleanField(required=False, label=_("请对承办单位保密我的身份"))
    lat = forms.FloatField(required=False, widget=forms.HiddenInput, label=_("地图上的点"))
    lon = forms.FloatField(required=False, widget=forms.HiddenInput, label=_("地图上的点"))
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    sent = Files()

    def clean_matter(self) -> Matter | None:
        """A code from the suggestions; anything else is no choice, never an error in the citizen's way."""
        code = self.cleaned_data["matter"]
        return Matter.objects.filter(code=code).first() if code.isdigit() else None

    def clean_occurred_on(self) -> Any:
        day = self.cleaned_data["occurred_on"]
        if day and day > day_of(timezone.now()):
            raise forms.ValidationError(_("发生日期还没有到，请填写今天或以前的日期。"))
        return day

    def _read(self, name: str, pick: Pick) -> Any:
        """A point on the map says the place too, when nothing else does."""
        said = self.cleaned_data.get(name) or self.cleaned_data.get(f"{name}_text")
        lat, lon = self._point()
        if name != "place" or said or lat is None or lon is None:
            return super()._read(name, pick)
        try:
            return find_place_at(lat, lon, day_of(timezone.now()))
        except Refusal as refusal:
            return self.refused(refusal)

    def _point(self) -> tuple[float | None, float | None]:
        """The point on the map; where none was set, the spot a photo was taken at."""
        lat, lon = self.cleaned_data.get("lat"), self.cleaned_data.get("lon")
        if lat is not None and lon is not None and math.isfinite(lat) and math.isfinite(lon):
            return lat, lon
        spots = ((f.lat, f.lon) for f in self.cleaned_data.get("sent") or [] if f.lat is not None)
        return next(spots, (None, None))

    def message(self, channel: str = "web") -> Message:
        """The report as a command takes it."""
        said = self.cleaned_data
        lat, lon = self._point()
        return Message(
            text=said["text"],
            place_id=self.found["place"].pk,
            kind=said["kind"],
            channel=channel,
            address=said["address"],
            lat=lat,
            lon=lon,
            occurred_on=said["occurred_on"],
            matter_id=said["matter"].pk if said["matter"] else None,
            name=said["name"],
            phone=said["phone"],
            confidential=said["confidential"],
            about=self.found["about_body"].pk if self.found.get("about_body") else None,
            idempotency_key=said["key"],
        )


class IntakeForm(ReportForm):
    """The call-taker's: the same words, by telephone."""

    channel = forms.ChoiceField(
        label=_("渠道"),
        choices=[c for c in Case.Channel.choices if c[0] in ("phone", "wechat", "letter", "visit")],
        initial=Case.Channel.PHONE,
    )
    kind = forms.ChoiceField(label=_("类型"), choices=Case.Kind.choices, initial=Case.Kind.COMPLAINT)
    text = Said(rows=6, label=_("来电内容"), error_messages={"required": _("请写明来电内容。")})
    name = forms.CharField(
        required=False, max_length=40, label=_("来件人姓名"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(
        required=False,
        max_length=26,
        label=_("来件人电话"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    confidential = forms.BooleanField(required=False, label=_("来件人要求身份保密"))

    demands = Said(
        rows=3,
        required=False,
        label=_("诉求点（多项的，每行一项）"),
        help_text=_("列了几项，承办单位就要逐项答复几项。"),
    )
    call = forms.CharField(
        required=False, max_length=40, label=_("通话编号"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def message(self, channel: str = "web") -> Message:
        return replace(super().message(channel), call=self.cleaned_data["call"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["autofocus"] = True


class TrackForm(Form):
    """Number and secret; how they are written (spaces, hyphens, small letters) does not matter."""

    no = forms.CharField(
        label=_("受理编号"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    secret = forms.CharField(
        label=_("查询码"),
        max_length=40,
        help_text=_("收到诉求时给您的 12 位字母和数字，大小写都可以。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )


class RateForm(SpokenForm):
    """Three questions, all answered, and a word if one likes."""

    contacted = forms.ChoiceField(label=_("承办单位联系过您吗"), choices=YES_NO, widget=forms.RadioSelect)
    solved = forms.ChoiceField(label=_("问题解决了吗"), choices=YES_NO, widget=forms.RadioSelect)
    satisfied = forms.ChoiceField(label=_("您满意吗"), choices=Rating.Satisfied.choices, widget=forms.RadioSelect)
    words = Said(rows=3, label=_("还想说什么"), required=False)


class WhyForm(Form):
    why = Said(rows=3, label=_("为什么"))


class UrgeOwnForm(Form):
    words = Said(rows=2, label=_("想说的话"), required=False)


def new_key() -> str:
    return uuid.uuid4().hex


__all__ = ["IntakeForm", "RateForm", "ReportForm", "TrackForm", "UrgeOwnForm", "WhyForm", "new_key"]
