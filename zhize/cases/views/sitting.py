"""Who sits here and now: every view of the desk begins with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from zhize.accounts.models import By
from zhize.register.models import Seat
from zhize.register.seats import current_by, current_seat, seat_required

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Desk:
    """The moment, the seat, and the officer acting from it."""

    seat: Seat
    by: By
    now: datetime


def desk(view: View) -> View:
    """Signed in and seated; the view gets the desk as its second argument."""

    @seat_required()
    @wraps(view)
    def seated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        seat = current_seat(request)
        assert seat is not None  # seat_required has seen to it
        return view(request, Desk(seat, current_by(request), timezone.now()), *args, **kwargs)

    return seated
