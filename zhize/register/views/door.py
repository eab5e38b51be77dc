"""Through the door to one's own desk, in one's own seat."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from zhize.register.models import Seat
from zhize.register.seats import choose_seat, current_seat, seats_now

AT_THE_REGISTER = {Seat.Role.REGISTER_EDITOR, Seat.Role.APPROVER, Seat.Role.AUDITOR}


@require_safe
@login_required
def door(request: HttpRequest) -> HttpResponse:
    """/desk/door/: to the page of the seat's work; to choose a seat when there are several."""
    seat = current_seat(request)
    if seat is None:
        return redirect("register:seats")
    return redirect(_page_of(seat))


def _page_of(seat: Seat) -> str:
    try:
        return reverse("register:desk" if seat.role in AT_THE_REGISTER else "cases:worklist")
    except NoReverseMatch:
        return reverse("register:desk")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def seats(request: HttpRequest) -> HttpResponse:
    """/desk/seats/: which seat today."""
    if request.method == "POST":
        chosen = request.POST.get("seat", "")
        choose_seat(request, int(chosen) if chosen.isdecimal() else 0)
        return redirect(_onward(request))
    context = {"seats": seats_now(request), "current": current_seat(request), "next": request.GET.get("next", "")}
    return render(request, "register/seats.html", context)


def _onward(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if wanted and safe else reverse("register:door")
