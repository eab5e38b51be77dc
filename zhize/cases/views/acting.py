"""An act at the desk, whatever it is done to: one view an act, one form, one call; a refusal comes back with the form as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhize.cases.forms.supervising import DESK_FORMS, DeskForm
from zhize.cases.queries.supervising import ActOffered
from zhize.cases.views.sitting import Desk, desk
from zhize.kernel.errors import Refusal

Do = Callable[[Desk, Any, DeskForm], str]
Show = Callable[..., HttpResponse]
Fetch = Callable[[Desk, int], Any]
Again = Callable[[Refusal | None, int], HttpResponse]
Onward = Callable[[], HttpResponse]


@dataclass(frozen=True)
class Tried:
    """The act just refused: its form comes back open, as it was filled in."""

    name: str = ""
    form: DeskForm | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class FormShown:
    """An act on the page, as `parts/act.html` wants it."""

    offer: ActOffered
    url: str
    form: DeskForm
    opened: bool
    name: str


def carry_out(request: HttpRequest, form: Any, do: Callable[[], str], again: Again, onward: Onward) -> HttpResponse:
    """1 the form · 2 the act · 3 onward, with what was done; or the page again, the refusal at its field where it names one."""
    if not form.is_valid():
        return again(None, 400)
    try:
        done = do()
    except Refusal as refusal:
        here = refusal.field in form.fields
        form.refused(refusal) if here else None
        return again(None if here else refusal, refusal.http_status)
    messages.success(request, _(done))
    return onward()


def acts_on(
    fetch: Fetch, show: Show, page: str, seated: Callable[..., Any] = desk
) -> Callable[[Do], Callable[..., HttpResponseBase]]:
    """The decorator for acts on one kind of thing: `do(at, row, form)` calls the command and says what was done."""

    def on(do: Do) -> Callable[..., HttpResponseBase]:
        name = do.__name__

        @require_POST
        @seated
        @wraps(do)
        def view(request: HttpRequest, at: Desk, number: int) -> HttpResponse:
            row, form = fetch(at, number), DESK_FORMS[name](request.POST, prefix=name)

            def again(refusal: Refusal | None, status: int) -> HttpResponse:
                return show(request, at, fetch(at, number), Tried(name, form, refusal), status=status)

            return carry_out(request, form, lambda: do(at, row, form), again, lambda: redirect(page, number))

        return view

    return on


def shown(offered: list[ActOffered], number: int, tried: Tried) -> list[FormShown]:
    """The forms of what may be done."""
    return [
        FormShown(
            o,
            reverse(f"cases:{o.name}", args=[number]),
            tried.form if o.name == tried.name and tried.form else DESK_FORMS[o.name](prefix=o.name),
            o.name == tried.name,
            o.name,
        )
        for o in offered
        if o.refusal is None
    ]


def frame(at: Desk, row: Any, offered: list[ActOffered], tried: Tried) -> dict[str, Any]:
    """What every page of such a thing shows."""
    return {
        "at": at,
        "row": row,
        "now": at.now,
        "acts": shown(offered, row.pk, tried),
        "barred": [o for o in offered if o.refusal is not None],
        "tried": tried.name,
        "refusal": tried.refusal,
        "demo": True,
    }
