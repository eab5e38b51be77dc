"""The seat an officer sits in now: chosen once after sign-in, kept in the session, asked of the register on every request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from zhize.accounts import factor
from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.policy import queries as policy
from zhize.register.access import seats_of, sit
from zhize.register.models import Seat

SESSION = "seat"
View = Callable[..., HttpResponseBase]


def seats_now(request: HttpRequest, now: datetime | None = None) -> list[Seat]:
    """The seats of the officer signed in, today."""
    officer = request.user.pk if request.user.is_authenticated else None
    return seats_of(officer, day_of(now or timezone.now())) if officer else []


def current_seat(request: HttpRequest) -> Seat | None:
    """The seat chosen, when it is still held; the only one, when there is one. Asked once a request."""
    if not hasattr(request, "_seat"):
        seats = seats_now(request)
        chosen = next((s for s in seats if s.pk == request.session.get(SESSION)), None)
        request._seat = chosen or (seats[0] if len(seats) == 1 else None)  # type: ignore[attr-defined]
    return request._seat  # type: ignore[attr-defined]


def choose_seat(request: HttpRequest, seat_id: int) -> Seat:
    """Sit down; refused when the seat is not the officer's."""
    for seat in seats_now(request):
        if seat.pk == seat_id:
            request.session[SESSION] = seat.pk
            return seat
    raise Refusal(
        "不能坐这个席位",
        why="它不是您的席位，或者已经变更",
        rule="职权来自席位",
        instead="请从列出的席位中选择",
        code="no_seat",
    )


def current_by(request: HttpRequest) -> By:
    """Who acts, for the commands."""
    seat = current_seat(request)
    if seat is None:
        raise Refusal(
            "不能办理",
            why="没有登录，或者没有席位",
            rule="职权来自席位",
            instead="请用工作人员账号登录，并选择席位",
            code="no_seat",
        )
    return sit(seat, str(request.user))


class OtherSeat(Refusal):
    """The page is for other seats than the one sat in."""

    http_status = 403


def for_others(roles: Iterable[str]) -> OtherSeat:
    """Said with 403, and to whom the page opens."""
    return OtherSeat(
        "您的席位打不开这一页",
        why="它是给{roles}用的",
        rule="职权来自席位",
        instead="有别的席位的，请先换席位",
        code="wrong_role",
        roles="、".join(str(Seat.Role(role).label) for role in roles),
    )


def seat_required(*roles: str) -> Callable[[View], View]:
    """Signed in and seated, in one of the roles (any when none is named). Else: sign in, choose, or a refusal.

    The roles stay with the view as `seats`: the menu asks there whose page it is, so that it never leads to a closed door."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("accounts:sign_in"))
            seat = current_seat(request)
            if seat is None:
                return redirect(f"{reverse('register:seats')}?next={request.path}")
            if lacks_factor(request, seat):
                return redirect(f"{reverse('accounts:set_factor')}?next={request.path}")
            if roles and seat.role not in roles:
                raise for_others(roles)
            return view(request, *args, **kwargs)

        guarded.seats = frozenset(roles)  # type: ignore[attr-defined]
        return guarded

    return decorate


def lacks_factor(request: HttpRequest, seat: Seat) -> bool:
    """Does the seat's place ask for a second factor that this sign-in did not show? (GB/T 22239-2019 8.1.4.1 d)"""
    if request.session.get(factor.SESSION) or not policy.is_set("signin.second_factor"):
        return False
    return seat.role in policy.setting("signin.second_factor", seat.place_id, day_of(timezone.now()))


@dataclass(frozen=True)
class Desk:
    """Who sits here and now: the seat, the officer acting from it, the moment."""

    seat: Seat
    by: By
    now: datetime


def desk(*roles: str) -> Callable[[View], View]:
    """Signed in and seated, as `seat_required` says; the view gets the desk as its second argument."""

    def decorate(view: View) -> View:
        @seat_required(*roles)
        @wraps(view)
        def seated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            seat = current_seat(request)
            assert seat is not None  # seat_required has seen to it
            return view(request, Desk(seat, current_by(request), timezone.now()), *args, **kwargs)

        return seated

    return decorate
