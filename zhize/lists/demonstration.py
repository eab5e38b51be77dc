"""Packs → adjustments under way in the demonstration town, a comparison and published lists, by the same acts its officers
have. Everything is 演示数据."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from zhize.accounts.models import By
from zhize.kernel.period import day_of
from zhize.lists import commands
from zhize.lists.models import Adjustment
from zhize.lists.queries.adjusting import drafted, site_of
from zhize.lists.queries.ground import Scope
from zhize.lists.queries.issues import Issue
from zhize.lists.terms import Asked, Draft, Ruled
from zhize.places.queries import find_place
from zhize.record.models import Instrument
from zhize.register.loading.packs import Pack, Row
from zhize.register.models import Body, Duty, Seat
from zhize.register.queries import find_body

SAYS = "起草几份清单调整，比对市县乡清单，公布几版清单"


def build(packs: Sequence[Pack], *, began: datetime, now: datetime) -> None:
    """Editions come last: nothing may be recorded behind them (decision 0015)."""
    for table, show in (("adjustment", _adjust), ("comparison", _compare), ("edition", _publish)):
        for row in (r for p in packs for r in p.rows(table)):
            show(row, now)


def _adjust(row: Row, now: datetime) -> None:
    """Drafted `ago` days before now, then taken as far as its `steps` say, an officer each."""
    moment = now - timedelta(days=row.get("ago", 0))
    by = _officer(row["clerk"], moment)
    a = commands.draft(_asked(row, by, moment), by=by, now=moment)
    for step in row.get("steps", []):
        _take(a, step, moment)


def _compare(row: Row, now: datetime) -> None:
    """A vertical run, with what was decided about some of its differences."""
    day = row["day"]
    scope = Scope(find_place(row["place"], day), day, None, tuple(row["levels"]))
    run = commands.compare(scope, by=_officer(row["by"], now), now=now)
    for r in row.get("rulings", []):
        found = run.divergences.get(duty__key=r["duty"], place__key=r["place"])
        ruled = Ruled(found, r["about"], r["verdict"], r["reason"], day)
        commands.decide(ruled, by=_officer(r["by"], now), now=now)


def _publish(row: Row, now: datetime) -> None:
    issue, paper = Issue(row["kind"], find_body(row["body"], row["day"])), Instrument.objects.get(key=row["instrument"])
    commands.publish([issue], row["day"], instrument=paper, by=_officer(row["by"], now), now=now)


def _officer(username: str, now: datetime) -> By:
    seat = (
        Seat.objects.as_of(day_of(now)).filter(officer__username=username).select_related("officer").order_by("pk")[0]
    )
    return By(seat.officer_id, seat.pk, str(seat.officer), "command")


def _asked(row: Row, by: By, now: datetime) -> Asked:
    body = Body.objects.get(pk=Seat.objects.values_list("body_id", flat=True).get(pk=by.seat_id or 0))
    duty = Duty.objects.get(key=row["duty"]) if "duty" in row else None
    to = find_body(row["to"], day_of(now)) if "to" in row else None
    return Asked(
        body,
        row["op"],
        _draft(row, body, duty, now),
        row["reason"],
        duty,
        to,
        row.get("article", ""),
        row.get("words", ""),
    )


def _draft(row: Row, body: Body, duty: Duty | None, now: datetime) -> Draft:
    """What the register says, with what the row says otherwise; an addition stands at the body's own place and level."""
    was = drafted(body, duty, day_of(now)) if duty else None
    place = site_of(body, day_of(now))
    base = was or Draft(where=[place] if place else [], level=body.level, levels=[body.level])
    said: dict[str, Any] = {n: row[n] for n in ("name", "type", "detail", "levels", "codes", "mode") if n in row}
    if "basis" in row:
        said["bases"] = [
            (b["law"], b.get("article", ""), b.get("paragraph", ""), b.get("item", "")) for b in row["basis"]
        ]
    return Draft.of(base.as_json() | said | {"said": base.said | row.get("said", {})})


def _take(a: Adjustment, step: Row, begun: datetime) -> None:
    now = begun + timedelta(days=step.get("after", 0))
    by, words = _officer(step["by"], now), step.get("words", "")
    match step["act"]:
        case "file":
            commands.file([a.pk], words, by=by, now=now)
        case "vet":
            commands.vet([a.pk], step.get("passed", True), words, by=by, now=now)
        case "consult":
            commands.consult([a.pk], [find_body(b, day_of(now)) for b in step["bodies"]], words, by=by, now=now)
        case "answer":
            commands.answer(a.consultations.get(answer="").pk, step["answer"], words, by=by, now=now)
        case "examine":
            commands.examine([a.pk], step["verdict"], words, by=by, now=now)
        case other:
            raise ValueError(f"an adjustment of the demonstration cannot be taken by {other}")
