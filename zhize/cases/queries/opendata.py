"""Cases as open data: when, where, what, how it went — and nothing that was said, nor anything of who said it.

Words, titles, addresses, points on the map and receipt numbers stay inside. Reports of wrongdoing and sealed cases are not
in it at all: in a small street the fact alone would name somebody. Where a matter came up in a place fewer times than the
least public number, the row says the place above, until there are enough.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from zhize.cases import sealing
from zhize.cases.lifecycle import CASE, LEG_LEFT
from zhize.cases.models import Case, Leg, Rating
from zhize.cases.queries.desk import matter_names
from zhize.cases.queries.figures import Span
from zhize.kernel.period import day_of
from zhize.places.models import Place, PlacePath
from zhize.places.queries import full_names
from zhize.register.models import Body, Matter
from zhize.register.queries.bodies import body_names

COLUMNS = (
    ("id", "标识"), ("received", "收到日期"), ("kind", "类型"), ("channel", "渠道"), ("matter_code", "事项代码"), ("matter", "事项"),
    ("place_code", "地方代号"), ("place", "地方"), ("body_code", "承办机构代号"), ("body", "承办机构"), ("state", "状态"), ("rounds", "轮次"),
    ("due", "承诺期限"), ("answered", "答复日期"), ("on_time", "按期"), ("solved", "解决"), ("satisfied", "满意"),
)  # fmt: skip
BOM, PIECE = "\ufeff", 2000


def open_cases(span: Span, places: list[int] | None = None) -> QuerySet[Case]:
    """The cases of a period that may be told of, in the order they came."""
    rows = Case.objects.filter(received_at__gte=span.start, received_at__lt=span.end, confidential=False)
    rows = rows.exclude(kind=Case.Kind.REPORT)
    return (rows if places is None else rows.filter(place__in=places)).order_by("pk")


def coarse(rows: QuerySet[Case], least: int) -> dict[tuple[int | None, int], int | None]:
    """(matter, place) → the place to say: the nearest above with enough of the matter; None where there never are."""
    found = {(m, p): n for m, p, n in rows.order_by().values_list("matter", "place").annotate(n=Count("pk"))}
    above = dict(PlacePath.objects.filter(place__in={p for _, p in found}).values_list("place_id", "chain"))
    sums: Counter[tuple[int | None, int]] = Counter()
    for (matter, place), n in found.items():
        for each in above.get(place, [place]):
            sums[matter, each] += n
    return {(m, p): next((each for each in above.get(p, [p]) if sums[m, each] >= least), None) for m, p in found}


def lines(rows: QuerySet[Case], span: Span, least: int = 1) -> Iterator[dict[str, Any]]:
    """Row by row, read in pieces: a month of a large city is not held in memory."""
    said_at = coarse(rows, least)
    lead = Leg.objects.filter(case=OuterRef("pk"), round=OuterRef("round"), capacity="lead").exclude(state__in=LEG_LEFT)
    said = Rating.objects.filter(case=OuterRef("pk"), reached=True, refused=False).order_by("-pk")
    read = rows.annotate(
        lead=Subquery(lead.values("body_id")[:1]),
        is_solved=Subquery(said.values("solved")[:1]),
        how=Subquery(said.values("satisfied")[:1]),
    ).values(
        "no", "received_at", "kind", "channel", "matter_id", "place_id", "lead", "state", "round", "due",
        "answered_at", "is_solved", "how",
    )  # fmt: skip
    piece: list[dict[str, Any]] = []
    for row in read.iterator(PIECE):
        piece.append(dict(row) | {"place_id": said_at.get((row["matter_id"], row["place_id"]))})
        if len(piece) == PIECE:
            yield from _told(piece, day_of(span.end))
            piece = []
    yield from _told(piece, day_of(span.end))


def _told(piece: list[dict[str, Any]], day: date) -> Iterator[dict[str, Any]]:
    matters = {row["matter_id"] for row in piece if row["matter_id"]}
    places = {row["place_id"] for row in piece if row["place_id"]}
    keys = dict(Place.objects.filter(pk__in=places).values_list("pk", "key"))
    bodies = {row["lead"] for row in piece if row["lead"]}
    names = matter_names(matters, day), full_names(places, day), body_names(bodies, day)
    codes = dict(Matter.objects.filter(pk__in=matters).values_list("pk", "code"))
    slugs = dict(Body.objects.filter(pk__in=bodies).values_list("pk", "code"))
    for row in piece:
        yield {
            "id": sealing.public_name(row["no"]),
            "received": day_of(row["received_at"]).isoformat(),
            "kind": row["kind"],
            "channel": row["channel"],
            "matter_code": codes.get(row["matter_id"], ""),
            "matter": names[0].get(row["matter_id"], ""),
            "place_code": keys.get(row["place_id"], ""),
            "place": names[1].get(row["place_id"], ""),
            "body_code": slugs.get(row["lead"], ""),
            "body": names[2].get(row["lead"], ""),
            "state": CASE.states[row["state"]],
            "rounds": row["round"],
            "due": day_of(row["due"]).isoformat(),
            "answered": day_of(row["answered_at"]).isoformat() if row["answered_at"] else "",
            "on_time": "" if row["answered_at"] is None else row["answered_at"] <= row["due"],
            "solved": "" if row["is_solved"] is None else row["is_solved"],
            "satisfied": row["how"] or "",
        }


def as_csv(rows: QuerySet[Case], span: Span, least: int = 1) -> Iterator[bytes]:
    """UTF-8 with BOM, one line a case; nothing in it was typed by anybody, so nothing needs guarding."""
    out = io.StringIO()
    write = csv.writer(out)
    out.write(BOM)
    write.writerow([name for name, _ in COLUMNS])
    for at, row in enumerate(lines(rows, span, least), 1):
        write.writerow([_cell(row[name]) for name, _ in COLUMNS])
        if at % PIECE == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def as_json(rows: QuerySet[Case], span: Span, least: int = 1) -> Iterator[bytes]:
    """One object: what the columns mean, what is left out and why, the cases."""
    head = {
        "period": [day_of(span.start).isoformat(), day_of(span.end).isoformat()],
        "as_of": span.now.isoformat(),
        "columns": dict(COLUMNS),
        "least": least,
        "left_out": "举报，以及身份保密的诉求，一律不在内；内容、标题、详细地址、坐标和受理编号不公开",
    }
    yield (json.dumps(head, ensure_ascii=False)[:-1] + ', "cases": [').encode()
    for at, row in enumerate(lines(rows, span, least)):
        yield ((", " if at else "") + json.dumps(row, ensure_ascii=False)).encode()
    yield b"]}"


def _cell(value: Any) -> Any:
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
