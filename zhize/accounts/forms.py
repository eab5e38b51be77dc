"""What every form of the system says of what it lacks, and the sign-in form, in the words of the house."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.forms.boundfield import BoundField
from django.forms.widgets import ChoiceWidget
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ASKS: tuple[tuple[type[forms.Widget], Any], ...] = (
    (forms.CheckboxInput, _("请勾选“%(label)s”：%(why)s。")),
    (forms.FileInput, _("请选择要交的文件（%(label)s）：%(why)s。")),
    (ChoiceWidget, _("请在“%(label)s”里选一项：%(why)s。")),
    (forms.Widget, _("请填写“%(label)s”：%(why)s。")),
)  # the first that fits
NEEDED = _("这一项不能空着")


class Asking:
    """A form that says which field is empty, what to do with it, and why: a field's own `why`, where it has one.

    A field with a sentence of its own (`error_messages`) keeps it. A test holds every form of the system to this.
    """

    def add_error(self, field: str | None, error: Any) -> None:
        bound = self[field] if field and getattr(error, "code", "") == "required" else None  # type: ignore[index]
        super().add_error(field, lacking(bound) if bound is not None and _says_nothing(bound) else error)  # type: ignore[misc]


class Form(Asking, forms.Form):
    """The form every form of the system is made from."""


def lacking(bound: BoundField) -> str:
    """The sentence for an empty field."""
    asks = next(sentence for widget, sentence in ASKS if isinstance(bound.field.widget, widget))
    why = getattr(bound.field, "why", NEEDED)
    return str(asks) % {"label": gettext(str(bound.label)), "why": gettext(str(why))}


def _says_nothing(bound: BoundField) -> bool:
    return bound.field.error_messages["required"] == forms.Field.default_error_messages["required"]


class SignIn(Asking, AuthenticationForm):
    """An account and its password; which of the two was wrong is never said."""

    error_messages = {
        "invalid_login": _("账号或者密码不对。请核对后再试；连续输错 5 次会锁定 15 分钟。"),
        "inactive": _("这个账号已经停用，请联系登记员。"),
    }
    username = forms.CharField(
        label=_("账号"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
