"""Sign in, sign out, the second factor, and what is said to one who tried too often."""

from __future__ import annotations

import time
from typing import Any

import segno
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhize.accounts import factor
from zhize.accounts.forms import SignIn
from zhize.accounts.models import Officer

WAITING, PATIENCE = "waiting_for_code", 300  # seconds between the password and the code


class SignInView(LoginView):
    """Then to the desk, or to the page that asked for it."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignIn
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """With a second factor the password alone opens nothing: who passed it waits at the next door."""
        officer = form.get_user()
        if factor.of(officer.pk) is None:
            return super().form_valid(form)
        self.request.session[WAITING] = [officer.pk, time.time(), self.get_redirect_url(), officer.backend]
        return redirect("accounts:second")

    def get_default_redirect_url(self) -> str:
        try:
            return reverse("register:door")
        except NoReverseMatch:
            return "/"


sign_in = SignInView.as_view()
sign_out = LogoutView.as_view(next_page="/")


@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """/sign-in/code/: the code of the moment, or a recovery code."""
    officer_id, since, target, backend = request.session.get(WAITING) or (0, 0, "", "")
    held, now = factor.of(officer_id), timezone.now()
    if held is None or time.time() - since > PATIENCE:
        request.session.pop(WAITING, None)
        return redirect("accounts:sign_in")
    if request.method == "POST" and factor.check(officer_id, request.POST.get("code", "")[:40], now):
        login(request, Officer.objects.get(pk=officer_id), backend=backend)
        request.session[factor.SESSION] = True
        return redirect(target or SignInView().get_default_redirect_url())
    held.refresh_from_db()
    shut = factor.is_shut(held, now)
    wrong = _("这个码不对，或者已经用过。请等下一个码。") if request.method == "POST" else ""
    said = _("连续填错，这个账号暂停登录 15 分钟。") if shut else wrong
    return render(request, "accounts/second.html", {"said": said, "shut": shut}, status=429 if shut else 200)


@login_required
@require_http_methods(["GET", "POST"])
def set_factor(request: HttpRequest) -> HttpResponse:
    """/account/factor/: take the secret into a device, tell a code from it, write the recovery codes down."""
    officer, now = _signed_in(request), timezone.now()
    target = request.POST.get("next") or request.GET.get("next") or ""
    known = target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else ""
    if factor.of(officer.pk) and not request.session.get(factor.SESSION):
        logout(request)  # signed in elsewhere before it was set: changing it takes the code
        return redirect("accounts:sign_in")
    if request.method == "GET":
        return _offered(request, factor.begin(officer), known)
    codes = factor.confirm(officer, request.POST.get("code", "").replace(" ", "")[:40], now)
    if not codes:
        said = _("这个码不对。请核对设备的时间，再填下一个码。")
        return _offered(request, factor.drafted(officer), known, said)
    request.session.cycle_key()
    request.session[factor.SESSION] = True
    return render(request, "accounts/recovery.html", {"codes": codes, "next": known or "/"})


def _offered(request: HttpRequest, held: factor.SecondFactor, target: str, said: str = "") -> HttpResponse:
    picture = segno.make(factor.address(held, _("职责登记")), micro=False).svg_data_uri(
        scale=5, dark="#000", light="#fff"
    )
    words = {"picture": picture, "spelled": factor.spelled(held), "said": said, "next": target}
    return render(request, "accounts/factor.html", words | {"in_force": held.confirmed_at})


def _signed_in(request: HttpRequest) -> Officer:
    assert isinstance(request.user, Officer)  # login_required has seen to it
    return request.user


def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """Five wrong passwords from one address for one account (django-axes)."""
    says = _("密码连续输错，这个账号在这台电脑上暂时锁定。请 15 分钟后再试，或者请管理员解锁。")
    return render(request, "accounts/sign_in.html", {"form": SignIn(request), "locked": says}, status=429)
