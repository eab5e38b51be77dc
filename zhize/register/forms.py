"""The register's forms: fields that read a name, a code or a number as people write it, and refuse in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhize.accounts.forms import NEEDED, Asking, Form
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of, parse_day
from zhize.kernel.text import docnumber, fold, looks_like_docnumber
from zhize.places.models import Place
from zhize.places.queries import find_place
from zhize.places.terms import Expression
from zhize.record.models import Instrument
from zhize.record.queries import find_instrument
from zhize.register.models import Duty, DutySegment, Import, Seat, Segment
from zhize.register.queries import find_body, find_duty
from zhize.register.terms import Share, Transfer


def today() -> date:
    return day_of(timezone.now())


class Typed(forms.TextInput):
    """A typeahead: the value chosen (`name`), else the words typed (`name_text`)."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        return (data.get(name) or data.get(f"{name}_text") or "").strip()

    def id_for_label(self, id_: str) -> str:
        """Where the summary of errors leads: the typeahead's own input."""
        return f"{id_.removeprefix('id_')}-text"


WHY = {
    "papers": _("登记的每句话都要说出依据"),
    "bodies": _("不写就不知道是哪个机构"),
    "duties": _("不写就不知道是哪一项职责"),
    "laws": _("不写就不知道是哪部法律"),
    "places": _("同一项职责在不同地方由不同机构负责"),
}


class Found(forms.CharField):
    """A field that names a thing of the register; `suggest` is the kind its typeahead asks for."""

    def __init__(self, suggest: str, find: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(widget=Typed(), max_length=300, **kwargs)
        self.suggest, self.find, self.why = suggest, find, WHY.get(suggest, NEEDED)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return self.find(text) if text else None
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence(gettext)) from refusal


class Day(forms.CharField):
    """A day as people write it; the browser's own field sends ISO."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    why = _("登记的每句话都从某一天起算")

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        try:
            return parse_day(str(text)) if text else None
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence(gettext)) from refusal


def body_field(**kwargs: Any) -> Found:
    return Found("bodies", lambda text: find_body(text, today()), **kwargs)


def paper_field() -> Found:
    return Found(
        "papers", find_instrument, label=_("依据文件"), help_text=_("写文号或者标题；没有登记过的，先登记文件。")
    )


class HandOver(Form):
    """One line of a hand-over: a duty (or a part of it) in a place leaves one body for another on a day (划转)."""

    duty = Found(
        "duties", lambda text: find_duty(text, today()), label=_("职责"), help_text=_("名称或者任何一种代码。")
    )
    segment = forms.CharField(
        label=_("部分"), max_length=120, required=False, help_text=_("职责已划分为几部分时填写部分的名称。")
    )
    leaving = body_field(label=_("划出机构"))
    arriving = body_field(label=_("接收机构"))
    place = Found(
        "places",
        lambda text: find_place(text, today()),
        label=_("在哪里"),
        help_text=_("从这个地方及其下辖各地一并划出。"),
    )
    without = Found("places", lambda text: find_place(text, today()), label=_("其中除外"), required=False)
    day = Day(label=_("自哪一天起"), help_text=_("这一天起归接收机构；前一天仍归划出机构。"))
    instrument = paper_field()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("duty") and data.get("day"):
            data["part"] = self._segment(data["duty"], data["day"], data.get("segment", ""))
        if data.get("leaving") and data.get("leaving") == data.get("arriving"):
            self.add_error("arriving", _("划出机构和接收机构是同一个。"))
        return data

    def _segment(self, duty: Duty, day: date, name: str) -> Segment | None:
        """The part named; needed once the duty is divided."""
        parts = {
            d.segment.name: d.segment
            for d in DutySegment.objects.as_of(day).filter(duty=duty).select_related("segment")
        }
        if name.strip() in parts or (not parts and not name.strip()):
            return parts.get(name.strip())
        says = (
            _("这一天这项职责没有划分，不用填写部分。")
            if not parts
            else _("请写明是哪一部分：%(parts)s。") % {"parts": "、".join(parts)}
        )
        self.add_error("segment", says)
        return None

    def transfer(self) -> Transfer:
        """The line as the act takes it; the level is the giver's."""
        said = self.cleaned_data
        where = Expression((said["place"].pk,), (said["without"].pk,) if said["without"] else ())
        out, into = Share(said["leaving"], where), Share(said["arriving"], where)
        return Transfer(said["duty"], (out,), (into,), said["leaving"].level, said["part"])


class Rename(Form):
    """The body is called otherwise from a day on (更名)."""

    body = body_field(label=_("机构"))
    name = forms.CharField(label=_("新名称"), max_length=120)
    short = forms.CharField(label=_("新简称"), max_length=60, required=False)
    day = Day(label=_("自哪一天起"))
    instrument = paper_field()


CLASSES = ("人大", "政府", "政府办", "党委", "党委办", "编委", "编办", "部门", "管委会", "乡镇")


