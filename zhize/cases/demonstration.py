"""Packs → cases of the last weeks in the demonstration town, from receipt to rating, by the same acts its people have;
what is alike and what many speak of is looked for at the end, as the worker will.
Everything is 演示数据; the standing town of the tests is built without them, its stories tell their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from zhize.accounts.models import By
from zhize.cases import commands
from zhize.cases.commands.heating import find_topics
from zhize.cases.commands.indexing import index_cases
from zhize.cases.models import Case, HotlineLine, Leg
from zhize.cases.terms import Message
from zhize.kernel.period import BEIJING, day_of
from zhize.places.queries import find_place
from zhize.record.models import Instrument
from zhize.register.loading.packs import Pack, Row
from zhize.register.models import Seat
from zhize.register.queries import find_body, find_matter

SAYS = "接几件诉求，办到各个环节"
TOLD = {"name", "phone", "kind", "channel", "title", "text"}  # what a row says as the message does


def build(packs: Sequence[Pack], *, began: datetime, now: datetime) -> None:
    """Every receipt and step since the town began, in the order of its moment, as if the weeks passed."""
    _lines(packs, now)
    rows = [(_moment(row, now), row) for p in packs for row in p.rows("case")]
    cases: dict[int, Case] = {}
    for moment, n, said in _schedule([(moment, row) for moment, row in rows if moment > began], now):
        if n not in cases:
            cases[n] = _receive(said, moment)
        else:
            STEPS[said["act"]](cases[n].pk, said, _whose(said, cases[n], moment), moment)
    while index_cases():
        pass
    find_topics(now)


def _lines(packs: Sequence[Pack], now: datetime) -> None:
    """The hotlines there were, and what became of them by which paper."""
    by = By.system("演示数据")
    for row in (
        r for p in packs for r in p.rows("line") if not HotlineLine.objects.filter(number=r["number"]).exists()
    ):
        owner, paper = find_body(row["owner"], row["merged"]), Instrument.objects.get(key=row["instrument"])
        began, demo = Instrument.objects.get(key=row["opened_by"]), row.get("demo", False)
        line = commands.list_line(
            row["number"], row["name"], owner, day=row["since"], demo=demo, instrument=began, by=by, now=now
        )
        commands.merge_line(line, row["mode"], day=row["merged"], instrument=paper, by=by, now=now)
        if "calls" in row:
            span = {"from_day": row["from"], "to_day": row["until"]}
            commands.count_line(line, row["calls"], **span, instrument=paper, by=by, now=now)


def _schedule(rows: Sequence[tuple[datetime, Row]], now: datetime) -> list[tuple[datetime, int, Row]]:
    """(moment, number of the case, its receipt or a step) until now: a step comes so many hours after the one before."""
    due = []
    for n, (moment, row) in enumerate(rows):
        for said in (row, *row.get("steps", [])):
            moment += timedelta(hours=said.get("after", 0))
            due.append((moment, n, said))
    return sorted((d for d in due if d[0] <= now), key=lambda d: d[:2])


def _moment(row: Row, now: datetime) -> datetime:
    hour, minute = map(int, row["hour"].split(":"))
    return datetime.combine(day_of(now) - timedelta(days=row["ago"]), time(hour, minute), BEIJING)


def _receive(row: Row, now: datetime) -> Case:
    said: dict[str, Any] = {name: row[name] for name in TOLD & row.keys()}
    if "matter" in row:
        said["matter_id"] = find_matter(row["matter"], day_of(now)).pk
    place = find_place(row["place"], day_of(now)).pk
    receipt = commands.receive(Message(place_id=place, **said), by=By.citizen(), now=now)
    return Case.objects.get(pk=receipt.case_id)


def _whose(step: Mapping[str, Any], case: Case, now: datetime) -> By:
    """The officer a step names; else whoever handles for the body in charge; a rating is the reporter's own."""
    if step["act"] == "rate":
        return By.citizen()
    seats = Seat.objects.as_of(day_of(now)).select_related("officer").order_by("pk")
    if "by" in step:
        seat = seats.filter(officer__username=step["by"])[0]
    else:
        seat = seats.filter(body=_lead(case.pk).body_id, role=Seat.Role.HANDLER)[0]
    return By(seat.officer_id, seat.pk, str(seat.officer), "command")


def _lead(case_id: int) -> Leg:
    return Leg.objects.filter(case=case_id, capacity=Leg.Capacity.LEAD).latest("no")


def _only(step: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: step[name] for name in names if name in step}


Step = Callable[[int, Mapping[str, Any], By, datetime], object]
STEPS: dict[str, Step] = {
    "sign": lambda pk, s, by, now: commands.sign(_lead(pk).pk, by=by, now=now),
    "reply": lambda pk, s, by, now: commands.reply(
        _lead(pk).pk, s["words"], **_only(s, "solved", "evidence"), by=by, now=now
    ),
    "review": lambda pk, s, by, now: commands.review(pk, passed=True, **_only(s, "words"), by=by, now=now),
    "extend": lambda pk, s, by, now: commands.extend(_lead(pk).pk, s["limit"], s["words"], by=by, now=now),
    "grant": lambda pk, s, by, now: commands.grant(pk, granted=True, **_only(s, "words"), by=by, now=now),
    "suspend": lambda pk, s, by, now: commands.suspend(pk, s["ground"], s["words"], by=by, now=now),
    "urge": lambda pk, s, by, now: commands.urge(_lead(pk).pk, s["words"], by=by, now=now),
    "follow_up": lambda pk, s, by, now: commands.follow_up(
        pk, **_only(s, "reached", "refused", "contacted", "solved", "satisfied", "words"), by=by, now=now
    ),
    "rate": lambda pk, s, by, now: commands.rate(
        pk, contacted=True, solved=True, satisfied=s["satisfied"], **_only(s, "words"), by=by, now=now
    ),
    "rework": lambda pk, s, by, now: commands.rework(pk, s["words"], by=by, now=now),
    "close": lambda pk, s, by, now: commands.close(pk, by=by, now=now),
}
