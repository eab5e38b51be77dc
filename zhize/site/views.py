"""Home, and the one search box that leads everywhere."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhize.kernel.errors import BadInput, Refusal
from zhize.places.asking import Asked, asked, place_asked
from zhize.places.models import Place
from zhize.places.queries import full_name, place_name, root_place
from zhize.record.gateways import unset
from zhize.record.models import Message
from zhize.record.outbox import AGAIN
from zhize.record.paging import page
from zhize.register.models import MatterName, Seat
from zhize.register.queries.matters import find_matter
from zhize.register.seats import current_by, seat_required
from zhize.site import commands, queries
from zhize.site.navigation import address

PAGES = {"body": "register:body", "place": "places:place", "instrument": "record:instrument", "law": "record:law"}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The box, the counts, the newest papers."""
    if request.GET.get("q", "").strip():
        return redirect(f"{reverse('site:search')}?{request.GET.urlencode()}")
    on = asked(request.GET, timezone.now())
    place = root_place(on.day)
    tops = (
        MatterName.objects.as_of(on.day).filter(matter__parent=None).select_related("matter").order_by("matter__code")
    )
    context = {"counts": queries.counts(on.day), "latest": queries.latest(on.day), "tops": tops, "demo": True}
    return render(request, "site/home.html", context | _form(on, place, ""))


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """/search/?q=&pick=&place=&day=: straight to the thing picked or meant exactly, else everything found."""
    on, words = asked(request.GET, timezone.now()), request.GET.get("q", "").strip()
    place = place_asked(request.GET, on.day)
    if picked := request.GET.get("pick", ""):
        return redirect(_page_of(picked, place, on))
    if request.GET.get("go") and (code := _exact(words, on)):
        return redirect(on.url("register:who", q=code, place=place.key))
    found = queries.search(words, place, on)
    groups = [(name, hits) for name, hits in _named(found) if hits]
    context = {"found": found, "groups": groups, "report_url": address("cases:report"), "words": words}
    return render(request, "site/search.html", context | _form(on, place, words))


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Options while typing: matters first, then duties, bodies and places."""
    on, words = asked(request.GET, timezone.now()), request.GET.get("q", "").strip()
    found = queries.search(words, root_place(on.day), on, 5)
    hits = [*found.matters, *found.duties[:4], *found.bodies[:3], *found.places[:2]]
    options = [{"value": h.pick, "text": h.text, "note": h.note} for h in hits]
    return render(request, "site/options.html", {"found": options, "typed": bool(words)})


def _form(on: Asked, place: Place, words: str) -> dict[str, Any]:
    return {
        "on": on,
        "place": place,
        "place_name": place_name(place.pk, on.day),
        "place_full": full_name(place.pk, on.day),
        "q": words,
        "as_of": on.day,
    }


def _page_of(picked: str, place: Place, on: Asked) -> str:
    kind, _colon, key = picked.partition(":")
    if kind in ("matter", "duty"):
        return on.url("register:who", q=key, place=place.key)
    if kind not in PAGES or not key:
        raise BadInput(
            "所选的“{picked}”读不懂",
            why="地址可能被改动过",
            instead="请重新输入几个字再选",
            picked=picked,
            code="bad_pick",
        )
    return on.url(PAGES[kind], key)


def _exact(words: str, on: Asked) -> str:
    """The matter the words name exactly, or nothing."""
    try:
        return find_matter(words, on.day).code if words else ""
    except BadInput:
        return ""


def _named(found: queries.Found) -> list[tuple[str, list[queries.Hit]]]:
    return [
        (_("诉求事项"), found.matters),
        (_("职责"), found.duties),
        (_("机关"), found.bodies),
        (_("地方"), found.places),
        (_("文件"), found.instruments),
        (_("法律法规"), found.laws),
    ]


OUT_TONES = {"waiting": "wait", "sending": "info", "sent": "ok", "filed": "wait", "failed": "stop", "stale": "plain"}
READERS = (Seat.Role.SUPERVISOR, Seat.Role.REGISTER_EDITOR, Seat.Role.AUDITOR)


@require_safe
@seat_required(*READERS)
def outbox(request: HttpRequest) -> HttpResponse:
    """/desk/outbox/?state=failed: what went out, what waits, what failed and why; nobody's number."""
    return _outbox(request)


@require_POST
@seat_required(Seat.Role.SUPERVISOR, Seat.Role.REGISTER_EDITOR)
def resend(request: HttpRequest, number: int) -> HttpResponse:
    """/desk/outbox/7/resend/"""
    try:
        commands.resend(number, by=current_by(request), now=timezone.now())
    except Refusal as refusal:
        return _outbox(request, refusal=refusal, status=refusal.http_status)
    messages.success(request, _("已列入待发"))
    return redirect("site:outbox")


def _outbox(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    state, rows = request.GET.get("state", ""), Message.objects.select_related("event")
    if state in Message.State.values:
        rows = rows.filter(state=state)
    shown = page(rows, ("-pk",), request.GET, 40)
    lines = [(m, OUT_TONES[m.state], m.state in AGAIN) for m in shown.rows]
    context = {"page": shown, "lines": lines, "unset": unset(), "states": Message.State.choices, "state": state} | more
    return render(request, "site/outbox.html", context, status=status)
