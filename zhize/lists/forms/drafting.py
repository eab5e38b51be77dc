"""The form of an adjustment: the type decides the fields; laws and places are typed as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhize.kernel.errors import Refusal
from zhize.lists.forms.adjusting import ActForm, words
from zhize.lists.models import Adjustment
from zhize.lists.queries.adjusting import said_bases
from zhize.lists.queries.citing import read_bases
from zhize.lists.terms import Asked, Draft
from zhize.places.models import Place
from zhize.places.queries import find_place, place_names
from zhize.register.fields import SCHEMES, Field, fields_for, read, say
from zhize.register.forms import Found, body_field, today
from zhize.register.models import Body, Capacity, Duty, Mode
from zhize.register.queries import find_duty
from zhize.register.queries.duties import duty_name

SORTS = [
    *[(v, label) for v, label in Duty.Type.choices],
    *[(k, Duty.Kind(k).label) for k in ("main", "work", "goal", "supervision")],
]  # fmt: skip
MOVES = [Mode.TRANSFERRED, Mode.DEVOLVED, Mode.AUTHORISED]
PREFIX = "f-"  # of the fields the type decides
OPS = {"add": _("新增"), "change": _("修改"), "drop": _("取消"), "move": _("转出")}


def duty_field(**kwargs: Any) -> Found:
    return Found("duties", lambda text: find_duty(text, today()), **kwargs)


def sort_of(kind: str, type_: str) -> str:
    """A power by its type, a service is type 20, everything else by its kind."""
    return type_ or kind


def kind_of(sort: str) -> tuple[str, str]:
    """(kind, type) of what was chosen."""
    if sort == Duty.Type.SERVICE:
        return Duty.Kind.SERVICE, sort
    return (Duty.Kind.POWER, sort) if sort in Duty.Type.values else (sort or Duty.Kind.POWER, "")


class Places(forms.CharField):
    """Several places, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2}), max_length=5000, **kwargs)

    def clean(self, value: Any) -> list[int]:
        names = [n.strip() for n in str(super().clean(value) or "").replace("、", "\n").splitlines() if n.strip()]
        try:
            return sorted({find_place(n, today()).pk for n in names})
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence(gettext)) from refusal


