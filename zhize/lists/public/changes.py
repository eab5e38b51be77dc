"""What changed: by month for everybody, as an Atom feed, and two lists side by side."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from zhize.kernel.errors import BadInput
from zhize.kernel.period import BEIJING, ONE_DAY, day_of, parse_day
from zhize.lists.kinds import LISTS
from zhize.lists.models import Edition
from zhize.lists.queries.changes import Point, compare, explained, told
from zhize.lists.queries.issues import Issue
from zhize.lists.queries.monthly import month
from zhize.lists.queries.renderers import shown
from zhize.lists.queries.withheld import openly
from zhize.lists.wording import title
from zhize.places.asking import Asked, asked
from zhize.register.queries import find_body

FEED = 50


@require_safe
def changed(request: HttpRequest) -> HttpResponse:
    """/changes/?month=2016-06: what came into lists and left them, by the paper that made it so."""
    first = _month(request.GET.get("month", ""))
    groups = month(first)
    beside = [(first - ONE_DAY).replace(day=1), _next(first)]
    context = {
        "first": first,
        "groups": groups,
        "earlier": beside[0],
        "later": beside[1] if beside[1] <= _today() else None,
    }
    return render(request, "lists/changed.html", context)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """/changes/feed.atom: this month's and last month's changes by paper, and the editions published, the newest first."""
    here = request.build_absolute_uri
    made = Atom1Feed(
        "清单变化与公布", here("/changes/"), "权力、责任、服务清单的变化", language="zh-CN", feed_url=here()
    )
    this = _today().replace(day=1)
    entries = [_of_group(g, here) for first in (this, (this - ONE_DAY).replace(day=1)) for g in month(first)]
    entries += [_of_edition(e, here) for e in Edition.objects.public(_today()).defer("content").order_by("-id")[:FEED]]
    for entry in sorted(entries, key=lambda e: e["updateddate"], reverse=True)[:FEED]:
        made.add_item(**entry)
    answer = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    made.write(answer, "utf-8")
    return answer


def _of_group(group: Any, here: Any) -> dict[str, Any]:
    address = here(f"/changes/?month={group.day:%Y-%m}#{group.anchor}")
    words = "；".join(f"{line.label}：{line.name}（{line.who}）" for line in group.lines[:20])
    return {"title": f"{group.paper.citation}：{group.summary}", "link": address, "description": words,
            "unique_id": f"urn:zhize:changes:{group.anchor}", "updateddate": _noon(group.day)}  # fmt: skip


def _of_edition(e: Edition, here: Any) -> dict[str, Any]:
    words = f"更正：{e.reason}" if e.corrects_id else f"截至{e.day}，共{e.count}项"
    return {"title": f"{e.label} {e.key}", "link": here(e.get_absolute_url()), "description": words,
            "unique_id": f"urn:zhize:edition:{e.key}", "updateddate": _noon(e.public_from)}  # fmt: skip


@require_safe
def beside(request: HttpRequest) -> HttpResponse:
    """/lists/beside/?kind=&left=BODY&left_day=&right=BODY&right_day=: two days of a list, two counties, two departments."""
    params, on = request.GET, asked({}, timezone.now())
    kind = params.get("kind", "power") if params.get("kind", "power") in LISTS else "power"
    context: dict[str, Any] = {"kinds": LISTS.values(), "kind": kind, "params": params, "today": on.day, "on": on}
    if params.get("left", "").strip() or params.get("left_text", "").strip():
        context |= _two_sides(params, kind, on.day)
    return render(request, "lists/beside.html", context)


def _two_sides(params: Any, kind: str, today: date) -> dict[str, Any]:
    left_said = params.get("left", "").strip() or params["left_text"]
    right_said = params.get("right", "").strip() or params.get("right_text", "").strip() or left_said
    days = [parse_day(params[name]) if params.get(name) else today for name in ("left_day", "right_day")]
    left, right = (
        Issue(kind, body=find_body(said, day)) for said, day in zip((left_said, right_said), days, strict=True)
    )
    one, two = (shown(issue, Asked(day, today)) for issue, day in ((left, days[0]), (right, days[1])))
    same = left.body == right.body
    table = compare(one, two) if same else compare(_as_of_one(one), _as_of_one(two))
    if same and days[0] < days[1]:
        table, _ = openly(
            explained(table, right, Point(days[0]), Point(days[1])), today
        )  # not to a body that keeps it back
    return {
        "rows": told(table), "same": same, "left": left.body, "right": right.body, "left_day": days[0],
        "right_day": days[1], "left_title": title(one), "right_title": title(two),
        "equal": len({i["key"] for i in one["items"]} & {i["key"] for i in two["items"]}) - sum(c.how == "changed" for c in table),
    }  # fmt: skip


def _as_of_one(rendered: dict[str, Any]) -> dict[str, Any]:
    """Two bodies' items are matched by duty; where they are exercised differs by nature and is no difference."""
    nobody = {"code": "", "name": ""}
    return rendered | {"items": [i | {"body": nobody, "held": []} for i in rendered["items"]]}


def _month(text: str) -> date:
    if not text:
        return _today().replace(day=1)
    if not re.fullmatch(r"(19|20|21)\d\d-(0[1-9]|1[0-2])", text):
        raise BadInput(
            "月份“{text}”读不懂", instead="请写成 2016-06 的样子", text=text, code="bad_month", field="month"
        )
    return date(int(text[:4]), int(text[5:]), 1)


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), BEIJING)


def _today() -> date:
    return day_of(timezone.now())
