"""What happened in the register, whether it is sealed, and what the rule book finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhize.kernel.period import day_of
from zhize.record import tellings
from zhize.record.models import Event, Seal
from zhize.record.paging import page
from zhize.record.verify import stands, status
from zhize.register.access import EDITOR, RIGHTS
from zhize.register.invariants import BOOK
from zhize.register.models import Seat
from zhize.register.seats import current_seat, seat_required
from zhize.register.serving import WITHHELD

EDITING, READING = Seat.Role.REGISTER_EDITOR, (Seat.Role.REGISTER_EDITOR, Seat.Role.APPROVER, Seat.Role.AUDITOR)
SHOWN, TOUCHED = 15, 6
FINDINGS_KEPT = 24 * 60 * 60
FIRST, MOST = 20, 500  # findings listed before a rule is chosen, and of one rule


@require_safe
@seat_required(*READING)
def desk(request: HttpRequest) -> HttpResponse:
    """/desk/register/"""
    found = _findings()
    seat = current_seat(request)
    context = {
        "events": _told(list(_open_to(seat).order_by("-pk")[:SHOWN])),
        "sealing": _sealing(),
        "errors": sum(f.is_error for f in found),
        "warnings": sum(not f.is_error for f in found),
        "editor": bool(seat and seat.role in EDITOR),
        "editing": RIGHTS["register.hand_over"].roles,
    }
    return render(request, "register/desk.html", context)


@require_safe
@seat_required(*READING)
def events(request: HttpRequest) -> HttpResponse:
    """/desk/events/?act=&who=&touched=body:12"""
    params, rows = request.GET, _open_to(current_seat(request))
    if params.get("act"):
        rows = rows.filter(act=params["act"])
    if params.get("who"):
        rows = rows.filter(who__contains=params["who"].strip())
    if params.get("touched"):
        rows = rows.filter(touched__contains=[params["touched"]])
    shown = page(rows, ("-pk",), params, 40)
    acts = sorted(
        ((a, tellings.names_of_word(a)) for a in Event.objects.order_by().values_list("act", flat=True).distinct()),
        key=lambda x: x[1],
    )
    return render(
        request, "register/events.html", {"page": shown, "events": _told(shown.rows), "acts": acts, "params": params}
    )


def _open_to(seat: Seat | None) -> QuerySet[Event]:
    """Without what happened to things this seat's body must not learn of (`serving.WITHHELD`)."""
    hidden = [name for withheld in WITHHELD for name in withheld(seat.body_id)] if seat else []
    return Event.objects.exclude(touched__overlap=hidden) if hidden else Event.objects.all()


@dataclass(frozen=True)
class Told:
    """An event in words."""

    row: Event
    act: str
    things: list[tuple[str, str]]
    more: int


def _told(rows: list[Event]) -> list[Told]:
    day = day_of(timezone.now())
    papers = {e.pk: e for e in Event.objects.filter(pk__in=[e.pk for e in rows]).select_related("instrument")}
    return [
        Told(
            papers[e.pk],
            tellings.name_of_act(e.act, e.touched),
            tellings.touched(e.touched[:TOUCHED], day),
            max(len(e.touched) - TOUCHED, 0),
        )
        for e in rows
    ]


def _sealing() -> dict[str, Any]:
    """The last head, in groups of eight so that it can be read aloud, and the tail not yet sealed."""
    said = status()
    last = Seal.objects.defer("leaves").order_by("-pk").first()
    return said | {
        "at": last.sealed_at if last else None,
        "groups": [said["head"][i : i + 8] for i in range(0, len(said["head"]), 8)],
    }


@require_safe
@seat_required(*READING)
def head(request: HttpRequest) -> HttpResponse:
    """/desk/register/seal/?head=…: the head as a page to print and keep elsewhere; and whether a head kept elsewhere still stands."""
    asked = request.GET.get("head", "").strip()
    context = {"sealing": _sealing(), "asked": asked, "standing": stands(asked.replace(" ", "")) if asked else None}
    return render(request, "register/head.html", context)


@require_safe
@seat_required(*READING)
def findings(request: HttpRequest) -> HttpResponse:
    """/desk/findings/?rule=12"""
    found, rule = _findings(), request.GET.get("rule", "")
    counted = [(r, sum(f.rule.no == r.no for f in found)) for r in BOOK]
    shown = [f for f in found if not rule or str(f.rule.no) == rule]
    most = MOST if rule else FIRST
    return render(
        request,
        "register/findings.html",
        {"rules": counted, "findings": shown[:most], "total": len(shown), "rule": rule},
    )


def _findings() -> list[Any]:
    """The whole book, run once for each state of the register: what it found holds until the next event."""
    last = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    kept = cache.get(f"findings-2-{last}")
    if kept is None:
        kept = [(f.rule.no, f.rows, f.says, f.severity) for f in BOOK.run()]
        cache.set(f"findings-2-{last}", kept, FINDINGS_KEPT)
    rules = {r.no: r for r in BOOK}
    return [Found(rules[no], rows, says, severity) for no, rows, says, severity in kept]


@dataclass(frozen=True)
class Found:
    """A finding as kept: plain values only, for a rule's check cannot be stored."""

    rule: Any
    rows: list[str]
    says: str
    severity: str

    @property
    def is_error(self) -> bool:
        return self.severity == "E"
