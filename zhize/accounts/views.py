"""Sign in, sign out, and what is said to one who tried too often."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from zhize.accounts.forms import SignIn


class SignInView(LoginView):
    """Then to the desk, or to the page that asked for it."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignIn
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        try:
            return reverse("register:door")
        except NoReverseMatch:
            return "/"


sign_in = SignInView.as_view()
sign_out = LogoutView.as_view(next_page="/")


def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """Five wrong passwords from one address for one account (django-axes)."""
    says = _("密码连续输错，这个账号在这台电脑上暂时锁定。请 15 分钟后再试，或者请管理员解锁。")
    return render(request, "accounts/sign_in.html", {"form": SignIn(request), "locked": says}, status=429)