class Paper(Asking, forms.ModelForm):  # no subscript at run time
    """A paper, as it is printed; who issued it decides what it may do (spec §10.2)."""

    issuer_class = forms.ChoiceField(
        label=_("机关类别"), choices=[(c, c) for c in CLASSES], help_text=_("它有权发什么文件，由这一项和层级决定。")
    )
    issuer_area = Found("places", lambda text: find_place(text, today()), label=_("机关所在地方"))
    signed = Day(label=_("成文日期"))
    published = Day(label=_("公布日期"), required=False)
    effective = Day(label=_("施行日期"))

    class Meta:
        model = Instrument
        fields = (
            "number",
            "title",
            "kind",
            "issuer",
            "issuer_class",
            "issuer_level",
            "issuer_area",
            "signed",
            "published",
            "effective",
            "note",
        )
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [c for c in Instrument.Kind.choices if c[0] not in (Instrument.Kind.LAW, Instrument.Kind.DRAFT)]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["issuer"].required = self.fields["issuer_level"].required = True

    def clean_number(self) -> str:
        text = self.cleaned_data["number"].strip()
        if text and not looks_like_docnumber(text):
            raise forms.ValidationError(_("发文字号应当写成“温政办〔2016〕42号”的样子；没有字号的留空。"))
        number = docnumber(text) if text else ""
        if number and Instrument.objects.filter(number=number).exists():
            raise forms.ValidationError(_("这个文号已经登记过，请直接引用。"))
        return number

    def clean_issuer_area(self) -> str:
        place: Place = self.cleaned_data["issuer_area"]
        return place.key

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("published") and data.get("signed") and data["published"] < data["signed"]:
            self.add_error("published", _("公布日期不能早于成文日期。"))
        return data

    def paper(self) -> Instrument:
        """Not yet written; its key is made of its number, or of its title and day."""
        made: Instrument = self.save(commit=False)
        stem = made.number or f"{fold(made.title)[:60]}-{made.signed}"
        made.key = stem.replace("〔", "-").replace("〕", "-").replace("/", "-")
        return made


class Upload(Form):
    """An office's own table, handed in as the annex of one paper (提交导入草案)."""

    kind = forms.ChoiceField(label=_("这是什么表"), choices=Import.Kind.choices)
    file = forms.FileField(label=_("文件"), help_text=_("xlsx、xls 或 csv。有标题行、合并单元格、列名不同都没有关系。"))
    instrument = paper_field()
    place = Found(
        "places",
        lambda text: find_place(text, today()),
        label=_("是哪里的表"),
        required=False,
        help_text=_("不写就取依据文件的辖区。"),
    )
    own = forms.CharField(
        label=_("是哪个部门的清单"), max_length=120, required=False, help_text=_("表里和标题都没有写部门时填写。")
    )
    receiver = forms.CharField(
        label=_("接收部门"), max_length=120, required=False, help_text=_("划转目录没有“接收部门”一列时填写。")
    )


class Key(Form):
    """A program's key: an officer's seat, or an outside partner's place; what it opens, and until when (发放接口密钥)."""

    name = forms.CharField(label=_("系统名称"), max_length=80, help_text=_("例如“某某街道网格平台”。"))
    account = forms.CharField(
        label=_("代表哪个账号"),
        max_length=150,
        required=False,
        help_text=_("工作人员的账号；它办的事都记在这个席位名下。外部系统不填。"),
    )
    role = forms.ChoiceField(label=_("席位"), choices=[("", "—"), *Seat.Role.choices], required=False)
    place = Found(
        "places",
        lambda text: find_place(text, today()),
        label=_("外部系统的辖区"),
        required=False,
        help_text=_("外部系统只能登记这里的诉求。代表席位的不填。"),
    )
    scopes = forms.CharField(
        label=_("范围"),
        max_length=400,
        help_text=_(
            "用空格分开：cases.receive 登记诉求，cases 诉求的全部行为，cases.read 查看，open311 开放接口，register、lists 等。"
        ),
    )
    expires = Day(label=_("失效日"), help_text=_("这一天起打不开，至多两年。"))
    rate = forms.IntegerField(label=_("每分钟至多"), initial=600, min_value=1, max_value=60_000)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said, today_ = data.get("account", "").strip(), today()
        seats = Seat.objects.as_of(today_).filter(officer__username=said) if said else Seat.objects.none()
        found = seats.filter(role=data.get("role", "")).first() if data.get("role") else seats.first()
        data["seat"] = found
        if said and found is None:
            self.add_error("account", _("这个账号今天没有这样的席位。"))
        return data

    def said(self) -> dict[str, Any]:
        """As the act takes it."""
        kept = {n: self.cleaned_data[n] for n in ("name", "seat", "place", "expires", "rate")}
        return kept | {"scopes": self.cleaned_data["scopes"].replace("，", " ").replace(",", " ").split()}
