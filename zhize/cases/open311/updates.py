"""servicerequestupdates (FixMyStreet's extension): what moved, read off the sealed log; and what a partner sends back."""

from __future__ import annotations

from typing import Any

from zhize.accounts.models import By
from zhize.cases import commands
from zhize.cases.lifecycle import CASE
from zhize.cases.models import Case
from zhize.cases.open311.errors import Errors
from zhize.cases.open311.reading import Asked, span
from zhize.cases.open311.requests import CLOSED, MOST, public
from zhize.cases.open311.writing import moment
from zhize.record.models import Event

MOVED = {
    "dispatch": "dispatched", "sign": "handling", "answer": "answered", "confirm_not_accept": "", "merge": "merged",
    "review": "", "close": "closed", "reopen": "to_dispatch", "withdraw": "withdrawn",
}  # fmt: skip
FINISHED = ("CLOSED", "FIXED", "NO_FURTHER_ACTION")
SAYING = (*FINISHED, "OPEN", "IN_PROGRESS", "ACTION_SCHEDULED", "INVESTIGATING", "REOPEN")


def updates(at: Asked) -> list[dict[str, Any]]:
    """GET: every public move of a public case in the span, oldest first, at most a thousand."""
    begin, end = span(at)
    events = Event.objects.filter(act__in=MOVED, at__gte=begin, at__lte=end, touched__len__gt=0).order_by("pk")[:MOST]
    pairs = [(event, int(name[5:])) for event in events for name in event.touched if name.startswith("case:")]
    cases = {c.pk: c for c in public(at.by).filter(pk__in={pk for _, pk in pairs})}
    return [_row(event, cases[pk]) for event, pk in pairs if pk in cases][:MOST]


def _row(event: Event, case: Case) -> dict[str, Any]:
    moved = [step["to"] for step in event.payload.get("steps", []) if "case" in step]
    state = moved[-1] if moved else MOVED[event.act] or case.state
    return {
        "update_id": f"{event.pk}-{case.pk}", "service_request_id": case.no, "status": "CLOSED" if state in CLOSED else "OPEN",
        "updated_datetime": moment(event.at), "description": CASE.states.get(state, ""), "media_url": "",
        "external_status_code": state,
    }  # fmt: skip


def update(at: Asked) -> dict[str, Any]:
    """POST: the reporter, through the system that sent the case: once more (REOPEN), no longer needed (CLOSED, FIXED),
    or a reminder with words. Only for what this key sent."""
    said, wrong = at.said, []
    number, status = said.get("service_request_id", ""), said.get("status", "").upper()
    case = Case.objects.filter(no=number, outside__key=at.by.key).first()
    if case is None:
        wrong.append((404, f"这把密钥没有送来过 service_request_id“{number[:40]}”"))
    if status not in SAYING:
        wrong.append((400, f"status 须是 {'、'.join(SAYING)} 之一"))
    if not said.get("description") and status not in FINISHED:
        wrong.append((400, "没有写 description"))
    if wrong or case is None:
        raise Errors(*wrong)
    return {"update_id": f"{_do(case, status, said.get('description', ''), at)}-{case.pk}"}


def _do(case: Case, status: str, words: str, at: Asked) -> int:
    by = By.citizen(at.by.by.name, via="api")
    if status == "REOPEN":
        commands.reopen(case.pk, words, by=by, now=at.by.now)
    elif status in FINISHED:
        commands.withdraw(case.pk, words, by=by, now=at.by.now)
    else:
        leg = case.legs.filter(capacity="lead").order_by("-no").first()
        if leg is None:
            raise Errors((400, "还没有分派给承办单位，不能催办"))
        commands.urge(leg.pk, words, by=by, now=at.by.now)
    return Event.objects.filter(touched__contains=[f"case:{case.pk}"]).latest("pk").pk
