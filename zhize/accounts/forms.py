"""The sign-in form, in the words of the house."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignIn(AuthenticationForm):
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
