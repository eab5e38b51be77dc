"""Published editions for everybody: what stands, one of them with its proof, what changed, and everything to take away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of
from zhize.lists.formats import FORMATS, PAPERS, Rendered, export
from zhize.lists.formats.papers import changes_paper, notice_of
from zhize.lists.kinds import LISTS
from zhize.lists.models import Edition
from zhize.lists.queries.changes import between, told
from zhize.lists.queries.editions import before, content, editions_of, issue_of, prove
from zhize.lists.queries.issues import Issue
from zhize.lists.queries.lag import of_edition
from zhize.lists.queries.renderers import shown as shown_list
from zhize.lists.queries.withheld import for_everybody, grounds_of, openly
from zhize.lists.wording import columns, title, withheld_word
from zhize.places.asking import asked
from zhize.record.paging import page
from zhize.register.models import Body, Seat
from zhize.register.seats import current_seat

OFFICE = {Seat.Role.REGISTER_EDITOR, Seat.Role.APPROVER, Seat.Role.AUDITOR, Seat.Role.LEGAL_REVIEWER}
ON_PAPER = 6_000  # items set as a paper while a reader waits, half a minute; a province's own bodies have some 4,000
SHOWN = 200  # items of an edition on its page; the whole is in the files


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """/editions/?kind=&body=: the newest first."""
    rows = _visible(request)
    kind = request.GET.get("kind", "") if request.GET.get("kind") in LISTS else ""
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(body__code=request.GET["body"]) if request.GET.get("body") else rows
    shown = page(
        rows.defer("content").select_related("instrument", "corrects"), ("-public_from", "-id"), request.GET, 30
    )
    told = [{"edition": e, "name": _name(e), "embargoed": e.public_from > _today()} for e in shown.rows]
    return render(request, "lists/editions.html", {"page": shown, "rows": told, "kinds": LISTS.values(), "kind": kind})


@require_safe
def edition(request: HttpRequest, key: str) -> HttpResponse:
    """/editions/KEY/: what was published, by which paper, as known when; what corrects it; how anybody can check it."""
    it = _edition(request, key)
    said, office = _said(request, it), _office(request)
    last = before(it)
    shown = said["items"][:SHOWN]
    names = ("code", "name", "type", "bases", "unit", *(["body"] if it.place else []))
    wanted = [c for c in columns(shown) if c.name in names]
    context = {
        "edition": it, "name": title(said), "said": said, "missing": [withheld_word(w) for w in said.get("withheld", [])],
        "hidden": _hidden(it) if office else [], "before": last, "embargoed": it.public_from > _today(),
        "corrections": list(it.corrected_by.all()), "formats": FORMATS.values(), "papers": PAPERS,
        "heads": [c.label for c in wanted], "rows": [[(c.label, c.of(i)) for c in wanted] for i in shown],
        "left": len(said["items"]) - len(shown), "groups": [it.digest[n : n + 8] for n in range(0, len(it.digest), 8)],
        "lags": _lags(it), "others": editions_of(issue_of(it)).exclude(pk=it.pk).defer("content"),
    }  # fmt: skip
    return render(request, "lists/edition.html", context)


@require_safe
def proof(request: HttpRequest, key: str) -> HttpResponse:
    """/editions/KEY/proof/: derived again from the register, here and now."""
    it = _edition(request, key)
    whole = _said(request, it) == content(it)  # else the difference might be one of the lines that are kept back
    context = {"edition": it, "name": title(content(it)), "proof": prove(it), "whole": whole}
    return render(request, "lists/proof.html", context)


@require_safe
def changes(request: HttpRequest, key: str) -> HttpResponseBase:
    """/editions/KEY/changes/?from=KEY&format=: 调整对照表 from the edition before, or any other of the same list."""
    new = _edition(request, key)
    old = _edition(request, request.GET["from"]) if request.GET.get("from") else before(new)
    if old is None or (old.kind, old.body_id, old.place_id) != (new.kind, new.body_id, new.place_id):
        raise Http404
    table, name = between(old, new), title(content(new))
    table, missing = (table, 0) if _office(request) else openly(table, _today())
    if request.GET.get("format") in PAPERS:
        span = f"第{old.serial}版（{old.day}）至第{new.serial}版（{new.day}）"
        paper = changes_paper(name, span, table, missing=missing)
        return as_file(PAPERS[request.GET["format"]](paper), f"{new.key}-调整对照表", request.GET["format"])
    context = {
        "old": old,
        "new": new,
        "name": name,
        "rows": told(table),
        "papers": PAPERS,
        "edition": new,
        "missing": missing,
    }
    return render(request, "lists/changes.html", context)


@require_safe
def edition_file(request: HttpRequest, key: str, format: str) -> HttpResponseBase:
    """/editions/KEY/list.FORMAT"""
    it = _edition(request, key)
    return list_as_file(_said(request, it), it.key, format) if format in FORMATS else _none()


@require_safe
def notice_file(request: HttpRequest, key: str, format: str) -> HttpResponseBase:
    """/editions/KEY/notice.FORMAT"""
    it = _edition(request, key)
    if format not in PAPERS:
        raise Http404
    _fits_paper(0 if it.corrects_id else it.count)
    paper = notice_of(it, None if _office(request) else _today())
    return as_file(PAPERS[format](paper), f"{it.key}-公告", format)


@require_safe
def list_file(request: HttpRequest, body: str, kind: str, format: str) -> HttpResponseBase:
    """/lists/BODY/KIND/list.FORMAT?day=&believed=: as computed, published or not."""
    on, thing = asked(request.GET, timezone.now()), get_object_or_404(Body, code=body)
    if kind not in LISTS or format not in FORMATS:
        raise Http404
    return list_as_file(shown_list(Issue(kind, body=thing), on), f"{body}-{kind}-{on.day}", format)


def _edition(request: HttpRequest, key: str) -> Edition:
    """Embargoed ones are seen by the offices that prepare them, and do not exist for anybody else."""
    it = get_object_or_404(_visible(request).select_related("instrument", "body", "place", "corrects"), key=key)
    return it


def _visible(request: HttpRequest) -> Any:
    return Edition.objects.all() if _office(request) else Edition.objects.public(_today())


def _office(request: HttpRequest) -> bool:
    seat = current_seat(request)
    return bool(seat and seat.role in OFFICE)


def _said(request: HttpRequest, it: Edition) -> dict[str, Any]:
    """Whole for the offices that answer for it; for everybody else less what is kept back since."""
    return content(it) if _office(request) else for_everybody(content(it), _today())


def _hidden(it: Edition) -> list[dict[str, Any]]:
    """The lines only the office still sees, and why."""
    said = content(it)
    grounds = grounds_of(said, _today())
    rows = [(i, grounds.get((i["body"]["code"], i["key"]))) for i in said["items"]]
    return [{"name": i["name"], "ground": g.citation} for i, g in rows if g]


def _lags(it: Edition) -> dict[str, Any] | None:
    found = of_edition(it)
    days = sorted(lag.days for lag in found)
    return (
        {"median": days[len(days) // 2], "most": days[-1], "late": sum(x.late for x in found), "count": len(days)}
        if days
        else None
    )


def _name(it: Edition) -> str:
    return issue_of(it).name(it.day, it.believed)


def list_as_file(rendered: Rendered, name: str, format: str) -> StreamingHttpResponse:
    """A list in a format. Refused as a paper when that would take longer than a reader waits."""
    if format in PAPERS:
        _fits_paper(len(rendered["items"]))
    return as_file(export(rendered, format), name, format)


def _fits_paper(count: int) -> None:
    if count > ON_PAPER:
        raise BadInput(
            "这张清单有{count}项，网页不把它排成文稿",
            why="排成文稿要好几分钟",
            instead="请按机关、类型或者法律筛选以后再取，或者取表格；整张的文稿请用 zhize lists export",
            count=f"{count:,}",
            code="too_long_for_paper",
        )


def as_file(pieces: Iterable[bytes], name: str, format: str) -> StreamingHttpResponse:
    """To be saved under a name that may be Chinese."""
    answer = StreamingHttpResponse(pieces, content_type=FORMATS[format].mime)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{format}"
    return answer


def _none() -> HttpResponse:
    raise Http404


def _today() -> date:
    return day_of(timezone.now())
