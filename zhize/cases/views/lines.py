"""The desk of the hotlines beside this one: who stands how today, a line's own page, and entering, merging, counting."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from zhize.cases import commands
from zhize.cases.forms.lines import ListLineForm
from zhize.cases.forms.supervising import DeskForm
from zhize.cases.models import HotlineLine
from zhize.cases.queries.lines import by_mode
from zhize.cases.queries.lines import lines as found_on
from zhize.cases.queries.supervising import ActOffered
from zhize.cases.views.acting import Tried, acts_on, carry_out, frame
from zhize.cases.views.sitting import Desk, desk_of
from zhize.kernel.errors import Refusal
from zhize.kernel.period import ONE_DAY, day_of
from zhize.register.access import RIGHTS
from zhize.register.models import Seat

READERS = (Seat.Role.SUPERVISOR, Seat.Role.REGISTER_EDITOR)
seated = desk_of(*READERS)


@require_safe
@seated
def desk_lines(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/lines/"""
    return _page(request, at, ListLineForm(prefix="list_line"))


def _page(
    request: HttpRequest, at: Desk, form: DeskForm, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    found = found_on(day_of(at.now))
    context = {"at": at, "lines": found, "counts": by_mode(found), "form": form, "refusal": refusal, "demo": True}
    return render(request, "cases/desk_lines.html", context, status=status)


@require_POST
@seated
def list_line(request: HttpRequest, at: Desk) -> HttpResponse:
    form = ListLineForm(request.POST, prefix="list_line")

    def enter() -> str:
        said, found = form.cleaned_data, form.found
        commands.list_line(
            said["number"], said["name"], found["owner_body"], day=said["day"], instrument=found["paper"], by=at.by, now=at.now
        )  # fmt: skip
        return gettext_noop("热线号码已经登记。")

    def again(refusal: Refusal | None, status: int) -> HttpResponse:
        return _page(request, at, form, refusal, status)

    return carry_out(request, form, enter, again, lambda: redirect("cases:desk_lines"))


def fetch_line(at: Desk, number: int) -> HotlineLine:
    found = HotlineLine.objects.filter(pk=number).first()
    if found is None:
        raise Http404("no such line")
    return found


def line_page(
    request: HttpRequest, at: Desk, row: HotlineLine, tried: Tried | None = None, status: int = 200
) -> HttpResponse:
    """How it has stood since when, by which papers, and how many called."""
    offered = [ActOffered(name, RIGHTS[f"cases.{name}"].label, None) for name in ("merge_line", "count_line")]
    standings = row.standings.live().select_related("instrument", "owner").order_by("-from_day")
    context = frame(at, row, offered, tried or Tried()) | {
        "standings": list(standings),
        "volumes": list(row.volumes.live().select_related("instrument").order_by("-from_day")),
    }
    return render(request, "cases/desk_line.html", context, status=status)


@require_safe
@seated
def line(request: HttpRequest, at: Desk, number: int) -> HttpResponse:
    """/desk/lines/3/"""
    return line_page(request, at, fetch_line(at, number))


on_line = acts_on(fetch_line, line_page, "cases:line", seated)


@on_line
def merge_line(at: Desk, row: HotlineLine, form: DeskForm) -> str:
    said = form.cleaned_data
    commands.merge_line(row, said["mode"], day=said["day"], instrument=form.found["paper"], by=at.by, now=at.now)
    return gettext_noop("归并已经登记，从那一天起照新的方式。")


@on_line
def count_line(at: Desk, row: HotlineLine, form: DeskForm) -> str:
    said = form.cleaned_data
    commands.count_line(
        row, said["calls"], from_day=said["first"], to_day=said["last"] + ONE_DAY, instrument=form.found["paper"],
        by=at.by, now=at.now,
    )  # fmt: skip
    return gettext_noop("话务量已经登记。")