class ReasonForm(ActForm):
    """What every adjustment says: why."""

    reason = forms.ChoiceField(label=_("调整原因"))
    article = forms.CharField(
        label=_("原因依据"), required=False, max_length=200, help_text=_("例如“某某条例第十二条”，或者文件的文号。")
    )
    words = words(_("理由说明"))

    def __init__(self, *args: Any, body: Body, op: str, reasons: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body, self.op = body, op
        offered = [(r["code"], f"{r['code']}　{gettext(r['name'])}") for r in reasons if op in r["ops"]]
        self.fields["reason"].choices = [("", gettext("请选择")), *offered]  # type: ignore[attr-defined]

    def asked(self, duty: Duty | None = None) -> Asked:
        said = self.cleaned_data
        return Asked(
            self.body, self.op, self.draft(), said["reason"], duty, said.get("to"), said["article"], said["words"]
        )

    def draft(self) -> Draft:
        return Draft()


class MoveForm(ReasonForm):
    to = body_field(label=_("接收机构"))
    mode = forms.ChoiceField(label=_("怎么转"), choices=[(m.value, m.label) for m in MOVES])

    field_order = ("to", "mode")

    def draft(self) -> Draft:
        return Draft(mode=self.cleaned_data["mode"])


class ItemForm(ReasonForm):
    """The item itself; `was` is what the register says of it, whose other codes stay."""

    catalogue = duty_field(
        label=_("引用目录事项"),
        required=False,
        help_text=_("目录里已有、照着行使的（共性权力都是），选它，不用再写下面的内容。"),
    )
    sort = forms.ChoiceField(label=_("权力类型"), choices=[("", _("请选择")), *SORTS])
    name = forms.CharField(label=_("事项名称"), max_length=300, required=False)
    detail = words(_("内容"))
    bases = words(
        _("设定依据"),
        rows=3,
        hint=_("怎么写都可以，例如“建筑法64条”“《城乡规划法》第四十条第二款”，每行一部法律；下面显示读成了什么。"),
    )
    code = forms.CharField(label=_("目录代码"), max_length=60, required=False)
    local_code = forms.CharField(label=_("本地代码"), max_length=60, required=False)
    levels = forms.TypedMultipleChoiceField(
        label=_("行使层级"),
        choices=Place.Level.choices[1:5],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    where = Places(label=_("在哪里行使"), help_text=_("每行一个地方，包括它下辖的各地。"))
    without = Places(label=_("其中除外"), required=False)
    capacity = forms.ChoiceField(label=_("身份"), choices=Capacity.choices[:3])
    mode = forms.ChoiceField(label=_("方式"), choices=[(m.value, m.label) for m in Mode if m != Mode.ENTRUSTED])
    main = duty_field(label=_("所属主要职责"), required=False)

    field_order = ("reason", "article", "words", "catalogue", "sort", "name", "detail", "bases")

    def __init__(self, *args: Any, was: Draft | None = None, sort: str = "", day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was, self.day = was or Draft(), day
        self.chosen = sort or self._chosen()
        self.kind, self.type = kind_of(self.chosen)
        self.dynamic = fields_for(self.type)
        if self.op != Adjustment.Op.ADD:
            del self.fields["catalogue"]
        for f in self.dynamic:
            self.fields[PREFIX + f.name] = _field(f)

    def _chosen(self) -> str:
        return str((self.data.get("sort") if self.is_bound else self.initial.get("sort")) or "")

    def by_type(self) -> list[Any]:
        """The fields the type decides, bound."""
        return [self[PREFIX + f.name] for f in self.dynamic]

    def fixed(self) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith(PREFIX)]

    def kept(self) -> list[tuple[str, str]]:
        """What was typed into fields another type has: carried along, so that changing back loses nothing."""
        if not self.is_bound:
            return []
        here = {PREFIX + f.name for f in self.dynamic}
        return [(k, v) for k, v in self.data.items() if k.startswith(PREFIX) and k not in here and v]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["said"] = {}
        for f in self.dynamic:
            self._read(f, data)
        if data.get("catalogue") or not data.get("bases"):
            data["cited"] = []
        else:
            data["cited"] = self._cited(data["bases"])
        return data

    def _read(self, f: Field, data: dict[str, Any]) -> None:
        try:
            data["said"] |= read({f.name: data.get(PREFIX + f.name) or ""}, self.type)
        except Refusal as refusal:
            self.add_error(PREFIX + f.name, refusal.sentence(gettext))

    def _cited(self, text: str) -> list[Any]:
        found = read_bases(text, self.day)
        if unknown := [c for c in found if c.basis is None and c.doubt]:
            self.add_error("bases", "；".join(f"{c.doubt.why}。{c.doubt.instead}" for c in unknown if c.doubt))
        elif not found:
            self.add_error("bases", gettext("没有读出是哪部法律第几条。"))
        return [c.basis for c in found if c.basis]

    def draft(self) -> Draft:
        """What was typed as a draft; of a catalogue item only where and how it is held, and the organ's own fields."""
        said, taken = self.cleaned_data, self.cleaned_data.get("catalogue")
        codes = dict(self.was.codes) | {"catalogue": said.get("code", ""), "local": said.get("local_code", "")}
        name = said.get("name", "").strip() or (_name_of(taken, self.day) if taken else "")
        return Draft(
            name, taken.type if taken else self.type, taken.kind if taken else self.kind, said.get("detail", ""),
            self.was.field, sorted(said.get("levels") or []), {s: v for s, v in codes.items() if v}, said.get("cited", []),
            said["main"].key if said.get("main") else "", said.get("said", {}), self.was.level or self.body.level,
            said.get("where") or [], said.get("without") or [], said.get("capacity") or Capacity.NAME_HOLDER,
            said.get("mode") or Mode.STATUTORY, taken.key if taken else "",
        )  # fmt: skip


def _name_of(duty: Duty, day: date) -> str:
    return duty_name(duty.pk, day)


_HINTS = {
    "lines": _("每行一条。"), "choices": _("几项之间用“、”分开。"), "limit": _("例如 15wd、15个工作日、30日。"),
}  # fmt: skip


def _field(f: Field) -> forms.Field:
    """A field of the table as a form's field: one line, several lines, a choice."""
    needed, label = False, gettext(f.label)
    if f.shape == "choice":
        return forms.ChoiceField(
            label=label, required=needed, choices=[("", "—"), *[(v, gettext(v)) for v in SCHEMES[f.scheme]]]
        )
    hint: Any = _HINTS.get(f.shape, "")
    if f.shape == "choices":
        hint = gettext("可填：") + "、".join(SCHEMES[f.scheme])
    if f.shape == "table":
        hint = gettext("每行一条，各栏依次用 | 分开：") + " | ".join(gettext(c) for c in f.columns)
    single = f.shape in ("limit", "choices")
    widget = forms.TextInput() if single else forms.Textarea(attrs={"rows": 2 if f.shape == "text" else 3})
    return forms.CharField(label=label, required=needed, widget=widget, help_text=hint, max_length=20_000)


def initial_of(d: Draft, day: date) -> dict[str, Any]:
    """A draft as the form shows it."""
    names = place_names({*d.where, *d.without}, day)
    shown = {
        "sort": sort_of(d.kind, d.type), "name": d.name, "detail": d.detail, "bases": said_bases(d.bases), "main": d.main,
        "code": d.codes.get("catalogue", ""), "local_code": d.codes.get("local", ""), "levels": list(d.levels),
        "where": "\n".join(names.get(p, "") for p in d.where), "without": "\n".join(names.get(p, "") for p in d.without),
        "capacity": d.capacity, "mode": d.mode, "catalogue": d.duty,
    }  # fmt: skip
    return shown | {PREFIX + f.name: _typed(f, d.said) for f in fields_for(d.type)}


def _typed(f: Field, said: Mapping[str, Any]) -> str:
    value = said.get(f.name)
    return str(value or "") if f.shape == "limit" else say(f, value)


class MendForm(ActForm):
    """The minor fields of an item, put right at once."""

    BUTTON = _("更正")

    def __init__(self, *args: Any, type_: str, minor: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dynamic = [f for f in fields_for(type_) if f.name in minor]
        for f in self.dynamic:
            self.fields[f.name] = _field(f)

    def said(self) -> dict[str, Any]:
        """Only what was changed; a field emptied is said as empty."""
        return {n: self.cleaned_data[n] for n in self.changed_data}
